// $translate, $closure and $find-matches as HTTP sees them: levels, methods, and the words of each
// FHIR version.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/gateway/gateway_fixture.h"

namespace chemoterm::gateway {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kGroups = "https://chemoterm.example/fhir/CodeSystem/chemo-group";

std::string Parameters(std::string_view list) {
  return base::Concat({R"({"resourceType":"Parameters","parameter":[)", list, "]}"});
}

std::string Concepts(std::string_view name, const std::vector<std::string_view>& codes) {
  std::string list = base::Concat({R"({"name":"name","valueString":")", name, R"("})"});
  for (const auto code : codes) {
    list += base::Concat({R"(,{"name":"concept","valueCoding":{"system":")", kGroups,
                          R"(","code":")", code, R"("}})"});
  }
  return Parameters(list);
}

TEST(Translate, AnswersInTheWordsOfTheBase) {
  const Door door;
  const std::string r4 =
      door.Send(Get("/r4/ConceptMap/cpt-group/"
                    "$translate?code=96402&system=http%3A%2F%2Fwww.ama-assn.org%2Fgo%2Fcpt"))
          .body;
  EXPECT_THAT(
      r4,
      AllOf(
          HasSubstr(R"({"name":"equivalence","valueCode":"wider"})"),
          HasSubstr(
              R"({"name":"source","valueUri":"https://chemoterm.example/fhir/ConceptMap/cpt-group|2026.1"})"),
          Not(HasSubstr("relationship")), Not(HasSubstr("originMap"))));
  const std::string r5 =
      door.Send(Get("/r5/ConceptMap/cpt-group/"
                    "$translate?code=96402&system=http%3A%2F%2Fwww.ama-assn.org%2Fgo%2Fcpt"))
          .body;
  EXPECT_THAT(
      r5,
      AllOf(
          HasSubstr(R"({"name":"relationship","valueCode":"source-is-narrower-than-target"})"),
          HasSubstr(
              R"({"name":"originMap","valueCanonical":"https://chemoterm.example/fhir/ConceptMap/cpt-group|2026.1"})"),
          Not(HasSubstr("equivalence"))));
}

TEST(Translate, NamesTheMapInR4AsTheRequestDoes) {
  const Door door;
  const std::string body =
      door.Send(Get("/r4/ConceptMap/cpt-group/"
                    "$translate?sourceCode=96402&system=http%3A%2F%2Fwww.ama-assn.org%2Fgo%2Fcpt"))
          .body;
  EXPECT_THAT(body, AllOf(HasSubstr(R"({"name":"originMap","valueCanonical":)"),
                          HasSubstr("equivalence"), Not(HasSubstr(R"("name":"source")"))));
}

TEST(Translate, WritesProductsInTheWordsOfTheBase) {
  const Door door;
  const std::string request = Parameters(
      R"({"name":"conceptMap","resource":{"resourceType":"ConceptMap","url":"http://m","status":"active","group":[)"
      R"({"source":"http://s","target":"http://t","element":[{"code":"a","target":[{"code":"A","relationship":"equivalent",)"
      R"("product":[{"attribute":"http://sex","valueCode":"f"}],"dependsOn":[{"attribute":"http://age","valueCode":"x"}]}]}]}]}},)"
      R"({"name":"sourceCoding","valueCoding":{"system":"http://s","code":"a"}},)"
      R"({"name":"dependency","part":[{"name":"attribute","valueUri":"http://age"},{"name":"value","valueString":"x"}]})");
  EXPECT_THAT(
      door.Send(Post("/r4/ConceptMap/$translate", request)).body,
      AllOf(
          HasSubstr(
              R"({"name":"product","part":[{"name":"element","valueUri":"http://sex"},{"name":"concept","valueCoding":{"code":"f"}}]})"),
          Not(HasSubstr("dependsOn"))));
  EXPECT_THAT(
      door.Send(Post("/r5/ConceptMap/$translate", request)).body,
      AllOf(
          HasSubstr(
              R"({"name":"product","part":[{"name":"attribute","valueUri":"http://sex"},{"name":"value","valueCode":"f"}]})"),
          HasSubstr(
              R"({"name":"dependsOn","part":[{"name":"attribute","valueUri":"http://age"},{"name":"value","valueCode":"x"}]})")));
}

TEST(Translate, LeavesConditionalMatchesOutOfR4) {
  const Door door;
  const std::string request = Parameters(
      R"({"name":"conceptMap","resource":{"resourceType":"ConceptMap","url":"http://m","status":"active","group":[)"
      R"({"source":"http://s","target":"http://t","element":[{"code":"a","target":[{"code":"A","relationship":"equivalent",)"
      R"("dependsOn":[{"attribute":"http://age","valueCode":"x"}]}]}]}]}},)"
      R"({"name":"sourceCoding","valueCoding":{"system":"http://s","code":"a"}})");
  EXPECT_THAT(
      door.Send(Post("/r4/ConceptMap/$translate", request)).body,
      AllOf(HasSubstr(R"({"name":"result","valueBoolean":false})"), Not(HasSubstr(R"("match")"))));
  EXPECT_THAT(
      door.Send(Post("/r5/ConceptMap/$translate", request)).body,
      AllOf(HasSubstr(R"({"name":"result","valueBoolean":false})"), HasSubstr(R"("match")")));
}

TEST(Translate, OnAnInstanceTakesNoOtherMap) {
  const Door door;
  const auto reply =
      door.Send(Get("/r5/ConceptMap/cpt-group/"
                    "$translate?url=http%3A%2F%2Fother&sourceCode=1&system=http%3A%2F%2Fs"));
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(
      door.Send(Get("/r5/ConceptMap/none/$translate?sourceCode=1&system=http%3A%2F%2Fs")).status,
      404);
}

TEST(Translate, NamesThePlaceOfABadPart) {
  const Door door;
  const auto reply = door.Send(Post(
      "/r5/ConceptMap/$translate",
      Parameters(
          R"({"name":"dependency","part":[{"name":"attribute","valueUri":"http://a"},{"name":"value","valueQuantity":{"value":1}}]})")));
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, HasSubstr("Parameters.parameter[0].part[1].valueQuantity"));
}

TEST(Closure, IsAConceptMapInTheWordsOfTheBase) {
  const Door door;
  EXPECT_THAT(
      door.Send(Post("/r4/$closure", Concepts("r4", {}))).body,
      AllOf(
          HasSubstr(R"({"resourceType":"ConceptMap","version":"1","name":"r4","status":"active")"),
          Not(HasSubstr("group"))));
  EXPECT_THAT(
      door.Send(Post("/r4/$closure", Concepts("r4", {"route-device", "device-flush-alone"}))).body,
      AllOf(
          HasSubstr(R"("sourceVersion":)"),
          HasSubstr(
              R"("element":[{"code":"device-flush-alone","target":[{"code":"route-device","equivalence":"subsumes"}]}])")));
  door.Send(Post("/r5/$closure", Concepts("r5", {})));
  EXPECT_THAT(
      door.Send(Post("/r5/$closure", Concepts("r5", {"route-device", "device-flush-alone"}))).body,
      AllOf(
          HasSubstr(base::Concat({R"("source":")", kGroups, "|"})),
          HasSubstr(
              R"("target":[{"code":"route-device","relationship":"source-is-narrower-than-target"}])")));
}

TEST(Closure, TakesPostAtTheSystemOnly) {
  const Door door;
  const auto get = door.Send(Get("/r5/$closure?name=x"));
  EXPECT_EQ(get.status, 405);
  EXPECT_EQ(HeaderOf(get, "Allow"), "POST, OPTIONS");
  EXPECT_EQ(door.Send(Post("/r5/ConceptMap/$closure", Concepts("x", {}))).status, 404);
}

TEST(Closure, ALostTableIs422) {
  const Door door;
  const auto reply = door.Send(Post("/r5/$closure", Concepts("lost", {"route-device"})));
  EXPECT_EQ(reply.status, 422);
  EXPECT_THAT(reply.body, HasSubstr("must be reinitialized"));
}

TEST(FindMatches, WithPropertiesTakesPostOnly) {
  const Door door;
  const auto get = door.Send(Get("/r5/CodeSystem/chemo-group/$find-matches?property=x"));
  EXPECT_EQ(get.status, 405);
  const auto post = door.Send(Post(
      "/r5/CodeSystem/chemo-group/$find-matches",
      Parameters(
          R"({"name":"property","part":[{"name":"code","valueCode":"code"},{"name":"value","valueCode":"route-device"}]},{"name":"exact","valueBoolean":true})")));
  EXPECT_EQ(post.status, 200) << post.body;
  EXPECT_THAT(post.body, HasSubstr(R"("code":"route-device")"));
}

TEST(Metadata, ListsTranslationAndClosure) {
  const Door door;
  EXPECT_THAT(door.Send(Get("/r4/metadata")).body,
              AllOf(HasSubstr("OperationDefinition/ConceptMap-translate"),
                    HasSubstr("OperationDefinition/ConceptMap-closure"),
                    HasSubstr("OperationDefinition/CodeSystem-find-matches")));
  EXPECT_THAT(door.Send(Get("/r5/metadata?mode=terminology")).body,
              AllOf(HasSubstr(R"("translation":{"needsMap":false})"),
                    HasSubstr(R"("closure":{"translation":false})")));
}

}  // namespace
}  // namespace chemoterm::gateway
