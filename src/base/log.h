// One JSON object a line on standard error. Thread-safe; a line is never torn.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

namespace chemoterm::base {

// Builds one line: LogLine("request").Text("op", "lookup").Number("micros", 12).Write();
class LogLine {
 public:
  explicit LogLine(std::string_view event);
  LogLine& Text(std::string_view key, std::string_view value);  // left out when empty
  LogLine& Number(std::string_view key, std::int64_t value);
  LogLine& Flag(std::string_view key, bool value);
  // Writes the line at once, behind those that wait.
  void Write();
  // Leaves the line to the LogGatherer; without one it is written at once.
  void Gather();
  // The line with its line feed.
  std::string_view text();

 private:
  void Key(std::string_view key);
  std::string line_;
  bool closed_ = false;
};

// While one lives, gathered lines are written together: within 50 ms, or at once when 1 MB waits. A
// write for each request would cost a fifth of the request. What waits is written when the last one
// goes. A process that is killed loses what waits.
class LogGatherer {
 public:
  LogGatherer();
  ~LogGatherer();
  LogGatherer(const LogGatherer&) = delete;
  LogGatherer& operator=(const LogGatherer&) = delete;

 private:
  void Run();
  bool is_over_ = false;  // guarded by the mutex of what waits
  std::thread thread_;
};

// Where lines go: a file descriptor, 2 by default. -1 drops them.
void SetLogFile(int fd);

// Appends `text` as a JSON string literal with its quotes; invalid UTF-8 becomes U+FFFD.
void AppendJsonString(std::string& out, std::string_view text);

}  // namespace chemoterm::base
