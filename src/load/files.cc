#include "load/files.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"

namespace chemoterm::load {
namespace {

namespace fs = std::filesystem;

absl::Status CannotRead(std::string_view why) {
  return Fail(Reason::kUnprocessable, base::Concat({"cannot be read: ", why}));
}

// A sum that grows with the bytes it is given.
class Sha256 {
 public:
  Sha256() { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }
  void Add(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }
  std::string Hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string text;
    for (unsigned i = 0; i < size; ++i) {
      text += kHex[digest[i] >> 4];
      text += kHex[digest[i] & 0xF];
    }
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_{EVP_MD_CTX_new(),
                                                                   &EVP_MD_CTX_free};
};

// The size of a regular file of at most `most` bytes.
absl::StatusOr<std::size_t> SizeOf(const std::string& path, std::size_t most) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) return CannotRead("no such file");
  if (!fs::is_regular_file(status)) return CannotRead("not a regular file");
  const auto size = fs::file_size(path, error);
  if (error) return CannotRead(error.message());
  if (size > most) {
    return CannotRead(base::Concat({"larger than ", base::ToText(most >> 20), " MiB"}));
  }
  return size;
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
  ASSIGN_OR_RETURN(const std::size_t size, SizeOf(path, kMaxFileBytes));
  std::ifstream stream(path, std::ios::binary);
  std::string text(size, '\0');
  if (!stream.read(text.data(), static_cast<std::streamsize>(size)))
    return CannotRead("read error");
  return text;
}

absl::StatusOr<ReadLinesResult> ReadLines(const std::string& path, std::size_t most,
                                          const EachLine& each) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  ASSIGN_OR_RETURN(const std::size_t size, SizeOf(path, most));
  std::ifstream stream(path, std::ios::binary);
  Sha256 sum;
  ReadLinesResult result;
  std::string held;  // the begin of a line whose end is not read
  std::string piece(kMaxLineBytes, '\0');
  const auto give = [&](std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    each(line, result.bytes, size);
  };
  for (;;) {
    stream.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    std::string_view text =
        std::string_view(piece).substr(0, static_cast<std::size_t>(stream.gcount()));
    if (text.empty()) break;
    sum.Add(text);
    if (result.bytes == 0 && text.starts_with(kByteOrderMark)) {
      text.remove_prefix(kByteOrderMark.size());
    }
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
      held += text.substr(0, end);
      text.remove_prefix(end + 1);
      give(held);
      held.clear();
    }
    held += text;
    result.bytes += static_cast<std::size_t>(stream.gcount());
    if (held.size() > kMaxLineBytes) return CannotRead("a line of more than 1 MiB");
  }
  if (stream.bad() || result.bytes != size) return CannotRead("read error");
  if (!held.empty()) give(held);
  result.sha256 = sum.Hex();
  return result;
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
  Sha256 sum;
  sum.Add(bytes);
  return sum.Hex();
}

}  // namespace chemoterm::load
