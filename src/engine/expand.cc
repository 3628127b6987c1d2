#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/clock.h"
#include "base/fold.h"
#include "base/random_id.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/concept_collector.h"
#include "engine/concept_names.h"
#include "engine/display.h"
#include "engine/operations.h"
#include "engine/resolve.h"
#include "engine/value_set_view.h"

namespace chemoterm::engine {
namespace {

using model::CodeSystem;
using model::ConceptId;
using model::ListedConcept;
using model::SystemId;
using model::ValueSet;

// What lies deeper is shown on this level: JSON readers bear no hierarchy of any depth.
constexpr std::int32_t kMaxDepth = 50;

// Writes the entries that are wanted as a result.
class Writer {
 public:
  Writer(const Scope& scope, const ExpandRequest& request, const ResolvedValueSet& resolved,
         const ConceptCollector& collector, const ConceptNames& names)
      : scope_(scope),
        request_(request),
        resolved_(resolved),
        view_(*resolved.view),
        collector_(collector),
        names_(names) {}

  absl::Status Write(ExpandResult& result);

 private:
  void WriteHead(ExpandResult& result) const;
  void WriteParameters(ExpandResult& result) const;
  void WriteWarnings(ExpandResult& result) const;
  std::string UnclosedReason() const;
  void WriteConcept(const Entry& entry, std::int32_t depth, ExpandResult& result);
  void WriteProperties(const Entry& entry, ContainedConcept& contained);
  void AddProperty(std::string_view code, std::string_view uri, const ValueView& value,
                   ContainedConcept& contained);
  bool IsWanted(const NameView& name) const;
  absl::Status WritePage(ExpandResult& result);
  absl::Status WriteNested(ExpandResult& result);
  // The work of writing one concept.
  absl::Status SpendOn(const Entry& entry) const;
  std::string_view Keep(std::string text) const { return scope_.texts.Keep(std::move(text)); }

