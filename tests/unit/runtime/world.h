// A small content folder made for questions that the shipped content does not raise: two versions
// of a system, cycles and diamonds of relations, payers who disagree, figures that change within a
// year.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "chemoterm/engine.h"
#include "unit/load/content_dir.h"

namespace chemoterm::runtime {

constexpr std::string_view kA = "http://codes.example/a";  // a compositional fragment
constexpr std::string_view kB = "http://codes.example/b";  // named by rows, not loaded
constexpr std::string_view kC = "http://codes.example/c";  // 1.9 and 1.10, any case
constexpr std::string_view kToday = "2026-11-22";
constexpr std::string_view kShipped = CHEMOTERM_SOURCE_DIR "/terminology";

inline EngineOptions OptionsFor(std::string_view folder, std::string_view today = kToday) {
  EngineOptions options;
  options.content_dir = folder;
  options.today = [today = std::string(today)] { return today; };
  return options;
}

// Fails the test when the content does not open.
inline std::unique_ptr<Engine> OpenOrFail(EngineOptions options) {
  auto engine = Engine::Open(std::move(options));
  if (engine.ok()) return *std::move(engine);
  ADD_FAILURE() << engine.status();
  return nullptr;
}

inline LookupRequest LookupOf(std::string_view code, std::string_view property = {},
                              std::string_view system = kA) {
  LookupRequest request;
  request.system = system;
  request.code = code;
  if (!property.empty()) request.properties = {std::string(property)};
  return request;
}

inline std::string DisplayOf(const Engine& engine, std::string_view code) {
  const auto answer = engine.Run({}, LookupOf(code));
  return answer.ok() ? std::string(answer->value.display) : answer.status().ToString();
}

inline std::string FileText(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

inline std::string Modifier(std::string_view code, std::string_view display) {
  return base::Concat({R"({"code": ")", code, R"(", "display": ")", display,
                       R"(", "property": [{"code": "modifier", "valueBoolean": true}]})"});
}

inline void AddSystems(load::ContentDir& dir) {
  dir.Replace("manifest.json", R"("search": true)",
              R"("search": true, "codePattern": "[0-9]{4}[0-9A-Z]|[0-9A-Z]{2}")");
  dir.Set("a.json",
          base::Concat({R"({"resourceType": "CodeSystem", "id": "a", "url": ")", kA,
                        R"(", "version": "2026", "name": "A", "title": "A", "status": "active",
"content": "fragment", "caseSensitive": true, "compositional": true, "language": "en",
"concept": [
{"code": "A1", "display": "First", "designation": [{"language": "en-GB", "value": "The first"},
 {"language": "es", "value": "Primero"}, {"language": "de", "value": "Das Erste"}]},
{"code": "A2", "display": "Second"},
{"code": "40115", "display": "Puncture of the knee"},
{"code": "40151", "display": "Puncture of the hip"},
{"code": "40220", "display": "Scan of the knee"},
{"code": "70001", "display": "Twin"}, {"code": "70002", "display": "Twin"},
{"code": "70003", "display": "Twin"}, {"code": "70004", "display": "Twin"},
{"code": "70005", "display": "Twin"},
)",
                        Modifier("25", "With a visit"), ", ", Modifier("59", "Distinct"), ", ",
                        Modifier("76", "Again"), ", ", Modifier("77", "Again by another"), ", ",
                        Modifier("91", "Test again"), "]}\n"}));
  const auto c = [&](std::string_view id, std::string_view version, std::string_view concepts) {
    const std::string file = base::Concat({id, ".json"});
    dir.AddEntry(file, "code-system", R"(, "verification": "sourced")");
    dir.Set(file, base::Concat({R"({"resourceType": "CodeSystem", "id": ")", id, R"(", "url": ")",
                                kC, R"(", "version": ")", version,
                                R"(", "name": "C", "status": "active", "content": "complete",
"caseSensitive": false, "language": "en", "concept": [)",
                                concepts, "]}\n"}));
  };
  c("c-old", "1.9", R"({"code": "Alpha", "display": "Knee"})");
  c("c-new", "1.10",
    R"({"code": "Root", "display": "Root", "property": [{"code": "notSelectable", "valueBoolean": true}],
"concept": [
{"code": "Alpha", "display": "Knee, left", "designation": [{"language": "es", "value": "Rodilla"}]},
{"code": "Beta", "display": "Old knee", "property": [{"code": "status", "valueCode": "deprecated"}]},
{"code": "Gone", "display": "Gone", "property": [{"code": "status", "valueCode": "retired"}]}]})");
  dir.AddEntry("extra.json", "code-system", R"(, "verification": "sourced")");
  dir.Set("extra.json", R"({"resourceType": "CodeSystem", "id": "extra",
"url": "https://mini.example/fhir/CodeSystem/extra", "version": "1", "name": "Extra",
"status": "active", "content": "supplement", "supplements": "http://codes.example/a",
"concept": [{"code": "40115", "designation": [{"language": "fr", "value": "Ponction"}]}]}
)");
}

