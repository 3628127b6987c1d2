#include <algorithm>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/display.h"
#include "engine/expression.h"
#include "engine/fact_selection.h"
#include "engine/operations.h"
#include "engine/resolve.h"

namespace chemoterm::engine {
namespace {

using model::CodeSystem;
using model::ConceptId;
using model::Fact;
using model::SystemId;

constexpr std::string_view kEverything = "*";

// What a request may name beside the properties of the content.
constexpr std::string_view kKnown[] = {
    kEverything, "name",   "version",  "display",  "definition", "designation",
    "abstract",  "parent", "child",    "short",    "sections",   "figures",
    "code",      "system", "inactive", "modified", "status"};

ValueView CodeValue(std::string_view text) { return {ValueKind::kCode, text, {}}; }
ValueView StringValue(std::string_view text) { return {ValueKind::kString, text, {}}; }

// What the request's `property` list asks for.
class Wish {
 public:
  explicit Wish(const std::vector<std::string>& properties) : properties_(properties) {}

  bool by_default() const { return properties_.empty(); }
  bool all() const { return Has(kEverything); }
  bool Has(std::string_view name) const {
    return std::find(properties_.begin(), properties_.end(), name) != properties_.end();
  }
  bool Property(std::string_view code) const { return all() || Has(code); }
  bool Group(model::FactGroup group) const {
    return !by_default() && (all() || Has(GroupName(group)));
  }
  bool Designations() const { return by_default() || all() || Has("designation"); }
  // property=lang.de asks for the designations of one language.
  bool Language(std::string_view language) const {
    return Designations() ||
           std::any_of(properties_.begin(), properties_.end(), [&](std::string_view name) {
             return name.starts_with("lang.") && base::LanguageMatches(name.substr(5), language);
           });
  }
  const std::vector<std::string>& properties() const { return properties_; }

 private:
  const std::vector<std::string>& properties_;
};

// One lookup in progress: what the pieces of the answer are made from.
// Order, label and weight matter where concepts stand in a list.
bool IsForLists(const model::PropertyDef& def) {
  return def.uri == "http://hl7.org/fhir/concept-properties#order" ||
         def.uri == "http://hl7.org/fhir/concept-properties#label" ||
         def.uri == "http://hl7.org/fhir/concept-properties#itemWeight";
}

class LookupCall {
 public:
  LookupCall(const Scope& scope, const LookupRequest& request, SystemId system, ConceptId id,
             const base::LanguageList& languages)
      : scope_(scope),
        request_(request),
        wish_(request.properties),
        system_id_(system),
        system_(scope.catalog.System(system)),
        id_(id),
        languages_(languages) {}

  LookupResult Run(const std::vector<SystemId>& supplements, const Expression* expression);

 private:
  void AddDesignations(const CodeSystem& from, ConceptId id, std::string_view source,
                       LookupResult& result) const;
  void AddDisplay(LookupResult& result) const;
  void AddState(LookupResult& result) const;
  void AddOwnProperties(const CodeSystem& from, ConceptId id, std::string_view source,
                        LookupResult& result) const;
  void AddHierarchy(LookupResult& result) const;
  void AddFacts(LookupResult& result) const;
  // The default answer names its supplement once, as a whole (used_supplements).
  void AddFact(const Fact& fact, bool with_provenance, LookupResult& result) const;
  void AddModifiers(const Expression& expression, LookupResult& result) const;
  void ReportUnknownProperties() const;
  bool IsDefaultProperty(std::string_view code) const {
    return code == "status" || code == "inactive";
  }

