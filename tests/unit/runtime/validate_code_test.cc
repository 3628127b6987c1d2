// Validation where the golden cases do not reach: expressions, near misses, displays, concepts of
// several codings.
#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <vector>

#include "unit/runtime/world.h"

namespace chemoterm::runtime {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using ValidateTest = WorldTest;

ValidateCodeRequest CodeIn(std::string_view url, std::string_view code,
                           std::string_view display = {}) {
  ValidateCodeRequest request;
  request.url = url;
  request.code = code;
  request.display = display;
  return request;
}

// --- Codes with modifiers

struct ExpressionCase {
  std::string_view code;
  bool valid;
  std::vector<std::string_view> findings;
  std::string_view normalized = {};
};

TEST_F(ValidateTest, AnExpressionIsACodeAndItsModifiers) {
  constexpr std::string_view kMalformed = "error EXPRESSION_MALFORMED code";
  constexpr std::string_view kRepeated = "error EXPRESSION_MODIFIER_REPEATED code";
  constexpr std::string_view kUnknown = "warning EXPRESSION_MODIFIER_UNKNOWN code";
  constexpr std::string_view kUnusual = "warning EXPRESSION_MODIFIER_UNUSUAL code";
  constexpr std::string_view kExcluded = "error EXPRESSION_MODIFIER_EXCLUDED code";
  const ExpressionCase cases[] = {
      {"40115:25", true, {}},
      {"40115:25:59:76:77", true, {}},
      {"40115:25:59:76:77:XX", true, {kUnknown}},
      {"40115:59:25", true, {}, "40115:25:59"},
      {"40115:77:76:59:25", true, {}, "40115:25:59:76:77"},
      {"40151:25", true, {kUnusual}},
      {"40151:25:59:76:77:91", true, {kUnusual, kUnusual, kUnusual, kUnusual, kUnusual}},
      {"40115:XX", true, {kUnknown}},
      {"40115:xx", true, {kUnknown}},
      {"40115:25:25", false, {kRepeated}},
      {"40115:25:59:25", false, {kRepeated}, "40115:25:25:59"},
      {"40115:XX:XX", false, {kUnknown, kRepeated}},
      {"40115:91", false, {kExcluded}},
      {"40115:91:91", false, {kExcluded, kRepeated}},
      {"25:59", false, {"error EXPRESSION_BASE_IS_MODIFIER code"}},
      {"40115:40", true, {kUnknown}},
      {"40115:AA:BB:CC:DD:EE:FF:GG:HH",
       true,
       {kUnknown, kUnknown, kUnknown, kUnknown, kUnknown, kUnknown, kUnknown, kUnknown}},
      {"40115:AA:BB:CC:DD:EE:FF:GG:HH:II", false, {kMalformed}},
      {"40115:", false, {kMalformed}},
      {":25", false, {kMalformed}},
      {":", false, {kMalformed}},
      {"40115::25", false, {kMalformed}},
      {"40115:25:", false, {kMalformed}},
      {"40115:2", false, {kMalformed}},
      {"40115:255", false, {kMalformed}},
      {"40115:2-", false, {kMalformed}},
      {"40115: 25", false, {kMalformed}},
      {"40115:25 ", false, {kMalformed}},
      {"40115:25, 59", false, {kMalformed}},
      {"40115:é", false, {kMalformed}},
      {" 40115:25", false, {"error Unknown_Code_in_Version code"}},
      {"40115 :25", false, {"error Unknown_Code_in_Version code"}},
      {"88888:25", true, {"warning UNKNOWN_CODE_IN_FRAGMENT code"}},
      {"8:25", false, {"error Unknown_Code_in_Version code"}},
  };
  for (const ExpressionCase& each : cases) {
    SCOPED_TRACE(each.code);
    const auto answer = Ask(CodeIn(kA, each.code));
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->value.result, each.valid);
    EXPECT_THAT(Findings(answer->issues), ElementsAreArray(each.findings));
    EXPECT_EQ(answer->value.normalized_code, each.normalized);
  }
}

