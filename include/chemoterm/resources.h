// Reading and searching the loaded resources.
#pragma once

#include <span>

#include "chemoterm/values.h"

namespace chemoterm {

// A resource as FHIR R5 JSON. The FHIR door turns it into the version of its base.
struct ResourceView {
  std::string_view type;
  std::string_view id;
  std::string_view version_id;     // content hash; weak ETag
  std::string_view last_modified;  // instant, UTC
  std::string_view json;
};

struct ReadResourceRequest {
  std::string type;
  std::string id;
};

// One search parameter of a query: `name:modifier=value`; several values of one criterion are
// alternatives.
struct SearchCriterion {
  std::string name;
  std::string modifier;
  std::vector<std::string> values;
};

// All criteria must hold. Names that SearchParamsOf(type) does not list are kInvalidParameter.
struct SearchResourcesRequest {
  std::string type;
  std::vector<SearchCriterion> criteria;
  std::int32_t count = 50;  // 0 = only the total
  std::int32_t offset = 0;
  std::string sort;  // parameter name, "-name" for descending; empty = by id
};

struct SearchResourcesResult {
  std::int32_t total = 0;
  std::vector<ResourceView> resources;
};

// How a search parameter compares.
enum class SearchKind : std::uint8_t {
  kToken,
  kString,
  kUri,
  kDate,
  kReference,
  kQuantity,
  kComposite,  // kinds of its two parts: a token, then a token or quantity
};

// A search parameter that the engine evaluates; versions as in params.h.
struct SearchParamInfo {
  std::string_view resource;
  std::string_view name;
  SearchKind kind;
  std::string_view doc;
  std::uint8_t in = 3;  // 1 = R4, 2 = R5, 3 = both
};

// A property that value sets may select concepts by, and the operators that it takes.
struct FilterSummary {
  std::string_view code;
  std::span<const std::string_view> ops;
};

// What a loaded code system is, for capability statements and lists.
struct CodeSystemSummary {
  std::string_view id;
  std::string_view url;
  std::string_view version;
  std::string_view name;
  std::string_view title;
  std::string_view content;  // complete, fragment, supplement, ...
  std::string_view supplements;
  std::string_view status;
  std::string_view copyright;
  std::string_view language;
  std::int64_t concept_count = 0;
  bool case_sensitive = true;
  bool compositional = false;
  bool has_hierarchy = false;
  std::vector<std::string_view> languages;   // of the designations
  std::vector<std::string_view> properties;  // property codes, each once
  std::vector<FilterSummary> filters;
  bool is_default = false;  // a reference without version means this one, to this caller
};

struct ListCodeSystemsRequest {};
struct ListCodeSystemsResult {
  std::vector<CodeSystemSummary> code_systems;
};

struct ListPayersRequest {};
struct PlanSummary {
  std::string_view slug;
  std::string_view name;
  std::string_view line_of_business;
};
struct PayerSummary {
  std::string_view slug;
  std::string_view name;
  std::string_view type;
  std::vector<std::string_view> aliases;
  std::vector<PlanSummary> plans;
  std::int32_t note_count = 0;
};
struct ListPayersResult {
  std::vector<PayerSummary> payers;
};

}  // namespace chemoterm
