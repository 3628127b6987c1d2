// What an order comes to under the Medicare physician fee schedule:
//   payment = (work RVU x index + practice expense RVU x index + malpractice RVU x index) x
//   conversion factor
// for each unit, rounded to cents; without a locality the indices are 1 (CMS, "PFS Relative Value
// Files", RVU25D-DOC).
#include <algorithm>

#include "base/fixed.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/display.h"
#include "engine/operations.h"
#include "engine/order_lines.h"
#include "engine/resolve.h"

namespace chemoterm::engine {
namespace {

constexpr int kRvuDigits = 2;
constexpr int kIndexDigits = 3;
constexpr int kFactorDigits = 4;
constexpr int kCentDigits = 2;
constexpr std::int64_t kNationalIndex = 1000;
constexpr std::int32_t kMaxUnits = 1'000'000;
constexpr std::int32_t kWhole = 100;  // percent

using model::Fact;

// The figures of one unit of a code.
struct UnitFigures {
  std::optional<std::int64_t> work;   // in hundredths
  std::optional<std::int64_t> total;  // in hundredths, of the locality
  std::optional<std::int64_t> cents;  // of the payment
  std::string_view conversion_factor;
  const Fact* shown = nullptr;  // whose source is named
  bool is_not_paid = false;     // the table says that it has no figure
};

class Estimate {
 public:
  Estimate(const Scope& scope, const EstimateOrderRequest& request)
      : scope_(scope),
        snapshot_(scope.snapshot),
        rules_(scope.snapshot.estimate_rules),
        request_(request) {}

  absl::StatusOr<EstimateOrderResult> Run() {
    if (rules_.currency.empty()) {
      return Fail(Reason::kUnprocessable, "No rules of estimates are loaded");
    }
    ASSIGN_OR_RETURN(is_facility_, ReadIsFacility(request_.setting));
    ASSIGN_OR_RETURN(lines_, ResolveLines(scope_, request_.lines, {{}, request_.place_of_service}));
    for (const OrderedLine& line : lines_) RETURN_IF_ERROR(CheckUnits(line));
    RETURN_IF_ERROR(ReadYear());
    RETURN_IF_ERROR(ReadLocality());
    for (const OrderedLine& line : lines_) Add(line);
    Reduce();
    Sum();
    return std::move(result_);
  }

 private:
  absl::Status CheckUnits(const OrderedLine& line) const {
    if (line.units >= 1 && line.units <= kMaxUnits) return {};
    return Fail(Reason::kInvalidParameter,
                base::Concat({"units are 1 to ", base::ToText(kMaxUnits)}),
                base::Concat({"line[", base::ToText(line.number - 1), "].units"}));
  }

  // The asked year, or the latest that has a conversion factor or RVUs.
  absl::Status ReadYear() {
    constexpr std::int32_t kFirst = 1992;  // of the fee schedule
    constexpr std::int32_t kLast = 9999;
    constexpr base::Day kYear = 10000;
    if (request_.year) {
      if (*request_.year < kFirst || *request_.year > kLast) {
        return Fail(Reason::kInvalidParameter, "year is a year of the fee schedule, from 1992",
                    "year");
      }
      result_.year = *request_.year;
    } else {
      for (const OrderedLine& line : lines_) {
        for (const Fact& row : RowsOf(line, rules_.properties.work)) {
          result_.year = std::max(result_.year, row.period.first / kYear);
        }
      }
      if (result_.year == 0) result_.year = scope_.today / kYear;
    }
    day_ = result_.year * kYear + 1231;
    return {};
  }

  absl::Status ReadLocality() {
    if (request_.locality.empty()) return {};
    for (const model::Locality& locality : rules_.localities) {
      if (locality.id == request_.locality && locality.period.Covers(day_)) locality_ = &locality;
    }
    if (locality_ == nullptr) {
      return Fail(
          Reason::kInvalidParameter,
          base::Concat({"There are no cost indices of locality '",
                        base::Clip(request_.locality, 40), "' for ", base::ToText(result_.year)}),
          "locality");
    }
    result_.locality = locality_->id;
    return {};
  }

  std::span<const Fact> RowsOf(const OrderedLine& line, std::uint16_t property) const {
    if (!line.concept_id) return {};
    const auto facts = snapshot_.Facts(*line.system_id).Of(*line.concept_id);
    const auto rows = std::ranges::equal_range(facts, property, {}, &Fact::property);
    return {rows.begin(), rows.end()};
  }

