#include "import/content_folder.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "json/slice.h"
#include "json/writer.h"
#include "load/faults.h"
#include "load/files.h"
#include "load/manifest.h"

namespace chemoterm::imports {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDraftName = "manifest.json.draft";

absl::Status CannotWrite(std::string_view path) {
  return Fail(Reason::kUnprocessable, base::Concat({path, ": cannot be written"}));
}

absl::StatusOr<std::string> ReadManifestText(const std::string& dir) {
  const auto text = load::ReadContentFile(dir, load::kManifestName);
  if (!text.ok()) {
    return Fail(Reason::kUnprocessable, base::Concat({dir, "/", load::kManifestName, ": ",
                                                      base::FromAbsl(text.status().message())}));
  }
  load::Faults faults;
  load::ReadManifest(*text, load::FileFaults(faults, load::kManifestName));
  if (!faults.empty()) return Fail(Reason::kUnprocessable, faults.Take().front().ToString());
  return *text;
}

absl::Status WriteText(const fs::path& path, std::string_view text) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  std::ofstream stream(path, std::ios::binary | std::ios::trunc);
  stream.write(text.data(), static_cast<std::streamsize>(text.size()));
  stream.close();
  return stream ? absl::Status() : CannotWrite(path.string());
}

std::string EntryOf(const ImportedFile& file, std::string_view path) {
  std::string text;
  {
    json::Object entry(&text);
    entry.Text("path", path);
    entry.Text("kind", file.kind);
    entry.Text("sha256", load::Sha256Hex(file.bytes));
    entry.Text("licence", file.licence);
    entry.Text("source", file.source);
    entry.Text("citation", file.citation);
    entry.Text("url", file.url);
    entry.Text("asOf", file.as_of);
    entry.Text("verification", file.verification);
    if (file.search) entry.Bool("search", true);
  }
  return text;
}

// One import: knows what it has written, to take it back.
class Import {
 public:
  Import(const std::string& dir, const std::vector<ImportedFile>& files, const Progress& progress)
      : dir_(dir), files_(files), progress_(progress) {}
  ~Import() {
    for (const std::string& path : written_) Remove(path);
  }

  absl::StatusOr<ImportResult> Run() {
    ASSIGN_OR_RETURN(const std::string manifest, ReadManifestText(dir_));
    progress_("writing", 0, 0);
    for (const ImportedFile& file : files_) RETURN_IF_ERROR(Write(file));
    RETURN_IF_ERROR(WriteDraft(manifest));
    progress_("checking the whole content", 0, 0);
    RETURN_IF_ERROR(CheckDraft());
    std::error_code error;
    fs::rename(fs::path(dir_) / kDraftName, fs::path(dir_) / load::kManifestName, error);
    if (error) return CannotWrite(base::Concat({dir_, "/", load::kManifestName}));
    written_.clear();
    for (const std::string& path : result_.replaced) Remove(path);
    return std::move(result_);
  }

 private:
  void Remove(const std::string& path) const {
    std::error_code ignored;
    const fs::path full = fs::path(dir_) / path;
    fs::remove(full, ignored);
    fs::remove(full.parent_path(), ignored);  // its folder as well when that is empty
  }

  absl::Status Write(const ImportedFile& file) {
    const std::string path =
        base::Concat({file.stem, "-", load::Sha256Hex(file.bytes).substr(0, 12), file.ending});
    const fs::path full = fs::path(dir_) / path;
    std::error_code error;
    // The same bytes are there already: they are in use, and stay if this fails.
    if (!fs::exists(full, error)) {
      written_.push_back(path);
      RETURN_IF_ERROR(WriteText(full, file.bytes));
    }
    result_.added.push_back(path);
    return {};
  }

  bool IsReplaced(std::string_view path) const {
    if (std::find(result_.added.begin(), result_.added.end(), path) != result_.added.end()) {
      return true;
    }
    return std::any_of(files_.begin(), files_.end(), [&](const ImportedFile& file) {
      return std::any_of(file.replaces.begin(), file.replaces.end(),
                         [&](const std::string& prefix) { return path.starts_with(prefix); });
    });
  }

  // The manifest with the old entries out and the new ones behind the last; the rest of its text
  // stays.
  absl::Status WriteDraft(std::string_view manifest) {
    const std::string_view list = json::Member(base::Trim(manifest), "files");
    std::vector<std::string_view> kept;
    for (json::Elements each(list); each.Next();) {
      const std::string path = json::Unquote(json::Member(each.value(), "path"));
      if (!IsReplaced(path)) {
        kept.push_back(each.value());
      } else if (std::find(result_.added.begin(), result_.added.end(), path) ==
                 result_.added.end()) {
        result_.replaced.push_back(path);
      }
    }
    std::string entries = "[";
    const auto append = [&](std::string_view entry) {
      entries += entries.size() == 1 ? "\n    " : ",\n    ";
      entries += entry;
    };
    for (const std::string_view entry : kept) append(entry);
    for (std::size_t i = 0; i < files_.size(); ++i) append(EntryOf(files_[i], result_.added[i]));
    entries += "\n  ]";
    const auto at = static_cast<std::size_t>(list.data() - manifest.data());
    written_.emplace_back(kDraftName);
    return WriteText(
        fs::path(dir_) / kDraftName,
        base::Concat({manifest.substr(0, at), entries, manifest.substr(at + list.size())}));
  }

  absl::Status CheckDraft() {
    load::LoadOptions options;
    options.dir = dir_;
    options.manifest_name = kDraftName;
    std::vector<load::ContentError> errors;
    return load::LoadSnapshot(options, &errors, &result_.packages).status();
  }

  const std::string& dir_;
  const std::vector<ImportedFile>& files_;
  const Progress& progress_;
  std::vector<std::string> written_;
  ImportResult result_;
};

}  // namespace

absl::StatusOr<FoundFile> FindInContent(const std::string& dir, std::string_view prefix) {
  ASSIGN_OR_RETURN(const std::string manifest, ReadManifestText(dir));
  for (json::Elements each(json::Member(base::Trim(manifest), "files")); each.Next();) {
    FoundFile found;
    found.path = json::Unquote(json::Member(each.value(), "path"));
    if (!found.path.starts_with(prefix)) continue;
    // A file that cannot be read is replaced like any other.
    if (auto text = load::ReadContentFile(dir, found.path); text.ok())
      found.text = *std::move(text);
    return found;
  }
  return FoundFile{};
}

absl::StatusOr<std::string> SystemInContent(const std::string& dir, std::string_view alias) {
  ASSIGN_OR_RETURN(const std::string manifest, ReadManifestText(dir));
  std::string url =
      json::Unquote(json::Member(json::Member(base::Trim(manifest), "systems"), alias));
  if (!url.empty()) return url;
  return Fail(Reason::kUnprocessable,
              base::Concat({dir, "/", load::kManifestName, ": 'systems' has no '", alias,
                            "'; name the canonical with --url"}));
}

absl::StatusOr<ImportResult> PutIntoContent(const std::string& dir,
                                            const std::vector<ImportedFile>& files,
                                            const Progress& progress) {
  return Import(dir, files, progress).Run();
}

}  // namespace chemoterm::imports
