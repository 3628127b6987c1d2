// Expansion, membership and comparison of value sets, with resources that come with the request.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "chemoterm/reason.h"
#include "unit/runtime/world.h"

namespace chemoterm::runtime {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kTree = "urn:tree";

// A tree: animal > (bird > (duck, goose), fish), rock. Two versions; fish is only in the newer.
std::string Tree(std::string_view version, std::string_view fish) {
  return base::Concat({R"({"resourceType":"CodeSystem","url":"urn:tree","version":")", version,
                       R"(","status":"active","content":"complete","language":"en",
"property":[{"code":"legs","type":"integer"},{"code":"status","type":"code"},{"code":"colour","type":"code"}],
"concept":[{"code":"animal","display":"Animal","property":[{"code":"notSelectable","valueBoolean":true}],
"concept":[{"code":"bird","display":"Bird","property":[{"code":"legs","valueInteger":2}],
"concept":[{"code":"duck","display":"Duck","designation":[{"language":"de","value":"Ente"}],
 "property":[{"code":"legs","valueInteger":2},{"code":"colour","valueCode":"brown"}]},
{"code":"goose","display":"Goose","property":[{"code":"status","valueCode":"retired"},
 {"code":"colour","valueCode":"grey"}]}]})",
                       fish, R"(]},{"code":"rock","display":"Rock"}]})"});
}
const std::string kOld = Tree("1.0.0", "");
const std::string kNew = Tree("1.1.0", R"(,{"code":"fish","display":"Fish"})");

// A value set whose compose is the text.
std::string Set(std::string_view compose, std::string_view url = "urn:set") {
  return base::Concat({R"({"resourceType":"ValueSet","url":")", url,
                       R"(","status":"active","compose":)", compose, "}"});
}
std::string Filtered(std::string_view property, std::string_view op, std::string_view value) {
  return Set(base::Concat({R"({"include":[{"system":"urn:tree","filter":[{"property":")", property,
                           R"(","op":")", op, R"(","value":")", value, R"("}]}]})"}));
}

class ValueSetTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { engine_ = OpenOrFail(OptionsFor(kShipped)).release(); }
  static void TearDownTestSuite() { delete engine_; }

  static ExpandRequest ExpandOf(std::string value_set) {
    ExpandRequest request;
    request.value_set = std::move(value_set);
    request.tx_resources = {kOld, kNew};
    return request;
  }
  // "animal bird/1 ...": codes with their depth where there is one; the reason of a failure.
  static std::string Codes(const ExpandRequest& request) {
    const auto answer = engine_->Run({}, request);
    if (!answer.ok()) return std::string(InfoOf(FailureOf(answer.status()).reason).name);
    std::vector<std::string> codes;
    for (const auto& contained : answer->value.contains) {
      codes.push_back(std::string(contained.code));
      if (contained.depth > 0) codes.back() += "/" + base::ToText(contained.depth);
    }
    return base::Join(codes, " ");
  }
  // The values of that parameter of an expansion, joined by blanks.
  static std::string ParametersOf(const ExpandResult& result, std::string_view name) {
    std::vector<std::string_view> values;
    for (const auto& parameter : result.parameters) {
      if (parameter.name == name) values.push_back(parameter.value.text);
    }
    return base::Join(values, " ");
  }
  static std::string FlatCodes(std::string value_set) {
    ExpandRequest request = ExpandOf(std::move(value_set));
    request.exclude_nested = true;
    return Codes(request);
  }

  static const Engine* engine_;
};
const Engine* ValueSetTest::engine_ = nullptr;

