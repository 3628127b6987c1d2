// What requests name: versions of a code system, codes and codings, supplements, dates.
#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <vector>

#include "unit/runtime/world.h"

namespace chemoterm::runtime {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// --- Versions

struct VersionCase {
  std::string_view why, system, version, answered;  // the version that answers, or the fault
};

using VersionTest = WorldTest;

TEST_F(VersionTest, TheNamedVersionAnswersElseTheNewest) {
  const VersionCase cases[] = {
      {"none named: the newest by its numbers", "http://codes.example/c", "", "1.10"},
      {"the older one", "http://codes.example/c", "1.9", "1.9"},
      {"the newer one", "http://codes.example/c", "1.10", "1.10"},
      {"behind a bar", "http://codes.example/c|1.9", "", "1.9"},
      {"nothing behind the bar", "http://codes.example/c|", "", "1.10"},
      {"twice the same", "http://codes.example/c|1.9", "1.9", "1.9"},
      {"twice, not the same", "http://codes.example/c|1.9", "1.10",
       "CONFLICTING_PARAMETERS system"},
      {"not loaded", "http://codes.example/c", "2", "UNKNOWN_VERSION system"},
      {"not loaded, behind a bar", "http://codes.example/c|1.90", "", "UNKNOWN_VERSION system"},
      {"a beginning is not enough", "http://codes.example/c", "1", "UNKNOWN_VERSION system"},
      {"the only version of another system", "http://codes.example/a", "1.9",
       "UNKNOWN_VERSION system"},
      {"no such system", "http://codes.example/none", "", "UNKNOWN_CODE_SYSTEM system"},
      {"no such system, with a version", "http://codes.example/none", "1",
       "UNKNOWN_CODE_SYSTEM system"},
      {"canonicals know their case", "http://codes.example/C", "", "UNKNOWN_CODE_SYSTEM system"},
      {"an alias of the content is no canonical", "cpt", "", "UNKNOWN_CODE_SYSTEM system"},
      {"a supplement", "https://mini.example/fhir/CodeSystem/extra", "",
       "SUPPLEMENT_AS_SYSTEM system"}};
  for (const VersionCase& each : cases) {
    SCOPED_TRACE(each.why);
    LookupRequest request;
    request.system = each.system;
    request.version = each.version;
    request.code = each.system == kA ? "A1" : "Alpha";
    const auto answer = Ask(request);
    EXPECT_EQ(answer.ok() ? std::string(answer->value.version) : FaultOf(request), each.answered);
  }
}

TEST_F(VersionTest, AnUnknownVersionNamesThoseThatThereAre) {
  LookupRequest request;
  request.system = kC;
  request.version = "2";
  request.code = "Alpha";
  EXPECT_THAT(FailureOf(Ask(request).status()).text, HasSubstr("1.9 or 1.10"));
}

TEST_F(VersionTest, EachVersionAnswersFromItsOwnConcepts) {
  LookupRequest request;
  request.system = kC;
  request.code = "Alpha";
  EXPECT_EQ(Ask(request)->value.display, "Knee, left");
  request.version = "1.9";
  EXPECT_EQ(Ask(request)->value.display, "Knee");
  request.code = "Beta";
  EXPECT_EQ(FaultOf(request), "UNKNOWN_CODE code") << "it came with 1.10";
}

TEST_F(VersionTest, AWrongVersionIsAFindingOfValidation) {
  ValidateCodeRequest request;
  request.url = kC;
  request.version = "2";
  request.code = "Alpha";
  const auto answer = Ask(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_FALSE(answer->value.result);
  EXPECT_THAT(Findings(answer->issues), ElementsAre("error UNKNOWN_CODESYSTEM_VERSION system"));
  EXPECT_THAT(answer->value.caused_by_unknown_systems, ElementsAre("http://codes.example/c|2"));
}

// --- Code and coding

struct AskedCase {
  std::string_view why, system, version, code;
  std::optional<Coding> coding;
  std::string_view fault;  // empty: the answer is that of Alpha, 1.9
};

using AskedTest = WorldTest;

TEST_F(AskedTest, OneCodeIsNamedInOneWay) {
  const std::string c(kC);
  const AskedCase cases[] = {
      {"code with system", kC, "1.9", "Alpha", {}, ""},
      {"coding", "", "", "", Coding{c, "1.9", "Alpha", ""}, ""},
      {"the version beside the coding", "", "1.9", "", Coding{c, "", "Alpha", ""}, ""},
      {"both versions, the same", "", "1.9", "", Coding{c, "1.9", "Alpha", ""}, ""},
      {"the system beside the coding", kC, "1.9", "", Coding{"", "", "Alpha", ""}, ""},
      {"both systems, the same", kC, "1.9", "", Coding{c, "", "Alpha", ""}, ""},
      {"a display does not matter", kC, "1.9", "", Coding{"", "", "Alpha", "wrong"}, ""},
      {"nothing", "", "", "", {}, "MISSING_PARAMETER code"},
      {"a system alone", kC, "", "", {}, "MISSING_PARAMETER code"},
      {"a code alone", "", "", "Alpha", {}, "MISSING_PARAMETER system"},
      {"both, the same", kC, "", "Alpha", Coding{c, "", "Alpha", ""},
       "CONFLICTING_PARAMETERS coding"},
      {"both, not the same", kC, "", "Alpha", Coding{c, "", "Beta", ""},
       "CONFLICTING_PARAMETERS coding"},
      {"a coding without system", "", "", "", Coding{"", "", "Alpha", ""},
       "MISSING_PARAMETER coding.system"},
      {"a coding without code", "", "", "", Coding{c, "", "", "Knee"},
       "MISSING_PARAMETER coding.code"},
      {"two systems", kA, "", "", Coding{c, "", "Alpha", ""}, "CONFLICTING_PARAMETERS system"},
      {"two versions", "", "1.10", "", Coding{c, "1.9", "Alpha", ""},
       "CONFLICTING_PARAMETERS version"}};
  for (const AskedCase& each : cases) {
    SCOPED_TRACE(each.why);
    LookupRequest lookup;
    RelatedCodesRequest related;
    CoverageNotesRequest coverage;
    const auto fill = [&](auto& request) {
      request.system = each.system;
      request.version = each.version;
      request.code = each.code;
      request.coding = each.coding;
      EXPECT_EQ(FaultOf(request), each.fault);
    };
    fill(lookup);
    fill(related);
    fill(coverage);
    if (each.fault.empty()) {
      EXPECT_EQ(Ask(lookup)->value.display, "Knee");
    }
  }
}

TEST_F(AskedTest, BothSidesOfSubsumesAreReadAlike) {
  const std::string c(kC);
  const Coding root{c, "1.10", "Root", ""}, alpha{c, "", "Alpha", ""}, old{c, "1.9", "Alpha", ""};
  const Coding nowhere{"", "", "Alpha", ""}, elsewhere{std::string(kA), "", "A1", ""};
  const struct {
    std::string_view why;
    SubsumesRequest request;
    std::string_view fault;
  } cases[] = {
      {"codes", {"Root", "Alpha", c, "", {}, {}}, ""},
      {"codings", {"", "", "", "", root, alpha}, ""},
      {"one of each", {"Root", "", c, "", {}, alpha}, ""},
      {"codings in the system of the request", {"", "", c, "1.10", root, nowhere}, ""},
      {"no system", {"Root", "Alpha", "", "", {}, {}}, "MISSING_PARAMETER system"},
      {"no second code", {"Root", "", c, "", {}, {}}, "MISSING_PARAMETER codeB"},
      {"a second code of both kinds",
       {"Root", "Alpha", c, "", {}, alpha},
       "CONFLICTING_PARAMETERS codingB"},
      {"a coding without system", {"", "", "", "", root, nowhere}, "MISSING_PARAMETER codingB"},
      {"two systems", {"", "", "", "", root, elsewhere}, "CONFLICTING_PARAMETERS codingB"},
      {"two versions", {"", "", "", "", root, old}, "CONFLICTING_PARAMETERS codingB"},
      {"an unknown code", {"Root", "Nix", c, "", {}, {}}, "UNKNOWN_CODE codeB"},
      {"an unknown version", {"Root", "Alpha", c, "3", {}, {}}, "UNKNOWN_VERSION system"}};
  for (const auto& each : cases) {
    SCOPED_TRACE(each.why);
    EXPECT_EQ(FaultOf(each.request), each.fault);
    if (each.fault.empty()) {
      EXPECT_EQ(Ask(each.request)->value.outcome, "subsumes");
    }
  }
}

// --- Supplements

using SupplementTest = WorldTest;

TEST_F(SupplementTest, ANamedSupplementAddsItsNames) {
  LookupRequest request;
  request.system = kA;
  request.code = "40115";
  ASSERT_EQ(Ask(request)->value.designations.size(), 1U);
  EXPECT_EQ(Ask(request)->value.designations[0].use.code, "preferredForLanguage");
  for (const std::string_view version : {"", "|1"}) {
    request.use_supplements = {
        base::Concat({"https://mini.example/fhir/CodeSystem/extra", version})};
    const auto answer = Ask(request);
    ASSERT_TRUE(answer.ok()) << answer.status();
    ASSERT_EQ(answer->value.designations.size(), 2U);
    EXPECT_EQ(answer->value.designations[1].value, "Ponction");
    EXPECT_EQ(answer->value.designations[1].source, "https://mini.example/fhir/CodeSystem/extra|1");
    EXPECT_THAT(answer->value.used_supplements,
                testing::Contains("https://mini.example/fhir/CodeSystem/extra|1"));
  }
}

TEST_F(SupplementTest, OneThatDoesNotApplyIsAFailure) {
  constexpr std::string_view kExtra = "https://mini.example/fhir/CodeSystem/extra";
  const struct {
    std::string_view why, system, code, supplement;
  } cases[] = {{"unknown", kA, "A1", "https://mini.example/fhir/CodeSystem/none"},
               {"of another version", kA, "A1", "https://mini.example/fhir/CodeSystem/extra|2"},
               {"of another system", kC, "Alpha", kExtra},
               {"no supplement", kA, "A1", kC}};
  for (const auto& each : cases) {
    SCOPED_TRACE(each.why);
    LookupRequest lookup;
    lookup.system = each.system;
    lookup.code = each.code;
    lookup.use_supplements = {std::string(each.supplement)};
    EXPECT_EQ(FaultOf(lookup), "UNKNOWN_SUPPLEMENT useSupplement");
    ValidateCodeRequest validate;
    validate.url = each.system;
    validate.code = each.code;
    validate.use_supplements = lookup.use_supplements;
    EXPECT_EQ(FaultOf(validate), "UNKNOWN_SUPPLEMENT useSupplement");
  }
}

// --- Dates

struct DateCase {
  std::string_view text;
  bool exists;
};

using DateTest = WorldTest;

TEST_F(DateTest, EveryOperationTakesTheSameDates) {
  const DateCase cases[] = {{"2026", true},
                            {"2026-11", true},
                            {"2026-11-22", true},
                            {"2024-02-29", true},
                            {"2000-02-29", true},
                            {"2026-11-22T23:59:59Z", true},
                            {"0001", true},
                            {"9999-12-31", true},
                            {"2026-11-22T10:00:00.5-05:00", true},
                            {"2026-02-29", false},
                            {"2100-02-29", false},
                            {"2026-13", false},
                            {"2026-00", false},
                            {"2026-04-31", false},
                            {"2026-04-00", false},
                            {"2026-4-1", false},
                            {"26-04-01", false},
                            {"0000", false},
                            {"-001", false},
                            {"2026-", false},
                            {"2026-04-", false},
                            {"20260401", false},
                            {" 2026", false},
                            {"2026 ", false},
                            {"2026-11-22T", false},
                            {"2026-11-22T10:00Z", false},
                            {"2026-11-22T24:00:00Z", false},
                            {"2026-11-22T10:00:00", false},
                            {"today", false},
                            {"22.11.2026", false}};
  for (const DateCase& each : cases) {
    SCOPED_TRACE(each.text);
    const std::string_view fault = each.exists ? "" : "INVALID_PARAMETER date";
    LookupRequest lookup;
    RelatedCodesRequest related;
    CoverageNotesRequest coverage;
    const auto fill = [&](auto& request) {
      request.system = kA;
      request.code = "A1";
      request.date = each.text;
      EXPECT_EQ(FaultOf(request), fault);
    };
    fill(lookup);
    fill(related);
    fill(coverage);
    ValidateCodeRequest validate;
    fill(validate);
  }
}

TEST_F(DateTest, APartialDateIsItsFirstDay) {
  const struct {
    std::string_view date, code;
    std::vector<std::string_view> work;
    bool earlier;
  } cases[] = {{"2026", "40115", {"0.80"}, false},
               {"2026-06", "40115", {"0.80"}, false},
               {"2026-06-30", "40115", {"0.80"}, false},
               {"2026-07", "40115", {"0.90"}, false},
               {"2026-07-01T00:00:00Z", "40115", {"0.90"}, false},
               {"2027", "40115", {"0.90"}, false},
               {"2025-12-31", "40115", {}, false},
               {"2024-02-29", "40220", {"0.70"}, false},
               {"2024-03-01", "40220", {"0.70"}, true},
               {"2024", "40220", {"0.70"}, false},
               {"1999", "40220", {"0.70"}, false}};
  for (const auto& each : cases) {
    SCOPED_TRACE(base::Concat({each.code, " on ", each.date}));
    LookupRequest request;
    request.system = kA;
    request.code = each.code;
    request.date = each.date;
    request.properties = {"work"};
    const auto answer = Ask(request);
    ASSERT_TRUE(answer.ok()) << answer.status();
    std::vector<std::string_view> work;
    for (const auto& property : answer->value.properties) work.push_back(property.value.text);
    EXPECT_EQ(work, each.work);
    EXPECT_EQ(answer->issues.size(), each.earlier ? 1U : 0U);
  }
}

TEST_F(DateTest, AGroupWithoutADateGivesEveryPeriod) {
  LookupRequest request;
  request.system = kA;
  request.code = "40115";
  request.properties = {"figures"};
  EXPECT_EQ(Ask(request)->value.properties.size(), 2U);
  request.date = "2026-07-01";
  EXPECT_EQ(Ask(request)->value.properties.size(), 1U);
}

}  // namespace
}  // namespace chemoterm::runtime
