// One JSON object a line on standard error. Thread-safe; a line is never torn.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace chemoterm::base {

// Builds one line: LogLine("request").Text("op", "lookup").Number("micros", 12).Write();
class LogLine {
 public:
  explicit LogLine(std::string_view event);
  LogLine& Text(std::string_view key, std::string_view value);  // left out when empty
  LogLine& Number(std::string_view key, std::int64_t value);
  LogLine& Flag(std::string_view key, bool value);
  // Writes the line with one system call.
  void Write();
  // The line with its line feed.
  std::string_view text();

 private:
  void Key(std::string_view key);
  std::string line_;
  bool closed_ = false;
};

// Where lines go: a file descriptor, 2 by default. -1 drops them.
void SetLogFile(int fd);

// Appends `text` as a JSON string literal with its quotes; invalid UTF-8 becomes U+FFFD.
void AppendJsonString(std::string& out, std::string_view text);

}  // namespace chemoterm::base
