#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>

#include "base/clock.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/import_report.h"
#include "cli/progress.h"
#include "import/fhir_package.h"
#include "import/icd10cm.h"
#include "load/faults.h"

namespace chemoterm::cli {
namespace {

constexpr std::size_t kShownFaults = 50;

std::string Counts(const std::map<std::string, std::size_t>& by_type) {
  std::string text;
  for (const auto& [type, count] : by_type) {
    text += base::Concat({text.empty() ? "" : ", ", base::ToText(count), " ", type});
  }
  return text.empty() ? "nothing" : text;
}

void WriteReport(std::ostream& out, const load::PackageReport& report) {
  out << report.name << "#" << report.version;
  if (!report.fhir_versions.empty())
    out << " (FHIR " << base::Join(report.fhir_versions, ", ") << ")";
  out << "\n  loaded    " << Counts(report.loaded) << "\n  skipped   " << Counts(report.skipped)
      << "\n";
  if (report.left_out_count > 0) out << "  left out  " << report.left_out_count << "\n";
  for (std::size_t i = 0; i < std::min(kShownFaults, report.left_out.size()); ++i) {
    out << "    " << report.left_out[i].ToString() << "\n";
  }
  if (report.left_out_count > kShownFaults) out << "    ...\n";
  for (const std::string& warning : report.warnings) out << "  warning   " << warning << "\n";
}

void RunPackages(Session& session, imports::PackageImportOptions options) {
  if (!FindFolder(session, options.dir)) return;
  options.today = base::FormatDay(base::Today());
  absl::StatusOr<imports::ImportResult> result;
  {
    ProgressBar bar(session.streams.err, ShowsProgress(session));
    result =
        imports::ImportPackages(options, [&](std::string_view step, std::size_t done,
                                             std::size_t total) { bar.Show(step, done, total); });
  }
  if (!result.ok()) return RefuseImport(session, result.status());
  for (const load::PackageReport& report : result->packages) {
    const auto& added = result->added;
    if (std::find(added.begin(), added.end(), report.file) != added.end()) {
      WriteReport(session.streams.out, report);
    }
  }
  WritePaths(session.streams.out, *result, options.dir);
}

void RunIcd10cm(Session& session, imports::Icd10cmOptions options) {
  if (!FindFolder(session, options.dir)) return;
  if (options.as_of.empty()) options.as_of = base::FormatDay(base::Today());
  if (!IsDay(session, "--as-of", options.as_of)) return;
  absl::StatusOr<imports::Icd10cmResult> result;
  {
    ProgressBar bar(session.streams.err, ShowsProgress(session));
    result =
        imports::ImportIcd10cm(options, [&](std::string_view step, std::size_t done,
                                            std::size_t total) { bar.Show(step, done, total); });
  }
  if (!result.ok()) return RefuseImport(session, result.status());
  std::ostream& out = session.streams.out;
  const imports::Tabular& tabular = result->tabular;
  out << "ICD-10-CM " << tabular.version << ": " << tabular.codes << " codes, " << tabular.extended
      << " of them by a 7th character\n";
  if (options.code_list_file.empty()) {
    out << "  warning   without --codes, 7th characters that the notes forbid make codes as well\n";
  } else {
    out << "  left out  " << tabular.not_in_list << " codes that are not in the code list\n";
  }
  out << "  left out  " << tabular.group_notes << " notes of chapters and blocks\n";
  if (!result->old_version.empty()) {
    out << "  before    version " << result->old_version << "\n";
    WriteNames(out, "added     ", result->changes.added);
    WriteNames(out, "removed   ", result->changes.removed);
    WriteNames(out, "renamed   ", result->changes.changed);
  }
  WritePaths(out, result->import, options.dir);
}

}  // namespace

void AddImportCommand(CLI::App& app, Session& session) {
  CLI::App* import =
      app.add_subcommand("import", "Put files of others into the content, whole or not at all")
          ->require_subcommand(1);
  auto packages = std::make_shared<imports::PackageImportOptions>();
  CLI::App* package =
      import->add_subcommand("package", "FHIR NPM packages (.tgz), kept as they are");
  package->add_option("file", packages->files, "The packages")->type_name("FILE.tgz")->required();
  AddContentFolder(*package, packages->dir);
  package->add_option("--licence", packages->licence, "Licence of packages that name none")
      ->type_name("TEXT");
  package->footer(
      "The same name and version replaces what was there; other versions stay beside it.");
  package->callback([&session, packages] { RunPackages(session, *packages); });

  auto icd = std::make_shared<imports::Icd10cmOptions>();
  CLI::App* icd10cm =
      import->add_subcommand("icd10cm", "The ICD-10-CM tabular list (XML), as a CodeSystem");
  icd10cm->add_option("file", icd->file, "The tabular list")->type_name("FILE.xml")->required();
  icd10cm
      ->add_option("--codes", icd->code_list_file,
                   "List of all codes, one a line: 7th characters make no others")
      ->type_name("FILE");
  AddContentFolder(*icd10cm, icd->dir);
  icd10cm
      ->add_option("--edition", icd->edition,
                   "Version of the CodeSystem (default: what the XML says)")
      ->type_name("TEXT");
  icd10cm->add_option("--as-of", icd->as_of, "Day of the edition (default: today)")
      ->type_name("DATE");
  icd10cm->add_option("--url", icd->url, "Canonical (default: the content's for icd10cm)")
      ->type_name("URL");
  icd10cm->add_flag("--keep-old", icd->keep_old, "Leave other versions in the content");
  icd10cm->callback([&session, icd] { RunIcd10cm(session, *icd); });
  AddTableImports(*import, session);
  AddCptImport(*import, session);
}

}  // namespace chemoterm::cli
