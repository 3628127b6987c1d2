#include <algorithm>
#include <cmath>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/display.h"
#include "engine/operations.h"
#include "engine/resolve.h"

namespace chemoterm::engine {
namespace {

using model::TextField;
using model::WordMatch;

constexpr std::size_t kMaxTextBytes = 1000;
constexpr std::int32_t kDefaultCount = 10;
constexpr auto kMaxCount = static_cast<std::int32_t>(model::TextIndex::kMaxHits);

std::string_view NameOf(WordMatch match) {
  switch (match) {
    case WordMatch::kExact:
      return "exact";
    case WordMatch::kPrefix:
      return "prefix";
    case WordMatch::kSimilar:
      return "similar";
  }
  return {};
}

std::string_view WhereOf(const model::Snapshot& snapshot, const model::TextReason& reason) {
  switch (reason.field) {
    case TextField::kCode:
      return "code";
    case TextField::kDisplay:
      return "display";
    case TextField::kDesignation:
      return "designation";
    case TextField::kDefinition:
      return "definition";
    case TextField::kFact:
      return snapshot.fact_properties[reason.fact_property].code;
  }
  return {};
}

// 0.8137 -> "0.814": three digits, no trailing zeros.
std::string ScoreText(double score) {
  const int thousandths = static_cast<int>(std::lround(std::clamp(score, 0.0, 1.0) * 1000));
  if (thousandths == 1000) return "1";
  if (thousandths == 0) return "0";
  std::string digits = base::ToText(1000 + thousandths).substr(1);
  digits.resize(digits.find_last_not_of('0') + 1);
  return "0." + digits;
}

absl::Status CheckRequest(const SearchCodesRequest& request) {
  if (base::Trim(request.text).empty()) {
    return Fail(Reason::kMissingParameter, "The text to search for is needed", "text");
  }
  if (request.text.size() > kMaxTextBytes) {
    return Fail(Reason::kInvalidParameter,
                base::Concat({"text has ", base::ToText(request.text.size()), " bytes, more than ",
                              base::ToText(kMaxTextBytes)}),
                "text");
  }
  const std::int32_t count = request.count.value_or(kDefaultCount);
  if (count < 1 || count > kMaxCount) {
    return Fail(Reason::kInvalidParameter,
                base::Concat({"count must be 1 to ", base::ToText(kMaxCount), ", not ",
                              base::ToText(count)}),
                "count");
  }
  return absl::OkStatus();
}

// The systems to search in; empty = all that are indexed.
absl::StatusOr<std::vector<model::SystemId>> WantedSystems(const Scope& scope,
                                                           const SearchCodesRequest& request) {
  std::vector<model::SystemId> wanted;
  for (const auto& canonical : request.systems) {
    ASSIGN_OR_RETURN(const model::SystemId system, ResolveSystem(scope, canonical, {}, "system"));
    if (!scope.snapshot.text_index.Covers(system)) {
      return Fail(Reason::kUnprocessable,
                  base::Concat({"The code system ", base::Clip(canonical, 200),
                                " is not indexed for search"}),
                  "system");
    }
    wanted.push_back(system);
  }
  return wanted;
}

}  // namespace

absl::StatusOr<SearchCodesResult> SearchCodes(const Scope& scope,
                                              const SearchCodesRequest& request) {
  RETURN_IF_ERROR(CheckBudget(scope.call));
  RETURN_IF_ERROR(CheckRequest(request));
  ASSIGN_OR_RETURN(const auto languages, ReadLanguages(scope, request.display_language));
  ASSIGN_OR_RETURN(const auto wanted, WantedSystems(scope, request));
  const model::Snapshot& snapshot = scope.snapshot;
  const auto words = snapshot.text_index.QueryWords(request.text);
  if (words.empty()) {
    return Fail(Reason::kInvalidParameter, "The text has no letter and no digit", "text");
  }
  std::vector<std::string_view> kept;
  kept.reserve(words.size());
  for (const auto& word : words) kept.push_back(scope.texts.Keep(word));

  SearchCodesResult result;
  const auto count = static_cast<std::size_t>(request.count.value_or(kDefaultCount));
  for (const model::TextHit& hit : snapshot.text_index.Search(words, wanted, count)) {
    SearchMatch match{CodingOf(scope.catalog.System(hit.system), hit.concept_id, languages),
                      scope.texts.Keep(ScoreText(hit.score)),
                      {}};
    for (const model::TextReason& reason : hit.reasons) {
      match.matched.push_back(
          {WhereOf(snapshot, reason), kept[reason.query_word], NameOf(reason.match)});
    }
    result.matches.push_back(std::move(match));
  }
  return result;
}

}  // namespace chemoterm::engine
