#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/operations.h"
#include "engine/resolve.h"
#include "engine/translate_question.h"

namespace chemoterm::engine {
namespace {

using model::ConceptMap;
using model::MapAttribute;
using model::MapDetails;
using model::MapElement;
using model::MapGroup;
using model::MapSides;
using model::MapTarget;
using model::Relationship;
using model::Unmapped;

// One map may leave a code to another, and so on.
constexpr std::size_t kMaxMaps = 10;

ValueView ViewOf(const Value& value) {
  const Coding& coding = value.coding;
  return {value.kind, value.text, {coding.system, coding.version, coding.code, coding.display}};
}

bool SameCoding(const Coding& wanted, const Coding& given) {
  const bool same_system =
      wanted.system.empty() || given.system.empty() || wanted.system == given.system;
  return same_system && wanted.code == given.code;
}

bool Fits(const Value& wanted, const Coding& given) {
  return wanted.kind == ValueKind::kCoding ? SameCoding(wanted.coding, given)
                                           : wanted.text == given.code;
}

bool Fits(const Value& wanted, std::string_view given) {
  return (wanted.kind == ValueKind::kCoding ? wanted.coding.code : wanted.text) == given;
}

bool Fits(const Value& wanted, const TranslateDependency& given) {
  if (given.value) {
    return given.value->kind == ValueKind::kCoding ? Fits(wanted, given.value->coding)
                                                   : Fits(wanted, given.value->text);
  }
  if (!given.codeable_concept) return false;
  const auto& codings = given.codeable_concept->coding;
  return Fits(wanted, given.codeable_concept->text) ||
         std::any_of(codings.begin(), codings.end(),
                     [&](const Coding& coding) { return Fits(wanted, coding); });
}

// What the request says of the conditions of a mapping.
enum class Verdict : unsigned char { kMet, kOpen, kNotMet };

Verdict Judge(const MapAttribute& wanted, const std::vector<TranslateDependency>& given) {
  Verdict verdict = Verdict::kOpen;
  for (const TranslateDependency& each : given) {
    const std::string& name = each.attribute.empty() ? each.element : each.attribute;
    if (name != wanted.name || (!each.value && !each.codeable_concept)) continue;
    if (wanted.value.empty()) continue;  // one of a value set, which is not looked into
    if (Fits(wanted.value, each)) return Verdict::kMet;
    verdict = Verdict::kNotMet;
  }
  return verdict;
}

class Translator {
 public:
  Translator(const Scope& scope, const TranslateRequest& request, const Question& question)
      : scope_(scope), request_(request), question_(question) {
    result_.asked_in_r4 = question.in_r4;
  }

  // By the map that the request names, or (nullptr) by all that fit.
  absl::Status Ask(const AskedCode& asked, const ConceptMap* named);
  TranslateResult Take();

 private:
  void AskMap(const ConceptMap& map, std::vector<const ConceptMap*>& path);
  // Both return true when the group says what becomes of the code.
  bool AskGroup(const ConceptMap& map, const MapGroup& group);
  bool AskGroupBack(const ConceptMap& map, const MapGroup& group);
  void UseUnmapped(const ConceptMap& map, const MapGroup& group,
                   std::vector<const ConceptMap*>& path);
  void FollowOtherMap(const ConceptMap& map, const std::string& other,
                      std::vector<const ConceptMap*>& path);
  void Add(const ConceptMap& map, const MapGroup& group, const MapElement& element,
           const MapTarget& target);
  // False when the mapping cannot hold; notes what is left open.
  bool CheckConditions(const ConceptMap& map, const MapDetails& details, std::string_view target,
                       TranslateMatch& match);
  bool IsUnknownCode();
  void Note(Severity severity, std::string_view message_id,
            std::initializer_list<model::Messages::Argument> arguments) {
    scope_.AddIssue(severity, "not-found", {}, message_id, arguments);
  }
  std::string_view CanonicalOf(const ConceptMap& map);

