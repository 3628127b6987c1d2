#include "gateway/metadata.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "fhir/capability.h"
#include "gateway/cache.h"
#include "gateway/echo.h"

namespace chemoterm::gateway {
namespace {

absl::StatusOr<std::string> WriteMetadata(const Exchange& exchange, std::string_view mode) {
  const ContentInfo content = exchange.engine.Describe();
  const std::string base_url = BaseUrl(exchange);
  const std::string canonical_base = CanonicalBase(exchange);
  const fhir::ServerFacts facts{.base_url = base_url,
                                .canonical_base = canonical_base,
                                .software_version = exchange.options.software_version,
                                .release_date = exchange.options.release_date,
                                .cors = !exchange.options.cors_origins.empty(),
                                .served = {ResourceTypes(), &SearchParamsOf}};
  const fhir::FhirVersion version = exchange.route.version;
  if (mode != "terminology") return fhir::WriteCapabilityStatement(facts, content, version);
  ASSIGN_OR_RETURN(const auto listed, exchange.engine.Run(exchange.call, ListCodeSystemsRequest{}));
  return fhir::WriteTerminologyCapabilities(facts, content, listed.value, version);
}

// The parameter `mode`; "full" if absent.
absl::StatusOr<std::string> ModeOf(const fhir::ParameterList& query) {
  const auto& given = query.parameters;
  const auto mode = std::find_if(given.begin(), given.end(),
                                 [](const auto& parameter) { return parameter.name == "mode"; });
  if (mode == given.end()) return std::string("full");
  if (mode->text == "full" || mode->text == "normative" || mode->text == "terminology") {
    return mode->text;
  }
  return Fail(Reason::kInvalidParameter,
              base::Concat({"'", Echo(mode->text, 40),
                            "' is not a mode; there are full, normative and terminology."}),
              "http.mode");
}

}  // namespace

absl::StatusOr<FhirReply> ReadMetadata(Exchange& exchange) {
  ASSIGN_OR_RETURN(const std::string mode, ModeOf(exchange.query));
  return Computed(exchange, [&] { return WriteMetadata(exchange, mode); });
}

absl::StatusOr<FhirReply> ListVersions(Exchange& exchange) {
  const auto write = [&]() -> absl::StatusOr<std::string> {
    return fhir::WriteVersions(exchange.route.version);
  };
  if (exchange.is_get()) return Computed(exchange, write);
  FhirReply reply;
  reply.body = fhir::WriteVersions(exchange.route.version);
  return reply;
}

}  // namespace chemoterm::gateway
