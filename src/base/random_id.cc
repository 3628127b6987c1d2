#include "base/random_id.h"

#include <cstdint>
#include <random>

namespace chemoterm::base {

void AppendRandomHex(std::string& out) {
  constexpr char kHex[] = "0123456789abcdef";
  thread_local std::mt19937_64 generator{std::random_device{}()};
  std::uint64_t bits = generator() | 1;
  for (int i = 0; i < 16; ++i, bits >>= 4) out += kHex[bits & 0xF];
}

std::string NewUuid() {
  std::string hex;
  AppendRandomHex(hex);
  AppendRandomHex(hex);
  hex[12] = '4';  // the version
  hex[16] = 'a';  // the variant
  for (const std::size_t at : {8, 13, 18, 23}) hex.insert(at, 1, '-');
  return hex;
}

}  // namespace chemoterm::base
