#include "import/content_diff.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "import/content_folder.h"
#include "json/slice.h"
#include "json/writer.h"
#include "load/csv.h"
#include "load/faults.h"
#include "load/files.h"
#include "load/manifest.h"
#include "load/resource_reader.h"

namespace chemoterm::imports {
namespace {

using Rows = std::vector<NamedText>;

// What a folder has, part by part.
struct Parts {
  Rows files, codes, figures, relations, notes;
};

std::string AliasOf(const load::Manifest& manifest, std::string_view canonical) {
  const auto alias = std::find_if(manifest.systems.begin(), manifest.systems.end(),
                                  [&](const auto& each) { return each.second == canonical; });
  return alias == manifest.systems.end() ? std::string(canonical) : alias->first;
}

// All that a concept has, beside its code.
std::string TextOf(const model::CodeSystem& system, model::ConceptId id) {
  std::string text = base::Concat({system.Display(id), "\n", system.Definition(id)});
  for (const model::PropertyValue& property : system.Properties(id)) {
    const ValueView value = system.Value(property);
    text += base::Concat({"\n", system.property_defs()[property.def].code, "=", value.text,
                          value.coding.system, value.coding.code});
  }
  for (const model::Designation& designation : system.Designations(id)) {
    text += base::Concat({"\n", system.Text(designation.language), ":", system.Text(designation)});
  }
  return text;
}

void AddCodes(const load::Manifest& manifest, std::string_view text, Rows& rows) {
  load::Faults ignored(/*lenient=*/true);
  const auto system = load::ParseCodeSystem(
      text, [](std::string_view url) { return std::string(url); }, {},
      load::FileFaults(ignored, ""));
  if (system == nullptr) return;
  const std::string alias = AliasOf(manifest, system->info().url);
  for (std::uint32_t i = 0; i < system->size(); ++i) {
    const auto id = static_cast<model::ConceptId>(i);
    rows.push_back({base::Concat({alias, " ", system->Code(id)}), TextOf(*system, id)});
  }
}

// Without the cells that are empty, blanks between the others.
std::string Named(std::initializer_list<std::string_view> cells) {
  std::string name;
  for (const std::string_view cell : cells) {
    if (!cell.empty()) name += base::Concat({name.empty() ? "" : " ", cell});
  }
  return name;
}

void AddFigures(const load::ManifestFile& file, std::string_view text, Rows& rows) {
  load::Faults ignored;
  load::CsvCells properties;
  const std::string_view system =
      file.system.empty() ? load::kDefaultSystem : std::string_view(file.system);
  load::ReadCsv(
      text, load::FileFaults(ignored, file.path),
      [&](const load::CsvCells& header) {
        properties = header;
        return true;
      },
      [&](int, const load::CsvCells& cells) {
        for (std::size_t i = 1; i < cells.size(); ++i) {
          if (cells[i].empty()) continue;
          rows.push_back({Named({system, cells[0], properties[i], file.period_start, file.setting}),
                          Named({cells[i], file.period_end})});
        }
      });
}

void AddRelations(const load::ManifestFile& file, std::string_view text, Rows& rows) {
  enum Column : std::uint8_t {
    kFromSystem,
    kFrom,
    kKind,
    kToSystem,
    kTo,
    kStart,
    kEnd,
    kIndicator,
    kSetting,
    kNote,
    kCount
  };
  load::Faults ignored;
  load::ReadCsv(
      text, load::FileFaults(ignored, file.path),
      [](const load::CsvCells& header) { return header.size() >= kCount; },
      [&](int, const load::CsvCells& cells) {
        rows.push_back({Named({cells[kFromSystem], cells[kFrom], cells[kKind], cells[kToSystem],
                               cells[kTo], cells[kStart], cells[kSetting]}),
                        base::Concat({cells[kEnd], "\n", cells[kIndicator], "\n", cells[kNote]})});
      });
}

void AddNotes(std::string_view text, Rows& rows) {
  for (json::Elements each(json::Member(base::Trim(text), "notes")); each.Next();) {
    rows.push_back({json::Unquote(json::Member(each.value(), "id")), std::string(each.value())});
  }
}

void AddFile(const load::Manifest& manifest, const load::ManifestFile& file, std::string_view text,
             Parts& parts) {
  parts.files.push_back({WithoutSum(file.path), load::Sha256Hex(text)});
  if (file.kind == load::FileKind::kCodeSystem) AddCodes(manifest, text, parts.codes);
  if (file.kind == load::FileKind::kFigures) AddFigures(file, text, parts.figures);
  if (file.kind == load::FileKind::kRelations) AddRelations(file, text, parts.relations);
  if (file.kind == load::FileKind::kCoverage) AddNotes(text, parts.notes);
}

absl::StatusOr<Parts> PartsOf(const std::string& dir) {
  ASSIGN_OR_RETURN(const load::Manifest manifest, ManifestInContent(dir));
  Parts parts;
  for (const load::ManifestFile& file : manifest.files) {
    const auto text = load::ReadContentFile(dir, file.path);
    if (!text.ok()) {
      return Fail(Reason::kUnprocessable, base::Concat({dir, "/", file.path, ": ",
                                                        base::FromAbsl(text.status().message())}));
    }
    AddFile(manifest, file, *text, parts);
  }
  return parts;
}

void WriteNames(json::Object& to, std::string_view key, const std::vector<std::string>& names) {
  json::Array list = to.List(key);
  for (const std::string& name : names) list.Text(name);
}

}  // namespace

absl::StatusOr<ContentDiff> DiffContent(const std::string& old_dir, const std::string& new_dir) {
  ASSIGN_OR_RETURN(Parts before, PartsOf(old_dir));
  ASSIGN_OR_RETURN(Parts now, PartsOf(new_dir));
  return ContentDiff{
      .files = CompareTexts(std::move(before.files), std::move(now.files)),
      .codes = CompareTexts(std::move(before.codes), std::move(now.codes)),
      .figures = CompareTexts(std::move(before.figures), std::move(now.figures)),
      .relations = CompareTexts(std::move(before.relations), std::move(now.relations)),
      .notes = CompareTexts(std::move(before.notes), std::move(now.notes))};
}

std::string ToJson(const ContentDiff& diff) {
  std::string text;
  {
    json::Object root(&text);
    for (const auto& [name, changes] : diff.Parts()) {
      json::Object part = root.Sub(name);
      WriteNames(part, "added", changes->added);
      WriteNames(part, "removed", changes->removed);
      WriteNames(part, "changed", changes->changed);
    }
  }
  return text;
}

}  // namespace chemoterm::imports
