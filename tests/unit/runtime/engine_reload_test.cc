// Reloads while the engine is asked: all or nothing, and every answer of one content.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "unit/runtime/world.h"

namespace chemoterm::runtime {
namespace {

namespace fs = std::filesystem;
using load::ContentDir;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

constexpr std::string_view kMarks[] = {"edition one", "edition two"};

// Writes the content with its edition's mark in every text that the questions below bring back.
void MakeEdition(ContentDir& dir, int edition) {
  const std::string mark(kMarks[edition]);
  dir.Replace("manifest.json", "\"version\": \"1.0.0\"", "\"version\": \"" + mark + "\"");
  dir.Replace("a.json", "First", "First of " + mark);
  dir.Replace("a.json", "Second", "Second of " + mark);
  dir.Replace("rows.json", "One.", "Note of " + mark);
  dir.Replace("relations.csv", "\"a, b\"", "Relation of " + mark);
  dir.Replace("notes.json", "\"I.\"", "\"Information of " + mark + "\"");
  dir.Replace("payers.json", "Acme Health", "Acme of " + mark);
  dir.Set("en.json", FileText(std::string(kShipped) + "/messages/en.json"));
  dir.Replace("en.json", "For information only", "Disclaimer of " + mark);
  dir.Write();
}

// Both editions, and a link to the one that is served.
class Editions {
 public:
  Editions() {
    for (int edition : {0, 1}) MakeEdition(dirs_[edition], edition);
    Serve(0);
  }
  std::string folder() const { return dirs_[0].path() + "/served"; }
  ContentDir& operator[](int edition) { return dirs_[edition]; }
  void Serve(int edition) const {
    const std::string next = folder() + ".next";
    fs::create_directory_symlink(dirs_[edition].path(), next);
    fs::rename(next, folder());
  }

