// The names and properties of concepts, with what supplements and value sets say of them.
#pragma once

#include <absl/status/statusor.h>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fold.h"
#include "engine/scope.h"
#include "model/value_set.h"

namespace chemoterm::engine {

// One name of a concept.
struct NameView {
  std::size_t index = 0;      // among the names of the concept
  std::string_view language;  // empty = not said: it serves every language
  CodingView use;
  std::string_view text;
  std::string_view extensions;  // JSON, objects joined by commas
  bool withdrawn = false;
  bool for_display = true;  // false: a use of the author's own; not offered as a display
  bool is_display = false;  // the display of the code system or of the value set
};

struct ChosenName {
  std::string_view text;  // empty when the caller bars every language there is
  std::size_t index = static_cast<std::size_t>(-1);
};

// For one request: its languages and supplements. Views into request and snapshot.
class ConceptNames {
 public:
  // The languages are those of the request, else the caller's (Accept-Language), else what the
  // author of the value set asks for, else its own. Supplements: those of the request and of the
  // value set; an unknown one is kUnknownSupplement. With `system`, the canonical of a code system,
  // so is one that does not supplement it.
  static absl::StatusOr<ConceptNames> Make(const Scope& scope, const model::ValueSet& set,
                                           std::string_view display_language,
                                           const std::vector<std::string>& supplements,
                                           std::string_view system = {});

  const base::LanguageList& languages() const { return languages_; }
  // As it was asked for; empty when nobody did.
  std::string_view language_parameter() const { return language_parameter_; }
  const std::vector<model::SystemId>& supplements() const { return supplements_; }

  // The display first.
  std::vector<NameView> Names(model::SystemId system, model::ConceptId id,
                              const model::ListedConcept* listed) const;
  // The name to show.
  ChosenName Choose(model::SystemId system, model::ConceptId id,
                    const model::ListedConcept* listed) const;
  // The extensions that supplements add; JSON, objects joined by commas.
  std::string_view Extensions(model::SystemId system, model::ConceptId id) const;
  // Properties of the code system, then those of the supplements.
  void ForEachProperty(
      model::SystemId system, model::ConceptId id,
      const std::function<void(const model::PropertyDef&, const ValueView&)>& f) const;

 private:
  explicit ConceptNames(const Scope& scope) : scope_(&scope) {}
  // Calls `f(supplement, id)` for the supplements that say something of the concept.
  template <class F>
  void ForEachSupplement(model::SystemId system, model::ConceptId id, F&& f) const;

  const Scope* scope_;
  base::LanguageList languages_;
  std::string_view language_parameter_;
  std::vector<model::SystemId> supplements_;
};

}  // namespace chemoterm::engine
