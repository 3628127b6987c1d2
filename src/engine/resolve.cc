#include "engine/resolve.h"

#include <algorithm>

#include "base/text.h"
#include "chemoterm/reason.h"

namespace chemoterm::engine {

using model::SystemId;

std::string_view Unalias(const Scope& scope, std::string_view url) {
  const auto it = scope.snapshot.system_aliases.find(url);
  const bool is_url = url.find(':') != std::string_view::npos;
  return is_url && it != scope.snapshot.system_aliases.end() ? std::string_view(it->second) : url;
}

absl::StatusOr<Asked> ReadAsked(std::string_view system, std::string_view version,
                                std::string_view code, const std::optional<Coding>& coding) {
  if (!coding) {
    if (code.empty())
      return Fail(Reason::kMissingParameter, "Either code with system, or coding, is needed",
                  "code");
    if (system.empty()) return Fail(Reason::kMissingParameter, "A code needs its system", "system");
    return Asked{system, version, code, "code"};
  }
  if (!code.empty()) {
    return Fail(Reason::kConflictingParameters, "code and coding exclude each other", "coding");
  }
  if (coding->code.empty())
    return Fail(Reason::kMissingParameter, "The coding has no code", "coding.code");
  const std::string_view coding_system =
      coding->system.empty() ? system : std::string_view(coding->system);
  if (coding_system.empty())
    return Fail(Reason::kMissingParameter, "The coding has no system", "coding.system");
  if (!system.empty() && system != coding_system) {
    return Fail(Reason::kConflictingParameters, "system and coding.system differ", "system");
  }
  if (!version.empty() && !coding->version.empty() && version != coding->version) {
    return Fail(Reason::kConflictingParameters, "version and coding.version differ", "version");
  }
  return Asked{coding_system, version.empty() ? std::string_view(coding->version) : version,
               coding->code, "coding"};
}

absl::StatusOr<SystemId> ResolveSystem(const Scope& scope, std::string_view url,
                                       std::string_view version, std::string_view where) {
  auto [base_url, bar_version] = base::SplitOnce(url, '|');
  base_url = Unalias(scope, base_url);
  if (!bar_version.empty()) {
    if (!version.empty() && version != bar_version) {
      return Fail(Reason::kConflictingParameters,
                  "The version after the bar and the parameter version differ", where);
    }
    version = bar_version;
  }
  const auto system = scope.catalog.FindSystem(base_url, version);
  if (system) {
    const auto& info = scope.catalog.System(*system).info();
    if (!info.is_supplement()) return *system;
    const std::string canonical = Canonical(info);
    return Fail(Reason::kSupplementAsSystem,
                scope.Say("CODESYSTEM_CS_NO_SUPPLEMENT", {{"system", canonical}}), where,
                "CODESYSTEM_CS_NO_SUPPLEMENT");
  }
  const auto versions = scope.catalog.VersionsOf(base_url);
  if (!versions.empty()) {
    return Fail(
        Reason::kUnknownVersion,
        scope.Say("UNKNOWN_CODESYSTEM_VERSION",
                  {{"system", base_url}, {"version", version}, {"versions", ListOr(versions)}}),
        where, "UNKNOWN_CODESYSTEM_VERSION");
  }
  return Fail(Reason::kUnknownCodeSystem,
              scope.Say("UNKNOWN_CODESYSTEM", {{"system", base::Clip(base_url, 200)}}), where,
              "UNKNOWN_CODESYSTEM");
}

absl::StatusOr<std::vector<SystemId>> ResolveSupplements(
    const Scope& scope, SystemId system, const std::vector<std::string>& canonicals) {
  const auto& facts = scope.catalog.Facts(system);
  std::vector<SystemId> supplements;
  for (const auto& canonical : canonicals) {
    const auto [url, version] = base::SplitOnce(canonical, '|');
    if (!facts.supplement_url.empty() && url == facts.supplement_url &&
        (version.empty() || version == facts.supplement_version)) {
      continue;
    }
    const auto found = scope.catalog.FindSystem(url, version);
    const auto is_ours = [&](SystemId id) {
      const auto& info = scope.catalog.System(id).info();
      return info.is_supplement() && base::SplitOnce(info.supplements, '|').first ==
                                         scope.catalog.System(system).info().url;
    };
    if (!found || !is_ours(*found)) {
      return Fail(
          Reason::kUnknownSupplement,
          scope.Say("VALUESET_SUPPLEMENT_MISSING", {{"supplement", base::Clip(canonical, 200)}}),
          "useSupplement", "VALUESET_SUPPLEMENT_MISSING");
    }
    supplements.push_back(*found);
  }
  return supplements;
}

absl::Status CheckDate(std::string_view date) {
  if (date.empty() || base::ParseDate(date)) return {};
  return Fail(Reason::kInvalidParameter,
              base::Concat({"date is not a date that exists: '", base::Clip(date, 40), "'"}),
              "date");
}

base::Day DayOf(const Scope& scope, std::string_view date) {
  const auto range = base::ParseDate(date);
  return range ? range->first : scope.today;
}

std::string ListOr(const std::vector<std::string_view>& items) {
  std::string list;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) list += i + 1 == items.size() ? " or " : ", ";
    list += items[i];
  }
  return list;
}

absl::Status CheckBudget(const CallContext& call) {
  if (call.cancelled != nullptr && call.cancelled->load(std::memory_order_relaxed)) {
    return Fail(Reason::kCancelled, "The caller went away");
  }
  if (call.deadline != std::chrono::steady_clock::time_point::max() &&
      std::chrono::steady_clock::now() >= call.deadline) {
    return Fail(Reason::kDeadlineExceeded, "The request's time was over");
  }
  return {};
}

}  // namespace chemoterm::engine