 private:
  ContentDir dirs_[2];
};

using Texts = std::vector<std::string>;
// The marked texts of an answer; the failure, when there is one.
using Question = Texts (*)(const Engine&);

template <class Request, class Take>
Texts AnswerTo(const Engine& engine, const Request& request, Take take) {
  const auto answer = engine.Run({}, request);
  if (!answer.ok()) return {std::string(answer.status().message())};
  Texts texts;
  take(*answer, [&](std::string_view text) { texts.emplace_back(text); });
  return texts;
}

const Question kQuestions[] = {
    [](const Engine& engine) {
      return AnswerTo(engine, LookupOf("A1", "note"), [](const auto& answer, auto add) {
        add(answer.value.display);
        add(answer.value.disclaimer);
        add(answer.value.properties.at(0).value.text);
      });
    },
    [](const Engine& engine) {
      ValidateCodeRequest request;
      request.url = kA;
      request.code = "A1";
      request.display = "wrong";
      return AnswerTo(engine, request, [](const auto& answer, auto add) {
        add(answer.value.display);
        add(answer.value.message);
        add(answer.issues.at(0).text);
      });
    },
    [](const Engine& engine) {
      RelatedCodesRequest request;
      request.system = kA;
      request.code = "A1";
      request.kinds = {"above"};
      return AnswerTo(engine, request, [](const auto& answer, auto add) {
        add(answer.value.disclaimer);
        add(answer.value.related.at(0).description);
        add(answer.value.related.at(0).concept_coding.display);
      });
    },
    [](const Engine& engine) {
      return AnswerTo(engine, SearchCodesRequest{"edition", {}, {}, {}},
                      [](const auto& answer, auto add) {
                        for (const auto& match : answer.value.matches)
                          add(match.concept_coding.display);
                      });
    },
    [](const Engine& engine) {
      CoverageNotesRequest request;
      request.system = kA;
      request.code = "A1";
      request.payer = "acme";
      request.date = "2026-05-01";
      return AnswerTo(engine, request, [](const auto& answer, auto add) {
        add(answer.value.disclaimer);
        add(answer.value.notes.at(0).information);
        add(answer.value.summaries.at(0).payer_name);
      });
    },
};

// The edition that all of the texts are of; -1 when there is none.
int EditionOf(const Texts& texts) {
  for (const int edition : {0, 1}) {
    const auto is_of = [&](const std::string& text) {
      return text.find(kMarks[edition]) != std::string::npos;
    };
    if (texts.size() >= 2 && std::all_of(texts.begin(), texts.end(), is_of)) return edition;
  }
  return -1;
}

TEST(EngineReloadTest, EveryQuestionTellsTheEditionApart) {
  const Editions editions;
  const auto engine = OpenOrFail(OptionsFor(editions.folder()));
  ASSERT_NE(engine, nullptr);
  for (const int edition : {0, 1}) {
    editions.Serve(edition);
    ASSERT_TRUE(engine->Reload().ok());
    for (const Question& question : kQuestions)
      EXPECT_EQ(EditionOf(question(*engine)), edition) << testing::PrintToString(question(*engine));
  }
}

TEST(EngineReloadTest, ABrokenFileLeavesAllAsItWas) {
  Editions editions;
  const auto engine = OpenOrFail(OptionsFor(editions.folder()));
  ASSERT_NE(engine, nullptr);
  const ContentInfo before = engine->Describe();
  editions.Serve(1);
  const std::string good = editions[1].files().at("notes.json");
  editions[1].WriteFile("notes.json", good.substr(0, good.size() / 2));
  const absl::Status refused = engine->Reload();
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(FailureOf(refused).text, StartsWith("notes.json"));

  ContentInfo after = engine->Describe();
  EXPECT_EQ(after.digest, before.digest);
  EXPECT_EQ(after.digest, *engine->Digest());
  EXPECT_EQ(after.version, before.version);
  EXPECT_EQ(after.loaded_at, before.loaded_at);
  EXPECT_EQ(after.reloads_ok, 1);
  EXPECT_EQ(after.reloads_failed, 1);
  EXPECT_FALSE(after.last_reload_ok);
  EXPECT_EQ(after.last_reload_error, refused.message());
  for (const Question& question : kQuestions) EXPECT_EQ(EditionOf(question(*engine)), 0);

  editions[1].WriteFile("notes.json", good);
  ASSERT_TRUE(engine->Reload().ok());
  after = engine->Describe();
  EXPECT_NE(after.digest, before.digest);
  EXPECT_EQ(after.version, kMarks[1]);
  EXPECT_EQ(after.reloads_ok, 2);
  EXPECT_EQ(after.reloads_failed, 1) << "what has been is not forgotten";
  EXPECT_TRUE(after.last_reload_ok);
  EXPECT_EQ(after.last_reload_error, "");
  for (const Question& question : kQuestions) EXPECT_EQ(EditionOf(question(*engine)), 1);
}

TEST(EngineReloadTest, AFolderThatHasGoneLeavesAllAsItWas) {
  Editions editions;
  const auto engine = OpenOrFail(OptionsFor(editions.folder()));
  ASSERT_NE(engine, nullptr);
  fs::remove(editions.folder());
  EXPECT_FALSE(engine->Reload().ok());
  EXPECT_EQ(DisplayOf(*engine, "A1"), "First of edition one");
  editions.Serve(0);
  EXPECT_TRUE(engine->Reload().ok());
}

TEST(EngineReloadTest, AnAnswerOutlivesTheContentAndTheEngineThatGaveIt) {
  const Editions editions;
  auto engine = OpenOrFail(OptionsFor(editions.folder()));
  ASSERT_NE(engine, nullptr);
  const LookupRequest request = LookupOf("A1", "*");
  const auto taken = engine->Run({}, request);
  ASSERT_TRUE(taken.ok()) << taken.status();
  const auto digest = engine->Digest();
  const std::string digest_then = *digest;
  for (const int edition : {1, 0, 1}) {
    editions.Serve(edition);
    ASSERT_TRUE(engine->Reload().ok());
  }
  EXPECT_NE(*engine->Digest(), *digest);
  engine.reset();
  EXPECT_EQ(*digest, digest_then);
  EXPECT_EQ(taken->value.display, "First of edition one");
  EXPECT_THAT(taken->value.disclaimer, StartsWith("Disclaimer of edition one"));
  EXPECT_THAT(taken->value.used_supplements,
              ElementsAre("https://mini.example/fhir/CodeSystem/more|1.0.0"));
  Texts values;
  for (const auto& property : taken->value.properties) {
    values.emplace_back(property.value.text);
    for (const auto& part : property.subproperties) values.emplace_back(part.value.text);
  }
  EXPECT_THAT(values, Contains("Note of edition one"));
  EXPECT_THAT(values, Contains("Source S"));
}

TEST(EngineReloadTest, OldContentGoesWithItsLastAnswer) {
  const Editions editions;
  const auto engine = OpenOrFail(OptionsFor(editions.folder()));
  ASSERT_NE(engine, nullptr);
  std::weak_ptr<const void> old;
  {
    const auto taken = engine->Run({}, LookupOf("A1"));
    ASSERT_TRUE(taken.ok()) << taken.status();
    old = taken->pin;
    ASSERT_TRUE(engine->Reload().ok());
    EXPECT_FALSE(old.expired());
  }
  EXPECT_TRUE(old.expired());
}

TEST(EngineReloadTest, ReloadsAtTheSameTimeRunOneAfterTheOther) {
  const Editions editions;
  const auto engine = OpenOrFail(OptionsFor(editions.folder()));
  ASSERT_NE(engine, nullptr);
  std::vector<std::thread> threads;
  std::atomic<int> failed = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 3; ++n) failed += engine->Reload().ok() ? 0 : 1;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(engine->Describe().reloads_ok, 13);
}

// Asks all questions in turn until told to stop. Between two looks that saw the same number of
// reloads the content was the same, so then an answer must be of the content that they saw.
class Reader {
 public:
  explicit Reader(const Engine& engine) : engine_(engine), thread_([this] { Run(); }) {}
  void Stop() {
    stop_ = true;
    thread_.join();
  }
  int rounds() const { return rounds_; }
  const Texts& faults() const { return faults_; }  // after Stop()
  int answers_of(int edition) const { return answers_[edition]; }

