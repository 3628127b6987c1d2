// The rules that orders are checked by: rows that name a predicate with its parameters
// (docs/content.md, "Order rules"; docs/rules.md has each with examples).
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/pattern.h"
#include "base/string_pool.h"
#include "chemoterm/issue.h"
#include "model/ids.h"
#include "model/period.h"
#include "model/provenance.h"

namespace chemoterm::model {

// A set of codes that a rule names; each different list of a rule's parameters is one.
enum class SetId : std::uint16_t {};
inline constexpr std::size_t kMaxCodeSets = 256;
// The sets that a code is in.
using CodeSets = std::bitset<kMaxCodeSets>;

// A code of a system; the symbols are the snapshot's.
struct SystemCode {
  base::Symbol system{};  // canonical
  base::Symbol code{};

  friend bool operator==(const SystemCode&, const SystemCode&) = default;
};

inline std::uint64_t KeyOf(SystemCode code) {
  return static_cast<std::uint64_t>(code.system) << 32 | static_cast<std::uint64_t>(code.code);
}

// What the sets hold: codes, ranges of codes, and all codes with a prefix.
class CodeSetTable {
 public:
  void Add(SetId set, SystemCode code);
  // All codes of the length of the two that are not before `first` nor behind `last`.
  void AddRange(SetId set, base::Symbol system, std::string first, std::string last);
  void AddPrefix(SetId set, base::Symbol system, std::string prefix);

  // The sets that hold the code; `text` is its text, for which there may be no symbol.
  CodeSets Of(SystemCode code, std::string_view text) const;

 private:
  struct Range {
    base::Symbol system{};
    std::string first, last;
    bool is_prefix = false;  // of `first`
    SetId set{};
  };

  std::unordered_map<std::uint64_t, CodeSets> by_code_;
  std::vector<Range> ranges_;
};

namespace order {

using base::Symbol;
using Texts = std::vector<std::string>;
using Replacements = std::vector<std::pair<SystemCode, SystemCode>>;

// The lines that a predicate is about: those whose code is in the set; with a property, those whose
// code has one of its values; with neither, all.
struct Which {
  std::optional<SetId> set;
  std::optional<std::uint16_t> property;
  Texts values;
};

// Of one line.
struct SystemUnknown {};
struct CodeMalformed {
  std::vector<std::pair<Symbol, base::Pattern>> patterns;  // of systems that have none of their own
};
struct CodeNotHeld {};
struct NotYetValid {
  std::uint16_t property = 0;  // the year from which a code is valid
};
struct Retired {
  std::uint16_t kind = 0;  // of the relation from the new code to the old one
};
struct ModifierUnknown {
  base::Pattern pattern;
  bool matches = false;  // about those that fit the pattern; else about those that do not
};
struct ModifierBarred {
  Which which;
  Texts modifiers;
};
struct ModifierMissing {
  Which which;
  Texts modifiers;
  std::string add;  // the modifier that mends it; empty = none does for sure
};
struct UnitsOutside {
  std::int32_t min = 0, max = 0;
};
struct UnitsOver {
  std::uint16_t practitioner = 0, facility = 0;  // properties with the limit
  std::uint16_t indicator = 0;                   // property that tells what kind of limit it is
  Texts values;                                  // of it
  bool per_day = false;                          // all lines of a code together
};
struct MinutesOutside {
  Which which;
  std::optional<std::int32_t> min, max;
  std::int32_t step = 0;  // what each further unit adds to `min`
  Replacements replace;
  bool remove = false;  // units that the minutes do not give are to go
};
struct MinutesMissing {
  Which which;
};
struct TimesReversed {};
struct OverMidnight {
  Which which;
};
struct LesionsOutside {
  struct Range {
    SystemCode code;
    std::int32_t min = 0;
    std::optional<std::int32_t> max;
  };
  std::vector<Range> ranges;
};
struct LesionsMissing {
  Which which;
};
struct PlaceBarred {
  Which which;
  Texts places;
  bool only = false;  // the places are the allowed ones
};
struct ClassBarred {
  Which which;
  Texts classes;
  Replacements replace;
};
struct ClassUnknown {
  Which which;
};
struct Always {
  Which which;
};
struct DateOutside {
  base::Day first = 0;
  std::int32_t days_ahead = 0;
};

// Of the lines of an encounter.
struct NeedsRelated {
  std::uint16_t kind = 0;
  std::optional<SetId> codes;   // only these
  std::optional<SetId> except;  // and not these
  std::optional<SetId> also;    // as good as what the code is related to
  Replacements replace;
};
struct NeedsOneOf {
  Which which;
  SetId others{};
  std::string others_text;           // "a, b or c"
  std::optional<SystemCode> single;  // when it is one code
};
struct OneOfRank {
  std::vector<SystemCode> rank;  // highest first
  std::vector<SystemCode> report;
  Replacements sequential;
  Texts modifiers;
};
struct SecondAccess {
  Which which;
  Texts modifiers;
};
struct Pair {
  std::vector<std::uint16_t> kinds;
  Symbol indicator{};
  Texts modifiers;
  std::optional<SetId> except;
};
struct NotTogether {
  Which which;
  SetId others{};
  Texts modifiers;
  bool modified_others = false;  // the modifier goes on the line of `others`
};
struct Alone {
  Which which;
  SetId others{};
};
struct Hours {
  std::vector<SystemCode> base;
  SystemCode hour;
  std::int32_t first = 0, threshold = 0, step = 0;
  bool more = false;  // complains of more units than the minutes give; else of fewer

  // Units of the hour code for the minutes of one drug.
  std::int32_t UnitsFor(std::int32_t minutes) const {
    return minutes < first + threshold ? 0 : (minutes - first - threshold) / step + 1;
  }
};
struct SameDrug {
  Which which;
  SetId others{};
  Texts modifiers;
};
struct Duplicate {};

// Of the order.
struct DiagnosisNotFirst {
  Which which;
  SetId diagnoses{};
};
struct DiagnosisMissing {
  Which which;
  SetId given{};
  SetId diagnoses{};
};
struct DiagnosisAlone {
  SetId diagnoses{};
  SetId needs{};
};
struct PayerUnknown {};
struct PlanUnknown {};

using Predicate =
    std::variant<SystemUnknown, CodeMalformed, CodeNotHeld, NotYetValid, Retired, ModifierUnknown,
                 ModifierBarred, ModifierMissing, UnitsOutside, UnitsOver, MinutesOutside,
                 MinutesMissing, TimesReversed, OverMidnight, LesionsOutside, LesionsMissing,
                 PlaceBarred, ClassBarred, ClassUnknown, Always, DateOutside, NeedsRelated,
                 NeedsOneOf, OneOfRank, SecondAccess, Pair, NotTogether, Alone, Hours, SameDrug,
                 Duplicate, DiagnosisNotFirst, DiagnosisMissing, DiagnosisAlone, PayerUnknown,
                 PlanUnknown>;

}  // namespace order

// A row of rules/*.json.
struct OrderRule {
  std::string id, title, meaning, message;
  Severity severity = Severity::kError;
  std::string setting;                   // practitioner or facility; empty = both
  Period period;                         // of the dates of service that it looks at
  std::vector<std::uint32_t> yields_to;  // rules before it
  Provenance provenance;
  std::optional<SetId> about;  // without a line of these codes the rule has nothing to say
  order::Predicate predicate;
};

// Immutable once loaded; thread-safe.
struct OrderRules {
  std::vector<OrderRule> rules;
  CodeSetTable sets;
  std::unordered_map<std::uint64_t, std::string> drug_classes;  // by KeyOf() of the drug's code
};

}  // namespace chemoterm::model
