#include "engine/administration_services.h"

#include <algorithm>
#include <utility>

namespace chemoterm::engine {
namespace {

using model::administration::Limits;
using model::administration::Step;
using model::administration::Technique;

class ServiceMaker {
 public:
  ServiceMaker(const RuleBook& book, const Limits& limits) : book_(book), limits_(limits) {}

  Service Make(std::vector<const Administered*> members) const {
    Service service;
    service.members = std::move(members);
    service.how = service.first().how;
    std::vector<const Administered*> infusions;
    std::vector<const Administered*> pushes;
    for (const Administered* each : service.members) {
      (each->how.technique == Technique::kInfusion ? infusions : pushes).push_back(each);
    }
    if (!infusions.empty()) CountInfusions(infusions, service);
    CountPushes(pushes, service);
    return service;
  }

 private:
  void Cite(Step step, std::int64_t minutes, Service& service) const {
    Particulars particulars = service.particulars();
    particulars.minutes = minutes;
    book_.Cite(step, particulars, service.cited);
  }

  void CountInfusions(const std::vector<const Administered*>& infusions, Service& service) const {
    for (const Administered* each : infusions) {
      service.infusions.push_back(each->number);
      service.linked.insert(service.linked.end(), each->linked.begin(), each->linked.end());
    }
    std::sort(service.linked.begin(), service.linked.end());
    const std::int64_t minutes = service.minutes = RunningMinutes(infusions);
    const bool is_short = minutes <= limits_.short_infusion;
    service.how.technique = is_short ? Technique::kPush : Technique::kInfusion;
    if (is_short) Cite(Step::kShortInfusion, minutes, service);
    if (infusions.size() > 1) Cite(Step::kInterrupted, minutes, service);
    const bool was_pump = std::any_of(
        infusions.begin(), infusions.end(),
        [](const Administered* each) { return each->given_technique == Technique::kPump; });
    if (was_pump) Cite(Step::kPumpTooShort, minutes, service);
  }

  void CountPushes(const std::vector<const Administered*>& pushes, Service& service) const {
    if (!pushes.empty() && service.members.size() > 1) {
      Cite(Step::kOneDrugOneService, service.minutes, service);
    }
    const auto long_push = std::find_if(
        pushes.begin(), pushes.end(),
        [&](const Administered* each) { return each->how.minutes > limits_.short_infusion; });
    if (long_push != pushes.end()) Cite(Step::kLongPush, (*long_push)->how.minutes, service);
  }

  const RuleBook& book_;
  const Limits& limits_;
};

}  // namespace

std::vector<std::int32_t> Service::numbers() const {
  std::vector<std::int32_t> numbers;
  for (const Administered* each : members) numbers.push_back(each->number);
  return numbers;
}

bool Service::is_main() const {
  return std::any_of(members.begin(), members.end(), [](const Administered* each) {
    return each->given->main_reason.value_or(false);
  });
}

bool Service::is_beside(const Service& other) const { return HaveCommon(linked, other.infusions); }

bool HaveCommon(std::span<const std::int32_t> one, std::span<const std::int32_t> other) {
  auto a = one.begin();
  auto b = other.begin();
  while (a != one.end() && b != other.end()) {
    if (*a == *b) return true;
    *a < *b ? ++a : ++b;
  }
  return false;
}

std::int64_t RunningMinutes(const std::vector<const Administered*>& infusions) {
  const bool have_times = std::all_of(
      infusions.begin(), infusions.end(),
      [](const Administered* each) { return !each->given->minutes && each->start && each->stop; });
  std::int64_t total = 0;
  if (!have_times) {
    for (const Administered* each : infusions) total += each->how.minutes;
    return total;
  }
  std::vector<std::pair<std::int64_t, std::int64_t>> spans;
  for (const Administered* each : infusions) spans.emplace_back(*each->start, *each->stop);
  std::sort(spans.begin(), spans.end());
  std::int64_t covered = spans.front().first;
  for (const auto& [start, stop] : spans) {
    total += std::max<std::int64_t>(0, stop - std::max(start, covered));
    covered = std::max(covered, stop);
  }
  return total / kMinute;
}

std::vector<Service> ServicesOf(const RuleBook& book, const Limits& limits,
                                const std::vector<const Administered*>& items) {
  const ServiceMaker maker(book, limits);
  std::vector<Service> services;
  const auto key = [](const Administered* each) {
    return std::pair<std::string_view, std::string_view>(each->access, each->drug_key);
  };
  for (auto& members : GroupsOf(items, key)) services.push_back(maker.Make(std::move(members)));
  return services;
}

}  // namespace chemoterm::engine
