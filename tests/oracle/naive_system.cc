#include <algorithm>
#include <regex>

#include "oracle/value_set_oracle.h"

namespace chemoterm::oracle {
namespace {

std::string Upper(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return text;
}

// The parts between commas, without the blanks around them.
std::vector<std::string> PartsOf(const std::string& list) {
  std::vector<std::string> parts(1);
  for (const char c : list) {
    if (c == ',') {
      parts.emplace_back();
    } else if (c != ' ' || !parts.back().empty()) {
      parts.back() += c;
    }
  }
  for (std::string& part : parts) {
    while (part.ends_with(' ')) part.pop_back();
  }
  return parts;
}

bool HasValue(const Concept& own, const std::string& code, const std::string& value) {
  return std::any_of(own.properties.begin(), own.properties.end(), [&](const Property& property) {
    return property.code == code && property.value == value;
  });
}

}  // namespace

NaiveSystem::NaiveSystem(const System& system) : system_(&system) {
  const auto relate = [this](const std::string& child, const std::string& parent) {
    parents_[child].insert(parent);
    children_[parent].insert(child);
  };
  for (const Concept& own : system.concepts) {
    parents_[own.code];
    children_[own.code];
  }
  for (const Concept& own : system.concepts) {
    if (own.nested_in >= 0) {
      relate(own.code, system.concepts[static_cast<std::size_t>(own.nested_in)].code);
    }
    for (const std::string& parent : own.parents) relate(own.code, parent);
    for (const std::string& child : own.children) relate(child, own.code);
  }
}

const Concept* NaiveSystem::Find(const std::string& code) const {
  for (const Concept& own : system_->concepts) {
    if (own.code == code) return &own;
  }
  for (const Concept& own : system_->concepts) {
    if (!system_->case_sensitive && Upper(own.code) == Upper(code)) return &own;
  }
  return nullptr;
}

bool NaiveSystem::IsAncestor(const std::string& above, const std::string& below) const {
  const auto& parents = Parents(below);
  return std::any_of(parents.begin(), parents.end(), [&](const std::string& parent) {
    return parent == above || IsAncestor(above, parent);
  });
}

bool NaiveSystem::IsInactive(const Concept& own) const {
  for (const char* const status : {"retired", "inactive", "withdrawn"}) {
    if (HasValue(own, "status", status)) return true;
  }
  const std::string code = system_->inactive_code.empty() ? "inactive" : system_->inactive_code;
  return HasValue(own, code, "true");
}

bool NaiveSystem::IsAbstract(const Concept& own) { return HasValue(own, "notSelectable", "true"); }

bool NaiveSystem::IsCodes(const std::string& property) const {
  return property == "concept" || property == "code" || property == "parent" || property == "child";
}

std::vector<std::string> NaiveSystem::Values(const Concept& own,
                                             const std::string& property) const {
  if (property == "concept" || property == "code") return {own.code};
  if (property == "parent") return {Parents(own.code).begin(), Parents(own.code).end()};
  if (property == "child") return {Children(own.code).begin(), Children(own.code).end()};
  std::vector<std::string> values;
  if (property == "display" && !own.display.empty()) values.push_back(own.display);
  for (const Property& each : own.properties) {
    if (each.code == property) values.push_back(each.value);
  }
  return values;
}

bool NaiveSystem::Same(const std::string& value, const std::string& wanted, bool is_codes) const {
  if (!is_codes) return value == wanted;
  const Concept* const found = Find(wanted);
  return found != nullptr && found->code == value;
}

bool NaiveSystem::Passes(const Concept& own, const Filter& filter) const {
  const std::string& op = filter.op;
  const Concept* const named = Find(filter.value);
  const auto is_named = [&] { return named != nullptr && named->code == own.code; };
  const auto is_below = [&] { return named != nullptr && IsAncestor(named->code, own.code); };
  if (op == "is-a") return is_named() || is_below();
  if (op == "is-not-a") return !is_named() && !is_below();
  if (op == "descendent-of") return is_below();
  if (op == "descendent-leaf") return is_below() && Children(own.code).empty();
  if (op == "child-of") return named != nullptr && Parents(own.code).contains(named->code);
  if (op == "generalizes") {
    return is_named() || (named != nullptr && IsAncestor(own.code, named->code));
  }
  const auto values = Values(own, filter.property);
  if (op == "exists") return !values.empty() == (filter.value == "true");
  const auto any = [&](auto&& test) { return std::any_of(values.begin(), values.end(), test); };
  if (op == "regex") {
    const std::regex pattern(filter.value);
    return any([&](const std::string& value) { return std::regex_match(value, pattern); });
  }
  const bool is_codes = IsCodes(filter.property);
  const auto is_wanted = [&](const std::string& value) {
    const auto wanted = op == "=" ? std::vector<std::string>{filter.value} : PartsOf(filter.value);
    return std::any_of(wanted.begin(), wanted.end(),
                       [&](const std::string& each) { return Same(value, each, is_codes); });
  };
  return any(is_wanted) != (op == "not-in");
}

}  // namespace chemoterm::oracle
