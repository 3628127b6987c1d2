#include "engine/administration_coder.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/status_macros.h"
#include "engine/display.h"
#include "engine/order_lines.h"

namespace chemoterm::engine {
namespace {

using model::administration::Circumstances;
using model::administration::Conditions;

// An item that rows may hang on, and that a record may lack.
struct DecidingItem {
  std::string_view name;
  bool (*is_given)(const Circumstances& how);
  // Takes its condition out of a row; tells whether there was one.
  bool (*take_out)(Conditions& conditions);
};
constexpr DecidingItem kDecidingItems[] = {
    {"approach", [](const Circumstances& how) { return how.approach.has_value(); },
     [](Conditions& row) { return !std::exchange(row.approach, {}).is_any(); }},
    {"device", [](const Circumstances& how) { return how.device.has_value(); },
     [](Conditions& row) { return !std::exchange(row.device, {}).is_any(); }},
    {"lesions", [](const Circumstances& how) { return how.lesions > 0; },
     [](Conditions& row) { return std::exchange(row.lesions, {}).has_value(); }},
};

}  // namespace

absl::StatusOr<CodedEncounter> AdministrationCoder::Run() {
  RETURN_IF_ERROR(FindOverlaps());
  Items left = LeaveOtherEncounters();
  const Surroundings around = SurroundingsOf(left);
  std::erase_if(left, [&](Administered* each) {
    return LeaveByTimes(*each) || LeaveOutside(*each, around) || LeaveUnclassed(*each) ||
           LeaveUntimed(*each);
  });
  AddLesions(left);
  std::erase_if(left, [&](Administered* each) { return LeaveWithoutCode(*each); });
  for (const Administered* each : left) FindOnCoded(*each);
  CodeVeins(left);
  CodeRest(left);
  std::sort(coded_.uncoded.begin(), coded_.uncoded.end(),
            [](const auto& a, const auto& b) { return a.administration < b.administration; });
  std::stable_sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) {
    return std::tie(a.finding.administrations, a.rule) <
           std::tie(b.finding.administrations, b.rule);
  });
  for (Found& each : found_) coded_.findings.push_back(std::move(each.finding));
  return std::move(coded_);
}

AdministrationCoder::Surroundings AdministrationCoder::SurroundingsOf(const Items& items) const {
  Surroundings around;
  for (const Administered* each : items) {
    const Technique technique = each->how.technique;
    if (technique == Technique::kPump) around.has_pump_start = true;
    if (technique == Technique::kFlush || rules_.limits.beside_flush.Has(each->how.route)) continue;
    around.has_drug = true;
    if (technique != Technique::kDisconnect) around.has_only_disconnects = false;
  }
  return around;
}

bool AdministrationCoder::LeaveOutside(const Administered& item, const Surroundings& around) {
  if (item.is_timed() && item.how.minutes == 0) Find(Step::kRunningTimeUnknown, item);
  const auto row =
      std::find_if(rules_.uncoded.begin(), rules_.uncoded.end(),
                   [&](const model::UncodedRow& each) { return each.conditions.Hold(item.how); });
  if (row != rules_.uncoded.end()) {
    Leave(item, row->rule, row->reason, CodingsOf(row->likely));
    return true;
  }
  if (item.how.technique == Technique::kFlush) return LeaveFlush(item, around);
  if (item.how.technique != Technique::kRefill || !around.has_pump_start) return false;
  Leave(item, Step::kRefillWithStart);
  return true;
}

bool AdministrationCoder::LeaveFlush(const Administered& item, const Surroundings& around) {
  if (!around.has_drug) return false;
  std::vector<model::SystemCode> likely;
  const auto row = std::find_if(rules_.codes.begin(), rules_.codes.end(),
                                [](const auto& each) { return each.role == Role::kFlush; });
  if (around.has_only_disconnects && row != rules_.codes.end()) likely.push_back(row->code);
  Leave(item, Step::kFlushIncluded, CodingsOf(likely));
  return true;
}

bool AdministrationCoder::LeaveUnclassed(const Administered& item) {
  const bool needs_class =
      item.how.technique != Technique::kRefill && item.how.technique != Technique::kFlush;
  if (!needs_class || item.how.drug_class) return false;
  Find(Step::kClassUnknown, item);
  Leave(item, Step::kClassUnknown);
  return true;
}

bool AdministrationCoder::LeaveUntimed(Administered& item) {
  if (item.is_into_vessel() && item.how.technique == Technique::kPump) {
    const std::int64_t planned = item.planned_minutes();
    if (planned == 0) {
      Find(Step::kNoPlannedTime, item);
      Leave(item, Step::kNoPlannedTime);
      return true;
    }
    if (planned > rules_.limits.pump) return false;
    item.how.technique = Technique::kInfusion;
    Find(item.how.minutes == 0 ? Step::kRunningTimeUnknown : Step::kPumpTooShort, item);
  }
  if (!item.is_timed() || item.how.minutes > 0) return false;
  Leave(item, Step::kRunningTimeUnknown);
  return true;
}

