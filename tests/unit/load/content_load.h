// A folder of content, loaded: what came of it, or what is wrong with it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "load/loader.h"
#include "model/snapshot.h"
#include "unit/load/content_dir.h"

namespace chemoterm::load {

// The faults of what stands in the folder, as they are shown.
inline std::vector<std::string> FaultsOf(const ContentDir& dir, LoadOptions options = {}) {
  options.dir = dir.path();
  std::vector<ContentError> errors;
  const auto snapshot = LoadSnapshot(options, &errors);
  EXPECT_EQ(snapshot.ok(), errors.empty());
  std::vector<std::string> lines;
  for (const ContentError& error : errors) lines.push_back(error.ToString());
  return lines;
}

// Writes the folder and loads it; nullptr, and a failure of the test, where that does not go.
inline std::unique_ptr<const model::Snapshot> Load(const ContentDir& dir,
                                                   LoadOptions options = {}) {
  dir.Write();
  options.dir = dir.path();
  auto snapshot = LoadSnapshot(options, nullptr);
  if (snapshot.ok()) return *std::move(snapshot);
  ADD_FAILURE() << snapshot.status();
  return nullptr;
}

}  // namespace chemoterm::load