TEST_F(ValueSetTest, EveryFilterOperatorSelects) {
  const struct {
    std::string_view property, op, value, codes;
  } cases[] = {
      {"concept", "is-a", "bird", "bird duck goose"},
      {"concept", "is-a", "nothing", ""},
      {"concept", "descendent-of", "animal", "bird duck goose fish"},
      {"concept", "is-not-a", "bird", "animal fish rock"},
      {"concept", "child-of", "animal", "bird fish"},
      {"concept", "descendent-leaf", "animal", "duck goose fish"},
      {"concept", "generalizes", "duck", "animal bird duck"},
      {"concept", "=", "fish", "fish"},
      {"concept", "in", "rock, duck,none", "duck rock"},
      {"concept", "not-in", "rock,duck", "animal bird goose fish"},
      {"code", "regex", "[a-d].*", "animal bird duck"},
      {"code", "regex", "uck", ""},  // the whole code has to match
      {"display", "regex", ".*oo.*", "goose"},
      {"legs", "=", "2", "bird duck"},
      {"legs", "exists", "true", "bird duck"},
      {"legs", "exists", "false", "animal goose fish rock"},
      {"colour", "in", "brown,grey", "duck goose"},
      {"colour", "not-in", "brown", "animal bird goose fish rock"},
      {"parent", "=", "bird", "duck goose"},
      {"child", "exists", "true", "animal bird"},
  };
  for (const auto& each : cases) {
    SCOPED_TRACE(base::Concat({each.property, " ", each.op, " ", each.value}));
    EXPECT_EQ(FlatCodes(Filtered(each.property, each.op, each.value)), each.codes);
  }
}

TEST_F(ValueSetTest, AValueSetThatCannotBeEvaluatedIsAFailure) {
  const struct {
    std::string_view why;
    std::string value_set;
    std::string_view reason;
  } cases[] = {
      {"unknown operator", Filtered("concept", "is-like", "bird"), "INVALID_VALUE_SET"},
      {"no value", Filtered("concept", "is-a", ""), "INVALID_VALUE_SET"},
      {"bad pattern", Filtered("code", "regex", "(("), "INVALID_VALUE_SET"},
      {"hierarchy of a property", Filtered("legs", "is-a", "2"), "INVALID_VALUE_SET"},
      {"exists without a truth", Filtered("legs", "exists", "2"), "INVALID_VALUE_SET"},
      {"itself", Set(R"({"include":[{"valueSet":["urn:set"]}]})"), "INVALID_VALUE_SET"},
      {"unknown system", Set(R"({"include":[{"system":"urn:none"}]})"), "UNKNOWN_CODE_SYSTEM"},
      {"unknown version", Set(R"({"include":[{"system":"urn:tree","version":"7"}]})"),
       "UNKNOWN_VERSION"},
      {"unknown import", Set(R"({"include":[{"valueSet":["urn:none"]}]})"), "UNKNOWN_VALUE_SET"},
      {"no definition", R"({"resourceType":"ValueSet","url":"urn:set","status":"active"})",
       "UNPROCESSABLE"},
      {"nothing included", Set(R"({"include":[]})"), "INVALID_PARAMETER"},
      {"neither system nor value set", Set(R"({"include":[{}]})"), "INVALID_PARAMETER"},
      {"no JSON", "{", "INVALID_PARAMETER"},
      {"another resource", kOld, "INVALID_PARAMETER"},
  };
  for (const auto& each : cases) {
    SCOPED_TRACE(each.why);
    EXPECT_EQ(FlatCodes(each.value_set), each.reason);
  }
}

TEST_F(ValueSetTest, NestsWhereTheSystemDoesAndTheListIsWhole) {
  const std::string whole = Set(R"({"include":[{"system":"urn:tree"}]})");
  EXPECT_EQ(Codes(ExpandOf(whole)), "animal bird/1 duck/2 goose/2 fish/1 rock");
  ExpandRequest active = ExpandOf(whole);
  active.active_only = true;
  EXPECT_EQ(Codes(active), "animal bird/1 duck/2 fish/1 rock");
  ExpandRequest selectable = ExpandOf(whole);
  selectable.exclude_not_for_ui = true;  // what lies in animal comes up
  EXPECT_EQ(Codes(selectable), "bird duck/1 goose/1 fish rock");
  ExpandRequest page = ExpandOf(whole);
  page.offset = 1;
  page.count = 2;
  EXPECT_EQ(Codes(page), "bird duck");
  EXPECT_EQ(engine_->Run({}, page)->value.total, 6);
  page.offset = 100;
  EXPECT_EQ(Codes(page), "");
  page.count = -1;
  EXPECT_EQ(Codes(page), "INVALID_PARAMETER");
}

