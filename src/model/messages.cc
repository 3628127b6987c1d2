#include "model/messages.h"

namespace chemoterm::model {

const std::string* Messages::Find(std::string_view language, std::string_view id) const {
  for (const std::string_view tried : {language, std::string_view("en")}) {
    const auto texts = texts_.find(tried);
    if (texts == texts_.end()) continue;
    if (const auto text = texts->second.find(id); text != texts->second.end()) return &text->second;
  }
  return nullptr;
}

bool Messages::Has(std::string_view id) const { return Find("en", id) != nullptr; }

std::string_view Messages::Text(std::string_view id) const {
  const auto* text = Find("en", id);
  return text == nullptr ? id : std::string_view(*text);
}

std::string Messages::Render(std::string_view language, std::string_view id,
                             std::initializer_list<Argument> arguments) const {
  const auto* found = Find(language, id);
  return found == nullptr ? std::string(id)
                          : Fill(*found, std::span(arguments.begin(), arguments.size()));
}

std::string Messages::Fill(std::string_view text, std::span<const Argument> arguments) {
  std::string sentence;
  for (std::size_t at = 0; at < text.size();) {
    const auto open = text.find('{', at);
    const auto close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) {
      sentence += text.substr(at);
      break;
    }
    sentence += text.substr(at, open - at);
    const auto name = text.substr(open + 1, close - open - 1);
    for (const auto& [key, value] : arguments) {
      if (key == name) sentence += value;
    }
    at = close + 1;
  }
  return sentence;
}

}  // namespace chemoterm::model