TEST_F(ValidateTest, OnlyACompositionalSystemHasExpressions) {
  const auto answer = Ask(CodeIn(kC, "Alpha:25"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_FALSE(answer->value.result);
  EXPECT_THAT(Findings(answer->issues), ElementsAre("error Unknown_Code_in_Version code"));
}

TEST_F(ValidateTest, TheReasonWhyAModifierIsExcludedIsGiven) {
  const auto answer = Ask(CodeIn(kA, "40115:91"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_THAT(std::string(answer->value.message), HasSubstr("no test is made"));
}

TEST_F(ValidateTest, ADisplayOfAnExpressionIsComposedAndNotChecked) {
  const auto answer = Ask(CodeIn(kA, "40115:59:25", "whatever"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_TRUE(answer->value.result);
  EXPECT_EQ(answer->value.display, "Puncture of the knee + Distinct + With a visit");
  EXPECT_THAT(Findings(answer->issues), ElementsAre("information EXPRESSION_NO_DISPLAY display"));
}

TEST_F(ValidateTest, LookupReadsExpressionsToo) {
  LookupRequest request;
  request.system = kA;
  request.code = "40115:59:25:XX";
  const auto answer = Ask(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->value.code, "40115:25:59:XX");
  EXPECT_EQ(answer->value.display, "Puncture of the knee + Distinct + With a visit + XX");
  std::vector<std::string_view> modifiers;
  for (const auto& property : answer->value.properties) {
    if (property.code == "modifier") modifiers.push_back(property.value.text);
  }
  EXPECT_THAT(modifiers, ElementsAre("59", "25", "XX"));
  for (const std::string_view bad : {"40115:", "40115:2", "88888:25"}) {
    request.code = bad;
    EXPECT_EQ(FaultOf(request), "UNKNOWN_CODE code") << bad;
  }
}

// --- Near misses

TEST_F(ValidateTest, ACodeOneSlipAwayIsNamed) {
  const struct {
    std::string_view why, code;
    std::vector<std::string_view> near;  // in order
  } cases[] = {
      {"first two swapped", "04115", {"40115"}},
      {"middle swapped", "41015", {"40115"}},
      {"swapped into another code's neighbour", "40511", {"40151"}},
      {"one wrong digit at the end", "40118", {"40115"}},
      {"one wrong digit at the start", "50220", {"40220"}},
      {"one wrong digit of several codes: the first three", "70009", {"70001", "70002", "70003"}},
      {"a letter for a digit", "4O115", {"40115"}},
      {"two wrong digits", "40229", {"40220"}},
      {"nothing near", "88888", {}},
      {"two swaps", "04151", {"40151"}},
      {"two digits wrong", "40999", {}},
      {"one digit too few", "4011", {}},
      {"one digit too many", "401155", {}}};
  for (const auto& each : cases) {
    SCOPED_TRACE(each.why);
    const auto answer = Ask(CodeIn(kA, each.code));
    ASSERT_TRUE(answer.ok()) << answer.status();
    std::string text;
    for (const Issue& issue : answer->issues) {
      if (issue.message_id == "NEAR_MISS") text = issue.text;
    }
    EXPECT_EQ(text.empty(), each.near.empty()) << text;
    std::size_t at = 0;
    for (const std::string_view code : each.near) {
      at = text.find(base::Concat({code, " ("}), at);
      EXPECT_NE(at, std::string::npos) << code << " in " << text;
    }
    EXPECT_EQ(static_cast<std::size_t>(std::count(text.begin(), text.end(), '(')),
              each.near.size());
  }
}

// --- Codings

TEST_F(ValidateTest, ACodeIsGivenInOneWay) {
  const Coding alpha{std::string(kC), "", "Alpha", ""};
  const auto with = [](ValidateCodeRequest request, auto member, auto value) {
    request.*member = value;
    return request;
  };
  using R = ValidateCodeRequest;
  const R code = CodeIn(kC, "Alpha");
  const R coding = with(R{}, &R::coding, alpha);
  const CodeableConcept alphas{{alpha}, ""}, none{{}, "in words"};
  const struct {
    std::string_view why;
    R request;
    std::string_view fault;
  } cases[] = {
      {"code", code, ""},
      {"coding", coding, ""},
      {"system for url", with(CodeIn("", "Alpha"), &R::system, kC), ""},
      {"url and system, the same", with(code, &R::system, kC), ""},
      {"nothing", R{}, "NOTHING_TO_VALIDATE code"},
      {"a display alone", CodeIn("", "", "Knee"), "NOTHING_TO_VALIDATE code"},
      {"a code alone", CodeIn("", "Alpha"), "MISSING_PARAMETER url"},
      {"url and system, not the same", with(code, &R::system, kA), "CONFLICTING_PARAMETERS system"},
      {"code and coding, the same", with(code, &R::coding, alpha), "CONFLICTING_PARAMETERS coding"},
      {"code and coding, not the same", with(CodeIn(kC, "Beta"), &R::coding, alpha),
       "CONFLICTING_PARAMETERS coding"},
      {"code and concept", with(code, &R::codeable_concept, alphas),
       "CONFLICTING_PARAMETERS codeableConcept"},
      {"coding and concept", with(coding, &R::codeable_concept, alphas),
       "CONFLICTING_PARAMETERS codeableConcept"},
      {"coding and display", with(coding, &R::display, "Knee"), "CONFLICTING_PARAMETERS display"},
      {"a coding without code", with(R{}, &R::coding, Coding{std::string(kC), "", "", ""}),
       "MISSING_PARAMETER coding.code"},
      {"a concept of text alone", with(R{}, &R::codeable_concept, none),
       "MISSING_PARAMETER codeableConcept.coding"},
  };
  for (const auto& each : cases) {
    SCOPED_TRACE(each.why);
    EXPECT_EQ(FaultOf(each.request), each.fault);
  }
}

TEST_F(ValidateTest, ACodingIsCheckedInItsOwnSystemUnlessItHasNone) {
  const struct {
    std::string_view why, url, system;
    bool valid;
    std::vector<std::string_view> findings;
  } cases[] = {
      {"its own", "", kC, true, {}},
      {"that of the request", kC, "", true, {}},
      {"both, the same", kC, kC, true, {}},
      {"neither", "", "", false, {"error Coding_has_no_system__cannot_validate Coding"}},
      {"another one than asked for", kA, kC, false, {"error CODING_OTHER_SYSTEM Coding.system"}},
      {"one that is not loaded", "", kB, false, {"error UNKNOWN_CODESYSTEM Coding.system"}}};
  for (const auto& each : cases) {
    SCOPED_TRACE(each.why);
    ValidateCodeRequest request;
    request.url = each.url;
    request.coding = Coding{std::string(each.system), "", "Alpha", ""};
    const auto answer = Ask(request);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->value.result, each.valid);
    EXPECT_THAT(Findings(answer->issues), ElementsAreArray(each.findings));
    EXPECT_EQ(answer->value.message.empty(), each.valid);
  }
}

TEST_F(ValidateTest, AConceptIsRightWhenOneOfItsCodingsIs) {
  const auto in = [](std::string_view system, std::string_view code) {
    return Coding{std::string(system), "", std::string(code), ""};
  };
  const Coding alpha = in(kC, "Alpha"), beta = in(kC, "Beta"), nix = in(kC, "Nix");
  const Coding first = in(kA, "A1"), far = in(kB, "X1"), bare = in("", "Alpha");
  constexpr std::string_view kNix0 = "error Unknown_Code_in_Version CodeableConcept.coding[0].code";
  constexpr std::string_view kNix1 = "error Unknown_Code_in_Version CodeableConcept.coding[1].code";
  constexpr std::string_view kFar0 = "error UNKNOWN_CODESYSTEM CodeableConcept.coding[0].system";
  const struct {
    std::string_view why, url;
    std::vector<Coding> codings;
    std::string_view code;  // the one that the answer is about
    bool valid;
    std::vector<std::string_view> findings;
  } cases[] = {{"the only one", "", {alpha}, "Alpha", true, {}},
               {"the first of two right ones", "", {first, alpha}, "A1", true, {}},
               {"a wrong one before it", "", {nix, alpha}, "Alpha", true, {kNix0}},
               {"a wrong one behind it", "", {alpha, nix}, "Alpha", true, {kNix1}},
               {"none", "", {nix, nix}, "Nix", false, {kNix0, kNix1}},
               {"a system that is not loaded", "", {far}, "X1", false, {kFar0}},
               {"beside one that is", "", {far, alpha}, "Alpha", true, {kFar0}},
               {"only those in the system asked for", kC, {first, alpha}, "Alpha", true, {}},
               {"wrong there, right elsewhere", kC, {nix, first}, "Nix", false, {kNix0}},
               {"none in the system asked for",
                kC,
                {first},
                "",
                false,
                {"error CODEABLE_CONCEPT_NONE_VALID CodeableConcept"}},
               {"one without system, in that asked for", kC, {bare}, "Alpha", true, {}},
               {"one without any system",
                "",
                {bare},
                "Alpha",
                false,
                {"error Coding_has_no_system__cannot_validate CodeableConcept.coding[0]"}},
               {"deprecated is right, with a warning",
                "",
                {beta},
                "Beta",
                true,
                {"warning DEPRECATED_CONCEPT_FOUND CodeableConcept.coding[0]"}}};
  for (const auto& each : cases) {
    SCOPED_TRACE(each.why);
    ValidateCodeRequest request;
    request.url = each.url;
    request.codeable_concept = CodeableConcept{each.codings, "text"};
    const auto answer = Ask(request);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->value.result, each.valid);
    EXPECT_EQ(answer->value.code, each.code);
    EXPECT_THAT(Findings(answer->issues), ElementsAreArray(each.findings));
    EXPECT_EQ(answer->value.codeable_concept, &*request.codeable_concept);
  }
}

TEST_F(ValidateTest, SystemsThatAreNotLoadedAreListedOfAllCodings) {
  ValidateCodeRequest request;
  request.codeable_concept = CodeableConcept{{{std::string(kB), "3", "X1", ""},
                                              {std::string(kC), "", "Alpha", ""},
                                              {"urn:none", "", "1", ""}},
                                             ""};
  const auto answer = Ask(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_TRUE(answer->value.result);
  EXPECT_THAT(answer->value.caused_by_unknown_systems,
              ElementsAre("http://codes.example/b|3", "urn:none"));
}

// --- Displays and codes as written

TEST_F(ValidateTest, CaseOfADisplayDoesNotMatterButBlanksDo) {
  const struct {
    std::string_view display;
    bool right;
    bool blanks_only = false;
  } cases[] = {{"Knee, left", true},
               {"KNEE, LEFT", true},
               {"knee, left", true},
               {"  Knee,   left ", false, true},
               {"Knee,\tleft", false, true},
               {"Knee,\r\n left", false, true},
               {"Knee,left", false},
               {"Knee left", false},
               {"Kn ee, left", false},
               {"Knee, left.", false},
               {"Knee", false},
               {"Knee, left Knee, left", false}};
  for (const auto& each : cases) {
    SCOPED_TRACE(each.display);
    for (const bool lenient : {false, true}) {
      ValidateCodeRequest request = CodeIn(kC, "Alpha", each.display);
      request.lenient_display_validation = lenient;
      const auto answer = Ask(request);
      ASSERT_TRUE(answer.ok()) << answer.status();
      EXPECT_EQ(answer->value.result, each.right || lenient);
      EXPECT_EQ(answer->issues.empty(), each.right);
      if (!each.right) {
        EXPECT_EQ(answer->issues[0].message_id,
                  each.blanks_only ? "Display_Name_WS_for__should_be_one_of__instead_of"
                                   : "Display_Name_for__should_be_one_of__instead_of");
      }
      EXPECT_EQ(answer->value.display, "Knee, left");
    }
  }
}

TEST_F(ValidateTest, ACodeInAnotherCaseIsRightWhereTheSystemSaysSo) {
  for (const std::string_view code : {"alpha", "ALPHA", "aLpHa"}) {
    SCOPED_TRACE(code);
    const auto answer = Ask(CodeIn(kC, code));
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_TRUE(answer->value.result);
    EXPECT_EQ(answer->value.normalized_code, "Alpha");
    EXPECT_THAT(Findings(answer->issues), ElementsAre("information CODE_CASE_DIFFERENCE code"));
  }
  const auto strict = Ask(CodeIn(kA, "a1"));
  ASSERT_TRUE(strict.ok()) << strict.status();
  EXPECT_FALSE(strict->value.result);
  for (const std::string_view code : {" Alpha", "Alpha ", "Al pha", ""}) {
    const auto answer = Ask(CodeIn(kC, code));
    EXPECT_FALSE(answer.ok() && answer->value.result) << "'" << code << "'";
  }
}

TEST_F(ValidateTest, StatusAndAbstractnessAreFindings) {
  const struct {
    std::string_view code;
    std::optional<bool> abstract;
    bool valid;
    std::vector<std::string_view> findings;
    std::string_view status;
  } cases[] = {{"Root", {}, true, {}, ""},
               {"Root", true, true, {}, ""},
               {"Root", false, false, {"error ABSTRACT_CODE_NOT_ALLOWED code"}, ""},
               {"Alpha", false, true, {}, ""},
               {"Beta", {}, true, {"warning DEPRECATED_CONCEPT_FOUND code"}, "deprecated"},
               {"Gone", {}, true, {"warning INACTIVE_CONCEPT_FOUND code"}, "retired"}};
  for (const auto& each : cases) {
    SCOPED_TRACE(each.code);
    ValidateCodeRequest request = CodeIn(kC, each.code);
    request.abstract = each.abstract;
    const auto answer = Ask(request);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->value.result, each.valid);
    EXPECT_THAT(Findings(answer->issues), ElementsAreArray(each.findings));
    EXPECT_EQ(answer->value.status, each.status);
    EXPECT_EQ(answer->value.inactive.value_or(false), each.status == "retired");
  }
}

}  // namespace
}  // namespace chemoterm::runtime
