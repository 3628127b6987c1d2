// One concept map, frozen: groups of elements, found by source code and by target code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/csr.h"
#include "base/string_pool.h"
#include "chemoterm/values.h"

namespace chemoterm::model {

// FHIR's relationships of a source concept to a target concept.
enum class Relationship : std::uint8_t {
  kRelatedTo,
  kEquivalent,
  kNarrower,  // the source is narrower than the target
  kBroader,
  kNotRelatedTo,
};
// FHIR's code of it, as R5 has it.
std::string_view ToString(Relationship relationship);
std::optional<Relationship> ParseRelationship(std::string_view text);
// The same seen from the target.
Relationship Reversed(Relationship relationship);

// Something beside the code: what a mapping depends on, yields or is described by.
struct MapAttribute {
  std::string name;  // a uri where the map gives one
  Value value;
  std::string value_set;  // any of its codes, instead of a value
};

// What few targets have.
struct MapDetails {
  std::string comment;
  std::string value_set;  // the target is any of its codes
  std::vector<MapAttribute> depends_on;
  std::vector<MapAttribute> products;
  std::vector<MapAttribute> properties;
};

struct MapTarget {
  base::StrRef code;  // empty when the target is a value set
  base::StrRef display;
  Relationship relationship = Relationship::kRelatedTo;
  std::uint32_t details = 0;  // one more than the index into details(); 0 = none
};

struct MapElement {
  base::StrRef code;
  base::StrRef display;
  bool no_map = false;  // known to have no target
};

// What becomes of a source code that has no target.
struct Unmapped {
  enum class Mode : std::uint8_t { kNothing, kSourceCode, kFixed, kOtherMap };
  Mode mode = Mode::kNothing;
  std::string code;
  std::string display;
  std::string other_map;  // canonical
  std::string value_set;
  Relationship relationship = Relationship::kRelatedTo;
};

// Mappings from one code system to another. Build, freeze, then only const.
class MapGroup {
 public:
  std::string source, source_version, target, target_version;
  Unmapped unmapped;

  void AddElement(std::string_view code, std::string_view display, bool no_map);
  // Of the element added last.
  void AddTarget(std::string_view code, std::string_view display, Relationship relationship,
                 MapDetails details);
  // To be called once, when all is added.
  void Freeze();

  // A mapping: the element and one of its targets.
  struct Link {
    std::uint32_t element = 0;
    std::uint32_t target = 0;  // index into all targets
  };
  // The elements of exactly this source code; mostly one.
  std::span<const std::uint32_t> Find(std::string_view source_code) const;
  // The mappings to exactly this target code.
  std::span<const Link> FindBack(std::string_view target_code) const;

  std::size_t size() const { return elements_.size(); }
  const MapElement& element(std::size_t index) const { return elements_[index]; }
  std::span<const MapTarget> TargetsOf(std::size_t element) const { return targets_[element]; }
  const MapTarget& target_at(const Link& link) const { return targets_.values()[link.target]; }
  // nullptr when the target has none.
  const MapDetails* DetailsOf(const MapTarget& target) const {
    return target.details == 0 ? nullptr : &details_[target.details - 1];
  }
  std::string_view Text(base::StrRef ref) const { return text_[ref]; }
  std::size_t bytes() const;

 private:
  base::StringPool text_;
  std::vector<MapElement> elements_;
  std::vector<std::pair<std::uint32_t, MapTarget>> added_;  // before Freeze, by element
  base::Csr<MapTarget> targets_;
  std::vector<MapDetails> details_;
  std::vector<std::uint32_t> by_source_;  // elements, by code
  std::vector<Link> by_target_;           // by target code
};

struct ConceptMap {
  std::string id, url, version, name, title, status;
  std::string source_scope;  // canonicals of value sets; empty = not limited
  std::string target_scope;
  std::vector<MapGroup> groups;

  // "url|version", or what there is of it.
  std::string Canonical() const;
  std::size_t bytes() const;
};

// What a map has to be about; an empty text leaves it open. Canonicals may carry a version behind a
// bar.
struct MapSides {
  std::string_view source_system, source_version;
  std::string_view target_system, target_version;
  std::string_view source_scope, target_scope;
};

// True where the map names no other value sets than these. One that names none fits them all.
bool FitsScopes(const ConceptMap& map, const MapSides& sides);
// True where the group maps between these systems.
bool FitsSystems(const MapGroup& group, const MapSides& sides);

}  // namespace chemoterm::model
