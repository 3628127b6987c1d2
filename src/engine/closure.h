// A client's closure table: its concepts and which subsume which, as the engine works it out.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "chemoterm/ops/closure.h"
#include "engine/scope.h"

namespace chemoterm::engine {

// By canonical and version, since a reload renumbers the concepts.
struct ClosureConcept {
  std::string system, version, code;
};

// Immutable; a change makes a new one that shares the concepts.
struct Closure {
  struct Entry {
    std::uint32_t source = 0;  // into concepts
    std::uint32_t target = 0;
    std::uint32_t version = 0;  // in which it came
  };
  std::uint32_t version = 1;
  std::vector<std::shared_ptr<const ClosureConcept>> concepts;
  std::vector<Entry> entries;  // in the order of their versions

  std::size_t bytes() const;
};

inline constexpr std::size_t kMaxClosureConcepts = 10'000;
inline constexpr std::size_t kMaxClosureEntries = 200'000;

// The table with the concepts of the request and what follows from them. Fails without a change:
// on a code or system that is unknown, on too many concepts or entries (kTooCostly), and when a
// concept of the table is no longer loaded (kUnprocessable).
absl::StatusOr<Closure> Extend(const Scope& scope, const Closure& closure,
                               const ClosureRequest& request);

// The entries that came after `version`. Views into the table, which must outlive the result.
ClosureResult EntriesSince(const Scope& scope, const Closure& closure, std::string_view name,
                           std::uint32_t version);

// What a client is told whose table is gone.
absl::Status ClosureLost(const Scope& scope, std::string_view name);

}  // namespace chemoterm::engine
