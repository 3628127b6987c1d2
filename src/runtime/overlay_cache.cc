#include "runtime/overlay_cache.h"

#include <algorithm>
#include <memory>

#include "base/status_macros.h"
#include "load/files.h"

namespace chemoterm::runtime {

absl::StatusOr<load::InlineResource> OverlayCache::Get(std::string_view json,
                                                       std::string_view where) {
  const std::string key = load::Sha256Hex(json);
  if (auto known = resources_.Get(key)) return *std::move(known);
  ASSIGN_OR_RETURN(load::InlineResource resource, load::ReadInline(json, where));
  resources_.Put(key, resource, resource.bytes());
  return resource;
}

std::vector<load::InlineResource> OverlayCache::Extend(
    std::string_view cache_id, const std::vector<load::InlineResource>& added) {
  std::vector<load::InlineResource> all;
  if (const auto known = lists_.Get(cache_id)) all = **known;
  if (added.empty()) return all;
  // Most clients repeat what they have sent before.
  const auto is_known = [&](const load::InlineResource& resource) {
    return std::any_of(all.begin(), all.end(), [&](const load::InlineResource& each) {
      return each.system == resource.system && each.value_set == resource.value_set;
    });
  };
  for (const auto& resource : added) {
    if (!is_known(resource)) all.push_back(resource);
  }
  std::size_t bytes = 0;
  for (const auto& resource : all) bytes += resource.bytes();
  lists_.Replace(cache_id, std::make_shared<const std::vector<load::InlineResource>>(all), bytes);
  return all;
}

}  // namespace chemoterm::runtime
