#include "fhir/earlier_concept_map.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "base/text.h"
#include "json/slice.h"
#include "json/writer.h"

namespace chemoterm::fhir {
namespace {

constexpr std::string_view kOldEquivalence =
    "http://hl7.org/fhir/4.0/StructureDefinition/extension-ConceptMap.group.element.target."
    "equivalence";

// Old names of members at the root, and their new ones.
constexpr std::pair<std::string_view, std::string_view> kScopes[] = {
    {"sourceUri", "sourceScopeUri"},
    {"sourceCanonical", "sourceScopeCanonical"},
    {"targetUri", "targetScopeUri"},
    {"targetCanonical", "targetScopeCanonical"},
};

// What the old codes say of the target, as what the new ones say of the source. `exact` is false
// where the new code says less.
struct Relation {
  std::string_view equivalence, relationship;
  bool exact;
};
constexpr Relation kRelations[] = {
    {"relatedto", "related-to", true},
    {"equivalent", "equivalent", true},
    {"equal", "equivalent", false},
    {"wider", "source-is-narrower-than-target", true},
    {"subsumes", "source-is-narrower-than-target", false},
    {"narrower", "source-is-broader-than-target", true},
    {"specializes", "source-is-broader-than-target", false},
    {"inexact", "related-to", false},
    {"disjoint", "not-related-to", true},
};

template <class Range>
bool Contains(const Range& range, std::string_view key) {
  return std::any_of(std::begin(range), std::end(range),
                     [&](const auto& row) { return row.first == key; });
}

// Copies the members of an object for which `own` is false, and says the others.
template <class F>
void CopyMembers(std::string_view object, json::Object& out, F&& own) {
  for (json::Members members(object); members.Next();) {
    if (!own(members.key(), members.value())) out.Raw(members.key(), members.value());
  }
}

// The objects of an array, each written by `write(object, text)`; without brackets when empty.
template <class F>
std::string EachObject(std::string_view array, F&& write) {
  std::string text;
  for (json::Elements each(array); each.Next();) {
    text += text.empty() ? '[' : ',';
    write(each.value(), text);
  }
  if (!text.empty()) text += ']';
  return text;
}

// property, system, value and display as an attribute with a value: a Coding where there is a
// system.
void WriteDependsOn(std::string_view old, std::string& text) {
  json::Object out(&text);
  std::string_view property, system, value, display;
  CopyMembers(old, out, [&](std::string_view key, std::string_view json) {
    if (key == "property") property = json;
    if (key == "system") system = json;
    if (key == "value") value = json;
    if (key == "display") display = json;
    return key == "property" || key == "system" || key == "value" || key == "display";
  });
  out.Raw("attribute", property);
  if (system.empty()) return out.Raw("valueString", value);
  auto coding = out.Sub("valueCoding");
  coding.Raw("system", system);
  coding.Raw("code", value);
  coding.Raw("display", display);
}

void WriteTarget(std::string_view old, std::string& text) {
  json::Object out(&text);
  std::string equivalence;
  std::string_view extensions;
  CopyMembers(old, out, [&](std::string_view key, std::string_view json) {
    if (key == "equivalence") equivalence = json::Unquote(json);
    if (key == "extension") extensions = json;
    if (key == "dependsOn" || key == "product") out.Raw(key, EachObject(json, WriteDependsOn));
    return key == "equivalence" || key == "extension" || key == "dependsOn" || key == "product";
  });
  const auto row =
      std::find_if(std::begin(kRelations), std::end(kRelations),
                   [&](const Relation& each) { return each.equivalence == equivalence; });
  const bool known = row != std::end(kRelations);
  out.Text("relationship", known ? row->relationship : std::string_view("related-to"));
  if (equivalence.empty() || (known && row->exact)) return out.Raw("extension", extensions);
  auto list = out.List("extension");
  for (json::Elements each(extensions); each.Next();) list.Raw(each.value());
  auto extension = list.Sub();
  extension.Text("url", kOldEquivalence);
  extension.Text("valueCode", equivalence);
}

bool IsUnmatched(std::string_view target) {
  return json::Unquote(json::Member(target, "equivalence")) == "unmatched";
}

// An element is not mapped when a target says so; then it has no others.
void WriteElement(std::string_view old, std::string& text) {
  json::Object out(&text);
  bool unmatched = false;
  std::string_view targets;
  CopyMembers(old, out, [&](std::string_view key, std::string_view json) {
    if (key == "target") targets = json;
    return key == "target";
  });
  for (json::Elements each(targets); each.Next();) unmatched |= IsUnmatched(each.value());
  if (unmatched) return out.Bool("noMap", true);
  out.Raw("target", EachObject(targets, WriteTarget));
}

void WriteUnmapped(std::string_view old, std::string& text) {
  json::Object out(&text);
  CopyMembers(old, out, [&](std::string_view key, std::string_view json) {
    if (key == "mode" && json::Unquote(json) == "provided") {
      out.Text(key, "use-source-code");
      return true;
    }
    if (key == "url") out.Raw("otherMap", json);
    return key == "url";
  });
}

// A system and its version, joined by the bar.
void WriteSystem(json::Object& out, std::string_view key, std::string_view url,
                 std::string_view version) {
  const std::string text = json::Unquote(url);
  out.Text(key, version.empty() ? text : base::Concat({text, "|", json::Unquote(version)}));
}

void WriteGroup(std::string_view old, std::string& text) {
  json::Object out(&text);
  std::string_view source, source_version, target, target_version;
  CopyMembers(old, out, [&](std::string_view key, std::string_view json) {
    if (key == "source") source = json;
    if (key == "sourceVersion") source_version = json;
    if (key == "target") target = json;
    if (key == "targetVersion") target_version = json;
    return key == "source" || key == "sourceVersion" || key == "target" || key == "targetVersion" ||
           key == "element" || key == "unmapped";
  });
  WriteSystem(out, "source", source, source_version);
  WriteSystem(out, "target", target, target_version);
  out.Raw("element", EachObject(json::Member(old, "element"), WriteElement));
  const std::string_view unmapped = json::Member(old, "unmapped");
  if (unmapped.empty()) return;
  std::string written;
  WriteUnmapped(unmapped, written);
  out.Raw("unmapped", written);
}

bool HasOldTarget(std::string_view element) {
  for (json::Elements each(json::Member(element, "target")); each.Next();) {
    if (!json::Member(each.value(), "equivalence").empty()) return true;
  }
  return false;
}

bool IsOldGroup(std::string_view group) {
  for (json::Members members(group); members.Next();) {
    const std::string_view key = members.key();
    if (key == "sourceVersion" || key == "targetVersion") return true;
    if (key == "unmapped" && (json::Unquote(json::Member(members.value(), "mode")) == "provided" ||
                              !json::Member(members.value(), "url").empty())) {
      return true;
    }
    if (key != "element") continue;
    for (json::Elements each(members.value()); each.Next();) {
      if (HasOldTarget(each.value())) return true;
    }
  }
  return false;
}

}  // namespace

bool IsEarlierConceptMap(std::string_view map) {
  for (json::Members members(map); members.Next();) {
    if (Contains(kScopes, members.key())) return true;
    if (members.key() != "group") continue;
    for (json::Elements each(members.value()); each.Next();) {
      if (IsOldGroup(each.value())) return true;
    }
  }
  return false;
}

std::string ToCurrentConceptMap(std::string_view map) {
  std::string text;
  {
    json::Object out(&text);
    CopyMembers(map, out, [&](std::string_view key, std::string_view json) {
      const bool is_shadow = key.starts_with('_');
      const auto scope = std::find_if(std::begin(kScopes), std::end(kScopes), [&](const auto& row) {
        return row.first == (is_shadow ? key.substr(1) : key);
      });
      if (scope != std::end(kScopes)) {
        out.Raw(base::Concat({is_shadow ? "_" : "", scope->second}), json);
        return true;
      }
      if (key == "identifier" && json::IsObject(json)) {
        out.Raw(key, base::Concat({"[", json, "]"}));
        return true;
      }
      if (key != "group") return false;
      out.Raw(key, EachObject(json, WriteGroup));
      return true;
    });
  }
  return text;
}

}  // namespace chemoterm::fhir
