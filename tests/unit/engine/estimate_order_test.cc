// Estimates on a handful of figures: which year and locality, what is not paid, and how procedures
// of a day reduce each other. Payments of real codes are in the golden cases.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/operations.h"
#include "engine/view_memo.h"

namespace chemoterm::engine {
namespace {

constexpr std::string_view kCodes = "http://example.org/codes";

enum Property : std::uint16_t {
  kWork,
  kMalpractice,
  kFactor,
  kExpense,
  kExpenseIn,
  kTotal,
  kTotalIn,
  kProcedures
};

// One code a row, in force from the year: work, practice expense, malpractice and total RVU,
// dollars for one RVU, and what says that procedures reduce each other. "-" is known to be absent,
// "" is no figure at all.
struct Row {
  std::string_view code;
  int year;
  std::string_view work, expense, malpractice, total, factor, procedures;
};
constexpr Row kRows[] = {
    {"plain", 2025, "1.00", "1.00", "0.50", "2.50", "10.0000", "0"},
    {"plain", 2026, "2.00", "1.00", "0.50", "3.50", "10.0000", "0"},
    {"dear", 2026, "0.00", "9.00", "1.00", "10.00", "10.0000", "2"},
    {"cheap", 2026, "0.00", "4.00", "1.00", "5.01", "10.0000", "2"},
    {"twin", 2026, "0.00", "9.00", "1.00", "10.00", "10.0000", "2"},
    {"unpaid", 2026, "0.00", "-", "0.00", "-", "10.0000", "2"},
    {"no-factor", 2026, "1.00", "1.00", "1.00", "3.00", "", "0"},
    {"no-expense", 2026, "1.00", "", "1.00", "3.00", "10.0000", "0"},
    {"no-figures", 2026, "", "", "", "", "", ""},
};

constexpr base::Day kYear = 10000;

class World {
 public:
  World() : snapshot_(std::make_unique<model::Snapshot>()) {
    snapshot_->sources.push_back(
        {.id = "s", .citation = "S", .url = {}, .as_of = {}, .licence = {}});
    auto& rules = snapshot_->estimate_rules;
    rules.currency = "USD";
    rules.properties = {kWork, kMalpractice, kFactor, kExpense, kExpenseIn, kTotal, kTotalIn};
    rules.facility_places = {"22"};
    rules.reductions.push_back({kProcedures, "2", {100, 50, 25}, "reduced", {}});
    model::Locality locality{.id = "01",
                             .name = "There",
                             .work = 1100,
                             .expense = 900,
                             .malpractice = 2000,
                             .period = PeriodOf(2026),
                             .provenance = {}};
    rules.localities.push_back(locality);
    model::CodeSystemBuilder system;
    system.info().url = kCodes;
    std::vector<std::pair<std::uint32_t, model::Fact>> facts;
    std::map<std::string_view, std::size_t> ids;  // the concepts, as they are opened
    // Facts stand in the order of their properties, the latest period first.
    for (std::uint16_t property = kWork; property <= kProcedures; ++property) {
      for (auto row = std::rbegin(kRows); row != std::rend(kRows); ++row) {
        const auto [id, is_new] = ids.try_emplace(row->code, ids.size());
        if (is_new) system.SetCode(system.Open(), row->code);
        AddFact(*row, property, static_cast<std::uint32_t>(id->second), facts);
      }
    }
    auto frozen = std::move(system).Freeze();
    EXPECT_TRUE(frozen.ok()) << frozen.status();
    snapshot_->Add(std::make_unique<model::CodeSystem>(*std::move(frozen)));
    snapshot_->facts.emplace_back().by_concept =
        base::Csr<model::Fact>::FromPairs(std::size(kRows), facts);
  }

  model::Snapshot& snapshot() { return *snapshot_; }

 private:
  static model::Period PeriodOf(int year) {
    return {year * kYear + 101, year * kYear + 1231, {}, {}};
  }

  static std::string_view FigureOf(const Row& row, std::uint16_t property) {
    const std::string_view figures[] = {row.work,    row.malpractice, row.factor, row.expense,
                                        row.expense, row.total,       row.total,  row.procedures};
    return figures[property];
  }

