#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/fold.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/fact_selection.h"
#include "engine/operations.h"
#include "engine/resolve.h"

namespace chemoterm::engine {
namespace {

using model::CodeSystem;
using model::ConceptId;
using model::Fact;
using model::SystemId;

constexpr std::size_t kMaxProperties = 50;
constexpr std::size_t kMaxMatches = 100;
constexpr std::size_t kBetweenChecks = 4096;  // concepts

// How a property of the request stands to a concept.
enum class Fit : unsigned char { kHas, kLacks, kDiffers };

// A property of the request, found in the code system.
struct Wanted {
  enum class Where : unsigned char {
    kCode,
    kDisplay,
    kDesignation,
    kDefinition,
    kParent,
    kChild,
    kInactive,
    kProperty,
    kFact,
    kNowhere
  };
  const WantedProperty* property = nullptr;
  Where where = Where::kNowhere;
  std::size_t index = 0;  // of the definition, kProperty and kFact
  std::string folded;     // the value's text, for people
};

constexpr std::pair<std::string_view, Wanted::Where> kOfEverySystem[] = {
    {"code", Wanted::Where::kCode},
    {"display", Wanted::Where::kDisplay},
    {"designation", Wanted::Where::kDesignation},
    {"definition", Wanted::Where::kDefinition},
    {"parent", Wanted::Where::kParent},
    {"child", Wanted::Where::kChild},
    {"inactive", Wanted::Where::kInactive}};

ValueView ViewOf(const std::optional<Value>& value) {
  if (!value) return {};
  const Coding& coding = value->coding;
  return {value->kind, value->text, {coding.system, coding.version, coding.code, coding.display}};
}

std::string_view TextOf(const Value& value) {
  return value.kind == ValueKind::kCoding ? value.coding.code : value.text;
}

std::string_view TextOf(const ValueView& value) {
  return value.kind == ValueKind::kCoding ? value.coding.code : value.text;
}

// A Coding and a code or text are the same when the code is.
bool IsSame(const Value& wanted, const ValueView& given) {
  if (TextOf(wanted) != TextOf(given)) return false;
  if (wanted.kind != ValueKind::kCoding || given.kind != ValueKind::kCoding) return true;
  return wanted.coding.system.empty() || given.coding.system.empty() ||
         wanted.coding.system == given.coding.system;
}

class Finder {
 public:
  Finder(const Scope& scope, const FindMatchesRequest& request, SystemId system_id)
      : scope_(scope),
        request_(request),
        exact_(request.exact.value_or(false)),
        system_id_(system_id),
        system_(scope.catalog.System(system_id)) {}

  absl::StatusOr<FindMatchesResult> Run();

 private:
  struct Candidate {
    ConceptId id{};
    std::uint32_t matched = 0;
  };

  Wanted Prepare(const WantedProperty& property) const;
  Fit Judge(const Wanted& wanted, ConceptId id) const;
  // Calls `f(value, fact)` for the values that a concept has; `fact` is null for most.
  void ForEachValue(const Wanted& wanted, ConceptId id,
                    const std::function<void(const ValueView&, const Fact*)>& f) const;
  void ForEachFact(const Wanted& wanted, ConceptId id,
                   const std::function<void(const ValueView&, const Fact*)>& f) const;
  bool IsWanted(const Wanted& wanted, const ValueView& value) const;
  bool HasSubproperties(const Wanted& wanted, const Fact* fact) const;
  FoundMatch Describe(ConceptId id) const;

