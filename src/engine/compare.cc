#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/concept_collector.h"
#include "engine/operations.h"
#include "engine/resolve.h"
#include "engine/value_set_view.h"

namespace chemoterm::engine {
namespace {

using model::ConceptSet;
using model::ValueSet;

// What is known of the codes of two value sets.
struct Difference {
  bool any_common = false;
  bool any_missing = false;  // this one has a code that the other lacks
  bool any_extra = false;
  // Single codes, where they are known: views into value sets and systems.
  std::vector<std::string_view> common, missing, extra;
};

// What a value set says of one system.
struct PerSystem {
  bool whole = false;  // in some version: wholes are not told apart by it
  std::set<std::string> codes;
  // Each a set of filters, as text in a fixed order, with its version.
  std::multiset<std::string> filtered;
  const ConceptSet* only_filter = nullptr;  // when there is one set of one filter
};
using Structure = std::map<std::string_view, PerSystem>;

std::string TextOf(const ConceptSet& set) {
  std::vector<std::string> filters;
  filters.reserve(set.filters.size());
  for (const auto& filter : set.filters) {
    filters.push_back(base::Concat({filter.property, "\n", filter.op, "\n", filter.value}));
  }
  std::sort(filters.begin(), filters.end());
  return base::Concat({set.version, "\n\n", base::Join(filters, "\n\n")});
}

// A listed code as its system writes it, or as it is listed when the system does not have it.
std::string Spelled(const model::CodeSystem* system, const std::string& code) {
  const auto id = system == nullptr ? std::nullopt : system->Find(code);
  return id ? std::string(system->Code(*id)) : code;
}

// Nothing for a value set with excludes or imports, or one that leaves inactive concepts out.
std::optional<Structure> StructureOf(const Scope& scope, const ValueSet& set) {
  if (!set.excludes.empty() || set.inactive == false) return std::nullopt;
  Structure structure;
  for (const ConceptSet& include : set.includes) {
    if (!include.value_sets.empty() || include.system.empty()) return std::nullopt;
    PerSystem& system = structure[include.system];
    if (!include.concepts.empty()) {
      const auto id = scope.catalog.FindSystem(include.system, include.version);
      const auto* const loaded = id ? &scope.catalog.System(*id) : nullptr;
      for (const auto& listed : include.concepts) {
        system.codes.insert(Spelled(loaded, listed.code));
      }
    } else if (include.filters.empty()) {
      system.whole = true;
    } else {
      system.only_filter =
          system.filtered.empty() && include.filters.size() == 1 ? &include : nullptr;
      system.filtered.insert(TextOf(include));
    }
  }
  return structure;
}

// Compares what two definitions say; false when they do not tell.
class StructureComparison {
 public:
  explicit StructureComparison(const Scope& scope) : scope_(scope) {}

  bool Compare(const Structure& one, const Structure& other, Difference& difference) const {
    for (const auto& [url, system] : one) {
      const auto same = other.find(url);
      if (same == other.end()) {
        difference.any_missing = true;
      } else if (!CompareSystem(url, system, same->second, difference)) {
        return false;
      }
    }
    for (const auto& [url, system] : other) {
      if (!one.contains(url)) difference.any_extra = true;
    }
    return true;
  }

 private:
  bool CompareSystem(std::string_view url, const PerSystem& one, const PerSystem& other,
                     Difference& difference) const {
    if (one.whole && other.whole) {
      difference.any_common = true;
      return true;
    }
    if (one.whole != other.whole) return false;
    if (one.filtered.empty() && other.filtered.empty()) {
      CompareCodes(one.codes, other.codes, difference);
      return true;
    }
    if (one.filtered == other.filtered && one.codes == other.codes) {
      difference.any_common = true;
      return true;
    }
    return one.codes.empty() && other.codes.empty() && one.only_filter != nullptr &&
           other.only_filter != nullptr &&
           CompareBranches(url, *one.only_filter, *other.only_filter, difference);
  }

