#include "gateway/gzip.h"

#include <zlib.h>

#include <cstddef>
#include <optional>

#include "base/text.h"

namespace chemoterm::gateway {
namespace {

constexpr int kFastest = 1;
constexpr int kGzipWindow = 15 + 16;  // 16 asks zlib for a gzip header
constexpr int kMemory = 8;
constexpr std::size_t kMaxInput = std::size_t{1} << 30;  // zlib counts in unsigned int

// A weight in thousandths: "0.5" is 500. More digits or other forms than RFC 9110's are 0.
int Weight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
  if (text.size() > 1 && text[1] != '.') return 0;
  int weight = text[0] == '1' ? 1000 : 0;
  int scale = 100;
  for (std::size_t i = 2; i < text.size(); ++i, scale /= 10) {
    if (!base::IsDigit(text[i])) return 0;
    weight += (text[i] - '0') * scale;
  }
  return weight > 1000 ? 0 : weight;
}

int WeightOfParameters(std::string_view parameters) {
  while (!parameters.empty()) {
    const auto [parameter, rest] = base::SplitOnce(parameters, ';');
    const auto [name, value] = base::SplitOnce(parameter, '=');
    if (base::EqualsIgnoringCase(base::Trim(name), "q")) return Weight(base::Trim(value));
    parameters = rest;
  }
  return 1000;
}

}  // namespace

bool AcceptsGzip(std::string_view accept_encoding) {
  std::optional<int> gzip, any, identity;
  while (!accept_encoding.empty()) {
    const auto [item, rest] = base::SplitOnce(accept_encoding, ',');
    const auto [name, parameters] = base::SplitOnce(item, ';');
    const std::string_view coding = base::Trim(name);
    if (base::EqualsIgnoringCase(coding, "gzip") || base::EqualsIgnoringCase(coding, "x-gzip")) {
      gzip = WeightOfParameters(parameters);
    } else if (coding == "*") {
      any = WeightOfParameters(parameters);
    } else if (base::EqualsIgnoringCase(coding, "identity")) {
      identity = WeightOfParameters(parameters);
    }
    accept_encoding = rest;
  }
  const int weight = gzip.value_or(any.value_or(0));
  return weight > 0 && weight >= identity.value_or(0);
}

struct GzipCompressor::Stream {
  z_stream z{};
  bool ready = false;
  ~Stream() {
    if (ready) deflateEnd(&z);
  }
};

GzipCompressor::GzipCompressor() : stream_(std::make_unique<Stream>()) {}
GzipCompressor::~GzipCompressor() = default;

bool GzipCompressor::Compress(std::string_view text, std::string& out) {
  if (text.empty() || text.size() > kMaxInput) return false;
  z_stream& z = stream_->z;
  if (!stream_->ready) {
    stream_->ready =
        deflateInit2(&z, kFastest, Z_DEFLATED, kGzipWindow, kMemory, Z_DEFAULT_STRATEGY) == Z_OK;
    if (!stream_->ready) return false;
  }
  out.resize(text.size() - 1);  // a result that does not fit is not worth sending
  // zlib's C interface lacks the const; it only reads from next_in.
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  const bool done = deflate(&z, Z_FINISH) == Z_STREAM_END;
  out.resize(out.size() - z.avail_out);
  return deflateReset(&z) == Z_OK && done;
}

}  // namespace chemoterm::gateway
