// What the times of administrations tell: overlaps, other encounters, slips of the clock.
#include <algorithm>

#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/administration_coder.h"
#include "engine/order_lines.h"

namespace chemoterm::engine {
namespace {

bool HaveOneAccess(const Administered& one, const Administered& other) {
  return one.access == other.access || one.access.empty() || other.access.empty();
}

bool AreLinked(const Administered& one, const Administered& other) {
  return std::binary_search(one.linked.begin(), one.linked.end(), other.number) ||
         HaveCommon(one.linked, other.linked);
}

bool Overlap(const Administered& one, const Administered& other) {
  return *one.start < *other.stop && *other.start < *one.stop;
}

// When something ended, as far as it keeps an encounter open: a pump goes home with the patient.
std::int64_t EndOf(const Administered& item) {
  if (item.how.technique == model::administration::Technique::kPump) return *item.start;
  if (item.stop) return std::max(*item.start, *item.stop);
  return *item.start + item.how.minutes * kMinute;
}

}  // namespace

absl::Status AdministrationCoder::FindOverlaps() {
  ConstItems infusions;
  for (const Administered& item : all_) {
    if (item.is_into_vessel() && item.how.technique == Technique::kInfusion && item.start &&
        item.stop && !item.is_reversed()) {
      infusions.push_back(&item);
    }
  }
  std::size_t overlaps = 0;
  for (auto one = infusions.begin(); one != infusions.end(); ++one) {
    for (auto other = one + 1; other != infusions.end(); ++other) {
      const Administered& a = **one;
      const Administered& b = **other;
      if (a.how.route != b.how.route || a.drug_key == b.drug_key || !Overlap(a, b) ||
          !HaveOneAccess(a, b) || AreLinked(a, b)) {
        continue;
      }
      if (++overlaps > kMaxOverlaps) {
        return Fail(Reason::kTooCostly,
                    base::Concat({"More than ", base::ToText(kMaxOverlaps),
                                  " pairs of infusions overlap in time"}),
                    "administration");
      }
      Find(Step::kOverlappingTimes, {a.number, b.number}, {.drug = a.drug, .other = b.drug});
    }
  }
  return {};
}

AdministrationCoder::Items AdministrationCoder::LeaveOtherEncounters() {
  Items timed;
  for (Administered& item : all_) {
    if (item.start) timed.push_back(&item);
  }
  std::stable_sort(timed.begin(), timed.end(),
                   [](const auto* a, const auto* b) { return *a->start < *b->start; });
  std::vector<bool> is_out(all_.size());
  std::int64_t end = timed.empty() ? 0 : *timed.front()->start;
  bool is_over = false;
  for (const Administered* item : timed) {
    const bool is_other_day = DateOf(item->given->start) != DateOf(timed.front()->given->start);
    is_over =
        is_over || (is_other_day && *item->start - end > rules_.limits.encounter_gap * kMinute);
    if (is_over) is_out[static_cast<std::size_t>(item->number) - 1] = true;
    end = std::max(end, EndOf(*item));
  }
  Items left;
  for (Administered& item : all_) {
    if (!is_out[static_cast<std::size_t>(item.number) - 1]) {
      left.push_back(&item);
      continue;
    }
    Find(Step::kAnotherEncounter, item);
    Leave(item, Step::kAnotherEncounter);
  }
  return left;
}

bool AdministrationCoder::LeaveByTimes(const Administered& item) {
  const bool is_too_long =
      rules_.limits.within_a_day.Has(item.how.technique) && item.how.minutes > rules_.limits.day;
  if (!item.is_reversed() && !is_too_long) return false;
  const Step step = item.is_reversed() ? Step::kClockBackwards : Step::kOverADay;
  Find(step, item);
  Leave(item, step);
  return true;
}

}  // namespace chemoterm::engine