  static void CompareCodes(const std::set<std::string>& one, const std::set<std::string>& other,
                           Difference& difference) {
    for (const auto& code : one) {
      (other.contains(code) ? difference.common : difference.missing).push_back(code);
    }
    for (const auto& code : other) {
      if (!one.contains(code)) difference.extra.push_back(code);
    }
    difference.any_common = difference.any_common || !difference.common.empty();
    difference.any_missing = difference.any_missing || !difference.missing.empty();
    difference.any_extra = difference.any_extra || !difference.extra.empty();
  }

  // Two branches of one hierarchy: one lies in the other or, in a tree, they have nothing in
  // common.
  bool CompareBranches(std::string_view url, const ConceptSet& one, const ConceptSet& other,
                       Difference& difference) const {
    const auto& a = one.filters.front();
    const auto& b = other.filters.front();
    const auto is_branch = [](const auto& filter) {
      return filter.op == "is-a" && (filter.property == "concept" || filter.property == "code");
    };
    if (!is_branch(a) || !is_branch(b) || one.version != other.version) return false;
    const auto system_id = scope_.catalog.FindSystem(url, one.version);
    if (!system_id) return false;
    const auto& system = scope_.catalog.System(*system_id);
    const auto top_a = system.Find(a.value);
    const auto top_b = system.Find(b.value);
    if (!top_a || !top_b) return false;
    const auto& hierarchy = system.hierarchy();
    if (*top_a == *top_b) {
      difference.any_common = true;
    } else if (hierarchy.IsAncestor(*top_b, *top_a)) {
      difference.any_common = difference.any_extra = true;
    } else if (hierarchy.IsAncestor(*top_a, *top_b)) {
      difference.any_common = difference.any_missing = true;
    } else if (hierarchy.IsTree()) {
      difference.any_missing = difference.any_extra = true;
    } else {
      return false;
    }
    return true;
  }

