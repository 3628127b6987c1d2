// check-order: whether the codes of an order are right together, and what to change.
// FHIR $check-order (ours), OrderEntryService.CheckOrder, `chemoterm check-order`.
#pragma once

#include "chemoterm/params.h"
#include "chemoterm/values.h"

namespace chemoterm {

// One line of an order. `minutes`, or else `start` and `stop`, say how long the drug ran; `access`
// names the vascular access, so that lines of different ones can be told apart.
struct OrderLine {
  std::optional<Coding> coding;
  std::vector<std::string> modifiers;
  std::optional<std::int32_t> units;
  std::optional<std::int32_t> minutes;
  std::string start;
  std::string stop;
  std::optional<std::int32_t> lesions;
  std::string access;
  std::optional<Value> drug;
  std::string drug_class;
  std::string place_of_service;
  std::string date;
};

// Lines of one date are one encounter and are judged together.
struct CheckOrderRequest {
  std::vector<OrderLine> lines;
  std::string payer;
  std::string plan;
  std::string jurisdiction;
  std::string setting;
  std::string place_of_service;
  std::string date;
  std::vector<Coding> diagnoses;
};

// What would mend the order.
struct OrderFix {
  std::string_view action;
  std::optional<std::int32_t> line;
  CodingView coding;
  std::optional<std::int32_t> units;
  std::string_view modifier;
};

// One concern.
struct OrderFinding {
  std::string_view rule;
  std::string_view severity;
  std::vector<std::int32_t> lines;
  std::string_view message;
  std::vector<OrderFix> fixes;
  std::string_view source;
  std::string_view as_of;
};

// What a payer's notes say about a line, merged, in the codes of Da Vinci CRD. No information is
// `covered` absent and `information` no-info; it never means not covered.
struct OrderCoverage {
  std::int32_t line = 0;
  std::string_view payer;
  std::string_view plan;
  std::string_view covered;
  std::string_view pa_needed;
  std::vector<std::string_view> doc_needed;
  std::vector<std::string_view> doc_purpose;
  std::vector<std::string_view> info_needed;
  std::vector<std::string_view> reasons;
  std::vector<std::string_view> details;
  std::string_view information;
  std::vector<std::string_view> notes;
  bool stale = false;
  bool undated = false;
  bool historic = false;
  bool conflict = false;
};

struct CheckOrderResult {
  std::string_view verdict;
  std::vector<OrderFinding> findings;
  std::vector<OrderCoverage> coverages;
  std::string_view disclaimer;
};

template <>
struct Params<OrderLine> {
  static constexpr auto kAll = std::make_tuple(
      Param{"coding", Kind::kCoding, "1..1", &OrderLine::coding,
            "The code: CPT, HCPCS or ICD-10-PCS; code:modifier is allowed."},
      Param{"modifier", Kind::kCode, "0..*", &OrderLine::modifiers,
            "Modifiers beside those in the code."},
      Param{"units", Kind::kInteger, "0..1", &OrderLine::units, "Units; default 1."},
      Param{"minutes", Kind::kInteger, "0..1", &OrderLine::minutes, "How long the drug ran."},
      Param{"start", Kind::kDateTime, "0..1", &OrderLine::start,
            "Start; with stop instead of minutes."},
      Param{"stop", Kind::kDateTime, "0..1", &OrderLine::stop, "Stop."},
      Param{"lesions", Kind::kInteger, "0..1", &OrderLine::lesions,
            "How many lesions were treated."},
      Param{"access", Kind::kString, "0..1", &OrderLine::access,
            "Which vascular access; lines without one share one."},
      Param{"drug", Kind::kAny, "0..1", &OrderLine::drug, "The drug: a Coding, or a name."},
      Param{"drugClass", Kind::kCode, "0..1", &OrderLine::drug_class,
            "chemotherapy, hormonal, biologic, supportive or hydration; default: what is known of "
            "the drug's code."},
      Param{"placeOfService", Kind::kCode, "0..1", &OrderLine::place_of_service,
            "Place of service; default: that of the order."},
      Param{"date", Kind::kDate, "0..1", &OrderLine::date,
            "Date of service; default: that of start, else of the order."});
};

template <>
struct Params<CheckOrderRequest> {
  static constexpr auto kAll = std::make_tuple(
      Param{"line", Kind::kParts, "1..*", &CheckOrderRequest::lines, "The lines, numbered from 1."},
      Param{"payer", Kind::kStringOrReference, "0..1", &CheckOrderRequest::payer,
            "Payer by slug, name or alias, or as Organization."},
      Param{"plan", Kind::kStringOrReference, "0..1", &CheckOrderRequest::plan,
            "Plan by slug, name or alias, or as InsurancePlan."},
      Param{"jurisdiction", Kind::kCode, "0..1", &CheckOrderRequest::jurisdiction,
            "Where the payer's notes are to hold: US or US-xx; a state also gets those for the "
            "whole country."},
      Param{"setting", Kind::kCode, "0..1", &CheckOrderRequest::setting,
            "Whose claim it is: practitioner (default) or facility."},
      Param{"placeOfService", Kind::kCode, "0..1", &CheckOrderRequest::place_of_service,
            "Place of service of lines that have none."},
      Param{"date", Kind::kDate, "0..1", &CheckOrderRequest::date,
            "Date of service of lines that have none; default today."},
      Param{"diagnosis", Kind::kCoding, "0..*", &CheckOrderRequest::diagnoses,
            "Diagnoses in their order on the claim."});
};

template <>
struct Params<OrderFix> {
  static constexpr auto kAll = std::make_tuple(
      Param{"action", Kind::kCode, "1..1", &OrderFix::action,
            "add-line, remove-line, replace-code, set-units, add-modifier or remove-modifier."},
      Param{"line", Kind::kInteger, "0..1", &OrderFix::line,
            "The line to change; absent for add-line."},
      Param{"coding", Kind::kCoding, "0..1", &OrderFix::coding,
            "The code to add, or to put there."},
      Param{"units", Kind::kInteger, "0..1", &OrderFix::units, "The units to set."},
      Param{"modifier", Kind::kCode, "0..1", &OrderFix::modifier, "The modifier."});
};

template <>
struct Params<OrderFinding> {
  static constexpr auto kAll = std::make_tuple(
      Param{"rule", Kind::kCode, "1..1", &OrderFinding::rule,
            "The rule, a code of CodeSystem order-rule."},
      Param{"severity", Kind::kCode, "1..1", &OrderFinding::severity,
            "error, warning or information."},
      Param{"line", Kind::kInteger, "0..*", &OrderFinding::lines, "The lines concerned, from 1."},
      Param{"message", Kind::kString, "1..1", &OrderFinding::message, "What is wrong."},
      Param{"fix", Kind::kParts, "0..*", &OrderFinding::fixes,
            "What would mend it; several are alternatives."},
      Param{"source", Kind::kString, "0..1", &OrderFinding::source, "Where the rule comes from."},
      Param{"asOf", Kind::kDate, "0..1", &OrderFinding::as_of, "State of the source."});
};

template <>
struct Params<OrderCoverage> {
  static constexpr auto kAll = std::make_tuple(
      Param{"line", Kind::kInteger, "1..1", &OrderCoverage::line, "Which line, from 1."},
      Param{"payer", Kind::kCode, "1..1", &OrderCoverage::payer, "Slug of the payer."},
      Param{"plan", Kind::kCode, "0..1", &OrderCoverage::plan,
            "Slug of the plan that was asked for."},
      Param{"covered", Kind::kCode, "0..1", &OrderCoverage::covered,
            "covered, conditional or not-covered; absent: no information."},
      Param{"paNeeded", Kind::kCode, "0..1", &OrderCoverage::pa_needed,
            "auth-needed, no-auth or conditional; absent: not stated, or not covered."},
      Param{"docNeeded", Kind::kCode, "0..*", &OrderCoverage::doc_needed,
            "clinical, admin, patient or conditional."},
      Param{"docPurpose", Kind::kCode, "0..*", &OrderCoverage::doc_purpose,
            "retain-doc: what the record must show."},
      Param{"infoNeeded", Kind::kCode, "0..*", &OrderCoverage::info_needed,
            "OTH where something is conditional: reason tells on what."},
      Param{"reason", Kind::kString, "0..*", &OrderCoverage::reasons,
            "On what it depends, and what the record must show."},
      Param{"detail", Kind::kString, "0..*", &OrderCoverage::details, "Limits and exclusions."},
      Param{"information", Kind::kCode, "0..1", &OrderCoverage::information,
            "no-info where no note says whether it is covered; it does not mean not covered."},
      Param{"note", Kind::kReference, "0..*", &OrderCoverage::notes,
            "The notes that were merged, as PlanDefinition."},
      Param{"stale", Kind::kBoolean, "1..1", &OrderCoverage::stale,
            "True: every note used is over 365 days old."},
      Param{"undated", Kind::kBoolean, "1..1", &OrderCoverage::undated,
            "True: no note used carries a date."},
      Param{"historic", Kind::kBoolean, "1..1", &OrderCoverage::historic,
            "True: only notes that are no longer in force say anything."},
      Param{"conflict", Kind::kBoolean, "1..1", &OrderCoverage::conflict,
            "True: the notes disagree."});
};

template <>
struct Params<CheckOrderResult> {
  static constexpr auto kAll = std::make_tuple(
      Param{"verdict", Kind::kCode, "1..1", &CheckOrderResult::verdict,
            "reject (an error was found), review (a warning) or accept."},
      Param{"finding", Kind::kParts, "0..*", &CheckOrderResult::findings, "One per concern."},
      Param{"coverage", Kind::kParts, "0..*", &CheckOrderResult::coverages,
            "What the payer says of each line, where a payer is given."},
      Param{"disclaimer", Kind::kString, "0..1", &CheckOrderResult::disclaimer,
            "What the answer is not."});
};

struct CheckOrderOp {
  using Request = CheckOrderRequest;
  using Result = CheckOrderResult;
  static constexpr OpInfo kInfo{
      "check-order",
      "",
      {.system = true},
      {.system = true},
      Cost::kCheap,
      false,
      "OrderEntryService.CheckOrder",
      "check-order",
      "Check of an order",
      "Whether the codes of an order are valid and fit together: add-ons, "
      "initial services, NCCI pairs, unit limits, minutes, lesions, places "
      "and diagnoses; each finding with its source and what would mend it."};
};

}  // namespace chemoterm
