#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "base/clock.h"
#include "base/text.h"
#include "cli/import_report.h"
#include "cli/progress.h"
#include "import/cpt.h"

namespace chemoterm::cli {
namespace {

using imports::CptOptions;
using imports::CptReport;
using imports::DescriptorTier;

bool IsYear(std::string_view text) {
  return text.size() == 4 && std::all_of(text.begin(), text.end(), base::IsDigit);
}

// False, and reported, for options that do not go together.
bool CheckOptions(Session& session, CptOptions& options) {
  if (options.as_of.empty()) options.as_of = base::FormatDay(base::Today());
  if (!IsDay(session, "--as-of", options.as_of)) return false;
  std::string_view wrong;
  if (!IsYear(options.year)) wrong = "--year must be four digits";
  if (base::Trim(options.licence).empty()) wrong = "--licence must say which licence you have";
  if (!options.files.contains(options.display)) wrong = "--display needs the file of its tier";
  if (wrong.empty()) return true;
  session.streams.err << "chemoterm: " << wrong << "\n";
  session.Note(kUsage);
  return false;
}

void WriteReport(std::ostream& out, const CptReport& report, const std::string& dir) {
  WriteTableReport(out, report.table, dir);
  out << "  wording   " << report.renamed << " codes have the AMA's display beside our names, "
      << report.kept.size() << " keep ours\n";
  for (const std::string& code : report.missing) {
    out << "  warning   " << code << " is in force in the content, but not in the file\n";
  }
}

void RunCpt(Session& session, CptOptions options) {
  if (!FindFolder(session, options.dir) || !CheckOptions(session, options)) return;
  absl::StatusOr<CptReport> report;
  {
    ProgressBar bar(session.streams.err, ShowsProgress(session));
    report = imports::ImportCpt(options, [&](std::string_view step, std::size_t done,
                                             std::size_t total) { bar.Show(step, done, total); });
  }
  if (!report.ok()) return RefuseImport(session, report.status());
  WriteReport(session.streams.out, *report, options.dir);
}

void AddFile(CLI::App& command, const std::shared_ptr<CptOptions>& options, DescriptorTier tier,
             const char* what) {
  CLI::Option* file = command.add_option_function<std::string>(
      base::Concat({"--", ToText(tier)}),
      [options, tier](const std::string& path) { options->files[tier] = path; }, what);
  file->type_name("FILE");
  if (tier == DescriptorTier::kLong) file->required();
}

}  // namespace

void AddCptImport(CLI::App& import, Session& session) {
  const auto options = std::make_shared<CptOptions>();
  CLI::App& command = *import.add_subcommand(
      "cpt", "The AMA's descriptor files of a site that has its licence, as the base of CPT");
  AddFile(command, options, DescriptorTier::kLong, "Long descriptors (LONGULT.txt)");
  AddFile(command, options, DescriptorTier::kMedium, "Medium descriptors (MEDU.txt)");
  AddFile(command, options, DescriptorTier::kShort, "Short descriptors (SHORTU.txt)");
  AddFile(command, options, DescriptorTier::kConsumer, "Consumer descriptors (with a header)");
  AddFile(command, options, DescriptorTier::kClinician, "Clinician descriptors (with a header)");
  command.add_option("--year", options->year, "Year of the files: version of the CodeSystem")
      ->type_name("YYYY")
      ->required();
  command.add_option("--licence", options->licence, "The licence you have, for the manifest")
      ->type_name("TEXT")
      ->required();
  command
      .add_option("--notice", options->notice,
                  "Copyright notice of the CodeSystem (default: the AMA's of the year)")
      ->type_name("TEXT");
  const std::map<std::string, DescriptorTier> displays = {{"long", DescriptorTier::kLong},
                                                          {"medium", DescriptorTier::kMedium},
                                                          {"short", DescriptorTier::kShort}};
  command.add_option("--display", options->display, "The descriptor that is the display (long)")
      ->type_name("long|medium|short")
      ->transform(CLI::Transformer(displays))
      ->check(
          CLI::IsMember({DescriptorTier::kLong, DescriptorTier::kMedium, DescriptorTier::kShort}));
  AddContentFolder(command, options->dir);
  command.add_option("--as-of", options->as_of, "Day of the release (default: today)")
      ->type_name("DATE");
  command.add_flag("--all", options->all,
                   "Take every code (default: those that the content has names for)");
  command
      .add_option("--expansion-concepts", options->expansion_concepts,
                  "Most codes in one expansion or page (default: no limit of its own)")
      ->type_name("N")
      ->check(CLI::Range(std::uint32_t{1}, std::uint32_t{10'000'000}));
  command.footer(
      "The same year again replaces what was there; other years stay beside it. The files are not\n"
      "changed and are read only here. What the content says of the codes applies as before.");
  command.callback([&session, options] { RunCpt(session, *options); });
}

}  // namespace chemoterm::cli
