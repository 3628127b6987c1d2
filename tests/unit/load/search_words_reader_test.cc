#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "load/build.h"

namespace chemoterm::load {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

// What a reader made of a text: the words, and the faults as "file:line: reason".
struct Outcome {
  model::SearchWords words;
  std::vector<std::string> faults;
};

Outcome Read(void (*reader)(Build&, const ContentFile&), std::string_view text) {
  const LoadOptions options;
  Faults faults;
  Build build(options, {}, faults);
  build.AddSource({"editorial", "Own writing", {}, "2026-11-22", "Apache-2.0"}, 1,
                  build.FaultsOf("sources"));
  const ManifestFile entry;
  reader(build, {entry, text, build.FaultsOf("words")});
  Outcome outcome{build.search_words, {}};
  for (const ContentError& error : faults.Take()) outcome.faults.push_back(error.ToString());
  return outcome;
}

TEST(StopWordsReaderTest, TakesOneFoldedWordALine) {
  const auto outcome = Read(ReadStopWords, "# a comment\nthe\n\n  Qué \r\n");
  EXPECT_THAT(outcome.faults, IsEmpty());
  EXPECT_THAT(outcome.words.stop_words, ElementsAre("que", "the"));
}

TEST(SynonymsReaderTest, TakesPairs) {
  const auto outcome = Read(
      ReadSynonyms, "word,synonym,source\nshot,injection,editorial\n5fu,fluorouracil,editorial\n");
  EXPECT_THAT(outcome.faults, IsEmpty());
  EXPECT_THAT(outcome.words.synonyms,
              ElementsAre(Pair("shot", "injection"), Pair("5fu", "fluorouracil")));
}

struct FaultCase {
  std::string why;
  void (*reader)(Build&, const ContentFile&);
  std::string text;
  std::string place;
};

TEST(SearchWordsReaderTest, FaultsNameTheLine) {
  const std::string header = "word,synonym,source\n";
  const std::vector<FaultCase> cases = {
      {"two words", ReadStopWords, "the\nout of\n", "words:2: "},
      {"a sign", ReadStopWords, "a-b\n", "words:1: "},
      {"twice", ReadStopWords, "the\nTHE\n", "words:2: "},
      {"not UTF-8", ReadStopWords, "th\xFF\n", "words: "},
      {"header", ReadSynonyms, "word,other,source\na,b,editorial\n", "words:1: "},
      {"missing cell", ReadSynonyms, header + "a,b\n", "words:2: "},
      {"two words in a cell", ReadSynonyms, header + "a,b c,editorial\n", "words:2: "},
      {"empty cell", ReadSynonyms, header + "a,,editorial\n", "words:2: "},
      {"itself", ReadSynonyms, header + "a,A,editorial\n", "words:2: "},
      {"twice, turned round", ReadSynonyms, header + "a,b,editorial\nb,a,editorial\n", "words:3: "},
      {"unknown source", ReadSynonyms, header + "a,b,nobody\n", "words:2: "},
  };
  for (const FaultCase& bad : cases) {
    EXPECT_THAT(Read(bad.reader, bad.text).faults, ElementsAre(testing::StartsWith(bad.place)))
        << bad.why;
  }
}

}  // namespace
}  // namespace chemoterm::load
