// The parameters of a search, checked, and the links of its answer.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chemoterm/resources.h"
#include "fhir/resource_writer.h"
#include "gateway/exchange.h"

namespace chemoterm::gateway {

struct SearchQuery {
  SearchResourcesRequest request;
  fhir::ResourceOptions shape;  // _summary, _elements
  bool total = true;            // false: _total=none
  // What was understood, in order, without the paging: the query of every link.
  std::vector<std::pair<std::string, std::string>> understood;
};

// `_summary` and `_elements`, which a read takes too.
absl::StatusOr<fhir::ResourceOptions> ReadShape(const fhir::ParameterList& parameters,
                                                fhir::FhirVersion version);

// `known` are the search parameters of the type. Unknown ones are ignored and left out of the
// links, or kInvalidParameter with Prefer: handling=strict. `form` holds the parameters of a
// _search body, beside those of the URL.
absl::StatusOr<SearchQuery> ReadSearch(const Exchange& exchange, const fhir::ParameterList& form,
                                       std::span<const SearchParamInfo> known);

// self and, unless only the total was asked, first, previous and next as far as they exist.
std::vector<fhir::BundleLink> LinksOf(const SearchQuery& query, std::int32_t total,
                                      std::string_view base_url);

}  // namespace chemoterm::gateway
