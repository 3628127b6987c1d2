#include "gateway/gzip.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>
#include <string>

namespace chemoterm::gateway {
namespace {

std::string Gunzip(std::string_view data) {
  z_stream z{};
  EXPECT_EQ(inflateInit2(&z, 15 + 16), Z_OK);
  std::string text(1 << 20, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  z.avail_in = static_cast<uInt>(data.size());
  z.next_out = reinterpret_cast<Bytef*>(text.data());
  z.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(inflate(&z, Z_FINISH), Z_STREAM_END);
  EXPECT_EQ(z.avail_in, 0U);
  text.resize(z.total_out);
  inflateEnd(&z);
  return text;
}

struct AcceptCase {
  std::string_view value;
  bool accepted;
};

class AcceptsGzipTest : public testing::TestWithParam<AcceptCase> {};

TEST_P(AcceptsGzipTest, FollowsTheWeights) {
  EXPECT_EQ(AcceptsGzip(GetParam().value), GetParam().accepted) << GetParam().value;
}

INSTANTIATE_TEST_SUITE_P(
    Table, AcceptsGzipTest,
    testing::Values(AcceptCase{"", false}, AcceptCase{"gzip", true}, AcceptCase{"GZIP", true},
                    AcceptCase{"x-gzip", true}, AcceptCase{"deflate", false},
                    AcceptCase{"identity", false}, AcceptCase{"deflate, gzip, br", true},
                    AcceptCase{"gzip;q=0", false}, AcceptCase{"gzip;q=0.000", false},
                    AcceptCase{"gzip ; q=0.001", true}, AcceptCase{"gzip;q=1.000", true},
                    AcceptCase{"gzip; Q=0", false}, AcceptCase{"*", true},
                    AcceptCase{"*;q=0", false}, AcceptCase{"*, gzip;q=0", false},
                    AcceptCase{"gzip, *;q=0", true}, AcceptCase{"identity, gzip;q=0.5", false},
                    AcceptCase{"identity;q=0.5, gzip;q=0.5", true},
                    // Malformed weights count as a refusal, never as a wish.
                    AcceptCase{"gzip;q=", false}, AcceptCase{"gzip;q=x", false},
                    AcceptCase{"gzip;q=1.5", false}, AcceptCase{"gzip;q=-1", false},
                    AcceptCase{"gzip;q=0.1234", false}, AcceptCase{"gzip;q=0.x", false},
                    AcceptCase{"gzip;level=1", true}, AcceptCase{"gzipped", false},
                    AcceptCase{",,;;=,", false}));

TEST(GzipCompressor, RoundTripsTextAfterText) {
  GzipCompressor gzip;
  std::string out;
  for (const int size : {100, 1500, 200'000, 150}) {
    std::string text;
    while (static_cast<int>(text.size()) < size) {
      text += R"({"name":"property","part":)" + std::to_string(text.size());
    }
    ASSERT_TRUE(gzip.Compress(text, out)) << size;
    EXPECT_LT(out.size(), text.size());
    EXPECT_EQ(Gunzip(out), text);
  }
}

TEST(GzipCompressor, RefusesWhatWouldNotBecomeShorterAndGoesOnWorking) {
  GzipCompressor gzip;
  std::string out, noise;
  std::mt19937 random(1);
  for (int i = 0; i < 5000; ++i) noise += static_cast<char>(random());
  EXPECT_FALSE(gzip.Compress("", out));
  EXPECT_FALSE(gzip.Compress("x", out));
  EXPECT_FALSE(gzip.Compress(noise, out));
  ASSERT_TRUE(gzip.Compress(std::string(3000, 'a'), out));
  EXPECT_EQ(Gunzip(out), std::string(3000, 'a'));
}

}  // namespace
}  // namespace chemoterm::gateway
