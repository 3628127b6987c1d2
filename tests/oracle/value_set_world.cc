#include "oracle/value_set_world.h"

#include <cstddef>

namespace chemoterm::oracle {
namespace {

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

// Members of an object, or elements of an array.
class List {
 public:
  void Add(const std::string& item) { text_ += (text_.empty() ? "" : ", ") + item; }
  void Add(const std::string& key, const std::string& json) { Add(Quoted(key) + ": " + json); }
  void AddText(const std::string& key, const std::string& text) {
    if (!text.empty()) Add(key, Quoted(text));
  }
  void AddArray(const std::string& key, const List& list) {
    if (!list.text_.empty()) Add(key, list.Array());
  }
  std::string Object() const { return "{" + text_ + "}"; }
  std::string Array() const { return "[" + text_ + "]"; }

 private:
  std::string text_;
};

std::string Json(const Property& property) {
  List members;
  members.AddText("code", property.code);
  const std::string& member = property.member;
  const bool is_literal =
      member == "valueBoolean" || member == "valueInteger" || member == "valueDecimal";
  if (member == "valueCoding") {
    List coding;
    coding.AddText("system", "http://mates.example");
    coding.AddText("code", property.value);
    members.Add(member, coding.Object());
  } else {
    members.Add(member, is_literal ? property.value : Quoted(property.value));
  }
  return members.Object();
}

std::string Json(const Designation& designation) {
  List members;
  members.AddText("language", designation.language);
  members.AddText("value", designation.value);
  return members.Object();
}

std::string Json(const Listed& listed);
std::string Json(const Filter& filter);
std::string Json(const Set& set);
std::string Json(const ValueSet& set);
std::string Json(const std::string& text);

template <class T>
List All(const std::vector<T>& items) {
  List list;
  for (const T& item : items) list.Add(Json(item));
  return list;
}

List ConceptsIn(const System& system, int parent);

std::string ConceptJson(const System& system, std::size_t at) {
  const Concept& own = system.concepts[at];
  List members;
  members.AddText("code", own.code);
  members.AddText("display", own.display);
  std::vector<Property> properties = own.properties;
  for (const std::string& code : own.parents) properties.push_back({"parent", "valueCode", code});
  for (const std::string& code : own.children) properties.push_back({"child", "valueCode", code});
  members.AddArray("designation", All(own.designations));
  members.AddArray("property", All(properties));
  members.AddArray("concept", ConceptsIn(system, static_cast<int>(at)));
  return members.Object();
}

List ConceptsIn(const System& system, int parent) {
  List list;
  for (std::size_t i = 0; i < system.concepts.size(); ++i) {
    if (system.concepts[i].nested_in == parent) list.Add(ConceptJson(system, i));
  }
  return list;
}

std::string Json(const Listed& listed) {
  List members;
  members.AddText("code", listed.code);
  members.AddText("display", listed.display);
  return members.Object();
}

std::string Json(const Filter& filter) {
  List members;
  members.AddText("property", filter.property);
  members.AddText("op", filter.op);
  members.AddText("value", filter.value);
  return members.Object();
}

std::string Json(const std::string& text) { return Quoted(text); }

std::string Json(const Set& set) {
  List members;
  members.AddText("system", set.system);
  members.AddText("version", set.version);
  members.AddArray("concept", All(set.concepts));
  members.AddArray("filter", All(set.filters));
  members.AddArray("valueSet", All(set.imports));
  return members.Object();
}

std::string Json(const ValueSet& set) { return ToJson(set); }

}  // namespace

std::string ToJson(const System& system) {
  List members;
  members.AddText("resourceType", "CodeSystem");
  // An id for when it is a file: letters and digits of what names it.
  std::string id;
  for (const char c : system.url.substr(system.url.find("//") + 2) + "-" + system.version) {
    id += c == '/' ? '-' : c;
  }
  members.AddText("id", id);
  members.AddText("url", system.url);
  members.AddText("version", system.version);
  members.AddText("status", "active");
  members.AddText("content", system.content);
  members.Add("caseSensitive", system.case_sensitive ? "true" : "false");
  if (!system.inactive_code.empty()) {
    List property;
    property.AddText("code", system.inactive_code);
    property.AddText("uri", "http://hl7.org/fhir/concept-properties#inactive");
    property.AddText("type", "boolean");
    members.Add("property", "[" + property.Object() + "]");
  }
  members.AddArray("concept", ConceptsIn(system, -1));
  return members.Object();
}

std::string ToJson(const ValueSet& set) {
  List members;
  members.AddText("resourceType", "ValueSet");
  members.AddText("id", set.id);
  members.AddText("url", set.url);
  members.AddText("version", set.version);
  members.AddText("status", "active");
  members.AddArray("contained", All(set.contained));
  if (set.has_compose) {
    List compose;
    if (set.inactive) compose.Add("inactive", *set.inactive ? "true" : "false");
    compose.AddArray("include", All(set.includes));
    compose.AddArray("exclude", All(set.excludes));
    members.Add("compose", compose.Object());
  }
  return members.Object();
}

std::string Canonical(const std::pair<std::string, std::string>& version) {
  return version.second.empty() ? version.first : version.first + "|" + version.second;
}

std::string ToText(const World& world) {
  std::string text;
  const auto rules = [&](const std::string& name, const Versions& versions) {
    for (const auto& each : versions) text += name + " " + Canonical(each) + "\n";
  };
  rules("system-version", world.system_versions);
  rules("force-system-version", world.force_versions);
  rules("default-valueset-version", world.value_set_versions);
  if (!world.by_url) text += "valueSet: the first ValueSet\n";
  if (!world.text.empty()) text += "filter " + world.text + "\n";
  for (const System& system : world.systems) text += "tx-resource " + ToJson(system) + "\n";
  for (const ValueSet& set : world.value_sets) text += "tx-resource " + ToJson(set) + "\n";
  return text;
}

}  // namespace chemoterm::oracle
