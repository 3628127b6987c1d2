#include "load/files.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/text.h"
#include "chemoterm/reason.h"

namespace chemoterm::load {
namespace {

namespace fs = std::filesystem;

absl::Status CannotRead(std::string_view why) {
  return Fail(Reason::kUnprocessable, base::Concat({"cannot be read: ", why}));
}

bool IsInside(const fs::path& dir, const fs::path& file) {
  const auto [end, unused] = std::mismatch(dir.begin(), dir.end(), file.begin(), file.end());
  return end == dir.end();
}

}  // namespace

bool IsSafePath(std::string_view path) {
  if (path.empty() || path.size() > 1000) return false;
  if (path.find_first_of(std::string_view("\\\0:", 3)) != std::string_view::npos) return false;
  for (const std::string_view part : base::Split(path, '/')) {
    if (part.empty() || part == "." || part == "..") return false;
  }
  return true;
}

absl::StatusOr<std::string> ReadWholeFile(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) return CannotRead("no such file");
  if (!fs::is_regular_file(status)) return CannotRead("not a regular file");
  const auto size = fs::file_size(path, error);
  if (error) return CannotRead(error.message());
  if (size > kMaxFileBytes) return CannotRead("larger than 1 GiB");
  std::ifstream stream(path, std::ios::binary);
  std::string text(size, '\0');
  if (!stream.read(text.data(), static_cast<std::streamsize>(size)))
    return CannotRead("read error");
  return text;
}

absl::StatusOr<std::string> ReadContentFile(const std::string& dir, std::string_view path) {
  if (!IsSafePath(path)) {
    return Fail(Reason::kUnprocessable, "the path is not a relative path inside the folder");
  }
  std::error_code error;
  const fs::path root = fs::canonical(dir, error);
  if (error) return CannotRead(error.message());
  const fs::path file = fs::weakly_canonical(root / fs::path(path), error);
  if (error) return CannotRead(error.message());
  if (!IsInside(root, file)) return CannotRead("it leads out of the folder");
  return ReadWholeFile(file.string());
}

absl::StatusOr<std::vector<std::string>> ListFiles(const std::string& dir,
                                                   std::string_view ending) {
  constexpr std::size_t kMost = 1000;
  std::error_code error;
  std::vector<std::string> names;
  fs::directory_iterator file(dir, error);
  for (; !error && file != fs::directory_iterator(); file.increment(error)) {
    const std::string name = file->path().filename().string();
    std::error_code gone;
    if (!name.ends_with(ending) || !file->is_regular_file(gone)) continue;
    if (names.size() == kMost) return CannotRead("more than 1000 files");
    names.push_back(name);
  }
  if (error) return CannotRead(error.message());
  std::sort(names.begin(), names.end());
  return names;
}

std::string Sha256Hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += kHex[digest[i] >> 4];
    text += kHex[digest[i] & 0xF];
  }
  return text;
}

}  // namespace chemoterm::load