TEST_F(ValueSetTest, PagesAreAFlatListInOneOrder) {
  const std::string_view composes[] = {
      R"({"include":[{"system":"urn:tree"}]})",
      R"({"include":[{"system":"urn:tree","filter":[{"property":"concept","op":"is-a","value":"animal"}]}]})",
      R"({"include":[{"system":"urn:tree","filter":[{"property":"concept","op":"descendent-of","value":"animal"}]}]})",
      R"({"include":[{"system":"urn:tree"}],"exclude":[{"system":"urn:tree","concept":[{"code":"duck"}]}]})",
      R"({"include":[{"system":"urn:tree","concept":[{"code":"fish"},{"code":"duck"},{"code":"fish"}]},
                     {"system":"urn:tree","filter":[{"property":"legs","op":"=","value":"2"}]}]})",
      R"({"inactive":false,"include":[{"system":"urn:tree"}]})",
  };
  for (const auto compose : composes) {
    const std::string whole = FlatCodes(Set(compose));
    const auto codes = base::Split(whole, ' ');
    for (std::size_t count = 1; count <= codes.size() + 1; ++count) {
      std::vector<std::string> pages;
      for (std::size_t offset = 0; offset < codes.size(); offset += count) {
        ExpandRequest request = ExpandOf(Set(compose));
        request.exclude_nested = true;
        request.count = static_cast<std::int32_t>(count);
        request.offset = static_cast<std::int32_t>(offset);
        const auto answer = engine_->Run({}, request);
        ASSERT_TRUE(answer.ok()) << answer.status();
        EXPECT_EQ(answer->value.total, static_cast<std::int32_t>(codes.size())) << compose;
        pages.push_back(Codes(request));
      }
      EXPECT_EQ(base::Join(pages, " "), whole) << compose << " by " << count;
    }
    ExpandRequest beyond = ExpandOf(Set(compose));
    beyond.offset = 100;
    EXPECT_EQ(Codes(beyond), "");
  }
}

TEST_F(ValueSetTest, AFilterFindsPartsOfWords) {
  const struct {
    std::string_view filter, codes;
  } cases[] = {
      {"oos", "goose"}, {"ENTE", "duck"}, {"du ck", "duck"}, {"duck goose", ""}, {"k", "duck rock"},
  };
  for (const auto& each : cases) {
    ExpandRequest request = ExpandOf(Set(R"({"include":[{"system":"urn:tree"}]})"));
    request.filter = each.filter;
    EXPECT_EQ(Codes(request), each.codes) << each.filter;
  }
}

// The shipped code system is in the search index, its copy in the request is not.
TEST_F(ValueSetTest, AFilterFindsTheSameWithTheSearchIndexAndWithout) {
  const std::string path = base::Concat({kShipped, "/codesystems/cpt.json"});
  std::ifstream file(path);
  std::string copy{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const std::string url = R"("url": "http://www.ama-assn.org/go/cpt")";
  ASSERT_NE(copy.find(url), std::string::npos);
  copy.replace(copy.find(url), url.size(), R"("url": "urn:cpt")");
  for (const std::string_view filter :
       {"push", "infus", "intra art", "9641", "flush", "inyec", "e"}) {
    ExpandRequest indexed;
    indexed.value_set = Set(R"({"include":[{"system":"http://www.ama-assn.org/go/cpt"}]})");
    indexed.filter = filter;
    ExpandRequest plain;
    plain.value_set = Set(R"({"include":[{"system":"urn:cpt"}]})");
    plain.filter = filter;
    plain.tx_resources = {copy};
    EXPECT_FALSE(Codes(indexed).empty()) << filter;
    EXPECT_EQ(Codes(indexed), Codes(plain)) << filter;
  }
}

TEST_F(ValueSetTest, ExcludesAndImportsCombine) {
  const auto compose = [](std::string_view text) { return Set(text); };
  EXPECT_EQ(FlatCodes(compose(R"({"include":[{"system":"urn:tree"}],"exclude":[{"system":"urn:tree",
"filter":[{"property":"concept","op":"is-a","value":"bird"}]}]})")),
            "animal fish rock");
  ExpandRequest request = ExpandOf(compose(
      R"({"include":[{"system":"urn:tree","filter":[{"property":"concept","op":"is-a","value":"animal"}],
"valueSet":["urn:two"]}]})"));
  request.exclude_nested = true;
  request.tx_resources.push_back(
      Set(R"({"include":[{"system":"urn:tree","concept":[{"code":"rock"},{"code":"duck"}]}]})",
          "urn:two"));
  EXPECT_EQ(Codes(request), "duck");
}

