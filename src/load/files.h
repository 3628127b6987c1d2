// Files of the content folder, read safely, and their digests.
#pragma once

#include <absl/status/statusor.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace chemoterm::load {

inline constexpr std::size_t kMaxFileBytes = std::size_t{1} << 30;

// True for a relative path of plain names: no "..", no backslash, not absolute.
bool IsSafePath(std::string_view path);

// The text of a regular file in `dir`. Symbolic links may be followed, but not out of the folder.
absl::StatusOr<std::string> ReadContentFile(const std::string& dir, std::string_view path);

// The text of any regular file, up to kMaxFileBytes.
absl::StatusOr<std::string> ReadWholeFile(const std::string& path);

// The names of the regular files of a folder that end in `ending`, sorted; not those in its
// folders. At most 1,000.
absl::StatusOr<std::vector<std::string>> ListFiles(const std::string& dir, std::string_view ending);

// 64 lower-case hex digits.
std::string Sha256Hex(std::string_view bytes);

}  // namespace chemoterm::load
