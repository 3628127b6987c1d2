#include "model/order_rules.h"

namespace chemoterm::model {

void CodeSetTable::Add(SetId set, SystemCode code) { by_code_[KeyOf(code)].set(Index(set)); }

void CodeSetTable::AddRange(SetId set, base::Symbol system, std::string first, std::string last) {
  ranges_.push_back({system, std::move(first), std::move(last), false, set});
}

void CodeSetTable::AddPrefix(SetId set, base::Symbol system, std::string prefix) {
  ranges_.push_back({system, std::move(prefix), {}, true, set});
}

CodeSets CodeSetTable::Of(SystemCode code, std::string_view text) const {
  CodeSets sets;
  if (const auto found = by_code_.find(KeyOf(code)); found != by_code_.end()) sets = found->second;
  for (const Range& range : ranges_) {
    if (range.system != code.system) continue;
    const bool holds = range.is_prefix ? text.starts_with(range.first)
                                       : text.size() == range.first.size() && range.first <= text &&
                                             text <= range.last;
    if (holds) sets.set(Index(range.set));
  }
  return sets;
}

}  // namespace chemoterm::model
