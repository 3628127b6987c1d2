#include "base/log.h"

#include <unicode/utf8.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "base/clock.h"
#include "base/text.h"

namespace chemoterm::base {
namespace {

std::atomic<int> log_file{2};

constexpr std::chrono::milliseconds kGatherTime(50);
constexpr std::size_t kMaxGathered = 1 << 20;

// The lines that wait for a LogGatherer. Never destroyed: threads may log until the very end.
struct Waiting {
  std::mutex writing;  // held while lines are written, and taken before `mutex`
  std::mutex mutex;    // of the members below
  std::condition_variable changed;
  std::string lines;
  int gatherers = 0;
};
Waiting& TheWaiting() {
  static auto* const waiting = new Waiting;
  return *waiting;
}

// A log that cannot be written must not stop the service.
void WriteAll(std::string_view text) {
  const int fd = log_file;
  while (fd >= 0 && !text.empty()) {
    const auto written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// Writes what waits, then `line`. Lines can be gathered meanwhile.
void WriteWaiting(Waiting& waiting, std::string_view line = {}) {
  const std::lock_guard writing(waiting.writing);
  std::string lines;
  {
    const std::lock_guard lock(waiting.mutex);
    lines.swap(waiting.lines);
  }
  WriteAll(lines);
  WriteAll(line);
}

constexpr std::string_view kHex = "0123456789abcdef";

bool IsPlain(std::uint8_t byte) {
  return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

void AppendEscaped(std::string& out, char c) {
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
    const auto start = i;
    while (i < size && IsPlain(bytes[i])) ++i;
    out += text.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(i - start));
    if (i == size) break;
    if (bytes[i] < 0x80) {
      AppendEscaped(out, text[static_cast<std::size_t>(i++)]);
      continue;
    }
    const auto first = i;
    UChar32 c;
    U8_NEXT(bytes, i, size, c);
    out += c < 0
               ? std::string_view("\uFFFD")
               : text.substr(static_cast<std::size_t>(first), static_cast<std::size_t>(i - first));
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

void LogLine::Write() { WriteWaiting(TheWaiting(), text()); }

void LogLine::Gather() {
  Waiting& waiting = TheWaiting();
  bool at_once = false;
  {
    const std::lock_guard lock(waiting.mutex);
    if (waiting.lines.empty()) waiting.changed.notify_all();
    waiting.lines += text();
    at_once = waiting.gatherers == 0 || waiting.lines.size() > kMaxGathered;
  }
  if (at_once) WriteWaiting(waiting);
}

LogGatherer::LogGatherer() {
  Waiting& waiting = TheWaiting();
  const std::lock_guard lock(waiting.mutex);
  ++waiting.gatherers;
  thread_ = std::thread([this] { Run(); });
}

LogGatherer::~LogGatherer() {
  Waiting& waiting = TheWaiting();
  {
    const std::lock_guard lock(waiting.mutex);
    --waiting.gatherers;
    is_over_ = true;
    waiting.changed.notify_all();
  }
  thread_.join();
  WriteWaiting(waiting);
}

void LogGatherer::Run() {
  Waiting& waiting = TheWaiting();
  std::unique_lock lock(waiting.mutex);
  while (!is_over_) {
    waiting.changed.wait(lock, [&] { return is_over_ || !waiting.lines.empty(); });
    waiting.changed.wait_for(lock, kGatherTime, [&] { return is_over_; });
    lock.unlock();
    WriteWaiting(waiting);
    lock.lock();
  }
}

}  // namespace chemoterm::base
