#include "model/snapshot.h"

#include <algorithm>

#include "base/text.h"

namespace chemoterm::model {

int CompareVersions(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    const auto [a_part, a_rest] = base::SplitOnce(a, '.');
    const auto [b_part, b_rest] = base::SplitOnce(b, '.');
    const auto a_number = base::ParseInt<std::int64_t>(a_part);
    const auto b_number = base::ParseInt<std::int64_t>(b_part);
    if (a_number && b_number && *a_number != *b_number) return *a_number < *b_number ? -1 : 1;
    if (!a_number || !b_number) {
      if (const int order = a_part.compare(b_part); order != 0) return order < 0 ? -1 : 1;
    }
    a = a_rest;
    b = b_rest;
  }
  return 0;
}

void Snapshot::Add(std::unique_ptr<const CodeSystem> system) {
  systems_by_url.Add(system->info().url, static_cast<std::uint32_t>(systems.size()));
  systems.push_back(std::move(system));
}

void Snapshot::Add(std::unique_ptr<const ValueSet> set) {
  value_sets_by_url.Add(set->url, static_cast<std::uint32_t>(value_sets.size()));
  value_sets.push_back(std::move(set));
}

void Snapshot::Add(std::unique_ptr<const ConceptMap> map) {
  concept_maps_by_url.Add(map->url, static_cast<std::uint32_t>(concept_maps.size()));
  concept_maps.push_back(std::move(map));
}

std::optional<SystemId> Snapshot::FindSystem(std::string_view url, std::string_view version) const {
  std::optional<SystemId> best;
  for (const std::uint32_t i : systems_by_url.Find(url)) {
    const CodeSystemInfo& info = systems[i]->info();
    if (!version.empty()) {
      if (info.version == version) return static_cast<SystemId>(i);
      continue;
    }
    if (!best || CompareVersions(System(*best).info().version, info.version) < 0)
      best = static_cast<SystemId>(i);
  }
  return best;
}

std::optional<std::pair<SystemId, ConceptId>> Snapshot::Find(std::string_view url,
                                                             std::string_view code) const {
  const auto system = FindSystem(url, {});
  if (!system) return std::nullopt;
  const auto id = System(*system).Find(code);
  return id ? std::optional(std::pair(*system, *id)) : std::nullopt;
}

std::size_t Snapshot::concept_count() const {
  std::size_t count = 0;
  for (const auto& system : systems) count += system->size();
  return count;
}

std::size_t Snapshot::bytes() const {
  std::size_t total =
      symbols.bytes() + text.bytes() + relations.bytes() + resources.bytes() + text_index.bytes();
  for (const auto& system : systems) total += system->bytes();
  for (const auto& table : facts) total += table.by_concept.bytes();
  for (const auto& map : concept_maps) total += map->bytes();
  return total;
}

}  // namespace chemoterm::model
