// The vocabulary of operation tables.
//
// Each operation (ops/*.h) is a Request struct, a Result struct, a table of parameters for each,
// and an OpInfo. From that one page come the FHIR readers and writers, OperationDefinition,
// CapabilityStatement, the command line, the routes, the metric labels and docs/operations.md. A
// test holds the protos to the same tables.
//
// Member types that a table may name
//   request: std::string, std::optional<bool>, std::optional<std::int32_t>, std::optional<Coding>,
//            std::optional<CodeableConcept>, std::optional<Value>, std::vector<std::string>,
//            std::vector<Coding>, std::vector<Part> where Params<Part> exists
//   result:  std::string_view, bool, std::optional<bool>, std::optional<std::int32_t>, CodingView,
//   PeriodView, MoneyView,
//            ValueView, std::vector<std::int32_t>, std::vector<std::string_view>, std::vector<Part>
//            where Params<Part> exists, const CodeableConcept* (echo of the request)
// An empty string, view, vector or optional is an absent parameter and is not written.
#pragma once

#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace chemoterm {

// FHIR types of parameters.
enum class Kind : std::uint8_t {
  kCode,
  kUri,
  kCanonical,
  kString,
  kId,
  kBoolean,
  kInteger,
  kDecimal,
  kDate,
  kDateTime,
  kCoding,
  kCodeableConcept,
  kPeriod,
  kMoney,
  kReference,
  kStringOrReference,  // a name, or a reference to the resource; both as text
  kAny,                // value[x]: a Value or ValueView
  kParts,              // nested parameters
  kResource,           // any resource, as JSON
  kCodeSystem,
  kValueSet,
  kConceptMap,
};

// FHIR's name of the type ("code", "Coding", ...; "Element" for kAny, "" for kParts).
std::string_view ToString(Kind kind);

// The FHIR versions that define a parameter or a level. Requests accept every name at every base;
// answers and definitions speak the base's own vocabulary. What only R4 has is another name of what
// R5 has as well: the FHIR door takes it, gRPC and the command line do without.
enum class In : std::uint8_t { kR4 = 1, kR5 = 2, kBoth = 3 };

// True for a name that stands beside another one for the same.
constexpr bool IsAlias(In in) { return in == In::kR4; }

// One parameter of an operation, bound to the struct member that holds it.
template <class Owner, class Member>
struct Param {
  std::string_view name;  // FHIR name
  Kind kind;
  std::string_view cardinality;  // "0..1", "1..1", "0..*"
  Member Owner::* member;
  std::string_view doc;  // one sentence, in our words
  In in = In::kBoth;     // for OperationDefinition; reading ignores it
};
template <class Owner, class Member>
Param(std::string_view, Kind, std::string_view, Member Owner::*, std::string_view)
    -> Param<Owner, Member>;
template <class Owner, class Member>
Param(std::string_view, Kind, std::string_view, Member Owner::*, std::string_view, In)
    -> Param<Owner, Member>;

// Specialised for every Request, Result and part: `static constexpr auto kAll =
// std::make_tuple(Param{...}, ...)`.
template <class Struct>
struct Params;

// Calls `f(param)` for each parameter of Struct's table, in order.
template <class Struct, class F>
constexpr void ForEachParam(F&& f) {
  std::apply([&](const auto&... param) { (f(param), ...); }, Params<Struct>::kAll);
}

// Where an operation can be called.
struct Levels {
  bool system = false;
  bool type = false;
  bool instance = false;
};

enum class Cost : std::uint8_t {
  kCheap,  // microseconds
  kHeavy,  // depends on what is asked for: may have to go on in the bounded pool
};

// What an operation is, apart from its parameters.
struct OpInfo {
  std::string_view name;      // FHIR name without the dollar: "lookup"
  std::string_view resource;  // "CodeSystem"; empty for system level
  Levels r4;
  Levels r5;
  Cost cost;
  bool standard;         // defined by HL7; false: ours, with an OperationDefinition that we serve
  std::string_view rpc;  // "TerminologyService.LookupCode"
  std::string_view command;  // command line: "lookup"; empty = none
  std::string_view title;
  std::string_view description;
  std::string_view alias = {};  // another FHIR name that is accepted
  bool affects_state = false;   // true: never by GET, and no answer is kept

  constexpr bool at_system() const { return r4.system || r5.system; }
};

}  // namespace chemoterm
