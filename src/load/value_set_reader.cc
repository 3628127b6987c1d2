// ValueSet, FHIR R4 or R5. The text is checked as a whole first; then it is taken apart in slices.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "json/slice.h"
#include "load/build.h"
#include "load/fhir_extensions.h"
#include "load/record_node.h"
#include "load/resource_reader.h"
#include "load/resource_writer.h"
#include "load/slice_reader.h"

namespace chemoterm::load {
namespace {

using json::Elements;
using json::Members;
using model::ConceptFilter;
using model::ConceptSet;
using model::ListedConcept;
using model::ListedDesignation;
using model::ValueSet;

constexpr std::string_view kFilterOpInR4 =
    "http://hl7.org/fhir/5.0/StructureDefinition/"
    "extension-ValueSet.compose.include.filter.op";

// Calls `f(extension, json)` for the extensions of an object.
template <class F>
void ForEachExtension(std::string_view object, F&& f) {
  for (Elements each(json::Member(object, "extension")); each.Next();) {
    f(ReadExtension(each.value()), each.value());
  }
}

// Members that say which value set it is, as opposed to what is in it and for whom.
bool IsName(std::string_view key) {
  constexpr std::string_view kNames[] = {
      "id",   "meta",  "implicitRules", "language",     "url",  "identifier", "version",
      "name", "title", "status",        "experimental", "date", "publisher",  "copyright"};
  return std::find(std::begin(kNames), std::end(kNames), key) != std::end(kNames);
}

void AddMember(std::string_view key, std::string_view value, std::string& members) {
  if (!members.empty()) members += ',';
  members += base::Concat({"\"", key, "\":", value});
}

class Reader : SliceReader {
 public:
  Reader(std::string_view text, const Rebase& rebase, const FileFaults& faults)
      : SliceReader(text, faults), rebase_(rebase) {}

  ValueSet Read(std::string_view object);

 private:
  Coding ReadCoding(std::string_view object) const;
  ListedDesignation ReadDesignation(std::string_view object) const;
  ListedConcept ReadConcept(std::string_view object) const;
  ConceptFilter ReadFilter(std::string_view object) const;
  ConceptSet ReadSet(std::string_view object) const;
  void ReadCompose(std::string_view object, ValueSet& set) const;
  void TakeExpansion(ValueSet& set) const;
  bool TakeContained(std::string_view list, std::int64_t& count, ValueSet& set) const;
  void ReadHeadMember(std::string_view key, std::string_view value, ValueSet& set) const;
  void ReadExtensions(std::string_view object, ValueSet& set) const;

