// What an operator can set. One JSON file, read once at the start, under flags of the command line;
// nothing changes afterwards. docs and deploy/config.example.json list the keys with their
// defaults.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chemoterm/displays.h"

namespace chemoterm::server {

// Where a door listens: "127.0.0.1:8080", "[::1]:8080", "localhost:0" (a free port), or "off".
struct Endpoint {
  bool on = true;
  std::string host;
  std::uint16_t port = 0;
};

// Whose calls of CDS Hooks are answered: one that signs JSON Web Tokens (docs/cds-hooks.md).
struct JwtIssuer {
  std::string issuer;                // iss
  std::string keys_file;             // its JWK set
  std::string jku;                   // the URL that its tokens may name; empty = none
  std::vector<std::string> tenants;  // whose tokens are taken; none = those of all
};

// "HOST:PORT" or "off" of an endpoint; an IPv6 address in brackets.
std::string ToText(const Endpoint& endpoint);
// The reverse. Fails with kInvalidParameter.
absl::StatusOr<Endpoint> ParseEndpoint(std::string_view text);

// The members are in the order of the keys in config.cc, which also holds what each may be.
struct Config {
  Endpoint http{true, "127.0.0.1", 8080};
  Endpoint grpc{true, "127.0.0.1", 50051};
  Endpoint admin{true, "127.0.0.1",
                 9464};        // metrics and reload: for operators, never for the public
  std::string content;         // folder with manifest.json; empty = the shipped one
  std::string packages;        // folder of FHIR packages (.tgz); empty = none
  std::string canonical_base;  // empty = the manifest's
  std::string base_url;  // public URL of the HTTP door, for links; empty = from the Host header
  std::vector<std::string> cors_origins;  // "*" or origins; none = no CORS
  std::int32_t threads = 0;               // of the HTTP door; 0 = one per processor, at least 2
  std::int32_t heavy_threads = 0;         // for long requests of both doors; 0 = one per processor
  std::int32_t watch_seconds = 10;  // how often the content folder is looked at; 0 = only on demand
  bool request_log = true;          // one line per request
  bool hide_unverified = false;     // leave unverified rows out of answers
  Displays displays = Displays::kLicensed;  // names of codes that others own
  // Where a trusted gateway says who the client is: a header (of gRPC, a metadata key), and what
  // clients with a value of it are shown in place of `displays`: "VALUE=TIER".
  std::string displays_header;
  std::vector<std::string> displays_by_header;
  std::string forbidden_words_file;  // site's list of texts that content may not repeat

  std::int32_t max_body_bytes = 8 * 1024 * 1024;
  std::int32_t max_header_bytes = 16 * 1024;
  std::int32_t max_target_bytes = 8 * 1024;
  std::int32_t max_connections = 4096;
  std::int32_t max_buffered_bytes =
      64 * 1024 * 1024;                              // bodies being received, over all connections
  std::int32_t max_message_bytes = 4 * 1024 * 1024;  // of a gRPC request

  std::int32_t heavy_queue = 32;             // long requests that wait; more is refused
  std::int32_t expansion_concepts = 10'000;  // of one answer; more is too costly, or paged
  std::int32_t work_steps = 20'000'000;      // of one request: concepts looked at, tests made

  std::int32_t request_seconds = 10;
  std::int32_t header_seconds = 10;
  std::int32_t body_seconds = 30;
  std::int32_t idle_seconds = 60;
  std::int32_t write_seconds = 30;
  std::int32_t drain_delay_seconds = 0;  // not ready, but still serving: for balancers that poll
  std::int32_t drain_seconds = 10;       // then requests in progress get this long

  std::vector<JwtIssuer> jwt_issuers;       // none = anyone may call CDS Hooks
  std::int32_t jwt_leeway_seconds = 30;     // how much clocks may differ
  std::int32_t jwt_lifetime_seconds = 300;  // how far ahead the end of a token may be
  std::int32_t jwt_remembered = 100'000;    // tokens that are not over, each to be used once
};

// Sets from a JSON text; members it does not name keep their value. Fails at the first unknown key,
// wrong type or impossible value with "NAME: line 3: limits.bodyBytes: must be ...",
// kInvalidParameter or kMalformedBody.
absl::Status ReadConfig(std::string_view json, std::string_view name, Config* config);
// As ReadConfig, from a file.
absl::Status ReadConfigFile(const std::string& path, Config* config);

// Sets one member by its key ("http", "limits.bodyBytes") from text, as a flag does.
absl::Status SetConfig(std::string_view key, std::string_view value, Config* config);

// "partner=code-only" as ("partner", kCodeOnly); nothing for another text.
std::optional<std::pair<std::string, Displays>> ParseDisplaysOf(std::string_view text);

// What only shows when everything is set: at least one door, no port taken twice, a public URL
// where tokens have to name it, a header where values of it are told.
absl::Status CheckConfig(const Config& config);

// The configuration as the JSON that ReadConfig reads, every key present.
std::string PrintConfig(const Config& config);

}  // namespace chemoterm::server
