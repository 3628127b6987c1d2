// The values used last, within a bound.
#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace chemoterm::base {

// From text to Value, which is copied out and has to be cheap to copy. Thread-safe.
template <class Value>
class LruCache {
 public:
  // `max_bytes` bounds the sum of keys and values; 0 keeps nothing.
  explicit LruCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  std::optional<Value> Get(std::string_view key) {
    const std::lock_guard lock(mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return std::nullopt;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->value;
  }

  // Keeps a value of so many bytes in the place of those used longest ago. A key that is there
  // keeps its value.
  void Put(std::string_view key, const Value& value, std::size_t bytes) {
    bytes += key.size();
    const std::lock_guard lock(mutex_);
    if (bytes > max_bytes_ || by_key_.contains(key)) return;
    entries_.push_front({std::string(key), value, bytes});
    by_key_.emplace(entries_.front().key, entries_.begin());
    for (bytes_ += bytes; bytes_ > max_bytes_; entries_.pop_back()) {
      bytes_ -= entries_.back().bytes;
      by_key_.erase(entries_.back().key);
    }
  }

  // As Put, but a key that is there gets the new value.
  void Replace(std::string_view key, const Value& value, std::size_t bytes) {
    Erase(key);
    Put(key, value, bytes);
  }

  void Erase(std::string_view key) {
    const std::lock_guard lock(mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return;
    const auto entry = found->second;
    bytes_ -= entry->bytes;
    by_key_.erase(found);
    entries_.erase(entry);
  }

 private:
  struct Entry {
    std::string key;
    Value value;
    std::size_t bytes;
  };

  const std::size_t max_bytes_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // the one used last is the first
  std::unordered_map<std::string_view, typename std::list<Entry>::iterator> by_key_;
  std::size_t bytes_ = 0;
};

}  // namespace chemoterm::base
