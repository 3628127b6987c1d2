// The whole program over the shipped content: arguments in, exit code and text out.
#include "cli/app.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace chemoterm::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// The shipped content, loaded once for all cases.
const Engine* SharedEngine() {
  static const auto engine = Engine::Open({.content_dir = CHEMOTERM_SOURCE_DIR "/terminology",
                                           .canonical_base = {},
                                           .hide_unverified = false,
                                           .forbidden_words_file = {},
                                           .today = {}});
  return engine.ok() ? engine->get() : nullptr;
}

struct Outcome {
  int code;
  std::string out;
  std::string err;
};

Outcome RunWith(const std::vector<std::string>& arguments, const std::string& input = {}) {
  setenv("CHEMOTERM_CONTENT", CHEMOTERM_SOURCE_DIR "/terminology", 1);
  std::vector<const char*> pointers = {"chemoterm"};
  for (const auto& argument : arguments) pointers.push_back(argument.c_str());
  std::istringstream in(input);
  std::ostringstream out, err;
  const bool own_content =
      std::find(arguments.begin(), arguments.end(), "--content") != arguments.end();
  const int code = RunApp(static_cast<int>(pointers.size()), pointers.data(), {in, out, err, 100},
                          own_content ? nullptr : SharedEngine());
  return {code, out.str(), err.str()};
}

struct Case {
  const char* why;
  std::vector<std::string> arguments;
  int code;
  const char* out;  // a part of it
  const char* err;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.why; }

std::string ValueSetJson() {
  return R"({"resourceType":"ValueSet","url":"http://example.org/vs","version":"1",
             "status":"active","compose":{"include":[{"system":"http://www.ama-assn.org/go/cpt",
             "concept":[{"code":"96413"},{"code":"96415"}]}]}})";
}

class AppTest : public testing::TestWithParam<Case> {};

TEST_P(AppTest, AnswersWithTextAndExitCode) {
  const Outcome outcome = RunWith(GetParam().arguments);
  EXPECT_EQ(outcome.code, GetParam().code) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr(GetParam().out));
  EXPECT_THAT(outcome.err, HasSubstr(GetParam().err));
}

INSTANTIATE_TEST_SUITE_P(
    CommandLine, AppTest,
    testing::Values(
        Case{"no command", {}, 2, "", "subcommand is required"},
        Case{"unknown command", {"look"}, 2, "", ""},
        Case{"help", {"--help"}, 0, "Exit codes: 0 done", ""},
        Case{"help of a command", {"lookup", "--help"}, 0, "--display-language code", ""},
        Case{"unknown option", {"lookup", "96413", "--colour", "red"}, 2, "", "--colour"},
        Case{"option twice",
             {"lookup", "96413", "--date", "2026", "--date", "2025"},
             2,
             "",
             "--date"},
        Case{"option without value", {"lookup", "96413", "--date"}, 2, "", "--date"},
        Case{"version", {"version"}, 0, "chemoterm 0.", ""},
        Case{"docs", {"docs", "operations"}, 0, "related-codes", ""},
        Case{"docs of nothing", {"docs"}, 2, "", ""},
        Case{"unknown shell", {"completion", "csh"}, 2, "", "subcommand is required"},
        Case{"bash completion",
             {"completion", "bash"},
             0,
             "complete -o default -F _chemoterm chemoterm",
             ""},
        Case{"zsh completion", {"completion", "zsh"}, 0, "#compdef chemoterm", ""},
        Case{
            "fish completion", {"completion", "fish"}, 0, "__fish_seen_subcommand_from lookup", ""},
        Case{"health of nothing", {"health", "--http", "127.0.0.1:1"}, 3, "no answer", ""},
        Case{"health nowhere", {"health", "--http", "x"}, 2, "", "HOST:PORT"}));

