#include "model/coverage.h"

#include "base/text.h"

namespace chemoterm::model {
namespace {

std::optional<std::uint32_t> FindName(const std::unordered_map<std::string, std::uint32_t>& names,
                                      std::string_view name) {
  const auto it = names.find(base::ToLower(base::Trim(name)));
  if (it == names.end()) return std::nullopt;
  return it->second;
}

// Registers slug, name and aliases of entry `index`; false if one belongs to another entry.
template <class Entry>
bool AddNames(std::unordered_map<std::string, std::uint32_t>& names, const Entry& entry,
              std::uint32_t index) {
  bool free = true;
  const auto add = [&](std::string_view name) {
    const auto [it, added] = names.try_emplace(base::ToLower(name), index);
    free &= added || it->second == index;
  };
  add(entry.slug);
  add(entry.name);
  for (const auto& alias : entry.aliases) add(alias);
  return free;
}

}  // namespace

std::span<const NoteId> Coverage::For(std::string_view code) const {
  const auto it = by_code_.find(std::string(code));
  if (it == by_code_.end()) return {};
  return it->second;
}

std::optional<NoteId> Coverage::Find(std::string_view id) const {
  const auto it = by_id_.find(std::string(id));
  if (it == by_id_.end()) return std::nullopt;
  return it->second;
}

std::optional<std::uint32_t> Coverage::FindPayer(std::string_view name) const {
  return FindName(payer_names_, name);
}

std::optional<std::uint32_t> Coverage::FindPlan(std::string_view name) const {
  return FindName(plan_names_, name);
}

bool CoverageBuilder::AddPayer(Payer payer) {
  const auto index = static_cast<std::uint32_t>(coverage_.payers_.size());
  coverage_.payers_.push_back(std::move(payer));
  return AddNames(coverage_.payer_names_, coverage_.payers_.back(), index);
}

bool CoverageBuilder::AddPlan(Plan plan) {
  const auto index = static_cast<std::uint32_t>(coverage_.plans_.size());
  coverage_.plans_.push_back(std::move(plan));
  return AddNames(coverage_.plan_names_, coverage_.plans_.back(), index);
}

bool CoverageBuilder::AddNote(Note note) {
  const auto id = static_cast<NoteId>(coverage_.notes_.size());
  if (!coverage_.by_id_.try_emplace(note.id, id).second) return false;
  for (const auto& code : note.codes) coverage_.by_code_[code].push_back(id);
  coverage_.notes_.push_back(std::move(note));
  return true;
}

}  // namespace chemoterm::model
