#include "runtime/closure_store.h"

#include <utility>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"

namespace chemoterm::runtime {
namespace {

constexpr std::size_t kMaxName = 256;

absl::Status CheckRequest(const ClosureRequest& request) {
  if (request.name.empty()) {
    return Fail(Reason::kMissingParameter, "The closure table needs a name", "name");
  }
  if (request.name.size() > kMaxName) {
    return Fail(Reason::kInvalidParameter, "The name of a closure table has at most 256 bytes",
                "name");
  }
  if (request.version.empty()) return {};
  if (!request.concepts.empty()) {
    return Fail(Reason::kConflictingParameters,
                "version asks for what is known, concept adds to it: give one of them", "version");
  }
  if (base::ParseInt<std::uint32_t>(request.version)) return {};
  return Fail(Reason::kInvalidParameter, "version is not one that this server gave", "version");
}

}  // namespace

absl::StatusOr<ClosureChange> ClosureStore::Apply(const engine::Scope& scope,
                                                  const ClosureRequest& request) {
  RETURN_IF_ERROR(CheckRequest(request));
  if (request.concepts.empty() && request.version.empty()) return Start(request.name);
  const std::shared_ptr<Table> table = Find(request.name);
  if (table == nullptr) return engine::ClosureLost(scope, request.name);
  const std::lock_guard lock(table->mutex);
  const ClosurePtr before = table->closure;
  if (!request.version.empty()) {
    const std::uint32_t version = *base::ParseInt<std::uint32_t>(request.version);
    // A version that this table never had is one of a table that was here before.
    if (version > before->version) return engine::ClosureLost(scope, request.name);
    return ClosureChange{before, version};
  }
  ASSIGN_OR_RETURN(engine::Closure extended, engine::Extend(scope, *before, request));
  table->closure = std::make_shared<const engine::Closure>(std::move(extended));
  Recount(request.name, table, table->closure->bytes());
  return ClosureChange{table->closure, before->version};
}

std::shared_ptr<ClosureStore::Table> ClosureStore::Find(std::string_view name) {
  const std::lock_guard lock(mutex_);
  EvictOverLimits();
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return nullptr;
  places_.splice(places_.begin(), places_, found->second);
  found->second->used = now_();
  return found->second->table;
}

ClosureChange ClosureStore::Start(std::string_view name) {
  auto table = std::make_shared<Table>();
  table->closure = std::make_shared<const engine::Closure>();
  const ClosureChange change{table->closure, table->closure->version};
  const std::size_t bytes = table->closure->bytes() + name.size();
  const std::lock_guard lock(mutex_);
  if (const auto found = by_name_.find(name); found != by_name_.end()) Erase(found->second);
  places_.push_front({std::string(name), std::move(table), bytes, now_()});
  by_name_.emplace(places_.front().name, places_.begin());
  bytes_ += bytes;
  EvictOverLimits();
  return change;
}

void ClosureStore::Recount(std::string_view name, const std::shared_ptr<Table>& table,
                           std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  const auto found = by_name_.find(name);
  if (found == by_name_.end() || found->second->table != table) return;
  bytes_ += bytes - found->second->bytes;
  found->second->bytes = bytes;
  EvictOverLimits();
}

void ClosureStore::EvictOverLimits() {
  const auto oldest = now_() - limits_.age;
  while (!places_.empty() && (places_.size() > limits_.tables || bytes_ > limits_.bytes ||
                              places_.back().used < oldest)) {
    Erase(std::prev(places_.end()));
  }
}

void ClosureStore::Erase(Places::iterator place) {
  bytes_ -= place->bytes;
  by_name_.erase(place->name);
  places_.erase(place);
}

}  // namespace chemoterm::runtime
