// model::Hierarchy against the plain definition of an ancestor: every labelled acyclic graph of
// five concepts, every cyclic one, and larger random ones.
#include "model/hierarchy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include "chemoterm/reason.h"

namespace chemoterm::model {
namespace {

using Edge = Hierarchy::Edge;

// What the pages say a hierarchy is: an ancestor is a parent, or an ancestor of one.
class Naive {
 public:
  Naive(std::uint32_t count, const std::vector<Edge>& edges) : parents_(count), children_(count) {
    for (const auto& [child, parent] : edges) {
      parents_[child].push_back(parent);
      children_[parent].push_back(child);
    }
  }

  bool IsAncestor(std::uint32_t ancestor, std::uint32_t descendant) const {
    for (const std::uint32_t parent : parents_[descendant]) {
      if (parent == ancestor || IsAncestor(ancestor, parent)) return true;
    }
    return false;
  }
  const std::vector<std::uint32_t>& Parents(std::uint32_t child) const { return parents_[child]; }
  const std::vector<std::uint32_t>& Children(std::uint32_t parent) const {
    return children_[parent];
  }

 private:
  std::vector<std::vector<std::uint32_t>> parents_;
  std::vector<std::vector<std::uint32_t>> children_;
};

// True for each concept that can reach itself (Warshall).
std::vector<bool> OnCycle(std::uint32_t count, const std::vector<Edge>& edges) {
  std::vector<std::vector<bool>> reach(count, std::vector<bool>(count, false));
  for (const auto& [child, parent] : edges) reach[child][parent] = true;
  for (std::uint32_t via = 0; via < count; ++via) {
    for (std::uint32_t from = 0; from < count; ++from) {
      for (std::uint32_t to = 0; to < count; ++to) {
        if (reach[from][via] && reach[via][to]) reach[from][to] = true;
      }
    }
  }
  std::vector<bool> cyclic(count);
  for (std::uint32_t i = 0; i < count; ++i) cyclic[i] = reach[i][i];
  return cyclic;
}

std::vector<std::uint32_t> Numbers(std::span<const ConceptId> ids) {
  std::vector<std::uint32_t> numbers;
  for (const ConceptId id : ids) numbers.push_back(static_cast<std::uint32_t>(id));
  return numbers;
}

// True when what is below a concept is what follows it up to the one that is told.
bool AgreesOnLast(const Hierarchy& hierarchy, const Naive& naive, std::uint32_t top,
                  std::uint32_t count) {
  const auto last = hierarchy.LastBelow(ConceptId{top});
  if (!last) return true;
  for (std::uint32_t other = 0; other < count; ++other) {
    const bool follows = other > top && other <= Index(*last);
    if (follows != naive.IsAncestor(top, other)) return false;
  }
  return true;
}

// True when parents, children and all pairs agree.
bool Agree(const Hierarchy& hierarchy, const Naive& naive, std::uint32_t count) {
  for (std::uint32_t a = 0; a < count; ++a) {
    if (Numbers(hierarchy.Parents(ConceptId{a})) != naive.Parents(a)) return false;
    if (Numbers(hierarchy.Children(ConceptId{a})) != naive.Children(a)) return false;
    if (!AgreesOnLast(hierarchy, naive, a, count)) return false;
    for (std::uint32_t b = 0; b < count; ++b) {
      if (hierarchy.IsAncestor(ConceptId{a}, ConceptId{b}) != naive.IsAncestor(a, b)) return false;
    }
  }
  return true;
}

// The 3^10 graphs of five concepts in which each pair is unrelated or related one way.
constexpr std::uint32_t kCount = 5;
std::vector<Edge> GraphOf(std::uint32_t number) {
  std::vector<Edge> edges;
  for (std::uint32_t a = 0; a < kCount; ++a) {
    for (std::uint32_t b = a + 1; b < kCount; ++b, number /= 3) {
      if (number % 3 == 1) edges.emplace_back(a, b);
      if (number % 3 == 2) edges.emplace_back(b, a);
    }
  }
  return edges;
}

TEST(HierarchyOracle, NestedConceptsAreARange) {
  // 0 > (1 > 2, 3), 4
  const auto nested = Hierarchy::Build(5, {{1, 0}, {2, 1}, {3, 0}}, nullptr);
  ASSERT_TRUE(nested.ok());
  EXPECT_EQ(nested->LastBelow(ConceptId{0}), ConceptId{3});
  EXPECT_EQ(nested->LastBelow(ConceptId{1}), ConceptId{2});
  EXPECT_EQ(nested->LastBelow(ConceptId{4}), ConceptId{4});
  const auto scattered = Hierarchy::Build(4, {{3, 0}, {1, 2}}, nullptr);
  ASSERT_TRUE(scattered.ok());
  EXPECT_FALSE(scattered->LastBelow(ConceptId{0}));
  EXPECT_EQ(Hierarchy().LastBelow(ConceptId{7}), ConceptId{7}) << "a flat system";
}

TEST(HierarchyOracle, AgreesOnEveryGraphOfFiveConcepts) {
  std::uint32_t acyclic = 0;
  for (std::uint32_t number = 0; number < 59049; ++number) {
    const std::vector<Edge> edges = GraphOf(number);
    const std::vector<bool> cyclic = OnCycle(kCount, edges);
    const bool has_cycle = std::find(cyclic.begin(), cyclic.end(), true) != cyclic.end();
    std::optional<ConceptId> on_cycle;
    const auto hierarchy = Hierarchy::Build(kCount, edges, &on_cycle);
    ASSERT_EQ(hierarchy.ok(), !has_cycle) << "graph " << number;
    if (has_cycle) {
      ASSERT_TRUE(on_cycle && Index(*on_cycle) < kCount) << "graph " << number;
      ASSERT_TRUE(cyclic[Index(*on_cycle)])
          << "graph " << number << ": " << Index(*on_cycle) << " is on no cycle";
      continue;
    }
    ++acyclic;
    ASSERT_TRUE(Agree(*hierarchy, Naive(kCount, edges), kCount)) << "graph " << number;
  }
  EXPECT_EQ(acyclic, 29281U)
      << "the number of labelled acyclic graphs of five nodes (OEIS A003024)";
}

TEST(HierarchyOracle, RefusesTheShortestCycles) {
  std::optional<ConceptId> on_cycle;
  EXPECT_FALSE(Hierarchy::Build(3, {{1, 1}}, &on_cycle).ok());
  EXPECT_EQ(on_cycle, ConceptId{1});
  EXPECT_FALSE(Hierarchy::Build(3, {{0, 2}, {2, 0}}, &on_cycle).ok());
  EXPECT_NE(on_cycle, ConceptId{1});
  EXPECT_FALSE(Hierarchy::Build(2, {{0, 1}, {1, 0}}, nullptr).ok());
}

TEST(HierarchyOracle, RepeatedEdgesCountOnce) {
  const std::vector<Edge> once = {{3, 1}, {1, 0}, {3, 2}, {2, 0}};
  std::vector<Edge> twice = once;
  twice.insert(twice.end(), once.begin(), once.end());
  const auto hierarchy = Hierarchy::Build(4, twice, nullptr);
  ASSERT_TRUE(hierarchy.ok());
  EXPECT_TRUE(Agree(*hierarchy, Naive(4, once), 4));
}

// A ladder: each concept has the two before it as parents, so that all of them are its ancestors.
TEST(HierarchyOracle, RefusesListsOfAncestorsThatGrowWithTheSquare) {
  constexpr std::uint32_t kLong = 100'000;
  std::vector<Edge> ladder = {{1, 0}};
  for (std::uint32_t i = 2; i < kLong; ++i) ladder.insert(ladder.end(), {{i, i - 1}, {i, i - 2}});
  std::optional<ConceptId> on_cycle;
  const auto hierarchy = Hierarchy::Build(kLong, ladder, &on_cycle);
  ASSERT_FALSE(hierarchy.ok());
  EXPECT_EQ(FailureOf(hierarchy.status()).reason, Reason::kTooCostly);
  EXPECT_FALSE(on_cycle);
  // A chain as long, a tree, needs no lists.
  std::vector<Edge> chain;
  for (std::uint32_t i = 1; i < kLong; ++i) chain.emplace_back(i, i - 1);
  const auto tree = Hierarchy::Build(kLong, chain, nullptr);
  ASSERT_TRUE(tree.ok());
  EXPECT_TRUE(tree->IsAncestor(ConceptId{0}, ConceptId{kLong - 1}));
}

TEST(HierarchyOracle, AnEmptyHierarchyHasNoAncestors) {
  const auto hierarchy = Hierarchy::Build(3, {}, nullptr);
  ASSERT_TRUE(hierarchy.ok());
  EXPECT_TRUE(hierarchy->empty());
  EXPECT_TRUE(Agree(*hierarchy, Naive(3, {}), 3));
}

// Random graphs whose edges go from later to earlier concepts of a shuffled order: sparse ones are
// almost trees, dense ones have many parents.
TEST(HierarchyOracle, AgreesOnLargerRandomGraphs) {
  const std::uint32_t seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const auto below = [&random](std::uint32_t limit) {
    return static_cast<std::uint32_t>(random() % limit);
  };
  for (int round = 0; round < 300; ++round) {
    const std::uint32_t count = 2 + below(30);
    std::vector<std::uint32_t> order(count);
    for (std::uint32_t i = 0; i < count; ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), random);
    const std::uint32_t edge_count = below(2 * count);
    std::vector<Edge> edges;
    for (std::uint32_t i = 0; i < edge_count; ++i) {
      const std::uint32_t late = 1 + below(count - 1);
      const Edge edge{order[late], order[below(late)]};
      if (std::find(edges.begin(), edges.end(), edge) == edges.end()) edges.push_back(edge);
    }
    const auto hierarchy = Hierarchy::Build(count, edges, nullptr);
    ASSERT_TRUE(hierarchy.ok()) << "round " << round;
    ASSERT_TRUE(Agree(*hierarchy, Naive(count, edges), count)) << "round " << round;
  }
}

}  // namespace
}  // namespace chemoterm::model
