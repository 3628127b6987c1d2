#include "hooks/card.h"

#include "base/random_id.h"
#include "base/text.h"
#include "json/writer.h"

namespace chemoterm::hooks {
namespace {

constexpr std::string_view kCardType = "http://terminology.hl7.org/CodeSystem/cdshooks-card-type";
constexpr std::size_t kSummaryLimit = 140;
constexpr std::size_t kLabelLimit = 80;

bool IsMarkup(char c) {
  switch (c) {
    case '\\':
    case '`':
    case '*':
    case '_':
    case '[':
    case ']':
    case '<':
    case '~':
    case '#':
      return true;
    default:
      return false;
  }
}

void WriteAction(const Action& action, json::Array& actions) {
  auto object = actions.Sub();
  object.Text("type", action.type);
  object.Text("description", action.description);
  object.Raw("resource", action.resource);
  object.Text("resourceId", action.resource_id);
}

void WriteSuggestion(const Suggestion& suggestion, bool is_only_one, json::Array& suggestions) {
  auto object = suggestions.Sub();
  object.Text("label", Shorten(suggestion.label, kLabelLimit));
  object.Text("uuid", base::NewUuid());
  if (is_only_one) object.Bool("isRecommended", true);
  auto actions = object.List("actions");
  for (const Action& action : suggestion.actions) WriteAction(action, actions);
}

void WriteSource(const Card& card, json::Object& object) {
  auto source = object.Sub("source");
  source.Text("label", card.source);
  auto topic = source.Sub("topic");
  topic.Text("system", kCardType);
  topic.Text("code", card.topic);
}

void WriteLinks(const std::vector<Link>& links, json::Object& object) {
  if (links.empty()) return;
  auto list = object.List("links");
  for (const Link& link : links) {
    auto each = list.Sub();
    each.Text("label", Shorten(link.label, kLabelLimit));
    each.Text("url", link.url);
    each.Text("type", "absolute");
  }
}

void WriteCard(const Card& card, std::string_view override_reasons, json::Array& cards) {
  auto object = cards.Sub();
  object.Text("uuid", base::NewUuid());
  object.Text("summary", Shorten(card.summary, kSummaryLimit));
  object.Text("detail", card.detail);
  object.Text("indicator", card.indicator);
  WriteSource(card, object);
  if (!card.suggestions.empty()) {
    auto suggestions = object.List("suggestions");
    for (const Suggestion& suggestion : card.suggestions) {
      WriteSuggestion(suggestion, card.suggestions.size() == 1, suggestions);
    }
  }
  if (!card.suggestions.empty()) object.Text("selectionBehavior", "at-most-one");
  if (card.has_override_reasons) object.Raw("overrideReasons", override_reasons);
  WriteLinks(card.links, object);
  object.Sub("extension").Raw("chemoterm", card.extension);
}

}  // namespace

std::string WriteCards(const std::vector<Card>& cards, std::string_view override_reasons) {
  std::string body;
  {
    json::Object root(&body);
    auto list = root.List("cards");
    for (const Card& card : cards) WriteCard(card, override_reasons, list);
  }
  return body;
}

std::string Shorten(std::string_view text, std::size_t limit) {
  constexpr std::string_view kEllipsis = "\u2026";
  if (text.size() < limit) return std::string(text);
  const std::size_t room = limit - 1 - kEllipsis.size();
  const std::size_t blank = text.rfind(' ', room);
  if (blank == std::string_view::npos) return base::Clip(text, room);
  return base::Concat({base::Trim(text.substr(0, blank)), kEllipsis});
}

std::string Markdown(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size() + text.size() / 16);
  std::size_t done = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_break = text[i] == '\n' || text[i] == '\r';
    if (!is_break && !IsMarkup(text[i])) continue;
    escaped.append(text.substr(done, i - done)) += is_break ? ' ' : '\\';
    done = is_break ? i + 1 : i;
  }
  return escaped.append(text.substr(done));
}

}  // namespace chemoterm::hooks
