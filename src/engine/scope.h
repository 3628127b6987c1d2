// What a function of the engine works with: one pinned snapshot, the call, and where findings and
// composed texts go.
#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "chemoterm/answer.h"
#include "chemoterm/issue.h"
#include "engine/budget.h"
#include "model/catalog.h"
#include "model/snapshot.h"

namespace chemoterm::engine {

class KnownValueSets;
struct ViewMemo;

// Lives for one call, on one thread.
struct Scope {
  const model::Snapshot& snapshot;
  const model::Catalog& catalog;  // the snapshot, and before it what the request brought
  const CallContext& call;
  Texts& texts;
  Issues& issues;
  base::Day today;
  Budget& budget;
  ViewMemo& memo;
  std::size_t max_expansion;  // concepts of one answer
  // Of the snapshot; nullptr when the request brought resources.
  KnownValueSets* known = nullptr;

  // A sentence of the content's messages, in English.
  std::string Say(std::string_view message_id,
                  std::initializer_list<model::Messages::Argument> arguments) const {
    return snapshot.messages.Render("en", message_id, arguments);
  }
  void AddIssue(Severity severity, std::string_view type, std::string_view tx_type,
                std::string_view message_id,
                std::initializer_list<model::Messages::Argument> arguments,
                std::string_view expression = {}) const {
    issues.push_back(
        {severity, type, tx_type, message_id, Say(message_id, arguments), std::string(expression)});
  }
};

// "url|version", or "url" without a version.
inline std::string Canonical(const model::CodeSystemInfo& info) {
  return info.version.empty() ? info.url : info.url + "|" + info.version;
}

}  // namespace chemoterm::engine
