#include "import/icd10cm.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "load/files.h"

namespace chemoterm::imports {
namespace {

// The name that rows of the content use for the system.
constexpr std::string_view kAlias = "icd10cm";
constexpr std::string_view kFolder = "codesystems/icd-10-cm/";

absl::Status Refuse(std::string_view file, const absl::Status& why) {
  return Fail(Reason::kUnprocessable, base::Concat({file, ": ", base::FromAbsl(why.message())}));
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  auto text = load::ReadWholeFile(path);
  if (!text.ok()) return Refuse(path, text.status());
  return text;
}

// A version as a name of a folder.
std::string FolderOf(std::string_view version) {
  std::string name;
  for (const char c : version) name += base::IsAlnum(c) || c == '-' ? c : '-';
  return base::Concat({kFolder, name.substr(0, 64), "/"});
}

std::string SourceId(std::string_view version) {
  std::string id = base::Concat({"ICD10CM-", version});
  std::replace_if(id.begin(), id.end(), [](char c) { return !base::IsAlnum(c) && c != '.'; }, '-');
  return id;
}

}  // namespace

absl::StatusOr<Icd10cmResult> ImportIcd10cm(const Icd10cmOptions& options,
                                            const Progress& progress) {
  progress("reading files", 0, 0);
  ASSIGN_OR_RETURN(const std::string xml, ReadFile(options.file));
  std::string list;
  if (!options.code_list_file.empty()) {
    ASSIGN_OR_RETURN(list, ReadFile(options.code_list_file));
  }
  std::string url = options.url;
  if (url.empty()) {
    ASSIGN_OR_RETURN(url, SystemInContent(options.dir, kAlias));
  }
  auto tabular = ReadTabular(
      xml, {.url = url, .edition = options.edition, .date = options.as_of, .code_list = list}, {},
      progress);
  if (!tabular.ok()) return Refuse(options.file, tabular.status());

  Icd10cmResult result;
  result.tabular = *std::move(tabular);
  const std::string folder = FolderOf(result.tabular.version);
  const std::string replaces = options.keep_old ? folder : std::string(kFolder);
  ASSIGN_OR_RETURN(const FoundFile old, FindInContent(options.dir, replaces));
  if (!old.path.empty()) {
    progress("comparing with what was there", 0, 0);
    const Codes before = CodesOf(old.text);
    result.old_version = before.version;
    result.changes = CompareCodes(before, CodesOf(result.tabular.json));
  }
  const std::vector<ImportedFile> files = {
      {.stem = folder + "tabular",
       .ending = ".json",
       .kind = "code-system",
       .licence = "US-government work",
       .source = SourceId(result.tabular.version),
       .citation = base::Concat({"ICD-10-CM tabular list, version ", result.tabular.version,
                                 ", NCHS and CMS; imported from its XML"}),
       .as_of = options.as_of,
       .url = "https://www.cdc.gov/nchs/icd/icd-10-cm/index.html",
       .verification = "sourced",
       .search = true,
       .replaces = {replaces},
       .bytes = std::exchange(result.tabular.json, {})}};
  ASSIGN_OR_RETURN(result.import, PutIntoContent(options.dir, files, progress));
  return result;
}

}  // namespace chemoterm::imports
