// code-administration: which codes follow from what was given.
// FHIR $code-administration (ours), OrderEntryService.CodeAdministration,
// `chemoterm code-administration`.
#pragma once

#include "chemoterm/ops/check_order.h"
#include "chemoterm/params.h"
#include "chemoterm/values.h"

namespace chemoterm {

// One bag, syringe, pump or perfusion. `minutes`, or else `start` and `stop`, say how long it ran.
struct Administration {
  std::optional<Value> drug;
  std::string drug_class;
  std::string route;
  std::string technique;
  std::string start;
  std::string stop;
  std::optional<std::int32_t> minutes;
  std::optional<std::int32_t> planned_minutes;
  std::string access;
  std::optional<std::int32_t> lesions;
  std::string approach;
  std::string device;
  std::string pump_owner;
  std::string purpose;
  std::optional<bool> main_reason;
  std::optional<std::int32_t> concurrent_with;
};

// The administrations of one encounter, in the order given.
struct CodeAdministrationRequest {
  std::vector<Administration> administrations;
  std::string date;
  std::string setting;
  std::string payer;
  std::vector<Coding> diagnoses;
};

// A code line, with what led to it.
struct CodedLine {
  CodingView coding;  // code:modifier where a modifier belongs to it
  std::int32_t units = 1;
  std::vector<std::int32_t> administrations;
  std::vector<std::string_view> rules;
  std::string_view explanation;
};

// What is not coded here.
struct UncodedAdministration {
  std::int32_t administration = 0;
  std::string_view rule;
  std::string_view reason;
  std::vector<CodingView> likely;
};

// One concern: of the coder about administrations, or of the order rules about lines of the answer.
struct AdministrationFinding {
  std::string_view rule;
  std::string_view severity;
  std::vector<std::int32_t> administrations;
  std::vector<std::int32_t> lines;
  std::string_view message;
  std::vector<OrderFix> fixes;
  std::string_view source;
  std::string_view as_of;
};

struct CodeAdministrationResult {
  std::vector<CodedLine> lines;
  std::vector<UncodedAdministration> uncoded;
  std::vector<AdministrationFinding> findings;
  std::string_view disclaimer;
};

template <>
struct Params<Administration> {
  static constexpr auto kAll = std::make_tuple(
      Param{"drug", Kind::kAny, "0..1", &Administration::drug, "The drug: a Coding, or a name."},
      Param{"drugClass", Kind::kCode, "0..1", &Administration::drug_class,
            "chemotherapy, hormonal, biologic, supportive or hydration; default: what is known of "
            "the drug's code."},
      Param{"route", Kind::kCode, "1..1", &Administration::route,
            "iv, ia, sc, im, intralesional, intrathecal, intraventricular, intrapleural, "
            "intraperitoneal, hipec, intravesical, intravitreal, oral, topical or other."},
      Param{
          "technique", Kind::kCode, "0..1", &Administration::technique,
          "push, infusion, pump, injection, refill, flush, disconnect, on-body, limb-perfusion or "
          "embolization; default: infusion into vessels and for hipec, else injection."},
      Param{"start", Kind::kDateTime, "0..1", &Administration::start, "Start."},
      Param{"stop", Kind::kDateTime, "0..1", &Administration::stop, "Stop."},
      Param{"minutes", Kind::kInteger, "0..1", &Administration::minutes, "How long it ran."},
      Param{"plannedMinutes", Kind::kInteger, "0..1", &Administration::planned_minutes,
            "How long the pump is to run."},
      Param{"access", Kind::kString, "0..1", &Administration::access,
            "Which vascular access; those without one share one."},
      Param{"lesions", Kind::kInteger, "0..1", &Administration::lesions,
            "How many lesions were treated."},
      Param{"approach", Kind::kCode, "0..1", &Administration::approach,
            "lumbar-puncture, reservoir, port or catheter."},
      Param{"device", Kind::kCode, "0..1", &Administration::device, "portable or implanted pump."},
      Param{"pumpOwner", Kind::kCode, "0..1", &Administration::pump_owner, "clinic or supplier."},
      Param{"purpose", Kind::kCode, "0..1", &Administration::purpose, "cancer or other."},
      Param{"mainReason", Kind::kBoolean, "0..1", &Administration::main_reason,
            "True: the main reason for the visit; it leads among its like."},
      Param{"concurrentWith", Kind::kInteger, "0..1", &Administration::concurrent_with,
            "The administration, from 1, at the same time as which it ran."});
};

template <>
struct Params<CodeAdministrationRequest> {
  static constexpr auto kAll = std::make_tuple(
      Param{"administration", Kind::kParts, "1..*", &CodeAdministrationRequest::administrations,
            "What was given in one encounter, numbered from 1."},
      Param{"date", Kind::kDate, "0..1", &CodeAdministrationRequest::date,
            "Date of service; default that of the earliest start, else today."},
      Param{"setting", Kind::kCode, "0..1", &CodeAdministrationRequest::setting,
            "Whose claim it is: practitioner (default) or facility."},
      Param{"payer", Kind::kStringOrReference, "0..1", &CodeAdministrationRequest::payer,
            "Payer by slug, name or alias, or as Organization."},
      Param{"diagnosis", Kind::kCoding, "0..*", &CodeAdministrationRequest::diagnoses,
            "Diagnoses in their order on the claim."});
};

template <>
struct Params<CodedLine> {
  static constexpr auto kAll = std::make_tuple(
      Param{"coding", Kind::kCoding, "1..1", &CodedLine::coding,
            "The code; code:modifier where a modifier belongs to it."},
      Param{"units", Kind::kInteger, "1..1", &CodedLine::units, "Units."},
      Param{"administration", Kind::kInteger, "0..*", &CodedLine::administrations,
            "What it stands for, by number."},
      Param{"rule", Kind::kCode, "0..*", &CodedLine::rules, "The rules that led there."},
      Param{"explanation", Kind::kString, "0..1", &CodedLine::explanation,
            "What the rules say of it."});
};

template <>
struct Params<UncodedAdministration> {
  static constexpr auto kAll =
      std::make_tuple(Param{"administration", Kind::kInteger, "1..1",
                            &UncodedAdministration::administration, "Which one, from 1."},
                      Param{"rule", Kind::kCode, "1..1", &UncodedAdministration::rule, "The rule."},
                      Param{"reason", Kind::kString, "1..1", &UncodedAdministration::reason,
                            "Why it is not coded here."},
                      Param{"likely", Kind::kCoding, "0..*", &UncodedAdministration::likely,
                            "Codes outside that are likely; never a guess of units."});
};

template <>
struct Params<AdministrationFinding> {
  static constexpr auto kAll = std::make_tuple(
      Param{"rule", Kind::kCode, "1..1", &AdministrationFinding::rule,
            "The rule, a code of CodeSystem order-rule."},
      Param{"severity", Kind::kCode, "1..1", &AdministrationFinding::severity,
            "error, warning or information."},
      Param{"administration", Kind::kInteger, "0..*", &AdministrationFinding::administrations,
            "The administrations concerned, from 1."},
      Param{"line", Kind::kInteger, "0..*", &AdministrationFinding::lines,
            "The lines of the answer concerned, from 1."},
      Param{"message", Kind::kString, "1..1", &AdministrationFinding::message, "What is wrong."},
      Param{"fix", Kind::kParts, "0..*", &AdministrationFinding::fixes, "What would mend it."},
      Param{"source", Kind::kString, "0..1", &AdministrationFinding::source,
            "Where the rule comes from."},
      Param{"asOf", Kind::kDate, "0..1", &AdministrationFinding::as_of, "State of the source."});
};

template <>
struct Params<CodeAdministrationResult> {
  static constexpr auto kAll = std::make_tuple(
      Param{"line", Kind::kParts, "0..*", &CodeAdministrationResult::lines, "The code lines."},
      Param{"uncoded", Kind::kParts, "0..*", &CodeAdministrationResult::uncoded,
            "What is not coded here, and why."},
      Param{"finding", Kind::kParts, "0..*", &CodeAdministrationResult::findings,
            "What was noticed of what was given, then of the lines as an order."},
      Param{"disclaimer", Kind::kString, "0..1", &CodeAdministrationResult::disclaimer,
            "What the answer is not."});
};

struct CodeAdministrationOp {
  using Request = CodeAdministrationRequest;
  using Result = CodeAdministrationResult;
  static constexpr OpInfo kInfo{"code-administration",
                                "",
                                {.system = true},
                                {.system = true},
                                Cost::kCheap,
                                false,
                                "OrderEntryService.CodeAdministration",
                                "code-administration",
                                "Codes of what was given",
                                "The code lines, with units and the rules that led to them, for "
                                "drugs as they were given; and what is not coded here."};
};

}  // namespace chemoterm
