// Which notes of payers hold for a question, and what they say together.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/scope.h"
#include "model/coverage.h"

namespace chemoterm::engine {

// What a request narrows the notes to.
struct NoteFilter {
  std::optional<std::uint32_t> payer;
  std::optional<std::uint32_t> plan;
  std::string_view place;
  base::Day day = 0;

  // Notes that have ended are taken too.
  bool Takes(const model::Note& note) const;
};

// Fails on what is neither empty nor a country (US) nor a state (US-PA) by its form.
absl::Status CheckJurisdiction(std::string_view place);

// Payer and plan by slug, name or alias, or as a reference; `day` is left to the caller. Fails on
// an unknown one, on a plan of another payer, and on what is no jurisdiction.
absl::StatusOr<NoteFilter> ReadNoteFilter(const Scope& scope, std::string_view payer,
                                          std::string_view plan, std::string_view jurisdiction);

// Historic, retired, or over on that day.
bool HasEnded(const model::Note& note, base::Day day);
bool IsStale(const model::Note& note, base::Day day);
// The lowest comes first: what is in force before what has ended, then what is about a plan.
int RankOf(const model::Note& note, base::Day day);

// What the notes of the best rank that say anything say; "conditional" where they disagree.
struct MergedNotes {
  std::string_view value;
  bool conflict = false;
  std::vector<const model::Note*> notes;  // of that rank that say something
};
MergedNotes Merge(const std::vector<const model::Note*>& notes, std::string model::Note::* member,
                  base::Day day);

// The id in a reference like "Organization/x"; any other text is a name, and stays. Neither has
// blanks around it.
std::string_view NameOfReference(std::string_view reference);

}  // namespace chemoterm::engine
