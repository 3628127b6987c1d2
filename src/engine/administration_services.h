// From administrations to services: what is given of one drug by one way counts as one.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "engine/administered.h"
#include "engine/rule_book.h"

namespace chemoterm::engine {

struct Service {
  std::vector<const Administered*> members;  // in their order
  std::vector<std::int32_t> infusions = {};  // those of the members that are infusions
  // Of the first member, by the technique as which the service counts.
  model::administration::Circumstances how;
  std::int64_t minutes = 0;               // that its infusions ran, or its pump is to run
  std::vector<std::int32_t> linked = {};  // what its infusions ran beside
  std::vector<Citation> cited = {};
  bool is_left = false;  // no row has a code for it

  const Administered& first() const { return *members.front(); }
  std::vector<std::int32_t> numbers() const;
  bool is_main() const;
  bool is_infusion() const { return how.technique == model::administration::Technique::kInfusion; }
  // Whether it ran beside an infusion of the other.
  bool is_beside(const Service& other) const;
  Particulars particulars() const {
    return {.drug = first().drug, .minutes = minutes, .lesions = how.lesions};
  }
};

// Items by key, groups in the order of their first items.
template <class Item, class KeyOf>
std::vector<std::vector<Item>> GroupsOf(const std::vector<Item>& items, KeyOf&& key_of) {
  std::vector<std::vector<Item>> groups;
  std::map<decltype(key_of(items.front())), std::size_t> places;
  for (const Item& item : items) {
    const auto [place, is_new] = places.try_emplace(key_of(item), groups.size());
    if (is_new) groups.emplace_back();
    groups[place->second].push_back(item);
  }
  return groups;
}

// The time in which at least one of them ran; where times are not known of all, the sum.
std::int64_t RunningMinutes(const std::vector<const Administered*>& infusions);

// True when two ascending lists have a number in common.
bool HaveCommon(std::span<const std::int32_t> one, std::span<const std::int32_t> other);

// The infusions and pushes into vessels of one route: one service for each access and drug.
std::vector<Service> ServicesOf(const RuleBook& book, const model::administration::Limits& limits,
                                const std::vector<const Administered*>& items);

}  // namespace chemoterm::engine
