// Pages of a list by page_size and page_token.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace chemoterm::rpc {

inline constexpr std::int32_t kDefaultPageSize = 50;
inline constexpr std::int32_t kMaxPageSize = 1000;

// The half-open range of the list that makes the page.
struct Page {
  std::size_t first = 0;
  std::size_t last = 0;
  std::string next_token;  // empty on the last page
};

// A token is good for the content it was made from: after a reload it is kInvalidParameter, since
// rows may have moved.
absl::StatusOr<Page> PageOf(std::int32_t page_size, std::string_view page_token, std::size_t total,
                            std::string_view content_digest);

}  // namespace chemoterm::rpc
