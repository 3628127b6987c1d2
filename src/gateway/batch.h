// POST [base]: several requests in one, each with an answer of its own.
#pragma once

#include <absl/status/statusor.h>

#include "gateway/exchange.h"

namespace chemoterm::gateway {

// Answers a Bundle of type batch with one of type batch-response: the entries in order, whatever
// fails in one entry stays in it. Entries are GET or POST requests on this base, at most
// fhir::kMaxBatchEntries, and no batches themselves. Entries after the deadline, or after
// options.max_batch_bytes of answers, are refused each.
absl::StatusOr<FhirReply> RunBatch(Exchange& exchange);

}  // namespace chemoterm::gateway
