// Payers, their plans, and what they say about codes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/csr.h"
#include "model/ids.h"

namespace chemoterm::model {

struct Payer {
  std::string slug, name, type, url;
  std::vector<std::string> aliases;
  std::vector<std::string> jurisdictions;
};

struct Plan {
  std::string slug, name, line_of_business;
  std::uint32_t payer = 0;  // into payers
  std::vector<std::string> aliases;
};

// One note, as coverage/*.json has it (docs/content.md); empty = absent.
struct Note {
  static constexpr std::uint32_t kNoPlan = 0xFFFFFFFF;

  std::string id, title, covered, pa_needed, information, criteria, limits, applies_when,
      result_when_applies;
  std::string code_basis, status, status_text, policy_number, policy_title, url;
  std::string effective_start, effective_end, effective_text, last_review, retrieved, confidence,
      source_seen;
  std::string verification;
  std::vector<std::string> jurisdictions, codes, codes_named, topics, doc_needed, documentation;
  std::uint32_t payer = 0;
  std::uint32_t plan = kNoPlan;
  base::Day start = 0;        // first day; 0 = unknown
  base::Day end = 0;          // last day; 0 = open
  base::Day reviewed_on = 0;  // last review, else start; 0 = undated
};

// Immutable; thread-safe. Notes of a code keep the order of the files.
class Coverage {
 public:
  std::span<const Payer> payers() const { return payers_; }
  std::span<const Plan> plans() const { return plans_; }
  std::span<const Note> notes() const { return notes_; }
  const Note& At(NoteId id) const { return notes_[Index(id)]; }
  // The notes on a code of the system that the notes are about.
  std::span<const NoteId> For(std::string_view code) const;
  std::optional<NoteId> Find(std::string_view id) const;
  // By slug, name or alias, without regard to case.
  std::optional<std::uint32_t> FindPayer(std::string_view name) const;
  std::optional<std::uint32_t> FindPlan(std::string_view name) const;
  // Canonical of the code system of the notes' codes.
  std::string_view system() const { return system_; }

 private:
  friend class CoverageBuilder;
  std::string system_;
  std::vector<Payer> payers_;
  std::vector<Plan> plans_;
  std::vector<Note> notes_;
  std::unordered_map<std::string, std::vector<NoteId>> by_code_;
  std::unordered_map<std::string, NoteId> by_id_;
  std::unordered_map<std::string, std::uint32_t> payer_names_;  // lower case
  std::unordered_map<std::string, std::uint32_t> plan_names_;
};

class CoverageBuilder {
 public:
  void SetSystem(std::string system) { coverage_.system_ = std::move(system); }
  // False when the slug, name or an alias is taken by another payer (plan).
  bool AddPayer(Payer payer);
  bool AddPlan(Plan plan);
  // False when the id is taken.
  bool AddNote(Note note);
  const Coverage& coverage() const { return coverage_; }
  Coverage Freeze() && { return std::move(coverage_); }

 private:
  Coverage coverage_;
};

}  // namespace chemoterm::model
