#include "oracle/value_set_comparison.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <sstream>
#include <vector>

#include "oracle/value_set_oracle.h"

namespace chemoterm::oracle {
namespace {

std::string Text(const Key& key) { return key.system + "|" + key.version + "#" + key.code; }

template <class Keys>
std::string Text(const Keys& keys) {
  std::string text;
  for (const Key& key : keys) text += " " + Text(key);
  return "{" + text + " }";
}

std::string Text(bool flag) { return flag ? "true" : "false"; }

// "" when the failure is one of those that may be.
std::string CheckFault(const std::string& what, const absl::Status& status,
                       const std::set<Reason>& faults) {
  if (status.ok()) {
    return faults.empty() ? ""
                          : what + " should fail with " +
                                std::string(InfoOf(*faults.begin()).name) + ", but does not";
  }
  const Failure failure = FailureOf(status);
  if (faults.contains(failure.reason)) return "";
  const std::string name(InfoOf(failure.reason).name);
  return what + " fails with " + name + " (" + failure.text + "), which should " +
         (faults.empty() ? "not fail" : "be " + std::string(InfoOf(*faults.begin()).name));
}

// An entry of an expansion.
struct Entry {
  Key key;
  bool has_version = false;
  bool abstract = false, inactive = false;
  std::vector<std::size_t> above;  // indexes of the entries that it lies in, outermost first
};

struct Expansion {
  std::vector<Entry> entries;
  std::int32_t total = -1;
};

class Comparison {
 public:
  Comparison(const Engine& engine, const World& world)
      : engine_(engine), world_(world), oracle_(world) {
    for (const System& system : world.systems) systems_.push_back(ToJson(system));
    for (const ValueSet& set : world.value_sets) value_sets_.push_back(ToJson(set));
  }

  std::string Run();

 private:
  const ValueSet& root() const { return world_.value_sets.front(); }
  template <class Request>
  void Bring(Request& request) const;
  ExpandRequest NewExpand() const;
  absl::StatusOr<Expansion> Expand(const ExpandRequest& request) const;
  static void GuessVersions(const std::set<Key>& expected, Expansion& expansion);

  std::string CheckExpand();
  std::string CheckCodes(const Expansion& expansion, const std::set<Key>& expected) const;
  std::string CheckNesting(const Expansion& expansion) const;
  std::string CheckNarrowed(const std::string& what, const ExpandRequest& request,
                            const std::set<Key>& expected) const;
  std::string CheckPages() const;
  std::string CheckText() const;
  bool HasWords(const Key& key, bool with_listed) const;
  void ListedNames(const ValueSet& set, const std::string& code,
                   std::vector<std::string>& names) const;

  std::string CheckValidate() const;
  std::string CheckCode(const std::string& system, const std::string& version,
                        const std::string& code, bool abstract_allowed, bool active_only) const;
  std::string CheckInfer(const std::string& code) const;
  std::string CheckSystem(const std::string& system, const std::string& version,
                          const std::string& code, bool abstract_allowed) const;
  std::string CheckCompare(const ValueSet& one, const ValueSet& other) const;

