// coverage-notes: what payers say about a code.
// FHIR CodeSystem/$coverage-notes (ours), CoverageService.ListCoverageNotes, `chemoterm coverage`.
#pragma once

#include "chemoterm/params.h"
#include "chemoterm/values.h"

namespace chemoterm {

// Code with system, or coding. `payer` and `plan` by slug, name or alias. "No information" is an
// answer of its own and never "not covered".
struct CoverageNotesRequest {
  std::string system;
  std::string version;
  std::string code;
  std::optional<Coding> coding;
  std::string payer;
  std::string plan;
  std::string jurisdiction;
  std::string date;
  std::vector<std::string> topics;
  std::optional<bool> include_historic;
};

struct CoverageNote {
  std::string_view id;
  std::string_view payer;
  std::string_view payer_name;
  std::string_view plan;
  std::string_view title;
  std::string_view covered;  // covered, conditional, not-covered; empty = no information
  std::string_view pa_needed;
  std::vector<std::string_view> doc_needed;
  std::string_view information;
  std::string_view criteria;
  std::string_view limits;
  std::vector<std::string_view> documentation;
  std::string_view applies_when;
  std::string_view result_when_applies;
  std::string_view code_basis;
  std::vector<std::string_view> topics;
  std::vector<std::string_view> jurisdictions;
  std::string_view status;
  std::string_view status_text;
  std::string_view policy_number;
  std::string_view policy_title;
  PeriodView effective;
  std::string_view effective_text;
  std::string_view last_review;
  std::string_view retrieved;
  bool stale = false;
  bool undated = false;
  std::string_view confidence;
  std::string_view citation;
  std::string_view citation_url;
  std::string_view verification;
  std::string_view reference;  // "PlanDefinition/<id>"
};

// The notes of one payer merged: plan before payer, in force before historic; disagreement =
// conditional + conflict.
struct CoverageSummary {
  std::string_view payer;
  std::string_view payer_name;
  std::string_view covered;      // as above; empty with information = "no-info"
  std::string_view information;  // "no-info" when nothing in force says anything
  std::string_view pa_needed;
  bool conflict = false;
  bool stale = false;
  std::int32_t notes = 0;
};

struct CoverageNotesResult {
  std::vector<CoverageNote> notes;
  std::vector<CoverageSummary> summaries;
  std::string_view disclaimer;
};

template <>
struct Params<CoverageNotesRequest> {
  static constexpr auto kAll = std::make_tuple(
      Param{"system", Kind::kUri, "0..1", &CoverageNotesRequest::system,
            "The code system of the code."},
      Param{"version", Kind::kString, "0..1", &CoverageNotesRequest::version,
            "The version of the code system."},
      Param{"code", Kind::kCode, "0..1", &CoverageNotesRequest::code, "The code; needs system."},
      Param{"coding", Kind::kCoding, "0..1", &CoverageNotesRequest::coding, "Instead of code."},
      Param{"payer", Kind::kString, "0..1", &CoverageNotesRequest::payer,
            "Payer by slug, name or alias."},
      Param{"plan", Kind::kString, "0..1", &CoverageNotesRequest::plan,
            "Plan by slug, name or alias: its notes and those of the payer as a whole."},
      Param{"jurisdiction", Kind::kCode, "0..1", &CoverageNotesRequest::jurisdiction,
            "US or US-xx; a state also gets the notes for the whole country."},
      Param{"date", Kind::kDate, "0..1", &CoverageNotesRequest::date,
            "Notes in force on this date; default today."},
      Param{"topic", Kind::kCode, "0..*", &CoverageNotesRequest::topics,
            "Only notes on one of these topics."},
      Param{"includeHistoric", Kind::kBoolean, "0..1", &CoverageNotesRequest::include_historic,
            "True: historic and retired notes, and those whose period has ended, as well."});
};

template <>
struct Params<CoverageNote> {
  static constexpr auto kAll = std::make_tuple(
      Param{"id", Kind::kId, "1..1", &CoverageNote::id, "Stable id of the note."},
      Param{"payer", Kind::kCode, "1..1", &CoverageNote::payer, "Slug of the payer."},
      Param{"payerName", Kind::kString, "1..1", &CoverageNote::payer_name, "Name of the payer."},
      Param{"plan", Kind::kCode, "0..1", &CoverageNote::plan, "Slug of the plan."},
      Param{"title", Kind::kString, "1..1", &CoverageNote::title, "What the note is about."},
      Param{"covered", Kind::kCode, "0..1", &CoverageNote::covered,
            "covered, conditional or not-covered; absent: the source gives no information."},
      Param{"paNeeded", Kind::kCode, "0..1", &CoverageNote::pa_needed,
            "auth-needed, no-auth or conditional; absent: not stated."},
      Param{"docNeeded", Kind::kCode, "0..*", &CoverageNote::doc_needed,
            "clinical, admin, patient or conditional."},
      Param{"information", Kind::kString, "0..1", &CoverageNote::information,
            "What the source says."},
      Param{"criteria", Kind::kString, "0..1", &CoverageNote::criteria,
            "When the payer covers it."},
      Param{"limits", Kind::kString, "0..1", &CoverageNote::limits, "Limits and exclusions."},
      Param{"documentation", Kind::kString, "0..*", &CoverageNote::documentation,
            "What the record must show."},
      Param{"appliesWhen", Kind::kString, "0..1", &CoverageNote::applies_when,
            "Condition of the note."},
      Param{"resultWhenApplies", Kind::kString, "0..1", &CoverageNote::result_when_applies,
            "What follows when the condition is met."},
      Param{"codeBasis", Kind::kCode, "1..1", &CoverageNote::code_basis,
            "code-in-source, range-in-source or topic: whether the source named the code."},
      Param{"topic", Kind::kCode, "0..*", &CoverageNote::topics, "Topics."},
      Param{"jurisdiction", Kind::kCode, "0..*", &CoverageNote::jurisdictions, "Where it holds."},
      Param{"status", Kind::kCode, "1..1", &CoverageNote::status,
            "active, historic, retired or unknown."},
      Param{"statusText", Kind::kString, "0..1", &CoverageNote::status_text,
            "The source's own words."},
      Param{"policyNumber", Kind::kString, "0..1", &CoverageNote::policy_number,
            "The payer's number."},
      Param{"policyTitle", Kind::kString, "0..1", &CoverageNote::policy_title,
            "The payer's title."},
      Param{"effective", Kind::kPeriod, "0..1", &CoverageNote::effective,
            "When it is in force, as far as known."},
      Param{"effectiveText", Kind::kString, "0..1", &CoverageNote::effective_text,
            "The source's own words."},
      Param{"lastReview", Kind::kDate, "0..1", &CoverageNote::last_review,
            "The payer's last review."},
      Param{"retrieved", Kind::kDate, "0..1", &CoverageNote::retrieved,
            "When we opened the source."},
      Param{"stale", Kind::kBoolean, "1..1", &CoverageNote::stale,
            "True: over 365 days since the last review, else since the start."},
      Param{"undated", Kind::kBoolean, "1..1", &CoverageNote::undated,
            "True: the source carries no date."},
      Param{"confidence", Kind::kCode, "0..1", &CoverageNote::confidence, "high, medium or low."},
      Param{"citation", Kind::kString, "0..1", &CoverageNote::citation, "What was read."},
      Param{"citation-url", Kind::kUri, "0..1", &CoverageNote::citation_url, "Where to read it."},
      Param{"verification", Kind::kCode, "0..1", &CoverageNote::verification,
            "sourced, derived or unverified."},
      Param{"reference", Kind::kReference, "1..1", &CoverageNote::reference,
            "The note as PlanDefinition."});
};

template <>
struct Params<CoverageSummary> {
  static constexpr auto kAll = std::make_tuple(
      Param{"payer", Kind::kCode, "1..1", &CoverageSummary::payer, "Slug of the payer."},
      Param{"payerName", Kind::kString, "1..1", &CoverageSummary::payer_name, "Name of the payer."},
      Param{"covered", Kind::kCode, "0..1", &CoverageSummary::covered, "The notes merged."},
      Param{"information", Kind::kCode, "0..1", &CoverageSummary::information,
            "no-info where no note says anything; it does not mean not covered."},
      Param{"paNeeded", Kind::kCode, "0..1", &CoverageSummary::pa_needed, "The notes merged."},
      Param{"conflict", Kind::kBoolean, "1..1", &CoverageSummary::conflict,
            "True: the notes disagree."},
      Param{"stale", Kind::kBoolean, "1..1", &CoverageSummary::stale,
            "True: every note used is stale."},
      Param{"notes", Kind::kInteger, "1..1", &CoverageSummary::notes,
            "How many notes were merged."});
};

template <>
struct Params<CoverageNotesResult> {
  static constexpr auto kAll = std::make_tuple(
      Param{"note", Kind::kParts, "0..*", &CoverageNotesResult::notes,
            "The notes, newest first within a payer."},
      Param{"summary", Kind::kParts, "0..*", &CoverageNotesResult::summaries, "One per payer."},
      Param{"disclaimer", Kind::kString, "0..1", &CoverageNotesResult::disclaimer,
            "What the notes are not."});
};

struct CoverageNotesOp {
  using Request = CoverageNotesRequest;
  using Result = CoverageNotesResult;
  static constexpr OpInfo kInfo{"coverage-notes",
                                "CodeSystem",
                                {.type = true, .instance = true},
                                {.type = true, .instance = true},
                                Cost::kCheap,
                                false,
                                "CoverageService.ListCoverageNotes",
                                "coverage",
                                "Payer notes on a code",
                                "What payers' policies say about a code, note by note and merged "
                                "per payer, with sources and dates."};
};

}  // namespace chemoterm
