#include "fhir/resource_writer.h"

#include <gtest/gtest.h>

#include "chemoterm/reason.h"
#include "fhir/batch.h"

namespace chemoterm::fhir {
namespace {

constexpr std::string_view kStored =
    R"({"resourceType":"CodeSystem","id":"x","meta":{"versionId":"old","source":"#1","tag":[{"code":"t"}]},"text":{"status":"generated"},)"
    R"("url":"http://u","status":"active","_status":{"id":"1"},"content":"complete","copyrightLabel":"c","concept":[{"code":"a"}]})";
constexpr ResourceView kView{"CodeSystem", "x", "v1", "2026-01-02T03:04:05Z", kStored};

#define TAG                                                                                      \
  R"({"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED",)" \
  R"("display":"Resource encoded in summary mode"})"
#define META \
  R"("meta":{"versionId":"v1","lastUpdated":"2026-01-02T03:04:05Z","source":"#1","tag":[{"code":"t"})"
#define START R"({"resourceType":"CodeSystem","id":"x",)" META

std::string Write(Summary summary, std::vector<std::string> elements = {},
                  FhirVersion version = FhirVersion::kR5) {
  return WriteResource(kView, {version, summary, std::move(elements)});
}

TEST(WriteResource, PutsVersionAndTimeIntoMeta) {
  EXPECT_EQ(
      Write(Summary::kFalse), START
      R"(]},"text":{"status":"generated"},"url":"http://u","status":"active","_status":{"id":"1"},)"
      R"("content":"complete","copyrightLabel":"c","concept":[{"code":"a"}]})");
  EXPECT_EQ(WriteResource({"X", "1", "v", "", R"({"resourceType":"X","id":"1","a":1})"}, {}),
            R"({"resourceType":"X","id":"1","meta":{"versionId":"v"},"a":1})");
  EXPECT_EQ(WriteResource({"X", "", "v", "", R"({"resourceType":"X","a":1})"}, {}),
            R"({"resourceType":"X","meta":{"versionId":"v"},"a":1})");
}

TEST(WriteResource, CutsWhatASummaryLeavesOut) {
  EXPECT_EQ(Write(Summary::kTrue), START
            "," TAG
            R"(]},"url":"http://u","status":"active","_status":{"id":"1"},"content":"complete"})");
  EXPECT_EQ(
      Write(Summary::kText), START
      "," TAG
      R"(]},"text":{"status":"generated"},"status":"active","_status":{"id":"1"},"content":"complete"})");
  EXPECT_EQ(Write(Summary::kData),
            START "," TAG R"(]},"url":"http://u","status":"active","_status":{"id":"1"},)"
                  R"("content":"complete","copyrightLabel":"c","concept":[{"code":"a"}]})");
}

TEST(WriteResource, KeepsElementsAskedForAndMandatoryOnes) {
  EXPECT_EQ(
      Write(Summary::kFalse, {"url", "concept"}), START
      "," TAG
      R"(]},"url":"http://u","status":"active","_status":{"id":"1"},"content":"complete","concept":[{"code":"a"}]})");
}

TEST(WriteResource, SpeaksTheVersionOfTheBase) {
  EXPECT_EQ(
      Write(Summary::kFalse, {"url", "extension"}, FhirVersion::kR4), START
      "," TAG R"(]},"url":"http://u","status":"active","_status":{"id":"1"},"content":"complete",)"
      R"("extension":[{"url":"http://hl7.org/fhir/StructureDefinition/artifact-copyrightLabel","valueString":"c"}]})");
}

TEST(WriteResource, ReadsSummaryModes) {
  EXPECT_EQ(ParseSummary("true"), Summary::kTrue);
  EXPECT_EQ(ParseSummary("count"), Summary::kCount);
  EXPECT_FALSE(ParseSummary("TRUE").has_value());
  EXPECT_FALSE(ParseSummary("").has_value());
}

TEST(WriteSearchset, ListsResourcesWithLinks) {
  SearchResourcesResult result;
  result.total = 7;
  result.resources = {{"X", "1", "v", "", R"({"resourceType":"X","id":"1"})"}};
  const BundleLink links[] = {{"self", "http://h/r5/X?a=\"b\""},
                              {"next", "http://h/r5/X?_offset=1"}};
  EXPECT_EQ(
      WriteSearchset(result, links, "http://h/r5", {}),
      R"({"resourceType":"Bundle","type":"searchset","total":7,"link":[{"relation":"self","url":"http://h/r5/X?a=\"b\""},)"
      R"({"relation":"next","url":"http://h/r5/X?_offset=1"}],"entry":[{"fullUrl":"http://h/r5/X/1",)"
      R"("resource":{"resourceType":"X","id":"1","meta":{"versionId":"v"}},"search":{"mode":"match"}}]})");
  ResourceOptions count;
  count.summary = Summary::kCount;
  EXPECT_EQ(WriteSearchset(result, {}, "http://h/r5", count),
            R"({"resourceType":"Bundle","type":"searchset","total":7})");
  EXPECT_EQ(WriteSearchset({}, {}, "http://h/r5", {}, false),
            R"({"resourceType":"Bundle","type":"searchset"})");
}

TEST(Batch, ReadsEntriesWithTheirResources) {
  const std::string body =
      R"({"resourceType":"Bundle","entry":[{"request":{"method":"GET","url":"CodeSystem/x","ifNoneMatch":"W/\"1\""}},)"
      R"({"resource":{"resourceType":"Parameters"},"request":{"method":"POST","url":"CodeSystem/$lookup"}},{}],"type":"batch"})";
  const auto entries = ReadBatch(body);
  ASSERT_TRUE(entries.ok()) << entries.status();
  ASSERT_EQ(entries->size(), 3u);
  EXPECT_EQ((*entries)[0].method, "GET");
  EXPECT_EQ((*entries)[0].if_none_match, "W/\"1\"");
  EXPECT_EQ((*entries)[1].resource, R"({"resourceType":"Parameters"})");
  EXPECT_EQ((*entries)[1].url, "CodeSystem/$lookup");
  EXPECT_EQ((*entries)[2].method, "");
}

TEST(Batch, RefusesWhatIsNoBatch) {
  const std::pair<std::string, Reason> rows[] = {
      {"", Reason::kMalformedBody},
      {R"({"resourceType":"Parameters"})", Reason::kMalformedBody},
      {R"({"resourceType":"Bundle"})", Reason::kMalformedBody},
      {R"({"resourceType":"Bundle","type":"transaction"})", Reason::kUnprocessable},
      {R"({"resourceType":"Bundle","type":"searchset"})", Reason::kMalformedBody},
      {R"({"resourceType":"Bundle","type":"batch","entry":["x"]})", Reason::kMalformedBody},
      {R"({"resourceType":"Bundle","type":"batch","entry":[{"request":{"url":1}}]})",
       Reason::kMalformedBody},
  };
  for (const auto& [body, reason] : rows) {
    const auto entries = ReadBatch(body);
    ASSERT_FALSE(entries.ok()) << body;
    EXPECT_EQ(FailureOf(entries.status()).reason, reason) << body;
  }
  std::string many;
  for (std::size_t i = 0; i <= kMaxBatchEntries; ++i) many += i == 0 ? "{}" : ",{}";
  EXPECT_EQ(
      FailureOf(
          ReadBatch(R"({"resourceType":"Bundle","type":"batch","entry":[)" + many + "]}").status())
          .reason,
      Reason::kTooLarge);
}

TEST(Batch, AnswersEachEntry) {
  const BatchReply replies[] = {{200, "W/\"1\"", "2026-01-02T03:04:05Z", R"({"a":1})"},
                                {404, "", "", R"({"b":2})"},
                                {304, "", "", ""}};
  EXPECT_EQ(
      WriteBatchResponse(replies),
      R"({"resourceType":"Bundle","type":"batch-response","entry":[{"resource":{"a":1},"response":{"status":"200",)"
      R"("etag":"W/\"1\"","lastModified":"2026-01-02T03:04:05Z"}},{"response":{"status":"404","outcome":{"b":2}}},)"
      R"({"response":{"status":"304"}}]})");
  EXPECT_EQ(WriteBatchResponse({}), R"({"resourceType":"Bundle","type":"batch-response"})");
}

}  // namespace
}  // namespace chemoterm::fhir