  void AddFact(const Row& row, std::uint16_t property, std::uint32_t at,
               std::vector<std::pair<std::uint32_t, model::Fact>>& facts) {
    const auto figure = FigureOf(row, property);
    if (figure.empty()) return;
    model::Fact fact;
    fact.property = property;
    fact.period = PeriodOf(row.year);
    if (figure != "-") {
      fact.kind = ValueKind::kDecimal;
      fact.value = snapshot_->text.Add(figure);
    }
    facts.emplace_back(at, fact);
  }

  std::unique_ptr<model::Snapshot> snapshot_;
};

OrderLine Line(std::string_view code, std::int32_t units = 1, std::string_view date = {}) {
  OrderLine line;
  line.coding = Coding{
      .system = std::string(kCodes), .version = {}, .code = std::string(code), .display = {}};
  line.units = units;
  line.date = date;
  return line;
}

EstimateOrderRequest Order(std::vector<OrderLine> lines) {
  EstimateOrderRequest request;
  request.lines = std::move(lines);
  return request;
}

class EstimateOrderTest : public testing::Test {
 protected:
  absl::StatusOr<EstimateOrderResult> Estimate(const EstimateOrderRequest& request) {
    const model::Catalog catalog(world_.snapshot());
    Budget budget(call_, 1'000'000);
    ViewMemo memo;
    return EstimateOrder(
        {world_.snapshot(), catalog, call_, texts_, issues_, 20261122, budget, memo, 1'000},
        request);
  }

  // "100.00 50.10:50%" a payment a line, with the share that is paid; "-" for none. Then the sum,
  // with "+" where a line has none.
  std::string Payments(const EstimateOrderRequest& request) {
    const auto result = Estimate(request);
    if (!result.ok()) return result.status().ToString();
    std::string text;
    for (const LineEstimate& line : result->lines) {
      text += line.payment.value.empty() ? "-" : std::string(line.payment.value);
      if (line.percent) text += base::Concat({":", base::ToText(*line.percent), "%"});
      text += " ";
    }
    const TotalEstimate& total = result->totals.at(0);
    return text + "= " + std::string(total.payment.value) + (total.is_complete ? "" : "+");
  }

  std::string FaultOf(const EstimateOrderRequest& request) {
    const auto result = Estimate(request);
    if (result.ok()) return {};
    const Failure failure = FailureOf(result.status());
    return base::Concat({InfoOf(failure.reason).name, " ", failure.where});
  }

  World world_;
  CallContext call_;
  Texts texts_;
  Issues issues_;
};

TEST_F(EstimateOrderTest, ARequestThatCannotBeNamesItsParameter) {
  using Request = EstimateOrderRequest;
  const struct {
    std::string_view fault;
    std::function<void(Request& request)> change;
  } cases[] = {
      {"", [](Request&) {}},
      {"MISSING_PARAMETER line", [](Request& r) { r.lines.clear(); }},
      {"INVALID_PARAMETER line", [](Request& r) { r.lines.resize(1001, r.lines[0]); }},
      {"", [](Request& r) { r.lines.resize(1000, r.lines[0]); }},
      {"INVALID_PARAMETER line[0].units", [](Request& r) { r.lines[0].units = 0; }},
      {"INVALID_PARAMETER line[0].units", [](Request& r) { r.lines[0].units = 1'000'001; }},
      {"", [](Request& r) { r.lines[0].units = 1'000'000; }},
      {"INVALID_PARAMETER setting", [](Request& r) { r.setting = "home"; }},
      {"INVALID_PARAMETER year", [](Request& r) { r.year = 1991; }},
      {"INVALID_PARAMETER year", [](Request& r) { r.year = 10000; }},
      {"", [](Request& r) { r.year = 1992; }},
      {"INVALID_PARAMETER locality", [](Request& r) { r.locality = "99"; }},
      // Its indices are of another year.
      {"INVALID_PARAMETER locality", [](Request& r) { r.locality = "01", r.year = 2025; }},
  };
  for (const auto& each : cases) {
    SCOPED_TRACE(each.fault);
    Request request = Order({Line("plain")});
    each.change(request);
    EXPECT_EQ(FaultOf(request), each.fault);
  }
}

TEST_F(EstimateOrderTest, WithoutRulesThereIsNoAnswer) {
  world_.snapshot().estimate_rules = {};
  EXPECT_EQ(FaultOf(Order({Line("plain")})), "UNPROCESSABLE ");
}

TEST_F(EstimateOrderTest, TheYearIsTheOneAskedForElseTheLatest) {
  EstimateOrderRequest request = Order({Line("plain")});
  EXPECT_EQ(Payments(request), "35.00 = 35.00");
  request.year = 2025;
  EXPECT_EQ(Payments(request), "25.00 = 25.00");
  request.year = 2024;
  EXPECT_EQ(Payments(request), "- = +");
  EXPECT_EQ(Estimate(Order({Line("no-figures")}))->year, 2026) << "today's, where no line has any";
}

TEST_F(EstimateOrderTest, ALocalityWeighsThePartsOfTheRvu) {
  EstimateOrderRequest request = Order({Line("plain"), Line("no-expense"), Line("unpaid")});
  request.locality = "01";
  // 2.00 x 1.1 + 1.00 x 0.9 + 0.50 x 2 = 4.10
  EXPECT_EQ(Payments(request), "41.00 - - = 41.00+");
  EXPECT_EQ(Estimate(request)->lines[0].total_rvu, "4.10");
}

TEST_F(EstimateOrderTest, WhatIsNotPaidSaysWhy) {
  const auto result =
      Estimate(Order({Line("unpaid"), Line("no-factor"), Line("no-figures"), Line("not-held")}));
  ASSERT_TRUE(result.ok()) << result.status();
  const std::string_view notes[] = {"ESTIMATE_NOT_PAID", "ESTIMATE_NO_FACTOR",
                                    "ESTIMATE_NO_FIGURES", "ESTIMATE_NO_FIGURES"};
  for (std::size_t i = 0; i < std::size(notes); ++i) {
    EXPECT_EQ(result->lines[i].note, notes[i]) << i;
  }
  EXPECT_EQ(result->lines[1].total_rvu, "3.00");
  EXPECT_TRUE(result->totals[0].payment.value.empty());
  EXPECT_EQ(result->totals[0].work_rvu, "1.00");
}

TEST_F(EstimateOrderTest, ProceduresOfADayReduceEachOther) {
  const struct {
    std::string_view why;
    std::vector<OrderLine> lines;
    std::string_view payments;
  } cases[] = {
      {"one alone is paid in full", {Line("dear")}, "100.00 = 100.00"},
      {"the dearer one in full, wherever it stands",
       {Line("cheap"), Line("dear")},
       "25.05:50% 100.00 = 125.05"},
      {"of equal ones the first", {Line("twin"), Line("dear")}, "100.00 50.00:50% = 150.00"},
      {"units count one by one: 100, 50 and twice 25 percent",
       {Line("dear", 4)},
       "200.00:50% = 200.00"},
      {"the units of a dearer line come first: a quarter is left for each of the other, cents "
       "rounded",
       {Line("cheap", 2), Line("dear", 2)},
       "25.06:25% 150.00:75% = 175.06"},
      {"each day begins anew",
       {Line("dear", 1, "2026-11-20"), Line("cheap", 1, "2026-11-21")},
       "100.00 50.10 = 150.10"},
      {"what is not paid takes no place", {Line("unpaid"), Line("dear")}, "- 100.00 = 100.00+"},
      {"others are not touched",
       {Line("dear"), Line("plain"), Line("plain", 2)},
       "100.00 35.00 70.00 = 205.00"},
  };
  for (const auto& each : cases) {
    SCOPED_TRACE(each.why);
    EXPECT_EQ(Payments(Order(each.lines)), each.payments);
  }
}

TEST_F(EstimateOrderTest, ThePlaceDecidesBeforeTheSetting) {
  EstimateOrderRequest request = Order({Line("plain"), Line("plain"), Line("plain")});
  request.setting = "facility";
  request.lines[0].place_of_service = "11";
  request.lines[1].place_of_service = "22";
  const auto result = Estimate(request);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->lines[0].setting, "nonfacility");
  EXPECT_EQ(result->lines[1].setting, "facility");
  EXPECT_EQ(result->lines[2].setting, "facility");
}

}  // namespace
}  // namespace chemoterm::engine
