// What payers say about the lines of an order, in the codes and by the invariants of Da Vinci CRD:
// what is conditional tells on what, what is not covered needs no authorization, a purpose of
// documentation has its reason.
#include <algorithm>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/coverage_merge.h"
#include "engine/operations.h"
#include "engine/order_coverage.h"
#include "engine/order_lines.h"
#include "engine/resolve.h"

namespace chemoterm::engine {
namespace {

using model::Note;
using Notes = std::vector<const Note*>;

constexpr std::string_view kConditional = "conditional";
constexpr std::string_view kOther = "OTH";

void AddOnce(std::vector<std::string_view>& list, std::string_view text) {
  if (!text.empty() && std::find(list.begin(), list.end(), text) == list.end()) {
    list.push_back(text);
  }
}

// Merges the notes of one payer on one line.
class Merger {
 public:
  Merger(const Scope& scope, const Notes& notes, base::Day day, OrderCoverage& coverage)
      : scope_(scope), notes_(notes), day_(day), coverage_(coverage) {}

  void Run() {
    const auto covered = Merge(notes_, &Note::covered, day_);
    const auto pa_needed = Merge(notes_, &Note::pa_needed, day_);
    coverage_.covered = covered.value;
    coverage_.conflict = covered.conflict;
    if (covered.value.empty()) coverage_.information = "no-info";
    Use(covered.notes);
    Explain(covered, &Note::covered, "COVERAGE_CONDITION");
    if (covered.value != "not-covered") {
      coverage_.pa_needed = pa_needed.value;
      coverage_.conflict = coverage_.conflict || pa_needed.conflict;
      Use(pa_needed.notes);
      Explain(pa_needed, &Note::pa_needed, "COVERAGE_AUTHORIZATION");
    }
    AddDocumentation();
    // Where no note says anything, those in force can still be read.
    if (used_.empty()) Use(InForce());
    Describe();
  }

 private:
  void Use(const Notes& notes) {
    for (const Note* note : notes) {
      if (std::find(used_.begin(), used_.end(), note) == used_.end()) used_.push_back(note);
    }
  }

  Notes InForce() const {
    Notes notes;
    std::copy_if(notes_.begin(), notes_.end(), std::back_inserter(notes),
                 [&](const Note* note) { return !HasEnded(*note, day_); });
    return notes;
  }

  std::string_view Say(std::string_view message_id,
                       std::initializer_list<model::Messages::Argument> arguments) const {
    return scope_.texts.Keep(scope_.Say(message_id, arguments));
  }

  // What follows where the note applies; empty where it does not say it of that member.
  static std::string_view ResultOf(const Note& note, std::string Note::* member) {
    if (!note.result_when_applies.empty()) return note.result_when_applies;
    return member == &Note::covered ? std::string_view(note.covered) : std::string_view{};
  }

  // On what it depends, where it does.
  void Explain(const MergedNotes& merged, std::string Note::* member, std::string_view message_id) {
    if (merged.value != kConditional) return;
    AddOnce(coverage_.info_needed, kOther);
    for (const Note* note : merged.notes) {
      const std::string_view result = ResultOf(*note, member);
      if (!note->applies_when.empty() && !result.empty()) {
        AddOnce(coverage_.reasons,
                Say("COVERAGE_APPLIES_WHEN",
                    {{"title", note->title}, {"when", note->applies_when}, {"result", result}}));
        continue;
      }
      std::string_view text = note->applies_when;
      if (text.empty()) text = note->criteria;
      if (text.empty()) text = note->information;
      AddOnce(coverage_.reasons, Say(text.empty() ? "COVERAGE_SEE_NOTE" : message_id,
                                     {{"title", note->title}, {"text", text}}));
    }
    if (merged.conflict) AddOnce(coverage_.reasons, Say("COVERAGE_DISAGREE", {}));
  }