  const Engine& engine_;
  const World& world_;
  const Oracle oracle_;
  std::vector<std::string> systems_, value_sets_;  // as JSON
  std::set<Key> expected_;                         // of the first value set
};

// The resources of the world and its rules of versions.
template <class Request>
void Comparison::Bring(Request& request) const {
  request.tx_resources = systems_;
  request.tx_resources.insert(request.tx_resources.end(),
                              value_sets_.begin() + (world_.by_url ? 0 : 1), value_sets_.end());
  if constexpr (requires { request.system_versions; }) {
    for (const auto& each : world_.system_versions) {
      request.system_versions.push_back(Canonical(each));
    }
    for (const auto& each : world_.force_versions) {
      request.force_system_versions.push_back(Canonical(each));
    }
    for (const auto& each : world_.value_set_versions) {
      request.default_value_set_versions.push_back(Canonical(each));
    }
  }
  if constexpr (requires {
                  request.url;
                  request.value_set;
                }) {
    if (world_.by_url) {
      request.url = Canonical({root().url, root().version});
    } else {
      request.value_set = value_sets_.front();
    }
  }
}

ExpandRequest Comparison::NewExpand() const {
  ExpandRequest request;
  Bring(request);
  return request;
}

absl::StatusOr<Expansion> Comparison::Expand(const ExpandRequest& request) const {
  const auto answer = engine_.Run(CallContext{}, request);
  if (!answer.ok()) return answer.status();
  Expansion expansion;
  expansion.total = answer->value.total.value_or(-1);
  std::vector<std::size_t> open;
  for (const ContainedConcept& each : answer->value.contains) {
    open.resize(std::min(open.size(), static_cast<std::size_t>(each.depth)));
    expansion.entries.push_back(
        {{std::string(each.system), std::string(each.version), std::string(each.code)},
         !each.version.empty(),
         each.abstract.value_or(false),
         each.inactive.value_or(false),
         open});
    open.push_back(expansion.entries.size() - 1);
  }
  return expansion;
}

// An expansion shows versions only where it has several of one system; else there is one that
// is meant.
void Comparison::GuessVersions(const std::set<Key>& expected, Expansion& expansion) {
  std::map<std::string, std::set<std::string>> versions;
  for (const Key& key : expected) versions[key.system].insert(key.version);
  for (Entry& entry : expansion.entries) {
    const auto& known = versions[entry.key.system];
    if (!entry.has_version && known.size() == 1) entry.key.version = *known.begin();
  }
}

std::string Comparison::CheckCodes(const Expansion& expansion,
                                   const std::set<Key>& expected) const {
  std::set<Key> keys;
  for (const Entry& entry : expansion.entries) {
    if (!keys.insert(entry.key).second) return "the expansion has " + Text(entry.key) + " twice";
    if (!expected.contains(entry.key)) continue;
    const NaiveSystem& system = *oracle_.FindSystem(entry.key.system, entry.key.version);
    const Concept& own = *system.Find(entry.key.code);
    if (entry.abstract != NaiveSystem::IsAbstract(own)) {
      return Text(entry.key) + " is marked abstract: " + Text(entry.abstract);
    }
    if (entry.inactive != system.IsInactive(own)) {
      return Text(entry.key) + " is marked inactive: " + Text(entry.inactive);
    }
  }
  if (keys != expected) return "the expansion is " + Text(keys) + ", not " + Text(expected);
  if (expansion.total != static_cast<std::int32_t>(keys.size())) {
    return "total is " + std::to_string(expansion.total);
  }
  return "";
}

// Concepts lie in their ancestors. A value set of one part of a hierarchy is the hierarchy of what
// it has: nothing lies between a concept and what it lies in, and none that has an ancestor there
// lies outside.
std::string Comparison::CheckNesting(const Expansion& expansion) const {
  const auto is_ancestor = [this](const Key& above, const Key& below) {
    return above.system == below.system && above.version == below.version &&
           oracle_.FindSystem(above.system, above.version)->IsAncestor(above.code, below.code);
  };
  const bool is_plain = root().includes.size() == 1 && root().includes[0].imports.empty() &&
                        root().includes[0].concepts.empty();
  for (const Entry& entry : expansion.entries) {
    for (const std::size_t above : entry.above) {
      if (!is_ancestor(expansion.entries[above].key, entry.key)) {
        return Text(entry.key) + " lies in " + Text(expansion.entries[above].key) +
               ", which is no ancestor";
      }
    }
    for (const Entry& other : expansion.entries) {
      if (!is_plain || !is_ancestor(other.key, entry.key)) continue;
      if (entry.above.empty()) return Text(entry.key) + " does not lie in an ancestor";
      if (is_ancestor(expansion.entries[entry.above.back()].key, other.key)) {
        return Text(entry.key) + " does not lie in " + Text(other.key) + ", which is nearer";
      }
    }
  }
  return "";
}

std::string Comparison::CheckNarrowed(const std::string& what, const ExpandRequest& request,
                                      const std::set<Key>& expected) const {
  auto expansion = Expand(request);
  if (!expansion.ok()) return what + " fails";
  GuessVersions(expected, *expansion);
  const std::string difference = CheckCodes(*expansion, expected);
  if (!difference.empty()) return what + ": " + difference;
  for (const Entry& entry : expansion->entries) {
    if (request.exclude_nested == true && !entry.above.empty()) return what + " is not flat";
  }
  return "";
}

// Pages, one behind the other, are the flat expansion.
std::string Comparison::CheckPages() const {
  auto request = NewExpand();
  request.exclude_nested = true;
  const auto flat = Expand(request);
  if (!flat.ok()) return "the flat expansion fails";
  std::vector<Key> all, paged;
  for (const Entry& entry : flat->entries) all.push_back(entry.key);
  const std::size_t size = 1 + all.size() / 3;
  request.exclude_nested.reset();
  for (std::size_t offset = 0; offset <= all.size(); offset += size) {
    request.offset = static_cast<std::int32_t>(offset);
    request.count = static_cast<std::int32_t>(size);
    const auto page = Expand(request);
    if (!page.ok()) return "a page fails";
    if (page->total != flat->total) return "a page has another total";
    if (page->entries.size() > size) return "a page has more than `count` concepts";
    for (const Entry& entry : page->entries) paged.push_back(entry.key);
  }
  if (all != paged) return "the pages are " + Text(paged) + ", not " + Text(all);
  request.offset.reset();
  request.count = 0;
  const auto none = Expand(request);
  if (!none.ok() || !none->entries.empty() || none->total != flat->total) {
    return "count=0 is not just the total";
  }
  return "";
}

std::string Lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

void Comparison::ListedNames(const ValueSet& set, const std::string& code,
                             std::vector<std::string>& names) const {
  for (const Set& include : set.includes) {
    for (const Listed& listed : include.concepts) {
      if (Lower(listed.code) == Lower(code)) names.push_back(listed.display);
    }
  }
  for (const ValueSet& inner : set.contained) ListedNames(inner, code, names);
}

bool Comparison::HasWords(const Key& key, bool with_listed) const {
  const Concept& own = *oracle_.FindSystem(key.system, key.version)->Find(key.code);
  std::vector<std::string> names = {own.code, own.display};
  for (const Designation& designation : own.designations) names.push_back(designation.value);
  if (with_listed) {
    for (const ValueSet& set : world_.value_sets) ListedNames(set, key.code, names);
  }
  std::string words = Lower(world_.text);
  std::replace(words.begin(), words.end(), '-', ' ');
  std::istringstream stream(words);
  for (std::string word; stream >> word;) {
    if (std::none_of(names.begin(), names.end(), [&](const std::string& name) {
          return Lower(name).find(word) != std::string::npos;
        })) {
      return false;
    }
  }
  return true;
}

std::string Comparison::CheckText() const {
  auto request = NewExpand();
  request.filter = world_.text;
  auto found = Expand(request);
  if (!found.ok()) return "an expansion with filter fails";
  std::set<Key> possible = expected_;
  std::erase_if(possible, [this](const Key& key) { return !HasWords(key, true); });
  GuessVersions(possible, *found);
  std::set<Key> keys;
  for (const Entry& entry : found->entries) keys.insert(entry.key);
  for (const Key& key : keys) {
    if (!possible.contains(key)) {
      return "the filter finds " + Text(key) + ", which is not there or lacks a word";
    }
  }
  for (const Key& key : expected_) {
    if (!keys.contains(key) && HasWords(key, false)) return "the filter misses " + Text(key);
  }
  return "";
}

std::string Comparison::CheckExpand() {
  std::set<Reason> faults = oracle_.ExpandFaults(root());
  if (!root().has_compose) faults = {Reason::kUnprocessable};
  if (oracle_.IsBroken()) faults = {Reason::kInvalidParameter};
  auto whole = Expand(NewExpand());
  if (!whole.ok() || !faults.empty()) return CheckFault("the expansion", whole.status(), faults);
  expected_ = oracle_.Expand(root());
  GuessVersions(expected_, *whole);
  if (auto text = CheckCodes(*whole, expected_); !text.empty()) return text;
  if (auto text = CheckNesting(*whole); !text.empty()) return text;
  std::set<Key> active = expected_;
  std::erase_if(active, [this](const Key& key) {
    const NaiveSystem& system = *oracle_.FindSystem(key.system, key.version);
    return system.IsInactive(*system.Find(key.code));
  });
  auto request = NewExpand();
  request.active_only = true;
  if (auto text = CheckNarrowed("activeOnly", request, active); !text.empty()) return text;
  std::set<Key> selectable = expected_;
  std::erase_if(selectable, [this](const Key& key) {
    return NaiveSystem::IsAbstract(*oracle_.FindSystem(key.system, key.version)->Find(key.code));
  });
  request = NewExpand();
  request.exclude_not_for_ui = true;
  request.exclude_nested = true;
  if (auto text = CheckNarrowed("excludeNotForUI", request, selectable); !text.empty()) return text;
  if (auto text = CheckPages(); !text.empty()) return text;
  return CheckText();
}

// --- Validation

std::string Comparison::CheckCode(const std::string& system, const std::string& version,
                                  const std::string& code, bool abstract_allowed,
                                  bool active_only) const {
  ValidateValueSetCodeRequest request;
  Bring(request);
  request.code = code;
  request.system = system;
  request.system_version = version;
  if (!abstract_allowed) request.abstract = false;
  if (active_only) request.active_only = true;
  const auto answer = engine_.Run(CallContext{}, request);
  const std::string what = "validation of " + Text(Key{system, version, code}) +
                           (abstract_allowed ? "" : " (abstract=false)") +
                           (active_only ? " (activeOnly)" : "");
  const auto faults = oracle_.ValidateFaults(root());
  if (!answer.ok() || !faults.empty()) return CheckFault(what, answer.status(), faults);
  const auto verdict =
      oracle_.Validate(root(), system, version, code, abstract_allowed, active_only);
  if (verdict.is_open) return "";
  const ValidateCodeResult& result = answer->value;
  if (result.result != verdict.result) {
    return what + " gives " + Text(result.result) + " (" + std::string(result.message) + ")";
  }
  if (!verdict.result) return "";
  if (result.inactive.value_or(false) != verdict.inactive) {
    return what + " has inactive " + Text(!verdict.inactive);
  }
  const bool is_other_spelling = !verdict.code.empty() && verdict.code != code;
  if (result.normalized_code != (is_other_spelling ? verdict.code : "")) {
    return what + " has normalized-code '" + std::string(result.normalized_code) + "'";
  }
  return "";
}

std::string Comparison::CheckInfer(const std::string& code) const {
  ValidateValueSetCodeRequest request;
  Bring(request);
  request.code = code;
  request.infer_system = true;
  const auto answer = engine_.Run(CallContext{}, request);
  const auto faults = oracle_.ValidateFaults(root());
  if (!answer.ok() || !faults.empty()) return CheckFault("inferSystem", answer.status(), faults);
  const auto system = oracle_.Infer(root(), code);
  if (answer->value.result != system.has_value() || answer->value.system != system.value_or("")) {
    return "inferSystem of '" + code + "' gives '" + std::string(answer->value.system) +
           "', not '" + system.value_or("") + "' (" + std::string(answer->value.message) + ")";
  }
  return "";
}

std::string Comparison::CheckSystem(const std::string& system, const std::string& version,
                                    const std::string& code, bool abstract_allowed) const {
  ValidateCodeRequest request;
  request.tx_resources = systems_;
  request.url = system;
  request.version = version;
  request.code = code;
  if (!abstract_allowed) request.abstract = false;
  const auto answer = engine_.Run(CallContext{}, request);
  const std::string what = "CodeSystem $validate-code of " + Text(Key{system, version, code});
  if (!answer.ok()) return what + " fails";
  const auto verdict = oracle_.ValidateInSystem(system, version, code, abstract_allowed);
  if (answer->value.result != verdict.result ||
      (verdict.result && answer->value.inactive.value_or(false) != verdict.inactive)) {
    return what + " gives " + Text(answer->value.result);
  }
  const bool is_other_spelling = !verdict.code.empty() && verdict.code != code;
  if (verdict.result && answer->value.normalized_code != (is_other_spelling ? verdict.code : "")) {
    return what + " has normalized-code '" + std::string(answer->value.normalized_code) + "'";
  }
  return "";
}

std::string Comparison::CheckValidate() const {
  std::map<std::string, std::set<std::string>> codes, versions;
  for (const System& system : world_.systems) {
    versions[system.url].insert(system.version);
    codes[system.url].insert({"Z9", "zz"});
    for (const Concept& own : system.concepts) codes[system.url].insert(own.code);
    if (system.concepts.empty()) continue;
    std::string other_case = system.concepts.front().code;
    other_case[0] = static_cast<char>(other_case[0] ^ 0x20);
    codes[system.url].insert(other_case);
  }
  std::set<std::string> all_codes;
  std::string text;
  const auto is_different = [&](std::string difference) {
    text = std::move(difference);
    return !text.empty();
  };
  for (const auto& [system, own] : codes) {
    for (const std::string& code : own) {
      all_codes.insert(code);
      if (is_different(CheckCode(system, "", code, true, false))) return text;
      if (is_different(CheckCode(system, "", code, false, true))) return text;
      if (is_different(CheckSystem(system, "", code, false))) return text;
      for (const std::string& version : versions.at(system)) {
        if (versions.at(system).size() == 1) continue;
        if (is_different(CheckCode(system, version, code, true, false))) return text;
        if (is_different(CheckSystem(system, version, code, true))) return text;
      }
    }
  }
  for (const std::string& code : all_codes) {
    if (is_different(CheckInfer(code))) return text;
  }
  if (is_different(CheckCode("http://codes.example/unknown", "", "A1", true, false))) return text;
  return CheckSystem("http://codes.example/unknown", "", "A1", true);
}

// --- Comparison

using Codes = std::set<std::pair<std::string, std::string>>;

// Whether what the engine says of two sets of codes is so.
bool IsTrue(std::string_view said, const Codes& one, const Codes& other) {
  const auto has_all = [](const Codes& large, const Codes& small) {
    return std::includes(large.begin(), large.end(), small.begin(), small.end());
  };
  const bool any_common =
      std::any_of(one.begin(), one.end(), [&](const auto& code) { return other.contains(code); });
  if (said == "same") return one == other;
  if (said == "empty") return one.empty() && other.empty();
  if (said == "subset") return has_all(other, one);
  if (said == "superset") return has_all(one, other);
  if (said == "disjoint") return !any_common;
  return said == "overlapping" && any_common && !has_all(one, other) && !has_all(other, one);
}

std::string Relation(const Codes& one, const Codes& other) {
  for (const char* const each : {"empty", "same", "subset", "superset", "disjoint"}) {
    if (IsTrue(each, one, other)) return each;
  }
  return "overlapping";
}

// The codes as definitions are told apart: also those that no system has; and the whole of a system
// is the same in all versions, as HL7 has it.
Codes WrittenCodes(const ValueSet& set, Codes codes, const World& world, const Oracle& oracle) {
  std::set<std::string> whole;
  for (const Set& include : set.includes) {
    if (include.concepts.empty() && include.filters.empty()) whole.insert(include.system);
  }
  for (const System& system : world.systems) {
    if (!whole.contains(system.url)) continue;
    for (const Concept& own : system.concepts) codes.insert({system.url, own.code});
  }
  for (const Set& include : set.includes) {
    if (whole.contains(include.system)) continue;
    const NaiveSystem* const system = oracle.FindSystem(include.system, include.version);
    for (const Listed& listed : include.concepts) {
      if (system == nullptr || system->Find(listed.code) == nullptr) {
        codes.insert({include.system, listed.code});
      }
    }
  }
  return codes;
}

bool OfOneSystem(const ValueSet& one, const ValueSet& other) {
  std::set<std::string> urls;
  for (const ValueSet* const set : {&one, &other}) {
    for (const Set& include : set->includes) urls.insert(include.system);
  }
  return urls.size() == 1;
}

Codes CodesOf(const std::set<Key>& keys) {
  Codes codes;
  for (const Key& key : keys) codes.insert({key.system, key.code});
  return codes;
}

std::string Comparison::CheckCompare(const ValueSet& one, const ValueSet& other) const {
  CompareRequest request;
  request.tx_resources = systems_;
  request.tx_resources.insert(request.tx_resources.end(), value_sets_.begin(), value_sets_.end());
  for (const auto& each : world_.value_set_versions) {
    request.default_value_set_versions.push_back(Canonical(each));
  }
  request.this_url = Canonical({one.url, one.version});
  request.other_url = Canonical({other.url, other.version});
  const auto answer = engine_.Run(CallContext{}, request);
  std::set<Reason> broken;
  if (oracle_.IsBroken()) broken = {Reason::kInvalidParameter};
  const std::string what = "comparison of " + request.this_url + " with " + request.other_url;
  if (!answer.ok() || !broken.empty()) return CheckFault(what, answer.status(), broken);
  const std::string said(answer->value.result);
  const bool is_told = !answer->value.performed_expansion.value_or(true);
  const bool has_fault = !oracle_.ExpandFaults(one).empty() || !oracle_.ExpandFaults(other).empty();
  if (has_fault) return is_told || said == "indeterminate" ? "" : what + " says " + said;
  const Codes a = CodesOf(oracle_.Expand(one));
  const Codes b = CodesOf(oracle_.Expand(other));
  const auto is_right = [&](const Codes& ours, const Codes& theirs) {
    if (said == Relation(ours, theirs)) return true;
    // Definitions alone do not tell an empty system from another one.
    return is_told && (said == "same" || !OfOneSystem(one, other)) && IsTrue(said, ours, theirs);
  };
  const bool agrees =
      is_right(a, b) || (is_told && is_right(WrittenCodes(one, a, world_, oracle_),
                                             WrittenCodes(other, b, world_, oracle_)));
  return agrees ? ""
                : what + " says " + said + (is_told ? " by definition" : "") + ", not " +
                      Relation(a, b);
}

std::string Comparison::Run() {
  if (auto text = CheckExpand(); !text.empty()) return text;
  const bool has_rules = !world_.system_versions.empty() || !world_.force_versions.empty();
  if (world_.value_sets.size() > 1 && !has_rules) {
    const auto& sets = world_.value_sets;
    if (auto text = CheckCompare(sets.front(), sets.back()); !text.empty()) return text;
    if (auto text = CheckCompare(sets.back(), sets.front()); !text.empty()) return text;
  }
  return oracle_.IsBroken() ? "" : CheckValidate();
}

}  // namespace

std::string FindDifference(const Engine& engine, const World& world) {
  return Comparison(engine, world).Run();
}

}  // namespace chemoterm::oracle
