// What the value set oracle is about: small code systems and value sets as plain data, and their
// FHIR JSON.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace chemoterm::oracle {

// A property of a concept. `member` is its member in FHIR ("valueCode"), `value` its text.
struct Property {
  std::string code, member, value;
};

struct Designation {
  std::string language, value;
};

struct Concept {
  std::string code, display;
  int nested_in = -1;                 // index of the concept whose `concept` holds this one
  std::vector<std::string> parents;   // by property `parent`
  std::vector<std::string> children;  // by property `child`
  std::vector<Property> properties;
  std::vector<Designation> designations;
};

struct System {
  std::string url, version, content = "complete";
  bool case_sensitive = true;
  std::string inactive_code;  // a property that means `inactive` by its uri; empty = none
  std::vector<Concept> concepts;
};

struct Listed {
  std::string code, display;
};

struct Filter {
  std::string property, op, value;  // an empty value is left out
};

// An include or exclude.
struct Set {
  std::string system, version;
  std::vector<Listed> concepts;
  std::vector<Filter> filters;
  std::vector<std::string> imports;
};

struct ValueSet {
  std::string id, url, version;
  bool has_compose = true;
  std::optional<bool> inactive;
  std::vector<Set> includes, excludes;
  std::vector<ValueSet> contained;
};

// Versions by parameters, and what narrows an expansion: url and version.
using Versions = std::vector<std::pair<std::string, std::string>>;

// All that one case is made of. The first value set is the one that requests are about; comparisons
// are with the last one.
struct World {
  std::vector<System> systems;
  std::vector<ValueSet> value_sets;
  Versions system_versions, force_versions, value_set_versions;
  std::string text;     // a filter text
  bool by_url = false;  // the first value set is named, not sent as `valueSet`
};

std::string ToJson(const System& system);
std::string ToJson(const ValueSet& set);
// For people: all of it, ready to be sent.
std::string ToText(const World& world);

std::string Canonical(const std::pair<std::string, std::string>& version);

}  // namespace chemoterm::oracle
