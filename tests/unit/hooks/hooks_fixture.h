// Calls of the services on the shipped content, and their answers.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/pointer.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "base/text.h"
#include "chemoterm/engine.h"
#include "hooks/hooks.h"

namespace chemoterm::hooks {

// The engine on the shipped content, opened once.
inline const Engine& SharedEngine() {
  static const std::unique_ptr<Engine> engine = [] {
    EngineOptions options;
    options.content_dir = CHEMOTERM_SOURCE_DIR "/terminology";
    options.today = [] { return std::string("2026-11-22"); };
    auto opened = Engine::Open(std::move(options));
    if (!opened.ok()) {
      ADD_FAILURE() << opened.status();
      std::abort();
    }
    return *std::move(opened);
  }();
  return *engine;
}

// A ServiceRequest in R4's shape; `more`: further members, each after a comma.
inline std::string Order(std::string_view id, std::string_view code, std::string_view more = {}) {
  return base::Concat(
      {R"({"resourceType":"ServiceRequest","id":")", id,
       R"(","status":"draft","intent":"order","subject":{"reference":"Patient/p"},)",
       R"("code":{"coding":[{"system":"http://www.ama-assn.org/go/cpt","code":")", code, R"("}]})",
       more, "}"});
}

// A member `extension` with one part of our extension.
inline std::string Said(std::string_view part, std::string_view value) {
  return base::Concat(
      {R"(,"extension":[{"url":"https://chemoterm.example/fhir/StructureDefinition/order-line",)",
       R"("extension":[{"url":")", part, R"(",)", value, "}]}]"});
}

inline std::string Minutes(std::string_view minutes) {
  return Said("minutes", base::Concat({R"("valueInteger":)", minutes}));
}

inline std::string Bundle(std::initializer_list<std::string> resources) {
  std::string entries;
  for (const std::string& resource : resources) {
    entries += base::Concat({entries.empty() ? "" : ",", R"({"resource":)", resource, "}"});
  }
  return base::Concat({R"({"resourceType":"Bundle","type":"collection","entry":[)", entries, "]}"});
}

// `more`: further members of the request, each after a comma.
inline std::string SignCall(std::string_view bundle, std::string_view more = {}) {
  return base::Concat(
      {R"({"hook":"order-sign","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",)",
       R"("context":{"userId":"Practitioner/1","patientId":"p","draftOrders":)", bundle, "}", more,
       "}"});
}

// `selections`: a JSON array.
inline std::string SelectCall(std::string_view bundle, std::string_view selections) {
  return base::Concat(
      {R"({"hook":"order-select","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",)",
       R"("context":{"userId":"Practitioner/1","patientId":"p","selections":)", selections,
       R"(,"draftOrders":)", bundle, "}}"});
}

inline absl::StatusOr<std::string> Send(std::string_view body,
                                        std::string_view service = "order-check") {
  const auto found = FindService(service);
  if (!found.ok()) return found.status();
  return Answer(SharedEngine(), CallContext{}, **found, body);
}

// JSON with a look-up by pointer.
class Json {
 public:
  explicit Json(std::string_view text) {
    document_.Parse(text.data(), text.size());
    EXPECT_FALSE(document_.HasParseError()) << text;
  }
  const rapidjson::Value* At(const std::string& pointer) const {
    return rapidjson::Pointer(pointer.c_str(), pointer.size()).Get(document_);
  }
  std::string Text(const std::string& pointer) const {
    const rapidjson::Value* value = At(pointer);
    return value != nullptr && value->IsString() ? value->GetString() : "";
  }
  std::size_t Size(const std::string& pointer) const {
    const rapidjson::Value* value = At(pointer);
    return value != nullptr && value->IsArray() ? value->Size() : 0;
  }

 private:
  rapidjson::Document document_;
};

// The cards on a call that must succeed.
inline Json Cards(std::string_view body, std::string_view service = "order-check") {
  const auto answer = Send(body, service);
  EXPECT_TRUE(answer.ok()) << answer.status();
  return Json(answer.ok() ? *answer : "{}");
}

// The rules of the cards in their order: "infusion-short duplicate-line".
inline std::string RulesOf(const Json& cards) {
  std::string rules;
  for (std::size_t i = 0; i < cards.Size("/cards"); ++i) {
    const std::string rule =
        cards.Text(base::Concat({"/cards/", base::ToText(i), "/extension/chemoterm/rule"}));
    if (!rule.empty()) rules += (rules.empty() ? "" : " ") + rule;
  }
  return rules;
}

}  // namespace chemoterm::hooks
