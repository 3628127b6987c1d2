#include "fhir/outcome.h"

#include <gtest/gtest.h>

namespace chemoterm::fhir {
namespace {

constexpr OutcomeOptions kBody{"https://x/fhir", false};
constexpr OutcomeOptions kQuery{"https://x/fhir", true};

std::string Issue(const std::string& issue) {
  return R"({"resourceType":"OperationOutcome","issue":[)" + issue + "]}";
}

TEST(Outcome, NamesOurReason) {
  EXPECT_EQ(
      WriteOutcome(Failure{Reason::kUnknownCodeSystem, "No system 'a'.", "", ""}, kBody),
      Issue(
          R"({"severity":"error","code":"not-found","details":{"coding":[)"
          R"({"system":"https://x/fhir/CodeSystem/reason","code":"UNKNOWN_CODE_SYSTEM"}],"text":"No system 'a'."}})"));
}

TEST(Outcome, NamesHl7sTypeWhereThereIsAMessage) {
  EXPECT_EQ(
      WriteOutcome(
          Failure{Reason::kUnknownSupplement, "t", "useSupplement", "VALUESET_SUPPLEMENT_MISSING"},
          kBody),
      Issue(
          R"({"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/operationoutcome-message-id",)"
          R"("valueString":"VALUESET_SUPPLEMENT_MISSING"}],"severity":"error","code":"not-found","details":{"coding":[)"
          R"({"system":"http://hl7.org/fhir/tools/CodeSystem/tx-issue-type","code":"not-found"}],"text":"t"}})"));
  EXPECT_EQ(
      WriteOutcome(
          Failure{Reason::kInvalidParameter, "t", "displayLanguage", "INVALID_DISPLAY_NAME"},
          kBody),
      Issue(
          R"({"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/operationoutcome-message-id",)"
          R"("valueString":"INVALID_DISPLAY_NAME"}],"severity":"error","code":"processing","details":{"coding":[)"
          R"({"system":"http://hl7.org/fhir/tools/CodeSystem/tx-issue-type","code":"invalid-display"}],"text":"t"}})"));
}

struct PlaceCase {
  const char* where;
  bool from_query;
  const char* fragment;
};

TEST(Outcome, PlacesQueryParametersAndElementsApart) {
  for (const PlaceCase& row : {
           PlaceCase{"http.code", true, R"("location":["http.code"]})"},
           PlaceCase{"code", true, R"("location":["http.code"]})"},
           PlaceCase{"code", false, R"("expression":["code"]})"},
           PlaceCase{"Parameters.parameter[2].valueCoding.code", false,
                     R"("expression":["Parameters.parameter[2].valueCoding.code"]})"},
           PlaceCase{"Coding.system", true, R"("expression":["Coding.system"]})"},
           PlaceCase{"", true, R"("text":"t"}})"},
       }) {
    const std::string outcome = WriteOutcome(Failure{Reason::kInvalidParameter, "t", row.where, ""},
                                             row.from_query ? kQuery : kBody);
    EXPECT_NE(outcome.find(row.fragment), std::string::npos) << row.where << ": " << outcome;
    EXPECT_EQ(outcome.find("location") != std::string::npos &&
                  outcome.find("expression") != std::string::npos,
              false);
  }
}

TEST(Outcome, EscapesWhatTheCallerSent) {
  EXPECT_NE(WriteOutcome(Failure{Reason::kUnknownCode, "no '\"\n'", "", ""}, kBody)
                .find(R"("text":"no '\"\n'")"),
            std::string::npos);
}

TEST(Outcome, SaysThatAllIsWell) {
  EXPECT_EQ(
      WriteOutcome(Issues{}, "All OK"),
      Issue(R"({"severity":"information","code":"informational","details":{"text":"All OK"}})"));
  EXPECT_EQ(WriteOutcome(Issues{{Severity::kWarning, "invalid", "", "", "x", ""}}, "All OK"),
            Issue(R"({"severity":"warning","code":"invalid","details":{"text":"x"}})"));
}

}  // namespace
}  // namespace chemoterm::fhir
