// search-codes: find codes by code, name, synonym, plain words or the words of their reference
// text. FHIR CodeSystem/$search-codes (ours), TerminologyService.SearchCodes, `chemoterm search`.
#pragma once

#include "chemoterm/params.h"
#include "chemoterm/values.h"

namespace chemoterm {

// `count` 1..100, default 10. The order of hits does not depend on count.
struct SearchCodesRequest {
  std::string text;
  std::vector<std::string> systems;
  std::optional<std::int32_t> count;
  std::string display_language;
};

struct SearchMatched {
  std::string_view where;  // code, display, designation, definition, or a property code
  std::string_view word;   // the word of the text that matched
  std::string_view as;     // exact, prefix or similar
};

struct SearchMatch {
  CodingView concept_coding;
  std::string_view score;  // decimal, 0 to 1, relative to a perfect hit
  std::vector<SearchMatched> matched;
};

struct SearchCodesResult {
  std::vector<SearchMatch> matches;
};

template <>
struct Params<SearchCodesRequest> {
  static constexpr auto kAll =
      std::make_tuple(Param{"text", Kind::kString, "1..1", &SearchCodesRequest::text,
                            "Words, a question, or the start of a code."},
                      Param{"system", Kind::kUri, "0..*", &SearchCodesRequest::systems,
                            "Only codes of these code systems."},
                      Param{"count", Kind::kInteger, "0..1", &SearchCodesRequest::count,
                            "How many hits, 1 to 100; default 10."},
                      Param{"displayLanguage", Kind::kCode, "0..1",
                            &SearchCodesRequest::display_language, "Language of the displays."});
};

template <>
struct Params<SearchMatched> {
  static constexpr auto kAll =
      std::make_tuple(Param{"where", Kind::kCode, "1..1", &SearchMatched::where,
                            "code, display, designation, definition or a property."},
                      Param{"word", Kind::kString, "1..1", &SearchMatched::word,
                            "The word of the query that matched."},
                      Param{"as", Kind::kCode, "1..1", &SearchMatched::as,
                            "exact, prefix (the word begins it) or similar (one "
                            "letter apart, another ending, or a synonym)."});
};

template <>
struct Params<SearchMatch> {
  static constexpr auto kAll = std::make_tuple(
      Param{"concept", Kind::kCoding, "1..1", &SearchMatch::concept_coding, "The code found."},
      Param{"score", Kind::kDecimal, "1..1", &SearchMatch::score, "0 to 1."},
      Param{"matched", Kind::kParts, "0..*", &SearchMatch::matched, "Why it was found."});
};

template <>
struct Params<SearchCodesResult> {
  static constexpr auto kAll = std::make_tuple(
      Param{"match", Kind::kParts, "0..*", &SearchCodesResult::matches, "The hits, best first."});
};

struct SearchCodesOp {
  using Request = SearchCodesRequest;
  using Result = SearchCodesResult;
  static constexpr OpInfo kInfo{"search-codes",
                                "CodeSystem",
                                {.type = true},
                                {.type = true},
                                Cost::kCheap,
                                false,
                                "TerminologyService.SearchCodes",
                                "search",
                                "Find codes by words",
                                "Ranked codes for words, synonyms, misspellings, code prefixes and "
                                "plain questions, with why each matched."};
};

}  // namespace chemoterm