  const Scope& scope_;
  const TranslateRequest& request_;
  const Question& question_;
  TranslateResult result_;
  std::map<const ConceptMap*, std::string_view> canonicals_;
  // Of the code that is asked now.
  std::string_view code_, system_, version_;
  MapSides sides_;
  std::set<const ConceptMap*> visited_;  // each map is asked once, however many lead to it
  bool settled_ = false;                 // some map said what becomes of it
};

std::string_view Translator::CanonicalOf(const ConceptMap& map) {
  const auto [known, is_new] = canonicals_.try_emplace(&map);
  if (is_new) known->second = scope_.texts.Keep(map.Canonical());
  return known->second;
}

bool Translator::CheckConditions(const ConceptMap& map, const MapDetails& details,
                                 std::string_view target, TranslateMatch& match) {
  std::vector<std::string_view> open, not_met;
  for (const MapAttribute& wanted : details.depends_on) {
    match.depends_on.push_back({wanted.name, ViewOf(wanted.value)});
    const Verdict verdict = Judge(wanted, request_.dependencies);
    if (verdict == Verdict::kOpen) open.push_back(wanted.name);
    if (verdict == Verdict::kNotMet) not_met.push_back(wanted.name);
  }
  if (open.empty() && not_met.empty()) return true;
  match.is_conditional = true;
  const auto& names = not_met.empty() ? open : not_met;
  Note(Severity::kInformation,
       not_met.empty() ? "TRANSLATE_DEPENDENCY_OPEN" : "TRANSLATE_DEPENDENCY_NOT_MET",
       {{"code", code_},
        {"target", target},
        {"map", CanonicalOf(map)},
        {"attributes", base::Join(names, ", ")}});
  return not_met.empty();
}

void Translator::Add(const ConceptMap& map, const MapGroup& group, const MapElement& element,
                     const MapTarget& target) {
  const CodingView source{group.source, group.source_version, group.Text(element.code),
                          group.Text(element.display)};
  const CodingView concept_coding{group.target, group.target_version, group.Text(target.code),
                                  group.Text(target.display)};
  TranslateMatch match;
  if (const MapDetails* details = group.DetailsOf(target); details != nullptr) {
    if (!CheckConditions(map, *details, concept_coding.code, match)) return;
    if (concept_coding.code.empty()) {
      return Note(Severity::kInformation, "TRANSLATE_TO_VALUE_SET",
                  {{"map", CanonicalOf(map)}, {"code", code_}, {"valueSet", details->value_set}});
    }
    for (const auto& each : details->properties) {
      match.properties.push_back({each.name, ViewOf(each.value)});
    }
    for (const auto& each : details->products) {
      match.products.push_back({each.name, ViewOf(each.value), {}, {}});
    }
  }
  const bool turned = question_.is_back && question_.is_reverse;
  match.relationship = ToString(turned ? Reversed(target.relationship) : target.relationship);
  match.concept_coding = turned ? source : concept_coding;
  if (question_.is_back && !turned) match.source_coding = source;
  match.origin_map = CanonicalOf(map);
  result_.matches.push_back(std::move(match));
}

bool Translator::AskGroup(const ConceptMap& map, const MapGroup& group) {
  bool told = false;
  for (const std::uint32_t at : group.Find(code_)) {
    const MapElement& element = group.element(at);
    const auto targets = group.TargetsOf(at);
    for (const MapTarget& target : targets) Add(map, group, element, target);
    if (targets.empty() && element.no_map) {
      Note(Severity::kInformation, "TRANSLATE_NO_COUNTERPART",
           {{"map", CanonicalOf(map)}, {"code", code_}, {"system", system_}});
    }
    told = told || !targets.empty() || element.no_map;
  }
  return told;
}

bool Translator::AskGroupBack(const ConceptMap& map, const MapGroup& group) {
  const auto links = group.FindBack(code_);
  for (const auto& link : links) {
    Add(map, group, group.element(link.element), group.target_at(link));
  }
  return !links.empty();
}

// A code that its code system, which is loaded as a whole, does not have.
bool Translator::IsUnknownCode() {
  const auto id = scope_.catalog.FindSystem(system_, version_);
  if (!id) return false;
  const auto& system = scope_.catalog.System(*id);
  if (system.info().content != "complete" || system.Find(code_)) return false;
  Note(Severity::kWarning, "Unknown_Code_in_Version",
       {{"code", code_}, {"system", system_}, {"version", system.info().version}});
  settled_ = true;
  return true;
}

void Translator::FollowOtherMap(const ConceptMap& map, const std::string& other,
                                std::vector<const ConceptMap*>& path) {
  const auto [url, version] = base::SplitOnce(other, '|');
  const ConceptMap* const next = scope_.catalog.FindConceptMap(url, version);
  if (next == nullptr) {
    return Note(Severity::kWarning, "TRANSLATE_OTHER_MAP_UNKNOWN",
                {{"map", CanonicalOf(map)}, {"other", other}});
  }
  const bool is_circle = std::find(path.begin(), path.end(), next) != path.end();
  if (!is_circle && path.size() < kMaxMaps) {
    if (!visited_.contains(next)) AskMap(*next, path);
    return;
  }
  std::vector<std::string_view> names;
  names.reserve(path.size());
  for (const ConceptMap* each : path) names.push_back(CanonicalOf(*each));
  Note(Severity::kWarning, "TRANSLATE_OTHER_MAP_CIRCULAR",
       {{"map", CanonicalOf(*next)}, {"path", base::Join(names, ", ")}});
}

void Translator::UseUnmapped(const ConceptMap& map, const MapGroup& group,
                             std::vector<const ConceptMap*>& path) {
  const Unmapped& rule = group.unmapped;
  if (rule.mode == Unmapped::Mode::kNothing || IsUnknownCode()) return;
  if (rule.mode == Unmapped::Mode::kOtherMap) return FollowOtherMap(map, rule.other_map, path);
  const bool same_code = rule.mode == Unmapped::Mode::kSourceCode;
  settled_ = true;
  if (!same_code && rule.code.empty()) {
    return Note(Severity::kInformation, "TRANSLATE_TO_VALUE_SET",
                {{"map", CanonicalOf(map)}, {"code", code_}, {"valueSet", rule.value_set}});
  }
  TranslateMatch match;
  match.relationship = ToString(rule.relationship);
  match.concept_coding = {group.target, group.target_version,
                          same_code ? code_ : std::string_view(rule.code), rule.display};
  match.origin_map = CanonicalOf(map);
  result_.matches.push_back(std::move(match));
}

void Translator::AskMap(const ConceptMap& map, std::vector<const ConceptMap*>& path) {
  path.push_back(&map);
  visited_.insert(&map);
  std::vector<const MapGroup*> silent;
  std::vector<std::string_view> told;  // the target systems that some group told of
  for (const MapGroup& group : map.groups) {
    if (!FitsSystems(group, sides_)) continue;
    if (question_.is_back ? AskGroupBack(map, group) : AskGroup(map, group)) {
      told.push_back(group.target);
      settled_ = true;
    } else {
      silent.push_back(&group);
    }
  }
  for (const MapGroup* group : silent) {
    const bool is_told = std::find(told.begin(), told.end(), group->target) != told.end();
    if (!question_.is_back && !is_told) UseUnmapped(map, *group, path);
  }
  path.pop_back();
}

absl::Status Translator::Ask(const AskedCode& asked, const ConceptMap* named) {
  RETURN_IF_ERROR(CheckBudget(scope_.call));
  system_ = asked.system;
  version_ = asked.version;
  code_ = asked.code;
  // The spelling of the code system, where it is loaded and case does not matter to it.
  if (const auto id = scope_.catalog.FindSystem(system_, version_)) {
    const auto& system = scope_.catalog.System(*id);
    if (const auto found = system.Find(code_)) code_ = system.Code(*found);
  }
  sides_ = question_.sides;
  (question_.is_back ? sides_.target_system : sides_.source_system) = system_;
  (question_.is_back ? sides_.target_version : sides_.source_version) = version_;
  settled_ = false;
  visited_.clear();
  std::vector<const ConceptMap*> maps;
  if (named == nullptr) {
    maps = scope_.catalog.ConceptMapsBetween(sides_);
  } else if (FitsScopes(*named, sides_) &&
             std::any_of(named->groups.begin(), named->groups.end(),
                         [&](const MapGroup& group) { return FitsSystems(group, sides_); })) {
    maps = {named};
  }
  const std::string shown = base::Clip(code_, 100);
  const std::string shown_system = base::Clip(system_, 200);
  if (maps.empty()) {
    Note(Severity::kWarning, named == nullptr ? "TRANSLATE_NO_MAP" : "TRANSLATE_MAP_DOES_NOT_FIT",
         {{"code", shown},
          {"system", shown_system},
          {"map", named == nullptr ? std::string_view() : CanonicalOf(*named)}});
    return {};
  }
  std::vector<std::string_view> names;
  for (const ConceptMap* map : maps) {
    std::vector<const ConceptMap*> path;
    if (!visited_.contains(map)) AskMap(*map, path);
    names.push_back(CanonicalOf(*map));
  }
  if (settled_) return {};
  Note(Severity::kInformation, "TRANSLATE_NO_MAPPING",
       {{"code", shown},
        {"system", shown_system},
        {"maps", base::Clip(base::Join(names, ", "), 500)}});
  return {};
}

TranslateResult Translator::Take() {
  const auto maps_really = [](const TranslateMatch& match) {
    return !match.is_conditional && match.relationship != ToString(Relationship::kNotRelatedTo);
  };
  result_.result = std::any_of(result_.matches.begin(), result_.matches.end(), maps_really);
  if (result_.result) return std::move(result_);
  std::vector<std::string_view> texts;
  for (const Issue& issue : scope_.issues) texts.push_back(issue.text);
  result_.message = scope_.texts.Keep(base::Join(texts, "; "));
  return std::move(result_);
}

}  // namespace

absl::StatusOr<TranslateResult> Translate(const Scope& scope, const TranslateRequest& request) {
  RETURN_IF_ERROR(CheckBudget(scope.call));
  ASSIGN_OR_RETURN(const Question question, ReadQuestion(scope, request));
  ASSIGN_OR_RETURN(const ConceptMap* const named, NamedMap(scope, request));
  Translator translator(scope, request, question);
  for (const AskedCode& asked : question.codes) RETURN_IF_ERROR(translator.Ask(asked, named));
  return translator.Take();
}

}  // namespace chemoterm::engine
