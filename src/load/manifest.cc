#include "load/manifest.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>
#include <utility>

#include "base/clock.h"
#include "base/pattern.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "load/files.h"
#include "load/loader.h"
#include "load/record_node.h"

namespace chemoterm::load {

const std::vector<std::string_view> kVerifications = {"sourced", "derived", "editorial",
                                                      "unverified"};
const std::vector<std::string_view> kSettings = {"practitioner", "facility", "nonfacility",
                                                 "outpatient"};

namespace {

constexpr std::array<std::pair<FileKind, std::string_view>, 21> kKinds = {{
    {FileKind::kSources, "sources"},
    {FileKind::kStopWords, "stop-words"},
    {FileKind::kSynonyms, "synonyms"},
    {FileKind::kMessages, "messages"},
    {FileKind::kProperties, "properties"},
    {FileKind::kExternalCodes, "external-codes"},
    {FileKind::kCodeSystem, "code-system"},
    {FileKind::kValueSet, "value-set"},
    {FileKind::kPayers, "payers"},
    {FileKind::kRows, "rows"},
    {FileKind::kFigures, "figures"},
    {FileKind::kRelations, "relations"},
    {FileKind::kConceptMap, "concept-map"},
    {FileKind::kNamingSystem, "naming-system"},
    {FileKind::kCoverage, "coverage"},
    {FileKind::kDrugs, "drugs"},
    {FileKind::kOrderRules, "order-rules"},
    {FileKind::kEstimateRules, "estimate-rules"},
    {FileKind::kLocalities, "localities"},
    {FileKind::kAdministrationRules, "administration-rules"},
    {FileKind::kPackage, "package"},
}};
constexpr std::size_t kMaxFiles = 10'000;

bool IsUrl(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

bool IsSha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool IsSourceList(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return base::IsAlnum(c) || c == '-' || c == '.' || c == '+'; });
}

void CheckFile(const ManifestFile& file, const RecordNode& node, const FileFaults& faults) {
  if (!file.path.empty() && !IsSafePath(file.path)) {
    faults.Add(node.LineOf("path"), base::Concat({"'", base::Clip(file.path, 100),
                                                  "' is not a relative path inside the folder"}));
  }
  if (!file.sha256.empty() && !IsSha256(file.sha256)) {
    faults.Add(node.LineOf("sha256"), "'sha256' must be 64 lower-case hex digits");
  }
  if (!IsSourceList(file.source))
    faults.Add(node.LineOf("source"), "'source' is not a list of ids");
  CheckDate("asOf", file.as_of, node.LineOf("asOf"), faults);
  CheckDate("periodStart", file.period_start, node.LineOf("periodStart"), faults);
  CheckDate("periodEnd", file.period_end, node.LineOf("periodEnd"), faults);
  CheckPeriod(file.period_start, file.period_end, node.line(), faults);
  CheckOneOf("verification", file.verification, kVerifications, node.LineOf("verification"),
             faults);
  CheckOneOf("setting", file.setting, kSettings, node.LineOf("setting"), faults);
  if (!base::Pattern(file.code_pattern).is_valid()) {
    faults.Add(node.LineOf("codePattern"), "'codePattern' is not a regular expression");
  }
}

// A whole number from 1 on, where there is one.
std::size_t CountOf(const AnyScalar& value, int line, const FileFaults& faults) {
  if (!value.present) return 0;
  const auto count = base::ParseInt<std::uint32_t>(value.text);
  if (value.type == json::ScalarType::kNumber && count && *count > 0) return *count;
  faults.Add(line, "'expansionConcepts' must be a whole number from 1 on");
  return 0;
}

void BindFile(RecordNode& node, ManifestFile& file, std::string& kind,
              AnyScalar& expansion_concepts) {
  node.Text("path", &file.path, Need::kRequired)
      .Text("kind", &kind, Need::kRequired)
      .Text("sha256", &file.sha256, Need::kRequired)
      .Text("licence", &file.licence, Need::kRequired)
      .Text("source", &file.source, Need::kRequired)
      .Text("asOf", &file.as_of, Need::kRequired)
      .Text("periodStart", &file.period_start)
      .Text("periodEnd", &file.period_end)
      .Text("verification", &file.verification)
      .Text("setting", &file.setting)
      .Text("citation", &file.citation)
      .Text("url", &file.url)
      .Text("system", &file.system)
      .Text("codePattern", &file.code_pattern)
      .Flag("ownWording", &file.own_wording)
      .Text("over", &file.over)
      .Any("expansionConcepts", &expansion_concepts)
      .Flag("search", &file.search);
}

void BindSupplement(RecordNode& node, SupplementEntry& entry) {
  node.Text("id", &entry.id, Need::kRequired)
      .Text("system", &entry.system, Need::kRequired)
      .Text("version", &entry.version, Need::kRequired)
      .Text("name", &entry.name, Need::kRequired)
      .Text("title", &entry.title, Need::kRequired)
      .Text("description", &entry.description)
      .Flag("default", &entry.is_default, true);
}

// What a code system lies over is another one, in our own wording.
void CheckOver(const Manifest& manifest, const ManifestFile& file, const FileFaults& faults) {
  if (file.over.empty()) return;
  const auto under = std::find_if(manifest.files.begin(), manifest.files.end(),
                                  [&](const auto& each) { return each.path == file.over; });
  const bool is_good = file.kind == FileKind::kCodeSystem && !file.own_wording &&
                       under != manifest.files.end() && under->kind == FileKind::kCodeSystem &&
                       under->own_wording;
  if (is_good) return;
  faults.Add(file.line, base::Concat({"'over' is '", base::Clip(file.over, 100),
                                      "', but must be the path of a code system with "
                                      "'ownWording', of one without it"}));
}

// Faults that show only when all is read.
void CheckWhole(const Manifest& manifest, const RecordNode& root, const FileFaults& faults) {
  if (!manifest.canonical_base.empty() &&
      (!IsUrl(manifest.canonical_base) || manifest.canonical_base.ends_with('/'))) {
    faults.Add(root.LineOf("canonicalBase"),
               "'canonicalBase' must be a URL without a slash at its end");
  }
  std::set<std::string_view> paths;
  for (const ManifestFile& file : manifest.files) {
    if (!file.path.empty() && !paths.insert(file.path).second) {
      faults.Add(file.line, base::Concat({"'", file.path, "' is listed twice"}));
    }
    CheckOver(manifest, file, faults);
    if (!file.system.empty() && !manifest.systems.contains(file.system)) {
      faults.Add(file.line, base::Concat({"'", file.system, "' is not an alias of 'systems'"}));
    }
  }
  std::set<std::string_view> supplemented;
  for (const SupplementEntry& entry : manifest.supplements) {
    if (!entry.id.empty() && !IsFhirId(entry.id)) {
      faults.Add(entry.line, base::Concat({"'", base::Clip(entry.id, 80), "' is not a FHIR id"}));
    }
    if (entry.system.empty()) continue;
    if (!manifest.systems.contains(entry.system)) {
      faults.Add(entry.line, base::Concat({"'", entry.system, "' is not an alias of 'systems'"}));
    }
    if (!supplemented.insert(entry.system).second) {
      faults.Add(entry.line, base::Concat({"'", entry.system, "' has two supplements"}));
    }
  }
}

}  // namespace

