#include "load/rule_parameters.h"

#include <algorithm>

#include "base/text.h"

namespace chemoterm::load {

absl::Status ParametersNode::OnScalar(std::string_view key, const json::Scalar& value,
                                      const json::Cursor&) {
  members_[std::string(key)].push_back({value.type, std::string(value.text)});
  return {};
}

json::Node* ParametersNode::Child(std::string_view key, bool*, const json::Cursor&) {
  inner_.to = &objects_[std::string(key)];
  return &inner_;
}

absl::Status ParametersNode::OnArray(std::string_view key, const json::Cursor&) {
  members_.try_emplace(std::string(key));
  return {};
}

absl::Status ParametersNode::Inner::OnScalar(std::string_view key, const json::Scalar& value,
                                             const json::Cursor&) {
  (*to)[std::string(key)].push_back({value.type, std::string(value.text)});
  return {};
}

void ParametersNode::Clear() {
  members_.clear();
  objects_.clear();
}

std::optional<Severity> SeverityOf(std::string_view text) {
  for (const Severity severity : {Severity::kError, Severity::kWarning, Severity::kInformation}) {
    if (ToString(severity) == text) return severity;
  }
  return std::nullopt;
}

void RuleSets::Name(const std::string& name, const std::vector<std::string>& items, int line) {
  if (!IsSlug(name) || base::IsDigit(name.front())) {
    faults_.Add(line, base::Concat({"'", base::Clip(name, 60), "' is no name of a set"}));
  }
  if (!named_.try_emplace(name, items).second) {
    faults_.Add(line, base::Concat({"the set '", name, "' appears twice"}));
  }
}

std::vector<std::string> RuleSets::Flat(const std::vector<std::string>& items) const {
  std::vector<std::string> flat;
  for (const std::string& item : items) {
    const auto named = named_.find(item);
    if (named == named_.end()) {
      flat.push_back(item);
    } else {
      flat.insert(flat.end(), named->second.begin(), named->second.end());
    }
  }
  return flat;
}

model::SetId RuleSets::Of(const std::vector<std::string>& items, int line) {
  auto flat = Flat(items);
  std::sort(flat.begin(), flat.end());
  flat.erase(std::unique(flat.begin(), flat.end()), flat.end());
  const auto [known, added] = ids_.try_emplace(flat, static_cast<model::SetId>(ids_.size()));
  if (!added) return known->second;
  if (ids_.size() > model::kMaxCodeSets) {
    faults_.Add(line, base::Concat({"more than ", base::ToText(model::kMaxCodeSets),
                                    " different lists of codes"}));
    return known->second = {};
  }
  for (const std::string& item : flat) AddItem(known->second, item, line);
  return known->second;
}

std::string RuleSets::SystemOf(std::string_view item, std::string_view* rest, int line) const {
  const auto bar = item.rfind('|');
  if (bar == std::string_view::npos) {
    *rest = item;
    return build_.SystemOf(kDefaultSystem, line, faults_);
  }
  *rest = item.substr(bar + 1);
  return build_.SystemOf(item.substr(0, bar), line, faults_);
}

std::optional<model::SystemCode> RuleSets::CodeOf(std::string_view item, int line) {
  std::string_view code;
  const std::string system = SystemOf(item, &code, line);
  if (system.empty()) return std::nullopt;
  build_.CheckKnown(system, code, line, faults_);
  auto& symbols = build_.snapshot().symbols;
  return model::SystemCode{symbols.Intern(system), symbols.Intern(code)};
}

void RuleSets::AddItem(model::SetId set, std::string_view item, int line) {
  auto& sets = build_.snapshot().order_rules.sets;
  std::string_view rest;
  const std::string system = SystemOf(item, &rest, line);
  if (system.empty()) return;
  const base::Symbol symbol = build_.snapshot().symbols.Intern(system);
  const auto [first, last] = base::SplitOnce(rest, '-');
  if (rest.ends_with('*')) {
    sets.AddPrefix(set, symbol, std::string(rest.substr(0, rest.size() - 1)));
  } else if (!last.empty()) {
    if (first.size() != last.size() || first > last) {
      faults_.Add(line, base::Concat({"'", base::Clip(item, 60), "' is no range of codes"}));
    }
    sets.AddRange(set, symbol, std::string(first), std::string(last));
  } else if (const auto code = CodeOf(item, line)) {
    sets.Add(set, *code);
  }
}

void RuleParameters::Fault(std::string_view key, std::string_view what) const {
  faults_.Add(line_, base::Concat({"the parameter '", key, "' ", what}));
}

const RuleParameters::Literals* RuleParameters::Find(std::string_view key) {
  asked_.insert(std::string(key));
  const auto found = node_.members().find(std::string(key));
  return found == node_.members().end() ? nullptr : &found->second;
}

const std::map<std::string, RuleParameters::Literals>* RuleParameters::FindObject(
    std::string_view key) {
  asked_.insert(std::string(key));
  const auto found = node_.objects().find(std::string(key));
  return found == node_.objects().end() ? nullptr : &found->second;
}

bool RuleParameters::Has(std::string_view key) const {
  return node_.members().contains(std::string(key));
}

std::vector<std::string> RuleParameters::List(std::string_view key) {
  std::vector<std::string> texts;
  const Literals* literals = Find(key);
  if (literals == nullptr || literals->empty()) {
    Fault(key, "is missing or empty");
    return texts;
  }
  for (const auto& literal : *literals) {
    if (literal.type != json::ScalarType::kString || literal.text.empty()) {
      Fault(key, "must be texts");
    }
    texts.push_back(literal.text);
  }
  return texts;
}

std::string RuleParameters::Text(std::string_view key) {
  auto texts = List(key);
  if (texts.size() > 1) Fault(key, "must be one text");
  return texts.empty() ? std::string() : std::move(texts.front());
}

std::vector<std::string> RuleParameters::MaybeList(std::string_view key) {
  return Find(key) == nullptr ? std::vector<std::string>() : List(key);
}

std::string RuleParameters::OneOf(std::string_view key,
                                  const std::vector<std::string_view>& allowed) {
  std::string text = Text(key);
  CheckOneOf(key, text, allowed, line_, faults_);
  return text;
}

base::Symbol RuleParameters::Symbol(std::string_view key) {
  return build_.snapshot().symbols.Intern(Text(key));
}

std::optional<std::int32_t> RuleParameters::MaybeInteger(std::string_view key) {
  const Literals* literals = Find(key);
  if (literals == nullptr || literals->empty()) return std::nullopt;
  const auto& literal = literals->front();
  if (literal.type == json::ScalarType::kNull) return std::nullopt;
  const auto number = base::ParseInt<std::int32_t>(literal.text);
  if (literals->size() > 1 || literal.type != json::ScalarType::kNumber || !number) {
    Fault(key, "must be a whole number");
  }
  return number;
}

std::int32_t RuleParameters::Integer(std::string_view key) {
  const auto number = MaybeInteger(key);
  if (!number) Fault(key, "is missing");
  return number.value_or(0);
}

std::int32_t RuleParameters::Positive(std::string_view key) {
  const std::int32_t number = Integer(key);
  if (number < 1) Fault(key, "must be 1 or more");
  return std::max(number, 1);
}

base::Day RuleParameters::Day(std::string_view key) {
  const auto day = base::ParseDate(Text(key));
  if (!day) Fault(key, "must be a date");
  return day ? day->first : 0;
}

model::SetId RuleParameters::Set(std::string_view key) { return sets_.Of(List(key), line_); }

std::optional<model::SetId> RuleParameters::MaybeSet(std::string_view key) {
  if (Find(key) == nullptr) return std::nullopt;
  return Set(key);
}

model::order::Which RuleParameters::Which() {
  model::order::Which which;
  which.set = MaybeSet("codes");
  about_ = which.set;
  if (Find("property") != nullptr) {
    which.property = Property("property");
    which.values = List("values");
  }
  if (!which.set && !which.property) Fault("codes", "is missing");
  return which;
}

model::SystemCode RuleParameters::Code(std::string_view key) {
  return sets_.CodeOf(Text(key), line_).value_or(model::SystemCode{});
}

std::vector<model::SystemCode> RuleParameters::Codes(std::string_view key) {
  std::vector<model::SystemCode> codes;
  for (const std::string& item : sets_.Flat(List(key))) {
    if (const auto code = sets_.CodeOf(item, line_)) codes.push_back(*code);
  }
  return codes;
}

std::uint16_t RuleParameters::Property(std::string_view key) {
  const auto property = build_.PropertyOf(Text(key));
  if (!property) Fault(key, "is no property");
  return property.value_or(0);
}

std::uint16_t RuleParameters::KindOf(std::string_view text) const {
  const auto kind = build_.relations.KindOf(text);
  if (!kind) {
    faults_.Add(line_, base::Concat({"'", base::Clip(text, 60), "' is no kind of relation"}));
  }
  return kind.value_or(0);
}

std::uint16_t RuleParameters::Kind(std::string_view key) { return KindOf(Text(key)); }

std::vector<std::uint16_t> RuleParameters::Kinds(std::string_view key) {
  std::vector<std::uint16_t> kinds;
  for (const std::string& text : List(key)) kinds.push_back(KindOf(text));
  return kinds;
}

std::uint16_t RuleParameters::KindByInverse(std::string_view key) {
  const std::string inverse = Text(key);
  const auto found =
      std::find_if(build_.relation_kinds.begin(), build_.relation_kinds.end(),
                   [&](const auto& kind) { return kind.inverse == inverse && !inverse.empty(); });
  if (found != build_.relation_kinds.end()) return KindOf(found->code);
  Fault(key, "is the inverse of no kind of relation");
  return 0;
}

base::Pattern RuleParameters::Checked(std::string_view key, std::string_view text) const {
  base::Pattern pattern(text);
  if (!pattern.is_valid()) Fault(key, "must be a regular expression");
  return pattern;
}

base::Pattern RuleParameters::Pattern(std::string_view key) { return Checked(key, Text(key)); }

std::vector<std::pair<base::Symbol, base::Pattern>> RuleParameters::PatternsBySystem(
    std::string_view key) {
  std::vector<std::pair<base::Symbol, base::Pattern>> patterns;
  const auto* object = FindObject(key);
  if (object == nullptr) return patterns;
  for (const auto& [name, literals] : *object) {
    const std::string system = build_.SystemOf(name, line_, faults_);
    if (literals.size() != 1) Fault(key, "must give one text for each system");
    if (system.empty() || literals.size() != 1) continue;
    patterns.emplace_back(build_.snapshot().symbols.Intern(system),
                          Checked(key, literals.front().text));
  }
  return patterns;
}

bool RuleParameters::Flag(std::string_view key) {
  const Literals* literals = Find(key);
  if (literals == nullptr) return false;
  const bool is_flag =
      literals->size() == 1 && literals->front().type == json::ScalarType::kBoolean;
  if (!is_flag) Fault(key, "must be true or false");
  return is_flag && literals->front().text == "true";
}

model::order::Replacements RuleParameters::Replacements(std::string_view key) {
  model::order::Replacements replacements;
  const auto* object = FindObject(key);
  if (object == nullptr) return replacements;
  for (const auto& [old_code, literals] : *object) {
    const auto from = sets_.CodeOf(old_code, line_);
    const auto to = literals.size() == 1 ? sets_.CodeOf(literals.front().text, line_)
                                         : std::optional<model::SystemCode>();
    if (from && to) {
      replacements.emplace_back(*from, *to);
    } else {
      Fault(key, "must give one code for each code");
    }
  }
  return replacements;
}

std::vector<model::order::LesionsOutside::Range> RuleParameters::Ranges(std::string_view key) {
  std::vector<model::order::LesionsOutside::Range> ranges;
  const auto* object = FindObject(key);
  if (object == nullptr || object->empty()) Fault(key, "is missing");
  if (object == nullptr) return ranges;
  std::vector<std::string> codes;
  for (const auto& [item, literals] : *object) {
    codes.push_back(item);
    const auto code = sets_.CodeOf(item, line_);
    const auto number = [&](std::size_t at) -> std::optional<std::int32_t> {
      return at < literals.size() ? base::ParseInt<std::int32_t>(literals[at].text) : std::nullopt;
    };
    const auto min = number(0);
    const bool open = literals.size() == 2 && literals[1].type == json::ScalarType::kNull;
    if (!code || !min || literals.size() != 2 || (!open && !number(1))) {
      Fault(key, "must give [least, most or null] for each code");
      continue;
    }
    ranges.push_back({*code, *min, number(1)});
  }
  about_ = sets_.Of(codes, line_);
  return ranges;
}

std::string RuleParameters::ListText(std::string_view key) {
  const auto items = sets_.Flat(List(key));
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += i + 1 == items.size() ? " or " : ", ";
    const auto bar = items[i].rfind('|');
    const bool is_default =
        bar != std::string::npos && std::string_view(items[i]).substr(0, bar) == kDefaultSystem;
    text += is_default ? items[i].substr(bar + 1) : items[i];
  }
  return text;
}

std::optional<model::SystemCode> RuleParameters::SingleCode(std::string_view key) {
  const auto items = sets_.Flat(List(key));
  const bool is_code = items.size() == 1 && items.front().find_first_of("-*") == std::string::npos;
  return is_code ? sets_.CodeOf(items.front(), line_) : std::nullopt;
}

void RuleParameters::Finish() const {
  const auto check = [&](const std::string& key) {
    if (!asked_.contains(key)) Fault(key, "is not one that is asked for");
  };
  for (const auto& [key, literals] : node_.members()) check(key);
  for (const auto& [key, object] : node_.objects()) check(key);
}

}  // namespace chemoterm::load