  const Scope& scope_;
};

using Codes = std::vector<std::pair<std::string_view, std::string_view>>;  // system, code

absl::StatusOr<Codes> Expanded(const Scope& scope, const VersionRules& rules, const ValueSet& set) {
  ASSIGN_OR_RETURN(const auto resolved, ResolveValueSet(scope, rules, set, Missing::kFails));
  const ValueSetView& view = *resolved->view;
  static const std::vector<std::string> kNone;
  ConceptCollector collector(scope, {.exclude_systems = kNone}, view);
  RETURN_IF_ERROR(collector.Run());
  Codes codes;
  for (const Entry& entry : collector.entries()) {
    const auto& system = scope.catalog.System(entry.system);
    codes.emplace_back(system.info().url, system.Code(entry.id));
  }
  RETURN_IF_ERROR(CheckBudget(scope.call));
  return codes;
}

Codes Sorted(Codes codes) {
  std::sort(codes.begin(), codes.end());
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  return codes;
}

// The codes come in the order of the expansions.
Difference CompareExpansions(const Codes& one, const Codes& other) {
  Difference difference;
  const Codes in_one = Sorted(one);
  const Codes in_other = Sorted(other);
  const auto has = [](const Codes& sorted, const Codes::value_type& code) {
    return std::binary_search(sorted.begin(), sorted.end(), code);
  };
  // Calls `f(code)` for each code once.
  const auto for_each = [](const Codes& codes, const Codes& sorted, const auto& f) {
    std::vector<bool> told(sorted.size(), false);
    for (const auto& code : codes) {
      const auto at = std::lower_bound(sorted.begin(), sorted.end(), code) - sorted.begin();
      const auto index = static_cast<std::size_t>(at);
      if (!told[index]) f(code);
      told[index] = true;
    }
  };
  for_each(one, in_one, [&](const auto& code) {
    (has(in_other, code) ? difference.common : difference.missing).push_back(code.second);
  });
  for_each(other, in_other, [&](const auto& code) {
    if (!has(in_one, code)) difference.extra.push_back(code.second);
  });
  difference.any_common = !difference.common.empty();
  difference.any_missing = !difference.missing.empty();
  difference.any_extra = !difference.extra.empty();
  return difference;
}

struct Outcome {
  std::string_view code;
  std::string_view message_id;
};

Outcome OutcomeOf(const Difference& difference) {
  const auto& d = difference;
  if (d.any_missing && d.any_extra) {
    return d.any_common ? Outcome{"overlapping", "COMPARE_OVERLAPPING"}
                        : Outcome{"disjoint", "COMPARE_DISJOINT"};
  }
  if (d.any_missing) return {"superset", "COMPARE_SUPERSET"};
  if (d.any_extra) return {"subset", "COMPARE_SUBSET"};
  return d.any_common ? Outcome{"same", "COMPARE_SAME"} : Outcome{"empty", "COMPARE_EMPTY"};
}

absl::StatusOr<const ValueSet*> Side(const Scope& scope, const ValueSet* given,
                                     std::string_view url, std::string_view name) {
  if (given != nullptr && !url.empty()) {
    return Fail(Reason::kConflictingParameters, "a value set is given by url or as a resource",
                name);
  }
  if (given != nullptr) return given;
  if (url.empty()) {
    return Fail(Reason::kMissingParameter, base::Concat({name, " or the resource is needed"}),
                name);
  }
  return FindValueSet(scope, url, {});
}

}  // namespace

absl::StatusOr<CompareResult> Compare(const Scope& scope, const CompareRequest& request) {
  RETURN_IF_ERROR(CheckBudget(scope.call));
  ASSIGN_OR_RETURN(const ValueSet* const one,
                   Side(scope, scope.catalog.given(), request.this_url, "thisUrl"));
  ASSIGN_OR_RETURN(const ValueSet* const other,
                   Side(scope, scope.catalog.given_other(), request.other_url, "otherUrl"));
  CompareResult result;
  const std::string this_name = one->Canonical();
  const std::string other_name = other->Canonical();
  Difference difference;
  const auto one_structure = StructureOf(scope, *one);
  const auto other_structure = StructureOf(scope, *other);
  const bool told =
      one_structure && other_structure &&
      StructureComparison(scope).Compare(*one_structure, *other_structure, difference);
  result.performed_expansion = !told;
  if (!told) {
    const VersionRules rules(request);
    auto one_codes = Expanded(scope, rules, *one);
    auto other_codes = one_codes.ok() ? Expanded(scope, rules, *other) : absl::StatusOr<Codes>{};
    for (const absl::Status& status : {one_codes.status(), other_codes.status()}) {
      if (status.ok()) continue;
      // That the caller's time is over says nothing of the value sets.
      const Reason reason = FailureOf(status).reason;
      if (reason == Reason::kDeadlineExceeded || reason == Reason::kCancelled) return status;
      result.result = "indeterminate";
      result.message = scope.texts.Keep(scope.Say(
          "COMPARE_INDETERMINATE",
          {{"this", this_name}, {"other", other_name}, {"reason", FailureOf(status).text}}));
      return result;
    }
    difference = CompareExpansions(*one_codes, *other_codes);
  }
  const Outcome outcome = OutcomeOf(difference);
  result.result = outcome.code;
  result.message =
      scope.texts.Keep(scope.Say(outcome.message_id, {{"this", this_name}, {"other", other_name}}));
  // Two equal expansions need no list.
  if (!request.diagnostics.value_or(false) || (!told && outcome.code == "same")) return result;
  const auto list = [&](const std::vector<std::string_view>& codes) -> std::string_view {
    return codes.empty() ? std::string_view{} : scope.texts.Keep(base::Join(codes, ","));
  };
  result.common_codes = list(difference.common);
  result.missing_codes = list(difference.missing);
  result.extra_codes = list(difference.extra);
  return result;
}

}  // namespace chemoterm::engine
