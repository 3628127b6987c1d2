#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/import_report.h"
#include "import/content_diff.h"
#include "load/loader.h"

namespace chemoterm::cli {
namespace {

struct CheckOptions {
  std::string forbidden_words;
  std::string packages;  // folder
};

// What of a package is not used, a line each. No fault: the rest of it is.
void WriteWarnings(std::ostream& out, const load::PackageReport& package) {
  const std::string_view file = package.file;
  for (const load::ContentError& left_out : package.left_out) {
    out << "warning: " << file << ": " << left_out.ToString() << "\n";
  }
  for (const std::string& warning : package.warnings) {
    out << "warning: " << file << ": " << warning << "\n";
  }
}

// Every fault, a line each, then their number.
void Check(Session& session, const std::string& dir, const CheckOptions& check) {
  load::LoadOptions options;
  options.dir = dir;
  options.forbidden_words_file = check.forbidden_words;
  options.packages_dir = check.packages;
  std::vector<load::ContentError> errors;
  std::vector<load::PackageReport> packages;
  const auto snapshot = load::LoadSnapshot(options, &errors, &packages);
  std::ostream& out = session.streams.out;
  for (const load::PackageReport& package : packages) WriteWarnings(out, package);
  for (const load::ContentError& error : errors) out << error.ToString() << "\n";
  if (!snapshot.ok()) {
    out << errors.size() << " error(s) in " << dir << "\n";
    session.Note(kBadContent);
    return;
  }
  const model::Snapshot& content = **snapshot;
  out << dir << ": ok, version " << content.version << ", " << content.systems.size()
      << " code systems, " << content.concept_count() << " concepts, digest " << content.digest
      << "\n";
}

void Digest(Session& session, const std::string& dir) {
  if (const absl::Status status = load::RewriteDigests(dir); !status.ok()) {
    session.streams.err << "chemoterm: " << dir << ": " << base::FromAbsl(status.message()) << "\n";
    session.Note(kBadContent);
    return;
  }
  session.streams.out << dir << "/manifest.json: sums are up to date\n";
}

void WriteDiff(std::ostream& out, const imports::ContentDiff& diff) {
  bool is_same = true;
  for (const auto& [name, changes] : diff.Parts()) {
    if (changes->empty()) continue;
    is_same = false;
    out << name << "\n";
    WriteNames(out, "added    ", changes->added);
    WriteNames(out, "removed  ", changes->removed);
    WriteNames(out, "changed  ", changes->changed);
  }
  if (is_same) out << "no difference\n";
}

struct DiffOptions {
  std::string old_dir, new_dir;
  bool json = false;
};

void Diff(Session& session, const DiffOptions& options) {
  const auto diff = imports::DiffContent(options.old_dir, options.new_dir);
  if (!diff.ok()) {
    session.streams.err << "chemoterm: " << base::FromAbsl(diff.status().message()) << "\n";
    return session.Note(kBadContent);
  }
  if (options.json) {
    session.streams.out << PrettyLine(imports::ToJson(*diff));
  } else {
    WriteDiff(session.streams.out, *diff);
  }
}

// The folder given, else the default one; empty, and reported, when there is none.
std::string DirOf(Session& session, const std::string& given) {
  if (!given.empty()) return given;
  const auto dir = DefaultContentDir();
  if (dir.ok()) return *dir;
  session.streams.err << "chemoterm: " << base::FromAbsl(dir.status().message()) << "\n";
  session.Note(kBadContent);
  return {};
}

}  // namespace

void AddContentCommand(CLI::App& app, Session& session) {
  CLI::App* content =
      app.add_subcommand("content", "Work on the content files")->require_subcommand(1);
  auto dir = std::make_shared<std::string>();
  auto options = std::make_shared<CheckOptions>();

  CLI::App* check = content->add_subcommand("check", "Check all files; a line for every fault");
  check->add_option("dir", *dir, "Folder with manifest.json")->type_name("DIR");
  check
      ->add_option("--forbidden-words", options->forbidden_words,
                   "Texts, one a line, that the content may not repeat")
      ->type_name("FILE");
  check
      ->add_option("--packages", options->packages,
                   "Folder of FHIR packages (.tgz) to check beside the content")
      ->type_name("DIR");
  check->callback([&session, dir, options] {
    if (const std::string where = DirOf(session, *dir); !where.empty())
      Check(session, where, *options);
  });

  CLI::App* digest =
      content->add_subcommand("digest", "Rewrite the sha256 sums of manifest.json after an edit");
  digest->add_option("dir", *dir, "Folder with manifest.json")->type_name("DIR");
  digest->callback([&session, dir] {
    if (const std::string where = DirOf(session, *dir); !where.empty()) Digest(session, where);
  });

  auto folders = std::make_shared<DiffOptions>();
  CLI::App* diff = content->add_subcommand(
      "diff", "What is different between two folders: files, codes, figures, relations, notes");
  diff->add_option("old", folders->old_dir, "Folder with manifest.json")
      ->type_name("OLD")
      ->required();
  diff->add_option("new", folders->new_dir, "Folder with manifest.json")
      ->type_name("NEW")
      ->required();
  diff->add_flag("--json", folders->json, "All names, as JSON");
  diff->callback([&session, folders] { Diff(session, *folders); });
}

}  // namespace chemoterm::cli
