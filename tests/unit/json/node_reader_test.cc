#include "json/node_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chemoterm/reason.h"

namespace chemoterm::json {
namespace {

using testing::HasSubstr;

// Writes down all it is told.
class Recorder final : public Node {
 public:
  absl::Status OnScalar(std::string_view key, const Scalar& value, const Cursor& cursor) override {
    log += key;
    log += value.type == ScalarType::kNumber ? "#" : value.type == ScalarType::kBoolean ? "?" : "=";
    log += value.text;
    log += "@" + std::to_string(cursor.array_depth()) + " ";
    return {};
  }
  Node* Child(std::string_view key, bool* slice_wanted, const Cursor&) override {
    *slice_wanted = key == "slice";
    if (key == "skip") return nullptr;
    log += std::string(key) + "{ ";
    return this;
  }
  absl::Status OnArray(std::string_view key, const Cursor&) override {
    log += std::string(key) + "[ ";
    return {};
  }
  absl::Status OnSlice(std::string_view, std::string_view text) override {
    slice = text;
    return {};
  }
  absl::Status End(const Cursor&) override {
    log += "} ";
    return {};
  }
  std::string log;
  std::string slice;
};

std::string Read(std::string_view text, const Limits& limits = {}) {
  Recorder root;
  const absl::Status status = ReadObject(text, limits, root);
  return status.ok() ? root.log : "";
}

Failure FailureOfReading(std::string_view text, const Limits& limits = {}) {
  Recorder root;
  const absl::Status status = ReadObject(text, limits, root);
  EXPECT_FALSE(status.ok()) << text.substr(0, 100);
  return FailureOf(status);
}

TEST(NodeReader, TellsMembersInOrder) {
  EXPECT_EQ(Read(R"({"a":"x","b":1.50,"c":true,"d":null})"), "a=x@0 b#1.50@0 c?true@0 d=@0 } ");
}

TEST(NodeReader, SeesThroughArraysAndCountsThem) {
  EXPECT_EQ(Read(R"({"a":["x",["y"]],"b":[{"c":1}]})"), "a[ a=x@1 a[ a=y@2 b[ b{ c#1@0 } } ");
}

TEST(NodeReader, SkipsWhatIsNotWanted) {
  EXPECT_EQ(Read(R"({"skip":{"a":{"b":[1]}},"c":2})"), "c#2@0 } ");
}

TEST(NodeReader, CutsSlices) {
  Recorder root;
  ASSERT_TRUE(ReadObject(R"({"slice" : {"a": [1, 2] } , "b":1})", {}, root).ok());
  EXPECT_EQ(root.slice, R"({"a": [1, 2] })");
}

struct BadCase {
  const char* why;
  std::string text;
  const char* fragment;
};

void PrintTo(const BadCase& row, std::ostream* out) { *out << row.why; }

class BadJson : public testing::TestWithParam<BadCase> {};

TEST_P(BadJson, IsMalformedWithALine) {
  const Failure failure = FailureOfReading(GetParam().text);
  EXPECT_EQ(failure.reason, Reason::kMalformedBody);
  EXPECT_THAT(failure.text, HasSubstr(GetParam().fragment));
  EXPECT_THAT(failure.text, HasSubstr("line "));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadJson,
    testing::Values(
        BadCase{"empty", "", "empty"}, BadCase{"array", "[]", "an object is expected"},
        BadCase{"scalar", "1", "an object is expected"},
        BadCase{"trailing", "{} {}", "not valid JSON"},
        BadCase{"duplicate", "{\"a\":1,\n\"a\":2}", "line 2: the key 'a' appears twice"},
        BadCase{"duplicate by escape", R"({"a":1,"\u0061":2})", "'a' appears twice"},
        BadCase{"comment", "{/**/}", "not valid JSON"},
        BadCase{"single quotes", "{'a':1}", "not valid JSON"},
        BadCase{"NaN", R"({"a":NaN})", "not valid JSON"},
        BadCase{"leading zero", R"({"a":01})", "not valid JSON"},
        BadCase{"control character", "{\"a\":\"\x01\"}", "not valid JSON"},
        BadCase{"bad UTF-8", "{\"a\":\"\xff\"}", "not valid JSON"},
        BadCase{"overlong UTF-8", "{\"a\":\"\xc0\xaf\"}", "not valid JSON"},
        BadCase{"surrogate bytes", "{\"a\":\"\xed\xa0\x80\"}", "not valid JSON"},
        BadCase{"high surrogate alone", R"({"a":"\ud800"})", "surrogate"},
        BadCase{"low surrogate alone", R"({"a":"x\udc00"})", "surrogate"},
        BadCase{"surrogate in a key", R"({"\udc00":1})", "surrogate"},
        BadCase{"byte order mark twice", "\xef\xbb\xbf\xef\xbb\xbf{}", "not valid JSON"}));

TEST(NodeReader, RefusesEveryTruncation) {
  const std::string text = R"({"a":[1,{"b":"x\u00e9y"},true,null],"c":-1.5e3,"slice":{}})";
  ASSERT_NE(Read(text), "");
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_EQ(FailureOfReading(text.substr(0, size)).reason, Reason::kMalformedBody) << size;
  }
}

TEST(NodeReader, RefusesDepthWithoutUsingTheStack) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "{\"a\":";
  EXPECT_THAT(FailureOfReading(deep).text, HasSubstr("nested deeper than 64 levels"));
  EXPECT_THAT(FailureOfReading("{\"a\":" + std::string(100'000, '[')).text,
              HasSubstr("nested deeper"));
  EXPECT_EQ(Read(R"({"a":{"b":{}}})", {.max_depth = 3}), "a{ b{ } } } ");
  EXPECT_THAT(FailureOfReading(R"({"a":{"b":{}}})", {.max_depth = 2}).text,
              HasSubstr("deeper than 2"));
}

TEST(NodeReader, RefusesManyKeysAndManyBytes) {
  std::string wide = "{";
  for (int i = 0; i < 1001; ++i) wide += (i > 0 ? ",\"k" : "\"k") + std::to_string(i) + "\":1";
  wide += "}";
  EXPECT_THAT(FailureOfReading(wide).text, HasSubstr("more than 1000 keys"));
  EXPECT_EQ(FailureOfReading(R"({"a":"123456"})", {.max_bytes = 8}).reason, Reason::kTooLarge);
}

TEST(NodeReader, ReadsArraysOfObjects) {
  Recorder root;
  ASSERT_TRUE(ReadArray(R"([{"a":1},{"a":2}])", {}, root).ok());
  EXPECT_EQ(root.log, "{ a#1@0 } { a#2@0 } ");
  EXPECT_FALSE(ReadArray("{}", {}, root).ok());
}

}  // namespace
}  // namespace chemoterm::json
