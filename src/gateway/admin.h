// The door for operators: health, readiness, metrics and reload. It listens on an address of its
// own, which only operators reach.
#pragma once

#include <absl/status/status.h>

#include <functional>
#include <string>

#include "chemoterm/engine.h"
#include "gateway/http_server.h"

namespace chemoterm::gateway {

// What the process lends to the admin door. All are called from several threads at once.
struct AdminHooks {
  std::function<bool()> is_ready;         // required: content loaded and not draining
  std::function<std::string()> metrics;   // required: the Prometheus text exposition
  std::function<absl::Status()> reload;   // required: loads the content anew, all or nothing
  std::function<ContentInfo()> describe;  // required: what is served now
};

//   GET  /healthz   200 while the process runs
//   GET  /readyz    200, or 503 while it should get no requests
//   GET  /metrics   text
//   POST /-/reload  200 with the digest; 422 with the reasons when the content was refused (the old
//   content stays),
//                   409 when the reload could not be tried
// All else is 404; the right path with another method 405. HEAD is GET.
class AdminDoor {
 public:
  explicit AdminDoor(AdminHooks hooks);
  HttpReply Handle(const HttpRequest& request) const;
  HttpReply OnTransportError(TransportError error) const;

 private:
  HttpReply Reload() const;
  AdminHooks hooks_;
};

// Bodies of /healthz and /readyz, the same on every listener.
HttpReply HealthReply();
HttpReply ReadyReply(bool ready);

}  // namespace chemoterm::gateway