TEST_F(ValueSetTest, VersionsFollowTheRulesOfTheRequest) {
  const std::string whole = Set(R"({"include":[{"system":"urn:tree"}]})");
  const std::string pinned = Set(R"({"include":[{"system":"urn:tree","version":"1.1.0"}]})");
  const auto size = [&](std::string_view set, auto&& change) {
    ExpandRequest request = ExpandOf(std::string(set));
    change(request);
    const auto answer = engine_->Run({}, request);
    return answer.ok() ? base::ToText(answer->value.contains.size())
                       : std::string(InfoOf(FailureOf(answer.status()).reason).name);
  };
  const std::string old = "urn:tree|1.0.x";
  EXPECT_EQ(size(whole, [](auto&) {}), "6");
  EXPECT_EQ(size(whole, [&](auto& r) { r.system_versions = {old}; }), "5");
  EXPECT_EQ(size(pinned, [&](auto& r) { r.system_versions = {old}; }), "6");
  EXPECT_EQ(size(pinned, [&](auto& r) { r.force_system_versions = {old}; }), "5");
  EXPECT_EQ(size(whole, [&](auto& r) { r.check_system_versions = {old}; }), "5");
  EXPECT_EQ(size(pinned, [&](auto& r) { r.check_system_versions = {old}; }), "UNPROCESSABLE");
  EXPECT_EQ(size(whole, [&](auto& r) { r.exclude_systems = {"urn:tree"}; }), "0");
}

ValidateValueSetCodeRequest CodeIn(std::string value_set, std::string_view code,
                                   std::string_view display = {}) {
  ValidateValueSetCodeRequest request;
  request.value_set = std::move(value_set);
  request.coding = Coding{std::string(kTree), {}, std::string(code), std::string(display)};
  request.tx_resources = {kOld, kNew};
  return request;
}

TEST_F(ValueSetTest, ACodeIsJudgedAgainstTheValueSet) {
  const std::string birds = Filtered("concept", "is-a", "bird");
  const std::string active = Set(R"({"inactive":false,"include":[{"system":"urn:tree"}]})");
  const struct {
    std::string_view why;
    ValidateValueSetCodeRequest request;
    bool result;
    std::vector<std::string_view> messages;
  } cases[] = {
      {"in it", CodeIn(birds, "duck"), true, {}},
      {"its name in another language", CodeIn(birds, "duck", "Ente"), true, {}},
      {"outside",
       CodeIn(birds, "rock"),
       false,
       {"None_of_the_provided_codes_are_in_the_value_set_one"}},
      {"no code at all",
       CodeIn(birds, "stone"),
       false,
       {"None_of_the_provided_codes_are_in_the_value_set_one", "Unknown_Code_in_Version"}},
      {"a wrong name",
       CodeIn(birds, "duck", "Dog"),
       false,
       {"Display_Name_for__should_be_one_of__instead_of"}},
      {"inactive", CodeIn(birds, "goose"), true, {"INACTIVE_CONCEPT_FOUND"}},
      {"inactive where that is barred",
       CodeIn(active, "goose"),
       false,
       {"None_of_the_provided_codes_are_in_the_value_set_one", "INACTIVE_CONCEPT_FOUND",
        "STATUS_CODE_WARNING_CODE"}},
  };
  for (const auto& each : cases) {
    SCOPED_TRACE(each.why);
    const auto answer = engine_->Run({}, each.request);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->value.result, each.result);
    std::vector<std::string_view> messages;
    for (const Issue& issue : answer->issues) messages.push_back(issue.message_id);
    EXPECT_THAT(messages, testing::UnorderedElementsAreArray(each.messages));
  }
}