std::string_view ToText(FileKind kind) {
  for (const auto& [each, name] : kKinds) {
    if (each == kind) return name;
  }
  return {};
}

Manifest ReadManifest(std::string_view text, const FileFaults& faults) {
  Manifest manifest;
  ManifestFile file;
  std::string kind;
  AnyScalar expansion_concepts;
  RecordNode file_node(faults);
  BindFile(file_node, file, kind, expansion_concepts);
  file_node.Then([&] {
    file.line = file_node.line();
    file.expansion_concepts =
        CountOf(expansion_concepts, file_node.LineOf("expansionConcepts"), faults);
    file.sha256_end = file_node.EndOffsetOf("sha256");
    const auto known = std::find_if(kKinds.begin(), kKinds.end(),
                                    [&](const auto& row) { return row.second == kind; });
    if (known != kKinds.end()) file.kind = known->first;
    if (known == kKinds.end() && !kind.empty()) {
      faults.Add(file_node.LineOf("kind"),
                 base::Concat({"'", base::Clip(kind, 60), "' is not a kind of file"}));
    }
    CheckFile(file, file_node, faults);
    if (manifest.files.size() == kMaxFiles) faults.Add(file.line, "more than 10000 files");
    if (manifest.files.size() < kMaxFiles) manifest.files.push_back(file);
  });
  SupplementEntry supplement;
  RecordNode supplement_node(faults);
  BindSupplement(supplement_node, supplement);
  supplement_node.Then([&] {
    supplement.line = supplement_node.line();
    manifest.supplements.push_back(supplement);
  });
  RecordNode systems_node(faults);
  systems_node.Others([&](std::string_view alias, std::string_view canonical, int line) {
    if (!IsSlug(alias) && !IsUrl(alias)) {
      faults.Add(line, base::Concat({"the alias '", alias, "' is neither a slug nor a URL"}));
    }
    if (!IsUrl(canonical)) faults.Add(line, base::Concat({"'", alias, "' must be a URL"}));
    manifest.systems.emplace(alias, canonical);
  });
  RecordNode root(faults);
  root.Text("canonicalBase", &manifest.canonical_base, Need::kRequired)
      .Text("version", &manifest.version, Need::kRequired)
      .Nested("systems", &systems_node, Need::kRequired)
      .Nested("supplements", &supplement_node)
      .Nested("files", &file_node, Need::kRequired);
  ReadRecord(text, root, faults);
  CheckWhole(manifest, root, faults);
  return manifest;
}

