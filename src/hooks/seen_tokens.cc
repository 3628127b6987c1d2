#include "hooks/seen_tokens.h"

namespace chemoterm::hooks {
namespace {

// More than one, so that the number goes down after a rush; few, so that nobody waits long.
constexpr int kDropsPerCall = 8;

}  // namespace

SeenTokens::Found SeenTokens::Add(std::string key, std::int64_t until, std::int64_t now) {
  const std::lock_guard lock(mutex_);
  DropOver(now);
  if (keys_.contains(key)) return Found::kSeen;
  if (keys_.size() >= bound_) return Found::kFull;
  by_time_.emplace(until, &*keys_.insert(std::move(key)).first);
  return Found::kNew;
}

void SeenTokens::DropOver(std::int64_t now) {
  for (int i = 0; i < kDropsPerCall && !by_time_.empty() && by_time_.top().first <= now; ++i) {
    keys_.erase(keys_.find(*by_time_.top().second));
    by_time_.pop();
  }
}

}  // namespace chemoterm::hooks
