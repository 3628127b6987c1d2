// The resources that can be read and searched: FHIR R5 JSON with the values that searches look at.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "chemoterm/resources.h"

namespace chemoterm::model {

// One indexed value of a search parameter. Tokens: `system` and `value`; `text` is what :text
// matches. Dates: the first and last day as yyyymmdd (0 = open). Strings, uris and references:
// `value`.
struct SearchValue {
  std::uint16_t param;  // into SearchParamsOf(type)
  std::string system;
  std::string value;
  std::string text;
  std::int32_t first = 0;
  std::int32_t last = 0;
};

struct StoredResource {
  std::string type, id, version_id, last_modified, json;
  std::vector<SearchValue> values;

  ResourceView view() const { return {type, id, version_id, last_modified, json}; }
};

// 16 hex digits over the texts of a resource, in their order. They have to differ between two
// states of it, and need not withstand who writes the content.
std::string VersionOf(std::initializer_list<std::string_view> texts);

// Immutable once frozen; thread-safe.
class ResourceStore {
 public:
  // False when type and id are taken.
  bool Add(StoredResource resource);
  // Before Freeze only.
  bool IsTaken(std::string_view type, std::string_view id) const;
  // Sorts by type and id; call once, after the last Add.
  void Freeze();

  const StoredResource* Find(std::string_view type, std::string_view id) const;
  // All of a type, by id.
  std::span<const StoredResource> OfType(std::string_view type) const;
  std::size_t bytes() const;

 private:
  std::vector<StoredResource> resources_;  // sorted by type, id
  std::unordered_set<std::string> taken_;  // "type/id"; until Freeze
};

}  // namespace chemoterm::model
