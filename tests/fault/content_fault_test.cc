// Broken content: whatever bytes a file has, loading gives a snapshot or a list of faults, never a
// crash.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "load/loader.h"
#include "load/manifest.h"
#include "unit/load/content_dir.h"

namespace chemoterm::load {
namespace {

constexpr std::uint64_t kSeed = 20261122;

// Loads, and holds what every load promises.
void ExpectSnapshotOrFaults(const ContentDir& dir) {
  std::vector<ContentError> errors;
  const auto snapshot = LoadSnapshot({.dir = dir.path(), .check_digests = false}, &errors);
  ASSERT_EQ(snapshot.ok(), errors.empty());
  if (!snapshot.ok()) return;
  ASSERT_NE(*snapshot, nullptr);
  ASSERT_EQ((*snapshot)->facts.size(), (*snapshot)->systems.size());
}

TEST(ContentFault, EveryPrefixOfASmallFile) {
  ContentDir dir;
  dir.Write();
  for (const auto& [name, text] : dir.files()) {
    ASSERT_LT(text.size(), 4096U) << name;
    SCOPED_TRACE(name);
    for (std::size_t size = 0; size < text.size(); ++size) {
      dir.WriteFile(name, std::string_view(text).substr(0, size));
      ExpectSnapshotOrFaults(dir);
      if (HasFatalFailure()) FAIL() << "a prefix of " << size << " bytes";
    }
    dir.WriteFile(name, text);
  }
}

TEST(ContentFault, AFileThatIsMissing) {
  ContentDir dir;
  dir.Write();
  for (const auto& [name, text] : dir.files()) {
    std::filesystem::remove(std::filesystem::path(dir.path()) / name);
    std::vector<ContentError> errors;
    EXPECT_FALSE(LoadSnapshot({.dir = dir.path()}, &errors).ok());
    EXPECT_FALSE(errors.empty());
    dir.Write();
  }
}

// Texts made to hurt: too deep, too many, numbers and bytes that are none.
TEST(ContentFault, HostileFiles) {
  const auto repeated = [](std::string_view part, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += part;
    return text;
  };
  const std::string texts[] = {
      repeated("[", 100'000),
      repeated("{\"a\":", 100'000),
      repeated("\n", 100'000),
      "{\"resourceType\": \"CodeSystem\", \"concept\": " + repeated("[{\"concept\": ", 1000),
      "[1e999999999]",
      "{\"rows\": [{\"value\": -1e-99999999999999999999}]}",
      "{\"messages\": {" + repeated("\"\\ud800\": 1,", 3) + "\"x\": \"\\u0000\"}}",
      std::string("\0\0\0\0", 4),
      "\xFF\xFE{}",
      repeated(",", 100'000),
      repeated("\"", 99'999),
      repeated("\"\"\"", 33'333) + "\n",
      "",
  };
  ContentDir dir;
  dir.Write();
  for (const auto& [name, sound] : dir.files()) {
    for (const std::string& text : texts) {
      dir.WriteFile(name, text);
      ExpectSnapshotOrFaults(dir);
      if (HasFatalFailure()) FAIL() << name << ": " << text.substr(0, 40);
    }
    dir.WriteFile(name, sound);
  }
}

// A file of our own content among small ones, so that a load costs no more than that file.
class ShippedFileTest : public testing::TestWithParam<std::string> {};

TEST_P(ShippedFileTest, SurvivesCutsAndFlips) {
  const std::string folder = CHEMOTERM_SOURCE_DIR "/terminology";
  const std::string text = *ReadWholeFile(folder + "/" + GetParam());
  ContentDir dir;
  for (const auto* nobody_needs :
       {"rows.json", "figures.csv", "relations.csv", "map.json", "notes.json"}) {
    dir.Remove(nobody_needs);
  }
  if (GetParam() == kManifestName) {
    dir.Set(GetParam(), text);
  } else {
    Faults faults;
    const auto manifest = *ReadWholeFile(folder + "/manifest.json");
    for (const ManifestFile& entry :
         ReadManifest(manifest, FileFaults(faults, kManifestName)).files) {
      if (entry.path != GetParam()) continue;
      dir.AddEntry(entry.path, ToText(entry.kind), R"(, "verification": "sourced")");
    }
  }
  dir.Write();
  std::mt19937_64 random(kSeed + std::hash<std::string>{}(GetParam()));
  const int rounds = text.size() < 32'768 ? 300 : 100;  // large files are many like rows
  for (int round = 0; round < rounds; ++round) {
    std::string broken = text;
    const std::size_t at = random() % text.size();
    if (round % 2 == 0) {
      broken.resize(at);
    } else {
      broken[at] = static_cast<char>(broken[at] ^ static_cast<char>(1 + random() % 255));
    }
    dir.WriteFile(GetParam(), broken);
    ExpectSnapshotOrFaults(dir);
    if (HasFatalFailure()) FAIL() << "round " << round << " at byte " << at;
  }
}

std::vector<std::string> ShippedFiles() {
  std::vector<std::string> paths = {std::string(kManifestName)};
  Faults faults;
  const auto text = ReadWholeFile(CHEMOTERM_SOURCE_DIR "/terminology/manifest.json");
  if (!text.ok()) return paths;
  for (const ManifestFile& entry : ReadManifest(*text, FileFaults(faults, kManifestName)).files) {
    paths.push_back(entry.path);
  }
  return paths;
}

INSTANTIATE_TEST_SUITE_P(Terminology, ShippedFileTest, testing::ValuesIn(ShippedFiles()),
                         [](const auto& info) {
                           std::string name = info.param;
                           for (char& c : name) {
                             if (!base::IsAlnum(c)) c = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace chemoterm::load
