#include "base/string_pool.h"

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

SymbolTable::SymbolTable() { Intern(""); }

Symbol SymbolTable::Intern(std::string_view text) {
  if (const auto it = by_text_.find(text); it != by_text_.end()) return it->second;
  const auto symbol = static_cast<Symbol>(texts_.size());
  const auto it = by_text_.emplace(std::string(text), symbol).first;
  texts_.push_back(it->first);
  bytes_ += text.size() + 72;
  return symbol;
}

Symbol SymbolTable::Find(std::string_view text) const {
  const auto it = by_text_.find(text);
  return it == by_text_.end() ? Symbol{} : it->second;
}

}  // namespace chemoterm::base