// Figures of a half-year each, and one that ended on a leap day.
inline void AddFacts(load::ContentDir& dir) {
  dir.Replace(
      "properties.json", R"({"code": "rank")",
      R"({"code": "modifier", "type": "Coding", "group": "short", "title": "M", "description": "M."},
{"code": "modifier-excluded", "type": "Coding", "group": "short", "title": "X", "description": "X."},
{"code": "rank")");
  std::string rows;
  for (const std::string_view code : {"25", "59", "76", "77"}) {
    rows +=
        base::Concat({R"({"code": "40115", "property": "modifier", "value": {"system": "cpt", )",
                      R"("code": ")", code, "\"}},\n"});
  }
  dir.Replace("rows.json", R"({"code": "A1", "property": "note", "value": "One."})",
              base::Concat({rows, R"(
{"code": "40115", "property": "modifier-excluded", "value": {"system": "cpt", "code": "91"},
 "description": "no test is made"},
{"code": "40220", "property": "work", "value": 0.70, "periodEnd": "2024-02-29"},
{"code": "40115", "property": "work", "value": 0.80, "periodStart": "2026-01", "periodEnd": "2026-06"},
{"code": "40115", "property": "work", "value": 0.90, "periodStart": "2026-07-01"},
{"code": "A1", "property": "note", "value": "One."})"}));
}

// part-of: a cycle of three, and a diamond D1 < D2, D3 < D4 < D5 outside the loaded codes.
inline void AddRelations(load::ContentDir& dir) {
  dir.Replace("kinds.json", R"({"code": "beside")",
              R"({"code": "part-of", "property": [{"code": "inverse", "valueCode": "has-part"},
 {"code": "transitive", "valueBoolean": true}]},
{"code": "has-part", "property": [{"code": "inverse", "valueCode": "part-of"},
 {"code": "transitive", "valueBoolean": true}]},
{"code": "beside")");
  std::string external = dir.files().at("external-codes.csv");
  std::string rows = dir.files().at("relations.csv");
  for (const std::string_view code : {"D1", "D2", "D3", "D4", "D5"})
    external += base::Concat({"cpt,", code, ",procedure\n"});
  constexpr std::pair<std::string_view, std::string_view> kParts[] = {
      {"40115", "40151"}, {"40151", "40220"}, {"40220", "40115"}, {"D1", "D2"},
      {"D1", "D3"},       {"D2", "D4"},       {"D3", "D4"},       {"D4", "D5"}};
  for (const auto& [from, to] : kParts)
    rows += base::Concat({"cpt,", from, ",part-of,cpt,", to, ",,,,,,,,\n"});
  rows +=
      "cpt,40115,above,cpt,40151,2026-01-01,2026-06-30,,,,,,\n"
      "cpt,40151,above,cpt,40220,,,,,,,,\n"
      "cpt,40115,beside,cpt,A2,,,,,,,,\n"
      "cpt,40220,beside,cpt,40151,,2024-02-29,,,,,,\n";
  dir.Set("external-codes.csv", external);
  dir.Set("relations.csv", rows);
}

struct NoteText {
  std::string_view id, payer, plan, covered, more;
  std::string_view status = "active";
  std::string_view place = "US";
  std::string_view code = "A1";
};

inline std::string ToJson(const NoteText& note) {
  const auto member = [](std::string_view name, std::string_view value) {
    return value.empty() ? std::string() : base::Concat({", \"", name, "\": \"", value, "\""});
  };
  return base::Concat({R"({"id": ")", note.id, R"(", "payer": ")", note.payer, "\"",
                       member("plan", note.plan), member("covered", note.covered), note.more,
                       R"(, "status": ")", note.status, R"(", "jurisdiction": [")", note.place,
                       R"("], "codes": [")", note.code, R"("], "codeBasis": "code-in-source",
"topics": ["pump"], "title": "T", "information": "I.", "confidence": "high", "sourceSeen": "P."})"});
}

