// CDS Hooks 2.0 (https://cds-hooks.hl7.org): an EHR asks while orders are selected and before they
// are signed; the answer is cards with what check-order finds, what would mend it, and what the
// payer's notes say. Knows no HTTP. Nothing of a patient is kept.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <string>
#include <string_view>

#include "chemoterm/engine.h"

namespace chemoterm::hooks {

// Offered for each of the hooks order-select and order-sign under one id, so that clients replace
// the cards of the first by those of the second.
struct Service {
  std::string_view id;
  std::string_view title;
  std::string_view description;
  std::string_view setting;  // whose claim it is, as in CheckOrderRequest
};

// The service of that id, which lives as long as the program; kUnknownResource if there is none.
absl::StatusOr<const Service*> FindService(std::string_view id);

// What discovery answers: every service for every hook.
std::string Discovery();

// The cards on a call of the service, as JSON. Fails with kMalformedBody, kInvalidParameter or
// kMissingParameter on a body that is no call, with kUnprocessable on draft orders that cannot be
// checked, and as the engine does.
absl::StatusOr<std::string> Answer(const Engine& engine, const CallContext& call,
                                   const Service& service, std::string_view body);

// Checks what a client reports of its users' choices. Nothing of it is kept: unknown cards and
// repeated reports are no failures.
absl::Status ReadFeedback(std::string_view body);

}  // namespace chemoterm::hooks
