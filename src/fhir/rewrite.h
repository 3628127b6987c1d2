// Rewriting JSON by a table of rules: what turns a resource of one FHIR version into another's.
//
// A Shape is a kind of object and lists the members that change; every other member is copied as it
// is. The tables themselves are in version.cc, the only place that knows versions.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace chemoterm::fhir {

// What to do with a member.
enum class Act : std::uint8_t {
  kDrop,
  kInto,     // the objects inside have rules of their own (`inner`)
  kRename,   // the key becomes `arg`
  kArray,    // the value becomes an array of one
  kFirst,    // an array becomes its first element
  kUnwrap,   // each object of an array is replaced by its member `arg`, or left out if it has none
  kMap,      // strings through `map`; the key becomes `arg` unless that is empty
  kSplit,    // "url|version" becomes two members, the second named `arg`
  kUnquote,  // a number written as a string becomes a number
  kExtend,   // for each value an extension with URL `arg` and value[x] of type `type`
  kExtendParts,  // for each object an extension with URL `arg`, its members as extensions inside;
                 // `map` gives the types of members that are no value[x]
  kNoMap,        // true: the element has one target, and that is unmatched
  kRepeat,       // designations with additionalUse: one for each use
  kDependsOn,    // attribute and value[x] become property, system, value, display
};

// A row of a map of strings.
struct Mapped {
  std::string_view from;  // "*" = any other
  std::string_view to;    // empty = the value is left out
};

struct Shape;

struct Rule {
  std::string_view key;
  Act act = Act::kDrop;
  const Shape* inner = nullptr;
  std::string_view arg = {};
  std::string_view type = {};
  std::span<const Mapped> map = {};
};

// A kind of JSON object: its own rules, then those it shares with other kinds.
struct Shape {
  std::array<std::span<const Rule>, 3> rules;
};

// The object by the rules of its shape. "_x", which holds id and extensions of the primitive "x",
// goes where "x" goes. New extensions are merged into the object's own. `object` must be valid
// JSON.
std::string Rewrite(std::string_view object, const Shape& shape);

}  // namespace chemoterm::fhir
