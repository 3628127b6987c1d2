#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <unordered_map>

#include "base/fold.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/engine.h"
#include "chemoterm/reason.h"
#include "engine/concept_filter.h"
#include "engine/operations.h"
#include "engine/resolve.h"

namespace chemoterm::engine {
namespace {

using model::SearchValue;
using model::StoredResource;

// One criterion with its parameter looked up.
struct Condition {
  std::uint16_t param;
  SearchKind kind;
  const SearchCriterion& criterion;
};

bool MatchesToken(const SearchValue& value, std::string_view wanted, std::string_view modifier) {
  if (modifier == "text") return base::Fold(value.text).starts_with(base::Fold(wanted));
  const auto bar = wanted.find('|');
  if (bar == std::string_view::npos) return value.value == wanted;
  const auto system = wanted.substr(0, bar);
  const auto code = wanted.substr(bar + 1);
  if (!code.empty() && value.value != code) return false;
  return value.system == system;
}

bool MatchesString(const SearchValue& value, std::string_view wanted, std::string_view modifier) {
  if (modifier == "exact") return value.value == wanted;
  const std::string have = base::Fold(value.value);
  const std::string want = base::Fold(wanted);
  return modifier == "contains" ? have.find(want) != std::string::npos : have.starts_with(want);
}

// A canonical with a version is found without it as well.
bool MatchesUri(const SearchValue& value, std::string_view wanted, std::string_view modifier) {
  const std::string_view have = value.value;
  if (modifier == "below") return have.starts_with(wanted);
  if (modifier == "above") return wanted.starts_with(have);
  return have == wanted || base::SplitOnce(have, '|').first == wanted;
}

std::optional<double> ParseNumber(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Half of the last digit that was written: FHIR's numbers are as exact as they are written.
double HalfDigit(std::string_view number) {
  if (number.find_first_of("eE") != std::string_view::npos) return 0;
  const auto dot = number.find('.');
  double half = 0.5;
  if (dot == std::string_view::npos) return half;
  for (std::size_t i = dot + 1; i < number.size(); ++i) half /= 10;
  return half;
}

// "[prefix]number|system|code" as its parts.
struct WantedQuantity {
  std::string_view prefix = "eq", number, system, code;
  bool has_unit = false;
};
WantedQuantity ReadQuantity(std::string_view text) {
  WantedQuantity wanted;
  const auto parts = base::Split(text, '|');
  wanted.number = parts[0];
  if (wanted.number.size() > 2 && wanted.number[0] >= 'a' && wanted.number[0] <= 'z') {
    wanted.prefix = wanted.number.substr(0, 2);
    wanted.number.remove_prefix(2);
  }
  wanted.has_unit = parts.size() > 1;
  if (parts.size() > 1) wanted.system = parts[1];
  if (parts.size() > 2) wanted.code = parts[2];
  return wanted;
}

// `range`: "low..high", each may be empty; its unit is in `value`.
bool MatchesQuantity(const SearchValue& value, std::string_view range, std::string_view text) {
  constexpr double kEndless = std::numeric_limits<double>::infinity();
  const WantedQuantity wanted = ReadQuantity(text);
  const auto number = ParseNumber(wanted.number);
  if (!number) return false;
  if (!wanted.system.empty() && value.system != wanted.system) return false;
  if (!wanted.code.empty() && value.text != wanted.code) return false;
  const auto dots = range.find("..");
  const double low = ParseNumber(range.substr(0, dots)).value_or(-kEndless);
  const double high = ParseNumber(range.substr(dots + 2)).value_or(kEndless);
  const double half = HalfDigit(wanted.number);
  const bool inside = *number - half <= low && high < *number + half + (half == 0 ? 1e-12 : 0);
  if (wanted.prefix == "eq") return inside;
  if (wanted.prefix == "ne") return !inside;
  if (wanted.prefix == "gt") return high > *number;
  if (wanted.prefix == "lt") return low < *number;
  if (wanted.prefix == "ge") return high >= *number;
  if (wanted.prefix == "le") return low <= *number;
  if (wanted.prefix == "sa") return low > *number;
  if (wanted.prefix == "eb") return high < *number;
  const double about = std::abs(*number) / 10 + half;
  return wanted.prefix == "ap" && low <= *number + about && high >= *number - about;
}

// "system|code$value": both parts have to be met.
bool MatchesComposite(const SearchValue& value, std::string_view wanted) {
  const auto [type, part] = base::SplitOnce(wanted, '$');
  const auto [have_type, have_part] = base::SplitOnce(value.value, '$');
  const auto meets = [](std::string_view have, std::string_view token) {
    const auto bar = have.rfind('|');
    const SearchValue one{.param = 0,
                          .system = std::string(have.substr(0, bar)),
                          .value = std::string(have.substr(bar + 1)),
                          .text = {}};
    return MatchesToken(one, token, {});
  };
  if (!meets(have_type, type)) return false;
  const bool is_quantity = have_part.find("..") != std::string_view::npos &&
                           have_part.find('|') == std::string_view::npos;
  return is_quantity ? MatchesQuantity(value, have_part, part) : meets(have_part, part);
}

// A reference by "Type/id", by id alone, or by a canonical with or without its version.
bool MatchesReference(const SearchValue& value, std::string_view wanted) {
  const std::string_view have = value.value;
  if (have == wanted || base::SplitOnce(have, '|').first == wanted) return true;
  return have.size() > wanted.size() && have.ends_with(wanted) &&
         have[have.size() - wanted.size() - 1] == '/';
}

// FHIR's prefixes on [first, last] against [from, to]; an open end (0) reaches without limit.
bool MatchesDate(const SearchValue& value, std::string_view wanted) {
  std::string_view prefix = "eq";
  if (wanted.size() > 2 && !base::IsDigit(wanted[0])) {
    prefix = wanted.substr(0, 2);
    wanted.remove_prefix(2);
  }
  const auto range = base::ParseDate(wanted);
  if (!range) return false;
  const base::Day first = value.first;
  const base::Day last = value.last == 0 ? 99999999 : value.last;
  if (prefix == "eq") return range->first <= first && last <= range->last;
  if (prefix == "ne") return !(range->first <= first && last <= range->last);
  if (prefix == "gt") return last > range->last;
  if (prefix == "lt") return first < range->first;
  if (prefix == "ge") return last >= range->first;
  if (prefix == "le") return first <= range->last;
  if (prefix == "sa") return first > range->last;
  if (prefix == "eb") return last < range->first;
  return prefix == "ap" && first <= range->last && last >= range->first;
}

bool Matches(const SearchValue& value, const Condition& condition, std::string_view wanted) {
  switch (condition.kind) {
    case SearchKind::kToken:
      return MatchesToken(value, wanted, condition.criterion.modifier);
    case SearchKind::kString:
      return MatchesString(value, wanted, condition.criterion.modifier);
    case SearchKind::kUri:
      return MatchesUri(value, wanted, condition.criterion.modifier);
    case SearchKind::kDate:
      return MatchesDate(value, wanted);
    case SearchKind::kReference:
      return MatchesReference(value, wanted);
    case SearchKind::kQuantity:
      return MatchesQuantity(value, value.value, wanted);
    case SearchKind::kComposite:
      return MatchesComposite(value, wanted);
  }
  return false;
}

// The code system or value set of a resource, for searches by code: their codes are not copied into
// the index.
class CodeHolders {
 public:
  explicit CodeHolders(const model::Snapshot& snapshot) {
    for (const auto& system : snapshot.systems) systems_.emplace(system->info().id, system.get());
    for (const auto& set : snapshot.value_sets) sets_.emplace(set->id, set.get());
  }

  bool Has(const StoredResource& resource, std::string_view wanted) const {
    const bool with_system = wanted.find('|') != std::string_view::npos;
    const auto [before, behind] = base::SplitOnce(wanted, '|');
    const std::string_view code = with_system ? behind : wanted;
    const std::string_view of = with_system ? before : std::string_view();
    if (resource.type == "CodeSystem") {
      const auto system = systems_.find(resource.id);
      if (system == systems_.end()) return false;
      if (!of.empty() && system->second->info().url != of) return false;
      return system->second->Find(code).has_value();
    }
    const auto set = sets_.find(resource.id);
    if (set == sets_.end()) return false;
    const auto& includes = set->second->includes;
    return std::any_of(includes.begin(), includes.end(), [&](const model::ConceptSet& include) {
      return (of.empty() || include.system == of) && include.Find(code) != nullptr;
    });
  }

 private:
  std::unordered_map<std::string_view, const model::CodeSystem*> systems_;
  std::unordered_map<std::string_view, const model::ValueSet*> sets_;
};

bool Meets(const CodeHolders* holders, const StoredResource& resource, const Condition& condition) {
  const auto& criterion = condition.criterion;
  const auto is_mine = [&](const SearchValue& value) { return value.param == condition.param; };
  if (criterion.modifier == "missing") {
    const bool missing = std::none_of(resource.values.begin(), resource.values.end(), is_mine);
    return missing == (criterion.values.front() == "true");
  }
  const bool negated = criterion.modifier == "not";
  const bool found =
      std::any_of(criterion.values.begin(), criterion.values.end(), [&](const std::string& wanted) {
        if (holders != nullptr && criterion.name == "code" && holders->Has(resource, wanted)) {
          return true;
        }
        return std::any_of(resource.values.begin(), resource.values.end(),
                           [&](const SearchValue& value) {
                             return is_mine(value) && Matches(value, condition, wanted);
                           });
      });
  return found != negated;
}

bool AllowsModifier(SearchKind kind, std::string_view modifier) {
  if (modifier.empty() || modifier == "missing") return true;
  switch (kind) {
    case SearchKind::kToken:
      return modifier == "text" || modifier == "not";
    case SearchKind::kString:
      return modifier == "exact" || modifier == "contains";
    case SearchKind::kUri:
      return modifier == "below" || modifier == "above";
    case SearchKind::kDate:
    case SearchKind::kReference:
    case SearchKind::kQuantity:
    case SearchKind::kComposite:
      return false;
  }
  return false;
}

bool IsSearchQuantity(std::string_view text) {
  constexpr std::string_view kPrefixes[] = {"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"};
  const WantedQuantity wanted = ReadQuantity(text);
  return ParseNumber(wanted.number).has_value() &&
         std::find(std::begin(kPrefixes), std::end(kPrefixes), wanted.prefix) !=
             std::end(kPrefixes);
}

// Of a composite the dollar has to be there; of one with a quantity the number as well.
bool IsSearchComposite(std::string_view name, std::string_view text) {
  const auto [type, part] = base::SplitOnce(text, '$');
  if (type.empty() || part.empty()) return false;
  return !name.ends_with("quantity") || IsSearchQuantity(part);
}

bool IsSearchDate(std::string_view text) {
  constexpr std::string_view kPrefixes[] = {"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"};
  if (text.size() > 2 && std::find(std::begin(kPrefixes), std::end(kPrefixes), text.substr(0, 2)) !=
                             std::end(kPrefixes)) {
    text.remove_prefix(2);
  }
  return base::ParseDate(text).has_value();
}

absl::StatusOr<Condition> ReadCondition(std::string_view type, const SearchCriterion& criterion) {
  const auto params = SearchParamsOf(type);
  const auto it = std::find_if(params.begin(), params.end(), [&](const SearchParamInfo& param) {
    return param.name == criterion.name;
  });
  if (it == params.end()) {
    return Fail(Reason::kInvalidParameter,
                base::Concat(
                    {"'", base::Clip(criterion.name, 80), "' is not a search parameter of ", type}),
                criterion.name);
  }
  if (!AllowsModifier(it->kind, criterion.modifier)) {
    return Fail(Reason::kInvalidParameter,
                base::Concat({"The modifier ':", base::Clip(criterion.modifier, 40),
                              "' does not apply to ", it->name}),
                criterion.name);
  }
  if (criterion.values.empty()) {
    return Fail(Reason::kInvalidParameter, base::Concat({it->name, " has no value"}),
                criterion.name);
  }
  for (const auto& value : criterion.values) {
    const bool bad_date =
        it->kind == SearchKind::kDate && criterion.modifier.empty() && !IsSearchDate(value);
    const bool bad_missing = criterion.modifier == "missing" && value != "true" && value != "false";
    const bool is_plain = criterion.modifier.empty();
    const bool bad_quantity =
        it->kind == SearchKind::kQuantity && is_plain && !IsSearchQuantity(value);
    const bool bad_composite =
        it->kind == SearchKind::kComposite && is_plain && !IsSearchComposite(it->name, value);
    if (value.empty() || bad_date || bad_missing || bad_quantity || bad_composite) {
      return Fail(Reason::kInvalidParameter,
                  base::Concat({"'", base::Clip(value, 80), "' is not a value for ", it->name}),
                  criterion.name);
    }
  }
  return Condition{static_cast<std::uint16_t>(it - params.begin()), it->kind, criterion};
}

// The first value of the sort parameter, as text or day.
std::pair<std::int32_t, std::string_view> SortKey(const StoredResource& resource,
                                                  std::uint16_t param) {
  for (const auto& value : resource.values) {
    if (value.param == param) return {value.first, value.value};
  }
  return {};
}

absl::Status Sort(std::string_view type, std::string_view sort,
                  std::vector<const StoredResource*>& found) {
  const bool descending = sort.starts_with('-');
  if (descending) sort.remove_prefix(1);
  const auto params = SearchParamsOf(type);
  const auto it = std::find_if(params.begin(), params.end(),
                               [&](const SearchParamInfo& param) { return param.name == sort; });
  if (it == params.end()) {
    return Fail(Reason::kInvalidParameter,
                base::Concat({"Cannot sort by '", base::Clip(sort, 80), "'"}), "_sort");
  }
  const auto param = static_cast<std::uint16_t>(it - params.begin());
  std::stable_sort(found.begin(), found.end(),
                   [&](const StoredResource* a, const StoredResource* b) {
                     return descending ? SortKey(*b, param) < SortKey(*a, param)
                                       : SortKey(*a, param) < SortKey(*b, param);
                   });
  return {};
}

absl::Status CheckType(std::string_view type) {
  const auto types = ResourceTypes();
  if (std::find(types.begin(), types.end(), type) != types.end()) return {};
  return Fail(Reason::kUnknownRoute,
              base::Concat({"Resources of type '", base::Clip(type, 60), "' are not served"}));
}

}  // namespace

absl::StatusOr<ResourceView> ReadResource(const Scope& scope, const ReadResourceRequest& request) {
  RETURN_IF_ERROR(CheckBudget(scope.call));
  RETURN_IF_ERROR(CheckType(request.type));
  if (const auto* resource = scope.snapshot.resources.Find(request.type, request.id))
    return resource->view();
  return Fail(Reason::kUnknownResource,
              base::Concat({"There is no ", request.type, " with the id '",
                            base::Clip(request.id, 80), "'"}));
}

absl::StatusOr<SearchResourcesResult> SearchResources(const Scope& scope,
                                                      const SearchResourcesRequest& request) {
  RETURN_IF_ERROR(CheckBudget(scope.call));
  RETURN_IF_ERROR(CheckType(request.type));
  if (request.count < 0) return Fail(Reason::kInvalidParameter, "_count is not negative", "_count");
  if (request.offset < 0)
    return Fail(Reason::kInvalidParameter, "_offset is not negative", "_offset");
  std::vector<Condition> conditions;
  for (const auto& criterion : request.criteria) {
    ASSIGN_OR_RETURN(const Condition condition, ReadCondition(request.type, criterion));
    conditions.push_back(condition);
  }
  std::optional<CodeHolders> holders;
  if (std::any_of(conditions.begin(), conditions.end(),
                  [](const Condition& each) { return each.criterion.name == "code"; })) {
    holders.emplace(scope.snapshot);
  }
  const CodeHolders* const asked = holders ? &*holders : nullptr;
  std::vector<const StoredResource*> found;
  for (const auto& resource : scope.snapshot.resources.OfType(request.type)) {
    const bool meets_all =
        std::all_of(conditions.begin(), conditions.end(),
                    [&](const Condition& condition) { return Meets(asked, resource, condition); });
    if (meets_all) found.push_back(&resource);
  }
  if (!request.sort.empty()) RETURN_IF_ERROR(Sort(request.type, request.sort, found));
  SearchResourcesResult result;
  result.total = static_cast<std::int32_t>(found.size());
  const auto first = std::min(found.size(), static_cast<std::size_t>(request.offset));
  const auto last = std::min(found.size(), first + static_cast<std::size_t>(request.count));
  for (std::size_t i = first; i < last; ++i) result.resources.push_back(found[i]->view());
  return result;
}

ListCodeSystemsResult ListCodeSystems(const Scope& scope) {
  ListCodeSystemsResult result;
  const auto& snapshot = scope.snapshot;
  for (std::size_t i = 0; i < snapshot.systems.size(); ++i) {
    const auto& system = *snapshot.systems[i];
    const auto& info = system.info();
    CodeSystemSummary summary{
        info.id,
        info.url,
        info.version,
        info.name,
        info.title,
        info.content,
        info.supplements,
        info.status,
        info.copyright,
        info.language,
        static_cast<std::int64_t>(system.size()),
        info.case_sensitive,
        info.compositional,
        !system.hierarchy().empty(),
        {},
        {},
        FiltersOf(scope, static_cast<model::SystemId>(i)),
        scope.catalog.FindSystem(info.url, {}) == static_cast<model::SystemId>(i)};
    const auto add_property = [&](std::string_view code) {
      auto& known = summary.properties;
      if (std::find(known.begin(), known.end(), code) == known.end()) known.push_back(code);
    };
    for (const auto& def : system.property_defs()) add_property(def.code);
    if (!snapshot.facts[i].by_concept.values().empty()) {
      for (const auto& property : snapshot.fact_properties) add_property(property.code);
    }
    if (!info.language.empty()) summary.languages.push_back(info.language);
    for (std::uint32_t id = 0; id < system.size(); ++id) {
      for (const auto& designation : system.Designations(static_cast<model::ConceptId>(id))) {
        const auto language = system.Text(designation.language);
        auto& known = summary.languages;
        if (!language.empty() && std::find(known.begin(), known.end(), language) == known.end()) {
          known.push_back(language);
        }
      }
    }
    result.code_systems.push_back(std::move(summary));
  }
  return result;
}

ListPayersResult ListPayers(const Scope& scope) {
  const auto& coverage = scope.snapshot.coverage;
  ListPayersResult result;
  for (const auto& payer : coverage.payers()) {
    result.payers.push_back(
        {payer.slug, payer.name, payer.type, {payer.aliases.begin(), payer.aliases.end()}, {}, 0});
  }
  for (const auto& plan : coverage.plans()) {
    result.payers[plan.payer].plans.push_back({plan.slug, plan.name, plan.line_of_business});
  }
  for (const auto& note : coverage.notes()) ++result.payers[note.payer].note_count;
  return result;
}

}  // namespace chemoterm::engine
