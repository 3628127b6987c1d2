#include "load/resource_writer.h"

#include "base/text.h"
#include "json/slice.h"
#include "load/json_text.h"
#include "load/search_values.h"

namespace chemoterm::load {

void AddResource(Build& build, std::string_view type, std::string_view id, std::string_view meta,
                 std::string_view members, std::string_view date, const Place& place,
                 std::string_view more) {
  model::StoredResource resource;
  resource.type = type;
  resource.id = id;
  const auto day = base::ParseDate(date);
  resource.last_modified =
      base::Concat({base::FormatDay(day ? day->last : 19700101), "T00:00:00Z"});
  resource.version_id = more.empty() ? model::VersionOf({type, id, meta, members})
                                     : model::VersionOf({type, id, meta, members, more});
  resource.json =
      base::Concat({R"({"resourceType":")", type, R"(","id":")", id, R"(","meta":{"versionId":")",
                    resource.version_id, R"(","lastUpdated":")", resource.last_modified, "\"",
                    meta.empty() ? "" : ",", meta, "}", members.empty() ? "" : ",", members, "}"});
  resource.values = SearchValuesOf(resource);
  if (build.snapshot().resources.Add(std::move(resource))) return;
  build.FaultsOf(place.file).Add(place.line, base::Concat({type, "/", id, " appears twice"}));
}

namespace {

// A larger code system is kept without its concepts.
constexpr std::size_t kLargestWhole = std::size_t{8} * 1024 * 1024;
constexpr std::string_view kSubsetted =
    R"({"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"})";

void Append(std::string_view key, std::string_view value, std::string& members) {
  if (!members.empty()) members += ',';
  members += base::Concat({"\"", key, "\":", value});
}

// The members of a meta, without those that we make; with `tag`, if there is one.
std::string MetaMembers(std::string_view meta, std::string_view tag) {
  std::string members;
  std::string tags(tag);
  for (const auto& [key, value] : MembersOf(meta)) {
    if (key == "versionId" || key == "lastUpdated") continue;
    if (key == "tag" && !tag.empty() && value.size() > 2) {
      tags = base::Concat({value.substr(1, value.size() - 2), ",", tag});
    } else {
      Append(key, value, members);
    }
  }
  if (!tag.empty()) Append("tag", base::Concat({"[", tags, "]"}), members);
  return members;
}

// As AddTextResource; with `tag` in its meta, if there is one, and `more` as in AddResource.
void AddText(Build& build, std::string_view text, std::string_view type, std::string_view id,
             std::string_view date, const Place& place, std::string_view tag,
             std::string_view more) {
  std::string meta = MetaMembers("{}", tag);
  std::string members;
  for (const auto& [key, value] : MembersOf(text)) {
    if (key == "resourceType" || key == "id") continue;
    if (key == "meta") {
      meta = MetaMembers(value, tag);
    } else {
      Append(key, value, members);
    }
  }
  AddResource(build, type, id, meta, members, date, place, more);
}

Place PlaceOf(const ContentFile& file) { return {std::string(file.faults.file()), 1}; }

}  // namespace

void AddFileResource(Build& build, const ContentFile& file, std::string_view type,
                     std::string_view id) {
  AddTextResource(build, Minify(file.text, build.manifest().canonical_base, build.base()), type, id,
                  file.entry.as_of, PlaceOf(file));
}

void AddTextResource(Build& build, std::string_view text, std::string_view type,
                     std::string_view id, std::string_view date, const Place& place) {
  AddText(build, text, type, id, date, place, {}, {});
}

void AddCodeSystemResource(Build& build, const ContentFile& file, const model::CodeSystem& system) {
  const std::size_t limit = system.info().expansion_concepts;
  const bool is_listed = limit == 0 || system.size() <= limit;
  if (file.text.size() <= kLargestWhole && is_listed) {
    return AddFileResource(build, file, "CodeSystem", system.info().id);
  }
  std::string members;
  for (json::Members each(file.text.substr(file.text.find('{'))); each.Next();) {
    if (each.key() != "concept" && each.key() != "count") Append(each.key(), each.value(), members);
  }
  Append("count", base::ToText(system.size()), members);
  const std::string head = base::Concat({"{", members, "}"});
  AddText(build, Minify(head, build.manifest().canonical_base, build.base()), "CodeSystem",
          system.info().id, file.entry.as_of, PlaceOf(file), kSubsetted, file.entry.sha256);
}

}  // namespace chemoterm::load
