// Codes with modifiers: "base:modifier:modifier", the grammar of compositional code systems like
// CPT.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/scope.h"

namespace chemoterm::engine {

// A modifier of an expression; `concept_id` in `system` when it is loaded.
struct Modifier {
  std::string_view code;
  std::optional<model::SystemId> system;
  model::ConceptId concept_id{};
};

// The modifier of that code: by the property `modifier`, in the code system itself, if there is
// one, then in every other one. Without a system where none has it.
Modifier FindModifier(const Scope& scope, std::optional<model::SystemId> home,
                      std::string_view code);

// An expression taken apart. Views into the expression.
struct Expression {
  std::string_view base;
  std::vector<Modifier> modifiers;
};

// True when the code system builds expressions and the code has a colon.
bool IsExpression(const model::CodeSystem& system, std::string_view code);

// Nothing when the grammar is not met: a base and one to eight modifiers of two letters or digits,
// each after a colon.
std::optional<Expression> ParseExpression(const Scope& scope, model::SystemId system,
                                          std::string_view code);

// The expression with its modifiers in order.
std::string Normalized(const Expression& expression);

// Base display and modifier names: "... + ...".
std::string ComposeDisplay(const Scope& scope, std::string_view base_display,
                           const Expression& expression);

}  // namespace chemoterm::engine
