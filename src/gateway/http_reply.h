// An answer as bytes. Knows HTTP's framing of answers, no socket.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "gateway/gzip.h"
#include "gateway/http_server.h"

namespace chemoterm::gateway::http {

// What an answer depends on besides itself.
struct ReplyContext {
  std::string_view date;  // IMF-fixdate
  std::size_t gzip_min_bytes = 0;
  bool accepts_gzip = false;
  bool is_head = false;    // the body is dropped, its length stays
  bool is_http10 = false;  // which has to be told when the connection is kept
  bool closing = false;
};

// The status of what the transport refuses.
int StatusOf(TransportError error);

// Appends head and body to `out`. A body too large to be worth a copy is returned instead, to be
// sent after `out`. A status outside 200-999 becomes 500.
std::string AppendReply(HttpReply reply, const ReplyContext& context, GzipCompressor& gzip,
                        std::string& out);

// Compresses a large body before AppendReply would, on a thread that may take its time.
void CompressAhead(HttpReply& reply, std::size_t min_bytes, bool accepts_gzip);

}  // namespace chemoterm::gateway::http
