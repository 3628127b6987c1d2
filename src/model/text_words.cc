#include "model/text_words.h"

#include <algorithm>
#include <utility>

#include "base/fold.h"
#include "base/text.h"

namespace chemoterm::model {
namespace {

bool IsHyphen(std::string_view separator) {
  return separator == "-" || separator == "\u2010" || separator == "\u2011";
}

}  // namespace

std::vector<TextWord> CutWords(std::string_view text) {
  const std::string folded = base::Fold(text);
  std::string_view rest = folded;
  std::vector<TextWord> words;
  std::string before;  // the word that a hyphen joins to the one being read
  while (!rest.empty()) {
    std::size_t length = 0;
    while (length < rest.size() && base::SeparatorLength(rest.substr(length)) == 0) ++length;
    const std::string_view word = rest.substr(0, length);
    rest.remove_prefix(length);
    if (!word.empty() && !words.empty() && words.back().text == kNegation) {
      words.back().text += word;
    } else if (!word.empty()) {
      words.push_back({std::string(word)});
      if (!before.empty()) words.push_back({before + std::string(word), true});
    }
    const std::string_view separator =
        rest.substr(0, rest.empty() ? 0 : base::SeparatorLength(rest));
    before = IsHyphen(separator) && word != kNegation ? std::string(word) : std::string();
    rest.remove_prefix(separator.size());
  }
  return words;
}

bool HasDigit(std::string_view word) {
  return std::any_of(word.begin(), word.end(), base::IsDigit);
}

bool HasSign(std::string_view word) {
  return std::any_of(word.begin(), word.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80 && !base::IsAlnum(c);
  });
}

std::uint32_t HashWithout(std::string_view word, std::size_t skipped) {
  std::uint32_t hash = 2166136261U;  // FNV-1a
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (i != skipped) hash = (hash ^ static_cast<unsigned char>(word[i])) * 16777619U;
  }
  return hash;
}

bool OneEditApart(std::string_view a, std::string_view b) {
  if (a.size() < b.size()) std::swap(a, b);
  if (a.size() - b.size() > 1 || a == b) return false;
  std::size_t i = 0;
  while (i < b.size() && a[i] == b[i]) ++i;
  if (a.size() > b.size()) return a.substr(i + 1) == b.substr(i);
  if (a.substr(i + 1) == b.substr(i + 1)) return true;
  return i + 1 < a.size() && a[i] == b[i + 1] && a[i + 1] == b[i] &&
         a.substr(i + 2) == b.substr(i + 2);
}

}  // namespace chemoterm::model
