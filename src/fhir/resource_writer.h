// Resources out: one, in a search answer, or in a batch answer.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chemoterm/resources.h"
#include "fhir/version.h"

namespace chemoterm::fhir {

enum class Summary : std::uint8_t { kFalse, kTrue, kText, kData, kCount };

// The value of `_summary`; nothing for an unknown one.
std::optional<Summary> ParseSummary(std::string_view text);

struct ResourceOptions {
  FhirVersion version{};
  Summary summary = Summary::kFalse;
  std::vector<std::string> elements;  // `_elements`: top-level names; empty = all

  bool subsets() const { return summary != Summary::kFalse || !elements.empty(); }
};

// The resource in the asked version; meta carries versionId and lastUpdated of the view, and the
// tag SUBSETTED when something is left out. Mandatory elements always stay.
std::string WriteResource(const ResourceView& resource, const ResourceOptions& options);

struct BundleLink {
  std::string_view relation;  // "self", "first", "previous", "next"
  std::string url;
};

// A searchset: total, links, entries with fullUrl `<base_url>/<type>/<id>` and search.mode "match".
// With Summary::kCount no entries. `total` false leaves the total out (`_total=none`).
std::string WriteSearchset(const SearchResourcesResult& result, std::span<const BundleLink> links,
                           std::string_view base_url, const ResourceOptions& options,
                           bool total = true);

// The same of resources that are already text of the version (OperationDefinitions): type, id, json
// of each view.
std::string WriteSearchsetOf(std::span<const ResourceView> written, std::int32_t total,
                             std::span<const BundleLink> links, std::string_view base_url,
                             const ResourceOptions& options);

// Two blanks of indentation, for `_pretty=true`. `json` must be valid.
std::string Pretty(std::string_view json);

}  // namespace chemoterm::fhir
