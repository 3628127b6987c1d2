#include "cli/result_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chemoterm/ops/all_ops.h"

namespace chemoterm::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(TextOf, SaysEveryKindOfValue) {
  EXPECT_EQ(TextOf(true), "yes");
  EXPECT_EQ(TextOf(std::int32_t{-7}), "-7");
  EXPECT_EQ(TextOf(CodingView{"s", "", "C1", "Shown"}), "C1 Shown");
  EXPECT_EQ(TextOf(CodingView{"s", "", "C1", ""}), "C1");
  EXPECT_EQ(TextOf(CodingView{"s", "", "", ""}), "s");
  EXPECT_EQ(TextOf(CodingView{}), "");
  EXPECT_EQ(TextOf(PeriodView{}), "");
  EXPECT_EQ(TextOf(PeriodView{"2026", ""}), "from 2026");
  EXPECT_EQ(TextOf(PeriodView{"", "2026"}), "until 2026");
  EXPECT_EQ(TextOf(PeriodView{"2025", "2026"}), "2025 to 2026");
  EXPECT_EQ(TextOf(ValueView{}), "none");
  EXPECT_EQ(TextOf(ValueView{ValueKind::kDecimal, "0.80", {}}), "0.80");
  EXPECT_EQ(TextOf(ValueView{ValueKind::kBoolean, "false", {}}), "no");
  EXPECT_EQ(TextOf(ValueView{ValueKind::kCoding, "", {"", "", "C2", "Two"}}), "C2 Two");
  const CodeableConcept both{
      .coding = {{.system = "s", .version = "", .code = "C3", .display = ""}}, .text = "words"};
  EXPECT_EQ(TextOf(&both), "words; C3");
  EXPECT_EQ(TextOf(static_cast<const CodeableConcept*>(nullptr)), "");
}

TEST(RenderResult, PutsSourcesIntoNotes) {
  LookupResult result;
  result.display = "Shown";
  const auto text = [](std::string_view value) { return ValueView{ValueKind::kString, value, {}}; };
  for (const char* code : {"first", "second"}) {
    LookupProperty property{.code = code,
                            .value = text(code == std::string_view("first") ? "value" : "values"),
                            .description = {},
                            .source = "http://s",
                            .subproperties = {}};
    property.subproperties.push_back({"citation", text("The source"), {}});
    property.subproperties.push_back({"as-of", text("2026-07-01"), {}});
    property.subproperties.push_back({"setting", text("facility"), {}});
    result.properties.push_back(std::move(property));
  }
  EXPECT_EQ(RenderResult(FieldsOf(result), 80),
            "display  Shown\n"
            "\n"
            "property (2)\n"
            "all: setting facility\n"
            "code    value   src\n"
            "------  ------  ---\n"
            "first   value   [1]\n"
            "second  values  [1]\n"
            "\n"
            "sources\n"
            "  [1]  The source, as of 2026-07-01, http://s\n");
}

TEST(RenderResult, ShowsWideRowsAsBlocks) {
  CoverageNotesResult result;
  CoverageNote note;
  note.id = "n1";
  note.payer = "p";
  note.payer_name = "Payer";
  note.title = "Title";
  note.covered = "conditional";
  note.pa_needed = "no-auth";
  note.doc_needed = {"clinical", "admin"};
  note.information = "What is said.";
  note.code_basis = "topic";
  note.status = "active";
  note.reference = "PlanDefinition/n1";
  result.notes.push_back(note);
  const std::string text = RenderResult(FieldsOf(result), 60);
  EXPECT_THAT(text, HasSubstr("\nnote (1)\n"));
  EXPECT_THAT(text, HasSubstr("  payer name   Payer\n"));
  EXPECT_THAT(text, HasSubstr("  doc needed   clinical\n               admin\n"));
  EXPECT_THAT(text, HasSubstr("  stale        no\n"));
  EXPECT_THAT(text, Not(HasSubstr("limits")));
}

TEST(RenderResult, JoinsNestedPartsThatAreNotPairs) {
  SearchCodesResult result;
  SearchMatch match;
  match.concept_coding = {"s", "", "C1", "One"};
  match.score = "0.9";
  match.matched = {{"display", "lung", "exact"}, {"display", "drug", "prefix"}};
  result.matches.push_back(match);
  EXPECT_THAT(RenderResult(FieldsOf(result), 100),
              HasSubstr("C1 One   0.9    display lung exact; display drug prefix\n"));
}

TEST(RenderResult, IndentsTheConceptsOfAnExpansion) {
  ExpandResult result;
  result.url = "http://v";
  result.total = 2;
  result.parameters = {{"used-codesystem", {ValueKind::kUri, "http://s|1", {}}}};
  ContainedConcept group;
  group.system = "http://www.example.org/a/code/system";
  group.code = "G";
  group.display = "Group";
  group.abstract = true;
  group.extensions = R"({"url":"e"})";
  ContainedConcept leaf = group;
  leaf.depth = 1;
  leaf.code = "L";
  leaf.display = "Leaf";
  leaf.abstract = {};
  leaf.designations = {{"de", {}, "Blatt", R"({"url":"e"})"}};
  leaf.properties = {{"order", {ValueKind::kInteger, "7", {}}}};
  result.contains = {group, leaf};
  EXPECT_EQ(RenderResult(FieldsOf(result), 80),
            "url    http://v\n"
            "total  2\n"
            "\n"
            "parameter (1)\n"
            "name             value\n"
            "---------------  ----------\n"
            "used-codesystem  http://s|1\n"
            "\n"
            "contains (2)\n"
            "all: system http://www.example.org/a/code/system\n"
            "code  display  abstract  designation  order\n"
            "----  -------  --------  -----------  -----\n"
            "G     Group    yes\n"
            "L     \u00A0\u00A0Leaf             de Blatt     7\n");
}

TEST(RenderIssues, OneALine) {
  EXPECT_EQ(RenderIssues({{.severity = Severity::kError,
                           .type = {},
                           .tx_type = {},
                           .message_id = {},
                           .text = "wrong",
                           .expression = {}},
                          {.severity = Severity::kInformation,
                           .type = {},
                           .tx_type = {},
                           .message_id = {},
                           .text = "known",
                           .expression = {}}},
                         80),
            "error:        wrong\ninformation:  known\n");
  EXPECT_EQ(RenderIssues({}, 80), "");
}

}  // namespace
}  // namespace chemoterm::cli
