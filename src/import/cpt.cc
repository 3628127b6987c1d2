#include "import/cpt.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "json/slice.h"
#include "json/writer.h"
#include "load/files.h"
#include "load/manifest.h"
#include "load/resource_reader.h"

namespace chemoterm::imports {
namespace {

constexpr std::string_view kFolder = "codesystems/cpt/";
// Under the canonical base: what a designation is called by.
constexpr std::string_view kTierSystem = "/CodeSystem/descriptor-tier";

// The code system of the content in our own wording.
struct OwnWording {
  std::string path, code_pattern;  // empty = there is none
  std::unique_ptr<const model::CodeSystem> system;
};

absl::StatusOr<OwnWording> OwnWordingIn(const std::string& dir, std::string_view url) {
  ASSIGN_OR_RETURN(const load::Manifest manifest, ManifestInContent(dir));
  for (const load::ManifestFile& file : manifest.files) {
    if (!file.own_wording) continue;
    const auto text = load::ReadContentFile(dir, file.path);
    if (!text.ok()) continue;
    load::Faults ignored(/*lenient=*/true);
    auto system = load::ParseCodeSystem(
        *text, [](std::string_view each) { return std::string(each); }, {},
        load::FileFaults(ignored, file.path));
    if (system == nullptr || system->info().url != url) continue;
    return OwnWording{file.path, file.code_pattern, std::move(system)};
  }
  return OwnWording{};
}

void WriteDesignation(json::Array& list, const CptHead& head, DescriptorTier tier,
                      std::string_view text) {
  json::Object designation = list.Sub();
  designation.Text("language", "en");
  {
    json::Object use = designation.Sub("use");
    use.Text("system", base::Concat({head.canonical_base, kTierSystem}));
    use.Text("code", ToText(tier));
  }
  designation.Text("value", text);
}

// The tier whose descriptor is the display of a code.
DescriptorTier DisplayTier(const CptTiers& tiers, DescriptorTier wanted, std::string_view code) {
  const auto tier = tiers.find(wanted);
  const bool is_there = tier != tiers.end() && tier->second.contains(code);
  return is_there ? wanted : DescriptorTier::kLong;
}

void WriteConcept(json::Array& list, const CptHead& head, const CptTiers& tiers,
                  DescriptorTier wanted, std::string_view code) {
  const DescriptorTier display = DisplayTier(tiers, wanted, code);
  json::Object object = list.Sub();
  object.Text("code", code);
  object.Text("display", tiers.at(display).find(code)->second.front());
  std::string designations;
  {
    json::Array names(&designations);
    for (const auto& [tier, by_code] : tiers) {
      const auto texts = by_code.find(code);
      if (tier == display || texts == by_code.end()) continue;
      for (const std::string& text : texts->second) WriteDesignation(names, head, tier, text);
    }
  }
  if (designations != "[]") object.Raw("designation", designations);
}

// Reads every file. Fails with the faults of all of them.
class TierReader {
 public:
  TierReader(const CptOptions& options, const Progress& progress)
      : options_(options), progress_(progress) {}

  absl::Status Run() {
    std::vector<std::string> faults;
    for (const auto& [tier, file] : options_.files) {
      if (const absl::Status status = Read(tier, file); !status.ok()) {
        faults.emplace_back(base::FromAbsl(status.message()));
      }
    }
    if (faults.empty()) return {};
    return Fail(Reason::kUnprocessable, base::Join(faults, "\n"));
  }

  CptTiers tiers;
  std::map<DescriptorTier, CmsReport> reports;
  std::vector<std::string> citations;  // a file each

 private:
  absl::Status Read(DescriptorTier tier, const std::string& file) {
    load::Faults faults;
    const load::FileFaults file_faults(faults, file);
    DescriptorTable table(tier, file_faults);
    ASSIGN_OR_RETURN(const std::string sum,
                     ReadTable(file, kDescriptorLimits, faults, table, progress_));
    citations.push_back(
        base::Concat({std::filesystem::path(file).filename().string(), ", sha256 ", sum}));
    reports[tier] = table.Report();
    tiers[tier] = table.descriptors();
    return {};
  }

