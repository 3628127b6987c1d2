// Resources that come with a request.
#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <string_view>

#include "model/code_system.h"
#include "model/concept_map.h"
#include "model/value_set.h"

namespace chemoterm::load {

// At most one is set; none for a type that no operation uses.
struct InlineResource {
  std::shared_ptr<const model::CodeSystem> system;
  std::shared_ptr<const model::ValueSet> value_set;
  std::shared_ptr<const model::ConceptMap> concept_map;

  // Memory held, about.
  std::size_t bytes() const;
};

// Reads FHIR JSON, R4 or R5. Unknown members are passed over. Fails with kInvalidParameter and the
// first fault; `where` is the parameter.
absl::StatusOr<InlineResource> ReadInline(std::string_view json, std::string_view where);

}  // namespace chemoterm::load