  // The row of the year; where sources disagree, that of the source of `like`.
  const Fact* RowOf(const OrderedLine& line, std::uint16_t property,
                    const Fact* like = nullptr) const {
    const Fact* found = nullptr;
    for (const Fact& row : RowsOf(line, property)) {
      if (!row.period.Covers(day_)) continue;
      if (row.conflict.size == 0) return &row;
      if (like != nullptr && row.provenance.source == like->provenance.source) found = &row;
    }
    return found;
  }

  std::optional<std::int64_t> FigureOf(const Fact* row, int digits) const {
    if (row == nullptr || row->kind == ValueKind::kNone) return std::nullopt;
    return base::ParseFixed(snapshot_.Text(row->value), digits);
  }

  bool IsFacility(const OrderedLine& line) const {
    const auto& places = rules_.facility_places;
    if (line.place.empty()) return is_facility_;
    return std::find(places.begin(), places.end(), line.place) != places.end();
  }

  UnitFigures FiguresOf(const OrderedLine& line, bool in_facility) const {
    const auto& properties = rules_.properties;
    UnitFigures figures;
    const Fact* work = RowOf(line, properties.work);
    const Fact* total =
        RowOf(line, in_facility ? properties.total_facility : properties.total_nonfacility, work);
    const Fact* factor = RowOf(line, properties.conversion_factor);
    figures.work = FigureOf(work, kRvuDigits);
    figures.shown = work != nullptr ? work : total;
    figures.is_not_paid = total != nullptr && total->kind == ValueKind::kNone;
    if (factor != nullptr) figures.conversion_factor = snapshot_.Text(factor->value);
    // In hundred-thousandths: RVU times index.
    std::optional<std::int64_t> adjusted;
    if (locality_ == nullptr) {
      if (const auto whole = FigureOf(total, kRvuDigits)) adjusted = *whole * kNationalIndex;
    } else if (!figures.is_not_paid) {
      adjusted = Adjusted(line, in_facility, figures.work);
    }
    if (!adjusted) return figures;
    figures.total = base::RoundFixed(*adjusted, kIndexDigits);
    if (const auto dollars = FigureOf(factor, kFactorDigits)) {
      figures.cents = base::RoundFixed(*adjusted * *dollars,
                                       kRvuDigits + kIndexDigits + kFactorDigits - kCentDigits);
    }
    return figures;
  }

  std::optional<std::int64_t> Adjusted(const OrderedLine& line, bool in_facility,
                                       std::optional<std::int64_t> work) const {
    const auto& properties = rules_.properties;
    const auto expense = FigureOf(
        RowOf(line, in_facility ? properties.expense_facility : properties.expense_nonfacility),
        kRvuDigits);
    const auto malpractice = FigureOf(RowOf(line, properties.malpractice), kRvuDigits);
    if (!work || !expense || !malpractice) return std::nullopt;
    return *work * locality_->work + *expense * locality_->expense +
           *malpractice * locality_->malpractice;
  }

  std::string_view Keep(std::string text) const { return scope_.texts.Keep(std::move(text)); }
  MoneyView Money(std::int64_t cents) const {
    return {Keep(base::FormatFixed(cents, kCentDigits)), rules_.currency};
  }

  void Add(const OrderedLine& line) {
    const bool in_facility = IsFacility(line);
    const UnitFigures figures = FiguresOf(line, in_facility);
    LineEstimate estimate;
    estimate.line = line.number;
    estimate.coding = line.concept_id
                          ? CodingOf(snapshot_.System(*line.system_id), *line.concept_id, {})
                          : CodingView{line.system, {}, line.code, {}};
    estimate.units = line.units;
    estimate.setting = in_facility ? "facility" : "nonfacility";
    estimate.conversion_factor = figures.conversion_factor;
    const auto all = [&](std::int64_t one) {
      return Keep(base::FormatFixed(one * line.units, kRvuDigits));
    };
    if (figures.work) estimate.work_rvu = all(*figures.work);
    if (figures.total) estimate.total_rvu = all(*figures.total);
    if (figures.shown != nullptr) {
      estimate.source = snapshot_.SourceOf(figures.shown->provenance).citation;
    }
    if (!figures.cents) {
      const std::string_view message = figures.shown == nullptr ? "ESTIMATE_NO_FIGURES"
                                       : figures.is_not_paid    ? "ESTIMATE_NOT_PAID"
                                                                : "ESTIMATE_NO_FACTOR";
      estimate.note = Keep(scope_.Say(message, {{"code", line.code},
                                                {"year", base::ToText(result_.year)},
                                                {"setting", estimate.setting}}));
    }
    units_.push_back(figures);
    paid_.push_back(figures.cents ? std::optional(*figures.cents * line.units) : std::nullopt);
    result_.lines.push_back(estimate);
  }

