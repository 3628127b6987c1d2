#include "server/request_log.h"

namespace chemoterm::server {

base::LogLine RequestLine(const base::RequestRecord& record) {
  constexpr std::size_t kDigestPrefix = 12;  // enough to tell two snapshots apart
  base::LogLine line("request");
  line.Text("door", record.door)
      .Text("op", record.operation)
      .Text("version", record.version)
      .Number("status", record.status)
      .Text("reason", record.reason)
      .Number("micros", record.micros)
      .Number("requestBytes", record.request_bytes)
      .Number("responseBytes", record.response_bytes)
      .Text("requestId", record.request_id)
      .Text("traceId", record.trace_id)
      .Text("content", record.digest.substr(0, kDigestPrefix))
      .Text("detail", record.detail);
  return line;
}

}  // namespace chemoterm::server
