// Batch Bundles: reading the request, writing the answer.
#pragma once

#include <absl/status/statusor.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chemoterm::fhir {

inline constexpr std::size_t kMaxBatchEntries = 100;

// One entry of a batch as received. An entry without a request has an empty method.
struct BatchRequest {
  std::string method;
  std::string url;  // relative, as sent: "CodeSystem/$lookup?system=..."
  std::string if_none_match;
  std::string if_modified_since;
  std::string_view resource;  // text inside the body, valid as long as that; empty if none
};

// A Bundle of type `batch`. Other types are kUnprocessable (`transaction`) or kMalformedBody; more
// than kMaxBatchEntries is kTooLarge. What is wrong with a single entry is for its own answer.
absl::StatusOr<std::vector<BatchRequest>> ReadBatch(std::string_view body);

// One entry of the answer.
struct BatchReply {
  int status = 200;
  std::string etag;           // W/"..."; may be empty
  std::string last_modified;  // instant; may be empty
  std::string body;           // resource of the answer as JSON; may be empty
};

// A Bundle of type `batch-response`. A body with status 400 or more goes to response.outcome, else
// to resource.
std::string WriteBatchResponse(std::span<const BatchReply> replies);

}  // namespace chemoterm::fhir
