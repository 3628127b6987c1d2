#include "rpc/convert.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <string>

namespace chemoterm::rpc {
namespace {

namespace tv = terminology::v1;
namespace cv = coverage::v1;
using testing::ElementsAre;

template <class Message>
Message FromText(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

// The whole message, so that a field too many is seen as well.
template <class Message>
void ExpectProto(const Message& message, const std::string& text) {
  const auto expected = FromText<Message>(text);
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(message, expected))
      << "got:\n"
      << message.DebugString() << "expected:\n"
      << expected.DebugString();
}

TEST(ToRequest, LookupCarriesEveryField) {
  const auto request = ToRequest(FromText<tv::LookupCodeRequest>(R"(
      code: "c" system: "s" version: "v" coding { system: "S" version: "V" code: "C" display: "D" }
      date: "2026-01-02" display_language: "de" property: "p" property: "q" use_supplement: "u"
      tx_resource: "{}" cache_id: "i")"));
  EXPECT_EQ(request.code, "c");
  EXPECT_EQ(request.system, "s");
  EXPECT_EQ(request.version, "v");
  ASSERT_TRUE(request.coding.has_value());
  EXPECT_EQ(request.coding->system, "S");
  EXPECT_EQ(request.coding->version, "V");
  EXPECT_EQ(request.coding->code, "C");
  EXPECT_EQ(request.coding->display, "D");
  EXPECT_EQ(request.date, "2026-01-02");
  EXPECT_EQ(request.display_language, "de");
  EXPECT_THAT(request.properties, ElementsAre("p", "q"));
  EXPECT_THAT(request.use_supplements, ElementsAre("u"));
  EXPECT_THAT(request.tx_resources, ElementsAre("{}"));
  EXPECT_EQ(request.cache_id, "i");
}

TEST(ToRequest, ValidateCodeCarriesEveryField) {
  const auto request = ToRequest(FromText<tv::ValidateCodeRequest>(R"(
      url: "u" code: "c" version: "v" display: "d" coding { code: "C" }
      codeable_concept { coding { code: "1" } coding { code: "2" } text: "t" }
      date: "2026" abstract: false display_language: "en" system: "s"
      lenient_display_validation: true use_supplement: "x" tx_resource: "{}" cache_id: "i"
      code_system: "{c}")"));
  EXPECT_EQ(request.url, "u");
  EXPECT_EQ(request.code, "c");
  EXPECT_EQ(request.version, "v");
  EXPECT_EQ(request.display, "d");
  EXPECT_EQ(request.coding->code, "C");
  ASSERT_EQ(request.codeable_concept->coding.size(), 2U);
  EXPECT_EQ(request.codeable_concept->coding[1].code, "2");
  EXPECT_EQ(request.codeable_concept->text, "t");
  EXPECT_EQ(request.date, "2026");
  EXPECT_EQ(request.abstract, false);
  EXPECT_EQ(request.display_language, "en");
  EXPECT_EQ(request.system, "s");
  EXPECT_EQ(request.lenient_display_validation, true);
  EXPECT_THAT(request.use_supplements, ElementsAre("x"));
  EXPECT_THAT(request.tx_resources, ElementsAre("{}"));
  EXPECT_EQ(request.cache_id, "i");
  EXPECT_EQ(request.code_system, "{c}");
}

TEST(ToRequest, ValidateValueSetCodeCarriesEveryField) {
  const auto request = ToRequest(FromText<tv::ValidateValueSetCodeRequest>(R"(
      url: "u" value_set: "{v}" value_set_version: "v" context: "x" code: "c" system: "s"
      system_version: "sv" display: "d" coding { code: "C" }
      codeable_concept { coding { code: "1" } text: "t" } date: "2026" abstract: false
      display_language: "en" infer_system: true lenient_display_validation: false
      valueset_membership_only: true active_only: false default_system_version: "s|1"
      check_system_version: "s|2" force_system_version: "s|3" default_valueset_version: "v|4"
      use_supplement: "p" tx_resource: "{}" tx_resource: "{2}" cache_id: "i")"));
  EXPECT_EQ(request.url, "u");
  EXPECT_EQ(request.value_set, "{v}");
  EXPECT_EQ(request.value_set_version, "v");
  EXPECT_EQ(request.context, "x");
  EXPECT_EQ(request.code, "c");
  EXPECT_EQ(request.system, "s");
  EXPECT_EQ(request.system_version, "sv");
  EXPECT_EQ(request.display, "d");
  EXPECT_EQ(request.coding->code, "C");
  ASSERT_EQ(request.codeable_concept->coding.size(), 1U);
  EXPECT_EQ(request.codeable_concept->text, "t");
  EXPECT_EQ(request.date, "2026");
  EXPECT_EQ(request.abstract, false);
  EXPECT_EQ(request.display_language, "en");
  EXPECT_EQ(request.infer_system, true);
  EXPECT_EQ(request.lenient_display_validation, false);
  EXPECT_EQ(request.membership_only, true);
  EXPECT_EQ(request.active_only, false);
  EXPECT_THAT(request.system_versions, ElementsAre("s|1"));
  EXPECT_THAT(request.check_system_versions, ElementsAre("s|2"));
  EXPECT_THAT(request.force_system_versions, ElementsAre("s|3"));
  EXPECT_THAT(request.default_value_set_versions, ElementsAre("v|4"));
  EXPECT_THAT(request.use_supplements, ElementsAre("p"));
  EXPECT_THAT(request.tx_resources, ElementsAre("{}", "{2}"));
  EXPECT_EQ(request.cache_id, "i");
}

TEST(ToRequest, ExpandCarriesEveryField) {
  const auto request = ToRequest(FromText<tv::ExpandValueSetRequest>(R"(
      url: "u" value_set: "{v}" value_set_version: "v" context: "x" filter: "f" date: "2026"
      offset: 0 count: 0 include_designations: true designation: "a|b" designation: "c|d"
      include_definition: false active_only: true exclude_nested: false exclude_not_for_ui: true
      exclude_post_coordinated: false display_language: "de" property: "p" exclude_system: "s"
      default_system_version: "s|1" check_system_version: "s|2" force_system_version: "s|3"
      default_valueset_version: "v|4" use_supplement: "q" tx_resource: "{}" cache_id: "i")"));
  EXPECT_EQ(request.url, "u");
  EXPECT_EQ(request.value_set, "{v}");
  EXPECT_EQ(request.value_set_version, "v");
  EXPECT_EQ(request.context, "x");
  EXPECT_EQ(request.filter, "f");
  EXPECT_EQ(request.date, "2026");
  EXPECT_EQ(request.offset, 0);
  EXPECT_EQ(request.count, 0);  // given: only the number is wanted
  EXPECT_EQ(request.include_designations, true);
  EXPECT_THAT(request.designations, ElementsAre("a|b", "c|d"));
  EXPECT_EQ(request.include_definition, false);
  EXPECT_EQ(request.active_only, true);
  EXPECT_EQ(request.exclude_nested, false);
  EXPECT_EQ(request.exclude_not_for_ui, true);
  EXPECT_EQ(request.exclude_post_coordinated, false);
  EXPECT_EQ(request.display_language, "de");
  EXPECT_THAT(request.properties, ElementsAre("p"));
  EXPECT_THAT(request.exclude_systems, ElementsAre("s"));
  EXPECT_THAT(request.system_versions, ElementsAre("s|1"));
  EXPECT_THAT(request.check_system_versions, ElementsAre("s|2"));
  EXPECT_THAT(request.force_system_versions, ElementsAre("s|3"));
  EXPECT_THAT(request.default_value_set_versions, ElementsAre("v|4"));
  EXPECT_THAT(request.use_supplements, ElementsAre("q"));
  EXPECT_THAT(request.tx_resources, ElementsAre("{}"));
  EXPECT_EQ(request.cache_id, "i");
}

TEST(ToRequest, CompareCarriesEveryField) {
  const auto request = ToRequest(FromText<tv::CompareValueSetsRequest>(R"(
      this_url: "t" other_url: "o" this_value_set: "{t}" other_value_set: "{o}" diagnostics: false
      default_system_version: "s|1" check_system_version: "s|2" force_system_version: "s|3"
      default_valueset_version: "v|4" use_supplement: "q" tx_resource: "{}" cache_id: "i")"));
  EXPECT_EQ(request.this_url, "t");
  EXPECT_EQ(request.other_url, "o");
  EXPECT_EQ(request.value_set, "{t}");
  EXPECT_EQ(request.other_value_set, "{o}");
  EXPECT_EQ(request.diagnostics, false);
  EXPECT_THAT(request.system_versions, ElementsAre("s|1"));
  EXPECT_THAT(request.check_system_versions, ElementsAre("s|2"));
  EXPECT_THAT(request.force_system_versions, ElementsAre("s|3"));
  EXPECT_THAT(request.default_value_set_versions, ElementsAre("v|4"));
  EXPECT_THAT(request.use_supplements, ElementsAre("q"));
  EXPECT_THAT(request.tx_resources, ElementsAre("{}"));
  EXPECT_EQ(request.cache_id, "i");
}

TEST(ToRequest, SubsumesCarriesEveryField) {
  const auto request = ToRequest(FromText<tv::SubsumesRequest>(R"(
      code_a: "a" code_b: "b" system: "s" version: "v" coding_a { code: "A" }
      coding_b { code: "B" })"));
  EXPECT_EQ(request.code_a, "a");
  EXPECT_EQ(request.code_b, "b");
  EXPECT_EQ(request.system, "s");
  EXPECT_EQ(request.version, "v");
  EXPECT_EQ(request.coding_a->code, "A");
  EXPECT_EQ(request.coding_b->code, "B");
}

TEST(ToRequest, RelatedCodesCarriesEveryField) {
  const auto request = ToRequest(FromText<tv::ListRelatedCodesRequest>(R"(
      system: "s" version: "v" code: "c" coding { code: "C" } kind: "k" kind: "l"
      direction: "from" date: "2026" depth: 0 display_language: "fr")"));
  EXPECT_EQ(request.system, "s");
  EXPECT_EQ(request.version, "v");
  EXPECT_EQ(request.code, "c");
  EXPECT_EQ(request.coding->code, "C");
  EXPECT_THAT(request.kinds, ElementsAre("k", "l"));
  EXPECT_EQ(request.direction, "from");
  EXPECT_EQ(request.date, "2026");
  EXPECT_EQ(request.depth, 0);  // given, though it is the default of its type
  EXPECT_EQ(request.display_language, "fr");
}

TEST(ToRequest, SearchCodesCarriesEveryField) {
  const auto request = ToRequest(FromText<tv::SearchCodesRequest>(
      R"(text: "t" system: "s" system: "r" count: 7 display_language: "es")"));
  EXPECT_EQ(request.text, "t");
  EXPECT_THAT(request.systems, ElementsAre("s", "r"));
  EXPECT_EQ(request.count, 7);
  EXPECT_EQ(request.display_language, "es");
}

TEST(ToRequest, CoverageNotesCarriesEveryField) {
  const auto request = ToRequest(FromText<cv::ListCoverageNotesRequest>(R"(
      system: "s" version: "v" code: "c" coding { code: "C" } payer: "p" plan: "q"
      jurisdiction: "US-CA" date: "2026" topic: "t" include_historic: true)"));
  EXPECT_EQ(request.system, "s");
  EXPECT_EQ(request.version, "v");
  EXPECT_EQ(request.code, "c");
  EXPECT_EQ(request.coding->code, "C");
  EXPECT_EQ(request.payer, "p");
  EXPECT_EQ(request.plan, "q");
  EXPECT_EQ(request.jurisdiction, "US-CA");
  EXPECT_EQ(request.date, "2026");
  EXPECT_THAT(request.topics, ElementsAre("t"));
  EXPECT_EQ(request.include_historic, true);
}

TEST(ToRequest, WhatIsNotGivenIsAbsent) {
  EXPECT_FALSE(ToRequest(tv::LookupCodeRequest()).coding.has_value());
  const auto validate = ToRequest(tv::ValidateCodeRequest());
  EXPECT_FALSE(validate.coding.has_value());
  EXPECT_FALSE(validate.codeable_concept.has_value());
  EXPECT_FALSE(validate.abstract.has_value());
  EXPECT_FALSE(validate.lenient_display_validation.has_value());
  const auto in_value_set = ToRequest(tv::ValidateValueSetCodeRequest());
  EXPECT_FALSE(in_value_set.coding.has_value());
  EXPECT_FALSE(in_value_set.codeable_concept.has_value());
  EXPECT_FALSE(in_value_set.infer_system.has_value());
  EXPECT_FALSE(in_value_set.membership_only.has_value());
  const auto expand = ToRequest(tv::ExpandValueSetRequest());
  EXPECT_FALSE(expand.offset.has_value());
  EXPECT_FALSE(expand.count.has_value());
  EXPECT_FALSE(expand.exclude_nested.has_value());
  EXPECT_FALSE(ToRequest(tv::SubsumesRequest()).coding_a.has_value());
  EXPECT_FALSE(ToRequest(tv::SubsumesRequest()).coding_b.has_value());
  EXPECT_FALSE(ToRequest(tv::ListRelatedCodesRequest()).depth.has_value());
  EXPECT_FALSE(ToRequest(tv::SearchCodesRequest()).count.has_value());
  EXPECT_FALSE(ToRequest(cv::ListCoverageNotesRequest()).include_historic.has_value());
}

TEST(ToProto, LookupCarriesEveryField) {
  LookupResult result;
  result.name = "n";
  result.version = "v";
  result.display = "d";
  result.code = "c";
  result.system = "s";
  result.definition = "f";
  result.abstract = false;
  result.designations = {{"de", {"S", "V", "C", "D"}, {{"", "", "x", ""}}, "Wert", "http://p"},
                         {{}, {}, {}, "w", {}}};
  result.properties = {{"p",
                        {ValueKind::kDecimal, "0.80", {}},
                        "pd",
                        "src",
                        {{"as-of", {ValueKind::kDate, "2026-01", {}}, "sd"}}},
                       {"absent", {}, "why", {}, {}}};
  result.used_supplements = {"u"};
  result.disclaimer = "x";
  tv::LookupCodeResponse proto;
  ToProto(result, proto);
  ExpectProto(proto, R"(
      name: "n" version: "v" display: "d" code: "c" system: "s" definition: "f" abstract: false
      designation { language: "de" use { system: "S" version: "V" code: "C" display: "D" }
                    additional_use { code: "x" } value: "Wert" source: "http://p" }
      designation { value: "w" }
      property { code: "p" value { decimal_value: "0.80" } description: "pd" source: "src"
                 subproperty { code: "as-of" value { date_value: "2026-01" } description: "sd" } }
      property { code: "absent" description: "why" }
      used_supplement: "u" disclaimer: "x")");
}

template <class Message>
void ExpectEveryFieldOfAValidation() {
  const CodeableConcept codes{{{"S", "V", "C", "D"}}, "t"};
  ValidateCodeResult result;
  result.result = true;
  result.message = "m";
  result.display = "d";
  result.code = "c";
  result.system = "s";
  result.version = "v";
  result.codeable_concept = &codes;
  result.inactive = true;
  result.status = "retired";
  result.normalized_code = "C";
  result.caused_by_unknown_systems = {"u"};
  result.unknown_systems = {"w"};
  Message proto;
  ToProto(result, proto);
  ExpectProto(proto, R"(
      result: true message: "m" display: "d" code: "c" system: "s" version: "v"
      codeable_concept { coding { system: "S" version: "V" code: "C" display: "D" } text: "t" }
      inactive: true status: "retired" normalized_code: "C" x_caused_by_unknown_system: "u"
      x_unknown_system: "w")");
}

TEST(ToProto, ValidateCodeCarriesEveryField) {
  ExpectEveryFieldOfAValidation<tv::ValidateCodeResponse>();
}

TEST(ToProto, ValidateValueSetCodeCarriesEveryField) {
  ExpectEveryFieldOfAValidation<tv::ValidateValueSetCodeResponse>();
}

TEST(ToProto, ExpandCarriesEveryField) {
  ExpandResult result;
  result.url = "u";
  result.version = "v";
  result.name = "n";
  result.title = "t";
  result.status = "active";
  result.identifier = "urn:uuid:1";
  result.timestamp = "2026-01-01T00:00:00Z";
  result.total = 2;
  result.offset = 0;
  result.parameters = {{"count", {ValueKind::kInteger, "2", {}}}, {"none", {}}};
  result.properties = {{"p", "pu"}};
  ContainedConcept parent;
  parent.system = "s";
  parent.version = "sv";
  parent.code = "c";
  parent.display = "d";
  parent.abstract = true;
  parent.inactive = false;
  parent.designations = {{"de", {"S", "V", "C", "D"}, "w", "{e}"}, {{}, {}, "only", {}}};
  parent.properties = {{"p", {ValueKind::kDecimal, "0.80", {}}}};
  parent.extensions = "{x}";
  ContainedConcept child;
  child.depth = 1;
  child.code = "k";
  result.contains = {parent, child};
  result.unclosed_reason = "fragment";
  result.head_json = "not sent";
  tv::ExpandValueSetResponse proto;
  ToProto(result, proto);
  ExpectProto(proto, R"(
      url: "u" version: "v" name: "n" title: "t" status: "active" identifier: "urn:uuid:1"
      timestamp: "2026-01-01T00:00:00Z" total: 2 offset: 0
      parameter { name: "count" value { integer_value: 2 } } parameter { name: "none" }
      property { code: "p" uri: "pu" }
      contains { system: "s" version: "sv" code: "c" display: "d" abstract: true inactive: false
                 designation { language: "de" value: "w" extensions: "{e}"
                               use { system: "S" version: "V" code: "C" display: "D" } }
                 designation { value: "only" }
                 property { code: "p" value { decimal_value: "0.80" } } extensions: "{x}" }
      contains { depth: 1 code: "k" }
      unclosed_reason: "fragment")");
}

TEST(ToProto, ExpandTellsNoneFromNotCounted) {
  ExpandResult result;
  tv::ExpandValueSetResponse not_counted;
  ToProto(result, not_counted);
  EXPECT_FALSE(not_counted.has_total());
  result.total = 0;
  tv::ExpandValueSetResponse none;
  ToProto(result, none);
  EXPECT_TRUE(none.has_total());
}

TEST(ToProto, ValidateCodeTellsInactiveFalseFromUnknown) {
  ValidateCodeResult result;
  tv::ValidateCodeResponse unknown;
  ToProto(result, unknown);
  EXPECT_FALSE(unknown.has_inactive());
  EXPECT_FALSE(unknown.has_codeable_concept());
  result.inactive = false;
  tv::ValidateCodeResponse known;
  ToProto(result, known);
  EXPECT_TRUE(known.has_inactive());
}

TEST(ToProto, CompareCarriesEveryField) {
  CompareResult result;
  result.result = "subset";
  result.message = "m";
  result.performed_expansion = false;
  result.common_codes = "a,b";
  result.missing_codes = "c";
  result.extra_codes = "d";
  tv::CompareValueSetsResponse proto;
  ToProto(result, proto);
  ExpectProto(proto, R"(
      result: "subset" message: "m" performed_expansion: false common_codes: "a,b"
      missing_codes: "c" extra_codes: "d")");
}

TEST(ToProto, SubsumesCarriesTheOutcome) {
  tv::SubsumesResponse proto;
  ToProto(SubsumesResult{"subsumed-by"}, proto);
  ExpectProto(proto, R"(outcome: "subsumed-by")");
}

TEST(ToProto, RelatedCodesCarriesEveryField) {
  RelatedCodesResult result;
  result.related = {{"k",
                     "from",
                     {"S", "V", "C", "D"},
                     "d",
                     2,
                     {"2024", "2025-06"},
                     "1",
                     "practitioner",
                     "ci",
                     "cu",
                     "2024-07",
                     "sourced"}};
  result.disclaimer = "x";
  tv::ListRelatedCodesResponse proto;
  ToProto(result, proto);
  ExpectProto(proto, R"(
      related { kind: "k" direction: "from"
                concept { system: "S" version: "V" code: "C" display: "D" } description: "d"
                depth: 2 period { start: "2024" end: "2025-06" } indicator: "1"
                setting: "practitioner" citation: "ci" citation_url: "cu" as_of: "2024-07"
                verification: "sourced" }
      disclaimer: "x")");
}

TEST(ToProto, SearchCodesCarriesEveryField) {
  SearchCodesResult result;
  result.matches = {{{"S", {}, "C", "D"}, "0.75", {{"display", "w", "prefix"}}}};
  tv::SearchCodesResponse proto;
  ToProto(result, proto);
  ExpectProto(proto, R"(
      match { concept { system: "S" code: "C" display: "D" } score: "0.75"
              matched { where: "display" word: "w" as: "prefix" } })");
}

TEST(ToProto, CoverageNotesCarriesEveryField) {
  CoverageNote note;
  note.id = "i";
  note.payer = "p";
  note.payer_name = "P";
  note.plan = "l";
  note.title = "t";
  note.covered = "conditional";
  note.pa_needed = "auth-needed";
  note.doc_needed = {"clinical", "admin"};
  note.information = "in";
  note.criteria = "cr";
  note.limits = "li";
  note.documentation = {"d1", "d2"};
  note.applies_when = "aw";
  note.result_when_applies = "rw";
  note.code_basis = "topic";
  note.topics = {"t1"};
  note.jurisdictions = {"US"};
  note.status = "active";
  note.status_text = "st";
  note.policy_number = "pn";
  note.policy_title = "pt";
  note.effective = {"2024", ""};
  note.effective_text = "et";
  note.last_review = "2024-02";
  note.retrieved = "2026-01-01";
  note.stale = true;
  note.undated = true;
  note.confidence = "high";
  note.citation = "ci";
  note.citation_url = "cu";
  note.verification = "sourced";
  note.reference = "PlanDefinition/i";
  CoverageNotesResult result;
  result.notes = {note};
  result.summaries = {{"p", "P", "covered", "no-info", "no-auth", true, true, 3}};
  result.disclaimer = "x";
  cv::ListCoverageNotesResponse proto;
  ToProto(result, proto);
  ExpectProto(proto, R"(
      note { id: "i" payer: "p" payer_name: "P" plan: "l" title: "t" covered: "conditional"
             pa_needed: "auth-needed" doc_needed: "clinical" doc_needed: "admin" information: "in"
             criteria: "cr" limits: "li" documentation: "d1" documentation: "d2" applies_when: "aw"
             result_when_applies: "rw" code_basis: "topic" topic: "t1" jurisdiction: "US"
             status: "active" status_text: "st" policy_number: "pn" policy_title: "pt"
             effective { start: "2024" } effective_text: "et" last_review: "2024-02"
             retrieved: "2026-01-01" stale: true undated: true confidence: "high" citation: "ci"
             citation_url: "cu" verification: "sourced" reference: "PlanDefinition/i" }
      summary { payer: "p" payer_name: "P" covered: "covered" information: "no-info"
                pa_needed: "no-auth" conflict: true stale: true notes: 3 }
      disclaimer: "x")");
}

TEST(ToProto, CodeSystemCarriesEveryField) {
  CodeSystemSummary system;
  system.id = "i";
  system.url = "u";
  system.version = "v";
  system.name = "n";
  system.title = "t";
  system.content = "fragment";
  system.supplements = "s";
  system.status = "active";
  system.copyright = "c";
  system.language = "en";
  system.concept_count = 5'000'000'000;
  system.case_sensitive = true;
  system.compositional = true;
  system.has_hierarchy = true;
  system.languages = {"de"};
  system.properties = {"p"};
  tv::CodeSystem proto;
  ToProto(system, proto);
  ExpectProto(proto, R"(
      id: "i" url: "u" version: "v" name: "n" title: "t" content: "fragment" supplements: "s"
      status: "active" copyright: "c" language: "en" concept_count: 5000000000
      case_sensitive: true compositional: true has_hierarchy: true languages: "de"
      properties: "p")");
}

TEST(ToProto, PayerCarriesEveryField) {
  cv::Payer proto;
  ToProto(PayerSummary{"s", "n", "federal", {"a"}, {{"ps", "pn", "lob"}}, 7}, proto);
  ExpectProto(proto, R"(
      slug: "s" name: "n" type: "federal" aliases: "a"
      plans { slug: "ps" name: "pn" line_of_business: "lob" } note_count: 7)");
}

TEST(ToProto, IssuesCarryEveryFieldInOrder) {
  tv::SubsumesResponse proto;
  ToProto({{Severity::kError, "code-invalid", "invalid-code", "M1", "one", "code"},
           {Severity::kWarning, "t", {}, {}, "two", {}},
           {Severity::kInformation, "t", {}, {}, "three", {}}},
          *proto.mutable_issues());
  ExpectProto(proto, R"(
      issues { severity: SEVERITY_ERROR type: "code-invalid" tx_type: "invalid-code"
               message_id: "M1" text: "one" expression: "code" }
      issues { severity: SEVERITY_WARNING type: "t" text: "two" }
      issues { severity: SEVERITY_INFORMATION type: "t" text: "three" })");
}

struct ValueCase {
  ValueView value;
  const char* proto;
};

class ValueTest : public testing::TestWithParam<ValueCase> {};

TEST_P(ValueTest, KeepsItsType) {
  type::v1::Value proto;
  ToProto(GetParam().value, proto);
  ExpectProto(proto, GetParam().proto);
}

INSTANTIATE_TEST_SUITE_P(
    EveryKind, ValueTest,
    testing::Values(ValueCase{{ValueKind::kNone, {}, {}}, ""},
                    ValueCase{{ValueKind::kBoolean, "true", {}}, "boolean_value: true"},
                    ValueCase{{ValueKind::kBoolean, "false", {}}, "boolean_value: false"},
                    ValueCase{{ValueKind::kInteger, "-7", {}}, "integer_value: -7"},
                    ValueCase{{ValueKind::kInteger, "0", {}}, "integer_value: 0"},
                    ValueCase{{ValueKind::kInteger, "99999999999999999999", {}},
                              R"(string_value: "99999999999999999999")"},
                    ValueCase{{ValueKind::kDecimal, "0.80", {}}, R"(decimal_value: "0.80")"},
                    ValueCase{{ValueKind::kString, "s", {}}, R"(string_value: "s")"},
                    ValueCase{{ValueKind::kCode, "c", {}}, R"(code_value: "c")"},
                    ValueCase{{ValueKind::kUri, "u", {}}, R"(uri_value: "u")"},
                    ValueCase{{ValueKind::kDate, "2026", {}}, R"(date_value: "2026")"},
                    ValueCase{{ValueKind::kDateTime, "2026-01-01T00:00:00Z", {}},
                              R"(date_time_value: "2026-01-01T00:00:00Z")"},
                    ValueCase{{ValueKind::kCoding, {}, {"s", {}, "c", "d"}},
                              R"(coding_value { system: "s" code: "c" display: "d" })"}));

}  // namespace
}  // namespace chemoterm::rpc
