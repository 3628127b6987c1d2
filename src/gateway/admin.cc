#include "gateway/admin.h"

#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "gateway/transport.h"

namespace chemoterm::gateway {
namespace {

constexpr std::string_view kJson = "application/json";

HttpReply JsonReply(int status, std::string body) {
  HttpReply reply{status, std::string(kJson), std::move(body), {}};
  reply.headers.emplace_back("Cache-Control", "no-store");
  reply.headers.emplace_back("X-Content-Type-Options", "nosniff");
  return reply;
}

// Appends `"key":"value"`; `value` may be any bytes.
void AppendMember(std::string& out, std::string_view key, std::string_view value) {
  if (out.back() != '{') out += ',';
  base::AppendJsonString(out, key);
  out += ':';
  base::AppendJsonString(out, value);
}

HttpReply ErrorReply(int status, std::string_view error) {
  std::string body = "{";
  AppendMember(body, "status", "error");
  AppendMember(body, "error", error);
  body += '}';
  return JsonReply(status, std::move(body));
}

HttpReply WrongMethod(std::string_view allow) {
  HttpReply reply = ErrorReply(405, base::Concat({"This path takes ", allow, "."}));
  reply.headers.emplace_back("Allow", allow);
  return reply;
}

}  // namespace

HttpReply HealthReply() { return JsonReply(200, R"({"status":"ok"})"); }

HttpReply ReadyReply(bool ready) {
  if (ready) return JsonReply(200, R"({"status":"ready"})");
  HttpReply reply = JsonReply(503, R"({"status":"not-ready"})");
  reply.headers.emplace_back("Retry-After", "1");
  return reply;
}

AdminDoor::AdminDoor(AdminHooks hooks) : hooks_(std::move(hooks)) {}

HttpReply AdminDoor::Handle(const HttpRequest& request) const {
  const std::string_view path = base::SplitOnce(request.target(), '?').first;
  const bool reads = request.method() == "GET" || request.method() == "HEAD";
  if (path == "/-/reload") return request.method() == "POST" ? Reload() : WrongMethod("POST");
  if (path != "/healthz" && path != "/readyz" && path != "/metrics") {
    return ErrorReply(404, "No such path. Known: /healthz, /readyz, /metrics, /-/reload.");
  }
  if (!reads) return WrongMethod("GET, HEAD");
  if (path == "/healthz") return HealthReply();
  if (path == "/readyz") return ReadyReply(hooks_.is_ready());
  HttpReply reply{200, "text/plain; version=0.0.4; charset=utf-8", hooks_.metrics(), {}};
  reply.headers.emplace_back("Cache-Control", "no-store");
  return reply;
}

HttpReply AdminDoor::Reload() const {
  const absl::Status status = hooks_.reload();
  const ContentInfo content = hooks_.describe();
  std::string body = "{";
  AppendMember(body, "status", status.ok() ? "reloaded" : "refused");
  AppendMember(body, "digest", content.digest);
  AppendMember(body, "version", content.version);
  AppendMember(body, "loadedAt", content.loaded_at);
  if (!status.ok()) {
    // A line for each thing that is wrong with the content.
    body += ",\"errors\":[";
    const std::string_view text = base::FromAbsl(status.message());
    for (const auto line : base::Split(text, '\n')) {
      if (base::Trim(line).empty()) continue;
      if (body.back() != '[') body += ',';
      base::AppendJsonString(body, line);
    }
    body += ']';
  }
  body += '}';
  if (status.ok()) return JsonReply(200, std::move(body));
  const bool busy = status.code() == absl::StatusCode::kUnavailable ||
                    status.code() == absl::StatusCode::kAborted;
  return JsonReply(busy ? 409 : 422, std::move(body));
}

HttpReply AdminDoor::OnTransportError(TransportError error) const {
  const TransportFault fault = FaultOf(error);
  return ErrorReply(fault.status, fault.text);
}

}  // namespace chemoterm::gateway
