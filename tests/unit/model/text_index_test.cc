#include "model/text_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "base/fold.h"
#include "base/text.h"
#include "model/text_words.h"

namespace chemoterm::model {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;

struct Name {
  TextField field;
  std::string text;
};

struct Concept {
  unsigned system;
  std::string code;
  std::vector<Name> names;
  bool inactive = false;
};

constexpr auto kDisplay = TextField::kDisplay;
constexpr auto kDesignation = TextField::kDesignation;
constexpr auto kFact = TextField::kFact;

// A small world with codes of two systems; ids are places in this list.
const std::vector<Concept>& World() {
  static const auto* world = new std::vector<Concept>{
      {0, "A1004", {{kDisplay, "Retired tap of the knee"}}, true},
      {0, "A1001", {{kDisplay, "Tap of the knee"}, {kDesignation, "Punción de la rodilla"}}},
      {0, "A1002", {{kDisplay, "Flush of an implanted port"}, {kFact, "Never for a knee."}}},
      {0, "A2001", {{kDisplay, "Intra-arterial drip, first hour"}, {kDesignation, "IT infusion"}}},
      {0, "A2002", {{kDisplay, "Intra-arterial drip, each further hour"}}},
      {0, "B10.5", {{kDisplay, "Non-hormonal shot"}}},
      {0, "B11", {{kDisplay, "Hormonal shot"}}},
      {1, "A1001", {{kDisplay, "Tap of the knee"}}},
      {1, "25", {{kDisplay, "Separate visit"}}},
      {1, "Z9", {{kDisplay, "Dose of 25 mg"}}},
      {1, "visit-plan", {{kDisplay, "Agreed course"}}},
  };
  return *world;
}

SearchWords Steering() {
  return {{"the", "of", "a", "an", "is", "it", "how", "for", "Qué"},
          {{"drip", "infusion"}, {"rodilla", "knee"}}};
}

TextIndex BuildWorld() {
  TextIndexBuilder builder(Steering());
  for (std::size_t i = 0; i < World().size(); ++i) {
    const Concept& each = World()[i];
    builder.Open(SystemId{each.system}, static_cast<ConceptId>(i), each.code, each.inactive);
    for (const Name& name : each.names)
      builder.Add(name.field, name.text, name.field == kFact ? 7 : 0);
  }
  return std::move(builder).Freeze();
}

const TextIndex& Built() {
  static const auto* index = new TextIndex(BuildWorld());
  return *index;
}

// "0/A1001" for each hit.
std::vector<std::string> Found(std::string_view query, std::vector<SystemId> wanted = {},
                               std::size_t count = 100) {
  std::vector<std::string> codes;
  for (const TextHit& hit : Built().Search(Built().QueryWords(query), wanted, count)) {
    codes.push_back(base::ToText(Index(hit.system)) + "/" + World()[Index(hit.concept_id)].code);
  }
  return codes;
}

struct WordsCase {
  std::string why;
  std::string query;
  std::vector<std::string> words;
};

class QueryWordsTest : public testing::TestWithParam<WordsCase> {};

TEST_P(QueryWordsTest, AreCut) {
  EXPECT_THAT(Built().QueryWords(GetParam().query), ElementsAreArray(GetParam().words))
      << GetParam().why;
}

INSTANTIATE_TEST_SUITE_P(
    Queries, QueryWordsTest,
    testing::Values(WordsCase{"folded", "Punción RODILLA", {"puncion", "rodilla"}},
                    WordsCase{"stop words of a question go", "How is the knee?", {"knee"}},
                    WordsCase{"Spanish signs and accents", "¿Qué rodilla?", {"rodilla"}},
                    WordsCase{"only stop words stay", "how is it", {"how", "is", "it"}},
                    WordsCase{"an abbreviation is no stop word", "IT drip", {"it", "drip"}},
                    WordsCase{"unless all is in capitals", "IT DRIP", {"drip"}},
                    WordsCase{"a code keeps its signs", "b10.5 (shot)", {"b10.5", "shot"}},
                    WordsCase{"so does its beginning", "b10.", {"b10"}},
                    WordsCase{"a code of words stands before them",
                              "visit-plan",
                              {"visit-plan", "visit", "plan"}},
                    WordsCase{"what is no code is cut", "10.5", {"10", "5"}},
                    WordsCase{"non joins", "non hormonal, non-hormonal", {"nonhormonal"}},
                    WordsCase{"each word once", "knee Knee", {"knee"}},
                    WordsCase{"signs only", " -- ?! ", {}}, WordsCase{"nothing", "", {}},
                    WordsCase{"bytes that are not UTF-8 are dropped",
                              "kn\xFF"
                              "ee",
                              {"knee"}}));

struct SearchCase {
  std::string why;
  std::string query;
  std::vector<std::string> found;
};

class SearchTest : public testing::TestWithParam<SearchCase> {};

TEST_P(SearchTest, RanksAsExpected) {
  EXPECT_THAT(Found(GetParam().query), ElementsAreArray(GetParam().found)) << GetParam().why;
}

INSTANTIATE_TEST_SUITE_P(
    Queries, SearchTest,
    testing::Values(
        SearchCase{"a whole code first, in system order", "a1001", {"0/A1001", "1/A1001"}},
        SearchCase{"beginning of codes, retired ones last",
                   "a100",
                   {"0/A1001", "0/A1002", "1/A1001", "0/A1004"}},
        SearchCase{"codes forgive no edit", "a2003", {}},
        SearchCase{"a short code is more than a number", "25 dose", {"1/Z9", "1/25"}},
        SearchCase{"alone it is the code", "25", {"1/25", "1/Z9"}},
        SearchCase{"a code with a dot", "B10.5", {"0/B10.5"}},
        SearchCase{"a code of words", "visit-plan", {"1/visit-plan", "1/25"}},
        SearchCase{"a full phrase, a retired one after it, a fact last",
                   "tap of the knee",
                   {"0/A1001", "1/A1001", "0/A1004", "0/A1002"}},
        SearchCase{"unfinished last word", "impl", {"0/A1002"}},
        SearchCase{"letter left out", "implnted", {"0/A1002"}},
        SearchCase{"letter too many", "implannted", {"0/A1002"}},
        SearchCase{"wrong letter", "imqlanted", {"0/A1002"}},
        SearchCase{"neighbours swapped", "ipmlanted", {"0/A1002"}},
        SearchCase{"two edits are too many", "ipmlnted", {}},
        SearchCase{"short words forgive none", "prt", {}},
        SearchCase{"plural", "ports", {"0/A1002"}},
        SearchCase{"other ending", "flushing", {"0/A1002"}},
        SearchCase{"joined by a hyphen", "intraarterial first", {"0/A2001", "0/A2002"}},
        SearchCase{"synonym, the word itself first", "infusion", {"0/A2001", "0/A2002"}},
        SearchCase{"negated words differ", "hormonal", {"0/B11"}},
        SearchCase{"written apart", "non hormonal shot", {"0/B10.5", "0/B11"}},
        SearchCase{"more words win over fewer", "further hour", {"0/A2002", "0/A2001"}},
        SearchCase{"nothing", "zzzzzz", {}}));

TEST(TextIndexTest, SearchesOnlyTheWantedSystems) {
  EXPECT_THAT(Found("knee", {SystemId{1}}), ElementsAre("1/A1001"));
  EXPECT_THAT(Found("knee", {SystemId{9}}), IsEmpty());
}

TEST(TextIndexTest, OrderDoesNotDependOnCount) {
  for (const std::string_view query :
       {"a", "tap of the knee", "hour", "a100", "first drip port knee 25"}) {
    const auto all = Found(query);
    for (std::size_t count = 0; count <= all.size(); ++count) {
      EXPECT_THAT(Found(query, {}, count),
                  ElementsAreArray(all.begin(), all.begin() + static_cast<long>(count)));
    }
  }
}

// With no more concepts than hits nothing is pruned: that answer is the oracle for every smaller
// count. Every fifth world has more, so that most of it is passed over.
TEST(TextIndexTest, PruningChangesNothing) {
  const std::vector<std::string> vocabulary = {
      "tap",     "taps", "tapping",  "knee", "kneel",  "hour", "hours", "first",
      "further", "drip", "dripping", "port", "portal", "1",    "10",    "x"};
  for (unsigned seed = 0; seed < 15; ++seed) {
    std::mt19937 random(seed);
    const auto below = [&](unsigned limit) { return static_cast<unsigned>(random() % limit); };
    const auto word = [&] { return vocabulary[random() % vocabulary.size()]; };
    TextIndexBuilder builder(Steering());
    const unsigned concepts = TextIndex::kMaxHits * (seed % 5 == 4 ? 9 : 1);
    for (unsigned i = 0; i < concepts; ++i) {
      builder.Open(SystemId{below(3)}, ConceptId{i}, "X" + base::ToText(i), below(4) == 0);
      for (unsigned texts = below(4); texts > 0; --texts) {
        std::string text;
        for (unsigned words = 1 + below(7); words > 0; --words) text += word() + " ";
        builder.Add(static_cast<TextField>(1 + below(4)), text);
      }
    }
    const TextIndex index = std::move(builder).Freeze();
    for (int query = 0; query < 25; ++query) {
      std::vector<std::string> words;
      for (unsigned n = 1 + below(4); n > 0; --n) words.push_back(word());
      const auto all = index.Search(words, {}, TextIndex::kMaxHits);
      for (const std::size_t count : {1U, 2U, 5U, 20U, 60U}) {
        const auto some = index.Search(words, {}, count);
        ASSERT_EQ(some.size(), std::min(count, all.size()))
            << seed << ": " << base::Join(words, " ");
        for (std::size_t i = 0; i < some.size(); ++i) {
          ASSERT_EQ(some[i].concept_id, all[i].concept_id)
              << seed << ": " << base::Join(words, " ") << " at " << i;
          ASSERT_EQ(some[i].score, all[i].score);
        }
      }
    }
  }
}

TEST(TextIndexTest, TakesNoMoreThanTheFirstWords) {
  std::vector<std::string> words(TextIndex::kMaxQueryWords, "knee");
  const auto few = Built().Search(words, {}, 10);
  words.resize(500, "port");
  const auto many = Built().Search(words, {}, 10);
  ASSERT_EQ(many.size(), few.size());
  for (std::size_t i = 0; i < few.size(); ++i) EXPECT_EQ(many[i].concept_id, few[i].concept_id);
}

TEST(TextIndexTest, TellsWhyItMatched) {
  const auto hits = Built().Search({"knee", "port", "implnted", "flus"}, {SystemId{0}}, 1);
  ASSERT_EQ(hits.size(), 1U);
  const auto reason = [](const TextReason& r) {
    return std::tuple(r.query_word, r.field, r.fact_property, r.match);
  };
  std::vector<std::tuple<std::uint16_t, TextField, std::uint16_t, WordMatch>> reasons;
  for (const TextReason& each : hits[0].reasons) reasons.push_back(reason(each));
  EXPECT_THAT(reasons, ElementsAre(std::tuple(0, kFact, 7, WordMatch::kExact),
                                   std::tuple(1, kDisplay, 0, WordMatch::kExact),
                                   std::tuple(2, kDisplay, 0, WordMatch::kSimilar),
                                   std::tuple(3, kDisplay, 0, WordMatch::kPrefix)));
}

TEST(TextIndexTest, ScoresLieBetweenZeroAndOne) {
  for (const std::string_view query :
       {"a1001", "25", "tap of the knee", "knee zzzzzz", "first hour"}) {
    for (const TextHit& hit : Built().Search(Built().QueryWords(query), {}, 100)) {
      EXPECT_GT(hit.score, 0) << query;
      EXPECT_LE(hit.score, 1) << query;
    }
  }
}

// The codes of a system that have all parts, in the order of their ids.
std::string Containing(std::vector<std::string> parts, unsigned system) {
  const auto bits = Built().Containing(parts, SystemId{system}, World().size());
  std::vector<std::string> codes;
  for (std::size_t i = 0; i < World().size(); ++i) {
    if ((bits[i / 64] >> (i % 64) & 1) != 0) codes.push_back(World()[i].code);
  }
  return base::Join(codes, " ");
}

TEST(TextIndexTest, FindsPartsOfTheWordsOfNames) {
  const struct {
    std::vector<std::string> parts;
    unsigned system;
    std::string_view codes;
  } cases[] = {
      {{"knee"}, 0, "A1004 A1001"},  // a fact is no name
      {{"kne"}, 0, "A1004 A1001"},
      {{"nee"}, 1, "A1001"},
      {{"rod"}, 0, "A1001"},
      {{"tap", "retir"}, 0, "A1004"},
      {{"tap", "port"}, 0, ""},
      {{"0.5"}, 0, "B10.5"},
      {{"b1"}, 0, "B10.5 B11"},
      {{"artery"}, 0, ""},
      {{"arterial"}, 0, "A2001 A2002"},
      {{"ofthe"}, 0, ""},  // no word goes on in the next
      {{"z9"}, 0, ""},
      {{"25"}, 1, "25 Z9"},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(Containing(each.parts, each.system), each.codes) << base::Join(each.parts, " ");
  }
  EXPECT_EQ(Containing({"knee"}, 7), "") << "a system that is not there";
}

TEST(TextIndexTest, FindsThePartsThatALookAtEveryWordFinds) {
  std::mt19937_64 random(20261127);
  for (int round = 0; round < 500; ++round) {
    const Concept& from = World()[random() % World().size()];
    const auto words = CutWords(from.names[random() % from.names.size()].text);
    const std::string& word = words[random() % words.size()].text;
    const std::size_t start = random() % word.size();
    const std::string part = word.substr(start, 1 + random() % (word.size() - start));
    std::vector<std::string> expected;
    for (const Concept& each : World()) {
      bool has = base::Fold(each.code).find(part) != std::string::npos;
      for (const Name& name : each.names) {
        for (const auto& own : CutWords(name.text)) {
          has = has || (name.field != kFact && own.text.find(part) != std::string::npos);
        }
      }
      if (has && each.system == 0) expected.push_back(each.code);
    }
    EXPECT_EQ(Containing({part}, 0), base::Join(expected, " ")) << part;
  }
}

TEST(TextIndexTest, EmptyIndexFindsNothing) {
  EXPECT_THAT(TextIndex().Search({"knee"}, {}, 10), IsEmpty());
  EXPECT_THAT(TextIndex().QueryWords("A knee"), ElementsAre("a", "knee"));
  EXPECT_THAT(TextIndexBuilder({}).Freeze().Search({"knee"}, {}, 10), IsEmpty());
}

TEST(TextIndexTest, SameThreadMaySearchSeveralIndexes) {
  TextIndexBuilder builder({});
  builder.Open(SystemId{0}, ConceptId{0}, "X", false);
  builder.Add(kDisplay, "knee");
  const TextIndex other = std::move(builder).Freeze();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(other.Search({"knee"}, {}, 10).size(), 1U);
    EXPECT_EQ(Found("knee").size(), 4U);
  }
}

TEST(TextWordsTest, OneEditApartAgreesWithItsDefinition) {
  struct Case {
    std::string a, b;
    bool apart;
  };
  for (const Case& c : std::vector<Case>{{"port", "port", false},
                                         {"port", "prt", true},
                                         {"port", "portt", true},
                                         {"port", "pert", true},
                                         {"port", "prot", true},
                                         {"port", "rpot", false},
                                         {"port", "opr", false},
                                         {"", "a", true},
                                         {"ab", "ba", true},
                                         {"a", "", true},
                                         {"ab", "", false}}) {
    EXPECT_EQ(OneEditApart(c.a, c.b), c.apart) << c.a << " " << c.b;
    EXPECT_EQ(OneEditApart(c.b, c.a), c.apart) << c.b << " " << c.a;
  }
}

}  // namespace
}  // namespace chemoterm::model
