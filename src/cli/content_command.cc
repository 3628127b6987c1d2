#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <utility>
#include <vector>

#include "base/text.h"
#include "chemoterm/reason.h"
#include "cli/commands.h"
#include "cli/import_report.h"
#include "cli/progress.h"
#include "import/content_build.h"
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

void Refuse(Session& session, const absl::Status& status) {
  session.streams.err << "chemoterm: " << base::FromAbsl(status.message()) << "\n";
  session.Note(FailureOf(status).reason == Reason::kInvalidParameter ? kUsage : kBadContent);
}

void Build(Session& session, const std::string& dir, const std::string& builds) {
  absl::StatusOr<imports::ContentBuild> build;
  {
    ProgressBar bar(session.streams.err, ShowsProgress(session));
    build = imports::BuildContent(dir, builds,
                                  [&](std::string_view step, std::size_t done, std::size_t total) {
                                    bar.Show(step, done, total);
                                  });
  }
  if (!build.ok()) return Refuse(session, build.status());
  session.streams.out << build->path << ": " << (build->was_there ? "was there already" : "built")
                      << ", version " << build->version << ", " << build->files << " files, "
                      << build->bytes << " bytes\n";
}

struct DiffOptions {
  std::vector<std::string> folders;  // old and new; with `since` only the new one, or none
  std::string since, builds;
  bool json = false;
};

void Diff(Session& session, const DiffOptions& options, const std::string& old_dir,
          const std::string& new_dir) {
  const auto diff = imports::DiffContent(old_dir, new_dir);
  if (!diff.ok()) return Refuse(session, diff.status());
  if (options.json) {
    session.streams.out << PrettyLine(imports::ToJson(*diff));
  } else {
    WriteDiff(session.streams.out, *diff);
  }
}

void DiffFolders(Session& session, const DiffOptions& options) {
  if (options.folders.size() == 2) {
    return Diff(session, options, options.folders[0], options.folders[1]);
  }
  session.streams.err << "chemoterm: name the two folders, or one and --since\n";
  session.Note(kUsage);
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

void DiffSince(Session& session, const DiffOptions& options) {
  if (options.folders.size() > 1) {
    session.streams.err << "chemoterm: with --since only the new folder is named\n";
    return session.Note(kUsage);
  }
  const auto build = imports::FindBuild(options.builds, options.since);
  if (!build.ok()) return Refuse(session, build.status());
  const std::string now = DirOf(session, options.folders.empty() ? "" : options.folders.front());
  if (!now.empty()) Diff(session, options, *build, now);
}

void AddBuild(CLI::App& content, Session& session, std::shared_ptr<std::string> dir) {
  auto builds = std::make_shared<std::string>();
  CLI::App* build = content.add_subcommand(
      "build", "A copy to ship: only what the manifest names, checked, named by its digest");
  build->add_option("dir", *dir, "Folder with manifest.json")->type_name("DIR");
  build->add_option("--out", *builds, "Folder of builds; the copy becomes DIR/<digest>")
      ->type_name("DIR")
      ->required();
  build->callback([&session, dir = std::move(dir), builds] {
    if (const std::string where = DirOf(session, *dir); !where.empty())
      Build(session, where, *builds);
  });
}

void AddDiff(CLI::App& content, Session& session) {
  auto options = std::make_shared<DiffOptions>();
  CLI::App* diff = content.add_subcommand(
      "diff", "What is different between two folders: files, codes, figures, relations, notes");
  diff->add_option("folders", options->folders,
                   "Folders with manifest.json: the old one and the new one; with --since the new")
      ->type_name("OLD NEW")
      ->expected(0, 2);
  CLI::Option* since =
      diff->add_option("--since", options->since, "Digest, or its start, of the build to compare")
          ->type_name("DIGEST");
  CLI::Option* builds = diff->add_option("--builds", options->builds, "Folder of builds")
                            ->type_name("DIR")
                            ->needs(since);
  since->needs(builds);
  diff->add_flag("--json", options->json, "All names, as JSON");
  diff->callback([&session, options] {
    return options->since.empty() ? DiffFolders(session, *options) : DiffSince(session, *options);
  });
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

  AddBuild(*content, session, dir);
  AddDiff(*content, session);
}

}  // namespace chemoterm::cli
