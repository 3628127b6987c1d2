#include "fhir/version.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "fhir/earlier_concept_map.h"
#include "fhir/rewrite.h"
#include "json/slice.h"

namespace chemoterm::fhir {
namespace {

constexpr std::array<VersionInfo, 2> kVersions = {{
    {FhirVersion::kR4, "r4", "4.0.1", "4.0", "application/fhir+json; fhirVersion=4.0", In::kR4},
    {FhirVersion::kR5, "r5", "5.0.0", "5.0", "application/fhir+json; fhirVersion=5.0", In::kR5},
}};

// ---- R5 to R4 ----

// Shapes name each other, also in circles.
extern const Shape kCodeSystemFilter;
extern const Shape kConcept;
extern const Shape kCompose;
extern const Shape kInclude;
extern const Shape kIncludeConcept;
extern const Shape kExpansion;
extern const Shape kContains;
extern const Shape kGroup;
extern const Shape kElement;
extern const Shape kTarget;
extern const Shape kUnmapped;
extern const Shape kUniqueId;
extern const Shape kAction;
extern const Shape kRelatedAction;
extern const Shape kParticipant;
extern const Shape kRelatedArtifact;
extern const Shape kAttachment;
extern const Shape kOperationParameter;
extern const Shape kCapabilityRest;
extern const Shape kCapabilityResource;
extern const Shape kTerminologySystem;
extern const Shape kContactDetail;

// Members of every canonical resource that R4 lacks.
constexpr Rule kNamedRules[] = {
    {"versionAlgorithmString", Act::kExtend, nullptr,
     "http://hl7.org/fhir/5.0/StructureDefinition/extension-CanonicalResource.versionAlgorithm",
     "String"},
    {"versionAlgorithmCoding", Act::kExtend, nullptr,
     "http://hl7.org/fhir/5.0/StructureDefinition/extension-CanonicalResource.versionAlgorithm",
     "Coding"},
    {"copyrightLabel", Act::kExtend, nullptr, "artifact-copyrightLabel", "String"},
};

// Members that R4 has in knowledge resources such as PlanDefinition, but not in terminology
// resources.
constexpr Rule kPublishedRules[] = {
    {"approvalDate", Act::kExtend, nullptr, "resource-approvalDate", "Date"},
    {"lastReviewDate", Act::kExtend, nullptr, "resource-lastReviewDate", "Date"},
    {"effectivePeriod", Act::kExtend, nullptr, "resource-effectivePeriod", "Period"},
    {"topic", Act::kExtend, nullptr, "artifact-topic", "CodeableConcept"},
    {"author", Act::kExtend, nullptr, "artifact-author", "ContactDetail"},
    {"editor", Act::kExtend, nullptr, "artifact-editor", "ContactDetail"},
    {"reviewer", Act::kExtend, nullptr, "artifact-reviewer", "ContactDetail"},
    {"endorser", Act::kExtend, nullptr, "artifact-endorser", "ContactDetail"},
    {"relatedArtifact", Act::kExtend, &kRelatedArtifact, "artifact-relatedArtifact",
     "RelatedArtifact"},
};

constexpr Mapped kFilterOperators[] = {{"child-of", ""}, {"descendent-leaf", ""}};
constexpr Rule kCodeSystemRules[] = {
    {"concept", Act::kInto, &kConcept},
    {"filter", Act::kInto, &kCodeSystemFilter},
};
constexpr Rule kCodeSystemFilterRules[] = {
    {"operator", Act::kMap, nullptr, {}, {}, kFilterOperators}};
constexpr Rule kConceptRules[] = {
    {"concept", Act::kInto, &kConcept},
    {"designation", Act::kRepeat},
};

constexpr Rule kValueSetRules[] = {
    {"compose", Act::kInto, &kCompose},
    {"expansion", Act::kInto, &kExpansion},
    {"scope", Act::kDrop},
};
constexpr Rule kComposeRules[] = {
    {"include", Act::kInto, &kInclude},
    {"exclude", Act::kInto, &kInclude},
    {"property", Act::kDrop},
};
constexpr Rule kIncludeRules[] = {
    {"concept", Act::kInto, &kIncludeConcept},
    {"copyright", Act::kDrop},
};
constexpr Rule kIncludeConceptRules[] = {{"designation", Act::kRepeat}};
constexpr Mapped kPropertyTypes[] = {{"code", "Code"}, {"uri", "Uri"}};
constexpr Rule kExpansionRules[] = {
    {"property",
     Act::kExtendParts,
     nullptr,
     "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.property",
     {},
     kPropertyTypes},
    {"contains", Act::kInto, &kContains},
    {"next", Act::kDrop},
};
constexpr Rule kContainsRules[] = {
    {"property",
     Act::kExtendParts,
     nullptr,
     "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.contains.property",
     {},
     kPropertyTypes},
    {"contains", Act::kInto, &kContains},
    {"designation", Act::kRepeat},
};

// The direction of R4's words is that of the target: wider = the target means more.
constexpr Mapped kEquivalences[] = {
    {"related-to", "relatedto"},
    {"equivalent", "equivalent"},
    {"source-is-narrower-than-target", "wider"},
    {"source-is-broader-than-target", "narrower"},
    {"not-related-to", "disjoint"},
};
constexpr Mapped kUnmappedModes[] = {{"use-source-code", "provided"}};
constexpr Rule kConceptMapRules[] = {
    {"identifier", Act::kFirst},
    {"sourceScopeUri", Act::kRename, nullptr, "sourceUri"},
    {"sourceScopeCanonical", Act::kRename, nullptr, "sourceCanonical"},
    {"targetScopeUri", Act::kRename, nullptr, "targetUri"},
    {"targetScopeCanonical", Act::kRename, nullptr, "targetCanonical"},
    {"property", Act::kDrop},
    {"additionalAttribute", Act::kDrop},
    {"group", Act::kInto, &kGroup},
};
constexpr Rule kGroupRules[] = {
    {"source", Act::kSplit, nullptr, "sourceVersion"},
    {"target", Act::kSplit, nullptr, "targetVersion"},
    {"element", Act::kInto, &kElement},
    {"unmapped", Act::kInto, &kUnmapped},
};
constexpr Rule kElementRules[] = {
    {"valueSet", Act::kDrop},
    {"noMap", Act::kNoMap},
    {"target", Act::kInto, &kTarget},
};
constexpr Rule kTargetRules[] = {
    {"valueSet", Act::kDrop},
    {"property", Act::kDrop},
    {"relationship", Act::kMap, nullptr, "equivalence", {}, kEquivalences},
    {"dependsOn", Act::kDependsOn},
    {"product", Act::kDependsOn},
};
constexpr Rule kUnmappedRules[] = {
    {"mode", Act::kMap, nullptr, {}, {}, kUnmappedModes},
    {"otherMap", Act::kRename, nullptr, "url"},
    {"relationship", Act::kDrop},
    {"valueSet", Act::kDrop},
};

// R4 has no canonical for it; types that only R5 has are "other" things there.
constexpr Mapped kUniqueIdTypes[] = {
    {"oid", "oid"}, {"uuid", "uuid"}, {"uri", "uri"}, {"*", "other"}};
constexpr Rule kNamingSystemRules[] = {
    {"url", Act::kExtend, nullptr,
     "http://hl7.org/fhir/5.0/StructureDefinition/extension-NamingSystem.url", "Uri"},
    {"identifier", Act::kExtend, nullptr,
     "http://hl7.org/fhir/5.0/StructureDefinition/extension-NamingSystem.identifier", "Identifier"},
    {"version", Act::kExtend, nullptr,
     "http://hl7.org/fhir/5.0/StructureDefinition/extension-NamingSystem.version", "String"},
    {"title", Act::kExtend, nullptr,
     "http://hl7.org/fhir/5.0/StructureDefinition/extension-NamingSystem.title", "String"},
    {"experimental", Act::kDrop},
    {"purpose", Act::kDrop},
    {"copyright", Act::kDrop},
    {"uniqueId", Act::kInto, &kUniqueId},
};
constexpr Rule kUniqueIdRules[] = {
    {"type", Act::kMap, nullptr, {}, {}, kUniqueIdTypes},
    {"authoritative", Act::kDrop},
};

constexpr Mapped kClosureEquivalences[] = {
    {"equivalent", "equal"},
    {"source-is-narrower-than-target", "subsumes"},
    {"source-is-broader-than-target", "specializes"},
    {"not-related-to", "unmatched"},
};
constexpr Rule kClosureTargetRules[] = {
    {"relationship", Act::kMap, nullptr, "equivalence", {}, kClosureEquivalences},
};
constexpr Shape kClosureTarget{{kClosureTargetRules}};
constexpr Rule kClosureElementRules[] = {{"target", Act::kInto, &kClosureTarget}};
constexpr Shape kClosureElement{{kClosureElementRules}};
constexpr Rule kClosureGroupRules[] = {
    {"source", Act::kSplit, nullptr, "sourceVersion"},
    {"target", Act::kSplit, nullptr, "targetVersion"},
    {"element", Act::kInto, &kClosureElement},
};
constexpr Shape kClosureGroup{{kClosureGroupRules}};
constexpr Rule kClosureRules[] = {{"group", Act::kInto, &kClosureGroup}};
constexpr Shape kClosure{{kClosureRules}};

constexpr Rule kPlanDefinitionRules[] = {
    {"relatedArtifact", Act::kInto, &kRelatedArtifact},
    {"action", Act::kInto, &kAction},
    {"actor", Act::kDrop},
    {"asNeededBoolean", Act::kDrop},
    {"asNeededCodeableConcept", Act::kDrop},
};
constexpr Rule kActionRules[] = {
    {"linkId", Act::kDrop},
    {"code", Act::kArray},
    {"documentation", Act::kInto, &kRelatedArtifact},
    {"input", Act::kUnwrap, nullptr, "requirement"},
    {"output", Act::kUnwrap, nullptr, "requirement"},
    {"location", Act::kDrop},
    {"relatedAction", Act::kInto, &kRelatedAction},
    {"participant", Act::kInto, &kParticipant},
    {"action", Act::kInto, &kAction},
};
constexpr Rule kRelatedActionRules[] = {
    {"targetId", Act::kRename, nullptr, "actionId"},
    {"endRelationship", Act::kDrop},
};
constexpr Rule kParticipantRules[] = {
    {"actorId", Act::kDrop},
    {"typeCanonical", Act::kDrop},
    {"typeReference", Act::kDrop},
    {"function", Act::kDrop},
};
constexpr Mapped kArtifactTypes[] = {
    {"documentation", "documentation"},
    {"justification", "justification"},
    {"citation", "citation"},
    {"predecessor", "predecessor"},
    {"successor", "successor"},
    {"derived-from", "derived-from"},
    {"depends-on", "depends-on"},
    {"composed-of", "composed-of"},
    {"*", "documentation"},
};
constexpr Rule kRelatedArtifactRules[] = {
    {"type", Act::kMap, nullptr, {}, {}, kArtifactTypes},
    {"classifier", Act::kDrop},
    {"resourceReference", Act::kDrop},
    {"publicationStatus", Act::kDrop},
    {"publicationDate", Act::kDrop},
    {"document", Act::kInto, &kAttachment},
};
constexpr Rule kAttachmentRules[] = {
    {"size", Act::kUnquote}, {"height", Act::kDrop},   {"width", Act::kDrop},
    {"frames", Act::kDrop},  {"duration", Act::kDrop}, {"pages", Act::kDrop},
};

constexpr Rule kOperationDefinitionRules[] = {
    {"identifier", Act::kDrop},
    {"copyright", Act::kDrop},
    {"parameter", Act::kInto, &kOperationParameter},
};
constexpr Rule kOperationParameterRules[] = {
    {"scope", Act::kDrop},
    {"allowedType", Act::kDrop},
    {"part", Act::kInto, &kOperationParameter},
};

constexpr Rule kCapabilityStatementRules[] = {
    {"identifier", Act::kDrop},
    {"acceptLanguage", Act::kDrop},
    {"rest", Act::kInto, &kCapabilityRest},
};
constexpr Rule kCapabilityRestRules[] = {{"resource", Act::kInto, &kCapabilityResource}};
constexpr Rule kCapabilityResourceRules[] = {{"conditionalPatch", Act::kDrop}};
// R4 tells codes that value sets spell out from all that they have, not composition from expansion.
constexpr Mapped kCodeSearch[] = {
    {"in-compose", "explicit"}, {"in-expansion", "all"}, {"in-compose-or-expansion", "all"}};
constexpr Rule kTerminologyCapabilitiesRules[] = {
    {"identifier", Act::kDrop},
    {"codeSearch", Act::kMap, nullptr, {}, {}, kCodeSearch},
    {"codeSystem", Act::kInto, &kTerminologySystem},
};
constexpr Rule kTerminologySystemRules[] = {{"content", Act::kDrop}};

constexpr Rule kOrganizationRules[] = {
    {"description", Act::kDrop},
    {"qualification", Act::kDrop},
    {"contact", Act::kInto, &kContactDetail},
};
constexpr Rule kInsurancePlanRules[] = {{"contact", Act::kInto, &kContactDetail}};
constexpr Rule kContactDetailRules[] = {
    {"name", Act::kFirst},
    {"organization", Act::kDrop},
    {"period", Act::kDrop},
};

constinit const Shape kCodeSystem{{kCodeSystemRules, kNamedRules, kPublishedRules}};
constinit const Shape kCodeSystemFilter{{kCodeSystemFilterRules}};
constinit const Shape kConcept{{kConceptRules}};
constinit const Shape kValueSet{{kValueSetRules, kNamedRules, kPublishedRules}};
constinit const Shape kCompose{{kComposeRules}};
constinit const Shape kInclude{{kIncludeRules}};
constinit const Shape kIncludeConcept{{kIncludeConceptRules}};
constinit const Shape kExpansion{{kExpansionRules}};
constinit const Shape kContains{{kContainsRules}};
constinit const Shape kConceptMap{{kConceptMapRules, kNamedRules, kPublishedRules}};
constinit const Shape kGroup{{kGroupRules}};
constinit const Shape kElement{{kElementRules}};
constinit const Shape kTarget{{kTargetRules}};
constinit const Shape kUnmapped{{kUnmappedRules}};
constinit const Shape kNamingSystem{{kNamingSystemRules, kNamedRules, kPublishedRules}};
constinit const Shape kUniqueId{{kUniqueIdRules}};
constinit const Shape kPlanDefinition{{kPlanDefinitionRules, kNamedRules}};
constinit const Shape kAction{{kActionRules}};
constinit const Shape kRelatedAction{{kRelatedActionRules}};
constinit const Shape kParticipant{{kParticipantRules}};
constinit const Shape kRelatedArtifact{{kRelatedArtifactRules}};
constinit const Shape kAttachment{{kAttachmentRules}};
constinit const Shape kOperationDefinition{{kOperationDefinitionRules, kNamedRules}};
constinit const Shape kOperationParameter{{kOperationParameterRules}};
constinit const Shape kCapabilityStatement{{kCapabilityStatementRules, kNamedRules}};
constinit const Shape kCapabilityRest{{kCapabilityRestRules}};
constinit const Shape kCapabilityResource{{kCapabilityResourceRules}};
constinit const Shape kTerminologyCapabilities{{kTerminologyCapabilitiesRules, kNamedRules}};
constinit const Shape kTerminologySystem{{kTerminologySystemRules}};
constinit const Shape kOrganization{{kOrganizationRules}};
constinit const Shape kInsurancePlan{{kInsurancePlanRules}};
constinit const Shape kContactDetail{{kContactDetailRules}};

constexpr std::pair<std::string_view, const Shape*> kRoots[] = {
    {"CodeSystem", &kCodeSystem},
    {"ValueSet", &kValueSet},
    {"ConceptMap", &kConceptMap},
    {"NamingSystem", &kNamingSystem},
    {"PlanDefinition", &kPlanDefinition},
    {"OperationDefinition", &kOperationDefinition},
    {"CapabilityStatement", &kCapabilityStatement},
    {"TerminologyCapabilities", &kTerminologyCapabilities},
    {"Organization", &kOrganization},
    {"InsurancePlan", &kInsurancePlan},
};

// R4's word for a code of R5; empty where it has none.
std::string_view Renamed(std::span<const Mapped> words, std::string_view code) {
  const auto row = std::find_if(words.begin(), words.end(),
                                [&](const Mapped& each) { return each.from == code; });
  return row == words.end() ? std::string_view{} : row->to;
}

}  // namespace

const VersionInfo& InfoOf(FhirVersion version) {
  return kVersions[static_cast<std::size_t>(version)];
}

std::span<const VersionInfo> AllVersions() { return kVersions; }

bool Defines(FhirVersion version, std::uint8_t search_param_in) {
  return (static_cast<std::uint8_t>(InfoOf(version).in) & search_param_in) != 0;
}

bool Defines(FhirVersion version, In in) { return Defines(version, static_cast<std::uint8_t>(in)); }

const Levels& LevelsOf(const OpInfo& op, FhirVersion version) {
  switch (version) {
    case FhirVersion::kR4:
      return op.r4;
    case FhirVersion::kR5:
      return op.r5;
  }
  return op.r5;
}

std::string DefinitionUrl(const OpInfo& op, std::string_view canonical_base) {
  return base::Concat({op.standard ? "http://hl7.org/fhir" : canonical_base,
                       "/OperationDefinition/", op.resource, op.resource.empty() ? "" : "-",
                       op.name});
}

std::string ToVersion(std::string_view resource, FhirVersion version) {
  const std::string type = json::Unquote(json::Member(resource, "resourceType"));
  // A package may bring a map in R4's shape; it is served as it came, or made R5.
  const bool is_r4 = type == "ConceptMap" && IsEarlierConceptMap(resource);
  if (version == FhirVersion::kR5)
    return is_r4 ? ToCurrentConceptMap(resource) : std::string(resource);
  if (is_r4) return std::string(resource);
  const auto root = std::find_if(std::begin(kRoots), std::end(kRoots),
                                 [&](const auto& row) { return row.first == type; });
  if (root == std::end(kRoots)) return std::string(resource);
  return Rewrite(resource, *root->second);
}

bool NeedsRepeat(FhirVersion version, const std::vector<LookupDesignation>& designations) {
  return version == FhirVersion::kR4 && std::any_of(designations.begin(), designations.end(),
                                                    [](const LookupDesignation& designation) {
                                                      return !designation.additional_uses.empty();
                                                    });
}

std::vector<LookupDesignation> Repeated(const std::vector<LookupDesignation>& designations) {
  std::vector<LookupDesignation> repeated;
  for (const LookupDesignation& designation : designations) {
    repeated.push_back(
        {designation.language, designation.use, {}, designation.value, designation.source});
    for (const CodingView& use : designation.additional_uses) {
      repeated.push_back({designation.language, use, {}, designation.value, designation.source});
    }
  }
  return repeated;
}

std::string ClosureToVersion(std::string_view resource, FhirVersion version) {
  return version == FhirVersion::kR5 ? std::string(resource) : Rewrite(resource, kClosure);
}

TranslateResult InWordsOf(const TranslateResult& result, FhirVersion version) {
  if (version == FhirVersion::kR5) return result;
  TranslateResult in_r4{result.result, result.message, {}, result.asked_in_r4};
  for (TranslateMatch match : result.matches) {
    if (match.is_conditional) continue;
    match.equivalence = Renamed(kEquivalences, match.relationship);
    match.relationship = {};
    match.depends_on.clear();
    match.properties.clear();
    for (TranslateProduct& product : match.products) {
      product.element = std::exchange(product.attribute, {});
      const ValueView value = std::exchange(product.value, {});
      product.concept_coding =
          value.kind == ValueKind::kCoding ? value.coding : CodingView{{}, {}, value.text, {}};
    }
    if (result.asked_in_r4) match.origin = std::exchange(match.origin_map, {});
    in_r4.matches.push_back(std::move(match));
  }
  return in_r4;
}

}  // namespace chemoterm::fhir
