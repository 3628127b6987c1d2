// gzip for answers (RFC 1952): what a client accepts, and a compressor that is reused from answer
// to answer.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace chemoterm::gateway {

// Whether an Accept-Encoding value (RFC 9110, 12.5.3) allows gzip and does not rank `identity`
// above it. An absent (empty) value does not ask for gzip. A malformed weight counts as 0.
bool AcceptsGzip(std::string_view accept_encoding);

// One stream's worth of zlib memory (about 256 KiB), taken at first use and kept. Not thread-safe:
// one per thread.
class GzipCompressor {
 public:
  GzipCompressor();
  ~GzipCompressor();
  GzipCompressor(const GzipCompressor&) = delete;
  GzipCompressor& operator=(const GzipCompressor&) = delete;

  // Replaces `out` with `text` compressed at the fastest level. False, with `out` unspecified, when
  // that would not be shorter than `text` or zlib has no memory: then send `text` itself.
  bool Compress(std::string_view text, std::string& out);

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

}  // namespace chemoterm::gateway
