#include "rpc/paging.h"

#include <gtest/gtest.h>

#include <vector>

#include "chemoterm/reason.h"

namespace chemoterm::rpc {
namespace {

constexpr char kDigest[] = "0123456789abcdef0123456789abcdef";

struct SizeCase {
  std::int32_t page_size;
  std::size_t total;
  std::vector<std::size_t> sizes;
};

class PageSizes : public testing::TestWithParam<SizeCase> {};

TEST_P(PageSizes, CoverTheListInOrder) {
  const auto& [page_size, total, sizes] = GetParam();
  std::string token;
  std::size_t next = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const auto page = PageOf(page_size, token, total, kDigest);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_EQ(page->first, next);
    EXPECT_EQ(page->last - page->first, sizes[i]);
    next = page->last;
    token = page->next_token;
    EXPECT_EQ(token.empty(), i + 1 == sizes.size());
  }
  EXPECT_EQ(next, total);
}

INSTANTIATE_TEST_SUITE_P(Table, PageSizes,
                         testing::Values(SizeCase{0, 0, {0}},        // an empty list is one page
                                         SizeCase{0, 49, {49}},      // default 50
                                         SizeCase{0, 51, {50, 1}},   //
                                         SizeCase{2, 4, {2, 2}},     // no empty last page
                                         SizeCase{2, 5, {2, 2, 1}},  //
                                         SizeCase{9999, 1500, {1000, 500}}));  // at most 1,000

struct BadCase {
  const char* why;
  std::int32_t page_size;
  const char* token;
  const char* where;
};

class BadPages : public testing::TestWithParam<BadCase> {};

TEST_P(BadPages, AreInvalidParameters) {
  const auto page = PageOf(GetParam().page_size, GetParam().token, 10, kDigest);
  ASSERT_FALSE(page.ok()) << GetParam().why;
  const auto failure = FailureOf(page.status());
  EXPECT_EQ(failure.reason, Reason::kInvalidParameter);
  EXPECT_EQ(failure.where, GetParam().where);
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadPages,
    testing::Values(BadCase{"negative size", -1, "", "page_size"},
                    BadCase{"not a token", 1, "x", "page_token"},
                    BadCase{"no content", 1, "2", "page_token"},
                    BadCase{"behind the end", 1, "11.0123456789abcdef", "page_token"},
                    BadCase{"negative", 1, "-1.0123456789abcdef", "page_token"},
                    BadCase{"other content", 1, "2.ffffffffffffffff", "page_token"},
                    BadCase{"overflow", 1, "99999999999999999999.0123456789abcdef", "page_token"}));

}  // namespace
}  // namespace chemoterm::rpc
