// What a successful call returns, and the context of a call.
#pragma once

#include <atomic>
#include <chrono>
#include <forward_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "chemoterm/issue.h"

namespace chemoterm {

// Keeps the snapshot alive that the views of an answer point into.
using Pin = std::shared_ptr<const void>;

// Owns the few texts of an answer that had to be composed. Views stay valid when the object is
// moved.
class Texts {
 public:
  std::string_view Keep(std::string text) { return kept_.emplace_front(std::move(text)); }

 private:
  std::forward_list<std::string> kept_;
};

// The value of an operation with all it needs to live: views in `value` are valid as long as the
// Answer. Movable, not copyable.
template <class Result>
struct Answer {
  Answer() = default;
  Answer(Answer&&) noexcept = default;
  Answer& operator=(Answer&&) noexcept = default;
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  Pin pin;
  Texts texts;
  Result value;
  Issues issues;
};

// What the door knows about a call.
struct CallContext {
  // When to give up; the default never passes.
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  // Set by the door when the caller has gone; may be null.
  const std::atomic<bool>* cancelled = nullptr;
  // The caller wants no larger expansion than this (header X-TOO-COSTLY-THRESHOLD); 0 = says
  // nothing.
  std::size_t max_expansion = 0;
  // Steps of work after which the call ends with kDeadlineExceeded, to be repeated where it holds
  // up nobody; 0 = the whole of what a request may do.
  std::size_t slice_steps = 0;
  // Accept-Language of the caller, used where the request names no displayLanguage.
  std::string_view accept_language;
  // The FHIR version that the caller speaks ("4.0.1"): which version of FHIR's own code systems and
  // value sets is meant where none is named. Empty = the newest.
  std::string_view fhir_version;
};

}  // namespace chemoterm
