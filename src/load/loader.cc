#include "load/loader.h"

#include <algorithm>
#include <chrono>
#include <future>

#include "base/clock.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "load/build.h"
#include "load/content_checks.h"
#include "load/files.h"
#include "load/package.h"
#include "load/resource_writer.h"
#include "load/text_index_loader.h"

namespace chemoterm::load {
namespace {

void ReadFile(Build& build, const ContentFile& file) {
  switch (file.entry.kind) {
    case FileKind::kSources:
      return ReadSources(build, file);
    case FileKind::kStopWords:
      return ReadStopWords(build, file);
    case FileKind::kSynonyms:
      return ReadSynonyms(build, file);
    case FileKind::kMessages:
      return ReadMessages(build, file);
    case FileKind::kProperties:
      return ReadProperties(build, file);
    case FileKind::kExternalCodes:
      return ReadExternalCodes(build, file);
    case FileKind::kCodeSystem:
      return ReadCodeSystem(build, file);
    case FileKind::kValueSet:
      return ReadValueSet(build, file);
    case FileKind::kPayers:
      return ReadPayers(build, file);
    case FileKind::kRows:
      return ReadRows(build, file);
    case FileKind::kFigures:
      return ReadFigures(build, file);
    case FileKind::kRelations:
      return ReadRelations(build, file);
    case FileKind::kConceptMap:
      return ReadConceptMap(build, file);
    case FileKind::kNamingSystem:
      return ReadNamingSystem(build, file);
    case FileKind::kCoverage:
      return ReadCoverage(build, file);
    case FileKind::kDrugs:
      return ReadDrugs(build, file);
    case FileKind::kOrderRules:
      return ReadOrderRules(build, file);
    case FileKind::kEstimateRules:
      return ReadEstimateRules(build, file);
    case FileKind::kLocalities:
      return ReadLocalities(build, file);
    case FileKind::kAdministrationRules:
      return ReadAdministrationRules(build, file);
    case FileKind::kPackage:
      return;  // by the PackageLoader
  }
}

// The manifest's files in the order in which they need each other; within a kind as they are
// listed, but a code system before the one that it lies over.
std::vector<const ManifestFile*> InOrder(const Manifest& manifest) {
  std::vector<const ManifestFile*> files;
  files.reserve(manifest.files.size());
  for (const ManifestFile& file : manifest.files) files.push_back(&file);
  std::stable_sort(files.begin(), files.end(), [](const auto* a, const auto* b) {
    return std::pair(a->kind, a->over.empty()) < std::pair(b->kind, b->over.empty());
  });
  return files;
}

class Loader {
 public:
  // `manifest_sum`: what it says of the files is a part of the content as well.
  Loader(const LoadOptions& options, Manifest manifest, std::string_view manifest_sum,
         Faults& faults)
      : options_(options), build_(options, std::move(manifest), faults), packages_(build_) {
    sums_.push_back(base::Concat({kManifestName, " ", manifest_sum, "\n"}));
  }

  void Run(const ForbiddenTexts& forbidden) {
    const auto files = InOrder(build_.manifest());
    auto next = files.begin();
    const auto read_before = [&](FileKind kind) {
      for (; next != files.end() && (*next)->kind < kind; ++next) ReadOne(**next, forbidden);
    };
    read_before(FileKind::kRelations);
    TakeRelationKinds(build_);
    read_before(FileKind::kPackage);
    AddOrderRuleSystem(build_);
    for (; next != files.end(); ++next) ReadOne(**next, forbidden);
    ReadPackages();
    CheckSources();
    CheckMessages(build_);
    CheckFactRows(build_);
  }

  // What is made of the whole; only without faults.
  std::unique_ptr<const model::Snapshot> Finish() {
    model::Snapshot& snapshot = build_.snapshot();
    snapshot.digest = Digest();
    snapshot.loaded_at = base::FormatInstant(std::chrono::system_clock::now());
    AddSupplements(build_);
    // The systems, facts and texts are complete: the index reads only them, and is made while what
    // follows is. By the default policy it waits for get() when no thread is to be had.
    auto text_index =
        std::async([&] { return BuildTextIndex(snapshot, Searched(), build_.search_words); });
    snapshot.relations =
        std::move(build_.relations).Freeze([&](const model::Relations::Node& node) {
          return snapshot.Find(snapshot.Text(node.system), snapshot.Text(node.code));
        });
    snapshot.coverage = std::move(build_.coverage).Freeze();
    AddSupplementResources(build_);
    AddCoverageResources(build_);
    snapshot.resources.Freeze();
    snapshot.text_index = text_index.get();
    return build_.TakeSnapshot();
  }