INSTANTIATE_TEST_SUITE_P(
    Operations, AppTest,
    testing::Values(
        Case{"lookup finds the system",
             {"lookup", "96413"},
             0,
             "http://www.ama-assn.org/go/cpt",
             ""},
        Case{"system by its id",
             {"lookup", "96413", "--system", "cpt"},
             0,
             "http://www.ama-assn.org/go/cpt",
             ""},
        Case{"a coding", {"lookup", "--coding", "cpt|96413"}, 0, "96413", ""},
        Case{"a coding with version", {"lookup", "--coding", "cpt|1900|96413"}, 3, "", "1900"},
        Case{"a coding that is none",
             {"lookup", "--coding", "96413"},
             2,
             "",
             "SYSTEM|CODE or SYSTEM|VERSION|CODE (--coding)"},
        Case{"lookup of nothing", {"lookup"}, 2, "", "chemoterm: "},
        Case{"lookup of an empty code", {"lookup", ""}, 2, "", "(--code)"},
        Case{"unknown code", {"lookup", "00000"}, 3, "", "00000"},
        Case{"unknown system",
             {"lookup", "96413", "--system", "http://nowhere"},
             3,
             "",
             "http://nowhere"},
        Case{"a date that does not exist",
             {"lookup", "96413", "--date", "2026-02-30"},
             2,
             "",
             "(--date)"},
        Case{"property repeated",
             {"lookup", "96413", "--property", "global-days", "--property", "add-on"},
             0,
             "global",
             ""},
        Case{"valid code", {"validate", "96413"}, 0, "result", ""},
        Case{"invalid code", {"validate", "9641"}, 1, "no", ""},
        Case{"one good coding suffices",
             {"validate", "--codeable-concept", "cpt|9641", "--codeable-concept", "cpt|96413"},
             0,
             "yes",
             ""},
        Case{"a flag with a value", {"validate", "96413", "--abstract=false"}, 0, "yes", ""},
        Case{"a flag with a wrong value", {"validate", "96413", "--abstract=maybe"}, 2, "", ""},
        Case{"subsumes", {"subsumes", "96413", "96413"}, 0, "equivalent", ""},
        Case{"related", {"related", "96415"}, 0, "96413", ""},
        Case{"related of an unknown kind",
             {"related", "96415", "--kind", "nonsense"},
             2,
             "",
             "nonsense"},
        Case{"depth that is no number", {"related", "96415", "--depth", "x"}, 2, "", "(--depth)"},
        Case{"coverage", {"coverage", "96413"}, 0, "payer", ""},
        Case{"coverage of an unknown payer",
             {"coverage", "96413", "--payer", "Nobody"},
             3,
             "",
             "Nobody"},
        Case{"search joins words", {"search", "chemotherapy", "infusion"}, 0, "match", ""},
        Case{"search of nothing", {"search"}, 2, "", "chemoterm: "}));

INSTANTIATE_TEST_SUITE_P(
    ValueSets, AppTest,
    testing::Values(
        Case{
            "an unknown value set", {"expand", "--url", "http://nowhere"}, 3, "", "http://nowhere"},
        Case{"expand of nothing", {"expand"}, 2, "", "chemoterm: "},
        Case{"a file that is not there",
             {"expand", "--value-set", "/nowhere.json"},
             2,
             "",
             "/nowhere.json cannot be read or is empty (--value-set)"},
        Case{"a folder as file", {"expand", "--value-set", "/"}, 2, "", "(--value-set)"},
        Case{"nothing on standard input",
             {"expand", "--tx-resource", "-"},
             2,
             "",
             "standard input cannot be read or is empty (--tx-resource)"},
        Case{"validate in an unknown value set",
             {"validate", "96413", "--valueset", "http://nowhere"},
             3,
             "",
             "http://nowhere"},
        Case{"validate in a value set and a code system",
             {"validate", "96413", "--valueset", "http://nowhere", "--url", "cpt"},
             2,
             "",
             "excludes"},
        Case{"an option of value sets alone",
             {"validate", "96413", "--infer-system"},
             2,
             "",
             "--infer-system needs --valueset or --value-set"},
        Case{"no command of its own", {"validate-in", "96413"}, 2, "", ""},
        Case{"names with a run of capitals", {"expand", "--help"}, 0, "--exclude-not-for-ui", ""}));