TEST_F(ValueSetTest, TheSystemOfABareCodeIsInferredWhereOnlyOneHasIt) {
  ValidateValueSetCodeRequest request = CodeIn(Filtered("concept", "is-a", "bird"), "duck");
  request.coding.reset();
  request.code = "duck";
  EXPECT_EQ(FailureOf(engine_->Run({}, request).status()).reason, Reason::kNothingToValidate);
  request.infer_system = true;
  EXPECT_EQ(engine_->Run({}, request)->value.system, kTree);
  request.code = "rock";
  const auto answer = engine_->Run({}, request);
  EXPECT_FALSE(answer->value.result);
  EXPECT_EQ(answer->issues.front().message_id, "UNABLE_TO_INFER_CODESYSTEM");
}

TEST_F(ValueSetTest, ComparesByDefinitionOrByExpansion) {
  const std::string animals = Filtered("concept", "is-a", "animal");
  const std::string birds = Filtered("concept", "is-a", "bird");
  const std::string fish = Filtered("concept", "is-a", "fish");
  const std::string ducks =
      Set(R"({"include":[{"system":"urn:tree","concept":[{"code":"duck"},{"code":"rock"}]}]})");
  const struct {
    std::string_view one, other, result;
    bool expanded;
    std::string_view common, missing, extra;
  } cases[] = {
      {birds, birds, "same", false, "", "", ""},
      {birds, animals, "subset", false, "", "", ""},
      {animals, birds, "superset", false, "", "", ""},
      {birds, fish, "disjoint", false, "", "", ""},
      {ducks, ducks, "same", false, "duck,rock", "", ""},
      {birds, ducks, "overlapping", true, "duck", "bird,goose", "rock"},
  };
  for (const auto& each : cases) {
    SCOPED_TRACE(base::Concat({each.result, " ", each.common}));
    CompareRequest request;
    request.value_set = each.one;
    request.other_value_set = each.other;
    request.diagnostics = true;
    request.tx_resources = {kNew};
    const auto answer = engine_->Run({}, request);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->value.result, each.result);
    EXPECT_EQ(answer->value.performed_expansion, each.expanded);
    EXPECT_EQ(answer->value.common_codes, each.common);
    EXPECT_EQ(answer->value.missing_codes, each.missing);
    EXPECT_EQ(answer->value.extra_codes, each.extra);
  }
}

TEST_F(ValueSetTest, ResourcesAreKeptUnderTheirCacheId) {
  ExpandRequest request;
  request.value_set = Set(R"({"include":[{"system":"urn:tree"}]})");
  request.cache_id = "one";
  EXPECT_EQ(Codes(request), "UNKNOWN_CODE_SYSTEM");
  request.tx_resources = {kNew};
  EXPECT_EQ(engine_->Run({}, request)->value.total, 6);
  request.tx_resources.clear();
  EXPECT_EQ(engine_->Run({}, request)->value.total, 6);
  request.cache_id = "two";
  EXPECT_EQ(Codes(request), "UNKNOWN_CODE_SYSTEM");
}

TEST_F(ValueSetTest, FhirsOwnSystemsAreThoseOfTheCallersVersion) {
  ExpandRequest request;
  request.url = "http://hl7.org/fhir/ValueSet/publication-status";
  for (const std::string_view version : {"4.0.1", "5.0.0"}) {
    CallContext call;
    call.fhir_version = version;
    EXPECT_EQ(engine_->Run(call, request)->value.version, version);
  }
  EXPECT_EQ(engine_->Run({}, request)->value.version, "5.0.0");
  request.value_set_version = "4.x.x";
  EXPECT_EQ(engine_->Run({}, request)->value.version, "4.0.1");
}

