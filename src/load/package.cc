#include "load/package.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "json/slice.h"
#include "json/writer.h"
#include "load/json_text.h"
#include "load/record_node.h"
#include "load/resource_reader.h"
#include "load/resource_writer.h"
#include "model/catalog.h"

namespace chemoterm::load {
namespace {

constexpr std::string_view kFolder = "package/";
constexpr std::string_view kHeadPath = "package/package.json";
// package.json is a page of text.
constexpr std::uint64_t kMaxHeadBytes = 1 << 20;
constexpr std::size_t kMaxDependencies = 1000;
constexpr std::size_t kMaxLeftOut = 1000;

constexpr std::string_view kTaken[] = {"CodeSystem", "ValueSet", "ConceptMap", "NamingSystem"};

// Resources lie directly in the package's folder; examples and other material lie deeper.
bool IsResourceFile(std::string_view path) {
  if (!path.starts_with(kFolder) || !path.ends_with(".json") || path == kHeadPath) return false;
  const std::string_view name = path.substr(kFolder.size());
  return name.find('/') == std::string_view::npos && !name.starts_with('.');
}

// The text of the object, without a byte-order mark and white space around it.
std::string_view ObjectIn(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return base::Trim(text);
}

std::string TextOf(std::string_view object, std::string_view key) {
  return json::Unquote(json::Member(object, key));
}

bool IsPackageName(std::string_view name) {
  return !name.empty() && name.size() <= 214 && std::all_of(name.begin(), name.end(), [](char c) {
    return base::IsAlnum(c) || c == '.' || c == '-' || c == '_';
  });
}

bool IsPackageVersion(std::string_view version) {
  return !version.empty() && version.size() <= 64 &&
         std::all_of(version.begin(), version.end(),
                     [](char c) { return base::IsAlnum(c) || c == '.' || c == '-' || c == '+'; });
}

// "20240102030405" or a date, as YYYY-MM-DD; empty for another text.
std::string DateOf(std::string_view text) {
  if (text.size() >= 8 && base::ParseInt<std::int64_t>(text.substr(0, 8))) {
    const std::string date =
        base::Concat({text.substr(0, 4), "-", text.substr(4, 2), "-", text.substr(6, 2)});
    if (base::ParseDate(date)) return date;
  }
  const auto days = base::ParseDate(text);
  return days ? base::FormatDay(days->first) : std::string();
}

absl::StatusOr<PackageHead> ReadHead(std::string_view text) {
  json::SkippingNode check;
  const json::Limits limits{
      .max_depth = 32, .max_keys_per_object = 10'000, .max_bytes = kMaxHeadBytes};
  if (const auto status = json::ReadObject(text, limits, check); !status.ok()) {
    return Fail(Reason::kUnprocessable,
                base::Concat({kHeadPath, ": ", base::FromAbsl(status.message())}));
  }
  const std::string_view object = base::Trim(text);
  PackageHead head;
  head.name = TextOf(object, "name");
  head.version = TextOf(object, "version");
  head.licence = TextOf(object, "license");
  head.title = TextOf(object, "title");
  head.date = DateOf(TextOf(object, "date"));
  if (!IsPackageName(head.name) || !IsPackageVersion(head.version)) {
    return Fail(
        Reason::kUnprocessable,
        base::Concat({kHeadPath, ": 'name' and 'version' must be those of an NPM package"}));
  }
  for (const std::string_view key : {"fhirVersions", "fhir-version-list"}) {
    if (!head.fhir_versions.empty()) break;
    for (json::Elements each(json::Member(object, key)); each.Next();) {
      head.fhir_versions.push_back(json::Unquote(each.value()));
    }
  }
  for (json::Members each(json::Member(object, "dependencies")); each.Next();) {
    if (head.dependencies.size() == kMaxDependencies) break;
    head.dependencies.emplace_back(each.key(), json::Unquote(each.value()));
  }
  return head;
}

// The text with another id, every line where it was.
std::string WithId(std::string_view text, std::string_view id) {
  std::string quoted;
  json::AppendString(quoted, id);
  const std::string_view old = json::Member(ObjectIn(text), "id");
  if (!old.empty()) {
    const auto at = static_cast<std::size_t>(old.data() - text.data());
    return base::Concat({text.substr(0, at), quoted, text.substr(at + old.size())});
  }
  const std::size_t at = text.find('{') + 1;
  return base::Concat({text.substr(0, at), "\"id\":", quoted, ",", text.substr(at)});
}

// What may stand in a FHIR id.
std::string IdOf(std::string_view text) {
  std::string id;
  for (const char c : text) id += base::IsAlnum(c) || c == '.' ? c : '-';
  return id;
}

// "4.0.x" of a dependency; "current", "latest" and "dev" take any.
bool Satisfies(std::string_view wanted, const PackageHead& head, std::string_view name) {
  if (head.name != name) return false;
  return wanted == "current" || wanted == "latest" || wanted == "dev" || wanted.empty() ||
         model::FitsVersion(wanted, head.version);
}

}  // namespace

absl::StatusOr<PackageHead> CheckPackage(std::string_view bytes, const ArchiveLimits& limits) {
  std::optional<PackageHead> head;
  RETURN_IF_ERROR(ReadArchive(
      bytes, limits,
      [](std::string_view path, std::uint64_t size) {
        return path == kHeadPath && size <= kMaxHeadBytes;
      },
      [&](std::string_view, std::string text) -> absl::Status {
        if (head) return Fail(Reason::kUnprocessable, base::Concat({kHeadPath, " is there twice"}));
        ASSIGN_OR_RETURN(head, ReadHead(ObjectIn(text)));
        return {};
      }));
  if (head) return *std::move(head);
  return Fail(Reason::kUnprocessable,
              base::Concat({"not a FHIR package: it has no ", kHeadPath, " of at most 1 MiB"}));
}

PackageLoader::PackageLoader(Build& build) : build_(build) {}

void PackageLoader::Add(std::string_view file, std::string_view bytes, std::string_view date) {
  auto head = CheckPackage(bytes);
  if (!head.ok()) {
    return build_.FaultsOf(file).Add(0, std::string(base::FromAbsl(head.status().message())));
  }
  PackageReport report;
  report.file = file;
  report.name = head->name;
  report.version = head->version;
  report.fhir_versions = head->fhir_versions;
  date_ = date.empty() ? head->date : std::string(date);
  if (heads_.empty()) NoteContent();
  const auto again = std::find_if(heads_.begin(), heads_.end(), [&](const PackageHead& other) {
    return other.Canonical() == head->Canonical();
  });
  if (again != heads_.end()) report.warnings.push_back(head->Canonical() + " is loaded twice");
  heads_.push_back(*std::move(head));
  const auto status = ReadArchive(
      bytes, {}, [](std::string_view path, std::uint64_t) { return IsResourceFile(path); },
      [&](std::string_view path, std::string text) -> absl::Status {
        AddFile(path, std::move(text), report);
        return {};
      });
  if (!status.ok()) {
    build_.FaultsOf(file).Add(0, std::string(base::FromAbsl(status.message())));
  }
  reports_.push_back(std::move(report));
}

// What the content has, so that no package doubles it.
void PackageLoader::NoteContent() {
  const std::string where = "the content";
  const auto canonical = [](std::string_view url, std::string_view version) {
    return version.empty() ? std::string(url) : base::Concat({url, "|", version});
  };
  for (const auto& system : build_.snapshot().systems) {
    places_.try_emplace({"CodeSystem", canonical(system->info().url, system->info().version)},
                        where);
  }
  for (const auto& set : build_.snapshot().value_sets) {
    places_.try_emplace({"ValueSet", canonical(set->url, set->version)}, where);
  }
  for (const auto& map : build_.snapshot().concept_maps) {
    places_.try_emplace({"ConceptMap", canonical(map->url, map->version)}, where);
  }
}

void PackageLoader::AddFile(std::string_view path, std::string text, PackageReport& report) {
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  const std::string type = TextOf(ObjectIn(text), "resourceType");
  const bool is_taken = std::find(std::begin(kTaken), std::end(kTaken), type) != std::end(kTaken);
  if (is_taken) return AddResource(path, std::move(text), type, report);
  if (!type.empty()) {
    ++report.skipped[base::Clip(type, 64)];
    return;
  }
  // Perhaps a resource that is broken before its type.
  Faults faults(/*lenient=*/true);
  json::SkippingNode check;
  if (const auto status = json::ReadObject(text, ContentLimits(), check); !status.ok()) {
    AddFailure(status, {faults, path});
    ++report.left_out_count;
    if (report.left_out.size() < kMaxLeftOut) report.left_out.push_back(faults.Take().front());
    return;
  }
  ++report.skipped["(no resourceType)"];
}

bool PackageLoader::IsTaken(std::string_view type, std::string_view canonical,
                            const std::string& where, const FileFaults& faults) {
  const auto [place, added] =
      places_.try_emplace({std::string(type), std::string(canonical)}, where);
  if (added) return false;
  faults.Add(0, base::Concat({type, " ", canonical, " is already there, from ", place->second}));
  return true;
}

std::string PackageLoader::FreeId(std::string_view type, std::string_view id, std::string_view url,
                                  std::string_view version) const {
  constexpr std::size_t kMaxId = 64;
  const auto is_free = [&](std::string_view each) {
    if (!IsFhirId(each) || build_.snapshot().resources.IsTaken(type, each)) return false;
    // Our supplements get their resources later.
    const auto& ours = build_.manifest().supplements;
    return std::none_of(ours.begin(), ours.end(),
                        [&](const auto& entry) { return entry.id == each; });
  };
  if (is_free(id)) return std::string(id);
  const std::string last = std::string(url.substr(url.rfind('/') + 1));
  const std::string stem = IdOf(id.empty() ? std::string_view(last) : id).substr(0, kMaxId);
  if (id.empty() && is_free(stem)) return stem;
  const std::string with_version = base::Concat({stem, "-", IdOf(version)});
  if (!version.empty() && is_free(with_version)) return with_version;
  const std::string hash = model::VersionOf({type, url, version}).substr(0, 8);
  return base::Concat({stem.substr(0, kMaxId - 9), "-", hash});
}

void PackageLoader::AddResource(std::string_view path, std::string text, std::string_view type,
                                PackageReport& report) {
  Faults faults(/*lenient=*/true);
  const FileFaults here(faults, path);
  const auto give_up = [&] {
    ++report.left_out_count;
    if (report.left_out.size() < kMaxLeftOut) report.left_out.push_back(faults.Take().front());
  };
  const std::string_view object = ObjectIn(text);
  const std::string url = TextOf(object, "url");
  const std::string version = TextOf(object, "version");
  const std::string date = DateOf(TextOf(object, "date"));
  const std::string id = FreeId(type, TextOf(object, "id"), url, version);
  if (!IsFhirId(id) || build_.snapshot().resources.IsTaken(type, id)) {
    here.Add(1, "no id can be made for it");
    return give_up();
  }
  if (TextOf(object, "id") != id) text = WithId(text, id);

  const Rebase as_it_is = [](std::string_view each) { return std::string(each); };
  std::unique_ptr<const model::CodeSystem> system;
  std::optional<model::ValueSet> set;
  std::optional<model::ConceptMap> map;
  if (type == "CodeSystem") system = ParseCodeSystem(text, as_it_is, {}, here);
  if (type == "ValueSet") set = ParseValueSet(text, as_it_is, here);
  if (type == "ConceptMap") map = ParseConceptMap(text, as_it_is, {}, here);
  if (type == "NamingSystem") CheckNamingSystem(text, here);
  if (faults.empty() && url.empty() && type != "NamingSystem") here.Add(1, "'url' is missing");
  if (!faults.empty()) return give_up();
  // A NamingSystem may have no canonical; its id tells it apart.
  const std::string canonical = url.empty()       ? id
                                : version.empty() ? url
                                                  : base::Concat({url, "|", version});
  const std::string where = base::Concat({report.file, ": ", path});
  if (IsTaken(type, canonical, where, here)) return give_up();

  AddTextResource(build_, Minify(text, {}, {}), type, id, date.empty() ? date_ : date,
                  {report.file, 0});
  // A code system without its codes can be read, but must not answer for those who have them.
  const bool has_codes = system != nullptr && system->info().content != "not-present";
  if (has_codes) build_.AddSystem(std::move(system), /*search=*/false);
  if (set) build_.snapshot().Add(std::make_unique<const model::ValueSet>(*std::move(set)));
  if (map) build_.snapshot().Add(std::make_unique<const model::ConceptMap>(*std::move(map)));
  ++report.loaded[std::string(type)];
}

std::vector<PackageReport> PackageLoader::Finish() {
  for (std::size_t i = 0; i < heads_.size(); ++i) {
    // Only whether they are there: nothing is followed, so circles do no harm.
    for (const auto& [name, wanted] : heads_[i].dependencies) {
      if (std::any_of(heads_.begin(), heads_.end(),
                      [&](const PackageHead& head) { return Satisfies(wanted, head, name); })) {
        continue;
      }
      reports_[i].warnings.push_back(base::Concat({"the dependency ", base::Clip(name, 100), "#",
                                                   base::Clip(wanted, 60), " is not loaded"}));
    }
  }
  return std::move(reports_);
}

}  // namespace chemoterm::load
