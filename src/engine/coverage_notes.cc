#include <algorithm>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/coverage_merge.h"
#include "engine/expression.h"
#include "engine/operations.h"
#include "engine/resolve.h"

namespace chemoterm::engine {
namespace {

using model::Note;

std::vector<std::string_view> ViewsOf(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

bool IsAbout(const Note& note, const std::vector<std::string>& topics) {
  return topics.empty() || std::any_of(topics.begin(), topics.end(), [&](const std::string& topic) {
           return std::find(note.topics.begin(), note.topics.end(), topic) != note.topics.end();
         });
}

// Merges what the notes of one payer say. Only the best rank that says anything counts; within it,
// notes that disagree make "conditional" with a conflict.
CoverageSummary Summarize(const model::Payer& payer, const std::vector<const Note*>& notes,
                          base::Day day) {
  CoverageSummary summary;
  summary.payer = payer.slug;
  summary.payer_name = payer.name;
  summary.notes = static_cast<std::int32_t>(notes.size());
  summary.stale = std::all_of(notes.begin(), notes.end(),
                              [&](const Note* note) { return IsStale(*note, day); });
  const auto covered = Merge(notes, &Note::covered, day);
  const auto pa_needed = Merge(notes, &Note::pa_needed, day);
  summary.covered = covered.value;
  summary.pa_needed = pa_needed.value;
  summary.conflict = covered.conflict || pa_needed.conflict;
  if (summary.covered.empty()) summary.information = "no-info";
  return summary;
}

}  // namespace

CoverageNote ViewOf(const Scope& scope, const Note& note, base::Day day) {
  const auto& coverage = scope.snapshot.coverage;
  CoverageNote view;
  view.id = note.id;
  view.payer = coverage.payers()[note.payer].slug;
  view.payer_name = coverage.payers()[note.payer].name;
  if (note.plan != Note::kNoPlan) view.plan = coverage.plans()[note.plan].slug;
  view.title = note.title;
  view.covered = note.covered;
  view.pa_needed = note.pa_needed;
  view.doc_needed = ViewsOf(note.doc_needed);
  view.information = note.information;
  view.criteria = note.criteria;
  view.limits = note.limits;
  view.documentation = ViewsOf(note.documentation);
  view.applies_when = note.applies_when;
  view.result_when_applies = note.result_when_applies;
  view.code_basis = note.code_basis;
  view.topics = ViewsOf(note.topics);
  view.jurisdictions = ViewsOf(note.jurisdictions);
  view.status = note.status;
  view.status_text = note.status_text;
  view.policy_number = note.policy_number;
  view.policy_title = note.policy_title;
  view.effective = {note.effective_start, note.effective_end};
  view.effective_text = note.effective_text;
  view.last_review = note.last_review;
  view.retrieved = note.retrieved;
  view.stale = IsStale(note, day);
  view.undated = note.reviewed_on == 0;
  view.confidence = note.confidence;
  view.citation = note.source_seen;
  view.citation_url = note.url;
  view.verification = note.verification;
  view.reference = scope.texts.Keep(base::Concat({"PlanDefinition/", note.id}));
  return view;
}

absl::StatusOr<CoverageNote> GetCoverageNote(const Scope& scope, std::string_view id) {
  const auto note = scope.snapshot.coverage.Find(id);
  if (!note) {
    return Fail(Reason::kUnknownResource,
                base::Concat({"There is no note '", base::Clip(id, 80), "'"}), "id");
  }
  return ViewOf(scope, scope.snapshot.coverage.At(*note), scope.today);
}

absl::StatusOr<CoverageNotesResult> CoverageNotes(const Scope& scope,
                                                  const CoverageNotesRequest& request) {
  RETURN_IF_ERROR(CheckBudget(scope.call));
  RETURN_IF_ERROR(CheckDate(request.date));
  ASSIGN_OR_RETURN(const Asked asked,
                   ReadAsked(request.system, request.version, request.code, request.coding));
  ASSIGN_OR_RETURN(const auto system_id,
                   ResolveSystem(scope, asked.system, asked.version, "system"));
  ASSIGN_OR_RETURN(NoteFilter filter,
                   ReadNoteFilter(scope, request.payer, request.plan, request.jurisdiction));
  filter.day = DayOf(scope, request.date);
  const auto& snapshot = scope.snapshot;
  const auto& system = scope.catalog.System(system_id);
  std::string_view code = asked.code;
  if (!system.Find(code) && IsExpression(system, code)) code = base::SplitOnce(code, ':').first;
  if (!system.Find(code)) {
    const auto& info = system.info();
    return Fail(Reason::kUnknownCode,
                scope.Say(info.is_fragment() ? "LOOKUP_NOT_IN_FRAGMENT" : "LOOKUP_UNKNOWN_CODE",
                          {{"code", base::Clip(asked.code, 100)},
                           {"system", info.url},
                           {"version", info.version}}),
                asked.where);
  }

  const auto& coverage = snapshot.coverage;
  std::vector<const Note*> taken;
  std::size_t left_out = 0;
  if (system.info().url == coverage.system()) {
    for (const auto id : coverage.For(code)) {
      const Note& note = coverage.At(id);
      if (!filter.Takes(note) || !IsAbout(note, request.topics)) continue;
      const bool hidden = !request.include_historic.value_or(false) && HasEnded(note, filter.day);
      left_out += hidden ? 1 : 0;
      if (!hidden) taken.push_back(&note);
    }
  }
  if (left_out > 0) {
    scope.AddIssue(Severity::kInformation, "informational", "processing-note",
                   "HISTORIC_NOTES_LEFT_OUT", {{"count", base::ToText(left_out)}});
  }
  // By payer as in the list of payers; within one the particular, then the newest first.
  std::stable_sort(taken.begin(), taken.end(), [&](const Note* a, const Note* b) {
    const auto key = [&](const Note* n) {
      return std::make_tuple(n->payer, RankOf(*n, filter.day), -n->reviewed_on);
    };
    return key(a) < key(b);
  });
  CoverageNotesResult result;
  result.disclaimer = snapshot.messages.Text("DISCLAIMER");
  for (std::size_t first = 0; first < taken.size();) {
    std::vector<const Note*> of_payer;
    const auto payer = taken[first]->payer;
    for (; first < taken.size() && taken[first]->payer == payer; ++first)
      of_payer.push_back(taken[first]);
    for (const Note* note : of_payer) result.notes.push_back(ViewOf(scope, *note, filter.day));
    result.summaries.push_back(Summarize(coverage.payers()[payer], of_payer, filter.day));
  }
  // A payer that was asked for always gets an answer: no note is "no information", not silence.
  if (filter.payer && result.summaries.empty()) {
    result.summaries.push_back(Summarize(coverage.payers()[*filter.payer], {}, filter.day));
    result.summaries.back().stale = false;
  }
  return result;
}

}  // namespace chemoterm::engine