// What each payer is there for is said by its slug.
inline void AddNotes(load::ContentDir& dir) {
  std::string payers = R"({"payers": [)";
  for (const std::string_view slug :
       {"planned", "split", "agreed", "undated", "stale", "ended", "silent", "state"}) {
    payers += base::Concat({payers.ends_with('[') ? "" : ",\n", R"({"slug": ")", slug,
                            R"(", "name": "Payer )", slug, R"(", "aliases": ["P )", slug,
                            R"("], "type": "commercial", "jurisdiction": ["US"]})"});
  }
  dir.Set("payers.json", payers + R"(], "plans": [
{"slug": "gold", "payer": "planned", "name": "Gold", "aliases": ["Au"], "lineOfBusiness": "commercial"},
{"slug": "iron", "payer": "planned", "name": "Iron", "aliases": [], "lineOfBusiness": "commercial"}]}
)");
  constexpr std::string_view kFresh = R"(, "lastReview": "2026-06-01")";
  constexpr std::string_view kAuthFresh =
      R"(, "paNeeded": "auth-needed", "lastReview": "2026-06-02")";
  const NoteText notes[] = {
      {"planned-1", "planned", "", "covered", kAuthFresh},
      {"planned-2", "planned", "gold", "not-covered", kFresh},
      {"planned-3", "planned", "iron", "", kFresh},
      {"split-1", "split", "", "covered", R"(, "paNeeded": "no-auth", "lastReview": "2024-01-01")"},
      {"split-2", "split", "", "not-covered", kAuthFresh},
      {"agreed-1", "agreed", "", "covered", kFresh},
      {"agreed-2", "agreed", "", "covered", kAuthFresh},
      {"undated-1", "undated", "", "", ""},
      {"stale-1", "stale", "", "covered", R"(, "lastReview": "2025-11-21")"},
      {"stale-2", "stale", "", "covered", R"(, "effective": {"start": "2025-11-20"})"},
      {"ended-1", "ended", "", "not-covered", kFresh, "retired"},
      {"ended-2", "ended", "", "covered", R"(, "effective": {"start": "2020", "end": "2026-10"})"},
      {"ended-3", "ended", "", "covered", R"(, "effective": {"start": "2027-01-01"})"},
      {"ended-4", "ended", "", "conditional", kFresh, "historic"},
      {"state-1", "state", "", "covered", kFresh, "unknown", "US-PA"},
      {"state-2", "state", "", "covered", kFresh, "active", "US-NY", "A2"}};
  std::string text = R"({"notes": [)";
  for (const NoteText& note : notes)
    text += base::Concat({text.ends_with('[') ? "" : ",\n", ToJson(note)});
  dir.Set("notes.json", text + "]}\n");
}

// Today there is 2026-11-22. Messages are the shipped ones.
inline void MakeWorld(load::ContentDir& dir) {
  AddSystems(dir);
  AddFacts(dir);
  AddRelations(dir);
  AddNotes(dir);
  dir.Set("en.json", FileText(base::Concat({kShipped, "/messages/en.json"})));
  dir.Write();
}

// One engine over that world for all tests of a suite: they only ask.
class WorldTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = std::make_unique<load::ContentDir>();
    MakeWorld(*dir_);
    engine_ = OpenOrFail(OptionsFor(dir_->path()));
  }
  static void TearDownTestSuite() {
    engine_.reset();
    dir_.reset();
  }
  void SetUp() override { ASSERT_NE(engine_, nullptr); }

  template <class Request>
  static auto Ask(const Request& request, std::string_view accept_language = {}) {
    CallContext call;
    call.accept_language = accept_language;
    return engine_->Run(call, request);
  }
  // "KIND where" of a failure, "" of an answer.
  template <class Request>
  static std::string FaultOf(const Request& request) {
    const auto answer = Ask(request);
    if (answer.ok()) return "";
    const Failure failure = FailureOf(answer.status());
    return base::Concat({InfoOf(failure.reason).name, " ", failure.where});
  }

 private:
  static inline std::unique_ptr<load::ContentDir> dir_;
  static inline std::unique_ptr<Engine> engine_;
};

// "warning MESSAGE_ID Path" of each.
inline std::vector<std::string> Findings(const Issues& issues) {
  std::vector<std::string> found;
  for (const Issue& issue : issues) {
    found.push_back(base::Concat({ToString(issue.severity), " ", issue.message_id,
                                  issue.expression.empty() ? "" : " ", issue.expression}));
  }
  return found;
}

}  // namespace chemoterm::runtime
