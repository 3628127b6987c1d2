#include "base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <thread>
#include <vector>

#include "base/text.h"

namespace chemoterm::base {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

// The log goes to a file of its own while this lives.
class LogTest : public testing::Test {
 protected:
  LogTest() : file_(std::tmpfile()) { SetLogFile(fileno(file_)); }
  ~LogTest() override {
    SetLogFile(2);
    std::fclose(file_);
  }

  std::string Written() const {
    std::string text(1 << 20, '\0');
    text.resize(static_cast<std::size_t>(pread(fileno(file_), text.data(), text.size(), 0)));
    return text;
  }
  std::vector<std::string> Lines() const {
    std::vector<std::string> lines;
    std::string text = Written();
    for (std::string_view rest = text; !rest.empty();) {
      const auto [line, behind] = SplitOnce(rest, '\n');
      lines.emplace_back(line);
      rest = behind;
    }
    return lines;
  }

 private:
  std::FILE* file_;
};

TEST_F(LogTest, GatheredLinesAreWrittenAtOnceWithoutAGatherer) {
  LogLine("request").Gather();
  EXPECT_THAT(Lines(), SizeIs(1));
}

TEST_F(LogTest, ADirectLineComesBehindThoseThatWait) {
  const LogGatherer gatherer;
  LogLine("first").Gather();
  LogLine("second").Write();
  ASSERT_THAT(Lines(), SizeIs(2));
  EXPECT_THAT(Lines()[0], HasSubstr("first"));
}

TEST_F(LogTest, AGathererLosesAndTearsNoLine) {
  constexpr int kThreads = 8;
  constexpr int kLines = 300;
  {
    const LogGatherer gatherer, another;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([thread] {
        for (int i = 0; i < kLines; ++i)
          LogLine("x").Number("thread", thread).Number("i", i).Gather();
      });
    }
    for (auto& thread : threads) thread.join();
  }
  const auto lines = Lines();
  ASSERT_THAT(lines, SizeIs(kThreads * kLines));
  std::vector<int> next(kThreads, 0);
  for (const auto& line : lines) {
    int thread = -1, i = -1;
    const auto at = line.find("\"thread\":");
    ASSERT_NE(at, std::string::npos) << line;
    ASSERT_EQ(std::sscanf(line.c_str() + at, "\"thread\":%d,\"i\":%d}", &thread, &i), 2) << line;
    ASSERT_EQ(next[static_cast<std::size_t>(thread)]++, i);
  }
}

TEST(AppendJsonString, EscapesAndReplaces) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", R"("")"},
      {"plain", R"("plain")"},
      {"a\"b\\c", R"("a\"b\\c")"},
      {"\n\r\t\x01", R"("\n\r\t\u0001")"},
      {"\xC3\xA9t\xC3\xA9", "\"\xC3\xA9t\xC3\xA9\""},
      {"a\xFFz", "\"a\xEF\xBF\xBDz\""},
      {"cut \xE2\x82", "\"cut \xEF\xBF\xBD\""},
  };
  for (const auto& [text, expected] : cases) {
    std::string out;
    AppendJsonString(out, text);
    EXPECT_EQ(out, expected);
  }
}

}  // namespace
}  // namespace chemoterm::base
