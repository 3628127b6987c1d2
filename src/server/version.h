// Which chemoterm this is.
#pragma once

#include <string_view>

namespace chemoterm::server {

inline constexpr std::string_view kVersion = CHEMOTERM_VERSION;  // of CMake's project()
inline constexpr std::string_view kReleaseDate = "2026-11-22";   // of that version

}  // namespace chemoterm::server
