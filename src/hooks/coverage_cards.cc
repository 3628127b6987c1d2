#include "hooks/coverage_cards.h"

#include <algorithm>

#include "base/text.h"
#include "json/writer.h"

namespace chemoterm::hooks {
namespace {

using NoteAnswer = chemoterm::Answer<CoverageNote>;

// What the payer wants or refuses, in a few words each.
std::vector<std::string_view> PointsOf(const OrderCoverage& coverage) {
  std::vector<std::string_view> points;
  if (coverage.covered == "not-covered") points.push_back("not covered");
  if (coverage.conflict) {
    points.push_back("notes disagree");
  } else if (coverage.covered == "conditional") {
    points.push_back("covered with conditions");
  }
  if (coverage.pa_needed == "auth-needed") points.push_back("prior authorization needed");
  if (coverage.pa_needed == "conditional") points.push_back("prior authorization in some cases");
  if (!coverage.doc_needed.empty()) points.push_back("documentation needed");
  return points;
}

std::vector<NoteAnswer> NotesOf(const Engine& engine, const CallContext& call,
                                const OrderCoverage& coverage) {
  std::vector<NoteAnswer> notes;
  for (const std::string_view reference : coverage.notes) {
    auto note = engine.GetCoverageNote(call, reference.substr(reference.rfind('/') + 1));
    // A reload may have taken it away meanwhile.
    if (note.ok()) notes.push_back(*std::move(note));
  }
  return notes;
}

void AddList(std::string_view title, const std::vector<std::string_view>& items,
             std::string& detail) {
  if (items.empty()) return;
  detail += base::Concat({"\n\n", title, ":\n"});
  for (const std::string_view item : items) detail += base::Concat({"\n- ", Markdown(item)});
}

void AddAge(const OrderCoverage& coverage, std::string& detail) {
  if (coverage.historic) detail += "\n\nOnly notes that are no longer in force say this.";
  if (coverage.stale) detail += "\n\nThe notes are over a year old; ask the payer.";
  if (coverage.undated) detail += "\n\nThe notes carry no date; ask the payer.";
}

std::string_view TitleOf(const CoverageNote& note) {
  return note.policy_title.empty() ? note.title : note.policy_title;
}

void AddSources(const std::vector<NoteAnswer>& notes, std::string& detail) {
  if (notes.empty()) return;
  detail += "\n\nSources:\n";
  for (const NoteAnswer& each : notes) {
    const CoverageNote& note = each.value;
    detail += base::Concat({"\n- ", Markdown(note.title)});
    if (!note.citation.empty()) detail += base::Concat({": ", Markdown(note.citation)});
    if (!note.last_review.empty()) {
      detail += base::Concat({", reviewed by the payer ", note.last_review});
    } else if (!note.effective.start.empty()) {
      detail += base::Concat({", in force from ", note.effective.start});
    }
    if (!note.confidence.empty()) detail += base::Concat({", confidence ", note.confidence});
  }
}

std::string DetailOf(const OrderCoverage& coverage, std::string_view summary,
                     const std::vector<NoteAnswer>& notes, std::string_view disclaimer) {
  std::string detail = Markdown(summary);
  AddList("Depends on", coverage.reasons, detail);
  AddList("Limits", coverage.details, detail);
  AddAge(coverage, detail);
  AddSources(notes, detail);
  if (!disclaimer.empty()) detail += base::Concat({"\n\n", Markdown(disclaimer)});
  return detail;
}

std::vector<Link> LinksOf(const std::vector<NoteAnswer>& notes) {
  std::vector<Link> links;
  for (const NoteAnswer& each : notes) {
    const std::string_view url = each.value.citation_url;
    const bool is_listed =
        std::any_of(links.begin(), links.end(), [&](const Link& link) { return link.url == url; });
    if (!url.starts_with("http") || is_listed) continue;
    links.push_back({std::string(TitleOf(each.value)), std::string(url)});
  }
  return links;
}

std::string ExtensionOf(const OrderCoverage& coverage) {
  std::string extension;
  {
    json::Object root(&extension);
    root.Text("payer", coverage.payer);
    root.Text("plan", coverage.plan);
    root.Text("covered", coverage.covered);
    root.Text("paNeeded", coverage.pa_needed);
    root.List("lines").Raw(base::ToText(coverage.line));
  }
  return extension;
}

}  // namespace

std::vector<Card> CoverageCards(const Engine& engine, const CallContext& call,
                                const CheckOrderResult& result, const DraftOrders& orders) {
  std::vector<Card> cards;
  for (const OrderCoverage& coverage : result.coverages) {
    const auto points = PointsOf(coverage);
    if (points.empty() || !orders.IsSelected({coverage.line})) continue;
    const auto notes = NotesOf(engine, call, coverage);
    const std::string_view payer = notes.empty() ? coverage.payer : notes.front().value.payer_name;
    const std::string summary = base::Concat(
        {orders.Line(coverage.line).code(), ", ", payer, ": ", base::Join(points, "; ")});
    cards.push_back({.summary = summary,
                     .detail = DetailOf(coverage, summary, notes, result.disclaimer),
                     .indicator = "info",
                     .source = "chemoterm coverage notes",
                     .topic = "guideline",
                     .suggestions = {},
                     .links = LinksOf(notes),
                     .has_override_reasons = false,
                     .extension = ExtensionOf(coverage)});
  }
  return cards;
}

}  // namespace chemoterm::hooks