INSTANTIATE_TEST_SUITE_P(
    Orders, AppTest,
    testing::Values(
        Case{"a line is its code", {"check-order", "--line", "96413,minutes=60"}, 0, "accept", ""},
        Case{"an order that is rejected",
             {"check-order", "--line", "96413,minutes=150", "--line", "96415,units=3"},
             1,
             "96415 x 3: the minutes give 1.",
             ""},
        Case{"a line with a system by its short name",
             {"check-order", "--line", "hcpcs|J9045,units=2", "--line", "cpt|96413,minutes=60"},
             0,
             "accept",
             ""},
        Case{"parts in kebab case",
             {"check-order", "--line", "96413,place-of-service=21,drug-class=chemotherapy"},
             1,
             "",
             ""},
        Case{"a line of no code", {"check-order", "--line", ",units=1"}, 2, "", "(--line)"},
        Case{"an empty line", {"check-order", "--line", ""}, 2, "", "(--line)"},
        Case{"a part that is none",
             {"check-order", "--line", "96413,colour=red"},
             2,
             "",
             "'colour=red' is no NAME=VALUE; names are coding, modifier, units"},
        Case{"a part without its value",
             {"check-order", "--line", "96413,units="},
             2,
             "",
             "'units=' is no NAME=VALUE"},
        Case{"units that are no number",
             {"check-order", "--line", "96413,units=two"},
             2,
             "",
             "units"},
        Case{"a part twice", {"check-order", "--line", "96413,units=1,units=2"}, 2, "", "units"},
        Case{"no line", {"check-order"}, 2, "", "(--line)"},
        Case{"a coverage of an unknown payer",
             {"check-coverage", "--line", "96413", "--payer", "Nobody"},
             3,
             "",
             "Nobody"},
        Case{"an estimate", {"estimate", "--line", "96405", "--line", "96406"}, 0, "174.18", ""},
        Case{"an administration",
             {"code-administration", "--administration",
              "drug=hcpcs|J9045,route=iv,technique=infusion,minutes=60"},
             0,
             "96413",
             ""},
        Case{"an administration of a drug by its name",
             {"code-administration", "--administration",
              "drug=oxaliplatin,drugClass=chemotherapy,route=iv,technique=infusion,minutes=91"},
             0,
             "96415",
             ""},
        Case{"an administration without its route",
             {"code-administration", "--administration", "drug=oxaliplatin"},
             2,
             "",
             "route"},
        Case{"an administration that begins like a line",
             {"code-administration", "--administration", "hcpcs|J9045,route=iv"},
             2,
             "",
             "names are drug, drug-class, route"},
        Case{"a route that is none",
             {"code-administration", "--administration", "drug=x,route=vein"},
             2,
             "",
             "route"},
        Case{"a request file that is not there",
             {"check-order", "--request", "/nowhere.json"},
             2,
             "",
             "/nowhere.json cannot be read or is empty (--request)"},
        Case{"a folder as request", {"check-order", "--request", "/"}, 2, "", "(--request)"}));

INSTANTIATE_TEST_SUITE_P(
    Content, AppTest,
    testing::Values(
        Case{"overview", {"show"}, 0, "code systems (", ""},
        Case{"a type, in any case", {"show", "codesystem"}, 0, "cpt", ""},
        Case{"an unknown type", {"show", "Patient"}, 3, "", "Patient"},
        Case{
            "a resource", {"show", "CodeSystem", "cpt"}, 0, "\"resourceType\": \"CodeSystem\"", ""},
        Case{"an unknown resource", {"show", "CodeSystem", "nothing"}, 3, "", "nothing"},
        Case{"content check",
             {"content", "check", CHEMOTERM_SOURCE_DIR "/terminology"},
             0,
             ": ok, version",
             ""},
        Case{"content that is not there",
             {"content", "check", "/nowhere"},
             4,
             "error(s) in /nowhere",
             ""},
        Case{"digest of nothing", {"content", "digest", "/nowhere"}, 4, "", "/nowhere"},
        Case{"content without a verb", {"content"}, 2, "", ""},
        Case{"the content named",
             {"lookup", "96413", "--content", CHEMOTERM_SOURCE_DIR "/terminology"},
             0,
             "96413",
             ""},
        Case{"engine without content",
             {"lookup", "96413", "--content", "/nowhere"},
             4,
             "",
             "/nowhere"}));

INSTANTIATE_TEST_SUITE_P(
    Serve, AppTest,
    testing::Values(
        Case{"the configuration in force",
             {"serve", "--http", "127.0.0.1:1", "--grpc", "off", "--print-config"},
             0,
             "\"http\": \"127.0.0.1:1\",\n  \"grpc\": \"off\"",
             ""},
        Case{"a bad flag",
             {"serve", "--http", "nowhere", "--print-config"},
             4,
             "",
             "http: must be HOST:PORT"},
        Case{"no door", {"serve", "--http", "off", "--grpc", "off"}, 4, "", "at least one"},
        Case{"no such file", {"serve", "--config", "/nowhere.json"}, 4, "", "/nowhere.json"},
        Case{"no such content",
             {"serve", "--content", "/nowhere", "--http", "127.0.0.1:0"},
             4,
             "",
             "/nowhere"}));

