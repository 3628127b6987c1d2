// Which names of codes are shown, where their owner licenses them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace chemoterm {

// Only for code systems that have, or lie over, our own wording; all others are shown as they are.
enum class Displays : std::uint8_t {
  kLicensed,    // the owner's where they are loaded, else ours
  kOwnWording,  // ours; a code that has none is shown by itself
  kCodeOnly,    // no display, definition or designation
};

inline constexpr std::array<std::pair<Displays, std::string_view>, 3> kDisplayNames = {{
    {Displays::kLicensed, "licensed"},
    {Displays::kOwnWording, "own-wording"},
    {Displays::kCodeOnly, "code-only"},
}};

constexpr std::string_view ToText(Displays displays) {
  for (const auto& [each, name] : kDisplayNames) {
    if (each == displays) return name;
  }
  return {};
}

constexpr std::optional<Displays> ParseDisplays(std::string_view text) {
  for (const auto& [each, name] : kDisplayNames) {
    if (name == text) return each;
  }
  return std::nullopt;
}

}  // namespace chemoterm
