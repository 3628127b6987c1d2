// Value sets and code systems that requests bring: what the value set oracle (tests/oracle) found
// to be wrong once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unit/runtime/world.h"

namespace chemoterm::runtime {
namespace {

using load::ContentDir;
using testing::ElementsAre;
using testing::IsEmpty;

// `members` of a CodeSystem, `compose` and what comes behind it of a ValueSet, as JSON.
std::string SystemJson(std::string_view members) {
  return base::Concat({R"({"resourceType": "CodeSystem", "url": "http://own.example", )",
                       R"("status": "active", )", members, "}"});
}
std::string SetJson(std::string_view url, std::string_view compose) {
  return base::Concat({R"({"resourceType": "ValueSet", "url": ")", url,
                       R"(", "status": "active", "compose": )", compose, "}"});
}
std::string Included(std::string_view members) {
  return base::Concat({R"({"include": [{"system": "http://own.example", )", members, "}]}"});
}

constexpr std::string_view kAnyCase =
    R"("content": "complete", "caseSensitive": false, "concept": [
{"code": "top", "concept": [{"code": "low", "property": [{"code": "rank", "valueCode": "high"}]}]},
{"code": "old", "property": [{"code": "inactive", "valueBoolean": true}]}])";
constexpr std::string_view kFragment = R"("content": "fragment", "concept": [{"code": "known"}])";

class InlineValueSetsTest : public testing::Test {
 protected:
  void SetUp() override {
    dir_.Write();
    engine_ = OpenOrFail(OptionsFor(dir_.path()));
    ASSERT_NE(engine_, nullptr);
  }

  // The codes of an expansion, each behind as many dots as it lies deep; or the text of a failure.
  std::vector<std::string> Expand(const std::string& system, const std::string& set,
                                  std::vector<std::string> more = {}) const {
    ExpandRequest request;
    request.tx_resources = std::move(more);
    request.tx_resources.push_back(system);
    request.value_set = set;
    const auto answer = engine_->Run({}, request);
    if (!answer.ok()) return {std::string(answer.status().message())};
    std::vector<std::string> codes;
    for (const auto& each : answer->value.contains) {
      codes.push_back(std::string(static_cast<std::size_t>(each.depth), '.') +
                      std::string(each.code));
    }
    return codes;
  }

