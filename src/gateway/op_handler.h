// The operations as the door calls them: one template over the tables of include/chemoterm/ops, one
// row per operation.
#pragma once

#include <absl/status/statusor.h>

#include <span>
#include <string>
#include <string_view>

#include "chemoterm/params.h"
#include "chemoterm/resources.h"
#include "fhir/parameters.h"
#include "gateway/exchange.h"

namespace chemoterm::gateway {

// What [type]/[id]/$op names: a code system or value set.
struct Instance {
  std::string url;
  std::string version;
};

// `instance` is null where an operation is called on a type. The result is the answer's body.
using OperationFn = absl::StatusOr<std::string> (*)(Exchange& exchange,
                                                    const fhir::ParameterList& parameters,
                                                    const Instance* instance);

struct OperationRow {
  const OpInfo* info;
  OperationFn run;
};

// One row per operation of AllOps.
std::span<const OperationRow> OperationRows();

// The operation of that name that may be called on `resource` ("" = on the system); null if there
// is none.
const OperationRow* FindOperation(std::string_view resource, std::string_view name);

// Runs exchange.operation with the parameters of the URL or the body. GET answers carry an entity
// tag, and are not computed again for a client that holds them.
absl::StatusOr<FhirReply> RunOperation(Exchange& exchange);

}  // namespace chemoterm::gateway
