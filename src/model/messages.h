// The sentences that the service says, by id and language.
#pragma once

#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace chemoterm::model {

// Immutable once loaded; thread-safe. A template names its arguments in braces: "Unknown code
// '{code}' in ...".
class Messages {
 public:
  using Argument = std::pair<std::string_view, std::string_view>;

  void Add(std::string language, std::string id, std::string text) {
    texts_[std::move(language)][std::move(id)] = std::move(text);
  }
  bool Has(std::string_view id) const;
  // The sentence in `language`, else in English. An id that no file has is answered by itself: the
  // content check finds it, a request never fails of it.
  std::string Render(std::string_view language, std::string_view id,
                     std::initializer_list<Argument> arguments) const;
  // A template with its arguments filled in.
  static std::string Fill(std::string_view text, std::span<const Argument> arguments);
  // The sentence as it stands, without arguments, in English.
  std::string_view Text(std::string_view id) const;

  const std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>>& texts()
      const {
    return texts_;
  }

 private:
  const std::string* Find(std::string_view language, std::string_view id) const;
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> texts_;
};

}  // namespace chemoterm::model