  bool Has(const std::string& system, const std::string& set, const std::string& code,
           std::vector<std::string> more = {}) const {
    ValidateValueSetCodeRequest request;
    request.tx_resources = std::move(more);
    request.tx_resources.push_back(system);
    request.value_set = set;
    request.system = "http://own.example";
    request.code = code;
    const auto answer = engine_->Run({}, request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() && answer->value.result;
  }

  std::string Compare(const std::string& one, const std::string& other) const {
    CompareRequest request;
    request.tx_resources = {SystemJson(kAnyCase)};
    request.value_set = one;
    request.other_value_set = other;
    const auto answer = engine_->Run({}, request);
    return answer.ok() ? std::string(answer->value.result) : answer.status().ToString();
  }

  ContentDir dir_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(InlineValueSetsTest, AnImportedValueSetUsesWhatItContains) {
  const std::string imported = base::Concat(
      {R"({"resourceType": "ValueSet", "url": "http://sets.example/b", "status": "active",
"contained": [{"resourceType": "ValueSet", "id": "own", "status": "active", "compose": )",
       Included(R"("concept": [{"code": "old"}])"),
       R"(}], "compose": {"include": [{"valueSet": ["#own"]}]}})"});
  const std::string set =
      SetJson("http://sets.example/a", R"({"include": [{"valueSet": ["http://sets.example/b"]}]})");
  EXPECT_THAT(Expand(SystemJson(kAnyCase), set, {imported}), ElementsAre("old"));
  // The one that imports it does not contain that one.
  const std::string wrong = SetJson("http://sets.example/a", R"({"include": [
{"valueSet": ["http://sets.example/b"]}, {"valueSet": ["#own"]}]})");
  EXPECT_THAT(Expand(SystemJson(kAnyCase), wrong, {imported}), ElementsAre("VS_EXP_IMPORT_UNK"));
}

TEST_F(InlineValueSetsTest, ContainedValueSetsUseEachOther) {
  const std::string set =
      base::Concat({R"({"resourceType": "ValueSet", "status": "active", "contained": [
{"resourceType": "ValueSet", "id": "c1", "compose": {"include": [{"valueSet": ["#c2"]}]}},
{"resourceType": "ValueSet", "id": "c2", "compose": )",
                    Included(R"("concept": [{"code": "top"}])"),
                    R"(}], "compose": {"include": [{"valueSet": ["#c1"]}]}})"});
  EXPECT_THAT(Expand(SystemJson(kAnyCase), set), ElementsAre("top"));
}

// The content's rows have a property `rank`, too.
TEST_F(InlineValueSetsTest, AFilterSeesThePropertyOfTheCodeSystemThatCameWithIt) {
  const auto by_rank = [](std::string_view op, std::string_view value) {
    return SetJson("http://sets.example/a",
                   Included(base::Concat({R"("filter": [{"property": "rank", "op": ")", op,
                                          R"(", "value": ")", value, R"("}])"})));
  };
  const std::string system = SystemJson(kAnyCase);
  EXPECT_THAT(Expand(system, by_rank("=", "high")), ElementsAre("low"));
  EXPECT_THAT(Expand(system, by_rank("=", "low")), IsEmpty());
  EXPECT_THAT(Expand(system, by_rank("exists", "false")), ElementsAre("top", "old"));
}

TEST_F(InlineValueSetsTest, FiltersOfCodesFollowTheCaseRuleOfTheSystem) {
  struct Case {
    std::string_view property, op, value;
    std::vector<std::string> found;
  };
  const std::vector<Case> cases = {
      {"concept", "=", "LOW", {"low"}},       {"code", "in", "TOP,Old", {"top", "old"}},
      {"code", "not-in", "TOP,Old", {"low"}}, {"parent", "=", "Top", {"low"}},
      {"child", "in", "LOW", {"top"}},
  };
  for (const Case& each : cases) {
    const std::string set = SetJson(
        "http://sets.example/a",
        Included(base::Concat({R"("filter": [{"property": ")", each.property, R"(", "op": ")",
                               each.op, R"(", "value": ")", each.value, R"("}])"})));
    EXPECT_EQ(Expand(SystemJson(kAnyCase), set), each.found) << each.property << " " << each.op;
  }
}

TEST_F(InlineValueSetsTest, ConceptsLieInParentsThatAreNamedBehindThem) {
  const std::string system = SystemJson(R"("content": "complete", "concept": [
{"code": "leaf", "property": [{"code": "parent", "valueCode": "branch"}]},
{"code": "branch", "property": [{"code": "parent", "valueCode": "root"}]}, {"code": "root"}])");
  const std::string all =
      SetJson("http://sets.example/a", R"({"include": [{"system": "http://own.example"}]})");
  EXPECT_THAT(Expand(system, all), ElementsAre("root", ".branch", "..leaf"));
}

TEST_F(InlineValueSetsTest, ConceptsOfSeveralParentsLieInTheNearestOne) {
  const std::string system = SystemJson(R"("content": "complete", "concept": [
{"code": "other"}, {"code": "root", "concept": [{"code": "branch"}]},
{"code": "leaf", "property": [{"code": "parent", "valueCode": "other"},
{"code": "parent", "valueCode": "root"}, {"code": "parent", "valueCode": "branch"}]}])");
  const std::string set =
      SetJson("http://sets.example/a",
              Included(R"("filter": [{"property": "code", "op": "not-in", "value": "other"}])"));
  EXPECT_THAT(Expand(system, set), ElementsAre("root", ".branch", "..leaf"));
}

TEST_F(InlineValueSetsTest, AValueSetMayHaveWhatAFragmentLacks) {
  const std::string system = SystemJson(kFragment);
  const std::string whole =
      SetJson("http://sets.example/b", R"({"include": [{"system": "http://own.example"}]})");
  const std::string by_import = R"({"valueSet": ["http://sets.example/b"]})";
  const auto of = [](std::string_view compose) {
    return SetJson("http://sets.example/a", compose);
  };
  struct Case {
    std::string_view why;
    std::string set;
    bool has;
  };
  const std::string listed = R"({"system": "http://own.example", "concept": [{"code": "new"}]})";
  const std::string other = R"({"system": "http://own.example", "concept": [{"code": "known"}]})";
  const std::string filtered =
      R"({"system": "http://own.example", "filter": [{"property": "code", "op": "regex", "value": "n.*"}]})";
  const auto join = [](std::string_view include, std::string_view exclude) {
    return base::Concat({R"({"include": [)", include, R"(], "exclude": [)", exclude, "]}"});
  };
  const std::vector<Case> cases = {
      {"the whole system, imported", of(base::Concat({R"({"include": [)", by_import, "]}"})), true},
      {"listed by its code", of(base::Concat({R"({"include": [)", listed, "]}"})), true},
      {"others are listed", of(base::Concat({R"({"include": [)", other, "]}"})), false},
      {"a filter cannot be asked", of(base::Concat({R"({"include": [)", filtered, "]}"})), false},
      {"others are excluded", of(join(by_import, other)), true},
      {"excluded by its code", of(join(by_import, listed)), false},
      {"perhaps excluded", of(join(by_import, filtered)), false},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(Has(system, each.set, "new", {whole}), each.has) << each.why;
  }
}

TEST_F(InlineValueSetsTest, DefinitionsAreComparedBySpellingAndStatusOfTheSystem) {
  const auto of = [](std::string_view compose) {
    return SetJson("http://sets.example/a", compose);
  };
  const auto is_a = [&](std::string_view code) {
    return of(Included(base::Concat(
        {R"("filter": [{"property": "concept", "op": "is-a", "value": ")", code, R"("}])"})));
  };
  const auto listed = [&](std::string_view inactive, std::string_view codes) {
    return of(base::Concat({"{", inactive, R"("include": [{"system": "http://own.example", )",
                            R"("concept": [)", codes, "]}]}"}));
  };
  EXPECT_EQ(Compare(listed("", R"({"code": "top"})"), listed("", R"({"code": "TOP"})")), "same");
  EXPECT_EQ(Compare(is_a("top"), is_a("TOP")), "same");
  constexpr std::string_view kActive = R"("inactive": false, )";
  EXPECT_EQ(Compare(listed(kActive, R"({"code": "top"}, {"code": "old"})"),
                    listed(kActive, R"({"code": "top"})")),
            "same");
}

}  // namespace
}  // namespace chemoterm::runtime
