#include "fhir/parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chemoterm/reason.h"

namespace chemoterm::fhir {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

std::string Body(const std::string& parameters) {
  return R"({"resourceType":"Parameters","parameter":[)" + parameters + "]}";
}

template <class Op>
absl::StatusOr<typename Op::Request> FromBody(const std::string& body, bool strict = false) {
  auto list = ReadBody(body);
  if (!list.ok()) return list.status();
  return ReadRequest<Op>(*list, strict);
}

template <class Op>
absl::StatusOr<typename Op::Request> FromQuery(const std::string& query, bool strict = false) {
  auto list = ReadQuery(query);
  if (!list.ok()) return list.status();
  return ReadRequest<Op>(*list, strict);
}

TEST(ReadBody, FillsARequestByItsTable) {
  const auto request = FromBody<LookupOp>(Body(
      R"({"name":"code","valueCode":"a b"},{"valueUri":"http:\/\/s","name":"system"},{"name":"property","valueCode":"p"},)"
      R"({"name":"property","valueString":"*"},{"name":"date","valueDateTime":"2026-03-01T10:00:00Z"},)"
      R"({"name":"coding","valueCoding":{"code":"c","system":"s","version":"1","display":"d","userSelected":true,)"
      R"("extension":[{"url":"u","valueString":"code"}]}},{"name":"unknown","valueQuantity":{"value":1}})"));
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->code, "a b");
  EXPECT_EQ(request->system, "http://s");
  EXPECT_THAT(request->properties, ElementsAre("p", "*"));
  EXPECT_EQ(request->date, "2026-03-01T10:00:00Z");
  ASSERT_TRUE(request->coding.has_value());
  EXPECT_EQ(request->coding->code, "c");
  EXPECT_EQ(request->coding->system, "s");
  EXPECT_EQ(request->coding->version, "1");
  EXPECT_EQ(request->coding->display, "d");
}

TEST(ReadBody, ReadsConceptsBooleansAndIntegers) {
  const auto request = FromBody<ValidateCodeOp>(Body(
      R"({"name":"codeableConcept","valueCodeableConcept":{"text":"t","coding":[{"code":"1"},{"code":"2"}]}},)"
      R"({"name":"abstract","valueBoolean":false},{"name":"lenient-display-validation","valueBoolean":true})"));
  ASSERT_TRUE(request.ok()) << request.status();
  ASSERT_EQ(request->codeable_concept->coding.size(), 2u);
  EXPECT_EQ(request->codeable_concept->coding[1].code, "2");
  EXPECT_EQ(request->codeable_concept->text, "t");
  EXPECT_EQ(request->abstract, false);
  EXPECT_EQ(request->lenient_display_validation, true);
  const auto related = FromBody<RelatedCodesOp>(Body(R"({"name":"depth","valuePositiveInt":3})"));
  ASSERT_TRUE(related.ok()) << related.status();
  EXPECT_EQ(related->depth, 3);
}

