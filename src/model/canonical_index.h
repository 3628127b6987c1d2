// Which resources have a canonical: every one of a url, whatever its version.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace chemoterm::model {

// Immutable once filled; thread-safe then. A url that is added must outlive the index.
class CanonicalIndex {
 public:
  void Add(std::string_view url, std::uint32_t at) { by_url_[url].push_back(at); }
  // In the order in which they were added.
  std::span<const std::uint32_t> Find(std::string_view url) const {
    const auto found = by_url_.find(url);
    return found == by_url_.end() ? std::span<const std::uint32_t>{} : found->second;
  }

 private:
  std::unordered_map<std::string_view, std::vector<std::uint32_t>> by_url_;
};

}  // namespace chemoterm::model
