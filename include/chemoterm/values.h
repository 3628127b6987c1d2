// The data types of requests and results.
//
// Requests own their strings. Results hold views into the pinned snapshot or into the answer's own
// texts: they are valid as long as the Answer that carries them (answer.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chemoterm {

// FHIR Coding as a caller sends it. An empty member is an absent one.
struct Coding {
  std::string system;
  std::string version;
  std::string code;
  std::string display;
};

// FHIR CodeableConcept as a caller sends it.
struct CodeableConcept {
  std::vector<Coding> coding;
  std::string text;
};

// FHIR Coding in an answer; absent when `code` and `system` are empty.
struct CodingView {
  std::string_view system;
  std::string_view version;
  std::string_view code;
  std::string_view display;

  bool empty() const { return code.empty() && system.empty(); }
};

// FHIR Period in an answer: partial dates as text (YYYY, YYYY-MM, YYYY-MM-DD); an empty end is
// open.
struct PeriodView {
  std::string_view start;
  std::string_view end;

  bool empty() const { return start.empty() && end.empty(); }
};

// FHIR Money in an answer; `value` is a decimal's literal text.
struct MoneyView {
  std::string_view value;
  std::string_view currency;

  bool empty() const { return value.empty(); }
};

// Which FHIR type a ValueView has.
enum class ValueKind : std::uint8_t {
  kNone,  // known to be absent
  kBoolean,
  kInteger,
  kDecimal,
  kString,
  kCode,
  kUri,
  kDate,
  kDateTime,
  kCoding,
};

// A FHIR value[x] as a caller or a resource gives it; `text` is its literal text, `coding` is set
// for kCoding only.
struct Value {
  ValueKind kind = ValueKind::kNone;
  std::string text;
  Coding coding;

  bool empty() const { return kind == ValueKind::kNone; }
};

// A FHIR value[x] in an answer. Every kind keeps its literal text, so decimals stay exact ("0.80")
// and writing needs no conversion; `coding` is set for kCoding only.
struct ValueView {
  ValueKind kind = ValueKind::kNone;
  std::string_view text;
  CodingView coding;
};

}  // namespace chemoterm
