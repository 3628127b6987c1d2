#include "base/string_pool.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "base/check.h"

namespace chemoterm::base {

StrRef StringPool::Add(std::string_view text) {
  CHECK(bytes_.size() + text.size() <= std::numeric_limits<std::uint32_t>::max());
  const StrRef ref{static_cast<std::uint32_t>(bytes_.size()),
                   static_cast<std::uint32_t>(text.size())};
  bytes_ += text;
  return ref;
}

SymbolTable::SymbolTable() : slots_(8) { Intern(""); }

std::size_t SymbolTable::SlotOf(std::string_view text) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = std::hash<std::string_view>{}(text)&mask;
  while (slots_[at] != 0 && texts_[slots_[at] - 1] != text) at = (at + 1) & mask;
  return at;
}

void SymbolTable::Grow() {
  std::vector<std::uint32_t>(slots_.size() * 2).swap(slots_);
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    slots_[SlotOf(texts_[i])] = static_cast<std::uint32_t>(i + 1);
  }
}

std::string_view SymbolTable::Keep(std::string_view text) {
  constexpr std::size_t kFirstBlock = 256;
  constexpr std::size_t kLargestBlock = std::size_t{256} * 1024;
  if (block_size_ - used_ < text.size()) {
    block_size_ = std::max(std::clamp(block_size_ * 2, kFirstBlock, kLargestBlock), text.size());
    block_bytes_ += block_size_;
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(block_size_));
    used_ = 0;
  }
  if (text.empty()) return {};
  char* const at = blocks_.back().get() + used_;
  std::copy(text.begin(), text.end(), at);
  used_ += text.size();
  return {at, text.size()};
}

Symbol SymbolTable::Intern(std::string_view text) {
  std::size_t at = SlotOf(text);
  if (slots_[at] != 0) return static_cast<Symbol>(slots_[at] - 1);
  if ((texts_.size() + 1) * 3 > slots_.size() * 2) {
    Grow();
    at = SlotOf(text);
  }
  texts_.push_back(Keep(text));
  slots_[at] = static_cast<std::uint32_t>(texts_.size());
  return static_cast<Symbol>(texts_.size() - 1);
}

Symbol SymbolTable::Find(std::string_view text) const {
  const std::uint32_t found = slots_[SlotOf(text)];
  return found == 0 ? Symbol{} : static_cast<Symbol>(found - 1);
}

std::size_t SymbolTable::bytes() const {
  return block_bytes_ + texts_.capacity() * sizeof(std::string_view) +
         slots_.capacity() * sizeof(std::uint32_t);
}

}  // namespace chemoterm::base
