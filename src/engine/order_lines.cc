#include "engine/order_lines.h"

#include <algorithm>
#include <limits>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/expression.h"
#include "engine/resolve.h"

namespace chemoterm::engine {
namespace {

constexpr std::string_view kDrugClasses[] = {"chemotherapy", "hormonal", "biologic", "supportive",
                                             "hydration"};

constexpr std::int64_t kMinute = 60'000;  // milliseconds

std::string Where(std::size_t line, std::string_view member) {
  return base::Concat({"line[", base::ToText(line), "].", member});
}

// The class of a drug by its code; empty for one that has none.
std::string_view ClassOf(const model::Snapshot& snapshot, model::SystemCode drug) {
  const auto& classes = snapshot.order_rules.drug_classes;
  const auto found = classes.find(KeyOf(drug));
  return found == classes.end() ? std::string_view{} : std::string_view(found->second);
}

class LineResolver {
 public:
  LineResolver(const Scope& scope, const LineDefaults& defaults)
      : scope_(scope), snapshot_(scope.snapshot), defaults_(defaults), systems_(scope) {}

  absl::StatusOr<std::vector<OrderedLine>> Run(const std::vector<OrderLine>& given) {
    if (given.empty()) {
      return Fail(Reason::kMissingParameter, "An order needs at least one line", "line");
    }
    if (given.size() > kMaxOrderLines) {
      return Fail(Reason::kInvalidParameter,
                  base::Concat({"An order has at most ", base::ToText(kMaxOrderLines), " lines"}),
                  "line");
    }
    RETURN_IF_ERROR(CheckDate(defaults_.date));
    default_day_ = DayOf(scope_, defaults_.date);
    std::vector<OrderedLine> lines;
    lines.reserve(given.size());
    for (const OrderLine& line : given) RETURN_IF_ERROR(Add(line, lines));
    return lines;
  }

 private:
  absl::Status CheckLine(const OrderLine& line, std::size_t at) const {
    if (!line.coding || line.coding->code.empty()) {
      return Fail(Reason::kMissingParameter, "A line needs a coding with a code",
                  Where(at, "coding"));
    }
    if (line.coding->system.empty()) {
      return Fail(Reason::kMissingParameter, "The coding of a line needs its system",
                  Where(at, "coding.system"));
    }
    const std::pair<std::string_view, const std::string&> dates[] = {
        {"date", line.date}, {"start", line.start}, {"stop", line.stop}};
    for (const auto& [member, text] : dates) {
      if (text.empty() || base::ParseDate(text)) continue;
      return Fail(Reason::kInvalidParameter,
                  base::Concat({"'", base::Clip(text, 60), "' is not a date that exists"}),
                  Where(at, member));
    }
    if (line.drug_class.empty() || std::find(std::begin(kDrugClasses), std::end(kDrugClasses),
                                             line.drug_class) != std::end(kDrugClasses)) {
      return {};
    }
    return Fail(
        Reason::kInvalidParameter,
        base::Concat({"drugClass is ", ListOr({std::begin(kDrugClasses), std::end(kDrugClasses)})}),
        Where(at, "drugClass"));
  }

  absl::Status Add(const OrderLine& given, std::vector<OrderedLine>& lines) {
    RETURN_IF_ERROR(CheckLine(given, lines.size()));
    OrderedLine& line = lines.emplace_back();
    line.given = &given;
    line.number = static_cast<std::int32_t>(lines.size());
    line.units = given.units.value_or(1);
    line.place =
        given.place_of_service.empty() ? defaults_.place : std::string_view(given.place_of_service);
    SetCode(line);
    SetTimes(line);
    SetDrug(line);
    return {};
  }

  void SetCode(OrderedLine& line) {
    const Coding& coding = *line.given->coding;
    const auto named = systems_.Find(coding.system);
    line.system = named.canonical;
    if (!coding.version.empty()) line.system_id = snapshot_.FindSystem(line.system, coding.version);
    if (!line.system_id) line.system_id = named.latest;
    line.code = coding.code;
    if (line.system_id && IsExpression(snapshot_.System(*line.system_id), coding.code)) {
      const auto parts = base::Split(coding.code, ':');
      line.code = parts.front();
      line.modifiers.assign(parts.begin() + 1, parts.end());
    }
    line.modifiers.insert(line.modifiers.end(), line.given->modifiers.begin(),
                          line.given->modifiers.end());
    if (line.system_id) line.concept_id = snapshot_.System(*line.system_id).Find(line.code);
    line.symbols = {named.symbol, snapshot_.symbols.Find(line.code)};
    line.node = snapshot_.relations.Find(line.symbols.system, line.symbols.code);
    line.sets = snapshot_.order_rules.sets.Of(line.symbols, line.code);
  }

  void SetTimes(OrderedLine& line) const {
    const OrderLine& given = *line.given;
    line.minutes = given.minutes;
    if (!given.start.empty() && !given.stop.empty()) SetDuration(line);
    std::string_view date = given.date;
    if (date.empty()) date = DateOf(given.start);
    line.day = date.empty() ? default_day_ : DayOf(scope_, date);
  }

