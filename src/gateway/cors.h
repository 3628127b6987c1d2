// Cross-origin requests of web pages (https://fetch.spec.whatwg.org, 3.2): who may read our
// answers.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "gateway/http_server.h"

namespace chemoterm::gateway {

// The value for Access-Control-Allow-Origin: `*` when any origin is configured, `origin` itself
// when it is on the list, else empty. An origin is compared as sent: browsers send it in normal
// form.
std::string_view AllowedOrigin(std::span<const std::string> origins, std::string_view origin);

// True for the question a browser asks before it sends a request of its own.
bool IsPreflight(const HttpRequest& request);

// Adds what an allowed origin gets with any answer; nothing when no origins are configured.
void AddCorsHeaders(std::span<const std::string> origins, std::string_view origin,
                    HttpReply& reply);

// Adds the answer to a preflight; `methods` as in Allow.
void AddPreflightHeaders(std::string_view methods, HttpReply& reply);

}  // namespace chemoterm::gateway
