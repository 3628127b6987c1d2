#include "hooks/code_systems.h"

#include <algorithm>

namespace chemoterm::hooks {

bool CodeSystems::IsOneOf(std::initializer_list<std::string_view> names,
                          std::string_view system) const {
  // A short name is no URL, and not what a Coding may have for its system.
  if (system.find(':') == std::string_view::npos) return false;
  const std::string_view other_spelling = CanonicalOf(system);
  const std::string_view canonical = other_spelling.empty() ? system : other_spelling;
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return CanonicalOf(name) == canonical; });
}

std::string_view CodeSystems::CanonicalOf(std::string_view name) const {
  const auto found = aliases_.find(name);
  return found == aliases_.end() ? std::string_view{} : std::string_view(found->second);
}

}  // namespace chemoterm::hooks
