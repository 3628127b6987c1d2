#include "import/content_build.h"

#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <vector>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "load/files.h"
#include "load/loader.h"
#include "load/manifest.h"

namespace chemoterm::imports {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDigestSize = 64;
constexpr std::size_t kLeastOfDigest = 6;

absl::Status Refuse(std::string_view path, std::string_view why) {
  return Fail(Reason::kUnprocessable, base::Concat({path, ": ", why}));
}

bool IsHex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// A folder that goes away unless it is kept.
class Draft {
 public:
  // In `parent`, which is made where it is not there.
  static absl::StatusOr<std::string> MakeIn(const std::string& parent) {
    std::error_code error;
    fs::create_directories(parent, error);
    std::string path = (fs::path(parent) / "draft-XXXXXX").string();
    if (error || mkdtemp(path.data()) == nullptr) return Refuse(parent, "cannot be written");
    return path;
  }
  explicit Draft(std::string path) : path_(std::move(path)) {}
  ~Draft() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  const std::string& path() const { return path_; }
  absl::Status MoveTo(const std::string& path) {
    std::error_code error;
    fs::permissions(path_, fs::perms(0755), error);  // that of mkdtemp is for its owner alone
    if (!error) fs::rename(path_, path, error);
    if (error) return Refuse(path, "cannot be written");
    path_.clear();
    return {};
  }

 private:
  std::string path_;
};

// Copies a file of the content; its size.
absl::StatusOr<std::uintmax_t> Copy(const std::string& dir, std::string_view path,
                                    const std::string& to) {
  const auto text = load::ReadContentFile(dir, path);
  if (!text.ok()) {
    return Refuse(base::Concat({dir, "/", path}), base::FromAbsl(text.status().message()));
  }
  const fs::path target = fs::path(to) / path;
  std::error_code error;
  fs::create_directories(target.parent_path(), error);
  std::ofstream stream(target, std::ios::binary);
  stream.write(text->data(), static_cast<std::streamsize>(text->size()));
  stream.close();
  if (!stream) return Refuse(target.string(), "cannot be written");
  return text->size();
}

}  // namespace

absl::StatusOr<ContentBuild> BuildContent(const std::string& dir, const std::string& builds,
                                          const Progress& progress) {
  ASSIGN_OR_RETURN(const load::Manifest manifest, ManifestInContent(dir));
  ASSIGN_OR_RETURN(std::string path, Draft::MakeIn(builds));
  Draft draft(std::move(path));
  ContentBuild build;
  build.version = manifest.version;
  RETURN_IF_ERROR(Copy(dir, load::kManifestName, draft.path()).status());
  for (const load::ManifestFile& file : manifest.files) {
    progress("copying", build.files, manifest.files.size());
    ASSIGN_OR_RETURN(const std::uintmax_t size, Copy(dir, file.path, draft.path()));
    build.bytes += size;
    ++build.files;
  }
  RETURN_IF_ERROR(load::RewriteDigests(draft.path()));
  progress("checking the whole content", 0, 0);
  load::LoadOptions options;
  options.dir = draft.path();
  ASSIGN_OR_RETURN(const auto snapshot, load::LoadSnapshot(options, nullptr));
  build.digest = snapshot->digest;
  build.path = (fs::path(builds) / build.digest).string();
  std::error_code error;
  build.was_there = fs::exists(build.path, error);
  if (!build.was_there) RETURN_IF_ERROR(draft.MoveTo(build.path));
  return build;
}

absl::StatusOr<std::string> FindBuild(const std::string& builds, std::string_view digest) {
  if (digest.size() < kLeastOfDigest || !IsHex(digest)) {
    return Fail(Reason::kInvalidParameter,
                base::Concat({"'", base::Clip(digest, 80), "' is not the start of a digest: ",
                              base::ToText(kLeastOfDigest), " hex digits or more"}));
  }
  std::vector<std::string> found;
  std::error_code error;
  for (fs::directory_iterator each(builds, error), end; !error && each != end;
       each.increment(error)) {
    const std::string name = each->path().filename().string();
    if (name.size() == kDigestSize && IsHex(name) && name.starts_with(digest)) {
      found.push_back(each->path().string());
    }
  }
  if (error) return Refuse(builds, "cannot be read");
  if (found.size() == 1) return found.front();
  return Refuse(builds,
                base::Concat({found.empty() ? "has no build " : "has several builds ", digest}));
}

}  // namespace chemoterm::imports
