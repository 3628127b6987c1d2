#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/operations.h"
#include "engine/resolve.h"
#include "engine/subsumption.h"

namespace chemoterm::engine {

absl::StatusOr<model::ConceptId> FindCode(const Scope& scope, const model::CodeSystem& system,
                                          std::string_view code, std::string_view where) {
  const auto id = system.Find(code);
  if (id) return *id;
  const auto& info = system.info();
  return Fail(
      Reason::kUnknownCode,
      scope.Say("Unknown_Code_in_Version",
                {{"code", base::Clip(code, 100)}, {"system", info.url}, {"version", info.version}}),
      where, "Unknown_Code_in_Version");
}

Subsumption Compare(const model::CodeSystem& system, model::ConceptId a, model::ConceptId b) {
  if (a == b) return Subsumption::kEquivalent;
  if (system.hierarchy().IsAncestor(a, b)) return Subsumption::kSubsumes;
  return system.hierarchy().IsAncestor(b, a) ? Subsumption::kSubsumedBy : Subsumption::kNone;
}

namespace {

// codeA or codingA (or B), with the system that it stands in.
absl::StatusOr<Asked> ReadSide(const SubsumesRequest& request, std::string_view code,
                               const std::optional<Coding>& coding, std::string_view code_name,
                               std::string_view coding_name) {
  if (!coding && code.empty()) {
    return Fail(Reason::kMissingParameter,
                base::Concat({"Either ", code_name, " or ", coding_name, " is needed"}), code_name);
  }
  auto asked = ReadAsked(request.system, request.version, code, coding);
  if (!asked.ok()) {
    const Failure failure = FailureOf(asked.status());
    if (failure.where == "system") return asked;
    return Fail(failure.reason, failure.text, coding ? coding_name : code_name);
  }
  asked->where = coding ? coding_name : code_name;
  return asked;
}

}  // namespace

absl::StatusOr<SubsumesResult> Subsumes(const Scope& scope, const SubsumesRequest& request) {
  RETURN_IF_ERROR(CheckBudget(scope.call));
  ASSIGN_OR_RETURN(const Asked a,
                   ReadSide(request, request.code_a, request.coding_a, "codeA", "codingA"));
  ASSIGN_OR_RETURN(const Asked b,
                   ReadSide(request, request.code_b, request.coding_b, "codeB", "codingB"));
  if (a.system != b.system) {
    return Fail(Reason::kConflictingParameters,
                scope.Say("DIFFERENT_SYSTEMS",
                          {{"a", base::Clip(a.system, 200)}, {"b", base::Clip(b.system, 200)}}),
                b.where);
  }
  if (!a.version.empty() && !b.version.empty() && a.version != b.version) {
    return Fail(Reason::kConflictingParameters, "The two codings name different versions", b.where);
  }
  ASSIGN_OR_RETURN(
      const auto system_id,
      ResolveSystem(scope, a.system, a.version.empty() ? b.version : a.version, "system"));
  const auto& system = scope.catalog.System(system_id);
  ASSIGN_OR_RETURN(const auto id_a, FindCode(scope, system, a.code, a.where));
  ASSIGN_OR_RETURN(const auto id_b, FindCode(scope, system, b.code, b.where));
  switch (Compare(system, id_a, id_b)) {
    case Subsumption::kEquivalent:
      return SubsumesResult{"equivalent"};
    case Subsumption::kSubsumes:
      return SubsumesResult{"subsumes"};
    case Subsumption::kSubsumedBy:
      return SubsumesResult{"subsumed-by"};
    case Subsumption::kNone:
      break;
  }
  return SubsumesResult{"not-subsumed"};
}

}  // namespace chemoterm::engine