TEST_F(ValueSetTest, TheFragmentOfCptIsUnclosed) {
  ExpandRequest request;
  request.value_set = Set(
      R"({"include":[{"system":"http://www.ama-assn.org/go/cpt","filter":[{"property":"add-on","op":"=","value":"true"}]}]})");
  const auto answer = engine_->Run({}, request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->value.unclosed_reason,
            "This extension is based on a fragment of the code system "
            "http://www.ama-assn.org/go/cpt");
  EXPECT_EQ(ParametersOf(answer->value, "used-fragment"), "http://www.ama-assn.org/go/cpt|2026");
  EXPECT_EQ(ParametersOf(answer->value, "used-codesystem"), "http://www.ama-assn.org/go/cpt|2026");
  std::vector<std::string_view> codes;
  for (const auto& each : answer->value.contains) codes.push_back(each.code);
  EXPECT_THAT(codes, Contains("96415"));
  EXPECT_THAT(codes, testing::Not(Contains("96413")));
}

TEST_F(ValueSetTest, AnExpansionShowsThatAnInclusionIsDeprecated) {
  constexpr std::string_view kStatus =
      R"({"url":"http://hl7.org/fhir/StructureDefinition/structuredefinition-standards-status","valueCode":"deprecated"})";
  const auto answer = engine_->Run(
      {}, ExpandOf(Set(base::Concat(
              {R"({"include":[{"system":"urn:tree","concept":[{"code":"duck","extension":[)",
               kStatus, R"(,{"url":"urn:other","valueBoolean":true}]},{"code":"rock"}]}]})"}))));
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(answer->value.contains.size(), 2U);
  EXPECT_EQ(answer->value.contains[0].extensions, kStatus);
  EXPECT_EQ(answer->value.contains[1].extensions, "");
}

TEST_F(ValueSetTest, TheListedFiltersAreThoseThatWork) {
  const auto systems = engine_->Run({}, ListCodeSystemsRequest{});
  ASSERT_TRUE(systems.ok()) << systems.status();
  const std::vector<std::string_view> operators = {
      "=",      "is-a",        "descendent-of", "is-not-a", "regex",          "in",
      "not-in", "generalizes", "exists",        "child-of", "descendent-leaf"};
  for (const auto& system : systems->value.code_systems) {
    if (system.content == "supplement") continue;
    for (const auto& filter : system.filters) {
      for (const auto op : operators) {
        const bool is_listed =
            std::find(filter.ops.begin(), filter.ops.end(), op) != filter.ops.end();
        const auto expanded = FlatCodes(
            Set(base::Concat({R"({"include":[{"system":")", system.url, R"(","version":")",
                              system.version, R"(","filter":[{"property":")", filter.code,
                              R"(","op":")", op, R"(","value":"true"}]}]})"})));
        // Without hierarchy the operators that walk one select nothing, and are not worth a line.
        const bool is_empty =
            !system.has_hierarchy && (filter.code == "concept" || filter.code == "code");
        const bool works = expanded != "INVALID_VALUE_SET";
        EXPECT_EQ(works, is_listed || is_empty)
            << system.url << ' ' << filter.code << ' ' << op << ": " << expanded;
      }
    }
  }
}

TEST_F(ValueSetTest, OneVersionOfEachSystemIsTheDefaultOfTheCaller) {
  for (const std::string_view version : {"4.0.1", "5.0.0"}) {
    CallContext call;
    call.fhir_version = version;
    std::map<std::string_view, std::vector<std::string_view>> defaults;
    const auto systems = engine_->Run(call, ListCodeSystemsRequest{});
    ASSERT_TRUE(systems.ok()) << systems.status();
    for (const auto& system : systems->value.code_systems) {
      auto& versions = defaults[system.url];
      if (system.is_default) versions.push_back(system.version);
    }
    for (const auto& [url, versions] : defaults) EXPECT_EQ(versions.size(), 1U) << url;
    EXPECT_THAT(defaults["http://hl7.org/fhir/administrative-gender"], ElementsAre(version));
  }
}

}  // namespace
}  // namespace chemoterm::runtime