  const Scope& scope_;
  const FindMatchesRequest& request_;
  bool exact_;
  SystemId system_id_;
  const CodeSystem& system_;
  std::vector<Wanted> wanted_;
};

Wanted Finder::Prepare(const WantedProperty& property) const {
  Wanted wanted;
  wanted.property = &property;
  if (property.value) wanted.folded = base::NormalizeDisplay(TextOf(*property.value));
  for (const auto& [code, where] : kOfEverySystem) {
    if (code == property.code) wanted.where = where;
  }
  // What the author says of the concepts goes before what every system has.
  const auto find = [&](const auto& definitions, Wanted::Where where) {
    const auto found = std::find_if(definitions.begin(), definitions.end(),
                                    [&](const auto& def) { return def.code == property.code; });
    if (found == definitions.end()) return false;
    wanted.where = where;
    wanted.index = static_cast<std::size_t>(found - definitions.begin());
    return true;
  };
  const bool is_hierarchy =
      wanted.where == Wanted::Where::kParent || wanted.where == Wanted::Where::kChild;
  if (!is_hierarchy && wanted.where != Wanted::Where::kInactive &&
      !find(system_.property_defs(), Wanted::Where::kProperty)) {
    find(scope_.snapshot.fact_properties, Wanted::Where::kFact);
  }
  if (wanted.where == Wanted::Where::kNowhere) {
    scope_.AddIssue(Severity::kWarning, "not-found", "", "UNKNOWN_PROPERTY",
                    {{"property", base::Clip(property.code, 80)}, {"system", system_.info().url}},
                    "property");
  }
  return wanted;
}

void Finder::ForEachFact(const Wanted& wanted, ConceptId id,
                         const std::function<void(const ValueView&, const Fact*)>& f) const {
  const auto facts = scope_.catalog.Facts(system_id_).Of(id);
  const auto first = std::find_if(facts.begin(), facts.end(),
                                  [&](const Fact& fact) { return fact.property == wanted.index; });
  auto last = first;
  while (last != facts.end() && last->property == wanted.index) ++last;
  const std::span<const Fact> rows(first, last);
  const Selection selection(rows, scope_.today);
  // Asked for its period, a row of another time is meant as well.
  const bool every_period = !wanted.property->subproperties.empty();
  for (const Fact& fact : rows) {
    if (every_period || selection.Has(fact)) f(ValueOf(scope_.snapshot, fact), &fact);
  }
}

void Finder::ForEachValue(const Wanted& wanted, ConceptId id,
                          const std::function<void(const ValueView&, const Fact*)>& f) const {
  const auto text = [&](std::string_view value, ValueKind kind = ValueKind::kString) {
    if (!value.empty()) f({kind, value, {}}, nullptr);
  };
  const auto codes = [&](std::span<const ConceptId> ids) {
    for (const ConceptId each : ids) text(system_.Code(each), ValueKind::kCode);
  };
  switch (wanted.where) {
    case Wanted::Where::kCode:
      return text(system_.Code(id), ValueKind::kCode);
    case Wanted::Where::kDisplay:
      return text(system_.Display(id));
    case Wanted::Where::kDesignation:
      text(system_.Display(id));
      for (const auto& designation : system_.Designations(id)) text(system_.Text(designation));
      return;
    case Wanted::Where::kDefinition:
      return text(system_.Definition(id));
    case Wanted::Where::kParent:
      return codes(system_.hierarchy().Parents(id));
    case Wanted::Where::kChild:
      return codes(system_.hierarchy().Children(id));
    case Wanted::Where::kInactive:
      return text(system_.IsInactive(id) ? "true" : "false", ValueKind::kBoolean);
    case Wanted::Where::kProperty:
      for (const auto& value : system_.Properties(id)) {
        if (value.def == wanted.index) f(system_.Value(value), nullptr);
      }
      return;
    case Wanted::Where::kFact:
      return ForEachFact(wanted, id, f);
    case Wanted::Where::kNowhere:
      return;
  }
}

bool Finder::IsWanted(const Wanted& wanted, const ValueView& value) const {
  if (!wanted.property->value) return true;
  if (IsSame(*wanted.property->value, value)) return true;
  if (exact_) return false;
  // For people: part of a text, whatever its case and accents; the display of a Coding as well.
  const bool is_text = value.kind == ValueKind::kString;
  if (value.kind == ValueKind::kCoding) {
    return base::NormalizeDisplay(value.coding.display) == wanted.folded ||
           base::NormalizeDisplay(value.coding.code) == wanted.folded;
  }
  const std::string folded = base::NormalizeDisplay(value.text);
  return is_text ? folded.find(wanted.folded) != std::string::npos : folded == wanted.folded;
}

bool Finder::HasSubproperties(const Wanted& wanted, const Fact* fact) const {
  const auto& subproperties = wanted.property->subproperties;
  if (subproperties.empty()) return true;
  if (fact == nullptr) return false;
  const auto parts = ProvenanceOf(scope_.snapshot, *fact);
  return std::all_of(subproperties.begin(), subproperties.end(), [&](const auto& each) {
    return std::any_of(parts.begin(), parts.end(), [&](const LookupSubproperty& part) {
      return part.code == each.code && (!each.value || IsSame(*each.value, part.value));
    });
  });
}

Fit Finder::Judge(const Wanted& wanted, ConceptId id) const {
  Fit fit = Fit::kLacks;
  ForEachValue(wanted, id, [&](const ValueView& value, const Fact* fact) {
    if (fit == Fit::kHas) return;
    const bool has = IsWanted(wanted, value) && HasSubproperties(wanted, fact);
    fit = has ? Fit::kHas : Fit::kDiffers;
  });
  return fit;
}

FoundMatch Finder::Describe(ConceptId id) const {
  const auto& info = system_.info();
  FoundMatch match;
  match.code = {info.url, info.version, system_.Code(id), system_.Display(id)};
  std::vector<std::string_view> different;
  for (const Wanted& wanted : wanted_) {
    const Fit fit = Judge(wanted, id);
    if (fit == Fit::kHas) continue;
    if (fit == Fit::kDiffers) different.push_back(wanted.property->code);
    UnmatchedProperty unmatched{wanted.property->code, ViewOf(wanted.property->value), {}};
    for (const auto& each : wanted.property->subproperties) {
      unmatched.properties.push_back({each.code, ViewOf(each.value)});
    }
    match.unmatched.push_back(std::move(unmatched));
  }
  if (!different.empty()) {
    match.comment = scope_.texts.Keep(
        scope_.Say("FIND_MATCHES_OTHER_VALUE", {{"properties", base::Join(different, ", ")}}));
  }
  return match;
}

absl::StatusOr<FindMatchesResult> Finder::Run() {
  for (const WantedProperty& property : request_.properties) {
    wanted_.push_back(Prepare(property));
  }
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < system_.size(); ++i) {
    if (i % kBetweenChecks == 0) RETURN_IF_ERROR(CheckBudget(scope_.call));
    Candidate candidate{static_cast<ConceptId>(i)};
    bool differs = false;
    for (const Wanted& wanted : wanted_) {
      const Fit fit = Judge(wanted, candidate.id);
      if (fit == Fit::kHas) ++candidate.matched;
      differs = differs || fit == Fit::kDiffers;
    }
    // A machine is not given what contradicts it.
    if (candidate.matched > 0 && !(exact_ && differs)) candidates.push_back(candidate);
  }
  const std::size_t shown = std::min(candidates.size(), kMaxMatches);
  std::partial_sort(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(shown),
                    candidates.end(), [](const Candidate& a, const Candidate& b) {
                      return std::pair(b.matched, a.id) < std::pair(a.matched, b.id);
                    });
  FindMatchesResult result;
  for (std::size_t i = 0; i < shown; ++i) result.matches.push_back(Describe(candidates[i].id));
  if (candidates.size() > shown) {
    scope_.AddIssue(
        Severity::kInformation, "informational", "", "FIND_MATCHES_MORE",
        {{"count", base::ToText(candidates.size())}, {"limit", base::ToText(kMaxMatches)}});
  }
  return result;
}

}  // namespace

absl::StatusOr<FindMatchesResult> FindMatches(const Scope& scope,
                                              const FindMatchesRequest& request) {
  RETURN_IF_ERROR(CheckBudget(scope.call));
  if (request.system.empty()) {
    return Fail(Reason::kMissingParameter, "The code system is needed", "system");
  }
  if (request.properties.empty()) {
    return Fail(Reason::kMissingParameter, "At least one property is needed", "property");
  }
  if (request.properties.size() > kMaxProperties) {
    return Fail(
        Reason::kInvalidParameter,
        base::Concat({"At most ", base::ToText(kMaxProperties), " properties can be given"}),
        "property");
  }
  for (const WantedProperty& property : request.properties) {
    const bool has_parts = std::all_of(property.subproperties.begin(), property.subproperties.end(),
                                       [](const auto& each) { return !each.code.empty(); });
    if (property.code.empty() || !has_parts) {
      return Fail(Reason::kMissingParameter, "A property needs its code", "property");
    }
  }
  ASSIGN_OR_RETURN(const SystemId system,
                   ResolveSystem(scope, request.system, request.version, "system"));
  return Finder(scope, request, system).Run();
}

}  // namespace chemoterm::engine