  const Scope& scope_;
  const LookupRequest& request_;
  Wish wish_;
  SystemId system_id_;
  const CodeSystem& system_;
  ConceptId id_;
  const base::LanguageList& languages_;
};

// The display is one of the names, where its language is known.
void LookupCall::AddDisplay(LookupResult& result) const {
  const std::string_view language = system_.info().language;
  if (language.empty() || system_.Display(id_).empty() || !wish_.Language(language)) return;
  result.designations.push_back(
      {language,
       {"http://terminology.hl7.org/CodeSystem/hl7TermMaintInfra", {}, "preferredForLanguage", {}},
       {},
       system_.Display(id_),
       {}});
}

// Whether the concept is in use, where it does not say so itself.
void LookupCall::AddState(LookupResult& result) const {
  if (!wish_.by_default() && !wish_.Property("inactive")) return;
  if (system_.Property(id_, "inactive")) return;
  result.properties.push_back(
      {"inactive",
       {ValueKind::kBoolean, system_.IsInactive(id_) ? "true" : "false", {}},
       {},
       {},
       {}});
}

void LookupCall::AddDesignations(const CodeSystem& from, ConceptId id, std::string_view source,
                                 LookupResult& result) const {
  for (const auto& designation : from.Designations(id)) {
    const auto language = from.Text(designation.language);
    if (!wish_.Language(language)) continue;
    result.designations.push_back({language,
                                   {from.Text(designation.use_system),
                                    {},
                                    from.Text(designation.use_code),
                                    from.Text(designation.use_display)},
                                   {},
                                   from.Text(designation),
                                   source});
  }
}

void LookupCall::AddOwnProperties(const CodeSystem& from, ConceptId id, std::string_view source,
                                  LookupResult& result) const {
  for (const auto& property : from.Properties(id)) {
    const model::PropertyDef& def = from.property_defs()[property.def];
    const std::string_view code = def.code;
    const bool wanted = wish_.by_default()
                            ? IsDefaultProperty(code) || (!source.empty() && !IsForLists(def))
                            : wish_.Property(code);
    if (!wanted || code == "parent" || code == "child") continue;
    result.properties.push_back({code, from.Value(property), {}, source, {}});
  }
}

void LookupCall::AddHierarchy(LookupResult& result) const {
  const auto add = [&](std::string_view code, std::span<const ConceptId> ids) {
    if (!wish_.by_default() && !wish_.Property(code)) return;
    for (const ConceptId id : ids) {
      result.properties.push_back(
          {code, CodeValue(system_.Code(id)), ChooseDisplay(system_, id, languages_), {}, {}});
    }
  };
  add("parent", system_.hierarchy().Parents(id_));
  if (!wish_.by_default()) add("child", system_.hierarchy().Children(id_));
}

void LookupCall::AddFact(const Fact& fact, bool with_provenance, LookupResult& result) const {
  const auto& snapshot = scope_.snapshot;
  LookupProperty property;
  property.code = snapshot.fact_properties[fact.property].code;
  property.value = ValueOf(snapshot, fact);
  property.description = snapshot.Text(fact.description);
  if (with_provenance) {
    property.source = scope_.catalog.Facts(system_id_).supplement_url;
    property.subproperties = ProvenanceOf(snapshot, fact);
  }
  result.properties.push_back(std::move(property));
}

void LookupCall::AddFacts(LookupResult& result) const {
  const auto& snapshot = scope_.snapshot;
  const auto facts = scope_.catalog.Facts(system_id_).Of(id_);
  if (facts.empty()) return;
  const base::Day day = DayOf(scope_, request_.date);
  const bool has_date = !request_.date.empty();
  bool any = false;
  for (std::size_t first = 0; first < facts.size();) {
    if (wish_.by_default() && facts[first].property >= snapshot.default_properties_end) break;
    std::size_t last = first;
    while (last < facts.size() && facts[last].property == facts[first].property) ++last;
    const auto rows = facts.subspan(first, last - first);
    first = last;
    const auto& property = snapshot.fact_properties[rows.front().property];
    const bool by_group = wish_.Group(property.group);
    if (!(wish_.by_default() ? property.in_default_lookup : by_group || wish_.Has(property.code)))
      continue;
    const bool every_period = by_group && !has_date;
    const Selection selection(rows, day);
    if (!every_period && selection.is_earlier()) {
      scope_.AddIssue(Severity::kInformation, "informational", "processing-note",
                      "FIGURE_NOT_IN_FORCE",
                      {{"property", property.code}, {"date", base::FormatDay(day)}});
    }
    for (const Fact& fact : rows) {
      if (!every_period && !selection.Has(fact)) continue;
      AddFact(fact, !wish_.by_default(), result);
      any = true;
    }
  }
  if (!any) return;
  result.used_supplements.push_back(scope_.catalog.Facts(system_id_).supplement);
  result.disclaimer = snapshot.messages.Text("DISCLAIMER");
}

void LookupCall::AddModifiers(const Expression& expression, LookupResult& result) const {
  result.properties.push_back({"modified", {ValueKind::kBoolean, "true", {}}, {}, {}, {}});
  for (const auto& modifier : expression.modifiers) {
    LookupProperty property{"modifier", CodeValue(modifier.code), {}, {}, {}};
    property.subproperties.push_back({"code", CodeValue(modifier.code), {}});
    if (modifier.system) {
      const auto& home = scope_.catalog.System(*modifier.system);
      property.description = home.Display(modifier.concept_id);
      property.subproperties.push_back(
          {"definition", StringValue(home.Definition(modifier.concept_id)), {}});
    }
    result.properties.push_back(std::move(property));
  }
}

void LookupCall::ReportUnknownProperties() const {
  const auto& facts = scope_.snapshot.fact_properties;
  const auto defs = system_.property_defs();
  for (const auto& name : wish_.properties()) {
    const auto is_name = [&](const auto& def) { return def.code == name; };
    if (name.starts_with("lang.") ||
        std::find(std::begin(kKnown), std::end(kKnown), name) != std::end(kKnown) ||
        std::any_of(facts.begin(), facts.end(), is_name) ||
        std::any_of(defs.begin(), defs.end(), is_name)) {
      continue;
    }
    scope_.AddIssue(Severity::kWarning, "not-found", "", "UNKNOWN_PROPERTY",
                    {{"property", base::Clip(name, 80)}, {"system", system_.info().url}},
                    "property");
  }
}

LookupResult LookupCall::Run(const std::vector<SystemId>& supplements,
                             const Expression* expression) {
  const auto& info = system_.info();
  LookupResult result;
  result.name = info.name.empty() ? info.title : info.name;
  result.version = info.version;
  bool language_met = true;
  result.display = ChooseDisplay(system_, id_, languages_, &language_met);
  if (!language_met && !request_.display_language.empty()) {
    scope_.AddIssue(Severity::kInformation, "informational", "processing-note",
                    "LANGUAGE_NOT_FOUND", {{"language", request_.display_language}},
                    "displayLanguage");
  }
  result.code = system_.Code(id_);
  result.system = info.url;
  if (expression != nullptr) {
    result.display = scope_.texts.Keep(ComposeDisplay(scope_, result.display, *expression));
    result.code = scope_.texts.Keep(Normalized(*expression));
  }
  result.definition = system_.Definition(id_);
  result.abstract = system_.IsAbstract(id_);
  result.designations.reserve(8);
  result.properties.reserve(wish_.by_default() ? 24 : 128);
  AddDisplay(result);
  AddDesignations(system_, id_, {}, result);
  AddOwnProperties(system_, id_, {}, result);
  AddState(result);
  if (!system_.hierarchy().empty()) AddHierarchy(result);
  AddFacts(result);
  for (const SystemId supplement_id : supplements) {
    const auto& supplement = scope_.catalog.System(supplement_id);
    const std::string_view canonical = scope_.texts.Keep(Canonical(supplement.info()));
    result.used_supplements.push_back(canonical);
    if (const auto id = supplement.Find(result.code)) {
      AddDesignations(supplement, *id, canonical, result);
      AddOwnProperties(supplement, *id, canonical, result);
    }
  }
  if (expression != nullptr) AddModifiers(*expression, result);
  if (!wish_.by_default()) ReportUnknownProperties();
  return result;
}

absl::Status UnknownCode(const Scope& scope, const CodeSystem& system, const Asked& asked) {
  const auto& info = system.info();
  const std::string_view message =
      info.is_fragment() ? "LOOKUP_NOT_IN_FRAGMENT" : "LOOKUP_UNKNOWN_CODE";
  const std::string code = base::Clip(asked.code, 100);
  return Fail(Reason::kUnknownCode,
              scope.Say(message, {{"code", code}, {"system", info.url}, {"version", info.version}}),
              asked.where);
}

}  // namespace

absl::StatusOr<LookupResult> Lookup(const Scope& scope, const LookupRequest& request) {
  RETURN_IF_ERROR(CheckBudget(scope.call));
  RETURN_IF_ERROR(CheckDate(request.date));
  ASSIGN_OR_RETURN(const Asked asked,
                   ReadAsked(request.system, request.version, request.code, request.coding));
  ASSIGN_OR_RETURN(const SystemId system_id,
                   ResolveSystem(scope, asked.system, asked.version, "system"));
  ASSIGN_OR_RETURN(const auto supplements,
                   ResolveSupplements(scope, system_id, request.use_supplements));
  ASSIGN_OR_RETURN(const auto languages, ReadLanguages(scope, request.display_language));
  const CodeSystem& system = scope.catalog.System(system_id);

  std::optional<Expression> expression;
  std::string_view code = asked.code;
  auto id = system.Find(code);
  if (!id && IsExpression(system, code)) {
    expression = ParseExpression(scope, system_id, code);
    if (!expression) {
      return Fail(Reason::kUnknownCode,
                  scope.Say("EXPRESSION_MALFORMED", {{"code", base::Clip(code, 100)}}),
                  asked.where);
    }
    id = system.Find(expression->base);
  }
  if (!id) return UnknownCode(scope, system, asked);
  return LookupCall(scope, request, system_id, *id, languages)
      .Run(supplements, expression ? &*expression : nullptr);
}

}  // namespace chemoterm::engine
