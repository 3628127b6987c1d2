// Append-only text storage, addressed by offset so that rows stay small and hold no pointers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
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
// valid as long as the table, also when it grows. A text takes its bytes and about 30 more.
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
  void ShrinkToFit() { texts_.shrink_to_fit(); }
  std::size_t bytes() const;

 private:
  // Where the text is in slots_, or would be.
  std::size_t SlotOf(std::string_view text) const;
  void Grow();
  std::string_view Keep(std::string_view text);

  std::vector<std::unique_ptr<char[]>> blocks_;  // of the texts; they keep their addresses
  std::size_t block_size_ = 0;                   // of the last one
  std::size_t used_ = 0;                         // of it
  std::size_t block_bytes_ = 0;                  // of all
  std::vector<std::string_view> texts_;
  std::vector<std::uint32_t>
      slots_;  // symbol + 1, 0 = free; a power of two, at most two thirds full
};

}  // namespace chemoterm::base
