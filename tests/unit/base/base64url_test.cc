#include "base/base64url.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace chemoterm::base {
namespace {

struct Row {
  const char* text;
  std::optional<std::string> bytes;
};

TEST(Base64Url, GivesTheBytesOfWhatTheEncodingMakes) {
  const Row rows[] = {
      // RFC 4648, 10, without padding.
      {"", ""},
      {"Zg", "f"},
      {"Zm8", "fo"},
      {"Zm9v", "foo"},
      {"Zm9vYg", "foob"},
      {"Zm9vYmE", "fooba"},
      {"Zm9vYmFy", "foobar"},
      {"-_-_", "\xFB\xFF\xBF"},
      {"AAA", std::string(2, '\0')},
      // Another alphabet, padding, white space, bytes above ASCII.
      {"+/+/", std::nullopt},
      {"Zg==", std::nullopt},
      {"Zm9v\n", std::nullopt},
      {" Zm9", std::nullopt},
      {"Zm\xC3\xA9", std::nullopt},
      // A length, and bits left over, that no bytes have.
      {"A", std::nullopt},
      {"AAAAA", std::nullopt},
      {"Zh", std::nullopt},
      {"Zm9", std::nullopt},
  };
  for (const Row& row : rows) EXPECT_EQ(DecodeBase64Url(row.text), row.bytes) << row.text;
}

}  // namespace
}  // namespace chemoterm::base