void AdministrationCoder::AddLesions(const Items& items) {
  const auto counts = [](const Administered* each) {
    return each->how.route == Route::kIntralesional && each->how.lesions > 0;
  };
  std::int64_t sum = 0;
  for (const Administered* each : items) {
    if (counts(each)) sum += each->how.lesions;
  }
  for (Administered* each : items) {
    if (counts(each)) each->how.lesions = sum;
  }
}

bool AdministrationCoder::LeaveWithoutCode(const Administered& item) {
  if (RowFor(item.how) != nullptr) return false;
  for (const DecidingItem& missing : kDecidingItems) {
    if (missing.is_given(item.how)) continue;
    std::vector<model::SystemCode> likely;
    for (const model::CodeRow& row : rules_.codes) {
      Conditions others = row.conditions;
      const bool is_decided_by_it = missing.take_out(others);
      const bool is_new = std::find(likely.begin(), likely.end(), row.code) == likely.end();
      if (is_decided_by_it && is_new && others.Hold(item.how)) likely.push_back(row.code);
    }
    if (likely.empty()) continue;
    Find(Step::kItemMissing, {item.number}, {.drug = item.drug, .item = missing.name});
    Leave(item, Step::kItemMissing, CodingsOf(likely));
    return true;
  }
  Leave(item, Step::kNothingFits);
  return true;
}

void AdministrationCoder::FindOnCoded(const Administered& item) {
  const bool ends_other_day =
      item.start && item.stop && DateOf(item.given->start) != DateOf(item.given->stop);
  if (ends_other_day && item.given_technique != Technique::kPump) Find(Step::kPastMidnight, item);
  if (item.is_into_vessel() && item.how.technique == Technique::kPush &&
      item.how.minutes > rules_.limits.short_infusion) {
    Find(Step::kLongPush, item);
  }
  for (model::RuleIndex rule = 0; rule < rules_.rules.size(); ++rule) {
    const auto& when = rules_.rules[rule].when;
    if (!when || !when->Hold(item.how)) continue;
    Find(rule, {item.number},
         {.drug = item.drug, .minutes = item.how.minutes, .lesions = item.how.lesions});
  }
}

const model::CodeRow* AdministrationCoder::RowFor(const Circumstances& how,
                                                  std::optional<Role> role) const {
  const auto row =
      std::find_if(rules_.codes.begin(), rules_.codes.end(), [&](const model::CodeRow& each) {
        return each.role == role.value_or(each.role) && each.conditions.Hold(how);
      });
  return row == rules_.codes.end() ? nullptr : &*row;
}

std::vector<CodingView> AdministrationCoder::CodingsOf(
    const std::vector<model::SystemCode>& codes) const {
  std::vector<CodingView> codings;
  for (const model::SystemCode code : codes) codings.push_back(CodingOf(snapshot_, code));
  return codings;
}

void AdministrationCoder::Find(Step step, const Administered& item) {
  Find(step, {item.number}, {.drug = item.drug, .minutes = item.how.minutes});
}

void AdministrationCoder::Find(Step step, std::vector<std::int32_t> numbers,
                               const Particulars& of) {
  if (const auto rule = book_.Of(step)) Find(*rule, std::move(numbers), of);
}

void AdministrationCoder::Find(model::RuleIndex index, std::vector<std::int32_t> numbers,
                               const Particulars& of) {
  const model::AdministrationRule& rule = book_.At(index);
  AdministrationFinding finding;
  finding.rule = rule.id;
  finding.severity = ToString(rule.severity.value_or(Severity::kInformation));
  finding.administrations = std::move(numbers);
  finding.message = book_.Say(index, of);
  finding.source = snapshot_.SourceOf(rule.provenance).citation;
  finding.as_of = snapshot_.Text(rule.provenance.as_of);
  found_.push_back({index, std::move(finding)});
}

void AdministrationCoder::Leave(const Administered& item, Step step,
                                std::vector<CodingView> likely) {
  const model::RuleIndex rule = *book_.Of(step);
  Leave(item, rule, book_.At(rule).title, std::move(likely));
}

void AdministrationCoder::Leave(const Administered& item, model::RuleIndex rule,
                                std::string_view reason, std::vector<CodingView> likely) {
  coded_.uncoded.push_back({item.number, book_.At(rule).id, reason, std::move(likely)});
}

}  // namespace chemoterm::engine
