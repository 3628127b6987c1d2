#include "import/fhir_package.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "load/files.h"
#include "load/package.h"

namespace chemoterm::imports {
namespace {

absl::Status Refuse(std::string_view file, std::string_view why) {
  return Fail(Reason::kUnprocessable, base::Concat({file, ": ", why}));
}

// An id that sources may have.
std::string SourceId(const load::PackageHead& head) {
  std::string id = base::Concat({head.name, "-", head.version});
  std::replace_if(id.begin(), id.end(), [](char c) { return !base::IsAlnum(c) && c != '.'; }, '-');
  return id;
}

absl::StatusOr<ImportedFile> ReadPackage(const PackageImportOptions& options,
                                         const std::string& path) {
  auto bytes = load::ReadWholeFile(path);
  if (!bytes.ok()) return Refuse(path, base::FromAbsl(bytes.status().message()));
  const auto head = load::CheckPackage(*bytes);
  if (!head.ok()) return Refuse(path, base::FromAbsl(head.status().message()));
  const std::string licence = head->licence.empty() ? options.licence : head->licence;
  if (licence.empty()) {
    return Refuse(path, "the package names no licence: say it with --licence");
  }
  const std::string folder = base::Concat({"packages/", head->name, "/", head->version, "/"});
  return ImportedFile{.stem = folder + "package",
                      .ending = ".tgz",
                      .kind = "package",
                      .licence = licence,
                      .source = SourceId(*head),
                      .citation = base::Concat({"FHIR package ", head->Canonical(),
                                                head->title.empty() ? "" : ": ", head->title}),
                      .as_of = head->date.empty() ? options.today : head->date,
                      .replaces = {folder},
                      .bytes = *std::move(bytes)};
}

}  // namespace

absl::StatusOr<ImportResult> ImportPackages(const PackageImportOptions& options,
                                            const Progress& progress) {
  std::vector<ImportedFile> files;
  for (std::size_t i = 0; i < options.files.size(); ++i) {
    progress("reading packages", i, options.files.size());
    ASSIGN_OR_RETURN(ImportedFile file, ReadPackage(options, options.files[i]));
    const bool twice = std::any_of(files.begin(), files.end(), [&](const ImportedFile& other) {
      return other.stem == file.stem;
    });
    if (twice) return Refuse(options.files[i], "another file is the same package and version");
    files.push_back(std::move(file));
  }
  return PutIntoContent(options.dir, files, progress);
}

}  // namespace chemoterm::imports
