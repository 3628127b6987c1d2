#include "model/concept_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "model/catalog.h"

namespace chemoterm::model {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Members left out are open.
MapSides Source(std::string_view system, std::string_view version = {}) {
  MapSides sides{};
  sides.source_system = system;
  sides.source_version = version;
  return sides;
}

MapSides Scopes(std::string_view source, std::string_view target = {}) {
  MapSides sides{};
  sides.source_scope = source;
  sides.target_scope = target;
  return sides;
}

MapDetails Details(std::string_view comment, std::string_view value_set) {
  MapDetails details;
  details.comment = comment;
  details.value_set = value_set;
  return details;
}

std::vector<std::string> TargetsOf(const MapGroup& group, std::string_view code) {
  std::vector<std::string> targets;
  for (const auto element : group.Find(code)) {
    for (const auto& target : group.TargetsOf(element)) {
      targets.emplace_back(group.Text(target.code));
    }
  }
  return targets;
}

std::vector<std::string> SourcesOf(const MapGroup& group, std::string_view code) {
  std::vector<std::string> sources;
  for (const auto& link : group.FindBack(code)) {
    sources.emplace_back(group.Text(group.element(link.element).code));
    EXPECT_EQ(group.Text(group.target_at(link).code), code);
  }
  return sources;
}

MapGroup SmallGroup() {
  MapGroup group;
  group.source = "http://s";
  group.target = "http://t";
  group.AddElement("b", "", false);
  group.AddTarget("Y", "", Relationship::kEquivalent, {});
  group.AddTarget("X", "Big X", Relationship::kBroader, Details("seen", ""));
  group.AddElement("a", "", false);
  group.AddTarget("X", "", Relationship::kNarrower, {});
  group.AddElement("c", "", true);
  group.AddElement("b", "", false);  // a code may stand twice
  group.AddTarget("Z", "", Relationship::kRelatedTo, {});
  group.AddTarget("", "", Relationship::kRelatedTo, Details("", "http://vs"));
  group.Freeze();
  return group;
}

TEST(MapGroup, FindsTargetsBySourceAndSourcesByTarget) {
  const MapGroup group = SmallGroup();
  EXPECT_THAT(TargetsOf(group, "a"), ElementsAre("X"));
  EXPECT_THAT(TargetsOf(group, "b"), ElementsAre("Y", "X", "Z", ""));
  EXPECT_THAT(TargetsOf(group, "c"), IsEmpty());
  EXPECT_THAT(TargetsOf(group, "bb"), IsEmpty());
  EXPECT_THAT(SourcesOf(group, "X"), ElementsAre("b", "a"));
  EXPECT_THAT(SourcesOf(group, "Z"), ElementsAre("b"));
  EXPECT_THAT(SourcesOf(group, ""), IsEmpty()) << "a value set is no code";
  EXPECT_TRUE(group.element(group.Find("c")[0]).no_map);
  const auto& details = *group.DetailsOf(group.TargetsOf(group.Find("b")[0])[1]);
  EXPECT_EQ(details.comment, "seen");
  EXPECT_EQ(group.DetailsOf(group.TargetsOf(group.Find("a")[0])[0]), nullptr);
}

TEST(MapGroup, FindsEveryOneOfManyMappings) {
  MapGroup group;
  for (int i = 0; i < 5'000; ++i) {
    group.AddElement(base::ToText(i), "", false);
    group.AddTarget(base::ToText(i % 100), "", Relationship::kNarrower, {});
  }
  group.Freeze();
  for (int i = 0; i < 5'000; ++i) {
    ASSERT_THAT(TargetsOf(group, base::ToText(i)), ElementsAre(base::ToText(i % 100)));
  }
  EXPECT_EQ(SourcesOf(group, "7").size(), 50u);
}

TEST(MapGroup, WithoutElementsFindsNothing) {
  MapGroup group;
  group.Freeze();
  EXPECT_THAT(TargetsOf(group, "a"), IsEmpty());
  EXPECT_THAT(SourcesOf(group, "a"), IsEmpty());
}

TEST(Relationship, IsReadWrittenAndTurnedRound) {
  EXPECT_EQ(ToString(Relationship::kNarrower), "source-is-narrower-than-target");
  EXPECT_EQ(ParseRelationship("not-related-to"), Relationship::kNotRelatedTo);
  EXPECT_EQ(ParseRelationship("wider"), std::nullopt);
  EXPECT_EQ(Reversed(Relationship::kNarrower), Relationship::kBroader);
  EXPECT_EQ(Reversed(Relationship::kBroader), Relationship::kNarrower);
  EXPECT_EQ(Reversed(Relationship::kEquivalent), Relationship::kEquivalent);
}

struct FitCase {
  MapSides sides;
  bool fits;
};

TEST(Fits, SystemsWithTheirVersions) {
  MapGroup group;
  group.source = "http://s";
  group.source_version = "1.2";
  group.target = "http://t";
  MapSides to_t;
  to_t.target_system = "http://t";
  to_t.target_version = "9";
  MapSides to_s = Source("http://s");
  to_s.target_system = "http://s";
  const FitCase cases[] = {
      {MapSides{}, true},
      {Source("http://s"), true},
      {Source("http://t"), false},
      {Source("http://s", "1.2"), true},
      {Source("http://s", "1.x"), true},
      {Source("http://s", "2"), false},
      {Source("http://s|2"), false},
      {to_t, true},
      {to_s, false},
  };
  for (const auto& [sides, fits] : cases) {
    EXPECT_EQ(FitsSystems(group, sides), fits)
        << sides.source_system << sides.source_version << " " << sides.target_system;
  }
}

TEST(Fits, ValueSetsOfTheMap) {
  ConceptMap map;
  map.source_scope = "http://in|1";
  EXPECT_TRUE(FitsScopes(map, MapSides{}));
  EXPECT_TRUE(FitsScopes(map, Scopes("http://in")));
  EXPECT_TRUE(FitsScopes(map, Scopes("http://in|1")));
  EXPECT_FALSE(FitsScopes(map, Scopes("http://in|2")));
  EXPECT_FALSE(FitsScopes(map, Scopes("http://other")));
  EXPECT_TRUE(FitsScopes(map, Scopes("", "http://any"))) << "it names none";
}

std::unique_ptr<ConceptMap> MapOf(std::string_view url, std::string_view version) {
  auto map = std::make_unique<ConceptMap>();
  map->url = url;
  map->version = version;
  map->groups.push_back(SmallGroup());
  return map;
}

TEST(Catalog, OffersTheNewestOfLoadedMapsAndThoseOfTheRequest) {
  Snapshot snapshot;
  snapshot.Add(MapOf("http://m", "1.9"));
  snapshot.Add(MapOf("http://m", "1.10"));
  snapshot.Add(MapOf("http://n", "1"));
  Overlay overlay;
  overlay.concept_maps.push_back(MapOf("http://n", "1"));
  const Catalog loaded(snapshot);
  const Catalog both(snapshot, &overlay);
  const auto names = [](const Catalog& catalog, const MapSides& sides) {
    std::vector<std::string> found;
    for (const auto* map : catalog.ConceptMapsBetween(sides)) found.push_back(map->Canonical());
    return found;
  };
  EXPECT_THAT(names(loaded, Source("http://s")), ElementsAre("http://m|1.10", "http://n|1"));
  EXPECT_THAT(names(loaded, Source("http://t")), IsEmpty());
  EXPECT_EQ(both.ConceptMapsBetween(Source("http://s")).back(), overlay.concept_maps.front().get());
  EXPECT_EQ(both.FindConceptMap("http://n", ""), overlay.concept_maps.front().get());
  EXPECT_EQ(loaded.FindConceptMap("http://m", "")->version, "1.10");
  EXPECT_EQ(loaded.FindConceptMap("http://m", "1.9")->version, "1.9");
  EXPECT_EQ(loaded.FindConceptMap("http://m", "2"), nullptr);
  EXPECT_THAT(loaded.VersionsOfConceptMap("http://m"), ElementsAre("1.9", "1.10"));
}

}  // namespace
}  // namespace chemoterm::model
