// Append-only text storage, addressed by offset so that rows stay small and hold no pointers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace chemoterm::base {

// A text in a StringPool.
struct StrRef {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
};

// Up to 4 GiB of text. Adding may move the bytes: take views only when all is added.
class StringPool {
 public:
  StrRef Add(std::string_view text);
  std::string_view operator[](StrRef ref) const { return {bytes_.data() + ref.offset, ref.size}; }
  void ShrinkToFit() { bytes_.shrink_to_fit(); }
  std::size_t bytes() const { return bytes_.capacity(); }

 private:
  std::string bytes_;
};

// An interned text: equal texts have equal symbols. Symbol 0 is the empty text.
enum class Symbol : std::uint32_t {};

// Repeated texts (languages, property codes, statuses, source ids), each stored once; a view stays
// valid as long as the table, also when it grows.
class SymbolTable {
 public:
  SymbolTable();
  SymbolTable(SymbolTable&&) noexcept = default;
  SymbolTable& operator=(SymbolTable&&) noexcept = default;

  Symbol Intern(std::string_view text);
  // The symbol of a text that is there; Symbol 0 for the empty text and for one that is not.
  Symbol Find(std::string_view text) const;
  std::string_view operator[](Symbol symbol) const {
    return texts_[static_cast<std::size_t>(symbol)];
  }
  std::size_t size() const { return texts_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  std::unordered_map<std::string, Symbol, Hash, std::equal_to<>>
      by_text_;  // nodes keep their addresses
  std::vector<std::string_view> texts_;
  std::size_t bytes_ = 0;
};

}  // namespace chemoterm::base
