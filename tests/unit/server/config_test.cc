#include "server/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "base/text.h"
#include "chemoterm/reason.h"

namespace chemoterm::server {
namespace {

using testing::HasSubstr;

TEST(Config, AnEmptyObjectKeepsTheDefaults) {
  Config config;
  ASSERT_TRUE(ReadConfig("{}", "c.json", &config).ok());
  EXPECT_EQ(PrintConfig(config), PrintConfig(Config{}));
  EXPECT_EQ(ToText(config.http), "127.0.0.1:8080");
  EXPECT_EQ(ToText(config.grpc), "127.0.0.1:50051");
  EXPECT_EQ(ToText(config.admin), "127.0.0.1:9464");
}

TEST(Config, ReadsWhatItPrints) {
  Config config;
  ASSERT_TRUE(
      ReadConfig(
          R"({"http": "[::1]:0", "grpc": "off", "content": "x y", "corsOrigins": ["*", "http://a.b:1"],
                             "limits": {"bodyBytes": 4096}, "timeouts": {"drainSeconds": 0}, "requestLog": false})",
          "c.json", &config)
          .ok());
  Config again;
  ASSERT_TRUE(ReadConfig(PrintConfig(config), "printed", &again).ok());
  EXPECT_EQ(PrintConfig(again), PrintConfig(config));
  EXPECT_EQ(again.http.host, "::1");
  EXPECT_FALSE(again.grpc.on);
  EXPECT_EQ(again.content, "x y");
  EXPECT_EQ(again.cors_origins, (std::vector<std::string>{"*", "http://a.b:1"}));
  EXPECT_EQ(again.max_body_bytes, 4096);
  EXPECT_EQ(again.drain_seconds, 0);
  EXPECT_FALSE(again.request_log);
}

TEST(Config, ReadsTheIssuersThatItPrints) {
  Config config;
  ASSERT_TRUE(ReadConfig(R"({"cdsHooks": {"jwtLeewaySeconds": 0, "jwtRemembered": 5, "jwtIssuers": [
                     {"issuer": "https://a", "keysFile": "a.json"},
                     {"jku": "https://b/j", "tenants": ["n", "s"], "keysFile": "b", "issuer": "https://b"}]}})",
                         "c.json", &config)
                  .ok());
  Config again;
  ASSERT_TRUE(ReadConfig(PrintConfig(config), "printed", &again).ok());
  EXPECT_EQ(PrintConfig(again), PrintConfig(config));
  EXPECT_EQ(again.jwt_leeway_seconds, 0);
  EXPECT_EQ(again.jwt_lifetime_seconds, 300);
  EXPECT_EQ(again.jwt_remembered, 5);
  ASSERT_EQ(again.jwt_issuers.size(), 2U);
  EXPECT_EQ(again.jwt_issuers[0].issuer, "https://a");
  EXPECT_EQ(again.jwt_issuers[0].keys_file, "a.json");
  EXPECT_EQ(again.jwt_issuers[0].jku, "");
  EXPECT_EQ(again.jwt_issuers[1].jku, "https://b/j");
  EXPECT_EQ(again.jwt_issuers[1].tenants, (std::vector<std::string>{"n", "s"}));
}

TEST(Config, TokensNeedThePublicUrl) {
  Config config;
  config.jwt_issuers = {{.issuer = "https://a", .keys_file = "a.json", .jku = {}, .tenants = {}}};
  EXPECT_THAT(FailureOf(CheckConfig(config)).text, HasSubstr("jwtIssuers: needs baseUrl"));
  config.base_url = "https://tx.example";
  EXPECT_TRUE(CheckConfig(config).ok());
}