TEST(ReadBody, TakesAnyStringLikeSuffix) {
  for (const char* suffix :
       {"String", "Code", "Uri", "Canonical", "Id", "Url", "Oid", "Uuid", "Markdown"}) {
    for (const char* name : {"code", "system", "version", "useSupplement"}) {
      const auto request = FromBody<LookupOp>(
          Body(std::string(R"({"name":")") + name + R"(","value)" + suffix + R"(":"x"})"));
      EXPECT_TRUE(request.ok()) << name << " " << suffix << " " << request.status();
    }
  }
}

TEST(ReadBody, AllowsNoParametersAtAll) {
  EXPECT_TRUE(FromBody<LookupOp>(R"({"resourceType":"Parameters"})").ok());
  EXPECT_TRUE(FromBody<LookupOp>(
                  R"({"id":"1","meta":{"tag":[{}]},"resourceType":"Parameters","parameter":[]})")
                  .ok());
}

TEST(ReadBody, KeepsPartsAndResources) {
  const std::string body = Body(
      R"({"name":"a","part":[{"name":"b","valueCode":"c"},{"name":"d","part":[{"name":"e","valueCode":"f"}]}]},)"
      R"({"name":"r", "resource": {"resourceType":"CodeSystem","x":[{}]} })");
  const auto list = ReadBody(body);
  ASSERT_TRUE(list.ok()) << list.status();
  ASSERT_EQ(list->parameters.size(), 2u);
  ASSERT_EQ(list->parameters[0].parts.size(), 2u);
  EXPECT_EQ(list->parameters[0].parts[1].parts[0].text, "f");
  EXPECT_EQ(list->parameters[1].resource, R"({"resourceType":"CodeSystem","x":[{}]})");
  EXPECT_EQ(list->parameters[1].form, Form::kResource);
}

struct BadCase {
  const char* why;
  std::string body;
  Reason reason;
  std::string where;
  const char* fragment;
};

void PrintTo(const BadCase& row, std::ostream* out) { *out << row.why; }

class BadBody : public testing::TestWithParam<BadCase> {};

TEST_P(BadBody, IsRefusedWithThePlace) {
  const BadCase& row = GetParam();
  const auto request = FromBody<ValidateCodeOp>(row.body);
  ASSERT_FALSE(request.ok()) << row.why;
  const Failure failure = FailureOf(request.status());
  EXPECT_EQ(failure.reason, row.reason) << row.why << ": " << failure.text;
  EXPECT_EQ(failure.where, row.where) << row.why << ": " << failure.text;
  EXPECT_THAT(failure.text, HasSubstr(row.fragment)) << row.why;
}

constexpr auto kInvalid = Reason::kInvalidParameter;
constexpr auto kMalformed = Reason::kMalformedBody;
const std::string kFirst = "Parameters.parameter[0]";

INSTANTIATE_TEST_SUITE_P(
    Shape, BadBody,
    testing::Values(BadCase{"empty", "", kMalformed, "", "the body is empty"},
                    BadCase{"blank", " \n", kMalformed, "", "the body is empty"},
                    BadCase{"not JSON", "{", kMalformed, "", "not valid JSON"},
                    BadCase{"array", "[]", kMalformed, "", "an object is expected"},
                    BadCase{"no type", R"({"parameter":[]})", kMalformed, "Parameters",
                            "resourceType is absent"},
                    BadCase{"other type", R"({"resourceType":"Bundle"})", kMalformed, "Parameters",
                            "not 'Bundle'"},
                    BadCase{"parameter is an object",
                            R"({"resourceType":"Parameters","parameter":{"name":"code"}})",
                            kInvalid, "Parameters.parameter", "must be an array of objects"},
                    BadCase{"parameter holds a string", Body(R"("x")"), kInvalid,
                            "Parameters.parameter", "must be an array of objects"},
                    BadCase{"parameter is nested", Body(R"([{"name":"code"}])"), kInvalid,
                            "Parameters.parameter", "must be an array of objects"},
                    BadCase{"no name", Body(R"({"valueCode":"x"})"), kMalformed, kFirst,
                            "without a name"},
                    BadCase{"empty name", Body(R"({"name":"","valueCode":"x"})"), kInvalid,
                            kFirst + ".name", "must not be empty"},
                    BadCase{"name is a number", Body(R"({"name":1})"), kInvalid, kFirst + ".name",
                            "must be a string"},
                    BadCase{"name is an object", Body(R"({"name":{}})"), kInvalid, kFirst + ".name",
                            "must be a string"},
                    BadCase{"name is an array", Body(R"({"name":["code"]})"), kInvalid,
                            kFirst + ".name", "must not be an array"},
                    BadCase{"part is an object", Body(R"({"name":"x","part":{}})"), kInvalid,
                            kFirst + ".part", "must be an array"},
                    BadCase{"resource is a string", Body(R"({"name":"x","resource":"y"})"),
                            kInvalid, kFirst + ".resource", "must be an object"},
                    BadCase{"part without a name", Body(R"({"name":"x","part":[{}]})"), kMalformed,
                            kFirst + ".part[0]", "without a name"}));

INSTANTIATE_TEST_SUITE_P(
    Values, BadBody,
    testing::Values(
        BadCase{"two values", Body(R"({"name":"code","valueCode":"x","valueString":"x"})"),
                kInvalid, kFirst, "not several"},
        BadCase{"value and part", Body(R"({"name":"code","valueCode":"x","part":[{"name":"y"}]})"),
                kInvalid, kFirst + ".part", "not several"},
        BadCase{"value and resource", Body(R"({"name":"code","resource":{},"valueCode":"x"})"),
                kInvalid, kFirst, "not several"},
        BadCase{"no value", Body(R"({"name":"code"})"), kInvalid, kFirst, "has no value"},
        BadCase{"extension only", Body(R"({"name":"code","_valueCode":{"extension":[]}})"),
                kInvalid, kFirst, "has no value"},
        BadCase{"null", Body(R"({"name":"code","valueCode":null})"), kInvalid,
                kFirst + ".valueCode", "must not be null"},
        BadCase{"array", Body(R"({"name":"code","valueCode":["x"]})"), kInvalid,
                kFirst + ".valueCode", "must not be an array"},
        BadCase{"empty", Body(R"({"name":"code","valueCode":""})"), kInvalid, kFirst + ".valueCode",
                "must not be empty"},
        BadCase{"number for a code", Body(R"({"name":"code","valueCode":5})"), kInvalid,
                kFirst + ".valueCode", "of type code"},
        BadCase{"Coding for a code", Body(R"({"name":"code","valueCoding":{"code":"x"}})"),
                kInvalid, kFirst + ".valueCoding", "must be of type code, not valueCoding"},
        BadCase{"code for a Coding", Body(R"({"name":"coding","valueCode":"x"})"), kInvalid,
                kFirst + ".valueCode", "must be of type Coding"},
        BadCase{"integer for a code", Body(R"({"name":"code","valueInteger":5})"), kInvalid,
                kFirst + ".valueInteger", "type code"},
        BadCase{"part for a code", Body(R"({"name":"code","part":[{"name":"x"}]})"), kInvalid,
                kFirst, "has parts"},
        BadCase{"resource for a code", Body(R"({"name":"code","resource":{}})"), kInvalid, kFirst,
                "has a resource"},
        BadCase{"blank before", Body(R"({"name":"code","valueCode":" x"})"), kInvalid,
                kFirst + ".valueCode", "blank"},
        BadCase{"blank after", Body(R"({"name":"code","valueCode":"x "})"), kInvalid,
                kFirst + ".valueCode", "blank"},
        BadCase{"blank in a uri", Body(R"({"name":"url","valueUri":"http://a b"})"), kInvalid,
                kFirst + ".valueUri", "blanks"},
        BadCase{"blank string", Body(R"({"name":"display","valueString":"  "})"), kInvalid,
                kFirst + ".valueString", "blank"},
        BadCase{"NUL", Body(R"({"name":"code","valueCode":"x\u0000"})"), kInvalid,
                kFirst + ".valueCode", "control character"},
        BadCase{"string for a boolean", Body(R"({"name":"abstract","valueString":"true"})"),
                kInvalid, kFirst + ".valueString", "type boolean"},
        BadCase{"text for a boolean", Body(R"({"name":"abstract","valueBoolean":"true"})"),
                kInvalid, kFirst + ".valueBoolean", "not a JSON value of type boolean"},
        BadCase{"no such day", Body(R"({"name":"date","valueDateTime":"2026-02-30"})"), kInvalid,
                kFirst + ".valueDateTime", "not a date that exists: '2026-02-30'"},
        BadCase{"no such month", Body(R"({"name":"date","valueDate":"2026-13"})"), kInvalid,
                kFirst + ".valueDate", "2026-13"},
        BadCase{"not a date", Body(R"({"name":"date","valueDateTime":"today"})"), kInvalid,
                kFirst + ".valueDateTime", "today"},
        BadCase{"time without zone",
                Body(R"({"name":"date","valueDateTime":"2026-02-03T10:00:00"})"), kInvalid,
                kFirst + ".valueDateTime", "not a date"},
        BadCase{"twice", Body(R"({"name":"code","valueCode":"x"},{"name":"code","valueCode":"x"})"),
                Reason::kConflictingParameters, "Parameters.parameter[1]",
                "'code' may be given only once"},
        BadCase{
            "over-long",
            Body(R"({"name":"code","valueCode":")" + std::string(kMaxTextBytes + 1, 'x') + R"("})"),
            kInvalid, kFirst + ".valueCode", "longer than 16384 bytes"},
        BadCase{"a resource that the operation does not know",
                Body(R"({"name":"conceptMap","resource":{"resourceType":"ConceptMap"}})"),
                Reason::kUnprocessable, kFirst, "'conceptMap' carries a resource"},
        BadCase{"a text in place of a resource", Body(R"({"name":"codeSystem","valueString":"x"})"),
                kInvalid, kFirst + ".valueString", "must be of type CodeSystem"}));

INSTANTIATE_TEST_SUITE_P(
    Objects, BadBody,
    testing::Values(
        BadCase{"Coding.code is a number",
                Body(R"({"name":"x","valueCode":"y"},{"name":"coding","valueCoding":{"code":1}})"),
                kInvalid, "Parameters.parameter[1].valueCoding.code", "must be a string"},
        BadCase{"Coding.system is an object",
                Body(R"({"name":"coding","valueCoding":{"system":{}}})"), kInvalid,
                kFirst + ".valueCoding.system", "must be a string"},
        BadCase{"Coding.display is an array",
                Body(R"({"name":"coding","valueCoding":{"display":["x"]}})"), kInvalid,
                kFirst + ".valueCoding.display", "must be a string"},
        BadCase{"Coding.code is null", Body(R"({"name":"coding","valueCoding":{"code":null}})"),
                kInvalid, kFirst + ".valueCoding.code", "must be a string"},
        BadCase{"Coding.code is empty", Body(R"({"name":"coding","valueCoding":{"code":""}})"),
                kInvalid, kFirst + ".valueCoding.code", "must not be empty"},
        BadCase{"Coding is empty", Body(R"({"name":"coding","valueCoding":{}})"), kInvalid,
                kFirst + ".valueCoding", "neither code nor system"},
        BadCase{"Coding is a string", Body(R"({"name":"coding","valueCoding":"x"})"), kInvalid,
                kFirst + ".valueCoding", "not a JSON value of type Coding"},
        BadCase{"concept is empty", Body(R"({"name":"codeableConcept","valueCodeableConcept":{}})"),
                kInvalid, kFirst + ".valueCodeableConcept", "neither coding nor text"},
        BadCase{"concept's coding is an object",
                Body(R"({"name":"codeableConcept","valueCodeableConcept":{"coding":{}}})"),
                kInvalid, kFirst + ".valueCodeableConcept.coding", "must be an array"},
        BadCase{
            "second coding is bad",
            Body(
                R"({"name":"codeableConcept","valueCodeableConcept":{"coding":[{"code":"x"},{"code":true}]}})"),
            kInvalid, kFirst + ".valueCodeableConcept.coding[1].code", "must be a string"}));

TEST(ReadBody, RefusesEveryTruncation) {
  const std::string body = Body(
      R"({"name":"coding","valueCoding":{"system":"s","code":"\u00e9"}},{"name":"abstract","valueBoolean":true})");
  ASSERT_TRUE(FromBody<ValidateCodeOp>(body).ok());
  for (std::size_t size = 0; size < body.size(); ++size) {
    const auto request = FromBody<ValidateCodeOp>(body.substr(0, size));
    ASSERT_FALSE(request.ok()) << size;
    EXPECT_EQ(FailureOf(request.status()).reason, Reason::kMalformedBody) << size;
  }
}

TEST(ReadBody, CountsParametersAndParts) {
  std::string many;
  for (std::size_t i = 0; i <= kMaxParameters; ++i)
    many += i == 0 ? R"({"name":"x"})" : R"(,{"name":"x"})";
  for (const std::string& body : {Body(many), Body(R"({"name":"y","part":[)" + many + "]}")}) {
    const auto request = FromBody<LookupOp>(body);
    ASSERT_FALSE(request.ok());
    EXPECT_EQ(FailureOf(request.status()).reason, Reason::kTooLarge);
  }
}

TEST(ReadRequest, StrictRefusesWhatTheTableDoesNotKnow) {
  const std::string body =
      Body(R"({"name":"code","valueCode":"x"},{"name":"nonsense","valueCode":"y"})");
  EXPECT_TRUE(FromBody<LookupOp>(body).ok());
  const auto strict = FromBody<LookupOp>(body, true);
  ASSERT_FALSE(strict.ok());
  EXPECT_EQ(FailureOf(strict.status()).reason, Reason::kInvalidParameter);
  EXPECT_THAT(FailureOf(strict.status()).text, HasSubstr("'nonsense'"));
  EXPECT_FALSE(FromQuery<LookupOp>("nonsense=1", true).ok());
  EXPECT_TRUE(FromQuery<LookupOp>("nonsense=1&_format=json").ok());
}

TEST(ReadQuery, DecodesAndSetsControlsAside) {
  const auto list = ReadQuery(
      "code=a%20b+c&&system=http%3A%2F%2Fs%7c1&_format=json&_pretty=true&property=%C3%A9&flag");
  ASSERT_TRUE(list.ok()) << list.status();
  ASSERT_EQ(list->parameters.size(), 4u);
  EXPECT_EQ(list->parameters[0].text, "a b c");
  EXPECT_EQ(list->parameters[1].text, "http://s|1");
  EXPECT_EQ(list->parameters[2].text, "é");
  EXPECT_EQ(list->parameters[3].name, "flag");
  EXPECT_EQ(list->Control("_format"), "json");
  EXPECT_EQ(list->Control("_summary"), "");
}

TEST(ReadQuery, FillsARequest) {
  const auto request =
      FromQuery<RelatedCodesOp>("code=x&system=s&kind=a&kind=b&depth=2&date=2026-01");
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_THAT(request->kinds, ElementsAre("a", "b"));
  EXPECT_EQ(request->depth, 2);
  EXPECT_EQ(FromQuery<ValidateCodeOp>("abstract=false")->abstract, false);
}

TEST(ReadQuery, KeepsPairsInOrderForSearches) {
  const auto pairs = ParseQuery("url=a&_id=1,2&url=b&name:exact=c%2Cd");
  ASSERT_TRUE(pairs.ok());
  EXPECT_THAT(*pairs, ElementsAre(Pair("url", "a"), Pair("_id", "1,2"), Pair("url", "b"),
                                  Pair("name:exact", "c,d")));
}

class BadQuery : public testing::TestWithParam<BadCase> {};

TEST_P(BadQuery, IsRefusedWithThePlace) {
  const BadCase& row = GetParam();
  const auto request = FromQuery<RelatedCodesOp>(row.body);
  ASSERT_FALSE(request.ok()) << row.why;
  const Failure failure = FailureOf(request.status());
  EXPECT_EQ(failure.reason, row.reason) << row.why;
  EXPECT_EQ(failure.where, row.where) << row.why;
  EXPECT_THAT(failure.text, HasSubstr(row.fragment)) << row.why;
}

INSTANTIATE_TEST_SUITE_P(
    All, BadQuery,
    testing::Values(
        BadCase{"half an escape", "code=%4", kInvalid, "http.code", "hexadecimal"},
        BadCase{"no escape", "code=%zz", kInvalid, "http.code", "hexadecimal"},
        BadCase{"bare percent", "code=%", kInvalid, "http.code", "hexadecimal"},
        BadCase{"bad name", "%zz=1", kInvalid, "http", "hexadecimal"},
        BadCase{"NUL", "code=a%00", kInvalid, "http.code", "control character"},
        BadCase{"not UTF-8", "code=%ff", kInvalid, "http.code", "UTF-8"},
        BadCase{"raw bytes", "code=\xc3", kInvalid, "http.code", "UTF-8"},
        BadCase{"no name", "=1", kInvalid, "http", "without a parameter name"},
        BadCase{"empty", "code=", kInvalid, "http.code", "must not be empty"},
        BadCase{"name only", "code", kInvalid, "http.code", "must not be empty"},
        BadCase{"twice", "code=a&code=b", Reason::kConflictingParameters, "http.code", "only once"},
        BadCase{"not a number", "depth=two", kInvalid, "http.depth", "whole number"},
        BadCase{"too big", "depth=99999999999", kInvalid, "http.depth", "whole number"},
        BadCase{"fraction", "depth=1.0", kInvalid, "http.depth", "whole number"},
        BadCase{"no such day", "date=2025-02-29", kInvalid, "http.date", "not a date that exists"},
        BadCase{"over-long", "code=" + std::string(kMaxTextBytes + 1, 'x'), kInvalid, "http.code",
                "longer than"}));

TEST(ReadQuery, WantsTrueOrFalse) {
  for (const char* bad : {"True", "1", "yes", ""}) {
    EXPECT_FALSE(FromQuery<ValidateCodeOp>(std::string("abstract=") + bad).ok()) << bad;
  }
}

TEST(IsGetAllowed, DependsOnTheParametersUsed) {
  EXPECT_TRUE(IsGetAllowed<LookupOp>(*ReadQuery("code=x&system=y&other=z")));
  EXPECT_FALSE(IsGetAllowed<LookupOp>(*ReadQuery("coding=x")));
  EXPECT_FALSE(IsGetAllowed<ValidateCodeOp>(*ReadQuery("url=x&codeableConcept=y")));
}

TEST(DecodeSegment, LeavesPlusAlone) {
  EXPECT_EQ(*DecodeSegment("a+b%20c"), "a+b c");
  EXPECT_FALSE(DecodeSegment("a%2").ok());
}

}  // namespace
}  // namespace chemoterm::fhir