TEST(App, PrintsParametersAsJson) {
  const Outcome outcome = RunWith({"lookup", "96413", "--json"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, StartsWith("{\n  \"resourceType\": \"Parameters\""));
}

TEST(App, PrintsAnOutcomeAsJson) {
  const Outcome outcome = RunWith({"lookup", "00000", "--json"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.out, StartsWith("{\n  \"resourceType\": \"OperationOutcome\""));
}

TEST(App, ReadsCodesFromInput) {
  const Outcome outcome = RunWith({"lookup", "-", "--json"}, "96413\n\n 96415 \n00000\n");
  EXPECT_EQ(outcome.code, 3) << "the gravest of the lines";
  EXPECT_THAT(outcome.out, HasSubstr("\"96413\""));
  EXPECT_THAT(outcome.out, HasSubstr("\"96415\""));
  EXPECT_THAT(outcome.err, HasSubstr("00000"));
  EXPECT_EQ(RunWith({"lookup", "-"}, "").code, 0);
  EXPECT_EQ(RunWith({"validate", "-"}, "96413\n9641\n").code, 1);
}

// A value set of two codes, as a file.
std::string ValueSetFile() {
  const auto file = std::filesystem::path(testing::TempDir()) / "chemoterm_cli_value_set.json";
  std::ofstream(file) << ValueSetJson();
  return file;
}

TEST(App, ExpandsAValueSetOfAFile) {
  const Outcome outcome = RunWith({"expand", "--value-set", ValueSetFile()});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("contains (2)\nall: system http://www.ama-assn.org/go/cpt"));
  EXPECT_THAT(outcome.out, HasSubstr("\n96413  "));
}

TEST(App, ExpandsAValueSetOfStandardInputAsJson) {
  const Outcome outcome = RunWith({"expand", "--value-set", "-", "--json"}, ValueSetJson());
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith("{\n  \"resourceType\": \"ValueSet\""));
  EXPECT_THAT(outcome.out, HasSubstr("\"96413\""));
}

TEST(App, ExpandsAValueSetThatTheRequestBrings) {
  const Outcome outcome =
      RunWith({"expand", "--url", "http://example.org/vs", "--tx-resource", ValueSetFile()});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("contains (2)"));
}

TEST(App, ValidatesAgainstAValueSet) {
  const std::string file = ValueSetFile();
  EXPECT_EQ(RunWith({"validate", "96413", "--value-set", file}).code, 0)
      << "the system is inferred";
  EXPECT_EQ(RunWith({"validate", "96413", "--value-set", file, "--system", "cpt"}).code, 0);
  EXPECT_EQ(RunWith({"validate", "96409", "--value-set", file, "--system", "cpt"}).code, 1);
  EXPECT_EQ(RunWith({"validate", "96413", "--valueset", "http://example.org/vs", "--tx-resource",
                     file, "--valueset-version", "1"})
                .code,
            0);
  EXPECT_EQ(
      RunWith({"validate", "-", "--value-set", file, "--system", "cpt"}, "96413\n96409\n").code, 1);
}

TEST(App, ComparesValueSets) {
  const std::string file = ValueSetFile();
  const Outcome outcome = RunWith({"compare", "--this-value-set", file, "--other-value-set", file});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("same"));
}

TEST(App, ReadsStandardInputOnce) {
  const Outcome outcome = RunWith({"validate", "-", "--value-set", "-"}, ValueSetJson());
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("only once (--value-set)"));
}

// Parameters with one line of an order.
std::string OrderJson(const std::string& code, int minutes) {
  return R"({"resourceType":"Parameters","parameter":[{"name":"line","part":[)"
         R"({"name":"coding","valueCoding":{"system":"http://www.ama-assn.org/go/cpt","code":")" +
         code + R"("}},{"name":"minutes","valueInteger":)" + std::to_string(minutes) + "}]}]}";
}

// A file of that text, for --request.
std::string RequestFile(const std::string& text) {
  const auto file = std::filesystem::path(testing::TempDir()) / "chemoterm_cli_request.json";
  std::ofstream(file) << text;
  return file;
}

TEST(App, ReadsARequestOfAFile) {
  const std::string order = OrderJson("96413", 15);
  const Outcome outcome = RunWith({"check-order", "--json", "--request", RequestFile(order)});
  EXPECT_EQ(outcome.code, 1) << "15 minutes are a push";
  EXPECT_THAT(outcome.out, StartsWith("{\n  \"resourceType\": \"Parameters\""));
  const Outcome text = RunWith({"check-order", "--request", "-"}, order);
  EXPECT_EQ(text.code, 1);
  EXPECT_THAT(text.out, HasSubstr("infusion-short"));
}

TEST(App, ReadsOneRequestThatGoesOverSeveralLines) {
  std::string order = OrderJson("96413", 60);
  order.insert(order.find("{\"name\":\"coding\""), "\n");
  order.insert(order.find(",{\"name\":\"minutes\""), "\n");
  const Outcome outcome = RunWith({"check-order", "--request", RequestFile("\n" + order + "\n")});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("accept"));
}