absl::Status RewriteDigests(const std::string& dir) {
  const std::string path = base::Concat({dir, "/", kManifestName});
  ASSIGN_OR_RETURN(std::string text, ReadWholeFile(path));
  Faults faults;
  const Manifest manifest = ReadManifest(text, FileFaults(faults, kManifestName));
  if (!faults.empty()) return Fail(Reason::kUnprocessable, faults.Take().front().ToString());
  for (const ManifestFile& file : manifest.files) {
    const auto bytes = ReadContentFile(dir, file.path);
    if (!bytes.ok()) {
      return Fail(Reason::kUnprocessable,
                  base::Concat({file.path, ": ", base::FromAbsl(bytes.status().message())}));
    }
    const std::size_t at = file.sha256_end - 1 - file.sha256.size();
    if (std::string_view(text).substr(at, file.sha256.size()) != file.sha256) {
      return Fail(Reason::kUnprocessable, base::Concat({path, ": a sum is written with escapes"}));
    }
    text.replace(at, file.sha256.size(), Sha256Hex(*bytes));
  }
  const std::string next = path + ".new";
  std::ofstream stream(next, std::ios::binary | std::ios::trunc);
  stream << text;
  stream.close();
  std::error_code error;
  if (stream) std::filesystem::rename(next, path, error);
  if (!stream || error) {
    return Fail(Reason::kUnprocessable, base::Concat({path, ": cannot be written"}));
  }
  return {};
}

void CheckOneOf(std::string_view what, std::string_view value,
                const std::vector<std::string_view>& allowed, int line, const FileFaults& faults) {
  if (value.empty() || std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return;
  faults.Add(line, base::Concat({"'", what, "' is '", base::Clip(value, 60),
                                 "', but must be one of ", base::Join(allowed, ", ")}));
}

void CheckDate(std::string_view what, std::string_view value, int line, const FileFaults& faults) {
  if (value.empty() || base::ParseDate(value)) return;
  faults.Add(line,
             base::Concat({"'", what, "' is '", base::Clip(value, 60), "', which is no date"}));
}

void CheckPeriod(std::string_view start, std::string_view end, int line, const FileFaults& faults) {
  const auto first = base::ParseDate(start);
  const auto last = base::ParseDate(end);
  if (!first || !last || first->first <= last->last) return;
  faults.Add(line, base::Concat({"the period starts on ", start, ", after its end on ", end}));
}

bool IsSlug(std::string_view text, bool dots) {
  bool may_separate = false;
  for (const char c : text) {
    const bool is_word = base::IsDigit(c) || (c >= 'a' && c <= 'z');
    if (!is_word && !(may_separate && (c == '-' || (dots && c == '.')))) return false;
    may_separate = is_word;
  }
  return may_separate;
}

bool IsFhirId(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return base::IsAlnum(c) || c == '-' || c == '.';
  });
}

}  // namespace chemoterm::load
