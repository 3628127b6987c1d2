#include "gateway/echo.h"

#include <algorithm>

#include "base/text.h"

namespace chemoterm::gateway {

std::string Echo(std::string_view input, std::size_t limit) {
  const bool valid = base::IsValidUtf8(input);
  std::string text = valid ? base::Clip(input, limit) : std::string(input.substr(0, limit));
  std::replace_if(
      text.begin(), text.end(),
      [valid](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7F || (!valid && byte >= 0x80);
      },
      '?');
  return text;
}

}  // namespace chemoterm::gateway
