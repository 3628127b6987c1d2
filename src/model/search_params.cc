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

// What all conformance resources share.
constexpr SearchParamInfo kConformance[] = {
    {"", "context", kToken, "A use context, as code"},
    {"", "context-quantity", kQuantity, "A use context, as quantity or range"},
    {"", "context-type", kToken, "A kind of use context"},
    {"", "context-type-quantity", kComposite, "Kind and quantity of a use context: type$quantity"},
    {"", "context-type-value", kComposite, "Kind and code of a use context: type$value"},
    {"", "date", kDate, "Date last changed, as published"},
    {"", "description", kString, "The description"},
    {"", "jurisdiction", kToken, "Where it applies"},
    {"", "name", kString, "Computer-friendly name"},
    {"", "publisher", kString, "Who published it"},
    {"", "status", kToken, "Publication status"},
};

// What canonical resources (CodeSystem, ConceptMap, PlanDefinition) have beside that.
constexpr SearchParamInfo kCanonical[] = {
    {"", "identifier", kToken, "External identifier"},
    {"", "title", kString, "Name for people"},
    {"", "url", kUri, "Canonical URL"},
    {"", "version", kToken, "Business version"},
};

// What R5 adds to terminology resources.
constexpr SearchParamInfo kPublished[] = {
    {"", "derived-from", kReference, "A resource that it is derived from", kR5},
    {"", "effective", kDate, "When it is in use", kR5},
    {"", "predecessor", kReference, "The resource that it replaces", kR5},
    {"", "topic", kToken, "Topics", kR5},
};

constexpr SearchParamInfo kCodeSystem[] = {
    {"", "code", kToken, "A code that is defined in the code system"},
    {"", "content-mode", kToken,
     "How much of the code system is here: complete, fragment, supplement"},
    {"", "language", kToken, "A language in which designations are given"},
    {"", "supplements", kReference, "The code system that is supplemented"},
    {"", "system", kUri, "The system of the codes, the same as url"},
};

constexpr SearchParamInfo kValueSet[] = {
    {"", "code", kToken, "A code that the value set lists, in its definition or expansion"},
    {"", "expansion", kUri, "Identifier of the expansion that it carries"},
    {"", "reference", kUri, "A code system that it includes codes of"},
};

constexpr SearchParamInfo kConceptMap[] = {
    {"", "dependson", kUri, "An attribute that a mapping depends on", kR4},
    {"", "mapping-property", kUri, "Uri of a property of mappings", kR5},
    {"", "other", kReference, "A map that is used for what is not mapped", kR4},
    {"", "other-map", kReference, "A map that is used for what is not mapped", kR5},
    {"", "product", kUri, "An attribute that a mapping also gives", kR4},
    {"", "source", kReference, "The value set that is mapped from, by canonical", kR4},
    {"", "source-code", kToken, "A code that is mapped"},
    {"", "source-group-system", kReference, "Code system that is mapped from", kR5},
    {"", "source-scope", kReference, "The value set that is mapped from, by canonical", kR5},
    {"", "source-scope-uri", kUri, "The value set that is mapped from, by uri", kR5},
    {"", "source-system", kUri, "Code system that is mapped from", kR4},
    {"", "source-uri", kReference, "The value set that is mapped from, by uri", kR4},
    {"", "target", kReference, "The value set that is mapped to, by canonical", kR4},
    {"", "target-code", kToken, "A code that is mapped to"},
    {"", "target-group-system", kReference, "Code system that is mapped to", kR5},
    {"", "target-scope", kReference, "The value set that is mapped to, by canonical", kR5},
    {"", "target-scope-uri", kUri, "The value set that is mapped to, by uri", kR5},
    {"", "target-system", kUri, "Code system that is mapped to", kR4},
    {"", "target-uri", kReference, "The value set that is mapped to, by uri", kR4},
};

// R4 has no url, version, identifier and title for it.
constexpr SearchParamInfo kNamingSystem[] = {
    {"", "contact", kString, "Name of a contact"},
    {"", "id-type", kToken, "Type of a unique identifier: oid, uuid, uri, ..."},
    {"", "identifier", kToken, "External identifier", kR5},
    {"", "kind", kToken, "codesystem, identifier or root"},
    {"", "period", kDate, "When a unique identifier is valid"},
    {"", "responsible", kString, "Who maintains the system"},
    {"", "telecom", kToken, "Phone, e-mail or address of a contact"},
    {"", "type", kToken, "Kind of identifiers"},
    {"", "url", kUri, "Canonical URL", kR5},
    {"", "value", kString, "A unique identifier: the uri or OID of the system"},
    {"", "version", kToken, "Business version", kR5},
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

constexpr auto kCodeSystemRows =
    Rows("CodeSystem", kCommon, kConformance, kCanonical, kPublished, kCodeSystem);
constexpr auto kConceptMapRows =
    Rows("ConceptMap", kCommon, kConformance, kCanonical, kPublished, kConceptMap);
constexpr auto kInsurancePlanRows = Rows("InsurancePlan", kCommon, kInsurancePlan);
constexpr auto kOrganizationRows = Rows("Organization", kCommon, kOrganization);
constexpr auto kPlanDefinitionRows =
    Rows("PlanDefinition", kCommon, kConformance, kCanonical, kPlanDefinition);

constexpr auto kNamingSystemRows =
    Rows("NamingSystem", kCommon, kConformance, kPublished, kNamingSystem);
constexpr auto kValueSetRows =
    Rows("ValueSet", kCommon, kConformance, kCanonical, kPublished, kValueSet);

constexpr std::array<std::string_view, 7> kTypes = {
    "CodeSystem",   "ConceptMap",     "InsurancePlan", "NamingSystem",
    "Organization", "PlanDefinition", "ValueSet"};

}  // namespace

std::span<const SearchParamInfo> SearchParamsOf(std::string_view resource_type) {
  if (resource_type == "CodeSystem") return kCodeSystemRows;
  if (resource_type == "ConceptMap") return kConceptMapRows;
  if (resource_type == "InsurancePlan") return kInsurancePlanRows;
  if (resource_type == "NamingSystem") return kNamingSystemRows;
  if (resource_type == "Organization") return kOrganizationRows;
  if (resource_type == "PlanDefinition") return kPlanDefinitionRows;
  if (resource_type == "ValueSet") return kValueSetRows;
  return {};
}

std::span<const std::string_view> ResourceTypes() { return kTypes; }

}  // namespace chemoterm
