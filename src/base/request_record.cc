#include "base/request_record.h"

#include <algorithm>

#include "base/random_id.h"
#include "base/text.h"

namespace chemoterm::base {
namespace {

bool IsHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return IsDigit(c) || (c >= 'a' && c <= 'f'); });
}

bool IsZero(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == '0'; });
}

// 00-<32 hex>-<16 hex>-<2 hex>; later versions may have more behind.
bool IsTraceparent(std::string_view text) {
  if (text.size() < 55 || text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
  if (text.size() > 55 && (text[55] != '-' || text.starts_with("00"))) return false;
  const auto trace = text.substr(3, 32);
  const auto span = text.substr(36, 16);
  return IsHex(text.substr(0, 2)) && !text.starts_with("ff") && IsHex(trace) && !IsZero(trace) &&
         IsHex(span) && !IsZero(span) && IsHex(text.substr(53, 2));
}

}  // namespace

Trace StartTrace(std::string_view traceparent) {
  Trace trace;
  std::string_view flags = "00";
  if (IsTraceparent(traceparent)) {
    trace.trace_id = traceparent.substr(3, 32);
    flags = traceparent.substr(53, 2);
  } else {
    trace.trace_id.reserve(32);
    AppendRandomHex(trace.trace_id);
    AppendRandomHex(trace.trace_id);
  }
  trace.traceparent.reserve(55);
  trace.traceparent += "00-";
  trace.traceparent += trace.trace_id;
  trace.traceparent += '-';
  AppendRandomHex(trace.traceparent);
  trace.traceparent += '-';
  trace.traceparent += flags;
  return trace;
}

std::string NewRequestId() {
  std::string id;
  AppendRandomHex(id);
  return id;
}

}  // namespace chemoterm::base
