// A value set with all that it names: systems in the versions of the request, filters ready to be
// asked, the value sets that it imports.
#pragma once

#include <absl/status/statusor.h>

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/concept_filter.h"
#include "engine/scope.h"
#include "engine/version_rules.h"
#include "model/value_set.h"

namespace chemoterm::engine {

class ValueSetView;
using ValueSetViewPtr = std::shared_ptr<const ValueSetView>;

// The code system that an include or exclude names.
struct NamedSystem {
  std::string_view url;
  VersionRules::Choice choice;
  std::optional<model::SystemId> id;  // nothing when it is not loaded in such a version
};

// A concept that value sets are asked for. An imported value set is asked once, however many ways
// lead to it.
struct OneConcept {
  const Scope& scope;
  model::SystemId system;
  model::ConceptId id;
  struct Verdict {
    bool has = false;
    const model::ListedConcept* listed = nullptr;
  };
  mutable std::map<const ValueSetView*, Verdict> imported = {};
};

// A code that a fragment of a code system lacks: the whole system may have it, and value sets, too.
struct PossibleCode {
  const Scope& scope;
  model::SystemId system;
  std::string_view code;
  mutable std::map<std::pair<const ValueSetView*, bool>, bool> imported = {};
};

// An include or exclude.
struct ConceptSetView {
  const model::ConceptSet* set = nullptr;
  std::optional<NamedSystem> system;
  std::vector<Filter> filters;
  std::vector<ValueSetViewPtr> value_sets;

  // Whole systems can have concepts that nobody listed.
  bool is_whole_system() const {
    return system && set->concepts.empty() && filters.empty() && value_sets.empty();
  }
  // What the set has of its system where that is known without looking at the concepts; without
  // what imported value sets take away.
  std::optional<ConceptRange> Range(const Scope& scope) const;
  // True when the set is about this system, in a version that it takes.
  bool Takes(const Scope& scope, model::SystemId system_id) const;
  // True when the set, read in that version of its system, has the concept; `listed` (may be null)
  // is then what the value set says of it.
  bool Has(const OneConcept& one, const model::ListedConcept** listed = nullptr) const;
  // True when the set has the code if the system does. Filters cannot be asked: `by_filter` is what
  // they are taken to say.
  bool MayHave(const PossibleCode& one, bool by_filter) const;

 private:
  const model::ListedConcept* FindListed(const Scope& scope, model::SystemId system_id,
                                         model::ConceptId id) const;
  bool PassesFilters(const Scope& scope, model::SystemId system_id, model::ConceptId id) const;
};

class ValueSetView {
 public:
  const model::ValueSet& set() const { return *set_; }
  std::span<const ConceptSetView> includes() const { return includes_; }
  std::span<const ConceptSetView> excludes() const { return excludes_; }

  // True when some include has the concept, no exclude does, and it is active where it must be.
  // `listed` as above.
  bool Has(const OneConcept& one, const model::ListedConcept** listed = nullptr) const;
  bool Excludes(const OneConcept& one) const;
  // As ConceptSetView::MayHave; with filters of excludes taken for the contrary.
  bool MayHave(const PossibleCode& one, bool by_filter = false) const;
  // True when an exclude names a version that no include has: it then holds for all versions.
  bool matches_versions() const { return matches_versions_; }

 private:
  friend class ValueSetResolver;  // in value_set_resolver.cc
  const model::ValueSet* set_ = nullptr;
  std::vector<ConceptSetView> includes_;
  std::vector<ConceptSetView> excludes_;
  bool matches_versions_ = false;
};

// What a value set means under the rules of a request.
struct ResolvedValueSet {
  ValueSetViewPtr view;
  // The view and those that it imports, as they are met, each once.
  std::vector<const ValueSetView*> views;
  // Value sets that were imported, each once.
  std::vector<const model::ValueSet*> imported;
  // What the request's rules changed: which rule, for which canonical.
  std::vector<std::pair<VersionRules::By, std::string>> applied;
  // Canonicals of value sets that are not loaded; they count as empty.
  std::vector<std::string> missing;
};
using ResolvedValueSetPtr = std::shared_ptr<const ResolvedValueSet>;

// What becomes of value sets and code systems that are named but not loaded.
enum class Missing : unsigned char {
  kFails,  // the operation
  kIsEmpty,
};

// Resolves a value set of the catalog, or takes what was resolved for an earlier request.
absl::StatusOr<ResolvedValueSetPtr> ResolveValueSet(const Scope& scope, const VersionRules& rules,
                                                    const model::ValueSet& set, Missing missing);

// The value set of that canonical ("url" or "url|version"); kUnknownValueSet when it is not loaded.
absl::StatusOr<const model::ValueSet*> FindValueSet(const Scope& scope, std::string_view url,
                                                    std::string_view version);

// The value set that a request is about: the one it brought, else the one it names. Fails with
// kUnknownValueSet when that is not loaded, and when the request does neither or both.
absl::StatusOr<const model::ValueSet*> WantedValueSet(const Scope& scope, std::string_view url,
                                                      std::string_view version);

}  // namespace chemoterm::engine
