// What FHIR says a value set has, read naively: maps, sets and recursion over plain data. Shares no
// code with the engine.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "chemoterm/reason.h"
#include "oracle/value_set_world.h"

namespace chemoterm::oracle {

struct Key {
  std::string system, version, code;
  auto operator<=>(const Key&) const = default;
};

// One code system, asked naively.
class NaiveSystem {
 public:
  explicit NaiveSystem(const System& system);

  const System& system() const { return *system_; }
  // In a system that is not case-sensitive also by the code in another case.
  const Concept* Find(const std::string& code) const;
  bool IsAncestor(const std::string& above, const std::string& below) const;
  const std::set<std::string>& Parents(const std::string& code) const { return parents_.at(code); }
  const std::set<std::string>& Children(const std::string& code) const {
    return children_.at(code);
  }
  bool IsInactive(const Concept& own) const;
  static bool IsAbstract(const Concept& own);
  // True when the concept passes the filter; the filter is a right one.
  bool Passes(const Concept& own, const Filter& filter) const;

 private:
  std::vector<std::string> Values(const Concept& own, const std::string& property) const;
  bool IsCodes(const std::string& property) const;
  bool Same(const std::string& value, const std::string& wanted, bool is_codes) const;

  const System* system_;
  std::map<std::string, std::set<std::string>> parents_, children_;
};

class Oracle {
 public:
  explicit Oracle(const World& world);

  // Why an expansion, or a validation, cannot be done; with several reasons any may be given.
  std::set<Reason> ExpandFaults(const ValueSet& set) const;
  std::set<Reason> ValidateFaults(const ValueSet& set) const;
  // True when some resource of the request cannot be read.
  bool IsBroken() const;

  // The concepts of the value set; there are no faults.
  std::set<Key> Expand(const ValueSet& set) const;

  struct Verdict {
    bool result = false;
    bool is_open = false;  // a fragment's unknown code: FHIR does not decide
    bool inactive = false;
    std::string code;  // as the system has it
  };
  // An empty version is none.
  Verdict Validate(const ValueSet& set, const std::string& system, const std::string& version,
                   const std::string& code, bool abstract_allowed, bool active_only) const;
  // A bare code: which system it must mean; nothing when none or several have it.
  std::optional<std::string> Infer(const ValueSet& set, const std::string& code) const;
  Verdict ValidateInSystem(const std::string& system, const std::string& version,
                           const std::string& code, bool abstract_allowed) const;

  // In exactly that version, or the newest; nullptr when there is none.
  const NaiveSystem* FindSystem(const std::string& url, const std::string& version) const;

 private:
  // Value sets on the way to the one that is looked at, which is the last.
  using Path = std::vector<const ValueSet*>;
  struct Faults {
    std::set<Reason> reasons;
    bool missing = false;  // an imported value set is not there
  };
  void Look(const Path& path, bool is_expansion, Faults& faults) const;
  void LookAtSet(const Path& path, const Set& set, bool is_expansion, Faults& faults) const;
  const ValueSet* FindValueSet(const std::string& url, const std::string& version) const;
  // nullptr when it is not there.
  const ValueSet* Import(const Path& path, const std::string& canonical) const;

  std::string VersionOf(const Set& set) const;
  const NaiveSystem* Named(const Set& set) const;
  bool Takes(const Set& set, const Key& key) const;
  bool SetHas(const Path& path, const Set& set, const Key& key) const;
  bool Has(const Path& path, const Key& key) const;
  bool Excludes(const Path& path, const Key& key) const;
  bool MatchesVersions(const ValueSet& set) const;
  std::set<Key> Enumerate(const Path& path) const;
  std::set<Key> EnumerateSet(const Path& path, const Set& set) const;
  void SystemsOf(const Path& path, const std::string& url, const std::string& version,
                 std::set<std::string>& versions) const;
  void UrlsOf(const Path& path, std::set<std::string>& urls) const;
  // Whether a code that a fragment lacks is in a value set, as far as can be told.
  enum class Guess : unsigned char { kNo, kOpen, kYes };
  Guess GuessSet(const Path& path, const Set& set, const Key& key) const;
  Guess GuessHas(const Path& path, const Key& key) const;

  const World& world_;
  std::vector<NaiveSystem> systems_;
};

}  // namespace chemoterm::oracle
