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
#include <unordered_map>
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

// An include or exclude.
struct ConceptSetView {
  const model::ConceptSet* set = nullptr;
  std::string path;  // of the element
  std::optional<NamedSystem> system;
  std::vector<Filter> filters;
  std::vector<ValueSetViewPtr> value_sets;

  // Whole systems can have concepts that nobody listed.
  bool is_whole_system() const {
    return system && set->concepts.empty() && filters.empty() && value_sets.empty();
  }
  // True when the set is about this system, in a version that it takes.
  bool Takes(const Scope& scope, model::SystemId system_id) const;
  // True when the set, read in that version of its system, has the concept; `listed` (may be null)
  // is then what the value set says of it.
  bool Has(const OneConcept& one, const model::ListedConcept** listed = nullptr) const;

 private:
  using ById = std::unordered_map<model::ConceptId, const model::ListedConcept*>;
  const model::ListedConcept* FindListed(const Scope& scope, model::SystemId system_id,
                                         model::ConceptId id) const;
  bool PassesFilters(const Scope& scope, model::SystemId system_id, model::ConceptId id) const;

  // Made when first needed: views live for one call, on one thread. The filters for another version
  // of the system (nothing where one cannot be used), and what is listed in another spelling.
  mutable std::map<model::SystemId, std::optional<std::vector<Filter>>> other_filters_;
  mutable std::map<model::SystemId, ById> by_id_;
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
  // True when an exclude names a version that no include has: it then holds for all versions.
  bool matches_versions() const { return matches_versions_; }

 private:
  friend class ValueSetResolver;
  const model::ValueSet* set_ = nullptr;
  std::vector<ConceptSetView> includes_;
  std::vector<ConceptSetView> excludes_;
  bool matches_versions_ = false;
};

// Makes views; one for each value set, however often it is imported.
class ValueSetResolver {
 public:
  // With `missing`, the canonicals of value sets that are not loaded are listed there, and they
  // count as empty; without, they and unknown systems fail the operation.
  ValueSetResolver(const Scope& scope, const VersionRules& rules, std::vector<std::string>* missing)
      : scope_(scope), rules_(rules), missing_(missing) {}

  // The value set that a request means, by canonical or as the one parsed from the request.
  absl::StatusOr<ValueSetViewPtr> Resolve(const model::ValueSet& set);

  // Value sets that were imported, each once.
  const std::vector<const model::ValueSet*>& imported() const { return imported_; }
  // What the request's rules changed: which rule, for which canonical.
  const std::vector<std::pair<VersionRules::By, std::string>>& applied() const { return applied_; }

 private:
  absl::StatusOr<ConceptSetView> ResolveSet(const model::ConceptSet& set, std::string_view path);
  absl::Status ResolveSystem(const model::ConceptSet& set, ConceptSetView& view);
  absl::StatusOr<ValueSetViewPtr> Import(std::string_view canonical);
  void NoteRule(const NamedSystem& system);
  static bool MatchesVersions(const ValueSetView& view);

  const Scope& scope_;
  const VersionRules& rules_;
  std::vector<std::string>* missing_;
  std::map<const model::ValueSet*, ValueSetViewPtr> made_;
  std::vector<const model::ValueSet*> path_;
  std::vector<const model::ValueSet*> imported_;
  std::vector<std::pair<VersionRules::By, std::string>> applied_;
};

// The value set of that canonical ("url" or "url|version"); kUnknownValueSet when it is not loaded.
absl::StatusOr<const model::ValueSet*> FindValueSet(const Scope& scope, std::string_view url,
                                                    std::string_view version);

// The value set that a request is about: the one it brought, else the one it names. Fails with
// kUnknownValueSet when that is not loaded, and when the request does neither or both.
absl::StatusOr<const model::ValueSet*> WantedValueSet(const Scope& scope, std::string_view url,
                                                      std::string_view version);

}  // namespace chemoterm::engine
