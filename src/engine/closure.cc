#include "engine/closure.h"

#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/resolve.h"
#include "engine/subsumption.h"

namespace chemoterm::engine {
namespace {

using model::ConceptId;
using model::SystemId;

constexpr std::string_view kNarrower = "source-is-narrower-than-target";

// Adds concepts to a copy of a table.
class Extension {
 public:
  Extension(const Scope& scope, const Closure& closure) : scope_(scope), closure_(closure) {
    ++closure_.version;
  }

  // Finds the concepts of the table in the content.
  absl::Status Open(std::string_view name);
  absl::Status Add(const Coding& coding);
  Closure Take() { return std::move(closure_); }

 private:
  struct Member {
    ConceptId id;
    std::uint32_t index;  // in the table
  };
  absl::Status Compare(SystemId system_id, ConceptId id, std::uint32_t index);

  const Scope& scope_;
  Closure closure_;
  std::map<SystemId, std::vector<Member>> members_;
  std::set<std::pair<SystemId, ConceptId>> known_;
  std::size_t compared_ = 0;
};

absl::Status Extension::Open(std::string_view name) {
  std::map<std::pair<std::string_view, std::string_view>, std::optional<SystemId>> systems;
  for (std::uint32_t i = 0; i < closure_.concepts.size(); ++i) {
    const ClosureConcept& each = *closure_.concepts[i];
    const auto [system, is_new] = systems.try_emplace({each.system, each.version});
    if (is_new) system->second = scope_.catalog.FindSystem(each.system, each.version);
    if (!system->second) return ClosureLost(scope_, name);
    const auto id = scope_.catalog.System(*system->second).Find(each.code);
    if (!id) return ClosureLost(scope_, name);
    members_[*system->second].push_back({*id, i});
    known_.emplace(*system->second, *id);
  }
  return {};
}

absl::Status Extension::Add(const Coding& coding) {
  if (coding.system.empty() || coding.code.empty()) {
    return Fail(Reason::kMissingParameter, "A concept needs both system and code", "concept");
  }
  ASSIGN_OR_RETURN(const SystemId system_id,
                   ResolveSystem(scope_, coding.system, coding.version, "concept"));
  const auto& system = scope_.catalog.System(system_id);
  ASSIGN_OR_RETURN(const ConceptId id, FindCode(scope_, system, coding.code, "concept"));
  if (!known_.emplace(system_id, id).second) return {};
  if (closure_.concepts.size() >= kMaxClosureConcepts) {
    return Fail(Reason::kTooCostly,
                base::Concat({"A closure table has at most ", base::ToText(kMaxClosureConcepts),
                              " concepts"}),
                "concept");
  }
  const auto index = static_cast<std::uint32_t>(closure_.concepts.size());
  closure_.concepts.push_back(std::make_shared<const ClosureConcept>(
      ClosureConcept{system.info().url, system.info().version, std::string(system.Code(id))}));
  RETURN_IF_ERROR(Compare(system_id, id, index));
  members_[system_id].push_back({id, index});
  return {};
}

absl::Status Extension::Compare(SystemId system_id, ConceptId id, std::uint32_t index) {
  constexpr std::size_t kBetweenChecks = 100'000;
  const auto& system = scope_.catalog.System(system_id);
  for (const Member& member : members_[system_id]) {
    if (++compared_ % kBetweenChecks == 0) RETURN_IF_ERROR(CheckBudget(scope_.call));
    const Subsumption subsumption = engine::Compare(system, member.id, id);
    if (subsumption == Subsumption::kSubsumes) {
      closure_.entries.push_back({index, member.index, closure_.version});
    } else if (subsumption == Subsumption::kSubsumedBy) {
      closure_.entries.push_back({member.index, index, closure_.version});
    }
  }
  if (closure_.entries.size() <= kMaxClosureEntries) return {};
  return Fail(
      Reason::kTooCostly,
      base::Concat({"A closure table has at most ", base::ToText(kMaxClosureEntries), " entries"}),
      "concept");
}

CodingView ViewOf(const ClosureConcept& each) { return {each.system, each.version, each.code, {}}; }

}  // namespace

std::size_t Closure::bytes() const {
  std::size_t bytes = sizeof *this + entries.capacity() * sizeof(Entry);
  for (const auto& each : concepts) {
    bytes += sizeof each + sizeof *each + 32 + each->system.size() + each->version.size() +
             each->code.size();
  }
  return bytes;
}

absl::StatusOr<Closure> Extend(const Scope& scope, const Closure& closure,
                               const ClosureRequest& request) {
  Extension extension(scope, closure);
  RETURN_IF_ERROR(extension.Open(request.name));
  for (const Coding& coding : request.concepts) {
    RETURN_IF_ERROR(CheckBudget(scope.call));
    RETURN_IF_ERROR(extension.Add(coding));
  }
  Closure extended = extension.Take();
  // Concepts that it had are nothing new.
  if (extended.concepts.size() == closure.concepts.size()) return closure;
  return extended;
}

ClosureResult EntriesSince(const Scope& scope, const Closure& closure, std::string_view name,
                           std::uint32_t version) {
  ClosureResult result;
  result.name = scope.texts.Keep(std::string(name));
  result.version = scope.texts.Keep(base::ToText(closure.version));
  result.date = scope.texts.Keep(base::FormatDay(scope.today));
  for (const Closure::Entry& entry : closure.entries) {
    if (entry.version <= version) continue;
    result.entries.push_back({ViewOf(*closure.concepts[entry.source]), kNarrower,
                              ViewOf(*closure.concepts[entry.target])});
  }
  return result;
}

absl::Status ClosureLost(const Scope& scope, std::string_view name) {
  return Fail(Reason::kUnprocessable, scope.Say("CLOSURE_LOST", {{"name", base::Clip(name, 100)}}),
              "name");
}

}  // namespace chemoterm::engine
