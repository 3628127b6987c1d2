#include "engine/concept_filter.h"

#include <algorithm>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"

namespace chemoterm::engine {
namespace {

using model::ConceptFilter;
using model::ConceptId;
using model::FilterOp;

// A pattern may be matched against each concept, and a request may bring many: their automata are
// kept small. RE2 refuses what does not fit.
constexpr std::int64_t kRegexMemory = std::int64_t{1} << 19;
constexpr std::size_t kMaxPattern = 1000;
// Of any pattern, beside its instructions.
constexpr std::size_t kLeastInstructions = 100;

bool IsHierarchyOp(FilterOp op) {
  switch (op) {
    case FilterOp::kIsA:
    case FilterOp::kDescendentOf:
    case FilterOp::kIsNotA:
    case FilterOp::kGeneralizes:
    case FilterOp::kChildOf:
    case FilterOp::kDescendentLeaf:
      return true;
    case FilterOp::kEquals:
    case FilterOp::kRegex:
    case FilterOp::kIn:
    case FilterOp::kNotIn:
    case FilterOp::kExists:
      return false;
  }
  return false;
}

// The operators that compare values, and, for what the hierarchy is made of, those that walk it.
std::span<const std::string_view> OpsOf(bool with_hierarchy) {
  const auto list = [](bool all) {
    std::vector<std::string_view> ops;
    for (const auto& [name, op] : model::FilterOps()) {
      if (all || !IsHierarchyOp(op)) ops.push_back(name);
    }
    return ops;
  };
  static const std::vector<std::string_view> kAll = list(true);
  static const std::vector<std::string_view> kOfValues = list(false);
  return with_hierarchy ? kAll : kOfValues;
}

absl::Status Invalid(std::string_view text, std::string_view where,
                     std::string_view message_id = {}) {
  return Fail(Reason::kInvalidValueSet, text, where, message_id);
}

}  // namespace

absl::StatusOr<Filter> Filter::Make(const Scope& scope, model::SystemId system,
                                    const ConceptFilter& filter, std::string_view where) {
  Filter made(scope, system);
  RETURN_IF_ERROR(made.Compile(scope, filter, where));
  return made;
}

absl::Status Filter::Compile(const Scope& scope, const ConceptFilter& filter,
                             std::string_view where) {
  const auto op = model::ParseFilterOp(filter.op);
  if (!op) {
    return Invalid(scope.Say("VALUESET_UNKNOWN_FILTER_OP",
                             {{"op", base::Clip(filter.op, 60)}, {"system", system().info().url}}),
                   where);
  }
  if (filter.value.empty()) {
    return Invalid(scope.Say("UNABLE_TO_HANDLE_SYSTEM_FILTER_WITH_NO_VALUE",
                             {{"system", system().info().url},
                              {"property", base::Clip(filter.property, 100)},
                              {"op", filter.op}}),
                   where, "UNABLE_TO_HANDLE_SYSTEM_FILTER_WITH_NO_VALUE");
  }
  op_ = *op;
  property_ = filter.property;
  value_ = filter.value;
  const bool by_code = property_ == "concept" || property_ == "code";
  if (IsHierarchyOp(op_)) {
    // The property may also be the one that the hierarchy is made of.
    if (!by_code && property_ != "parent" && property_ != "child") {
      return Invalid(
          scope.Say("VALUESET_FILTER_NOT_SUPPORTED", {{"op", filter.op},
                                                      {"property", base::Clip(property_, 100)},
                                                      {"system", system().info().url}}),
          where);
    }
    subject_ = Subject::kHierarchy;
    concept_ = system().Find(value_);
    return {};
  }
  if (by_code) {
    subject_ = Subject::kCode;
  } else if (property_ == "display") {
    subject_ = Subject::kDisplay;
  } else if (property_ == "definition") {
    subject_ = Subject::kDefinition;
  } else if (property_ == "parent") {
    subject_ = Subject::kParent;
  } else if (property_ == "child") {
    subject_ = Subject::kChild;
  } else {
    const auto& facts = snapshot_->fact_properties;
    const auto fact = std::find_if(facts.begin(), facts.end(),
                                   [&](const auto& each) { return each.code == property_; });
    if (fact != facts.end()) fact_property_ = static_cast<std::size_t>(fact - facts.begin());
  }
  return CompileValue(scope, where);
}

absl::Status Filter::CompileValue(const Scope& scope, std::string_view where) {
  if (op_ == FilterOp::kIn || op_ == FilterOp::kNotIn) {
    for (const auto part : base::Split(value_, ',')) values_.push_back(base::Trim(part));
  } else {
    values_.push_back(value_);
  }
  const bool are_codes =
      subject_ == Subject::kCode || subject_ == Subject::kParent || subject_ == Subject::kChild;
  for (auto& value : values_) {
    const auto id = are_codes ? system().Find(value) : std::nullopt;
    if (!id) continue;
    concepts_.push_back(*id);
    value = system().Code(*id);
  }
  if (op_ == FilterOp::kExists && value_ != "true" && value_ != "false") {
    return Invalid(
        base::Concat({"a filter 'exists' takes true or false, not '", base::Clip(value_, 60), "'"}),
        where);
  }
  return op_ == FilterOp::kRegex ? CompileRegex(scope, where) : absl::OkStatus();
}

absl::Status Filter::CompileRegex(const Scope& scope, std::string_view where) {
  if (value_.size() > kMaxPattern) {
    return Invalid(base::Concat({"the regular expression '", base::Clip(value_, 100),
                                 "' is longer than ", base::ToText(kMaxPattern), " bytes"}),
                   where);
  }
  RE2::Options options(RE2::Quiet);
  options.set_max_mem(kRegexMemory);
  regex_ = std::make_shared<const RE2>(re2::StringPiece(value_.data(), value_.size()), options);
  if (regex_->ok()) {
    return scope.budget.AddRegex(
        std::max(kLeastInstructions, static_cast<std::size_t>(regex_->ProgramSize())));
  }
  return Invalid(base::Concat({"the regular expression '", base::Clip(value_, 100),
                               "' cannot be used: ", regex_->error()}),
                 where);
}

bool Filter::MatchesHierarchy(ConceptId id) const {
  const auto& hierarchy = system().hierarchy();
  if (!concept_) return op_ == FilterOp::kIsNotA;
  switch (op_) {
    case FilterOp::kIsA:
      return id == *concept_ || hierarchy.IsAncestor(*concept_, id);
    case FilterOp::kIsNotA:
      return id != *concept_ && !hierarchy.IsAncestor(*concept_, id);
    case FilterOp::kDescendentOf:
      return hierarchy.IsAncestor(*concept_, id);
    case FilterOp::kDescendentLeaf:
      return hierarchy.IsAncestor(*concept_, id) && hierarchy.Children(id).empty();
    case FilterOp::kGeneralizes:
      return id == *concept_ || hierarchy.IsAncestor(id, *concept_);
    case FilterOp::kChildOf: {
      const auto parents = hierarchy.Parents(id);
      return std::find(parents.begin(), parents.end(), *concept_) != parents.end();
    }
    case FilterOp::kEquals:
    case FilterOp::kRegex:
    case FilterOp::kIn:
    case FilterOp::kNotIn:
    case FilterOp::kExists:
      break;
  }
  return false;
}

bool Filter::MatchesText(std::string_view text) const {
  if (op_ == FilterOp::kRegex) {
    return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), *regex_);
  }
  if (op_ == FilterOp::kExists) return true;
  return std::find(values_.begin(), values_.end(), text) != values_.end();
}

