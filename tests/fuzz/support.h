// What the fuzz targets share: one engine on the shipped content, and what must hold whatever comes
// in.
#pragma once

#include <rapidjson/encodedstream.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "chemoterm/engine.h"
#include "chemoterm/reason.h"

namespace chemoterm::fuzz {

// Ends the process when a promise is broken, so that the fuzzer keeps the input.
inline void Require(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

inline const Engine& TheEngine() {
  static const Engine* const engine = [] {
    EngineOptions options;
    options.content_dir = CHEMOTERM_SOURCE_DIR "/terminology";
    options.today = [] { return std::string("2026-11-22"); };
    auto opened = Engine::Open(std::move(options));
    Require(opened.ok(), "the shipped content loads");
    return opened->release();
  }();
  return *engine;
}

// Bad input may fail, but not as a fault of ours.
inline void RequireNoFaultOfOurs(const absl::Status& status) {
  Require(status.ok() || FailureOf(status).reason != Reason::kInternal, status.ToString());
}

inline void RequireJson(std::string_view text) {
  rapidjson::BaseReaderHandler<> handler;
  rapidjson::Reader reader;
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> input(stream);
  const auto result = reader.Parse < rapidjson::kParseValidateEncodingFlag |
                      rapidjson::kParseIterativeFlag > (input, handler);
  Require(!result.IsError(), "an answer is JSON");
}

}  // namespace chemoterm::fuzz
