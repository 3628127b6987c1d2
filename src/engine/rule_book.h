// What the rules of administrations say of a case.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/scope.h"
#include "model/administration_rules.h"

namespace chemoterm::engine {

// What messages may speak of; 0 and empty = nothing is known, or to be said.
struct Particulars {
  std::string_view drug = {};
  std::string_view other = {};  // drug
  std::string_view item = {};   // of an administration
  std::string_view modifier = {};
  std::int64_t minutes = 0;
  std::int64_t units = 0;
  std::int64_t lesions = 0;
};

// A rule that led to a line, and what it says of one service.
struct Citation {
  model::RuleIndex rule = 0;
  std::string_view sentence;
};

// Lives for one call.
class RuleBook {
 public:
  explicit RuleBook(const Scope& scope)
      : rules_(scope.snapshot.administration_rules), texts_(scope.texts) {}

  const model::AdministrationRule& At(model::RuleIndex rule) const { return rules_.rules[rule]; }
  // Nothing when the rule is left out of answers.
  std::optional<model::RuleIndex> Of(model::administration::Step step) const {
    return rules_.steps[Index(step)];
  }
  // The rule's message, filled in; kept with the answer.
  std::string_view Say(model::RuleIndex rule, const Particulars& of) const;
  // Adds the step's rule, unless it is left out.
  void Cite(model::administration::Step step, const Particulars& of,
            std::vector<Citation>& to) const;

 private:
  const model::AdministrationRules& rules_;
  Texts& texts_;
};

}  // namespace chemoterm::engine
