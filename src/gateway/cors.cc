#include "gateway/cors.h"

#include <algorithm>

namespace chemoterm::gateway {

std::string_view AllowedOrigin(std::span<const std::string> origins, std::string_view origin) {
  if (origin.empty()) return {};
  if (std::find(origins.begin(), origins.end(), "*") != origins.end()) return "*";
  return std::find(origins.begin(), origins.end(), origin) == origins.end() ? std::string_view{}
                                                                            : origin;
}

bool IsPreflight(const HttpRequest& request) {
  return request.method() == "OPTIONS" && !request.header("Origin").empty() &&
         !request.header("Access-Control-Request-Method").empty();
}

void AddCorsHeaders(std::span<const std::string> origins, std::string_view origin,
                    HttpReply& reply) {
  if (origins.empty()) return;
  const std::string_view allowed = AllowedOrigin(origins, origin);
  // The answer differs by origin, also for the origin that gets nothing; with `*` it never does.
  if (allowed != "*") reply.headers.emplace_back("Vary", "Origin");
  if (allowed.empty()) return;
  reply.headers.emplace_back("Access-Control-Allow-Origin", allowed);
  reply.headers.emplace_back("Access-Control-Expose-Headers",
                             "Allow, ETag, Last-Modified, Retry-After, X-Request-Id");
}

void AddPreflightHeaders(std::string_view methods, HttpReply& reply) {
  reply.headers.emplace_back("Access-Control-Allow-Methods", methods);
  reply.headers.emplace_back("Access-Control-Allow-Headers",
                             "Accept, Accept-Language, Authorization, Cache-Control, Content-Type, "
                             "If-Modified-Since, If-None-Match, Prefer, traceparent, X-Request-Id");
  reply.headers.emplace_back("Access-Control-Max-Age", "600");
}

}  // namespace chemoterm::gateway
