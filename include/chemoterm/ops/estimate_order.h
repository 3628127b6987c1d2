// estimate-order: what an order comes to under the Medicare physician fee schedule.
// FHIR $estimate-order (ours), OrderEntryService.EstimateOrder, `chemoterm estimate`.
#pragma once

#include "chemoterm/ops/check_order.h"
#include "chemoterm/params.h"
#include "chemoterm/values.h"

namespace chemoterm {

// `setting` facility takes the facility rates, practitioner (default) the others; so does a place
// of service that is one or the other.
struct EstimateOrderRequest {
  std::vector<OrderLine> lines;
  std::string setting;
  std::string place_of_service;
  std::optional<std::int32_t> year;
  std::string locality;
};

// RVUs and payments of all units of a line. What the tables do not have is absent.
struct LineEstimate {
  std::int32_t line = 0;
  CodingView coding;
  std::int32_t units = 1;
  std::string_view setting;
  std::string_view work_rvu;
  std::string_view total_rvu;
  MoneyView payment;
  std::string_view conversion_factor;
  std::optional<std::int32_t> percent;
  std::string_view note;
  std::string_view source;
};

// Sums over the lines that have the figure.
struct TotalEstimate {
  std::string_view work_rvu;
  std::string_view total_rvu;
  MoneyView payment;
  bool is_complete = false;
};

struct EstimateOrderResult {
  std::int32_t year = 0;
  std::string_view locality;
  std::vector<LineEstimate> lines;
  std::vector<TotalEstimate> totals;  // one
  std::string_view disclaimer;
};

template <>
struct Params<EstimateOrderRequest> {
  static constexpr auto kAll = std::make_tuple(
      Param{"line", Kind::kParts, "1..*", &EstimateOrderRequest::lines,
            "The lines, numbered from 1; of each the code, units, place and date count."},
      Param{"setting", Kind::kCode, "0..1", &EstimateOrderRequest::setting,
            "facility or practitioner: which rates where the place does not tell; default "
            "practitioner, the non-facility rates."},
      Param{"placeOfService", Kind::kCode, "0..1", &EstimateOrderRequest::place_of_service,
            "Place of service of lines that have none."},
      Param{"year", Kind::kInteger, "0..1", &EstimateOrderRequest::year,
            "Year of the fee schedule; default the latest that is loaded."},
      Param{"locality", Kind::kCode, "0..1", &EstimateOrderRequest::locality,
            "Payment locality whose cost indices apply; default: national."});
};

template <>
struct Params<LineEstimate> {
  static constexpr auto kAll = std::make_tuple(
      Param{"line", Kind::kInteger, "1..1", &LineEstimate::line, "Which line, from 1."},
      Param{"coding", Kind::kCoding, "1..1", &LineEstimate::coding, "Its code."},
      Param{"units", Kind::kInteger, "1..1", &LineEstimate::units, "Its units."},
      Param{"setting", Kind::kCode, "1..1", &LineEstimate::setting,
            "facility or nonfacility rates."},
      Param{"workRvu", Kind::kDecimal, "0..1", &LineEstimate::work_rvu, "Work RVU of all units."},
      Param{"totalRvu", Kind::kDecimal, "0..1", &LineEstimate::total_rvu,
            "Total RVU of all units, before a reduction; of the locality where one is given."},
      Param{"payment", Kind::kMoney, "0..1", &LineEstimate::payment,
            "Payment of all units: an estimate."},
      Param{"conversionFactor", Kind::kDecimal, "0..1", &LineEstimate::conversion_factor,
            "Dollars for one RVU."},
      Param{"percent", Kind::kInteger, "0..1", &LineEstimate::percent,
            "Share that is paid, where several procedures reduce it: of the units together."},
      Param{"note", Kind::kString, "0..1", &LineEstimate::note,
            "Why a figure is absent or reduced."},
      Param{"source", Kind::kString, "0..1", &LineEstimate::source,
            "Where the figures come from."});
};

template <>
struct Params<TotalEstimate> {
  static constexpr auto kAll = std::make_tuple(
      Param{"workRvu", Kind::kDecimal, "0..1", &TotalEstimate::work_rvu, "Work RVU."},
      Param{"totalRvu", Kind::kDecimal, "0..1", &TotalEstimate::total_rvu, "Total RVU."},
      Param{"payment", Kind::kMoney, "0..1", &TotalEstimate::payment, "Payment: an estimate."},
      Param{"complete", Kind::kBoolean, "1..1", &TotalEstimate::is_complete,
            "True: every line has a payment."});
};

template <>
struct Params<EstimateOrderResult> {
  static constexpr auto kAll = std::make_tuple(
      Param{"year", Kind::kInteger, "1..1", &EstimateOrderResult::year,
            "Year of the fee schedule."},
      Param{"locality", Kind::kCode, "0..1", &EstimateOrderResult::locality, "Payment locality."},
      Param{"line", Kind::kParts, "0..*", &EstimateOrderResult::lines, "One for each line."},
      Param{"total", Kind::kParts, "0..*", &EstimateOrderResult::totals, "The sum."},
      Param{"disclaimer", Kind::kString, "0..1", &EstimateOrderResult::disclaimer,
            "What the answer is not."});
};

struct EstimateOrderOp {
  using Request = EstimateOrderRequest;
  using Result = EstimateOrderResult;
  static constexpr OpInfo kInfo{
      "estimate-order",
      "",
      {.system = true},
      {.system = true},
      Cost::kCheap,
      false,
      "OrderEntryService.EstimateOrder",
      "estimate",
      "Estimate of an order",
      "Work RVU, total RVU and payment of the lines of an order under the "
      "Medicare physician fee schedule, line by line and in total."};
};

}  // namespace chemoterm
