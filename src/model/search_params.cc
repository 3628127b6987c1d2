// The search parameters of the resources: names and types as FHIR R4 and R5 define them, and four
// of our own on the coverage notes (payer, plan, covered, pa-needed). load/search_values.cc says
// where their values are.
#include <array>

#include "chemoterm/engine.h"

namespace chemoterm {
namespace {

using enum SearchKind;
constexpr std::uint8_t kR4 = 1;
constexpr std::uint8_t kR5 = 2;

constexpr SearchParamInfo kCommon[] = {
    {"", "_id", kToken, "Logical id of the resource"},
    {"", "_lastUpdated", kDate, "When the resource was last changed"},
    {"", "_tag", kToken, "Tags of the resource"},
    {"", "_profile", kUri, "Profiles that the resource claims"},
};

// What canonical resources (CodeSystem, ConceptMap, PlanDefinition) share.
constexpr SearchParamInfo kCanonical[] = {
    {"", "context", kToken, "A use context, as code"},
    {"", "context-type", kToken, "A kind of use context"},
    {"", "context-type-value", kToken, "Kind and code of a use context: type$value"},
    {"", "date", kDate, "Date last changed, as published"},
    {"", "description", kString, "The description"},
    {"", "identifier", kToken, "External identifier"},
    {"", "jurisdiction", kToken, "Where it applies"},
    {"", "name", kString, "Computer-friendly name"},
    {"", "publisher", kString, "Who published it"},
    {"", "status", kToken, "Publication status"},
    {"", "title", kString, "Name for people"},
    {"", "url", kUri, "Canonical URL"},
    {"", "version", kToken, "Business version"},
};

constexpr SearchParamInfo kCodeSystem[] = {
    {"", "code", kToken, "A code that is defined in the code system"},
    {"", "content-mode", kToken,
     "How much of the code system is here: complete, fragment, supplement"},
    {"", "effective", kDate, "When it is in use", kR5},
    {"", "language", kToken, "A language in which designations are given"},
    {"", "supplements", kReference, "The code system that is supplemented"},
    {"", "system", kUri, "The system of the codes, the same as url"},
    {"", "topic", kToken, "Topics", kR5},
};

constexpr SearchParamInfo kValueSet[] = {
    {"", "code", kToken, "A code that the value set lists"},
    {"", "effective", kDate, "When it is in use", kR5},
    {"", "reference", kUri, "A code system that it includes codes of"},
    {"", "topic", kToken, "Topics", kR5},
};

constexpr SearchParamInfo kConceptMap[] = {
    {"", "dependson", kUri, "What a mapping depends on", kR4},
    {"", "effective", kDate, "When it is in use", kR5},
    {"", "mapping-property", kUri, "A property of mappings", kR5},
    {"", "other", kReference, "The map that unmapped codes are left to", kR4},
    {"", "other-map", kReference, "The map that unmapped codes are left to", kR5},
    {"", "product", kUri, "What a mapping yields beside the code", kR4},
    {"", "source", kReference, "Value set that is mapped from", kR4},
    {"", "source-code", kToken, "A code that is mapped"},
    {"", "source-group-system", kReference, "Code system that is mapped from", kR5},
    {"", "source-scope", kReference, "Value set that is mapped from", kR5},
    {"", "source-scope-uri", kUri, "Value set that is mapped from, named by its uri", kR5},
    {"", "source-system", kUri, "Code system that is mapped from", kR4},
    {"", "source-uri", kReference, "Value set that is mapped from, named by its uri", kR4},
    {"", "target", kReference, "Value set that is mapped to", kR4},
    {"", "target-code", kToken, "A code that is mapped to"},
    {"", "target-group-system", kReference, "Code system that is mapped to", kR5},
    {"", "target-scope", kReference, "Value set that is mapped to", kR5},
    {"", "target-scope-uri", kUri, "Value set that is mapped to, named by its uri", kR5},
    {"", "target-system", kUri, "Code system that is mapped to", kR4},
    {"", "target-uri", kReference, "Value set that is mapped to, named by its uri", kR4},
    {"", "topic", kToken, "Topics", kR5},
};

constexpr SearchParamInfo kPlanDefinition[] = {
    {"", "covered", kToken, "What the note says: covered, conditional or not-covered (our own)"},
    {"", "effective", kDate, "When the policy is in force"},
    {"", "pa-needed", kToken,
     "Whether prior authorization is needed: auth-needed, no-auth or conditional (our own)"},
    {"", "payer", kReference, "The payer, as Organization (our own)"},
    {"", "plan", kReference, "The plan, as InsurancePlan (our own)"},
    {"", "topic", kToken, "Codes that the note is about, and its topics"},
    {"", "type", kToken, "Kind of plan definition"},
};

constexpr SearchParamInfo kOrganization[] = {
    {"", "active", kToken, "Whether the record is in use"},
    {"", "identifier", kToken, "The payer's slug"},
    {"", "name", kString, "Part of the name or an alias"},
    {"", "partof", kReference, "The organization that it is part of"},
    {"", "type", kToken, "Kind of organization"},
};

constexpr SearchParamInfo kInsurancePlan[] = {
    {"", "administered-by", kReference, "Who administers the plan"},
    {"", "identifier", kToken, "The plan's slug"},
    {"", "name", kString, "Part of the name or an alias"},
    {"", "owned-by", kReference, "The payer"},
    {"", "status", kToken, "Whether the plan is in use"},
    {"", "type", kToken, "Line of business"},
};

// The rows of some parts, each for `resource`.
template <std::size_t... kSizes>
constexpr auto Rows(std::string_view resource, const SearchParamInfo (&... parts)[kSizes]) {
  std::array<SearchParamInfo, (kSizes + ...)> rows{};
  std::size_t at = 0;
  const auto append = [&](const auto& part) {
    for (SearchParamInfo row : part) {
      row.resource = resource;
      rows[at++] = row;
    }
  };
  (append(parts), ...);
  return rows;
}

constexpr auto kCodeSystemRows = Rows("CodeSystem", kCommon, kCanonical, kCodeSystem);
constexpr auto kConceptMapRows = Rows("ConceptMap", kCommon, kCanonical, kConceptMap);
constexpr auto kInsurancePlanRows = Rows("InsurancePlan", kCommon, kInsurancePlan);
constexpr auto kOrganizationRows = Rows("Organization", kCommon, kOrganization);
constexpr auto kPlanDefinitionRows = Rows("PlanDefinition", kCommon, kCanonical, kPlanDefinition);

constexpr auto kValueSetRows = Rows("ValueSet", kCommon, kCanonical, kValueSet);

constexpr std::array<std::string_view, 6> kTypes = {
    "CodeSystem", "ConceptMap", "InsurancePlan", "Organization", "PlanDefinition", "ValueSet"};

}  // namespace

std::span<const SearchParamInfo> SearchParamsOf(std::string_view resource_type) {
  if (resource_type == "CodeSystem") return kCodeSystemRows;
  if (resource_type == "ConceptMap") return kConceptMapRows;
  if (resource_type == "InsurancePlan") return kInsurancePlanRows;
  if (resource_type == "Organization") return kOrganizationRows;
  if (resource_type == "PlanDefinition") return kPlanDefinitionRows;
  if (resource_type == "ValueSet") return kValueSetRows;
  return {};
}

std::span<const std::string_view> ResourceTypes() { return kTypes; }

}  // namespace chemoterm
