// The rows by which the coder turns drug administrations into codes: which code a service takes,
// what this family of codes does not cover, and the rules that lines and findings name.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chemoterm/issue.h"
#include "model/order_rules.h"
#include "model/provenance.h"

namespace chemoterm::model {
namespace administration {

enum class Route : std::uint8_t {
  kIv,
  kIa,
  kSc,
  kIm,
  kIntralesional,
  kIntrathecal,
  kIntraventricular,
  kIntrapleural,
  kIntraperitoneal,
  kHipec,
  kIntravesical,
  kIntravitreal,
  kOral,
  kTopical,
  kOther,
};
enum class Technique : std::uint8_t {
  kPush,
  kInfusion,
  kPump,
  kInjection,
  kRefill,
  kFlush,
  kDisconnect,
  kOnBody,
  kLimbPerfusion,
  kEmbolization,
};
enum class DrugClass : std::uint8_t {
  kChemotherapy,
  kHormonal,
  kBiologic,
  kSupportive,
  kHydration
};
enum class Purpose : std::uint8_t { kCancer, kOther };
enum class Device : std::uint8_t { kPortable, kImplanted };
enum class Approach : std::uint8_t { kLumbarPuncture, kReservoir, kPort, kCatheter };
enum class PumpOwner : std::uint8_t { kClinic, kSupplier };

// What a code stands for among the services of an encounter.
enum class Role : std::uint8_t {
  kInitial,
  kSequential,
  kHour,
  kConcurrent,
  kEach,
  kSession,
  kStart,
  kFirstTime,
  kFurtherTime,
  kRefill,
  kFlush,
  kUnlisted,
};

// The rules that the coder's steps name; the others are named by rows only.
enum class Step : std::uint8_t {
  kOverlappingTimes,
  kAnotherEncounter,
  kClockBackwards,
  kOverADay,
  kRunningTimeUnknown,
  kFlushOnly,
  kFlushIncluded,
  kRefillWithStart,
  kClassUnknown,
  kNoPlannedTime,
  kPumpTooShort,
  kProlongedPump,
  kItemMissing,
  kNothingFits,
  kPastMidnight,
  kLongPush,
  kShortInfusion,
  kInterrupted,
  kOneDrugOneService,
  kExtraHours,
  kSecondSite,
  kConcurrentInfusion,
  kHipecFirst,
  kHipecFurther,
  kHipecUnderHalfHour,
};

// How requests and files write the codes of an enumeration, in its order.
template <class Code>
struct Names;
template <>
struct Names<Route> {
  static constexpr std::string_view kAll[] = {"iv",
                                              "ia",
                                              "sc",
                                              "im",
                                              "intralesional",
                                              "intrathecal",
                                              "intraventricular",
                                              "intrapleural",
                                              "intraperitoneal",
                                              "hipec",
                                              "intravesical",
                                              "intravitreal",
                                              "oral",
                                              "topical",
                                              "other"};
};
template <>
struct Names<Technique> {
  static constexpr std::string_view kAll[] = {
      "push",  "infusion",   "pump",    "injection",      "refill",
      "flush", "disconnect", "on-body", "limb-perfusion", "embolization"};
};
template <>
struct Names<DrugClass> {
  static constexpr std::string_view kAll[] = {"chemotherapy", "hormonal", "biologic", "supportive",
                                              "hydration"};
};
template <>
struct Names<Purpose> {
  static constexpr std::string_view kAll[] = {"cancer", "other"};
};
template <>
struct Names<Device> {
  static constexpr std::string_view kAll[] = {"portable", "implanted"};
};
template <>
struct Names<Approach> {
  static constexpr std::string_view kAll[] = {"lumbar-puncture", "reservoir", "port", "catheter"};
};
template <>
struct Names<PumpOwner> {
  static constexpr std::string_view kAll[] = {"clinic", "supplier"};
};
template <>
struct Names<Role> {
  static constexpr std::string_view kAll[] = {"initial",      "sequential", "hour",  "concurrent",
                                              "each",         "session",    "start", "first-time",
                                              "further-time", "refill",     "flush", "unlisted"};
};
template <>
struct Names<Step> {
  static constexpr std::string_view kAll[] = {
      "overlapping-times",    "another-encounter",   "clock-backwards",      "over-a-day",
      "running-time-unknown", "flush-only",          "flush-included",       "refill-with-start",
      "class-unknown",        "no-planned-time",     "pump-too-short",       "prolonged-pump",
      "item-missing",         "nothing-fits",        "past-midnight",        "long-push",
      "short-infusion",       "interrupted",         "one-drug-one-service", "extra-hours",
      "second-site",          "concurrent-infusion", "hipec-first",          "hipec-further",
      "hipec-under-half-hour"};
};

template <class Code>
std::optional<Code> CodeOf(std::string_view name) {
  const auto& names = Names<Code>::kAll;
  const auto found = std::find(std::begin(names), std::end(names), name);
  if (found == std::end(names)) return std::nullopt;
  return static_cast<Code>(found - std::begin(names));
}

inline constexpr std::size_t kSteps = std::size(Names<Step>::kAll);
static_assert(kSteps == static_cast<std::size_t>(Step::kHipecUnderHalfHour) + 1);
constexpr std::size_t Index(Step step) { return static_cast<std::size_t>(step); }

// Some codes of an enumeration, "not given" maybe among them; none = whatever it is.
template <class Code>
class Choice {
 public:
  void Add(std::optional<Code> code) { bits_ |= BitOf(code); }
  bool Allows(std::optional<Code> code) const { return bits_ == 0 || Has(code); }
  bool Has(std::optional<Code> code) const { return (bits_ & BitOf(code)) != 0; }
  bool is_any() const { return bits_ == 0; }