  const CptOptions& options_;
  const Progress& progress_;
};

// Leaves only codes of the scope, and of those only what has a long descriptor.
void Narrow(const OwnWording& own, bool all, CptTiers& tiers, CmsReport& report) {
  DescriptorTable::Descriptors& named = tiers[DescriptorTier::kLong];
  const std::size_t before = named.size();
  std::set<std::string, std::less<>> codes;
  for (const auto& [code, texts] : named) codes.insert(code);
  if (!all) {
    std::erase_if(named, [&](const auto& row) { return !own.system->Find(row.first); });
  }
  report.taken = named.size();
  report.out_of_scope = before - named.size();
  for (auto& [tier, by_code] : tiers) {
    const std::string_view name = ToText(tier);
    for (const auto& [code, texts] : by_code) {
      if (codes.contains(code)) continue;
      report.left_out[base::Concat({name, ": of codes without a long descriptor"})] += texts.size();
    }
    std::erase_if(by_code, [&](const auto& row) { return !named.contains(row.first); });
  }
}

// What becomes of our own wording.
void CompareWithOwn(const OwnWording& own, const CptTiers& tiers, CptReport& report) {
  if (own.system == nullptr) return;
  const auto& named = tiers.at(DescriptorTier::kLong);
  for (std::uint32_t i = 0; i < own.system->size(); ++i) {
    const auto id = static_cast<model::ConceptId>(i);
    std::string code(own.system->Code(id));
    if (named.contains(code)) {
      ++report.renamed;
    } else if (LevelOf(code) == CodeLevel::kOne && !own.system->IsInactive(id)) {
      report.missing.push_back(std::move(code));
    } else {
      report.kept.push_back(std::move(code));
    }
  }
}

ImportedFile FileOf(const CptOptions& options, const OwnWording& own,
                    const std::vector<std::string>& citations) {
  return {.stem = base::Concat({kFolder, options.year, "/cpt"}),
          .ending = ".json",
          .kind = "code-system",
          .licence = options.licence,
          .source = base::Concat({"CPT-", options.year}),
          .citation = base::Concat({"CPT data files of the AMA, ", options.year, "; imported from ",
                                    base::Join(citations, "; ")}),
          .as_of = options.as_of,
          .verification = "sourced",
          .search = true,
          .code_pattern = own.code_pattern,
          .over = own.path,
          .expansion_concepts = options.expansion_concepts};
}

}  // namespace

std::string CptNotice(std::string_view year) {
  return base::Concat(
      {"CPT copyright ", year, " American Medical Association. All rights reserved."});
}

std::string CptCodeSystem(const CptHead& head, const CptTiers& tiers, DescriptorTier display) {
  const auto& named = tiers.at(DescriptorTier::kLong);
  std::string text;
  {
    json::Object root(&text);
    root.Text("resourceType", "CodeSystem");
    root.Text("id", base::Concat({"cpt-", head.year}));
    root.Text("language", "en");
    root.Text("url", head.url);
    root.Text("version", head.year);
    root.Text("name", "Cpt");
    root.Text("title", base::Concat({"Current Procedural Terminology (CPT) ", head.year}));
    root.Text("status", "active");
    root.Bool("experimental", false);
    root.Text("date", head.as_of);
    root.Text("publisher", "American Medical Association");
    root.Text("description",
              head.is_complete
                  ? "The codes of CPT with the descriptors of the AMA, under the licence of the "
                    "site. Modifiers and retired codes only where chemoterm has them."
                  : "Codes of CPT with the descriptors of the AMA, under the licence of the site; "
                    "a fragment.");
    root.Text("copyright", head.notice);
    root.Bool("caseSensitive", true);
    root.Bool("compositional", true);
    root.Bool("versionNeeded", false);
    root.Text("content", head.is_complete ? "complete" : "fragment");
    root.Int("count", static_cast<std::int64_t>(named.size()));
    json::Array list = root.List("concept");
    for (const auto& [code, texts] : named) WriteConcept(list, head, tiers, display, code);
  }
  return text;
}

absl::StatusOr<CptReport> ImportCpt(const CptOptions& options, const Progress& progress) {
  ASSIGN_OR_RETURN(const std::string url,
                   SystemInContent(options.dir, SystemAliasOf(CodeLevel::kOne)));
  ASSIGN_OR_RETURN(const load::Manifest manifest, ManifestInContent(options.dir));
  ASSIGN_OR_RETURN(const OwnWording own, OwnWordingIn(options.dir, url));
  if (own.system == nullptr && !options.all) {
    return Fail(Reason::kUnprocessable,
                base::Concat({options.dir, " has no code system of ", url,
                              " in our own wording that tells which codes are in scope; take "
                              "--all"}));
  }
  TierReader reader(options, progress);
  RETURN_IF_ERROR(reader.Run());
  CptReport report;
  CmsReport& table = report.table;
  table.title = base::Concat({"CPT ", options.year});
  for (const auto& [tier, read] : reader.reports) table.rows += read.rows;
  Narrow(own, options.all, reader.tiers, table);
  if (table.taken == 0) {
    return Fail(Reason::kUnprocessable,
                base::Concat({options.files.at(DescriptorTier::kLong),
                              ": has none of the codes in scope; --all takes every code"}));
  }
  CompareWithOwn(own, reader.tiers, report);
  const std::string notice = options.notice.empty() ? CptNotice(options.year) : options.notice;
  ImportedFile file = FileOf(options, own, reader.citations);
  file.bytes = CptCodeSystem(
      {url, manifest.canonical_base, options.year, options.as_of, notice, options.all},
      reader.tiers, options.display);
  progress("comparing with what was there", 0, 0);
  ASSIGN_OR_RETURN(const FoundFile before, FindReplaced(options.dir, file));
  table.was_there = !before.path.empty();
  if (table.was_there) table.changes = CompareCodes(CodesOf(before.text), CodesOf(file.bytes));
  ASSIGN_OR_RETURN(table.import, PutIntoContent(options.dir, {file}, progress));
  return report;
}

}  // namespace chemoterm::imports