  // What the notes that are used ask of the record; those of the best rank that ask anything.
  void AddDocumentation() {
    int best = INT_MAX;
    for (const Note* note : notes_) {
      if (!note->doc_needed.empty()) best = std::min(best, RankOf(*note, day_));
    }
    Notes asking;
    for (const Note* note : notes_) {
      if (note->doc_needed.empty() || RankOf(*note, day_) != best) continue;
      asking.push_back(note);
      for (const std::string& needed : note->doc_needed) {
        AddOnce(coverage_.doc_needed, needed);
        if (needed == kConditional) AddOnce(coverage_.info_needed, kOther);
      }
    }
    if (asking.empty()) return;
    Use(asking);
    coverage_.doc_purpose.push_back("retain-doc");
    for (const Note* note : asking) {
      for (const std::string& text : note->documentation) {
        AddOnce(coverage_.reasons, Say("COVERAGE_RECORD", {{"text", text}}));
      }
      if (note->documentation.empty()) {
        AddOnce(coverage_.reasons, Say("COVERAGE_SEE_NOTE", {{"title", note->title}}));
      }
    }
  }

  // Limits, references, and how much the notes are worth.
  void Describe() {
    const auto all = [&](auto&& is) {
      return !used_.empty() && std::all_of(used_.begin(), used_.end(), is);
    };
    coverage_.stale = all([&](const Note* note) { return IsStale(*note, day_); });
    coverage_.undated = all([](const Note* note) { return note->reviewed_on == 0; });
    coverage_.historic = all([&](const Note* note) { return HasEnded(*note, day_); });
    for (const Note* note : used_) {
      AddOnce(coverage_.details, note->limits);
      coverage_.notes.push_back(scope_.texts.Keep(base::Concat({"PlanDefinition/", note->id})));
    }
  }

  const Scope& scope_;
  const Notes& notes_;
  base::Day day_;
  OrderCoverage& coverage_;
  Notes used_;
};

}  // namespace

void AddCoverages(const Scope& scope, NoteFilter filter, const OrderedLine& line,
                  std::vector<OrderCoverage>& coverages) {
  const auto& coverage = scope.snapshot.coverage;
  filter.day = line.day;
  Notes taken;
  if (line.system == coverage.system()) {
    for (const auto id : coverage.For(line.code)) {
      if (filter.Takes(coverage.At(id))) taken.push_back(&coverage.At(id));
    }
  }
  const auto add = [&](std::uint32_t payer, const Notes& notes) {
    OrderCoverage& each = coverages.emplace_back();
    each.line = line.number;
    each.payer = coverage.payers()[payer].slug;
    if (filter.plan) each.plan = coverage.plans()[*filter.plan].slug;
    Merger(scope, notes, line.day, each).Run();
  };
  // A payer that was asked for always gets an answer.
  if (filter.payer) return add(*filter.payer, taken);
  std::stable_sort(taken.begin(), taken.end(),
                   [](const Note* a, const Note* b) { return a->payer < b->payer; });
  for (auto first = taken.begin(); first != taken.end();) {
    const auto last = std::find_if(
        first, taken.end(), [&](const Note* note) { return note->payer != (*first)->payer; });
    add((*first)->payer, Notes(first, last));
    first = last;
  }
}

absl::StatusOr<CheckCoverageResult> CheckCoverage(const Scope& scope,
                                                  const CheckCoverageRequest& request) {
  RETURN_IF_ERROR(CheckBudget(scope.call));
  ASSIGN_OR_RETURN(const NoteFilter filter,
                   ReadNoteFilter(scope, request.payer, request.plan, request.jurisdiction));
  ASSIGN_OR_RETURN(const auto lines, ResolveLines(scope, request.lines, {request.date, {}}));
  CheckCoverageResult result;
  for (const OrderedLine& line : lines) AddCoverages(scope, filter, line, result.coverages);
  result.disclaimer = scope.snapshot.messages.Text("DISCLAIMER");
  return result;
}

}  // namespace chemoterm::engine
