// ConceptMap, FHIR R5, and leniently R4. The text is checked as a whole first; then it is taken
// apart in slices.
#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "json/slice.h"
#include "json/writer.h"
#include "load/build.h"
#include "load/fhir_node.h"
#include "load/record_node.h"
#include "load/resource_reader.h"
#include "load/resource_writer.h"
#include "load/slice_reader.h"

namespace chemoterm::load {
namespace {

using json::Elements;
using json::Members;
using model::ConceptMap;
using model::MapAttribute;
using model::MapDetails;
using model::MapGroup;
using model::Relationship;
using model::Unmapped;

// Members of R5. Those of R4 are unknown to content files, whose text is served as R5.
const KnownMembers kMapMembers(
    WithSharedMembers({"property", "additionalAttribute", "sourceScopeUri", "sourceScopeCanonical",
                       "targetScopeUri", "targetScopeCanonical", "group"}));
const KnownMembers kGroupMembers({"source", "target", "element", "unmapped"});
const KnownMembers kElementMembers({"code", "display", "valueSet", "noMap", "target"});
const KnownMembers kTargetMembers({"code", "display", "valueSet", "relationship", "comment",
                                   "property", "dependsOn", "product"});
const KnownMembers kUnmappedMembers({"mode", "code", "display", "valueSet", "relationship",
                                     "otherMap"});

const std::vector<std::string_view> kRelationships = {
    "related-to", "equivalent", "source-is-narrower-than-target", "source-is-broader-than-target",
    "not-related-to"};

// R4's equivalences tell what the target is of the source.
constexpr std::pair<std::string_view, Relationship> kEquivalences[] = {
    {"relatedto", Relationship::kRelatedTo},    {"inexact", Relationship::kRelatedTo},
    {"equivalent", Relationship::kEquivalent},  {"equal", Relationship::kEquivalent},
    {"wider", Relationship::kNarrower},         {"subsumes", Relationship::kNarrower},
    {"narrower", Relationship::kBroader},       {"specializes", Relationship::kBroader},
    {"unmatched", Relationship::kNotRelatedTo}, {"disjoint", Relationship::kNotRelatedTo},
};
constexpr std::string_view kNoCounterpart = "unmatched";

// "Coding" of "valueCoding", and so on.
ValueKind KindOfSuffix(std::string_view suffix) {
  constexpr std::pair<std::string_view, ValueKind> kKinds[] = {
      {"Boolean", ValueKind::kBoolean}, {"Integer", ValueKind::kInteger},
      {"Decimal", ValueKind::kDecimal}, {"Code", ValueKind::kCode},
      {"Uri", ValueKind::kUri},         {"Canonical", ValueKind::kUri},
      {"Date", ValueKind::kDate},       {"DateTime", ValueKind::kDateTime},
      {"Coding", ValueKind::kCoding}};
  for (const auto& [name, kind] : kKinds) {
    if (name == suffix) return kind;
  }
  return ValueKind::kString;
}

class Reader : SliceReader {
 public:
  Reader(std::string_view text, const Rebase& rebase, const MapCodeCheck& check,
         const FileFaults& faults)
      : SliceReader(text, faults), rebase_(rebase), check_(check) {}

  ConceptMap Read(std::string_view object);

 private:
  // The members of an element as they came; what they mean follows when all are known.
  struct Element {
    std::string code, display;
    bool has_code = false;
    bool no_map = false;
    bool has_value_set = false;
    std::string_view targets;
  };

  void Known(const KnownMembers& members, std::string_view key, std::string_view value) const {
    if (!members.Has(key)) members.Check(key, LineOf(value), faults_);
  }
  // A canonical as a system and its version.
  std::pair<std::string, std::string> SystemOf(const std::string& canonical) const {
    const auto [url, version] = base::SplitOnce(canonical, '|');
    return {rebase_(url), std::string(version)};
  }

  void ReadHeadMember(std::string_view key, std::string_view value, ConceptMap& map) const;
  // Codes with the uris that they stand for: property or additionalAttribute.
  void ReadUris(std::string_view key, std::string_view array,
                std::map<std::string, std::string, std::less<>>& uris) const;
  MapGroup ReadGroup(std::string_view object) const;
  void ReadElement(std::string_view object, MapGroup& group) const;
  void ReadTarget(std::string_view object, const Element& element, bool& opened,
                  MapGroup& group) const;
  MapAttribute ReadAttribute(std::string_view object,
                             const std::map<std::string, std::string, std::less<>>& uris) const;
  Value ReadValue(std::string_view suffix, std::string_view value) const;
  Unmapped ReadUnmapped(std::string_view object) const;
  Relationship ReadRelationship(std::string_view value) const;
  void Judge(std::string_view system, const std::string& code, std::string_view slice) const {
    if (!check_ || code.empty() || system.empty()) return;
    check_(system, code, [&] { return LineOf(slice); });
  }

