#include "model/resource_store.h"

#include <xxhash.h>

#include <algorithm>
#include <tuple>

namespace chemoterm::model {
namespace {

bool Before(const StoredResource& a, const StoredResource& b) {
  return std::tie(a.type, a.id) < std::tie(b.type, b.id);
}

std::string KeyOf(std::string_view type, std::string_view id) {
  return std::string(type) + "/" + std::string(id);
}

constexpr std::string_view kHex = "0123456789abcdef";

}  // namespace

std::string VersionOf(std::initializer_list<std::string_view> texts) {
  XXH64_hash_t hash = 0;
  for (const std::string_view text : texts)
    hash = XXH3_64bits_withSeed(text.data(), text.size(), hash);
  XXH64_canonical_t bytes;
  XXH64_canonicalFromHash(&bytes, hash);
  std::string version;
  for (const unsigned char byte : bytes.digest) {
    version += kHex[byte >> 4];
    version += kHex[byte & 0xF];
  }
  return version;
}

bool ResourceStore::Add(StoredResource resource) {
  if (!taken_.insert(KeyOf(resource.type, resource.id)).second) return false;
  resources_.push_back(std::move(resource));
  return true;
}

bool ResourceStore::IsTaken(std::string_view type, std::string_view id) const {
  return taken_.contains(KeyOf(type, id));
}

void ResourceStore::Freeze() {
  taken_ = {};
  std::sort(resources_.begin(), resources_.end(), Before);
  resources_.shrink_to_fit();
}

std::span<const StoredResource> ResourceStore::OfType(std::string_view type) const {
  const auto [first, last] = std::equal_range(
      resources_.begin(), resources_.end(), type, [](const auto& a, const auto& b) {
        if constexpr (std::is_same_v<std::decay_t<decltype(a)>, std::string_view>) {
          return a < b.type;
        } else {
          return a.type < b;
        }
      });
  return {first, last};
}

const StoredResource* ResourceStore::Find(std::string_view type, std::string_view id) const {
  const auto all = OfType(type);
  const auto it = std::lower_bound(
      all.begin(), all.end(), id,
      [](const StoredResource& r, std::string_view wanted) { return r.id < wanted; });
  return it != all.end() && it->id == id ? &*it : nullptr;
}

std::size_t ResourceStore::bytes() const {
  std::size_t total = 0;
  for (const auto& resource : resources_)
    total += sizeof resource + resource.json.capacity() + resource.values.size() * 128;
  return total;
}

}  // namespace chemoterm::model