  const Rebase& rebase_;
};

Coding Reader::ReadCoding(std::string_view object) const {
  const auto text = [&](std::string_view key) { return json::Unquote(json::Member(object, key)); };
  return {rebase_(text("system")), text("version"), text("code"), text("display")};
}

ListedDesignation Reader::ReadDesignation(std::string_view object) const {
  ListedDesignation designation;
  for (Members members(object); members.Next();) {
    const std::string_view key = members.key();
    if (key == "language") designation.language = Text(key, members.value());
    if (key == "value") designation.value = Text(key, members.value());
    if (key == "use") designation.use = ReadCoding(members.value());
  }
  if (designation.value.empty()) Fault(object, "a designation without 'value'");
  ForEachExtension(object, [&](const Extension& extension, std::string_view json) {
    if (IsShownOfDesignation(extension.name)) JoinJson(designation.extensions, json);
  });
  return designation;
}

ListedConcept Reader::ReadConcept(std::string_view object) const {
  ListedConcept listed;
  for (Members members(object); members.Next();) {
    const std::string_view key = members.key();
    if (key == "code") listed.code = Text(key, members.value());
    if (key == "display") listed.display = Text(key, members.value());
    if (key == "designation") {
      ForEachObject(key, members.value(), [&](std::string_view each) {
        listed.designations.push_back(ReadDesignation(each));
      });
    }
  }
  if (listed.code.empty()) Fault(object, "a concept without 'code'");
  ForEachExtension(object, [&](const Extension& extension, std::string_view json) {
    if (extension.role == Extension::Role::kProperty) {
      listed.properties.push_back({extension.property.code, extension.property.uri,
                                   extension.property.kind, extension.value});
    }
    if (IsShownOfConcept(extension.name)) JoinJson(listed.extensions, json);
    if (extension.role == Extension::Role::kStatus) {
      listed.deprecated = extension.value == "deprecated";
      JoinJson(listed.extensions, json);
    }
    if (extension.name == "valueset-deprecated") listed.deprecated = extension.value == "true";
  });
  return listed;
}

ConceptFilter Reader::ReadFilter(std::string_view object) const {
  ConceptFilter filter;
  for (Members members(object); members.Next();) {
    const std::string_view key = members.key();
    if (key == "property") filter.property = Text(key, members.value());
    if (key == "op") filter.op = Text(key, members.value());
    if (key == "value") filter.value = Text(key, members.value());
    if (key != "_op") continue;
    for (Elements each(json::Member(members.value(), "extension")); each.Next();) {
      if (json::Unquote(json::Member(each.value(), "url")) == kFilterOpInR4) {
        filter.op = json::Unquote(json::Member(each.value(), "valueCode"));
      }
    }
  }
  if (filter.property.empty()) Fault(object, "a filter without 'property'");
  if (filter.op.empty()) Fault(object, "a filter without 'op'");
  return filter;
}

ConceptSet Reader::ReadSet(std::string_view object) const {
  ConceptSet set;
  for (Members members(object); members.Next();) {
    const std::string_view key = members.key();
    const std::string_view value = members.value();
    if (key == "system") set.system = rebase_(Text(key, value));
    if (key == "version") set.version = Text(key, value);
    if (key == "concept") {
      ForEachObject(key, value,
                    [&](std::string_view each) { set.concepts.push_back(ReadConcept(each)); });
    }
    if (key == "filter") {
      ForEachObject(key, value,
                    [&](std::string_view each) { set.filters.push_back(ReadFilter(each)); });
    }
    if (key == "valueSet") {
      if (!json::IsArray(value)) Fault(value, "'valueSet' must be a list");
      for (Elements each(value); each.Next();) {
        set.value_sets.push_back(rebase_(Text(key, each.value())));
      }
    }
  }
  if (set.system.empty() && set.value_sets.empty()) {
    Fault(object, "an include or exclude without 'system' and 'valueSet'");
  }
  if (set.system.empty() && (!set.concepts.empty() || !set.filters.empty())) {
    Fault(object, "concepts and filters need a 'system'");
  }
  if (!set.concepts.empty() && !set.filters.empty()) {
    Fault(object, "'concept' and 'filter' exclude each other");
  }
  set.Freeze();
  return set;
}

void Reader::ReadCompose(std::string_view object, ValueSet& set) const {
  set.is_defined = true;
  for (Members members(object); members.Next();) {
    const std::string_view key = members.key();
    if (key == "inactive") set.inactive = Flag(key, members.value());
    if (key == "include" || key == "exclude") {
      auto& to = key == "include" ? set.includes : set.excludes;
      ForEachObject(key, members.value(),
                    [&](std::string_view each) { to.push_back(ReadSet(each)); });
    }
  }
  if (set.includes.empty()) Fault(object, "'compose' without 'include'");
  ForEachExtension(object, [&](const Extension& extension, std::string_view json) {
    if (extension.name != "valueset-expansion-parameter") return;
    std::string name, value;
    for (Elements each(json::Member(json, "extension")); each.Next();) {
      const bool is_name = json::Unquote(json::Member(each.value(), "url")) == "name";
      (is_name ? name : value) = ValueOfExtension(each.value());
    }
    set.expansion_parameters.emplace_back(std::move(name), std::move(value));
  });
}

// Adds the concepts of a list `contains` and of those within it; false for one without a system.
bool Reader::TakeContained(std::string_view list, std::int64_t& count, ValueSet& set) const {
  for (Elements each(list); each.Next();) {
    const std::string_view object = each.value();
    const auto text = [&](std::string_view key) {
      return json::Unquote(json::Member(object, key));
    };
    if (!json::Member(object, "code").empty()) {
      const std::string system = rebase_(text("system"));
      if (system.empty()) return false;
      ++count;
      const bool is_abstract = json::Member(object, "abstract") == "true";
      const auto same = [&](const ConceptSet& other) {
        return other.system == system && other.version == text("version");
      };
      auto to = std::find_if(set.includes.begin(), set.includes.end(), same);
      if (to == set.includes.end()) {
        to = set.includes.emplace(to);
        to->system = system;
        to->version = text("version");
      }
      if (!is_abstract) to->concepts.push_back(ReadConcept(object));
    }
    if (!TakeContained(json::Member(object, "contains"), count, set)) return false;
  }
  return true;
}

// Without a compose, a stored expansion says what is in the value set if it is the whole of it.
void Reader::TakeExpansion(ValueSet& set) const {
  const std::string_view expansion = set.expansion_json;
  std::int64_t count = 0;
  bool is_whole = TakeContained(json::Member(expansion, "contains"), count, set) && count > 0;
  const auto offset = json::Member(expansion, "offset");
  const auto total = json::Member(expansion, "total");
  is_whole = is_whole && (offset.empty() || offset == "0");
  is_whole = is_whole && (total.empty() || total == base::ToText(count));
  ForEachExtension(expansion, [&](const Extension& extension, std::string_view) {
    is_whole =
        is_whole && extension.name != "valueset-toocostly" && extension.name != "valueset-unclosed";
  });
  if (!is_whole) return set.includes.clear();
  set.is_defined = true;
  for (ConceptSet& include : set.includes) include.Freeze();
}

void Reader::ReadHeadMember(std::string_view key, std::string_view value, ValueSet& set) const {
  const std::pair<std::string_view, std::string*> texts[] = {
      {"id", &set.id},       {"version", &set.version}, {"name", &set.name},
      {"title", &set.title}, {"status", &set.status},   {"language", &set.language}};
  for (const auto& [name, to] : texts) {
    if (key == name) *to = Text(key, value);
  }
  if (key == "url") set.url = rebase_(Text(key, value));
  if (key == "experimental") set.experimental = Flag(key, value);
}

void Reader::ReadExtensions(std::string_view object, ValueSet& set) const {
  ForEachExtension(object, [&](const Extension& extension, std::string_view) {
    if (extension.role == Extension::Role::kStatus) set.standards_status = extension.value;
    if (extension.name == "valueset-supplement") {
      set.supplements.push_back(rebase_(extension.value));
    }
  });
}

ValueSet Reader::Read(std::string_view object) {
  ValueSet set;
  for (Members members(object); members.Next();) {
    const std::string_view key = members.key();
    const std::string_view value = members.value();
    if (key == "resourceType") {
      if (Text(key, value) != "ValueSet") Fault(value, "'resourceType' must be ValueSet");
    } else if (key == "compose") {
      if (!json::IsObject(value)) Fault(value, "'compose' must be an object");
      ReadCompose(value, set);
      AddMember(key, value, set.definition);
    } else if (key == "contained") {
      ForEachObject(key, value, [&](std::string_view each) {
        if (json::Unquote(json::Member(each, "resourceType")) != "ValueSet") return;
        set.contained.push_back(Read(each));
      });
      set.contained_json = value;
    } else if (key == "expansion") {
      set.expansion_json = value;
    } else if (key != "text") {
      ReadHeadMember(key, value, set);
      AddMember(key, value, IsName(key) ? set.head : set.definition);
    }
  }
  ReadExtensions(object, set);
  if (!set.is_defined && !set.expansion_json.empty()) TakeExpansion(set);
  return set;
}

}  // namespace

std::optional<ValueSet> ParseValueSet(std::string_view text, const Rebase& rebase,
                                      const FileFaults& faults) {
  json::SkippingNode check;
  if (const auto status = json::ReadObject(text, ContentLimits(), check); !status.ok()) {
    AddFailure(status, faults);
    return std::nullopt;
  }
  const std::size_t start = text.find('{');
  const std::size_t before = faults.count();
  ValueSet set = Reader(text, rebase, faults).Read(text.substr(start, text.rfind('}') - start + 1));
  if (faults.count() != before) return std::nullopt;
  return set;
}

namespace {

// Codes that are listed of a loaded system are codes of it, or known as codes of others.
void CheckListed(const Build& build, const ContentFile& file, const std::vector<ConceptSet>& sets) {
  for (const ConceptSet& set : sets) {
    if (build.snapshot().systems_by_url.Find(set.system).empty()) continue;
    for (const ListedConcept& listed : set.concepts) {
      if (build.IsKnown(set.system, listed.code)) continue;
      const auto at = file.text.find(base::Concat({"\"", listed.code, "\""}));
      const auto before = file.text.substr(0, at == std::string_view::npos ? 0 : at);
      const auto line = 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
      build.CheckKnown(set.system, listed.code, line, file.faults);
    }
  }
}

}  // namespace

void ReadValueSet(Build& build, const ContentFile& file) {
  auto set = ParseValueSet(file.text, build.rebase(), file.faults);
  if (!set) return;
  if (!IsFhirId(set->id)) return file.faults.Add(1, "'id' is missing or not a FHIR id");
  if (set->url.empty()) return file.faults.Add(1, "'url' is missing");
  if (set->status.empty()) file.faults.Add(1, "'status' is missing");
  const auto& loaded = build.snapshot();
  const auto versions = loaded.value_sets_by_url.Find(set->url);
  if (std::any_of(versions.begin(), versions.end(), [&](std::uint32_t at) {
        return loaded.value_sets[at]->version == set->version;
      })) {
    return file.faults.Add(1, base::Concat({set->Canonical(), " is in another file too"}));
  }
  CheckListed(build, file, set->includes);
  CheckListed(build, file, set->excludes);
  if (build.IsHidden(file.entry.verification)) return;
  AddFileResource(build, file, "ValueSet", set->id);
  build.snapshot().Add(std::make_unique<const ValueSet>(*std::move(set)));
}

}  // namespace chemoterm::load
