// The conversions of the operations on orders.
#include <optional>
#include <string_view>
#include <vector>

#include "rpc/convert.h"
#include "rpc/convert_types.h"

namespace chemoterm::rpc {

namespace cv = coverage::v1;
namespace ov = order::v1;

static void AddLine(const ov::OrderLine& proto, std::vector<OrderLine>& lines) {
  OrderLine& line = lines.emplace_back();  // filled where it stays: it is large
  if (proto.has_coding()) line.coding.emplace(ToCoding(proto.coding()));
  line.modifiers = Texts(proto.modifier());
  line.units = Given(proto, &ov::OrderLine::has_units, &ov::OrderLine::units);
  line.minutes = Given(proto, &ov::OrderLine::has_minutes, &ov::OrderLine::minutes);
  line.start = proto.start();
  line.stop = proto.stop();
  line.lesions = Given(proto, &ov::OrderLine::has_lesions, &ov::OrderLine::lesions);
  line.access = proto.access();
  if (proto.has_drug()) line.drug = ToValue(proto.drug());
  line.drug_class = proto.drug_class();
  line.place_of_service = proto.place_of_service();
  line.date = proto.date();
}

static std::vector<OrderLine> ToLines(const RepeatedPtrField<ov::OrderLine>& proto) {
  std::vector<OrderLine> lines;
  lines.reserve(static_cast<std::size_t>(proto.size()));
  for (const auto& line : proto) AddLine(line, lines);
  return lines;
}

CheckOrderRequest ToRequest(const ov::CheckOrderRequest& proto) {
  CheckOrderRequest request;
  request.lines = ToLines(proto.line());
  request.payer = proto.payer();
  request.plan = proto.plan();
  request.jurisdiction = proto.jurisdiction();
  request.setting = proto.setting();
  request.place_of_service = proto.place_of_service();
  request.date = proto.date();
  for (const auto& diagnosis : proto.diagnosis()) request.diagnoses.push_back(ToCoding(diagnosis));
  return request;
}

static void ToProto(const OrderFix& fix, ov::OrderFix& proto) {
  using Proto = ov::OrderFix;
  Set(proto, &Proto::mutable_action, fix.action);
  if (fix.line) proto.set_line(*fix.line);
  if (!fix.coding.empty()) ToProto(fix.coding, *proto.mutable_coding());
  if (fix.units) proto.set_units(*fix.units);
  Set(proto, &Proto::mutable_modifier, fix.modifier);
}

static void ToProto(const OrderFinding& finding, ov::OrderFinding& proto) {
  using Proto = ov::OrderFinding;
  Set(proto, &Proto::mutable_rule, finding.rule);
  Set(proto, &Proto::mutable_severity, finding.severity);
  proto.mutable_line()->Add(finding.lines.begin(), finding.lines.end());
  Set(proto, &Proto::mutable_message, finding.message);
  for (const OrderFix& fix : finding.fixes) ToProto(fix, *proto.add_fix());
  Set(proto, &Proto::mutable_source, finding.source);
  Set(proto, &Proto::mutable_as_of, finding.as_of);
}

CheckCoverageRequest ToRequest(const cv::CheckCoverageRequest& proto) {
  CheckCoverageRequest request;
  request.lines = ToLines(proto.line());
  request.payer = proto.payer();
  request.plan = proto.plan();
  request.jurisdiction = proto.jurisdiction();
  request.date = proto.date();
  return request;
}

EstimateOrderRequest ToRequest(const ov::EstimateOrderRequest& proto) {
  EstimateOrderRequest request;
  request.lines = ToLines(proto.line());
  request.setting = proto.setting();
  request.place_of_service = proto.place_of_service();
  request.year = Given(proto, &ov::EstimateOrderRequest::has_year, &ov::EstimateOrderRequest::year);
  request.locality = proto.locality();
  return request;
}

static void ToProto(const OrderCoverage& coverage, ov::OrderCoverage& proto) {
  using Proto = ov::OrderCoverage;
  proto.set_line(coverage.line);
  Set(proto, &Proto::mutable_payer, coverage.payer);
  Set(proto, &Proto::mutable_plan, coverage.plan);
  Set(proto, &Proto::mutable_covered, coverage.covered);
  Set(proto, &Proto::mutable_pa_needed, coverage.pa_needed);
  AddTexts(coverage.doc_needed, *proto.mutable_doc_needed());
  AddTexts(coverage.doc_purpose, *proto.mutable_doc_purpose());
  AddTexts(coverage.info_needed, *proto.mutable_info_needed());
  AddTexts(coverage.reasons, *proto.mutable_reason());
  AddTexts(coverage.details, *proto.mutable_detail());
  Set(proto, &Proto::mutable_information, coverage.information);
  AddTexts(coverage.notes, *proto.mutable_note());
  proto.set_stale(coverage.stale);
  proto.set_undated(coverage.undated);
  proto.set_historic(coverage.historic);
  proto.set_conflict(coverage.conflict);
}

static void ToProto(const MoneyView& money, type::v1::Money& proto) {
  Set(proto, &type::v1::Money::mutable_value, money.value);
  Set(proto, &type::v1::Money::mutable_currency, money.currency);
}

static void ToProto(const LineEstimate& line, ov::LineEstimate& proto) {
  using Proto = ov::LineEstimate;
  proto.set_line(line.line);
  ToProto(line.coding, *proto.mutable_coding());
  proto.set_units(line.units);
  Set(proto, &Proto::mutable_setting, line.setting);
  Set(proto, &Proto::mutable_work_rvu, line.work_rvu);
  Set(proto, &Proto::mutable_total_rvu, line.total_rvu);
  if (!line.payment.empty()) ToProto(line.payment, *proto.mutable_payment());
  Set(proto, &Proto::mutable_conversion_factor, line.conversion_factor);
  if (line.percent) proto.set_percent(*line.percent);
  Set(proto, &Proto::mutable_note, line.note);
  Set(proto, &Proto::mutable_source, line.source);
}

static void ToProto(const TotalEstimate& total, ov::TotalEstimate& proto) {
  using Proto = ov::TotalEstimate;
  Set(proto, &Proto::mutable_work_rvu, total.work_rvu);
  Set(proto, &Proto::mutable_total_rvu, total.total_rvu);
  if (!total.payment.empty()) ToProto(total.payment, *proto.mutable_payment());
  proto.set_complete(total.is_complete);
}

void ToProto(const EstimateOrderResult& result, ov::EstimateOrderResponse& proto) {
  using Proto = ov::EstimateOrderResponse;
  proto.set_year(result.year);
  Set(proto, &Proto::mutable_locality, result.locality);
  for (const LineEstimate& line : result.lines) ToProto(line, *proto.add_line());
  for (const TotalEstimate& total : result.totals) ToProto(total, *proto.add_total());
  Set(proto, &Proto::mutable_disclaimer, result.disclaimer);
}

void ToProto(const CheckCoverageResult& result, cv::CheckCoverageResponse& proto) {
  for (const OrderCoverage& coverage : result.coverages) ToProto(coverage, *proto.add_coverage());
  Set(proto, &cv::CheckCoverageResponse::mutable_disclaimer, result.disclaimer);
}

void ToProto(const CheckOrderResult& result, ov::CheckOrderResponse& proto) {
  using Proto = ov::CheckOrderResponse;
  Set(proto, &Proto::mutable_verdict, result.verdict);
  for (const OrderFinding& finding : result.findings) ToProto(finding, *proto.add_finding());
  for (const OrderCoverage& coverage : result.coverages) ToProto(coverage, *proto.add_coverage());
  Set(proto, &Proto::mutable_disclaimer, result.disclaimer);
}

static Administration ToAdministration(const ov::Administration& proto) {
  using Proto = ov::Administration;
  Administration administration;
  if (proto.has_drug()) administration.drug = ToValue(proto.drug());
  administration.drug_class = proto.drug_class();
  administration.route = proto.route();
  administration.technique = proto.technique();
  administration.start = proto.start();
  administration.stop = proto.stop();
  administration.minutes = Given(proto, &Proto::has_minutes, &Proto::minutes);
  administration.planned_minutes =
      Given(proto, &Proto::has_planned_minutes, &Proto::planned_minutes);
  administration.access = proto.access();
  administration.lesions = Given(proto, &Proto::has_lesions, &Proto::lesions);
  administration.approach = proto.approach();
  administration.device = proto.device();
  administration.pump_owner = proto.pump_owner();
  administration.purpose = proto.purpose();
  administration.main_reason = Given(proto, &Proto::has_main_reason, &Proto::main_reason);
  administration.concurrent_with =
      Given(proto, &Proto::has_concurrent_with, &Proto::concurrent_with);
  return administration;
}

CodeAdministrationRequest ToRequest(const ov::CodeAdministrationRequest& proto) {
  CodeAdministrationRequest request;
  request.administrations.reserve(static_cast<std::size_t>(proto.administration_size()));
  for (const auto& each : proto.administration()) {
    request.administrations.push_back(ToAdministration(each));
  }
  request.date = proto.date();
  request.setting = proto.setting();
  request.payer = proto.payer();
  for (const auto& diagnosis : proto.diagnosis()) request.diagnoses.push_back(ToCoding(diagnosis));
  return request;
}

static void ToProto(const CodedLine& line, ov::CodedLine& proto) {
  ToProto(line.coding, *proto.mutable_coding());
  proto.set_units(line.units);
  proto.mutable_administration()->Add(line.administrations.begin(), line.administrations.end());
  for (const auto rule : line.rules) proto.add_rule(rule.data(), rule.size());
  Set(proto, &ov::CodedLine::mutable_explanation, line.explanation);
}

static void ToProto(const UncodedAdministration& uncoded, ov::UncodedAdministration& proto) {
  using Proto = ov::UncodedAdministration;
  proto.set_administration(uncoded.administration);
  Set(proto, &Proto::mutable_rule, uncoded.rule);
  Set(proto, &Proto::mutable_reason, uncoded.reason);
  for (const CodingView& likely : uncoded.likely) ToProto(likely, *proto.add_likely());
}

static void ToProto(const AdministrationFinding& finding, ov::AdministrationFinding& proto) {
  using Proto = ov::AdministrationFinding;
  Set(proto, &Proto::mutable_rule, finding.rule);
  Set(proto, &Proto::mutable_severity, finding.severity);
  proto.mutable_administration()->Add(finding.administrations.begin(),
                                      finding.administrations.end());
  proto.mutable_line()->Add(finding.lines.begin(), finding.lines.end());
  Set(proto, &Proto::mutable_message, finding.message);
  for (const OrderFix& fix : finding.fixes) ToProto(fix, *proto.add_fix());
  Set(proto, &Proto::mutable_source, finding.source);
  Set(proto, &Proto::mutable_as_of, finding.as_of);
}

void ToProto(const CodeAdministrationResult& result, ov::CodeAdministrationResponse& proto) {
  for (const CodedLine& line : result.lines) ToProto(line, *proto.add_line());
  for (const UncodedAdministration& each : result.uncoded) ToProto(each, *proto.add_uncoded());
  for (const AdministrationFinding& each : result.findings) ToProto(each, *proto.add_finding());
  Set(proto, &ov::CodeAdministrationResponse::mutable_disclaimer, result.disclaimer);
}

}  // namespace chemoterm::rpc
