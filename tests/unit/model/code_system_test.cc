#include "model/code_system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "chemoterm/reason.h"
#include "model/messages.h"
#include "model/relations.h"
#include "model/snapshot.h"

namespace chemoterm::model {
namespace {

ConceptId Add(CodeSystemBuilder& builder, std::string_view code) {
  const ConceptId id = builder.Open();
  builder.SetCode(id, code);
  return id;
}

std::string ErrorOf(CodeSystemBuilder builder) {
  const auto system = std::move(builder).Freeze();
  return system.ok() ? "" : FailureOf(system.status()).text;
}

TEST(CodeIndex, FindsNothingInAnEmptySystem) {
  const auto system = CodeSystemBuilder().Freeze();
  ASSERT_TRUE(system.ok());
  EXPECT_FALSE(system->Find("a"));
  EXPECT_FALSE(system->Find(""));
}

TEST(CodeIndex, FindsEveryOneOfManyCodesAndNoOther) {
  CodeSystemBuilder builder;
  for (int i = 0; i < 10'000; ++i) Add(builder, base::ToText(i));
  const auto system = std::move(builder).Freeze();
  ASSERT_TRUE(system.ok());
  for (int i = 0; i < 10'000; ++i) {
    const auto id = system->Find(base::ToText(i));
    ASSERT_TRUE(id);
    EXPECT_EQ(Index(*id), static_cast<std::size_t>(i));
  }
  for (const auto* code : {"10000", "-1", "00", "x"}) EXPECT_FALSE(system->Find(code));
}

TEST(CodeSystem, FindsByFoldedCodeOnlyWhereCaseDoesNotCount) {
  CodeSystemBuilder sensitive;
  Add(sensitive, "Code");
  EXPECT_FALSE((*std::move(sensitive).Freeze()).Find("code"));
  CodeSystemBuilder insensitive;
  insensitive.info().case_sensitive = false;
  Add(insensitive, "Code");
  EXPECT_TRUE((*std::move(insensitive).Freeze()).Find("code"));
}

TEST(CodeSystemBuilder, RefusesWhatIsNotACodeSystem) {
  CodeSystemBuilder twice;
  Add(twice, "a");
  Add(twice, "a");
  EXPECT_THAT(ErrorOf(std::move(twice)), testing::HasSubstr("'a' appears twice"));

  CodeSystemBuilder no_code;
  no_code.Open();
  EXPECT_THAT(ErrorOf(std::move(no_code)), testing::HasSubstr("has no code"));

  CodeSystemBuilder no_parent;
  no_parent.AddParentCode(Add(no_parent, "a"), "b");
  EXPECT_THAT(ErrorOf(std::move(no_parent)), testing::HasSubstr("the parent 'b' of 'a'"));

  CodeSystemBuilder cycle;
  const auto a = Add(cycle, "a");
  const auto b = Add(cycle, "b");
  cycle.AddParent(a, b);
  cycle.AddParent(b, a);
  EXPECT_THAT(ErrorOf(std::move(cycle)), testing::HasSubstr("cycle"));
}

TEST(CodeSystem, IsInactiveByPropertyOrStatus) {
  CodeSystemBuilder builder;
  const auto plain = Add(builder, "plain");
  const auto inactive = Add(builder, "inactive");
  builder.AddProperty(inactive, "inactive", ValueKind::kBoolean, "true");
  const auto retired = Add(builder, "retired");
  builder.AddProperty(retired, "status", ValueKind::kCode, "retired");
  const auto deprecated = Add(builder, "deprecated");
  builder.AddProperty(deprecated, "status", ValueKind::kCode, "deprecated");
  const auto system = std::move(builder).Freeze();
  ASSERT_TRUE(system.ok());
  EXPECT_FALSE(system->IsInactive(plain));
  EXPECT_TRUE(system->IsInactive(inactive));
  EXPECT_TRUE(system->IsInactive(retired));
  EXPECT_FALSE(system->IsInactive(deprecated));
  EXPECT_EQ(system->Status(retired), "retired");
}

TEST(Versions, CompareByTheirNumbers) {
  EXPECT_LT(CompareVersions("1.9.0", "1.10.0"), 0);
  EXPECT_EQ(CompareVersions("2026", "2026"), 0);
  EXPECT_GT(CompareVersions("2026", "2025.1"), 0);
  EXPECT_GT(CompareVersions("1.0.1", "1.0"), 0);
}

TEST(Messages, FillArgumentsAndFallBackToEnglish) {
  Messages messages;
  messages.Add("en", "GREETING", "Hello {name}, {name}{other}");
  EXPECT_EQ(messages.Render("de", "GREETING", {{"name", "{x}"}}), "Hello {x}, {x}");
  EXPECT_EQ(messages.Render("en", "MISSING", {}), "MISSING");
}

TEST(Relations, AreReadFromBothEnds) {
  base::SymbolTable symbols;
  RelationsBuilder builder;
  builder.SetKinds({{"add-on-of", "", "", "primary-of", false, false}});
  const auto system = symbols.Intern("s");
  const auto node = [&](const char* code) { return builder.NodeOf(system, symbols.Intern(code)); };
  builder.Add(node("b"), 0, node("a"), {});
  const Relations relations = std::move(builder).Freeze(
      [&](const Relations::Node& end) -> std::optional<std::pair<SystemId, ConceptId>> {
        if (symbols[end.code] != "a") return std::nullopt;
        return std::pair(SystemId{1}, ConceptId{7});
      });
  const auto a = relations.Find(system, symbols.Find("a"));
  const auto b = relations.Find(system, symbols.Find("b"));
  ASSERT_TRUE(a && b);
  EXPECT_EQ(relations.From(*b).size(), 1U);
  EXPECT_EQ(relations.To(*a).size(), 1U);
  EXPECT_TRUE(relations.From(*a).empty());
  EXPECT_FALSE(relations.Find(system, symbols.Find("c")));
  EXPECT_EQ(relations.At(*a).loaded_in, SystemId{1});
  EXPECT_EQ(relations.At(*a).id, ConceptId{7});
  EXPECT_EQ(relations.At(*b).loaded_in, std::nullopt);
}

TEST(Relations, AreFoundByTheirTwoEnds) {
  base::SymbolTable symbols;
  RelationsBuilder builder;
  builder.SetKinds({{"excludes", "", "", "excludes", true, false}});
  const auto system = symbols.Intern("s");
  const auto node = [&](int code) {
    return builder.NodeOf(system, symbols.Intern(std::to_string(code)));
  };
  // Every number has rows to its multiples; to its double two, with other terms.
  constexpr int kNumbers = 300;
  for (int n = 1; n <= kNumbers; ++n) {
    for (int m = 2 * n; m <= kNumbers; m += n) builder.Add(node(n), 0, node(m), {});
    if (2 * n > kNumbers) continue;
    RelationTerms terms;
    terms.note = symbols.Intern("double");
    builder.Add(node(n), 0, node(2 * n), terms);
  }
  std::vector<NodeId> nodes;
  for (int n = 1; n <= kNumbers; ++n) nodes.push_back(node(n));
  const Relations relations = std::move(builder).Freeze([](const auto&) { return std::nullopt; });
  EXPECT_EQ(relations.terms_size(), 2U);
  for (int n = 1; n <= kNumbers; ++n) {
    for (int m = 1; m <= kNumbers; ++m) {
      const auto rows = relations.Between(nodes[static_cast<std::size_t>(n) - 1], 0,
                                          nodes[static_cast<std::size_t>(m) - 1]);
      const std::size_t expected = m == 2 * n ? 2 : (m > n && m % n == 0 ? 1 : 0);
      ASSERT_EQ(rows.size(), expected) << n << " " << m;
      if (expected == 2) {
        EXPECT_EQ(symbols[relations.Terms(relations.Row(rows[1])).note], "double");
      }
    }
  }
  EXPECT_TRUE(Relations().Between(NodeId{0}, 0, NodeId{1}).empty());
}

}  // namespace
}  // namespace chemoterm::model
