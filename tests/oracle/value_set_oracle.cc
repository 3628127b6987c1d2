#include "oracle/value_set_oracle.h"

#include <algorithm>

namespace chemoterm::oracle {
namespace {

template <class Path>
Path Below(Path path, const ValueSet* set) {
  path.push_back(set);
  return path;
}

const std::string* FindVersion(const Versions& versions, const std::string& url) {
  for (const auto& [name, version] : versions) {
    if (name == url) return &version;
  }
  return nullptr;
}

bool IsBrokenSet(const Set& set) {
  const bool picks = !set.concepts.empty() || !set.filters.empty();
  if (set.system.empty()) return set.imports.empty() || picks;
  return !set.concepts.empty() && !set.filters.empty();
}

bool IsBrokenValueSet(const ValueSet& set) {
  const auto any = [](const auto& list, auto&& test) {
    return std::any_of(list.begin(), list.end(), test);
  };
  return (set.has_compose && (set.includes.empty() || any(set.includes, IsBrokenSet) ||
                              any(set.excludes, IsBrokenSet))) ||
         any(set.contained, IsBrokenValueSet);
}

bool IsWrong(const Filter& filter) {
  static const std::set<std::string> kByHierarchy = {"is-a",     "is-not-a",    "descendent-of",
                                                     "child-of", "generalizes", "descendent-leaf"};
  static const std::set<std::string> kByValue = {"=", "in", "not-in", "regex", "exists"};
  static const std::set<std::string> kHierarchy = {"concept", "code", "parent", "child"};
  if (filter.value.empty()) return true;
  if (kByHierarchy.contains(filter.op)) return !kHierarchy.contains(filter.property);
  if (!kByValue.contains(filter.op)) return true;
  if (filter.op == "exists") return filter.value != "true" && filter.value != "false";
  return filter.op == "regex" && filter.value == "A([";
}

// Newer versions are greater texts in the worlds of the generator.
template <class List, class Test>
auto Newest(const List& list, Test&& is_meant, const std::string& version) -> const
    typename List::value_type* {
  const typename List::value_type* best = nullptr;
  for (const auto& each : list) {
    const auto [url_fits, own] = is_meant(each);
    if (!url_fits || (!version.empty() && own != version)) continue;
    if (best == nullptr || is_meant(*best).second <= own) best = &each;
  }
  return best;
}

}  // namespace

Oracle::Oracle(const World& world) : world_(world) {
  for (const System& system : world.systems) systems_.emplace_back(system);
}

bool Oracle::IsBroken() const {
  return std::any_of(world_.value_sets.begin(), world_.value_sets.end(), IsBrokenValueSet);
}

// --- What is named

const NaiveSystem* Oracle::FindSystem(const std::string& url, const std::string& version) const {
  const auto is_meant = [&](const NaiveSystem& each) {
    return std::pair(each.system().url == url, each.system().version);
  };
  return Newest(systems_, is_meant, version);
}

const ValueSet* Oracle::FindValueSet(const std::string& url, const std::string& version) const {
  const auto is_meant = [&](const ValueSet& each) {
    return std::pair(each.url == url, each.version);
  };
  return Newest(world_.value_sets, is_meant, version);
}

// "#id" is contained in the same resource: that of the value set, or that which contains it.
const ValueSet* Oracle::Import(const Path& path, const std::string& canonical) const {
  if (canonical.starts_with('#')) {
    const ValueSet* resource = path.back();
    for (const ValueSet* const user : path) {
      for (const ValueSet& each : user->contained) {
        if (&each == path.back()) resource = user;
      }
    }
    for (const ValueSet& each : resource->contained) {
      if ("#" + each.id == canonical) return &each;
    }
    return nullptr;
  }
  const auto bar = canonical.find('|');
  const std::string url = canonical.substr(0, bar);
  if (bar != std::string::npos) return FindValueSet(url, canonical.substr(bar + 1));
  const std::string* const version = FindVersion(world_.value_set_versions, url);
  return FindValueSet(url, version == nullptr ? "" : *version);
}

// What is forced, what is written, the default.
std::string Oracle::VersionOf(const Set& set) const {
  if (const auto* const forced = FindVersion(world_.force_versions, set.system)) return *forced;
  if (!set.version.empty()) return set.version;
  const auto* const usual = FindVersion(world_.system_versions, set.system);
  return usual == nullptr ? "" : *usual;
}

const NaiveSystem* Oracle::Named(const Set& set) const {
  return FindSystem(set.system, VersionOf(set));
}

// --- Faults

void Oracle::LookAtSet(const Path& path, const Set& set, bool is_expansion, Faults& faults) const {
  if (!set.system.empty()) {
    const NaiveSystem* const named = Named(set);
    if (named == nullptr && is_expansion) {
      faults.reasons.insert(VersionOf(set).empty() ? Reason::kUnknownCodeSystem
                                                   : Reason::kUnknownVersion);
    }
    if (named != nullptr && std::any_of(set.filters.begin(), set.filters.end(), IsWrong)) {
      faults.reasons.insert(Reason::kInvalidValueSet);
    }
  }
  for (const std::string& canonical : set.imports) {
    const ValueSet* const imported = Import(path, canonical);
    if (imported == nullptr) {
      faults.missing = true;
      if (is_expansion) faults.reasons.insert(Reason::kUnknownValueSet);
    } else if (std::find(path.begin(), path.end(), imported) != path.end()) {
      faults.reasons.insert(Reason::kInvalidValueSet);
    } else {
      Look(Below(path, imported), is_expansion, faults);
    }
  }
}

void Oracle::Look(const Path& path, bool is_expansion, Faults& faults) const {
  for (const Set& set : path.back()->includes) LookAtSet(path, set, is_expansion, faults);
  for (const Set& set : path.back()->excludes) LookAtSet(path, set, is_expansion, faults);
}

std::set<Reason> Oracle::ExpandFaults(const ValueSet& set) const {
  Faults faults;
  Look({&set}, true, faults);
  return faults.reasons;
}

std::set<Reason> Oracle::ValidateFaults(const ValueSet& set) const {
  Faults faults;
  Look({&set}, false, faults);
  return faults.reasons;
}

// --- Membership

// Without version it takes every version: which one is not said.
bool Oracle::Takes(const Set& set, const Key& key) const {
  if (set.system != key.system) return false;
  const std::string version = VersionOf(set);
  return version.empty() || version == key.version;
}

bool Oracle::SetHas(const Path& path, const Set& set, const Key& key) const {
  if (!set.system.empty()) {
    if (!Takes(set, key)) return false;
    const NaiveSystem& system = *FindSystem(key.system, key.version);
    const auto is_it = [&](const Listed& listed) {
      const Concept* const found = system.Find(listed.code);
      return found != nullptr && found->code == key.code;
    };
    if (!set.concepts.empty() && std::none_of(set.concepts.begin(), set.concepts.end(), is_it)) {
      return false;
    }
    const Concept& own = *system.Find(key.code);
    for (const Filter& filter : set.filters) {
      if (!system.Passes(own, filter)) return false;
    }
  }
  return std::all_of(set.imports.begin(), set.imports.end(), [&](const std::string& canonical) {
    return Has(Below(path, Import(path, canonical)), key);
  });
}

// An exclude of a version that no include has counts for the code in all versions, and so do then
// the other excludes.
bool Oracle::MatchesVersions(const ValueSet& set) const {
  return std::any_of(set.excludes.begin(), set.excludes.end(), [&](const Set& exclude) {
    const NaiveSystem* const excluded = exclude.system.empty() ? nullptr : Named(exclude);
    if (excluded == nullptr) return false;
    bool same_url = false;
    for (const Set& include : set.includes) {
      if (include.system != exclude.system) continue;
      if (Named(include) == excluded) return false;
      same_url = true;
    }
    return same_url;
  });
}

bool Oracle::Excludes(const Path& path, const Key& key) const {
  const ValueSet& set = *path.back();
  const bool matches = MatchesVersions(set);
  return std::any_of(set.excludes.begin(), set.excludes.end(), [&](const Set& exclude) {
    if (SetHas(path, exclude, key)) return true;
    if (!matches || exclude.system != key.system) return false;
    const NaiveSystem* const named = Named(exclude);
    const Concept* const other = named == nullptr ? nullptr : named->Find(key.code);
    return other != nullptr &&
           SetHas(path, exclude, {key.system, named->system().version, other->code});
  });
}

bool Oracle::Has(const Path& path, const Key& key) const {
  const ValueSet& set = *path.back();
  const bool is_included =
      std::any_of(set.includes.begin(), set.includes.end(),
                  [&](const Set& include) { return SetHas(path, include, key); });
  if (!is_included || Excludes(path, key)) return false;
  const NaiveSystem& system = *FindSystem(key.system, key.version);
  return set.inactive != false || !system.IsInactive(*system.Find(key.code));
}

std::set<Key> Oracle::EnumerateSet(const Path& path, const Set& set) const {
  std::set<Key> keys;
  if (set.system.empty()) {
    keys = Enumerate(Below(path, Import(path, set.imports.front())));
  } else {
    const NaiveSystem& system = *Named(set);
    for (const Concept& own : system.system().concepts) {
      keys.insert({set.system, system.system().version, own.code});
    }
  }
  std::erase_if(keys, [&](const Key& key) { return !SetHas(path, set, key); });
  return keys;
}

std::set<Key> Oracle::Enumerate(const Path& path) const {
  std::set<Key> keys;
  for (const Set& include : path.back()->includes) keys.merge(EnumerateSet(path, include));
  std::erase_if(keys, [&](const Key& key) { return !Has(path, key); });
  return keys;
}

std::set<Key> Oracle::Expand(const ValueSet& set) const { return Enumerate({&set}); }

// --- Validation

void Oracle::SystemsOf(const Path& path, const std::string& url, const std::string& version,
                       std::set<std::string>& versions) const {
  for (const Set& include : path.back()->includes) {
    if (include.system == url) {
      const std::string wanted = VersionOf(include);
      const bool fits = version.empty() || wanted.empty() || wanted == version;
      const auto* const named = FindSystem(url, version.empty() ? wanted : version);
      if (fits && named != nullptr) versions.insert(named->system().version);
    }
    for (const std::string& canonical : include.imports) {
      SystemsOf(Below(path, Import(path, canonical)), url, version, versions);
    }
  }
}

void Oracle::UrlsOf(const Path& path, std::set<std::string>& urls) const {
  for (const Set& include : path.back()->includes) {
    if (!include.system.empty()) urls.insert(include.system);
    for (const std::string& canonical : include.imports) {
      UrlsOf(Below(path, Import(path, canonical)), urls);
    }
  }
}

Oracle::Guess Oracle::GuessSet(const Path& path, const Set& set, const Key& key) const {
  Guess guess = Guess::kYes;
  if (!set.system.empty()) {
    if (!Takes(set, key)) return Guess::kNo;
    const bool is_listed = std::any_of(set.concepts.begin(), set.concepts.end(),
                                       [&](const Listed& each) { return each.code == key.code; });
    if (!set.concepts.empty() && !is_listed) return Guess::kNo;
    if (!set.filters.empty()) guess = Guess::kOpen;
  }
  for (const std::string& canonical : set.imports) {
    guess = std::min(guess, GuessHas(Below(path, Import(path, canonical)), key));
  }
  return guess;
}

Oracle::Guess Oracle::GuessHas(const Path& path, const Key& key) const {
  Guess guess = Guess::kNo;
  for (const Set& include : path.back()->includes) {
    guess = std::max(guess, GuessSet(path, include, key));
  }
  for (const Set& exclude : path.back()->excludes) {
    const Guess out = GuessSet(path, exclude, key);
    if (out == Guess::kYes) guess = Guess::kNo;
    if (out == Guess::kOpen) guess = std::min(guess, Guess::kOpen);
  }
  return guess;
}

Oracle::Verdict Oracle::Validate(const ValueSet& set, const std::string& system,
                                 const std::string& version, const std::string& code,
                                 bool abstract_allowed, bool active_only) const {
  Verdict verdict;
  Faults faults;
  Look({&set}, false, faults);
  if (faults.missing) return verdict;
  std::set<std::string> versions;
  SystemsOf({&set}, system, version, versions);
  for (auto each = versions.rbegin(); each != versions.rend(); ++each) {
    const NaiveSystem& named = *FindSystem(system, *each);
    const Concept* const own = named.Find(code);
    if (own == nullptr || !Has({&set}, {system, *each, own->code})) continue;
    verdict.inactive = named.IsInactive(*own);
    if (active_only && verdict.inactive) continue;
    verdict.result = abstract_allowed || !NaiveSystem::IsAbstract(*own);
    verdict.code = own->code;
    return verdict;
  }
  if (versions.empty()) return verdict;
  const NaiveSystem& newest = *FindSystem(system, *versions.rbegin());
  if (newest.system().content != "fragment" || newest.Find(code) != nullptr) return verdict;
  const Guess guess = GuessHas({&set}, {system, newest.system().version, code});
  verdict.result = guess == Guess::kYes;
  verdict.is_open = guess == Guess::kOpen;
  return verdict;
}

std::optional<std::string> Oracle::Infer(const ValueSet& set, const std::string& code) const {
  Faults faults;
  Look({&set}, false, faults);
  if (faults.missing) return std::nullopt;
  std::set<std::string> urls;
  UrlsOf({&set}, urls);
  std::erase_if(urls, [&](const std::string& url) {
    return Validate(set, url, "", code, true, false).code.empty();
  });
  return urls.size() == 1 ? std::optional(*urls.begin()) : std::nullopt;
}

Oracle::Verdict Oracle::ValidateInSystem(const std::string& system, const std::string& version,
                                         const std::string& code, bool abstract_allowed) const {
  Verdict verdict;
  const NaiveSystem* const named = FindSystem(system, version);
  if (named == nullptr) return verdict;
  const Concept* const own = named->Find(code);
  if (own == nullptr) {
    verdict.result = named->system().content == "fragment";
    return verdict;
  }
  verdict.result = abstract_allowed || !NaiveSystem::IsAbstract(*own);
  verdict.inactive = named->IsInactive(*own);
  verdict.code = own->code;
  return verdict;
}

}  // namespace chemoterm::oracle
