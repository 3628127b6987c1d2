// Resources as they are read and searched: FHIR R5 JSON in the snapshot's store.
#pragma once

#include <string>
#include <string_view>

#include "load/build.h"

namespace chemoterm::load {

// A resource of a file: its own text, minified, with our base and meta. The text has been read
// without a fault.
void AddFileResource(Build& build, const ContentFile& file, std::string_view type,
                     std::string_view id);

// The resource `text`, minified, with meta of ours. `date` and `place` as in AddResource.
void AddTextResource(Build& build, std::string_view text, std::string_view type,
                     std::string_view id, std::string_view date, const Place& place);
// The same for a code system. A large one is kept without its concepts, marked as SUBSETTED and
// with their count: the engine has them already, and their text would take as much memory again.
// So is one that may not be listed as a whole.
void AddCodeSystemResource(Build& build, const ContentFile& file, const model::CodeSystem& system);

// Adds a resource whose members are `members` ("\"url\":...", without braces) behind resourceType,
// id and meta. `date` is the day it was last changed. `more` is what the version depends on beside
// all this. Taken ids are faults of `place`.
void AddResource(Build& build, std::string_view type, std::string_view id, std::string_view meta,
                 std::string_view members, std::string_view date, const Place& place,
                 std::string_view more = {});

// PlanDefinition, Organization and InsurancePlan from the frozen coverage.
void AddCoverageResources(Build& build);

// The generated supplements: one CodeSystem for each entry of the manifest that has rows. Files the
// facts under their concepts.
void AddSupplements(Build& build);

// The resources of the supplements; after AddSupplements.
void AddSupplementResources(Build& build);

}  // namespace chemoterm::load