TEST(App, OptionsComeBesideTheRequest) {
  const Outcome outcome = RunWith(
      {"check-order", "--request", RequestFile(OrderJson("96413", 60)), "--payer", "Nobody"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("payer-unknown"));
}

// A line of the file is a request; a broken one is named and does not stop the others.
TEST(App, ReadsARequestALine) {
  const std::string good = OrderJson("96413", 60);
  const std::string bad = OrderJson("96413", 15);
  const std::string cut = good.substr(0, good.size() / 2);
  const struct {
    const char* why;
    std::vector<std::string> lines;
    int code;
    std::vector<const char*> broken;  // places that are named
  } cases[] = {
      {"two good ones", {good, good}, 0, {}},
      {"the gravest verdict counts", {good, bad, good}, 1, {}},
      {"blank lines between", {"", good, " \r", bad, ""}, 1, {}},
      {"one cut in the middle", {good, cut, bad}, 2, {":2: "}},
      {"one that is no JSON", {"hello", good, good}, 2, {":1: "}},
      {"the last cut", {good, bad, cut}, 2, {":3: "}},
      {"one with an empty value", {good, R"({"resourceType": })", good}, 2, {":2: "}},
      {"another resource", {good, R"({"resourceType":"Patient"})"}, 2, {":2: "}},
      {"no line of an order", {good, R"({"resourceType":"Parameters"})"}, 2, {":2: "}},
      {"two broken ones behind a blank line", {"", good, cut, cut}, 2, {":3: ", ":4: "}},
  };
  for (const auto& each : cases) {
    SCOPED_TRACE(each.why);
    std::string text;
    std::size_t requests = 0;
    for (const std::string& line : each.lines) {
      text += line + "\n";
      requests += line.find_first_not_of(" \r") == std::string::npos ? 0 : 1;
    }
    const std::string file = RequestFile(text);
    const Outcome outcome = RunWith({"check-order", "--json", "--request", file});
    EXPECT_EQ(outcome.code, each.code) << outcome.err;
    EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'),
              static_cast<std::ptrdiff_t>(requests))
        << "an answer a line";
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'),
              static_cast<std::ptrdiff_t>(each.broken.size()));
    for (const char* place : each.broken) EXPECT_THAT(outcome.err, HasSubstr(file + place));
    const Outcome same = RunWith({"check-order", "--json", "--request", "-"}, text);
    EXPECT_EQ(same.code, each.code);
    for (const char* place : each.broken) {
      EXPECT_THAT(same.err, HasSubstr("standard input" + std::string(place)));
    }
  }
}

TEST(App, AnEmptyRequestIsRefused) {
  for (const std::string text : {"", "\n", "{", "[]"}) {
    SCOPED_TRACE(text);
    const Outcome outcome = RunWith({"check-order", "--json", "--request", RequestFile(text)});
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.out, HasSubstr("\"resourceType\": \"OperationOutcome\""));
  }
}

TEST(App, DigestBringsACopyUpToDate) {
  namespace fs = std::filesystem;
  const fs::path copy = fs::path(testing::TempDir()) / "chemoterm_cli_digest";
  fs::remove_all(copy);
  fs::copy(CHEMOTERM_SOURCE_DIR "/terminology", copy, fs::copy_options::recursive);
  ASSERT_EQ(RunWith({"content", "digest", copy}).code, 0);
  ASSERT_EQ(RunWith({"content", "check", copy}).code, 0);
  std::ofstream(copy / "sources.json", std::ios::app) << "\n";
  const Outcome changed = RunWith({"content", "check", copy});
  EXPECT_EQ(changed.code, 4);
  EXPECT_THAT(changed.out, HasSubstr("sources.json"));
  ASSERT_EQ(RunWith({"content", "digest", copy}).code, 0);
  EXPECT_EQ(RunWith({"content", "check", copy}).code, 0);
  fs::remove_all(copy);
}

TEST(App, EveryOperationHasACommandWithItsParameters) {
  ForEachOp([]<class Op>() {
    // Both kinds of validation are one command.
    const bool validates = Op::kInfo.name == ValidateCodeOp::kInfo.name;
    const std::string_view command = validates ? ValidateCodeOp::kInfo.command : Op::kInfo.command;
    if (command.empty()) return;
    const Outcome help = RunWith({std::string(command), "--help"});
    EXPECT_EQ(help.code, 0);
    ForEachParam<typename Op::Request>([&](const auto& param) {
      if (IsAlias(param.in)) return;
      EXPECT_THAT(help.out, HasSubstr("--" + KebabName(param.name)));
    });
  });
}

}  // namespace
}  // namespace chemoterm::cli