  static void SetDuration(OrderedLine& line) {
    const auto start = base::ParseInstant(line.given->start);
    const auto stop = base::ParseInstant(line.given->stop);
    if (!start || !stop) return;
    line.is_reversed = *stop < *start;
    if (line.minutes || line.is_reversed) return;
    line.minutes = static_cast<std::int32_t>(std::min(
        (*stop - *start) / kMinute, std::int64_t{std::numeric_limits<std::int32_t>::max()}));
  }

  void SetDrug(OrderedLine& line) {
    const OrderLine& given = *line.given;
    std::string_view known_class;
    if (given.drug) {
      NamedDrug drug = ReadDrug(scope_, systems_, *given.drug);
      line.drug = std::move(drug.key);
      line.drug_text = drug.text;
      known_class = drug.drug_class;
    }
    if (known_class.empty()) known_class = ClassOf(snapshot_, line.symbols);
    line.drug_class = given.drug_class.empty() ? known_class : std::string_view(given.drug_class);
  }

  const Scope& scope_;
  const model::Snapshot& snapshot_;
  const LineDefaults& defaults_;
  SystemNames systems_;
  base::Day default_day_ = 0;
};

void AddEncounters(ResolvedOrder& order) {
  auto& by_day = order.by_day;
  by_day.reserve(order.lines.size());
  for (const OrderedLine& line : order.lines) by_day.push_back(&line);
  const auto is_earlier = [](const auto* a, const auto* b) { return a->day < b->day; };
  if (!std::is_sorted(by_day.begin(), by_day.end(), is_earlier)) {
    std::stable_sort(by_day.begin(), by_day.end(), is_earlier);
  }
  for (auto first = by_day.cbegin(); first != by_day.cend();) {
    const auto last = std::find_if(
        first, by_day.cend(), [&](const OrderedLine* line) { return line->day != (*first)->day; });
    order.encounters.emplace_back(first, last);
    first = last;
  }
}

}  // namespace

bool OrderedLine::HasOneOf(const std::vector<std::string>& wanted) const {
  return std::any_of(modifiers.begin(), modifiers.end(), [&](std::string_view modifier) {
    return std::find(wanted.begin(), wanted.end(), modifier) != wanted.end();
  });
}

SystemNames::Named SystemNames::Find(std::string_view url) {
  for (const Named& named : found_) {
    if (named.url == url) return named;
  }
  Named named{.url = url, .canonical = Unalias(scope_, url), .symbol = {}, .latest = {}};
  named.symbol = scope_.snapshot.symbols.Find(named.canonical);
  named.latest = scope_.snapshot.FindSystem(named.canonical, {});
  if (found_.size() < kMostKept) found_.push_back(named);
  return named;
}

NamedDrug ReadDrug(const Scope& scope, SystemNames& systems, const Value& drug) {
  if (drug.kind == ValueKind::kCoding) {
    const auto system = systems.Find(drug.coding.system);
    const auto code = scope.snapshot.symbols.Find(drug.coding.code);
    return {base::Concat({system.canonical, "|", drug.coding.code}), drug.coding.code,
            ClassOf(scope.snapshot, {system.symbol, code})};
  }
  const auto text = base::Trim(drug.text);
  return {base::ToLower(text), text, {}};
}

absl::StatusOr<bool> ReadIsFacility(std::string_view setting) {
  if (setting.empty() || setting == "practitioner") return false;
  if (setting == "facility") return true;
  return Fail(Reason::kInvalidParameter, "setting is practitioner or facility", "setting");
}

absl::StatusOr<std::vector<OrderedLine>> ResolveLines(const Scope& scope,
                                                      const std::vector<OrderLine>& lines,
                                                      const LineDefaults& defaults) {
  return LineResolver(scope, defaults).Run(lines);
}

absl::StatusOr<ResolvedOrder> ResolveOrder(const Scope& scope, const CheckOrderRequest& request) {
  ResolvedOrder order;
  ASSIGN_OR_RETURN(order.is_facility, ReadIsFacility(request.setting));
  ASSIGN_OR_RETURN(order.lines,
                   ResolveLines(scope, request.lines, {request.date, request.place_of_service}));
  order.day = DayOf(scope, request.date);
  const model::Snapshot& snapshot = scope.snapshot;
  SystemNames systems(scope);
  for (const Coding& diagnosis : request.diagnoses) {
    const auto symbol = systems.Find(diagnosis.system).symbol;
    order.diagnoses.push_back(snapshot.order_rules.sets.Of(
        {symbol, snapshot.symbols.Find(diagnosis.code)}, diagnosis.code));
  }
  for (const OrderedLine& line : order.lines) order.sets |= line.sets;
  AddEncounters(order);
  return order;
}

}  // namespace chemoterm::engine
