// Compressed rows: the values of row i are values[offsets[i], offsets[i+1]). Built once, then only
// read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace chemoterm::base {

template <class Value>
class Csr {
 public:
  Csr() = default;

  // `entries` are (row, value) pairs in any order; the order within a row is kept. Rows are
  // 0..row_count-1.
  static Csr FromPairs(std::size_t row_count,
                       const std::vector<std::pair<std::uint32_t, Value>>& entries) {
    return FromEntries(row_count, entries, [](const auto& entry) { return entry; });
  }
  // The same for entries that `pair_of` makes such pairs of.
  template <class Entries, class PairOf>
  static Csr FromEntries(std::size_t row_count, const Entries& entries, PairOf pair_of) {
    Csr csr;
    csr.offsets_.assign(row_count + 1, 0);
    for (const auto& entry : entries) ++csr.offsets_[pair_of(entry).first + 1];
    for (std::size_t row = 0; row < row_count; ++row) csr.offsets_[row + 1] += csr.offsets_[row];
    csr.values_.resize(entries.size());
    std::vector<std::uint32_t> next(csr.offsets_.begin(), csr.offsets_.end() - 1);
    for (const auto& entry : entries) {
      const auto [row, value] = pair_of(entry);
      csr.values_[next[row]++] = value;
    }
    return csr;
  }
  // From what `values_of(row)` gives, a span.
  template <class ValuesOf>
  static Csr FromRows(std::size_t row_count, ValuesOf values_of) {
    Csr csr;
    csr.offsets_.assign(row_count + 1, 0);
    for (std::size_t row = 0; row < row_count; ++row) {
      csr.offsets_[row + 1] = csr.offsets_[row] + static_cast<std::uint32_t>(values_of(row).size());
    }
    csr.values_.reserve(csr.offsets_.back());
    for (std::size_t row = 0; row < row_count; ++row) {
      const auto values = values_of(row);
      csr.values_.insert(csr.values_.end(), values.begin(), values.end());
    }
    return csr;
  }

  // Empty for a row that does not exist.
  std::span<const Value> operator[](std::size_t row) const {
    if (row + 1 >= offsets_.size()) return {};
    return {values_.data() + offsets_[row], offsets_[row + 1] - offsets_[row]};
  }
  // All values, row after row.
  std::span<const Value> values() const { return values_; }
  std::size_t row_count() const { return offsets_.empty() ? 0 : offsets_.size() - 1; }
  std::size_t bytes() const {
    return offsets_.capacity() * sizeof(std::uint32_t) + values_.capacity() * sizeof(Value);
  }

 private:
  std::vector<std::uint32_t> offsets_;
  std::vector<Value> values_;
};

}  // namespace chemoterm::base