 private:
  static constexpr std::uint32_t BitOf(std::optional<Code> code) {
    return code ? 2U << static_cast<unsigned>(*code) : 1U;
  }
  std::uint32_t bits_ = 0;
};

struct Range {
  std::int64_t min = 0;
  std::optional<std::int64_t> max;
  bool Holds(std::int64_t number) const { return number >= min && (!max || number <= *max); }
};

// How something was given, as the conditions of rows see it.
struct Circumstances {
  Route route{};
  Technique technique{};
  std::optional<DrugClass> drug_class;
  std::optional<Purpose> purpose;
  std::optional<Device> device;
  std::optional<Approach> approach;
  std::optional<PumpOwner> pump_owner;
  std::string_view payer;      // slug; empty = none, or not known
  bool is_concurrent = false;  // with another administration
  std::int64_t lesions = 0;    // 0 = not known
  std::int64_t minutes = 0;    // 0 = not known
};

// What a row asks for; a member without a value asks for nothing.
struct Conditions {
  Choice<Route> route;
  Choice<Technique> technique;
  Choice<DrugClass> drug_class;
  Choice<Purpose> purpose;
  Choice<Device> device;
  Choice<Approach> approach;
  Choice<PumpOwner> pump_owner;
  Choice<bool> concurrent;
  std::vector<std::string> payers;  // slugs; an empty one stands for "not given"
  std::optional<Range> lesions;
  std::optional<Range> minutes;

  bool Hold(const Circumstances& how) const;
};

// Units of a code that is counted by time.
struct TimeUnits {
  std::int64_t first = 0, threshold = 0, step = 1;  // minutes

  std::int64_t For(std::int64_t minutes) const {
    return minutes < first + threshold ? 0 : (minutes - first - threshold) / step + 1;
  }
};

// The parameters of the rules that the steps name.
struct Limits {
  std::int64_t encounter_gap = 0;   // minutes without anything after which another encounter begins
  std::int64_t day = 0;             // minutes that nothing but a pump runs longer than
  Choice<Technique> within_a_day;   // those that are held to it
  Choice<Route> beside_flush;       // what leaves a flush alone
  std::int64_t pump = 0;            // minutes; a prolonged infusion takes more
  std::int64_t short_infusion = 0;  // minutes up to which an infusion counts as a push
  std::int64_t hipec = 0;           // least minutes
  TimeUnits hours;
  TimeUnits hipec_further;
  std::string second_site_modifier;
};

}  // namespace administration

// Index into AdministrationRules::rules.
using RuleIndex = std::uint32_t;

// Which code a service takes.
struct CodeRow {
  administration::Conditions conditions;
  administration::Role role{};
  SystemCode code;
  RuleIndex rule = 0;
};

// What this family of codes does not cover.
struct UncodedRow {
  administration::Conditions conditions;
  RuleIndex rule = 0;
  std::string reason;
  std::vector<SystemCode> likely;
};

struct AdministrationRule {
  std::string id, title, meaning, message;
  std::optional<Severity> severity;                // of its findings, if it makes any
  std::optional<administration::Conditions> when;  // it finds each coded one that fits
  Provenance provenance;
};

// Rows in the order of the file: the first that fits decides. Immutable once loaded; thread-safe.
struct AdministrationRules {
  std::vector<CodeRow> codes;
  std::vector<UncodedRow> uncoded;
  std::vector<AdministrationRule> rules;
  // Nothing for a rule that is left out as unverified: it is then neither cited nor found, but its
  // parameters hold. Those by which administrations go uncoded are always there.
  std::array<std::optional<RuleIndex>, administration::kSteps> steps;
  administration::Limits limits;
};

}  // namespace chemoterm::model
