#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <utility>

#include "base/clock.h"
#include "cli/import_report.h"
#include "cli/progress.h"
#include "import/fee_schedule.h"
#include "import/hcpcs.h"
#include "import/ncci.h"

namespace chemoterm::cli {
namespace {

using imports::CmsOptions;
using imports::CmsReport;
using Run = std::function<absl::StatusOr<CmsReport>(const imports::Progress& progress)>;

// Fills in the days that were not given; false, and reported, when one is none.
bool SetDays(Session& session, CmsOptions& options) {
  if (options.as_of.empty()) options.as_of = base::FormatDay(base::Today());
  if (!IsDay(session, "--as-of", options.as_of)) return false;
  if (!options.from.empty() && !IsDay(session, "--from", options.from)) return false;
  if (!options.to.empty() && !IsDay(session, "--to", options.to)) return false;
  if (options.to.empty() || options.to >= options.from) return true;
  session.streams.err << "chemoterm: --to must not be before --from\n";
  session.Note(kUsage);
  return false;
}

void RunTable(Session& session, CmsOptions& options, const Run& run) {
  if (!FindFolder(session, options.dir) || !SetDays(session, options)) return;
  absl::StatusOr<CmsReport> report;
  {
    ProgressBar bar(session.streams.err, ShowsProgress(session));
    report = run([&](std::string_view step, std::size_t done, std::size_t total) {
      bar.Show(step, done, total);
    });
  }
  if (!report.ok()) return RefuseImport(session, report.status());
  WriteTableReport(session.streams.out, *report, options.dir);
}

CLI::App& AddTable(CLI::App& import, const char* name, const char* what, CmsOptions& options) {
  CLI::App& command = *import.add_subcommand(name, what);
  command.add_option("file", options.file, "The table as CMS publishes it")
      ->type_name("FILE")
      ->required();
  AddContentFolder(command, options.dir);
  command.add_option("--as-of", options.as_of, "Day of the release (default: today)")
      ->type_name("DATE");
  return command;
}

void AddPeriod(CLI::App& command, CmsOptions& options, const char* otherwise) {
  CLI::Option* from =
      command
          .add_option("--from", options.from,
                      std::string("First day on which the rows hold (default: ") + otherwise + ")")
          ->type_name("DATE");
  command.add_option("--to", options.to, "Last day on which they hold")
      ->type_name("DATE")
      ->needs(from);
}

void AddScope(CLI::App& command, CmsOptions& options) {
  command.add_flag("--all", options.all,
                   "Take rows between codes that are not loaded as well (default: one end is)");
}

using Import = absl::StatusOr<CmsReport> (*)(const CmsOptions&, const imports::Progress&);

void SetCallback(CLI::App& command, Session& session, std::shared_ptr<CmsOptions> options,
                 Import import) {
  command.callback([&session, options = std::move(options), import] {
    RunTable(session, *options,
             [&](const imports::Progress& progress) { return import(*options, progress); });
  });
}

void AddHcpcs(CLI::App& import, Session& session) {
  auto options = std::make_shared<imports::HcpcsOptions>();
  CLI::App& command =
      AddTable(import, "hcpcs", "HCPCS level II codes (fixed width or CSV), as a CodeSystem",
               options->table);
  command
      .add_option("--edition", options->edition,
                  "Version of the CodeSystem (default: year and month of --as-of)")
      ->type_name("TEXT");
  command.add_flag("--keep-old", options->keep_old, "Leave other versions in the content");
  command.callback([&session, options] {
    RunTable(session, options->table, [&](const imports::Progress& progress) {
      return imports::ImportHcpcs(*options, progress);
    });
  });
}

}  // namespace

void AddTableImports(CLI::App& import, Session& session) {
  const auto options = [] { return std::make_shared<CmsOptions>(); };

  const auto pfs = options();
  CLI::App& fees =
      AddTable(import, "pfs", "Physician fee schedule: relative values (PPRRVU, CSV)", *pfs);
  AddPeriod(fees, *pfs, "the table's year");
  SetCallback(fees, session, pfs, &imports::ImportFeeSchedule);

  const auto gpci = options();
  CLI::App& localities =
      AddTable(import, "gpci", "Payment localities with their cost indices (GPCI, CSV)", *gpci);
  AddPeriod(localities, *gpci, "the table's year");
  SetCallback(localities, session, gpci, &imports::ImportLocalities);

  const auto ncci = options();
  CLI::App& pairs =
      AddTable(import, "ncci", "NCCI procedure-to-procedure pairs (text or CSV)", *ncci);
  pairs.add_option("--setting", ncci->setting, "Of practitioners or of outpatient hospitals")
      ->check(CLI::IsMember({"practitioner", "outpatient"}))
      ->required();
  AddScope(pairs, *ncci);
  SetCallback(pairs, session, ncci, &imports::ImportPairs);

  const auto mue = options();
  CLI::App& units = AddTable(import, "mue", "NCCI medically unlikely edits (CSV)", *mue);
  AddPeriod(units, *mue, "that of the quarter of --as-of");
  SetCallback(units, session, mue, &imports::ImportUnits);

  const auto addon = options();
  CLI::App& add_ons = AddTable(import, "addon", "NCCI add-on codes (AOC, text or CSV)", *addon);
  AddScope(add_ons, *addon);
  SetCallback(add_ons, session, addon, &imports::ImportAddOns);

  AddHcpcs(import, session);
}

}  // namespace chemoterm::cli