 private:
  void Run() {
    for (; !stop_; ++rounds_) {
      for (const Question& question : kQuestions) {
        const ContentInfo before = engine_.Describe();
        const Texts texts = question(engine_);
        const ContentInfo after = engine_.Describe();
        const int edition = EditionOf(texts);
        const bool still = before.reloads_ok == after.reloads_ok;
        if (edition < 0 || (still && before.version != kMarks[edition])) {
          faults_.push_back(before.version + " to " + after.version + ": " +
                            testing::PrintToString(texts));
        } else {
          ++answers_[edition];
        }
      }
    }
  }

  const Engine& engine_;
  std::atomic<bool> stop_ = false;
  std::atomic<int> rounds_ = 0;
  int answers_[2] = {};
  Texts faults_;
  std::thread thread_;  // last: starts when all else is ready
};

TEST(EngineReloadTest, EveryAnswerDuringReloadsIsOfOneContent) {
  constexpr int kReaders = 8, kReloads = 20;
  const Editions editions;
  const auto engine = OpenOrFail(OptionsFor(editions.folder()));
  ASSERT_NE(engine, nullptr);
  std::vector<std::unique_ptr<Reader>> readers;
  for (int i = 0; i < kReaders; ++i) readers.push_back(std::make_unique<Reader>(*engine));
  // Every reader asks at least one whole round of each content.
  const auto wait_for_a_round = [&] {
    for (const auto& reader : readers) {
      for (const int seen = reader->rounds(); reader->rounds() < seen + 2;)
        std::this_thread::yield();
    }
  };
  int failed = 0;
  for (int n = 0; n < kReloads; ++n) {
    wait_for_a_round();
    editions.Serve((n + 1) % 2);
    failed += engine->Reload().ok() ? 0 : 1;
  }
  wait_for_a_round();
  for (const auto& reader : readers) reader->Stop();
  EXPECT_EQ(failed, 0);
  for (const auto& reader : readers) {
    EXPECT_THAT(reader->faults(), IsEmpty());
    EXPECT_GT(reader->answers_of(0), kReloads / 2);
    EXPECT_GT(reader->answers_of(1), kReloads / 2);
  }
  EXPECT_EQ(engine->Describe().reloads_ok, kReloads + 1);
}

}  // namespace
}  // namespace chemoterm::runtime