template <class F>
bool Filter::AnyValue(ConceptId id, F&& f) const {
  const auto& hierarchy = system().hierarchy();
  const auto any_of = [&](std::span<const ConceptId> ids) {
    return std::any_of(ids.begin(), ids.end(),
                       [&](ConceptId other) { return f(system().Code(other)); });
  };
  switch (subject_) {
    case Subject::kCode:
      return f(system().Code(id));
    case Subject::kDisplay:
      return !system().Display(id).empty() && f(system().Display(id));
    case Subject::kDefinition:
      return !system().Definition(id).empty() && f(system().Definition(id));
    case Subject::kParent:
      return any_of(hierarchy.Parents(id));
    case Subject::kChild:
      return any_of(hierarchy.Children(id));
    case Subject::kProperty:
      for (const auto& value : system().Properties(id)) {
        if (system().property_defs()[value.def].code == property_ && f(system().Value(value).text))
          return true;
      }
      if (!fact_property_) return false;
      for (const auto& fact : facts_->Of(id)) {
        if (fact.property == *fact_property_ && f(snapshot_->Text(fact.value))) return true;
      }
      return false;
    case Subject::kHierarchy:
      break;
  }
  return false;
}

bool Filter::Matches(ConceptId id) const {
  if (subject_ == Subject::kHierarchy) return MatchesHierarchy(id);
  const bool any = AnyValue(id, [this](std::string_view text) { return MatchesText(text); });
  if (op_ == FilterOp::kNotIn) return !any;
  if (op_ == FilterOp::kExists) return any == (value_ == "true");
  return any;
}

