#include "base/log.h"

#include <unicode/utf8.h>
#include <unistd.h>

#include <atomic>
#include <chrono>

#include "base/clock.h"
#include "base/text.h"

namespace chemoterm::base {
namespace {

std::atomic<int> log_file{2};

void AppendEscaped(std::string& out, char c) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  if (static_cast<unsigned char>(c) >= 0x20) {
    out += c;
    return;
  }
  out += "\\u00";
  out += kHex[(c >> 4) & 0xF];
  out += kHex[c & 0xF];
}

// The milliseconds of an instant change with each line, its date and time to the second do not.
std::string_view Now() {
  thread_local std::string text;
  thread_local std::chrono::sys_seconds second{};
  const auto now = std::chrono::system_clock::now();
  const auto whole = std::chrono::floor<std::chrono::seconds>(now);
  if (whole != second || text.empty()) {
    second = whole;
    text = FormatInstant(now);
    return text;
  }
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(now - whole).count();
  text[20] = static_cast<char>('0' + millis / 100);
  text[21] = static_cast<char>('0' + millis / 10 % 10);
  text[22] = static_cast<char>('0' + millis % 10);
  return text;
}

}  // namespace

void SetLogFile(int fd) { log_file = fd; }

void AppendJsonString(std::string& out, std::string_view text) {
  out += '"';
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto size = static_cast<std::int64_t>(text.size());
  for (std::int64_t i = 0; i < size;) {
    if (bytes[i] < 0x80) {
      AppendEscaped(out, text[static_cast<std::size_t>(i++)]);
      continue;
    }
    const auto start = i;
    UChar32 c;
    U8_NEXT(bytes, i, size, c);
    out += c < 0
               ? std::string_view("\uFFFD")
               : text.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(i - start));
  }
  out += '"';
}

LogLine::LogLine(std::string_view event) {
  line_.reserve(320);
  line_ += "{\"time\":\"";
  line_ += Now();
  line_ += "\",\"event\":";
  AppendJsonString(line_, event);
}

void LogLine::Key(std::string_view key) {
  line_ += ',';
  AppendJsonString(line_, key);
  line_ += ':';
}

LogLine& LogLine::Text(std::string_view key, std::string_view value) {
  if (value.empty()) return *this;
  Key(key);
  AppendJsonString(line_, value);
  return *this;
}

LogLine& LogLine::Number(std::string_view key, std::int64_t value) {
  Key(key);
  line_ += ToText(value);
  return *this;
}

LogLine& LogLine::Flag(std::string_view key, bool value) {
  Key(key);
  line_ += value ? "true" : "false";
  return *this;
}

std::string_view LogLine::text() {
  if (!closed_) line_ += "}\n";
  closed_ = true;
  return line_;
}

void LogLine::Write() {
  const int fd = log_file;
  if (fd < 0) return;
  const auto line = text();
  // A log that cannot be written must not stop the service.
  [[maybe_unused]] const auto written = ::write(fd, line.data(), line.size());
}

}  // namespace chemoterm::base
