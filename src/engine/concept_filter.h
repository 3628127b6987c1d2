// One filter of an include or exclude, ready to be asked.
#pragma once

#include <absl/status/statusor.h>
#include <re2/re2.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chemoterm/resources.h"
#include "engine/scope.h"
#include "model/value_set.h"

namespace chemoterm::engine {

// Concepts of a code system that follow each other in its order: from `begin` up to `end`.
struct ConceptRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Filters on: concept or code (the hierarchy, or the code itself); parent, child; display,
// definition; inactive; any property of the code system or of the rows that supplement it. Views
// into value set and snapshot.
class Filter {
 public:
  // Fails with kInvalidValueSet for an operator that is unknown or cannot be used with the
  // property, for one without value, and for a regular expression that is bad or too large; with
  // kTooCostly when those of the request are too large together. `where` is the element's
  // path.
  static absl::StatusOr<Filter> Make(const Scope& scope, model::SystemId system,
                                     const model::ConceptFilter& filter, std::string_view where);

  bool Matches(model::ConceptId id) const;

  // What matches, where that is known without looking at the concepts; nothing otherwise.
  std::optional<ConceptRange> Range() const;
  // A superset of what matches, where one is to be had without looking at all concepts; nothing
  // otherwise. In the order of the code system.
  std::optional<std::vector<model::ConceptId>> Candidates() const;

 private:
  // What a filter compares with.
  enum class Subject : unsigned char {
    kHierarchy,
    kCode,
    kDisplay,
    kDefinition,
    kParent,
    kChild,
    kProperty
  };

  Filter(const Scope& scope, model::SystemId system)
      : snapshot_(&scope.snapshot),
        system_(&scope.catalog.System(system)),
        facts_(&scope.catalog.Facts(system)) {}
  absl::Status Compile(const Scope& scope, const model::ConceptFilter& filter,
                       std::string_view where);
  absl::Status CompileValue(const Scope& scope, std::string_view where);
  absl::Status CompileRegex(const Scope& scope, std::string_view where);
  const model::CodeSystem& system() const { return *system_; }
  bool MatchesHierarchy(model::ConceptId id) const;
  bool MatchesText(std::string_view text) const;
  // True when some value of the concept is as wished, or would be without the negation.
  template <class F>
  bool AnyValue(model::ConceptId id, F&& f) const;

  const model::Snapshot* snapshot_;
  const model::CodeSystem* system_;
  const model::FactTable* facts_;
  Subject subject_ = Subject::kProperty;
  model::FilterOp op_ = model::FilterOp::kEquals;
  std::string_view property_;
  std::string_view value_;
  std::optional<std::size_t> fact_property_;  // when rows have values of the property, too
  std::vector<std::string_view> values_;      // of in and not-in; codes as the system writes them
  std::optional<model::ConceptId> concept_;   // the value, as a concept of the system
  std::vector<model::ConceptId> concepts_;    // the same of in and not-in
  std::shared_ptr<const RE2> regex_;
};

// What value sets may say of concepts of the system: the rules of Filter::Make as a list.
std::vector<FilterSummary> FiltersOf(const Scope& scope, model::SystemId system);

}  // namespace chemoterm::engine
