// The lines of the coder: which services there are, which of them lead, and what they take.
#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "engine/administration_coder.h"

namespace chemoterm::engine {
namespace {

using model::administration::Route;
using model::administration::Technique;

std::vector<const Administered*> Those(const std::vector<Administered*>& items, auto&& wanted) {
  std::vector<const Administered*> those;
  std::copy_if(items.begin(), items.end(), std::back_inserter(those),
               [&](const Administered* each) { return wanted(*each); });
  return those;
}

bool IsInfusionOrPush(const Administered& item) {
  return item.how.technique == Technique::kInfusion || item.how.technique == Technique::kPush;
}
bool IsOfVein(const Administered& item) {
  return item.how.route == Route::kIv && IsInfusionOrPush(item);
}
bool IsOfArtery(const Administered& item) {
  return item.how.route == Route::kIa && IsInfusionOrPush(item);
}

bool IsHipec(const Administered& item) { return item.how.route == Route::kHipec; }

bool IsBefore(const AdministrationLine& a, const AdministrationLine& b) {
  return a.administrations < b.administrations;
}

std::vector<Service*> PointersTo(std::vector<Service>& services) {
  std::vector<Service*> pointers;
  for (Service& each : services) pointers.push_back(&each);
  return pointers;
}

// Those that count as infusions, or as pushes.
std::vector<Service*> ThoseThatAre(const std::vector<Service*>& services, bool infusions) {
  std::vector<Service*> those;
  std::copy_if(services.begin(), services.end(), std::back_inserter(those),
               [&](const Service* each) { return each->is_infusion() == infusions; });
  return those;
}

// What comes first leads its like.
auto RankOf(const Service& service) {
  return std::tuple(!service.is_main(), service.first().number);
}

// Accesses with an infusion come first, then those with the main reason for the visit.
auto RankOf(const std::vector<Service*>& site) {
  const auto infusions = ThoseThatAre(site, true);
  const auto& leaders = infusions.empty() ? site : infusions;
  const bool has_main = std::any_of(leaders.begin(), leaders.end(),
                                    [](const Service* each) { return each->is_main(); });
  return std::tuple(infusions.empty(), !has_main, site.front()->first().number);
}

}  // namespace

std::vector<Service> AdministrationCoder::VesselServices(const ConstItems& items) {
  auto services = ServicesOf(book_, rules_.limits, items);
  for (const Service& each : services) {
    if (each.infusions.size() > 1) Find(Step::kInterrupted, each.infusions, each.particulars());
  }
  return services;
}

void AdministrationCoder::CodeVeins(const Items& items) {
  std::string named;  // what the access is where it is not named
  for (const Administered* each : items) {
    if (IsOfVein(*each) && named.empty()) named = each->access;
  }
  for (Administered* each : items) {
    if (IsOfVein(*each) && each->access.empty()) each->access = named;
  }
  auto services = VesselServices(Those(items, IsOfVein));
  auto sites = GroupsOf(PointersTo(services), [](const Service* each) -> std::string_view {
    return each->first().access;
  });
  std::sort(sites.begin(), sites.end(),
            [](const auto& a, const auto& b) { return RankOf(a) < RankOf(b); });
  for (const Services& site : sites) CodeSite(site, &site != &sites.front());
}

void AdministrationCoder::CodeSite(const Services& services, bool is_second) {
  Services infusions = ThoseThatAre(services, true);
  const Services& leaders = infusions.empty() ? services : infusions;
  Service* const leading =
      *std::min_element(leaders.begin(), leaders.end(),
                        [](const auto* a, const auto* b) { return RankOf(*a) < RankOf(*b); });
  std::stable_partition(infusions.begin(), infusions.end(),
                        [&](const Service* each) { return each == leading; });
  Services alone;
  Services concurrent;
  for (Service* each : infusions) {
    const bool is_concurrent = std::any_of(
        alone.begin(), alone.end(), [&](const Service* other) { return each->is_beside(*other); });
    (is_concurrent ? concurrent : alone).push_back(each);
    if (is_concurrent) Find(Step::kConcurrentInfusion, each->infusions, each->particulars());
  }
  AddInitialLine(*leading, is_second);
  Lines further;
  const auto add = [&](Role role, Services group) {
    std::erase(group, leading);
    if (auto line = RoleLine(role, group)) further.push_back(*std::move(line));
  };
  add(Role::kSequential, alone);
  add(Role::kSequential, ThoseThatAre(services, false));
  add(Role::kConcurrent, concurrent);
  if (auto hours = HoursLine(alone)) coded_.lines.push_back(*std::move(hours));
  std::stable_sort(further.begin(), further.end(), IsBefore);
  std::move(further.begin(), further.end(), std::back_inserter(coded_.lines));
}

void AdministrationCoder::AddInitialLine(Service& leading, bool is_second) {
  auto line = RoleLine(Role::kInitial, {&leading});
  if (line && is_second) {
    line->modifier = rules_.limits.second_site_modifier;
    Particulars particulars = leading.particulars();
    particulars.modifier = line->modifier;
    book_.Cite(Step::kSecondSite, particulars, line->cited);
    Find(Step::kSecondSite, leading.numbers(), particulars);
  }
  if (line) coded_.lines.push_back(*std::move(line));
}

void AdministrationCoder::CodeRest(const Items& items) {
  std::vector<Lines> blocks = ArteryBlocks(Those(items, IsOfArtery));
  blocks.push_back(HipecBlock(Those(items, IsHipec)));
  const auto plain = Those(items, [](const Administered& item) {
    return !IsOfVein(item) && !IsOfArtery(item) && !IsHipec(item);
  });
  const auto code = [&](const Administered* each) { return KeyOf(RowFor(each->how)->code); };
  for (const ConstItems& group : GroupsOf(plain, code)) blocks.push_back({PlainLine(group)});
  std::erase_if(blocks, [](const Lines& block) { return block.empty(); });
  std::stable_sort(blocks.begin(), blocks.end(),
                   [](const Lines& a, const Lines& b) { return IsBefore(a.front(), b.front()); });
  for (Lines& block : blocks) {
    std::move(block.begin(), block.end(), std::back_inserter(coded_.lines));
  }
}

std::vector<AdministrationCoder::Lines> AdministrationCoder::ArteryBlocks(const ConstItems& items) {
  auto services = VesselServices(items);
  const Services all = PointersTo(services);
  const Services infusions = ThoseThatAre(all, true);
  std::vector<Lines> blocks(2);
  if (auto line = RoleLine(Role::kEach, infusions)) blocks[0].push_back(*std::move(line));
  if (auto hours = HoursLine(infusions)) blocks[0].push_back(*std::move(hours));
  if (auto line = RoleLine(Role::kSession, ThoseThatAre(all, false))) {
    line->units = 1;
    blocks[1].push_back(*std::move(line));
  }
  return blocks;
}

AdministrationCoder::Lines AdministrationCoder::HipecBlock(const ConstItems& items) {
  if (items.empty()) return {};
  Service perfusion{.members = items, .how = items.front()->how, .minutes = RunningMinutes(items)};
  if (perfusion.minutes < rules_.limits.hipec) {
    Find(Step::kHipecUnderHalfHour, perfusion.numbers(), perfusion.particulars());
    for (const Administered* each : items) Leave(*each, Step::kHipecUnderHalfHour);
    return {};
  }
  auto first = RoleLine(Role::kFirstTime, {&perfusion});
  if (!first) return {};
  Lines lines{*std::move(first)};
  const auto units = rules_.limits.hipec_further.For(perfusion.minutes);
  const model::CodeRow* further = RowFor(perfusion.how, Role::kFurtherTime);
  if (units > 0 && further != nullptr) lines.push_back(LineOf(*further, {&perfusion}, units));
  return lines;
}

AdministrationLine AdministrationCoder::PlainLine(const ConstItems& items) const {
  const model::CodeRow& row = *RowFor(items.front()->how);
  const auto drug = [](const Administered* each) -> std::string_view { return each->drug_key; };
  std::vector<Service> services;
  for (auto& members : GroupsOf(items, drug)) {
    Service& service = services.emplace_back();
    service.members = std::move(members);
    service.how = service.first().how;
    const bool is_pump = service.how.technique == Technique::kPump;
    service.minutes = is_pump ? service.first().planned_minutes() : service.how.minutes;
    if (row.role == Role::kEach && service.members.size() > 1) {
      book_.Cite(Step::kOneDrugOneService, service.particulars(), service.cited);
    }
  }
  const bool is_per_drug =
      row.role == Role::kEach || row.role == Role::kStart || row.role == Role::kUnlisted;
  return LineOf(row, PointersTo(services),
                is_per_drug ? static_cast<std::int64_t>(services.size()) : 1);
}

std::optional<AdministrationLine> AdministrationCoder::HoursLine(const Services& services) const {
  std::optional<AdministrationLine> line;
  const model::CodeRow* row = nullptr;
  for (const Service* each : services) {
    Particulars particulars = each->particulars();
    particulars.units = rules_.limits.hours.For(each->minutes);
    if (each->is_left || particulars.units == 0) continue;
    if (row == nullptr) row = RowFor(each->how, Role::kHour);
    if (row == nullptr) return std::nullopt;
    if (!line) line = {.code = row->code, .units = 0, .access = each->first().access};
    line->units += particulars.units;
    line->administrations.insert(line->administrations.end(), each->infusions.begin(),
                                 each->infusions.end());
    line->cited.push_back({row->rule, book_.Say(row->rule, particulars)});
    if (each->infusions.size() > 1) {
      book_.Cite(Step::kInterrupted, each->particulars(), line->cited);
    }
  }
  if (line) std::sort(line->administrations.begin(), line->administrations.end());
  return line;
}

std::optional<AdministrationLine> AdministrationCoder::RoleLine(Role role,
                                                                const Services& services) {
  if (services.empty()) return std::nullopt;
  if (const model::CodeRow* row = RowFor(services.front()->how, role)) {
    return LineOf(*row, services, static_cast<std::int64_t>(services.size()));
  }
  for (Service* service : services) {
    service->is_left = true;
    for (const Administered* each : service->members) Leave(*each, Step::kNothingFits);
  }
  return std::nullopt;
}

AdministrationLine AdministrationCoder::LineOf(const model::CodeRow& row, const Services& services,
                                               std::int64_t units) const {
  const Service& first = *services.front();
  AdministrationLine line{.code = row.code, .units = units, .access = first.first().access};
  if (first.how.route == Route::kIntralesional) line.lesions = first.how.lesions;
  for (const Service* each : services) {
    const auto numbers = each->numbers();
    line.administrations.insert(line.administrations.end(), numbers.begin(), numbers.end());
    Particulars particulars = each->particulars();
    particulars.units = units;
    line.cited.push_back({row.rule, book_.Say(row.rule, particulars)});
    line.cited.insert(line.cited.end(), each->cited.begin(), each->cited.end());
  }
  std::sort(line.administrations.begin(), line.administrations.end());
  return line;
}

}  // namespace chemoterm::engine
