#include "load/resource_writer.h"

#include "base/text.h"
#include "json/writer.h"
#include "load/json_text.h"
#include "load/search_values.h"

namespace chemoterm::load {

void AddResource(Build& build, std::string_view type, std::string_view id, std::string_view meta,
                 std::string_view members, std::string_view date, const Place& place) {
  model::StoredResource resource;
  resource.type = type;
  resource.id = id;
  const auto day = base::ParseDate(date);
  resource.last_modified =
      base::Concat({base::FormatDay(day ? day->last : 19700101), "T00:00:00Z"});
  resource.version_id = model::VersionOf({type, id, meta, members});
  resource.json =
      base::Concat({R"({"resourceType":")", type, R"(","id":")", id, R"(","meta":{"versionId":")",
                    resource.version_id, R"(","lastUpdated":")", resource.last_modified, "\"",
                    meta.empty() ? "" : ",", meta, "}", members.empty() ? "" : ",", members, "}"});
  resource.values = SearchValuesOf(resource);
  if (build.snapshot().resources.Add(std::move(resource))) return;
  build.FaultsOf(place.file).Add(place.line, base::Concat({type, "/", id, " appears twice"}));
}

void AddFileResource(Build& build, const ContentFile& file, std::string_view type,
                     std::string_view id) {
  AddTextResource(build, Minify(file.text, build.manifest().canonical_base, build.base()), type, id,
                  file.entry.as_of, {std::string(file.faults.file()), 1});
}

void AddTextResource(Build& build, std::string_view text, std::string_view type,
                     std::string_view id, std::string_view date, const Place& place) {
  std::string meta;
  std::string members;
  const auto append = [](std::string& to, std::string_view key, std::string_view value) {
    if (!to.empty()) to += ',';
    to += '"';
    to += key;
    to += "\":";
    to += value;
  };
  for (const auto& [key, value] : MembersOf(text)) {
    if (key == "resourceType" || key == "id") continue;
    if (key != "meta") {
      append(members, key, value);
      continue;
    }
    for (const auto& [meta_key, meta_value] : MembersOf(value)) {
      if (meta_key != "versionId" && meta_key != "lastUpdated") append(meta, meta_key, meta_value);
    }
  }
  AddResource(build, type, id, meta, members, date, place);
}

}  // namespace chemoterm::load
