#include "rpc/paging.h"

#include <algorithm>

#include "base/text.h"
#include "chemoterm/reason.h"

namespace chemoterm::rpc {
namespace {

// Enough of the digest to tell contents apart.
constexpr std::size_t kDigestPart = 16;

absl::StatusOr<std::size_t> FirstOf(std::string_view token, std::size_t total,
                                    std::string_view digest) {
  if (token.empty()) return 0;
  const auto [number, content] = base::SplitOnce(token, '.');
  const auto first = base::ParseInt<std::size_t>(number);
  if (!first || *first > total || content != digest.substr(0, kDigestPart)) {
    return Fail(Reason::kInvalidParameter,
                "page_token is not a token of this list, or the content has changed since; start "
                "again without it.",
                "page_token");
  }
  return *first;
}

}  // namespace

absl::StatusOr<Page> PageOf(std::int32_t page_size, std::string_view page_token, std::size_t total,
                            std::string_view content_digest) {
  if (page_size < 0) {
    return Fail(Reason::kInvalidParameter, "page_size is negative.", "page_size");
  }
  const auto first = FirstOf(page_token, total, content_digest);
  if (!first.ok()) return first.status();
  const auto size = page_size == 0 ? kDefaultPageSize : std::min(page_size, kMaxPageSize);
  Page page{*first, std::min(total, *first + static_cast<std::size_t>(size)), {}};
  if (page.last < total) {
    page.next_token =
        base::Concat({base::ToText(page.last), ".", content_digest.substr(0, kDigestPart)});
  }
  return page;
}

}  // namespace chemoterm::rpc
