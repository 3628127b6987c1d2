#include "engine/coverage_merge.h"

#include <algorithm>
#include <climits>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"

namespace chemoterm::engine {
namespace {

using model::Note;

constexpr int kStaleAfterDays = 365;

// A state asks for its own notes and those of the country; the country for its own only.
bool HoldsIn(const Note& note, std::string_view place) {
  if (place.empty() || note.jurisdictions.empty()) return true;
  return std::any_of(note.jurisdictions.begin(), note.jurisdictions.end(),
                     [&](std::string_view where) {
                       return base::EqualsIgnoringCase(where, place) ||
                              (place.size() > where.size() &&
                               base::EqualsIgnoringCase(where, place.substr(0, where.size())) &&
                               place[where.size()] == '-');
                     });
}

}  // namespace

bool HasEnded(const Note& note, base::Day day) {
  return note.status == "retired" || note.status == "historic" || (note.end != 0 && note.end < day);
}

bool IsStale(const Note& note, base::Day day) {
  return note.reviewed_on != 0 && base::DaysBetween(note.reviewed_on, day) > kStaleAfterDays;
}

int RankOf(const Note& note, base::Day day) {
  return (HasEnded(note, day) ? 2 : 0) + (note.plan == Note::kNoPlan ? 1 : 0);
}

bool NoteFilter::Takes(const Note& note) const {
  if (payer && note.payer != *payer) return false;
  if (plan && note.plan != Note::kNoPlan && note.plan != *plan) return false;
  const bool has_started = note.start == 0 || note.start <= day;
  return has_started && HoldsIn(note, place);
}

absl::Status CheckJurisdiction(std::string_view place) {
  if (place.empty() || place.size() == 2 || (place.size() == 5 && place[2] == '-')) return {};
  return Fail(Reason::kInvalidParameter, "jurisdiction is a country (US) or a state (US-PA)",
              "jurisdiction");
}

absl::StatusOr<NoteFilter> ReadNoteFilter(const Scope& scope, std::string_view payer,
                                          std::string_view plan, std::string_view jurisdiction) {
  const auto& coverage = scope.snapshot.coverage;
  NoteFilter filter;
  filter.place = jurisdiction;
  if (!payer.empty()) {
    filter.payer = coverage.FindPayer(NameOfReference(payer));
    if (!filter.payer) {
      return Fail(Reason::kUnknownPayer,
                  base::Concat({"No payer is known as '", base::Clip(payer, 80), "'"}), "payer");
    }
  }
  if (!plan.empty()) {
    filter.plan = coverage.FindPlan(NameOfReference(plan));
    if (!filter.plan) {
      return Fail(Reason::kUnknownPlan,
                  base::Concat({"No plan is known as '", base::Clip(plan, 80), "'"}), "plan");
    }
    const auto owner = coverage.plans()[*filter.plan].payer;
    if (filter.payer && *filter.payer != owner) {
      return Fail(Reason::kConflictingParameters, "The plan is not one of the payer's", "plan");
    }
    filter.payer = owner;
  }
  RETURN_IF_ERROR(CheckJurisdiction(jurisdiction));
  return filter;
}

MergedNotes Merge(const std::vector<const Note*>& notes, std::string Note::* member,
                  base::Day day) {
  MergedNotes merged;
  int best = INT_MAX;
  for (const Note* note : notes) {
    if ((note->*member).empty()) continue;
    const int rank = RankOf(*note, day);
    if (rank < best) {
      best = rank;
      merged.notes.clear();
    }
    if (rank == best) merged.notes.push_back(note);
  }
  for (const Note* note : merged.notes) {
    if (!merged.value.empty() && merged.value != note->*member) merged.conflict = true;
    merged.value = note->*member;
  }
  if (merged.conflict) merged.value = "conditional";
  return merged;
}

std::string_view NameOfReference(std::string_view reference) {
  reference = base::Trim(reference);
  for (const std::string_view type : {"Organization/", "InsurancePlan/"}) {
    const auto at = reference.rfind(type);
    if (at == std::string_view::npos || (at > 0 && reference[at - 1] != '/')) continue;
    return reference.substr(at + type.size());
  }
  return reference;
}

}  // namespace chemoterm::engine
