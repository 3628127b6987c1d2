// Files of the content folder, read safely, and their digests.
#pragma once

#include <absl/status/statusor.h>

#include <cstddef>
#include <functional>
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

// What came of reading a file by lines.
struct ReadLinesResult {
  std::size_t bytes = 0;
  std::string sha256;  // 64 lower-case hex digits
};

// Gives the lines of a regular file, without their ends (LF or CRLF) and without a byte-order mark
// before the first; `read` of `size` bytes are behind the line's begin. Memory does not grow with
// the file. Fails for a file of more than `most` bytes or with a line of more than kMaxLineBytes;
// lines before that have been given.
inline constexpr std::size_t kMaxLineBytes = std::size_t{1} << 20;
using EachLine = std::function<void(std::string_view line, std::size_t read, std::size_t size)>;
absl::StatusOr<ReadLinesResult> ReadLines(const std::string& path, std::size_t most,
                                          const EachLine& each);

// The names of the regular files of a folder that end in `ending`, sorted; not those in its
// folders. At most 1,000.
absl::StatusOr<std::vector<std::string>> ListFiles(const std::string& dir, std::string_view ending);

// 64 lower-case hex digits.
std::string Sha256Hex(std::string_view bytes);

}  // namespace chemoterm::load