  const Scope& scope_;
  const ExpandRequest& request_;
  const ResolvedValueSet& resolved_;
  const ValueSetView& view_;
  const ConceptCollector& collector_;
  const ConceptNames& names_;
  bool shows_versions_ = false;
  std::map<std::string_view, std::string_view> properties_;  // code -> uri
};

ValueView Text(ValueKind kind, std::string_view text) { return {kind, text, {}}; }

void Writer::WriteHead(ExpandResult& result) const {
  const ValueSet& set = view_.set();
  result.url = set.url;
  result.version = set.version;
  result.name = set.name;
  result.title = set.title;
  result.status = set.status;
  result.identifier = Keep(base::Concat({"urn:uuid:", base::NewUuid()}));
  result.timestamp = Keep(base::FormatInstant(std::chrono::system_clock::now()));
  result.head_json = set.head;
  result.contained_json = set.contained_json;
  if (request_.include_definition.value_or(false)) result.definition_json = set.definition;
}

void Writer::WriteParameters(ExpandResult& result) const {
  const auto add = [&](std::string_view name, ValueKind kind, std::string_view text) {
    result.parameters.push_back({name, Text(kind, text)});
  };
  const auto flag = [&](std::string_view name, const std::optional<bool>& value) {
    if (value) add(name, ValueKind::kBoolean, *value ? "true" : "false");
  };
  const auto number = [&](std::string_view name, const std::optional<std::int32_t>& value) {
    if (value) add(name, ValueKind::kInteger, Keep(base::ToText(*value)));
  };
  if (!names_.language_parameter().empty()) {
    add("displayLanguage", ValueKind::kCode, names_.language_parameter());
  }
  flag("activeOnly", request_.active_only);
  number("count", request_.count);
  number("offset", request_.offset);
  for (const auto& each : request_.designations) add("designation", ValueKind::kString, each);
  flag("excludeNested", request_.exclude_nested);
  flag("excludeNotForUI", request_.exclude_not_for_ui);
  flag("excludePostCoordinated", request_.exclude_post_coordinated);
  for (const auto& each : request_.exclude_systems) add("exclude-system", ValueKind::kUri, each);
  if (!request_.filter.empty()) add("filter", ValueKind::kString, request_.filter);
  flag("includeDefinition", request_.include_definition);
  flag("includeDesignations", request_.include_designations);
  if (!request_.date.empty()) add("date", ValueKind::kDateTime, request_.date);
  for (const auto& each : request_.default_value_set_versions) {
    add("default-valueset-version", ValueKind::kUri, each);
  }
  for (const auto& [by, canonical] : resolved_.applied) {
    const std::string_view name = by == VersionRules::By::kForce   ? "force-system-version"
                                  : by == VersionRules::By::kCheck ? "check-system-version"
                                                                   : "system-version";
    add(name, ValueKind::kUri, Keep(canonical));
  }
  for (const SystemId id : collector_.systems()) {
    const auto& info = scope_.catalog.System(id).info();
    add("used-codesystem", ValueKind::kUri, Keep(Canonical(info)));
    if (info.is_fragment()) add("used-fragment", ValueKind::kUri, Keep(Canonical(info)));
  }
  for (const ValueSet* set : resolved_.imported) {
    add("used-valueset", ValueKind::kUri, Keep(set->Canonical()));
  }
  for (const SystemId id : names_.supplements()) {
    add("used-supplement", ValueKind::kUri, Keep(Canonical(scope_.catalog.System(id).info())));
  }
  if (collector_.merges() || view_.matches_versions()) {
    add("versionsMatch", ValueKind::kBoolean, "true");
  }
}

// What a reader should know of what was used.
void Writer::WriteWarnings(ExpandResult& result) const {
  const auto warn = [&](std::string_view standards_status, std::string_view status,
                        bool experimental, const std::string& canonical) {
    const auto add = [&](std::string_view name) {
      result.parameters.push_back({name, Text(ValueKind::kUri, Keep(canonical))});
    };
    if (standards_status == "deprecated") add("warning-deprecated");
    if (standards_status == "withdrawn") add("warning-withdrawn");
    if (status == "retired") add("warning-retired");
    if (status == "draft") add("warning-draft");
    if (experimental) add("warning-experimental");
  };
  for (const SystemId id : collector_.systems()) {
    const auto& info = scope_.catalog.System(id).info();
    warn(info.standards_status, info.status, info.experimental, Canonical(info));
  }
  // A value set that is asked for is known to be a draft; one that it imports need not be.
  const ValueSet& own = view_.set();
  warn(own.standards_status, {}, false, own.Canonical());
  for (const ValueSet* set : resolved_.imported) {
    warn(set->standards_status, set->status, set->experimental, set->Canonical());
  }
}

// A fragment may have further concepts, which nobody here knows.
std::string Writer::UnclosedReason() const {
  std::vector<std::string> reasons;
  for (const SystemId id : collector_.systems()) {
    const auto& info = scope_.catalog.System(id).info();
    if (info.is_fragment())
      reasons.push_back(scope_.Say("UNCLOSED_FRAGMENT", {{"system", info.url}}));
  }
  return base::Join(reasons, "; ");
}

bool Writer::IsWanted(const NameView& name) const {
  if (request_.designations.empty()) return true;
  return std::any_of(request_.designations.begin(), request_.designations.end(),
                     [&](const std::string& token) {
                       const auto [system, code] = base::SplitOnce(token, '|');
                       if (system == "urn:ietf:bcp:47") {
                         return base::EqualsIgnoringCase(code, name.language);
                       }
                       return name.use.system == system && name.use.code == code;
                     });
}

void Writer::AddProperty(std::string_view code, std::string_view uri, const ValueView& value,
                         ContainedConcept& contained) {
  properties_.try_emplace(code, uri);
  contained.properties.push_back({code, value});
}

void Writer::WriteProperties(const Entry& entry, ContainedConcept& contained) {
  constexpr std::string_view kStandard = "http://hl7.org/fhir/concept-properties#";
  const auto& asked = request_.properties;
  const auto wants = [&](std::string_view code) {
    return std::any_of(asked.begin(), asked.end(),
                       [&](const std::string& each) { return each == "*" || each == code; });
  };
  const CodeSystem& system = scope_.catalog.System(entry.system);
  if (wants("definition") && !system.Definition(entry.id).empty()) {
    AddProperty("definition", "http://hl7.org/fhir/concept-properties#definition",
                Text(ValueKind::kString, system.Definition(entry.id)), contained);
  }
  const auto of_value_set = [&](std::string_view code) {
    if (entry.listed == nullptr) return false;
    const auto& own = entry.listed->properties;
    return std::any_of(own.begin(), own.end(), [&](const auto& each) { return each.code == code; });
  };
  names_.ForEachProperty(
      entry.system, entry.id, [&](const model::PropertyDef& def, const ValueView& value) {
        const bool is_shown = def.code == "status" ? value.text != "active"
                              : def.code == "order" || def.code == "label" || def.code == "weight"
                                  ? def.uri.starts_with(kStandard)
                                  : false;
        if (!is_shown && !wants(def.code)) return;
        if (!of_value_set(def.code)) AddProperty(def.code, def.uri, value, contained);
      });
  if (entry.listed == nullptr) return;
  for (const auto& own : entry.listed->properties) {
    AddProperty(own.code, own.uri, Text(own.kind, own.value), contained);
  }
}

void Writer::WriteConcept(const Entry& entry, std::int32_t depth, ExpandResult& result) {
  const CodeSystem& system = scope_.catalog.System(entry.system);
  ContainedConcept& contained = result.contains.emplace_back();
  contained.depth = depth;
  contained.system = system.info().url;
  if (shows_versions_) contained.version = system.info().version;
  contained.code = system.Code(entry.id);
  const ChosenName display = names_.Choose(entry.system, entry.id, entry.listed);
  contained.display = display.text;
  if (system.IsAbstract(entry.id)) contained.abstract = true;
  if (system.IsInactive(entry.id)) contained.inactive = true;
  const std::string_view own = system.Extensions(entry.id);
  const std::string_view supplemented = names_.Extensions(entry.system, entry.id);
  const std::string_view listed =
      entry.listed == nullptr ? std::string_view{} : std::string_view(entry.listed->extensions);
  std::string joined;
  for (const auto part : {own, supplemented, listed}) {
    if (part.empty()) continue;
    if (!joined.empty()) joined += ',';
    joined += part;
  }
  if (!joined.empty()) contained.extensions = Keep(std::move(joined));
  if (request_.include_designations.value_or(false) || !request_.designations.empty()) {
    for (const NameView& name : names_.Names(entry.system, entry.id, entry.listed)) {
      if (name.index == display.index || !IsWanted(name)) continue;
      contained.designations.push_back({name.language, name.use, name.text, name.extensions});
    }
  }
  WriteProperties(entry, contained);
}

absl::Status Writer::SpendOn(const Entry& entry) const {
  const std::size_t names = 1 + scope_.catalog.System(entry.system).Designations(entry.id).size() +
                            names_.supplements().size();
  return scope_.budget.Spend(names * (1 + names_.languages().ranges.size()));
}

absl::Status Writer::WritePage(ExpandResult& result) {
  const auto& entries = collector_.entries();
  result.total = static_cast<std::int32_t>(collector_.total());
  if (request_.offset) result.offset = *request_.offset;
  result.contains.reserve(entries.size());
  if (entries.size() == collector_.total()) return WriteNested(result);
  // Part of a hierarchy is a list.
  for (const Entry& entry : entries) {
    RETURN_IF_ERROR(SpendOn(entry));
    WriteConcept(entry, 0, result);
  }
  return {};
}

// Children behind their parents, in the order in which they were found.
absl::Status Writer::WriteNested(ExpandResult& result) {
  constexpr std::int32_t kNone = -1;
  const auto& entries = collector_.entries();
  const auto count = static_cast<std::int32_t>(entries.size());
  // By entry, and behind them for the top; from the last to the first, so that each list is in
  // order.
  std::vector<std::int32_t> first_child(entries.size() + 1, kNone);
  std::vector<std::int32_t> next(entries.size(), kNone);
  for (std::int32_t i = count - 1; i >= 0; --i) {
    const std::int32_t parent = entries[static_cast<std::size_t>(i)].parent;
    auto& first = first_child[static_cast<std::size_t>(parent == kNone ? count : parent)];
    next[static_cast<std::size_t>(i)] = std::exchange(first, i);
  }
  std::vector<std::int32_t> path;  // what to go on with, by depth
  path.push_back(first_child.back());
  while (!path.empty()) {
    const std::int32_t at = path.back();
    if (at == kNone) {
      path.pop_back();
      continue;
    }
    const Entry& entry = entries[static_cast<std::size_t>(at)];
    RETURN_IF_ERROR(SpendOn(entry));
    WriteConcept(entry, std::min(static_cast<std::int32_t>(path.size()) - 1, kMaxDepth), result);
    path.back() = next[static_cast<std::size_t>(at)];
    path.push_back(first_child[static_cast<std::size_t>(at)]);
  }
  return {};
}

absl::Status Writer::Write(ExpandResult& result) {
  WriteHead(result);
  std::map<std::string_view, SystemId> versions;
  for (const ConceptSetView& include : view_.includes()) {
    if (!include.system || !include.system->id) continue;
    const auto [known, is_new] = versions.emplace(include.system->url, *include.system->id);
    const auto& written = include.set->version;
    // Also when a rule made one version of several.
    if (!is_new && (known->second != *include.system->id || !written.empty())) {
      shows_versions_ = true;
    }
  }
  for (const SystemId system : collector_.found_systems()) {
    const auto& info = scope_.catalog.System(system).info();
    const auto [known, is_new] = versions.emplace(info.url, system);
    if (!is_new && known->second != system) shows_versions_ = true;
  }
  for (const ConceptSetView& exclude : view_.excludes()) {
    if (!exclude.system || !exclude.system->id) continue;
    const auto known = versions.find(exclude.system->url);
    if (known != versions.end() && known->second != *exclude.system->id) shows_versions_ = true;
  }
  WriteParameters(result);
  WriteWarnings(result);
  RETURN_IF_ERROR(WritePage(result));
  for (const auto& [code, uri] : properties_) result.properties.push_back({code, uri});
  result.unclosed_reason = Keep(UnclosedReason());
  return {};
}

absl::Status CheckRequest(const ExpandRequest& request) {
  if (request.offset.value_or(0) < 0) {
    return Fail(Reason::kInvalidParameter, "offset must not be negative", "offset");
  }
  if (request.count.value_or(0) < 0) {
    return Fail(Reason::kInvalidParameter, "count must not be negative", "count");
  }
  if (!request.context.empty()) {
    return Fail(Reason::kInvalidParameter, "context is not supported: name the value set by url",
                "context");
  }
  return {};
}

CollectWishes WishesOf(const Scope& scope, const ExpandRequest& request) {
  CollectWishes wishes{.filter = request.filter,
                       .active_only = request.active_only.value_or(false),
                       .selectable_only = request.exclude_not_for_ui.value_or(false),
                       .nested = !request.exclude_nested.value_or(false),
                       .exclude_systems = request.exclude_systems};
  wishes.first = static_cast<std::size_t>(request.offset.value_or(0));
  if (request.count) {
    wishes.count = std::min(static_cast<std::size_t>(*request.count), scope.max_expansion);
  } else if (request.offset) {
    wishes.count = scope.max_expansion;
  } else {
    wishes.limit = scope.max_expansion;
  }
  return wishes;
}

// Who owns the names of a code system may bar long lists of them.
absl::Status CheckOwnersLimits(const Scope& scope, const ValueSet& set,
                               const ConceptCollector& collector) {
  for (const SystemId system : collector.found_systems()) {
    const std::size_t limit = scope.catalog.System(system).info().expansion_concepts;
    if (limit == 0) continue;
    const auto& entries = collector.entries();
    const auto count = std::count_if(entries.begin(), entries.end(),
                                     [&](const Entry& entry) { return entry.system == system; });
    if (static_cast<std::size_t>(count) <= limit) continue;
    return Fail(Reason::kTooCostly,
                scope.Say("VALUESET_TOO_COSTLY",
                          {{"url", set.Canonical()}, {"limit", base::ToText(limit)}}),
                {}, "VALUESET_TOO_COSTLY");
  }
  return {};
}

}  // namespace

absl::StatusOr<ExpandResult> Expand(const Scope& scope, const ExpandRequest& request) {
  RETURN_IF_ERROR(CheckBudget(scope.call));
  RETURN_IF_ERROR(CheckDate(request.date));
  RETURN_IF_ERROR(CheckRequest(request));
  ASSIGN_OR_RETURN(const ValueSet* const set,
                   WantedValueSet(scope, request.url, request.value_set_version));
  if (!set->is_defined) {
    return Fail(Reason::kUnprocessable,
                scope.Say("VALUESET_WITHOUT_COMPOSE", {{"url", set->Canonical()}}));
  }
  const VersionRules rules(request);
  ASSIGN_OR_RETURN(const auto resolved, ResolveValueSet(scope, rules, *set, Missing::kFails));
  ASSIGN_OR_RETURN(
      const ConceptNames names,
      ConceptNames::Make(scope, *set, request.display_language, request.use_supplements));
  ConceptCollector collector(scope, WishesOf(scope, request), *resolved->view);
  RETURN_IF_ERROR(collector.Run());
  RETURN_IF_ERROR(CheckOwnersLimits(scope, *set, collector));
  ExpandResult result;
  RETURN_IF_ERROR(Writer(scope, request, *resolved, collector, names).Write(result));
  return result;
}

}  // namespace chemoterm::engine
