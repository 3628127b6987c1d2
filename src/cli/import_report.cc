#include "cli/import_report.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "base/clock.h"
#include "base/text.h"
#include "cli/progress.h"

namespace chemoterm::cli {

void AddContentFolder(CLI::App& command, std::string& dir) {
  command
      .add_option("--content", dir,
                  "Folder with the content to put it into (default: see chemoterm --help)")
      ->type_name("DIR");
}

bool FindFolder(Session& session, std::string& dir) {
  if (!dir.empty()) return true;
  auto found = DefaultContentDir();
  if (found.ok()) {
    dir = *std::move(found);
    return true;
  }
  session.streams.err << "chemoterm: " << base::FromAbsl(found.status().message()) << "\n";
  session.Note(kBadContent);
  return false;
}

bool IsDay(Session& session, std::string_view option, std::string_view text) {
  if (text.size() == 10 && base::ParseDate(text)) return true;
  session.streams.err << "chemoterm: " << option << " must be a date, YYYY-MM-DD\n";
  session.Note(kUsage);
  return false;
}

bool ShowsProgress(const Session& session) {
  return &session.streams.err == &std::cerr && IsErrorTerminal();
}

void RefuseImport(Session& session, const absl::Status& status) {
  session.streams.err << "chemoterm: nothing was imported: " << base::FromAbsl(status.message())
                      << "\n";
  session.Note(kBadContent);
}

void WritePaths(std::ostream& out, const imports::ImportResult& result, const std::string& dir) {
  for (const std::string& path : result.added) out << "  file      " << dir << "/" << path << "\n";
  for (const std::string& path : result.replaced) out << "  replaced  " << path << "\n";
}

void WriteNames(std::ostream& out, std::string_view what, const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 10;
  out << "  " << what << names.size();
  for (std::size_t i = 0; i < std::min(kShown, names.size()); ++i) {
    out << (i == 0 ? ": " : ", ") << names[i];
  }
  out << (names.size() > kShown ? ", ...\n" : "\n");
}

void WriteTableReport(std::ostream& out, const imports::CmsReport& report, const std::string& dir) {
  out << report.title << ": " << report.rows << " rows, " << report.taken << " taken\n"
      << "  out of scope  " << report.out_of_scope << "\n";
  for (const auto& [why, count] : report.left_out) {
    out << "  left out  " << count << " " << why << "\n";
  }
  if (report.was_there) {
    WriteNames(out, "added     ", report.changes.added);
    WriteNames(out, "removed   ", report.changes.removed);
    WriteNames(out, "changed   ", report.changes.changed);
  }
  WritePaths(out, report.import, dir);
}

}  // namespace chemoterm::cli
