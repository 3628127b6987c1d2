// From a request target to what it names. Purely by the path's form: which types, ids and
// operations exist is for others to say.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

#include "fhir/version.h"

namespace chemoterm::gateway {

enum class Endpoint : unsigned char {
  kHealth,        // /healthz
  kReady,         // /readyz
  kBase,          // [base]
  kMetadata,      // [base]/metadata
  kOperation,     // [base]/$op, [base]/[type]/$op, [base]/[type]/[id]/$op
  kType,          // [base]/[type]
  kSearch,        // [base]/[type]/_search
  kInstance,      // [base]/[type]/[id]
  kCdsDiscovery,  // /cds-services
  kCdsService,    // /cds-services/[id]
  kCdsFeedback,   // /cds-services/[id]/feedback
};

struct Route {
  Endpoint endpoint = Endpoint::kHealth;
  fhir::FhirVersion version = fhir::AllVersions().front().version;
  std::string_view base;   // the base's segment as sent: "fhir"; a view into the target
  std::string type;        // decoded; empty where the path has none
  std::string id;          // decoded and of an id's form; of a resource or a CDS service
  std::string operation;   // decoded, without the dollar
  std::string_view query;  // not decoded, without '?'; a view into the target

  bool in_base() const { return !base.empty(); }
  bool is_probe() const { return endpoint == Endpoint::kHealth || endpoint == Endpoint::kReady; }
};

// The target is as sent: origin form ("/r4/...?...") or absolute form. One slash at the end of the
// path is tolerated, an empty segment is not. Fails with kUnknownRoute, kUnknownResource (what
// cannot be an id), kInvalidParameter (broken percent-encoding).
absl::StatusOr<Route> ParseRoute(std::string_view target);

// A FHIR id: [A-Za-z0-9\-\.]{1,64}.
bool IsId(std::string_view text);

}  // namespace chemoterm::gateway
