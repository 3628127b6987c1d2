#include "model/concept_map.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "model/catalog.h"

namespace chemoterm::model {
namespace {

constexpr std::array<std::string_view, 5> kRelationships = {
    "related-to", "equivalent", "source-is-narrower-than-target", "source-is-broader-than-target",
    "not-related-to"};

// An empty version is any.
bool SameVersion(std::string_view one, std::string_view other) {
  return one.empty() || other.empty() || FitsVersion(one, other);
}

bool FitsCanonical(std::string_view wanted, std::string_view wanted_version,
                   std::string_view system, std::string_view version) {
  if (wanted.empty()) return true;
  const auto [url, bar_version] = base::SplitOnce(wanted, '|');
  if (url != system) return false;
  return SameVersion(bar_version.empty() ? wanted_version : bar_version, version);
}

bool FitsScope(std::string_view wanted, std::string_view scope) {
  if (wanted.empty() || scope.empty()) return true;
  const auto [wanted_url, wanted_version] = base::SplitOnce(wanted, '|');
  const auto [url, version] = base::SplitOnce(scope, '|');
  return wanted_url == url && SameVersion(wanted_version, version);
}

std::size_t BytesOf(const std::vector<MapAttribute>& attributes) {
  std::size_t bytes = attributes.capacity() * sizeof(MapAttribute);
  for (const MapAttribute& each : attributes) {
    bytes += each.name.size() + each.value.text.size() + each.value.coding.system.size() +
             each.value_set.size();
  }
  return bytes;
}

}  // namespace

std::string_view ToString(Relationship relationship) {
  return kRelationships[static_cast<std::size_t>(relationship)];
}

std::optional<Relationship> ParseRelationship(std::string_view text) {
  const auto found = std::find(kRelationships.begin(), kRelationships.end(), text);
  if (found == kRelationships.end()) return std::nullopt;
  return static_cast<Relationship>(found - kRelationships.begin());
}

Relationship Reversed(Relationship relationship) {
  if (relationship == Relationship::kNarrower) return Relationship::kBroader;
  if (relationship == Relationship::kBroader) return Relationship::kNarrower;
  return relationship;
}

void MapGroup::AddElement(std::string_view code, std::string_view display, bool no_map) {
  elements_.push_back({text_.Add(code), text_.Add(display), no_map});
}

void MapGroup::AddTarget(std::string_view code, std::string_view display, Relationship relationship,
                         MapDetails details) {
  MapTarget target{text_.Add(code), text_.Add(display), relationship};
  const bool has_details = !details.comment.empty() || !details.value_set.empty() ||
                           !details.depends_on.empty() || !details.products.empty() ||
                           !details.properties.empty();
  if (has_details) {
    details_.push_back(std::move(details));
    target.details = static_cast<std::uint32_t>(details_.size());
  }
  added_.emplace_back(static_cast<std::uint32_t>(elements_.size() - 1), target);
}

void MapGroup::Freeze() {
  targets_ = base::Csr<MapTarget>::FromPairs(elements_.size(), added_);
  // They were added element by element, so the order is that of the rows.
  for (std::uint32_t i = 0; i < added_.size(); ++i) {
    if (added_[i].second.code.size > 0) by_target_.push_back({added_[i].first, i});
  }
  added_ = {};
  for (std::uint32_t i = 0; i < elements_.size(); ++i) by_source_.push_back(i);
  text_.ShrinkToFit();
  std::stable_sort(by_source_.begin(), by_source_.end(), [&](auto a, auto b) {
    return Text(elements_[a].code) < Text(elements_[b].code);
  });
  std::stable_sort(by_target_.begin(), by_target_.end(), [&](const Link& a, const Link& b) {
    return Text(target_at(a).code) < Text(target_at(b).code);
  });
}

std::span<const std::uint32_t> MapGroup::Find(std::string_view source_code) const {
  struct ByCode {
    const MapGroup& group;
    std::string_view CodeOf(std::uint32_t i) const { return group.Text(group.elements_[i].code); }
    bool operator()(std::uint32_t i, std::string_view code) const { return CodeOf(i) < code; }
    bool operator()(std::string_view code, std::uint32_t i) const { return code < CodeOf(i); }
  };
  const auto [first, last] =
      std::equal_range(by_source_.begin(), by_source_.end(), source_code, ByCode{*this});
  return {first, last};
}

std::span<const MapGroup::Link> MapGroup::FindBack(std::string_view target_code) const {
  struct ByCode {
    const MapGroup& group;
    std::string_view CodeOf(const Link& link) const {
      return group.Text(group.target_at(link).code);
    }
    bool operator()(const Link& link, std::string_view code) const { return CodeOf(link) < code; }
    bool operator()(std::string_view code, const Link& link) const { return code < CodeOf(link); }
  };
  const auto [first, last] =
      std::equal_range(by_target_.begin(), by_target_.end(), target_code, ByCode{*this});
  return {first, last};
}

std::size_t MapGroup::bytes() const {
  std::size_t bytes = sizeof *this + text_.bytes() + elements_.capacity() * sizeof(MapElement) +
                      targets_.bytes() + by_source_.capacity() * sizeof(std::uint32_t) +
                      by_target_.capacity() * sizeof(Link) +
                      details_.capacity() * sizeof(MapDetails);
  for (const MapDetails& each : details_) {
    bytes += each.comment.size() + each.value_set.size() + BytesOf(each.depends_on) +
             BytesOf(each.products) + BytesOf(each.properties);
  }
  return bytes;
}

std::string ConceptMap::Canonical() const {
  return version.empty() ? url : base::Concat({url, "|", version});
}

std::size_t ConceptMap::bytes() const {
  std::size_t bytes = sizeof *this + url.size() + title.size();
  for (const MapGroup& group : groups) bytes += group.bytes();
  return bytes;
}

bool FitsScopes(const ConceptMap& map, const MapSides& sides) {
  return FitsScope(sides.source_scope, map.source_scope) &&
         FitsScope(sides.target_scope, map.target_scope);
}

bool FitsSystems(const MapGroup& group, const MapSides& sides) {
  return FitsCanonical(sides.source_system, sides.source_version, group.source,
                       group.source_version) &&
         FitsCanonical(sides.target_system, sides.target_version, group.target,
                       group.target_version);
}

}  // namespace chemoterm::model
