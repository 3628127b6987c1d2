#include "import/content_folder.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "base/clock.h"
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
constexpr std::size_t kSumDigits = 12;  // of a file's sum, in its name

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
    entry.Text("periodStart", file.period_start);
    entry.Text("periodEnd", file.period_end);
    entry.Text("setting", file.setting);
    if (file.search) entry.Bool("search", true);
    entry.Text("codePattern", file.code_pattern);
    entry.Text("over", file.over);
    if (file.expansion_concepts != 0) {
      entry.Int("expansionConcepts", static_cast<std::int64_t>(file.expansion_concepts));
    }
  }
  return text;
}

bool IsReplacedBy(std::string_view path, const ImportedFile& file) {
  return WithoutSum(path) == file.stem + file.ending ||
         std::any_of(file.replaces.begin(), file.replaces.end(),
                     [&](const std::string& prefix) { return path.starts_with(prefix); });
}

std::string TextOf(std::string_view entry, std::string_view member) {
  return json::Unquote(json::Member(entry, member));
}

std::string DayBefore(std::string_view date) {
  const auto day = base::ParseDate(date);
  return day ? base::FormatDay(base::AddDays(day->first, -1)) : std::string();
}

// An entry whose open period ends where that of `file` starts.
std::string Ended(std::string_view entry, const ImportedFile& file) {
  std::string text(entry.substr(0, entry.size() - 1));
  text += R"(, "periodEnd": )";
  json::AppendString(text, DayBefore(file.period_start));
  return text += '}';
}

bool IsEndedBy(std::string_view entry, const ImportedFile& file) {
  if (file.ends.empty() || !TextOf(entry, "path").starts_with(file.ends)) return false;
  const std::string start = TextOf(entry, "periodStart");
  return TextOf(entry, "periodEnd").empty() && !start.empty() && start < file.period_start;
}

// The first file whose path is wanted; empty texts if there is none.
absl::StatusOr<FoundFile> FindFirst(const std::string& dir,
                                    const std::function<bool(std::string_view path)>& is_wanted) {
  ASSIGN_OR_RETURN(const std::string manifest, ReadManifestText(dir));
  for (json::Elements each(json::Member(base::Trim(manifest), "files")); each.Next();) {
    FoundFile found;
    found.path = TextOf(each.value(), "path");
    if (!is_wanted(found.path)) continue;
    // A file that cannot be read is replaced like any other.
    if (auto text = load::ReadContentFile(dir, found.path); text.ok())
      found.text = *std::move(text);
    return found;
  }
  return FoundFile{};
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
    const std::string path = base::Concat(
        {file.stem, "-", load::Sha256Hex(file.bytes).substr(0, kSumDigits), file.ending});
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
    return std::any_of(files_.begin(), files_.end(),
                       [&](const ImportedFile& file) { return IsReplacedBy(path, file); });
  }

  // An entry that stays, ended where one of the files takes over.
  std::string Kept(std::string_view entry) const {
    const auto by = std::find_if(files_.begin(), files_.end(),
                                 [&](const ImportedFile& file) { return IsEndedBy(entry, file); });
    return by == files_.end() ? std::string(entry) : Ended(entry, *by);
  }

  // The manifest with the old entries out and the new ones behind the last; the rest of its text
  // stays.
  absl::Status WriteDraft(std::string_view manifest) {
    const std::string_view list = json::Member(base::Trim(manifest), "files");
    std::vector<std::string> kept;
    for (json::Elements each(list); each.Next();) {
      const std::string path = TextOf(each.value(), "path");
      if (!IsReplaced(path)) {
        kept.push_back(Kept(each.value()));
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
    for (const std::string& entry : kept) append(entry);
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
  return FindFirst(dir, [&](std::string_view path) { return path.starts_with(prefix); });
}

absl::StatusOr<FoundFile> FindReplaced(const std::string& dir, const ImportedFile& file) {
  return FindFirst(dir, [&](std::string_view path) { return IsReplacedBy(path, file); });
}

std::string WithoutSum(std::string_view path) {
  const auto point = std::min(path.find('.', path.rfind('/') + 1), path.size());
  const std::string_view stem = path.substr(0, point);
  const auto hyphen = stem.rfind('-');
  const bool has_sum =
      hyphen != std::string_view::npos && stem.size() - hyphen == kSumDigits + 1 &&
      stem.find_first_not_of("0123456789abcdef", hyphen + 1) == std::string_view::npos;
  return base::Concat({has_sum ? stem.substr(0, hyphen) : stem, path.substr(point)});
}

absl::StatusOr<load::Manifest> ManifestInContent(const std::string& dir) {
  ASSIGN_OR_RETURN(const std::string text, ReadManifestText(dir));
  load::Faults faults;
  return load::ReadManifest(text, load::FileFaults(faults, load::kManifestName));
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
