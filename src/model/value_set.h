// One value set: what it is composed of, as data. What it contains is for the engine to say.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chemoterm/values.h"

namespace chemoterm::model {

// FHIR's filter operators (R4 and R5).
enum class FilterOp : std::uint8_t {
  kEquals,
  kIsA,
  kDescendentOf,
  kIsNotA,
  kRegex,
  kIn,
  kNotIn,
  kGeneralizes,
  kExists,
  kChildOf,
  kDescendentLeaf,
};
// Nothing for a text that is no operator.
std::optional<FilterOp> ParseFilterOp(std::string_view text);
// All operators with their codes.
std::span<const std::pair<std::string_view, FilterOp>> FilterOps();

struct ConceptFilter {
  std::string property;
  std::string op;     // as written: an unknown one is refused when the filter is used
  std::string value;  // empty = absent
};

// What a value set says of the name of a concept.
struct ListedDesignation {
  std::string language;
  Coding use;
  std::string value;
  std::string extensions;  // JSON, objects joined by commas
};

// What a value set says of a concept by an extension: its order, label or weight. Code and uri are
// literals.
struct ListedProperty {
  std::string_view code;
  std::string_view uri;
  ValueKind kind = ValueKind::kNone;
  std::string value;
};

// A concept that is listed by its code.
struct ListedConcept {
  std::string code;
  std::string display;
  std::vector<ListedDesignation> designations;
  std::vector<ListedProperty> properties;
  std::string extensions;   // JSON, objects joined by commas
  bool deprecated = false;  // in this value set
};

// One `include` or `exclude`: concepts of a system, those of other value sets, or what both have.
struct ConceptSet {
  std::string system;
  std::string version;
  std::vector<ListedConcept> concepts;
  std::vector<ConceptFilter> filters;
  std::vector<std::string> value_sets;  // canonicals; "#id" is a contained one

  // To be called once, when the concepts are complete.
  void Freeze();
  // The concept listed under exactly this code; the first of several.
  const ListedConcept* Find(std::string_view code) const;

 private:
  std::vector<std::uint32_t> by_code_;  // indexes of concepts, by code
};

struct ValueSet {
  std::string id, url, version, name, title, status, language;
  std::string standards_status;  // extension structuredefinition-standards-status
  bool experimental = false;
  std::optional<bool> inactive;  // compose.inactive: false leaves inactive concepts out
  bool is_defined = false;       // by a compose, or without one by a whole stored expansion
  std::vector<ConceptSet> includes;
  std::vector<ConceptSet> excludes;
  std::vector<std::string> supplements;  // canonicals that must be applied
  std::vector<std::pair<std::string, std::string>> expansion_parameters;  // asked for by the author
  std::vector<ValueSet> contained;

  // As JSON, members joined by commas: what names the value set, and what defines it; then values
  // of members that are in neither.
  std::string head, definition;
  std::string contained_json, expansion_json;

  // "url|version", or what there is of it.
  std::string Canonical() const;
  std::size_t bytes() const;
};

}  // namespace chemoterm::model
