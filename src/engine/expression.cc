#include "engine/expression.h"

#include <algorithm>

#include "base/text.h"

namespace chemoterm::engine {
namespace {

constexpr std::size_t kModifierSize = 2;
constexpr std::size_t kMaxModifiers = 8;

// The concept of a modifier in one code system.
std::optional<model::ConceptId> ModifierOf(const model::CodeSystem& system, std::string_view code) {
  const auto id = system.Find(code);
  if (!id) return std::nullopt;
  const auto value = system.Property(*id, "modifier");
  if (!value || value->text != "true") return std::nullopt;
  return id;
}

}  // namespace

Modifier FindModifier(const Scope& scope, std::optional<model::SystemId> home,
                      std::string_view code) {
  if (home) {
    if (const auto id = ModifierOf(scope.catalog.System(*home), code)) return {code, home, *id};
  }
  for (std::size_t i = 0; i < scope.snapshot.systems.size(); ++i) {
    const auto other = static_cast<model::SystemId>(i);
    if (const auto id = ModifierOf(scope.catalog.System(other), code)) return {code, other, *id};
  }
  return {code, std::nullopt, {}};
}

bool IsExpression(const model::CodeSystem& system, std::string_view code) {
  return system.info().compositional && code.find(':') != std::string_view::npos;
}

std::optional<Expression> ParseExpression(const Scope& scope, model::SystemId system,
                                          std::string_view code) {
  const auto parts = base::Split(code, ':');
  if (parts.size() < 2 || parts.size() > kMaxModifiers + 1 || parts.front().empty())
    return std::nullopt;
  Expression expression{parts.front(), {}};
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto part = parts[i];
    if (part.size() != kModifierSize || !std::all_of(part.begin(), part.end(), base::IsAlnum))
      return std::nullopt;
    expression.modifiers.push_back(FindModifier(scope, system, part));
  }
  return expression;
}

std::string Normalized(const Expression& expression) {
  std::vector<std::string_view> codes;
  codes.reserve(expression.modifiers.size());
  for (const auto& modifier : expression.modifiers) codes.push_back(modifier.code);
  std::sort(codes.begin(), codes.end());
  std::string text(expression.base);
  for (const auto code : codes) {
    text += ':';
    text += code;
  }
  return text;
}

std::string ComposeDisplay(const Scope& scope, std::string_view base_display,
                           const Expression& expression) {
  std::string display(base_display);
  for (const auto& modifier : expression.modifiers) {
    std::string_view name;
    if (modifier.system) name = scope.catalog.System(*modifier.system).Display(modifier.concept_id);
    display += " + ";
    display += name.empty() ? std::string_view(modifier.code) : name;
  }
  return display;
}

}  // namespace chemoterm::engine
