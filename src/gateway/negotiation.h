// Which representation a client gets, and whether its body can be read: media types of FHIR JSON
// with their `fhirVersion` (https://hl7.org/fhir/http.html#version-parameter).
//
// `fhir_version` is major.minor of the base asked ("4.0").
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <string>
#include <string_view>

namespace chemoterm::gateway {

// The Content-Type of the answer to a request with this Accept value and `_format` parameter
// (decoded; `has_format` tells an empty one from an absent one, which is then used instead of
// Accept). kNotAcceptable when no JSON is among what the client takes, or only that of another FHIR
// version.
absl::StatusOr<std::string> NegotiateContentType(std::string_view accept, bool has_format,
                                                 std::string_view format,
                                                 std::string_view fhir_version);

// The Content-Type of answers to clients that do not say what they take, and of every error.
std::string_view DefaultContentType();

// As above for what is plain JSON, no FHIR.
absl::StatusOr<std::string> NegotiateJson(std::string_view accept);

// What a body may be.
enum class BodyKind : unsigned char { kFhirJson, kJson, kForm };

// Whether a body with this Content-Type and Content-Encoding can be read; kUnsupportedMediaType if
// not. `fhir_version` is for kFhirJson only.
absl::Status CheckContentType(std::string_view content_type, std::string_view content_encoding,
                              BodyKind kind, std::string_view fhir_version);

// True if a Prefer value (RFC 7240) has `handling=strict`.
bool PrefersStrict(std::string_view prefer);

}  // namespace chemoterm::gateway
