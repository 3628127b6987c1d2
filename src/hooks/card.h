// The cards of an answer, and how they are written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace chemoterm::hooks {

// A change to the client's orders; `resource` for create and update, `resource_id` for delete.
struct Action {
  std::string_view type;
  std::string description;
  std::string resource;
  std::string resource_id;
};

// Changes that belong together.
struct Suggestion {
  std::string label;
  std::vector<Action> actions;
};

struct Link {
  std::string label;
  std::string url;  // absolute
};

struct Card {
  std::string summary;  // a sentence of any length
  std::string detail;   // GitHub Flavored Markdown
  std::string_view indicator;
  std::string_view source;
  std::string_view topic;               // a code of HL7's card types
  std::vector<Suggestion> suggestions;  // alternatives
  std::vector<Link> links;
  bool has_override_reasons = false;
  std::string extension;  // a JSON object: what a program wants to know of the card
};

// `override_reasons`: a JSON array of Coding, or empty.
std::string WriteCards(const std::vector<Card>& cards, std::string_view override_reasons);

// The text, cut at a word with an ellipsis where it has `limit` bytes or more.
std::string Shorten(std::string_view text, std::size_t limit);

// Plain text on one line, with what would be markup escaped.
std::string Markdown(std::string_view text);

}  // namespace chemoterm::hooks