std::optional<ConceptRange> Filter::Range() const {
  if (op_ != FilterOp::kIsA && op_ != FilterOp::kDescendentOf) return std::nullopt;
  if (!concept_) return ConceptRange{};
  const auto last = system().hierarchy().LastBelow(*concept_);
  if (!last) return std::nullopt;
  const std::size_t first = model::Index(*concept_) + (op_ == FilterOp::kDescendentOf ? 1 : 0);
  return ConceptRange{first, model::Index(*last) + 1};
}

std::optional<std::vector<ConceptId>> Filter::Candidates() const {
  const auto& hierarchy = system().hierarchy();
  const auto sorted = [](std::span<const ConceptId> ids) {
    std::vector<ConceptId> list(ids.begin(), ids.end());
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
    return list;
  };
  if (subject_ == Subject::kCode && (op_ == FilterOp::kEquals || op_ == FilterOp::kIn)) {
    return sorted(concepts_);
  }
  if (subject_ != Subject::kHierarchy || op_ == FilterOp::kIsNotA) return std::nullopt;
  if (!concept_) return std::vector<ConceptId>{};
  if (op_ == FilterOp::kChildOf) return sorted(hierarchy.Children(*concept_));
  // Everything below, or above: a walk along the edges.
  const bool up = op_ == FilterOp::kGeneralizes;
  std::vector<ConceptId> reached = {*concept_};
  for (std::size_t next = 0; next < reached.size(); ++next) {
    const auto edges = up ? hierarchy.Parents(reached[next]) : hierarchy.Children(reached[next]);
    reached.insert(reached.end(), edges.begin(), edges.end());
    // With several parents a concept can be reached again and again.
    if (reached.size() > 2 * system().size()) return std::nullopt;
  }
  std::sort(reached.begin(), reached.end());
  reached.erase(std::unique(reached.begin(), reached.end()), reached.end());
  return reached;
}

std::vector<FilterSummary> FiltersOf(const Scope& scope, model::SystemId system) {
  const model::CodeSystem& content = scope.catalog.System(system);
  std::vector<FilterSummary> filters;
  const auto add = [&](std::string_view code, bool with_hierarchy) {
    const bool is_known = std::any_of(filters.begin(), filters.end(),
                                      [&](const auto& filter) { return filter.code == code; });
    if (!is_known) filters.push_back({code, OpsOf(with_hierarchy)});
  };
  const bool has_hierarchy = !content.hierarchy().empty();
  for (const std::string_view code : {"concept", "code"}) add(code, has_hierarchy);
  if (has_hierarchy) {
    for (const std::string_view code : {"parent", "child"}) add(code, true);
  }
  for (const std::string_view code : {"display", "definition"}) add(code, false);
  for (const auto& def : content.property_defs()) add(def.code, false);
  if (!scope.catalog.Facts(system).by_concept.values().empty()) {
    for (const auto& property : scope.snapshot.fact_properties) add(property.code, false);
  }
  return filters;
}

}  // namespace chemoterm::engine
