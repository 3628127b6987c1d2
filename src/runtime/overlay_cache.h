// Resources that came with requests, parsed: most clients send the same ones again and again.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/lru_cache.h"
#include "load/inline_reader.h"

namespace chemoterm::runtime {

// Thread-safe. What was used longest ago goes when the bound is reached; requests that use it keep
// it alive.
class OverlayCache {
 public:
  explicit OverlayCache(std::size_t max_bytes) : resources_(max_bytes), lists_(max_bytes / 8) {}

  // The resource of a request's parameter `where`.
  absl::StatusOr<load::InlineResource> Get(std::string_view json, std::string_view where);

  // The resources kept under a client's name, and those of this request, which are kept with them.
  std::vector<load::InlineResource> Extend(std::string_view cache_id,
                                           const std::vector<load::InlineResource>& added);

 private:
  using List = std::shared_ptr<const std::vector<load::InlineResource>>;

  base::LruCache<load::InlineResource> resources_;  // by SHA-256 of the text
  base::LruCache<List> lists_;                      // by cache-id
};

}  // namespace chemoterm::runtime