  std::vector<PackageReport> PackageReports() { return packages_.Finish(); }

 private:
  // Those of the packages folder, by name.
  void ReadPackages() {
    if (options_.packages_dir.empty()) return;
    const auto names = ListFiles(options_.packages_dir, ".tgz");
    if (!names.ok()) {
      return build_.FaultsOf(options_.packages_dir)
          .Add(0, std::string(base::FromAbsl(names.status().message())));
    }
    for (const std::string& name : *names) {
      const auto bytes = ReadWholeFile(base::Concat({options_.packages_dir, "/", name}));
      if (!bytes.ok()) {
        build_.FaultsOf(name).Add(0, std::string(base::FromAbsl(bytes.status().message())));
        continue;
      }
      // Not a path: what is loaded is the same wherever the folder lies.
      sums_.push_back(base::Concat({"package:", name, " ", Sha256Hex(*bytes), "\n"}));
      packages_.Add(name, *bytes, {});
    }
  }

  void ReadOne(const ManifestFile& entry, const ForbiddenTexts& forbidden) {
    // What sources.json has goes first: it is read before all others.
    if (entry.kind != FileKind::kSources) build_.AddSourceOf(entry);
    const FileFaults faults = build_.FaultsOf(entry.path);
    const auto text = ReadContentFile(options_.dir, entry.path);
    if (!text.ok()) return faults.Add(0, std::string(base::FromAbsl(text.status().message())));
    const std::string sum = Sha256Hex(*text);
    sums_.push_back(base::Concat({entry.path, " ", sum, "\n"}));
    if (options_.check_digests && sum != entry.sha256) {
      faults.Add(
          0,
          "differs from its sha256 in the manifest (chemoterm content digest rewrites the sums)");
    }
    if (entry.kind == FileKind::kPackage) return packages_.Add(entry.path, *text, entry.as_of);
    const ContentFile file{entry, *text, faults};
    forbidden.Check(file);
    ReadFile(build_, file);
  }

  // The sources that the manifest itself names.
  void CheckSources() {
    for (const ManifestFile& file : build_.manifest().files) {
      build_.SourceOf(file.source, file.line, build_.FaultsOf(kManifestName));
    }
  }

  std::vector<model::SystemId> Searched() const {
    std::vector<model::SystemId> systems;
    for (std::size_t i = 0; i < build_.searched.size(); ++i) {
      if (build_.searched[i]) systems.push_back(static_cast<model::SystemId>(i));
    }
    return systems;
  }

  std::string Digest() {
    std::sort(sums_.begin(), sums_.end());
    // Fewer rows and names make other answers.
    if (options_.hide_unverified) sums_.emplace_back("without unverified\n");
    if (options_.displays != Displays::kLicensed) {
      sums_.push_back(base::Concat({"displays ", ToText(options_.displays), "\n"}));
    }
    return Sha256Hex(base::Concat({base::Join(sums_, ""), build_.manifest().version}));
  }

  const LoadOptions& options_;
  Build build_;
  PackageLoader packages_;
  std::vector<std::string> sums_;  // "path sum\n"
};

absl::Status Failed(Faults& faults, std::vector<ContentError>* errors) {
  auto found = faults.Take();
  std::vector<std::string> lines;
  lines.reserve(found.size());
  for (const ContentError& error : found) lines.push_back(error.ToString());
  if (errors != nullptr) *errors = std::move(found);
  return Fail(Reason::kUnprocessable, base::Join(lines, "\n"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<const model::Snapshot>> LoadSnapshot(
    const LoadOptions& options, std::vector<ContentError>* errors,
    std::vector<PackageReport>* packages) {
  Faults faults;
  const FileFaults manifest_faults(faults, kManifestName);
  const auto text = ReadContentFile(options.dir, options.manifest_name);
  if (!text.ok()) {
    manifest_faults.Add(0, std::string(base::FromAbsl(text.status().message())));
    return Failed(faults, errors);
  }
  Manifest manifest = ReadManifest(*text, manifest_faults);
  const auto forbidden = ForbiddenTexts::Read(options.forbidden_words_file);
  if (!forbidden.ok()) {
    FileFaults(faults, options.forbidden_words_file)
        .Add(0, std::string(base::FromAbsl(forbidden.status().message())));
  }
  if (!faults.empty()) return Failed(faults, errors);
  Loader loader(options, std::move(manifest), Sha256Hex(*text), faults);
  loader.Run(*forbidden);
  if (packages != nullptr) *packages = loader.PackageReports();
  if (!faults.empty()) return Failed(faults, errors);
  auto snapshot = loader.Finish();
  if (!faults.empty()) return Failed(faults, errors);
  return snapshot;
}

}  // namespace chemoterm::load