  // Units of a day that reduce each other, the dearest first.
  void Reduce() {
    for (const model::FeeReduction& reduction : rules_.reductions) {
      std::vector<std::size_t> order;
      for (std::size_t i = 0; i < lines_.size(); ++i) {
        const Fact* row = RowOf(lines_[i], reduction.property);
        const bool is_reduced =
            row != nullptr && snapshot_.Text(row->value) == reduction.value && units_[i].cents;
        if (is_reduced) order.push_back(i);
      }
      std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::pair(lines_[a].day, -*units_[a].cents) <
               std::pair(lines_[b].day, -*units_[b].cents);
      });
      base::Day day = 0;
      std::int64_t rank = 0;  // of the unit within its day
      for (const std::size_t i : order) {
        if (lines_[i].day != day) rank = 0;
        day = lines_[i].day;
        ReduceLine(reduction, i, rank);
        rank += lines_[i].units;
      }
    }
  }

  void ReduceLine(const model::FeeReduction& reduction, std::size_t at, std::int64_t rank) {
    const std::int64_t cents = *units_[at].cents;
    const auto listed = static_cast<std::int64_t>(reduction.percents.size()) - 1;
    std::int64_t paid = 0;
    std::int64_t left = lines_[at].units;
    for (; left > 0 && rank < listed; --left, ++rank) {
      paid += Share(cents, reduction.percents[static_cast<std::size_t>(rank)]);
    }
    paid += left * Share(cents, reduction.percents.back());
    const std::int64_t full = cents * lines_[at].units;
    if (paid == full) return;
    paid_[at] = paid;
    LineEstimate& estimate = result_.lines[at];
    estimate.percent = static_cast<std::int32_t>((paid * kWhole + full / 2) / full);
    estimate.note = reduction.message;
  }

  static std::int64_t Share(std::int64_t cents, std::int32_t percent) {
    return base::RoundFixed(cents * percent, 2);
  }

  void Sum() {
    TotalEstimate total;
    std::int64_t work = 0;
    std::int64_t rvu = 0;
    std::int64_t cents = 0;
    total.is_complete = true;
    bool has_work = false;
    bool has_rvu = false;
    bool has_payment = false;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const auto units = lines_[i].units;
      has_work = has_work || units_[i].work;
      has_rvu = has_rvu || units_[i].total;
      has_payment = has_payment || paid_[i];
      work += units_[i].work.value_or(0) * units;
      rvu += units_[i].total.value_or(0) * units;
      cents += paid_[i].value_or(0);
      total.is_complete = total.is_complete && paid_[i];
      if (paid_[i]) result_.lines[i].payment = Money(*paid_[i]);
    }
    if (has_work) total.work_rvu = Keep(base::FormatFixed(work, kRvuDigits));
    if (has_rvu) total.total_rvu = Keep(base::FormatFixed(rvu, kRvuDigits));
    if (has_payment) total.payment = Money(cents);
    result_.totals.push_back(total);
    result_.disclaimer = snapshot_.messages.Text("DISCLAIMER");
  }

  const Scope& scope_;
  const model::Snapshot& snapshot_;
  const model::EstimateRules& rules_;
  const EstimateOrderRequest& request_;
  bool is_facility_ = false;
  base::Day day_ = 0;  // the last one of the year
  const model::Locality* locality_ = nullptr;
  std::vector<OrderedLine> lines_;
  std::vector<UnitFigures> units_;                 // parallel to the lines
  std::vector<std::optional<std::int64_t>> paid_;  // cents of all units of a line
  EstimateOrderResult result_;
};

}  // namespace

absl::StatusOr<EstimateOrderResult> EstimateOrder(const Scope& scope,
                                                  const EstimateOrderRequest& request) {
  RETURN_IF_ERROR(CheckBudget(scope.call));
  return Estimate(scope, request).Run();
}

}  // namespace chemoterm::engine