TEST(Config, TheShippedExampleIsTheDefaults) {
  std::ifstream file(CHEMOTERM_SOURCE_DIR "/deploy/config.example.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(text, PrintConfig(Config{}));
}

struct BadFile {
  const char* json;
  const char* message;
};

class BadConfigTest : public testing::TestWithParam<BadFile> {};

TEST_P(BadConfigTest, IsRefusedWithPlaceAndReason) {
  Config config;
  const absl::Status status = ReadConfig(GetParam().json, "c.json", &config);
  ASSERT_FALSE(status.ok()) << GetParam().json;
  EXPECT_THAT(FailureOf(status).text, HasSubstr("c.json: line ")) << GetParam().json;
  EXPECT_THAT(FailureOf(status).text, HasSubstr(GetParam().message)) << GetParam().json;
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadConfigTest,
    testing::Values(
        // Not JSON, not an object, doubled.
        BadFile{"", "line 1"}, BadFile{"{", "line 1"}, BadFile{"[]", "an object is expected"},
        BadFile{"{} x", "line 1"}, BadFile{R"({"http": "a:1", "http": "a:1"})", "appears twice"},
        // Unknown keys, at both levels, and things of the wrong shape.
        BadFile{R"({"htpp": "a:1"})", "htpp: is not a known key"},
        BadFile{"{\n\n\"limits\": {\"x\": 1}}", "line 3: limits.x: is not a known key"},
        BadFile{R"({"x": {}})", "x: is not a known key"},
        BadFile{R"({"x": []})", "x: is not a known key"},
        BadFile{R"({"limits": 1})", "limits: must be an object"},
        BadFile{R"({"limits": []})", "limits: must be an object"},
        BadFile{R"({"limits": {"limits": {}}})", "limits.limits: is not a known key"},
        BadFile{R"({"http": {}})", "http: must not be an object"},
        BadFile{R"({"http": ["a:1"]})", "http: must not be an array"},
        BadFile{R"({"corsOrigins": "*"})", "corsOrigins: must be an array"},
        BadFile{R"({"corsOrigins": [["*"]]})", "corsOrigins: must not be an array here"},
        BadFile{R"({"corsOrigins": [{}]})", "corsOrigins: must not be an object"},
        // Types.
        BadFile{R"({"http": 8080})", "http: must be a text"},
        BadFile{R"({"http": null})", "http: must be a text"},
        BadFile{R"({"corsOrigins": [1]})", "corsOrigins: must be a text"},
        BadFile{R"({"threads": "2"})", "threads: must be a number"},
        BadFile{R"({"requestLog": "true"})", "requestLog: must be true or false"},
        BadFile{R"({"requestLog": 1})", "requestLog: must be true or false"},
        BadFile{R"({"timeouts": {"idleSeconds": true}})", "timeouts.idleSeconds: must be a number"},
        // Values.
        BadFile{R"({"http": ""})", "http: must be HOST:PORT"},
        BadFile{R"({"http": "8080"})", "HOST:PORT"}, BadFile{R"({"http": ":8080"})", "HOST:PORT"},
        BadFile{R"({"http": "a:"})", "HOST:PORT"}, BadFile{R"({"http": "a:65536"})", "HOST:PORT"},
        BadFile{R"({"http": "a:-1"})", "HOST:PORT"}, BadFile{R"({"http": "::1:80"})", "HOST:PORT"},
        BadFile{R"({"http": "[]:80"})", "HOST:PORT"}, BadFile{R"({"http": "a b:80"})", "HOST:PORT"},
        BadFile{R"({"http": "http://a:80"})", "HOST:PORT"},
        BadFile{R"({"grpc": "OFF"})", "grpc: must be HOST:PORT"},
        BadFile{R"({"canonicalBase": "chemoterm.example"})", "canonicalBase: must be an http"},
        BadFile{R"({"baseUrl": "https://a/"})", "baseUrl: must be an http"},
        BadFile{R"({"baseUrl": "ftp://a"})", "baseUrl: must be an http"},
        BadFile{R"({"baseUrl": "https://a?x"})", "baseUrl: must be an http"},
        BadFile{R"({"baseUrl": "https://"})", "baseUrl: must be an http"},
        BadFile{R"({"corsOrigins": [""]})", "corsOrigins: must be"},
        BadFile{R"({"corsOrigins": ["https://a/b"]})", "corsOrigins: must be"},
        BadFile{R"({"displays": "all"})", "displays: must be licensed, own-wording or code-only"},
        BadFile{R"({"displaysHeader": "X Displays"})", "displaysHeader: must be a header's name"},
        BadFile{R"({"displaysByHeader": ["a=all"]})", "displaysByHeader: must be VALUE=licensed"},
        BadFile{R"({"displaysByHeader": ["=licensed"]})", "displaysByHeader: must be VALUE="},
        BadFile{R"({"content": "a\u0000b"})", "content: must not hold a NUL"},
        BadFile{R"({"threads": -1})", "threads: must be a whole number from 0 to 1024"},
        BadFile{R"({"threads": 1.5})", "threads: must be a whole number"},
        BadFile{R"({"threads": 1025})", "threads: must be a whole number"},
        BadFile{R"({"watchSeconds": 99999999999})", "watchSeconds: must be a whole number"},
        BadFile{R"({"limits": {"bodyBytes": 0}})",
                "limits.bodyBytes: must be a whole number from 1024"},
        BadFile{R"({"limits": {"headerBytes": 10}})", "limits.headerBytes"},
        BadFile{R"({"limits": {"targetBytes": 10}})", "limits.targetBytes"},
        BadFile{R"({"limits": {"connections": 0}})", "limits.connections"},
        BadFile{R"({"limits": {"bufferedBytes": 0}})", "limits.bufferedBytes"},
        BadFile{R"({"limits": {"grpcMessageBytes": 0}})", "limits.grpcMessageBytes"},
        BadFile{R"({"timeouts": {"headerSeconds": 0}})", "timeouts.headerSeconds"},
        BadFile{R"({"timeouts": {"bodySeconds": 0}})", "timeouts.bodySeconds"},
        BadFile{R"({"timeouts": {"idleSeconds": 3601}})", "timeouts.idleSeconds"},
        BadFile{R"({"timeouts": {"writeSeconds": 0}})", "timeouts.writeSeconds"},
        BadFile{R"({"timeouts": {"drainDelaySeconds": -1}})", "timeouts.drainDelaySeconds"},
        BadFile{R"({"timeouts": {"drainSeconds": -1}})", "timeouts.drainSeconds"},
        // Issuers of tokens.
        BadFile{R"({"cdsHooks": {"jwtIssuers": {}}})",
                "cdsHooks.jwtIssuers: must not be an object"},
        BadFile{R"({"cdsHooks": {"jwtIssuers": "a"}})", "must be an array of objects"},
        BadFile{R"({"cdsHooks": {"jwtIssuers": ["a"]}})", "must be an array of objects"},
        BadFile{R"({"cdsHooks": {"jwtIssuers": [[{}]]}})", "must not be an array here"},
        BadFile{R"({"cdsHooks": {"jwtIssuers": [{}]}})", "jwtIssuers[0].issuer: is needed"},
        BadFile{R"({"cdsHooks": {"jwtIssuers": [{"issuer": "a"}]}})",
                "jwtIssuers[0].keysFile: is needed"},
        BadFile{R"({"cdsHooks": {"jwtIssuers": [{"issuer": 1}]}})",
                "jwtIssuers[0].issuer: must be a text"},
        BadFile{R"({"cdsHooks": {"jwtIssuers": [{"issuer": ["a"]}]}})",
                "jwtIssuers[0].issuer: must not be an array"},
        BadFile{R"({"cdsHooks": {"jwtIssuers": [{"issuer": {}}]}})",
                "jwtIssuers[0].issuer: must not be an object"},
        BadFile{R"({"cdsHooks": {"jwtIssuers": [{"issuer": "a\nb"}]}})",
                "jwtIssuers[0].issuer: must not hold control characters"},
        BadFile{R"({"cdsHooks": {"jwtIssuers": [{"keys": "a"}]}})",
                "jwtIssuers[0].keys: is not a known key"},
        BadFile{R"({"cdsHooks": {"jwtIssuers": [{"tenants": "a"}]}})",
                "jwtIssuers[0].tenants: must be an array of texts"},
        BadFile{R"({"cdsHooks": {"jwtIssuers": [{"issuer": "a", "keysFile": "f"},
                                               {"issuer": "a", "keysFile": "f"}]}})",
                "jwtIssuers[1].issuer: appears twice"},
        BadFile{R"({"cdsHooks": {"jwtLeewaySeconds": 601}})", "jwtLeewaySeconds"},
        BadFile{R"({"cdsHooks": {"jwtLifetimeSeconds": 0}})", "jwtLifetimeSeconds"},
        BadFile{R"({"cdsHooks": {"jwtRemembered": 0}})", "jwtRemembered"}));

TEST(Config, AFileThatIsNotThereIsNamed) {
  Config config;
  EXPECT_THAT(FailureOf(ReadConfigFile("/nowhere/c.json", &config)).text,
              HasSubstr("/nowhere/c.json: No such file"));
  EXPECT_FALSE(ReadConfigFile("/", &config).ok());
}

TEST(Config, FlagsSetByKey) {
  Config config;
  EXPECT_TRUE(SetConfig("http", "0.0.0.0:1", &config).ok());
  EXPECT_TRUE(SetConfig("timeouts.drainSeconds", "3", &config).ok());
  EXPECT_EQ(ToText(config.http), "0.0.0.0:1");
  EXPECT_EQ(config.drain_seconds, 3);
  EXPECT_EQ(FailureOf(SetConfig("nothing", "", &config)).where, "nothing");
  EXPECT_EQ(FailureOf(SetConfig("grpc", "x", &config)).where, "grpc");
  EXPECT_EQ(FailureOf(SetConfig("cdsHooks.jwtIssuers", "x", &config)).where, "cdsHooks.jwtIssuers");
}

TEST(Config, AHeaderAndWhatIsShownByItGoTogether) {
  struct Case {
    const char* json;
    const char* message;  // empty: fine
  };
  const Case cases[] = {
      {R"({"displaysHeader": "X-Shown", "displaysByHeader": ["a=licensed", "b=c=code-only"]})", ""},
      {R"({"displaysHeader": "X-Shown"})", "displaysHeader: and displaysByHeader go together"},
      {R"({"displaysByHeader": ["a=licensed"]})", "go together"},
      {R"({"displaysHeader": "X-Shown", "displaysByHeader": ["a=licensed", "a=code-only"]})",
       "has the value 'a' twice"},
  };
  for (const Case& each : cases) {
    Config config;
    ASSERT_TRUE(ReadConfig(each.json, "c.json", &config).ok()) << each.json;
    const absl::Status status = CheckConfig(config);
    const std::string message = each.message;
    EXPECT_EQ(status.ok(), message.empty()) << each.json;
    EXPECT_THAT(status.ok() ? "" : FailureOf(status).text, HasSubstr(message)) << each.json;
  }
  EXPECT_EQ(ParseDisplaysOf("b=c=code-only"), std::pair(std::string("b=c"), Displays::kCodeOnly));
}

struct Combination {
  const char* http;
  const char* grpc;
  const char* admin;
  const char* message;  // empty: fine
};

class CheckConfigTest : public testing::TestWithParam<Combination> {};

TEST_P(CheckConfigTest, JudgesTheWhole) {
  Config config;
  ASSERT_TRUE(SetConfig("http", GetParam().http, &config).ok());
  ASSERT_TRUE(SetConfig("grpc", GetParam().grpc, &config).ok());
  ASSERT_TRUE(SetConfig("admin", GetParam().admin, &config).ok());
  const absl::Status status = CheckConfig(config);
  const std::string_view message = GetParam().message;
  EXPECT_EQ(status.ok(), message.empty());
  EXPECT_THAT(status.ok() ? "" : FailureOf(status).text, HasSubstr(std::string(message)));
}

INSTANTIATE_TEST_SUITE_P(
    Table, CheckConfigTest,
    testing::Values(Combination{"off", "a:1", "off", ""}, Combination{"a:1", "off", "off", ""},
                    Combination{"off", "off", "a:1", "at least one"},
                    Combination{"a:0", "a:0", "a:0", ""}, Combination{"a:1", "b:1", "c:1", ""},
                    Combination{"a:1", "a:1", "a:2", "grpc: uses the address of http"},
                    Combination{"a:1", "a:2", "a:2", "admin: uses the address of grpc"}));

}  // namespace
}  // namespace chemoterm::server
