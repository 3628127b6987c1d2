#include "gateway/op_handler.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "gateway/cache.h"
#include "gateway/negotiation.h"
#include "json/slice.h"

namespace chemoterm::gateway {
namespace {

// At [type]/[id]/$op the code system or value set is the instance's; the request may repeat it but
// not name another.
absl::Status Adopt(std::string& member, std::string_view value, std::string_view name) {
  if (member.empty() || member == value) {
    member = value;
    return {};
  }
  return Fail(Reason::kConflictingParameters,
              base::Concat({"'", name, "' names something else than the URL does."}), name);
}

absl::Status AdoptCoding(std::optional<Coding>& coding, const Instance& instance,
                         std::string_view name) {
  if (!coding.has_value()) return {};
  RETURN_IF_ERROR(Adopt(coding->system, instance.url, name));
  return Adopt(coding->version, instance.version, name);
}

// Writes the instance's url and version where the request's struct has a place for them. Where a
// Coding stands instead of code and system, it is the Coding that gets them.
template <class Request>
absl::Status BindInstance(const Instance& instance, Request& request) {
  bool by_coding = false;
  if constexpr (requires { request.concept_map_version; }) {
    RETURN_IF_ERROR(Adopt(request.url, instance.url, "url"));
    return Adopt(request.concept_map_version, instance.version, "conceptMapVersion");
  } else if constexpr (requires { request.value_set_version; }) {
    RETURN_IF_ERROR(Adopt(request.url, instance.url, "url"));
    return Adopt(request.value_set_version, instance.version, "valueSetVersion");
  } else if constexpr (requires {
                         request.url;
                         request.codeable_concept;
                       }) {
    // The system is named apart from what is checked against it.
    RETURN_IF_ERROR(Adopt(request.system, instance.url, "system"));
    request.system.clear();
    RETURN_IF_ERROR(Adopt(request.url, instance.url, "url"));
    return Adopt(request.version, instance.version, "version");
  } else {
    if constexpr (requires { request.coding; }) {
      RETURN_IF_ERROR(AdoptCoding(request.coding, instance, "coding"));
      by_coding = request.coding.has_value() && request.code.empty();
    }
    if constexpr (requires {
                    request.coding_a;
                    request.coding_b;
                  }) {
      RETURN_IF_ERROR(AdoptCoding(request.coding_a, instance, "codingA"));
      RETURN_IF_ERROR(AdoptCoding(request.coding_b, instance, "codingB"));
      by_coding = request.coding_a.has_value() && request.code_a.empty() && request.code_b.empty();
    }
    if constexpr (requires {
                    request.system;
                    request.version;
                  }) {
      std::string system = request.system;
      std::string version = request.version;
      RETURN_IF_ERROR(Adopt(system, instance.url, "system"));
      RETURN_IF_ERROR(Adopt(version, instance.version, "version"));
      if (by_coding) return {};
      request.system = std::move(system);
      request.version = std::move(version);
    }
    return {};
  }
}

template <class Op>
absl::StatusOr<std::string> Run(Exchange& exchange, const fhir::ParameterList& parameters,
                                const Instance* instance) {
  if (exchange.is_get() && !fhir::IsGetAllowed<Op>(parameters)) {
    exchange.allow = "POST, OPTIONS";
    return Fail(Reason::kMethodNotAllowed,
                "A parameter of this request is not primitive; send the operation by POST.");
  }
  ASSIGN_OR_RETURN(typename Op::Request request,
                   fhir::ReadRequest<Op>(parameters, exchange.strict));
  if constexpr (requires { request.cache_id; }) {
    // A GET's answer may be kept, and such an answer follows from more than its URL.
    if (exchange.is_get() && !request.cache_id.empty()) {
      return Fail(Reason::kInvalidParameter, "cache-id is for POST", "cache-id");
    }
  }
  if (instance != nullptr) RETURN_IF_ERROR(BindInstance(*instance, request));
  ASSIGN_OR_RETURN(const auto answer, exchange.engine.Run(exchange.call, request));
  return fhir::WriteResult<Op>(answer, exchange.route.version);
}

template <class... Ops>
constexpr auto RowsOf(TypeList<Ops...>) {
  return std::array<OperationRow, sizeof...(Ops)>{OperationRow{&Ops::kInfo, &Run<Ops>}...};
}
constexpr auto kRows = RowsOf(AllOps{});

absl::StatusOr<std::string> RunOnInstance(Exchange& exchange,
                                          const fhir::ParameterList& parameters) {
  ASSIGN_OR_RETURN(const auto read,
                   exchange.engine.Run(
                       exchange.call, ReadResourceRequest{exchange.route.type, exchange.route.id}));
  const std::string_view json = read.value.json;
  const Instance instance{json::Unquote(json::Member(json, "url")),
                          json::Unquote(json::Member(json, "version"))};
  return exchange.operation->run(exchange, parameters, &instance);
}

absl::StatusOr<std::string> RunWith(Exchange& exchange, const fhir::ParameterList& parameters) {
  if (exchange.route.id.empty()) return exchange.operation->run(exchange, parameters, nullptr);
  return RunOnInstance(exchange, parameters);
}

absl::StatusOr<FhirReply> RunPost(Exchange& exchange) {
  FhirReply reply;
  if (exchange.http.body().empty()) {
    ASSIGN_OR_RETURN(reply.body, RunWith(exchange, exchange.query));
    return reply;
  }
  RETURN_IF_ERROR(CheckContentType(exchange.http.header("Content-Type"),
                                   exchange.http.header("Content-Encoding"), BodyKind::kFhirJson,
                                   fhir::InfoOf(exchange.route.version).short_form));
  ASSIGN_OR_RETURN(const fhir::ParameterList parameters, fhir::ReadBody(exchange.http.body()));
  if (!exchange.query.parameters.empty()) {
    return Fail(
        Reason::kConflictingParameters,
        "The request has parameters in its URL and in its body; give all of them in the body.",
        exchange.query.WhereOf(exchange.query.parameters.front()));
  }
  ASSIGN_OR_RETURN(reply.body, RunWith(exchange, parameters));
  return reply;
}

}  // namespace

std::span<const OperationRow> OperationRows() { return kRows; }

const OperationRow* FindOperation(std::string_view resource, std::string_view name) {
  const auto found = std::find_if(kRows.begin(), kRows.end(), [&](const OperationRow& row) {
    const bool is_named = row.info->name == name || row.info->alias == name;
    const bool is_here = resource.empty() ? row.info->at_system() : row.info->resource == resource;
    return is_named && is_here;
  });
  return found == kRows.end() ? nullptr : &*found;
}

absl::StatusOr<FhirReply> RunOperation(Exchange& exchange) {
  if (!exchange.is_get()) return RunPost(exchange);
  return Computed(exchange, [&] { return RunWith(exchange, exchange.query); });
}

}  // namespace chemoterm::gateway