  const Rebase& rebase_;
  const MapCodeCheck& check_;
  std::map<std::string, std::string, std::less<>> properties_;
  std::map<std::string, std::string, std::less<>> attributes_;
};

Value Reader::ReadValue(std::string_view suffix, std::string_view value) const {
  Value read;
  read.kind = KindOfSuffix(suffix);
  if (read.kind == ValueKind::kCoding) {
    const auto text = [&](std::string_view key) { return json::Unquote(json::Member(value, key)); };
    read.coding = {rebase_(text("system")), text("version"), text("code"), text("display")};
  } else {
    // A Quantity stays as it is written: it is shown, and compared as a text.
    const bool is_text = value.starts_with('"');
    read.text = is_text ? json::Unquote(value) : std::string(value);
    const bool is_flag = value == "true" || value == "false";
    // What is not what its name says is a text: numbers are written as they stand.
    if (read.kind == ValueKind::kBoolean && !is_flag) read.kind = ValueKind::kString;
    if ((read.kind == ValueKind::kInteger || read.kind == ValueKind::kDecimal) &&
        !json::IsNumber(value)) {
      read.kind = ValueKind::kString;
    }
  }
  return read;
}

MapAttribute Reader::ReadAttribute(
    std::string_view object, const std::map<std::string, std::string, std::less<>>& uris) const {
  MapAttribute attribute;
  std::string system, text, display;  // R4
  for (Members members(object); members.Next();) {
    const std::string_view key = members.key();
    const std::string_view value = members.value();
    if (key == "attribute" || key == "code" || key == "property") {
      const std::string name = Text(key, value);
      const auto uri = uris.find(name);
      attribute.name = uri == uris.end() ? name : uri->second;
    } else if (key == "valueSet") {
      attribute.value_set = rebase_(Text(key, value));
    } else if (key == "system") {
      system = rebase_(Text(key, value));
    } else if (key == "display") {
      display = Text(key, value);
    } else if (key == "value") {
      text = Text(key, value);
    } else if (key.starts_with("value")) {
      attribute.value = ReadValue(key.substr(5), value);
    }
  }
  if (attribute.value.empty() && !text.empty()) {
    if (system.empty()) {
      attribute.value = {ValueKind::kString, text, {}};
    } else {
      attribute.value = {ValueKind::kCoding, {}, {system, {}, text, display}};
    }
  }
  if (attribute.name.empty()) Fault(object, "a property, dependsOn or product without a name");
  return attribute;
}

Relationship Reader::ReadRelationship(std::string_view value) const {
  const std::string text = json::Unquote(value);
  const auto known = model::ParseRelationship(text);
  if (!known) CheckOneOf("relationship", text, kRelationships, LineOf(value), faults_);
  return known.value_or(Relationship::kRelatedTo);
}

void Reader::ReadTarget(std::string_view object, const Element& element, bool& opened,
                        MapGroup& group) const {
  std::string code, display;
  std::optional<Relationship> relationship;
  bool no_counterpart = false;
  MapDetails details;
  const auto read_all = [&](std::string_view key, std::string_view array, const auto& uris,
                            std::vector<MapAttribute>& to) {
    ForEachObject(key, array,
                  [&](std::string_view each) { to.push_back(ReadAttribute(each, uris)); });
  };
  for (Members members(object); members.Next();) {
    const std::string_view key = members.key();
    const std::string_view value = members.value();
    Known(kTargetMembers, key, value);
    if (key == "code") code = Text(key, value);
    if (key == "display") display = Text(key, value);
    if (key == "comment") details.comment = Text(key, value);
    if (key == "valueSet") details.value_set = rebase_(Text(key, value));
    if (key == "relationship") relationship = ReadRelationship(value);
    if (key == "equivalence") {
      const std::string text = Text(key, value);
      const auto* const row = std::find_if(std::begin(kEquivalences), std::end(kEquivalences),
                                           [&](const auto& each) { return each.first == text; });
      if (row == std::end(kEquivalences)) {
        Fault(value, base::Concat({"'", base::Clip(text, 60), "' is not an equivalence of FHIR"}));
      } else {
        relationship = row->second;
      }
      no_counterpart = text == kNoCounterpart;
    }
    if (key == "property") read_all(key, value, properties_, details.properties);
    if (key == "dependsOn") read_all(key, value, attributes_, details.depends_on);
    if (key == "product") read_all(key, value, attributes_, details.products);
  }
  // R4's way to say noMap.
  if (no_counterpart && code.empty()) {
    if (!std::exchange(opened, true)) group.AddElement(element.code, element.display, true);
    return;
  }
  if (code.empty() && details.value_set.empty()) Fault(object, "a target without 'code'");
  if (!relationship) Fault(object, "a target without 'relationship'");
  if (!std::exchange(opened, true)) group.AddElement(element.code, element.display, false);
  Judge(group.target, code, object);
  group.AddTarget(code, display, relationship.value_or(Relationship::kRelatedTo),
                  std::move(details));
}

void Reader::ReadElement(std::string_view object, MapGroup& group) const {
  Element element;
  for (Members members(object); members.Next();) {
    const std::string_view key = members.key();
    const std::string_view value = members.value();
    Known(kElementMembers, key, value);
    if (key == "code") {
      element.code = Text(key, value);
      element.has_code = !element.code.empty();
      Judge(group.source, element.code, value);
    }
    if (key == "display") element.display = Text(key, value);
    if (key == "noMap") element.no_map = Flag(key, value);
    if (key == "valueSet") element.has_value_set = true;
    if (key == "target") element.targets = value;
  }
  if (!element.has_code && !element.has_value_set) Fault(object, "an element without 'code'");
  if (element.no_map && !element.targets.empty()) {
    Fault(object, "'noMap' and a target exclude each other");
  }
  if (!element.has_code) return;  // of a value set: $translate does not look into those
  bool opened = false;
  if (!element.targets.empty()) {
    ForEachObject("target", element.targets,
                  [&](std::string_view each) { ReadTarget(each, element, opened, group); });
  }
  if (!opened) group.AddElement(element.code, element.display, element.no_map);
}

Unmapped Reader::ReadUnmapped(std::string_view object) const {
  static constexpr std::pair<std::string_view, Unmapped::Mode> kModes[] = {
      {"use-source-code", Unmapped::Mode::kSourceCode},
      {"provided", Unmapped::Mode::kSourceCode},  // R4
      {"fixed", Unmapped::Mode::kFixed},
      {"other-map", Unmapped::Mode::kOtherMap}};
  Unmapped unmapped;
  std::optional<Relationship> relationship;
  for (Members members(object); members.Next();) {
    const std::string_view key = members.key();
    const std::string_view value = members.value();
    Known(kUnmappedMembers, key, value);
    if (key == "mode") {
      const std::string text = Text(key, value);
      for (const auto& [name, mode] : kModes) {
        if (name == text) unmapped.mode = mode;
      }
    }
    if (key == "code") unmapped.code = Text(key, value);
    if (key == "display") unmapped.display = Text(key, value);
    if (key == "valueSet") unmapped.value_set = rebase_(Text(key, value));
    if (key == "relationship") relationship = ReadRelationship(value);
    if (key == "otherMap" || key == "url") unmapped.other_map = rebase_(Text(key, value));
  }
  using Mode = Unmapped::Mode;
  if (unmapped.mode == Mode::kNothing) Fault(object, "'unmapped' without a mode of FHIR");
  if (unmapped.mode == Mode::kFixed && unmapped.code.empty() && unmapped.value_set.empty()) {
    Fault(object, "'unmapped' of mode fixed without 'code'");
  }
  if (unmapped.mode == Mode::kOtherMap && unmapped.other_map.empty()) {
    Fault(object, "'unmapped' of mode other-map without 'otherMap'");
  }
  const bool same_code = unmapped.mode == Mode::kSourceCode;
  unmapped.relationship =
      relationship.value_or(same_code ? Relationship::kEquivalent : Relationship::kRelatedTo);
  return unmapped;
}

MapGroup Reader::ReadGroup(std::string_view object) const {
  MapGroup group;
  // The systems first: they say what the codes are.
  for (Members members(object); members.Next();) {
    const std::string_view key = members.key();
    Known(kGroupMembers, key, members.value());
    if (key == "source") {
      std::tie(group.source, group.source_version) = SystemOf(Text(key, members.value()));
    }
    if (key == "target") {
      std::tie(group.target, group.target_version) = SystemOf(Text(key, members.value()));
    }
  }
  for (Members members(object); members.Next();) {
    const std::string_view key = members.key();
    const std::string_view value = members.value();
    if (key == "sourceVersion") group.source_version = Text(key, value);
    if (key == "targetVersion") group.target_version = Text(key, value);
    if (key == "unmapped") group.unmapped = ReadUnmapped(value);
    if (key == "element") {
      ForEachObject(key, value, [&](std::string_view each) { ReadElement(each, group); });
    }
  }
  if (group.source.empty() || group.target.empty()) {
    faults_.AddMinor(LineOf(object), "a group without 'source' or 'target'");
  }
  group.Freeze();
  return group;
}

void Reader::ReadUris(std::string_view key, std::string_view array,
                      std::map<std::string, std::string, std::less<>>& uris) const {
  ForEachObject(key, array, [&](std::string_view each) {
    std::string code = json::Unquote(json::Member(each, "code"));
    std::string uri = json::Unquote(json::Member(each, "uri"));
    if (!code.empty() && !uri.empty()) uris.emplace(std::move(code), std::move(uri));
  });
}

void Reader::ReadHeadMember(std::string_view key, std::string_view value, ConceptMap& map) const {
  const std::pair<std::string_view, std::string*> texts[] = {{"id", &map.id},
                                                             {"version", &map.version},
                                                             {"name", &map.name},
                                                             {"title", &map.title},
                                                             {"status", &map.status}};
  for (const auto& [name, to] : texts) {
    if (key == name) *to = Text(key, value);
  }
  if (key == "url") map.url = rebase_(Text(key, value));
  constexpr std::string_view kSource[] = {"sourceScopeUri", "sourceScopeCanonical", "sourceUri",
                                          "sourceCanonical"};
  constexpr std::string_view kTarget[] = {"targetScopeUri", "targetScopeCanonical", "targetUri",
                                          "targetCanonical"};
  const auto is_one_of = [&](const auto& names) {
    return std::find(std::begin(names), std::end(names), key) != std::end(names);
  };
  if (is_one_of(kSource)) map.source_scope = rebase_(Text(key, value));
  if (is_one_of(kTarget)) map.target_scope = rebase_(Text(key, value));
}

ConceptMap Reader::Read(std::string_view object) {
  ConceptMap map;
  std::string_view groups;
  for (Members members(object); members.Next();) {
    const std::string_view key = members.key();
    const std::string_view value = members.value();
    Known(kMapMembers, key, value);
    if (key == "resourceType" && Text(key, value) != "ConceptMap") {
      Fault(value, "'resourceType' must be ConceptMap");
    }
    if (key == "property") ReadUris(key, value, properties_);
    if (key == "additionalAttribute") ReadUris(key, value, attributes_);
    if (key == "group") groups = value;
    if (key == "date" && !faults_.is_lenient()) {
      CheckDate(key, Text(key, value), LineOf(value), faults_);
    }
    ReadHeadMember(key, value, map);
  }
  // Behind the uris of properties and attributes.
  if (!groups.empty()) {
    ForEachObject("group", groups,
                  [&](std::string_view each) { map.groups.push_back(ReadGroup(each)); });
  }
  return map;
}

// What a content file must have beside what can be translated by.
void CheckHead(const ContentFile& file, const ConceptMap& map) {
  if (!IsFhirId(map.id)) file.faults.Add(1, "'id' is missing or not a FHIR id");
  if (map.url.empty()) file.faults.Add(1, "'url' is missing");
  if (map.status.empty()) {
    file.faults.Add(1, "'status' is missing");
  } else {
    CheckOneOf("status", map.status, {"draft", "active", "retired", "unknown"}, 1, file.faults);
  }
}

}  // namespace

std::optional<ConceptMap> ParseConceptMap(std::string_view text, const Rebase& rebase,
                                          const MapCodeCheck& check, const FileFaults& faults) {
  json::SkippingNode valid;
  if (const auto status = json::ReadObject(text, ContentLimits(), valid); !status.ok()) {
    AddFailure(status, faults);
    return std::nullopt;
  }
  const std::size_t start = text.find('{');
  const std::size_t before = faults.count();
  ConceptMap map =
      Reader(text, rebase, check, faults).Read(text.substr(start, text.rfind('}') - start + 1));
  if (faults.count() != before) return std::nullopt;
  return map;
}

void ReadConceptMap(Build& build, const ContentFile& file) {
  const MapCodeCheck check = [&](std::string_view system, std::string_view code,
                                 const std::function<int()>& line) {
    if (!build.IsKnown(system, code)) build.CheckKnown(system, code, line(), file.faults);
  };
  auto map = ParseConceptMap(file.text, build.rebase(), check, file.faults);
  if (!map) return;
  CheckHead(file, *map);
  const auto& loaded = build.snapshot();
  const auto versions = loaded.concept_maps_by_url.Find(map->url);
  if (std::any_of(versions.begin(), versions.end(), [&](std::uint32_t at) {
        return loaded.concept_maps[at]->version == map->version;
      })) {
    return file.faults.Add(1, base::Concat({map->Canonical(), " is in another file too"}));
  }
  if (!IsFhirId(map->id) || build.IsHidden(file.entry.verification)) return;
  AddFileResource(build, file, "ConceptMap", map->id);
  build.snapshot().Add(std::make_unique<const ConceptMap>(*std::move(map)));
}

}  // namespace chemoterm::load
