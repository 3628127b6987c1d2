#include "server/request_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace chemoterm::server {
namespace {

TEST(RequestLine, HoldsEverythingOnce) {
  base::RequestRecord record;
  record.door = "http";
  record.operation = "lookup";
  record.version = "r4";
  record.reason = "OK";
  record.status = 200;
  record.micros = 12;
  record.request_bytes = 3;
  record.response_bytes = 1500;
  record.request_id = "id-1";
  record.trace_id = "0af7651916cd43dd8448eb211c80319c";
  record.digest = "0123456789abcdef0123456789abcdef";
  base::LogLine line = RequestLine(record);
  const std::string text(line.text());
  EXPECT_THAT(text, testing::StartsWith("{\"time\":\"20"));
  EXPECT_THAT(
      text,
      testing::EndsWith(
          R"("event":"request","door":"http","op":"lookup","version":"r4","status":200,"reason":"OK",)"
          R"("micros":12,"requestBytes":3,"responseBytes":1500,"requestId":"id-1",)"
          R"("traceId":"0af7651916cd43dd8448eb211c80319c","content":"0123456789ab"})"
          "\n"));
}

TEST(RequestLine, LeavesOutWhatIsEmptyAndEscapesTheRest) {
  base::RequestRecord record;
  record.door = "grpc";
  record.reason = "INTERNAL";
  record.request_id = "a\"\n\xFF";
  record.detail = "why";
  base::LogLine line = RequestLine(record);
  const std::string text(line.text());
  EXPECT_THAT(text, testing::HasSubstr("\"requestId\":\"a\\\"\\n\uFFFD\",\"detail\":\"why\"}\n"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("version")));
}

}  // namespace
}  // namespace chemoterm::server
