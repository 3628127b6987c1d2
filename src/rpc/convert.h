// Proto messages to and from the structs of the operations: per operation one overload each way.
// The names and kinds of all fields are held to the operation tables by tests/parity.
#pragma once

#include <google/protobuf/repeated_ptr_field.h>

#include "chemoterm/coverage/v1/coverage.pb.h"
#include "chemoterm/issue.h"
#include "chemoterm/ops/all_ops.h"
#include "chemoterm/order/v1/order.pb.h"
#include "chemoterm/resources.h"
#include "chemoterm/terminology/v1/terminology.pb.h"
#include "chemoterm/type/v1/type.pb.h"

namespace chemoterm::rpc {

LookupRequest ToRequest(const terminology::v1::LookupCodeRequest& proto);
ValidateCodeRequest ToRequest(const terminology::v1::ValidateCodeRequest& proto);
ValidateValueSetCodeRequest ToRequest(const terminology::v1::ValidateValueSetCodeRequest& proto);
ExpandRequest ToRequest(const terminology::v1::ExpandValueSetRequest& proto);
CompareRequest ToRequest(const terminology::v1::CompareValueSetsRequest& proto);
TranslateRequest ToRequest(const terminology::v1::TranslateCodeRequest& proto);
FindMatchesRequest ToRequest(const terminology::v1::FindMatchesRequest& proto);
ClosureRequest ToRequest(const terminology::v1::UpdateClosureRequest& proto);
SubsumesRequest ToRequest(const terminology::v1::SubsumesRequest& proto);
RelatedCodesRequest ToRequest(const terminology::v1::ListRelatedCodesRequest& proto);
SearchCodesRequest ToRequest(const terminology::v1::SearchCodesRequest& proto);
CoverageNotesRequest ToRequest(const coverage::v1::ListCoverageNotesRequest& proto);
CheckOrderRequest ToRequest(const order::v1::CheckOrderRequest& proto);
EstimateOrderRequest ToRequest(const order::v1::EstimateOrderRequest& proto);
CheckCoverageRequest ToRequest(const coverage::v1::CheckCoverageRequest& proto);
CodeAdministrationRequest ToRequest(const order::v1::CodeAdministrationRequest& proto);

// These write into a fresh message. Everything is copied: the message does not depend on the
// answer.
void ToProto(const LookupResult& result, terminology::v1::LookupCodeResponse& proto);
void ToProto(const ValidateCodeResult& result, terminology::v1::ValidateCodeResponse& proto);
void ToProto(const ValidateCodeResult& result,
             terminology::v1::ValidateValueSetCodeResponse& proto);
void ToProto(const ExpandResult& result, terminology::v1::ExpandValueSetResponse& proto);
void ToProto(const CompareResult& result, terminology::v1::CompareValueSetsResponse& proto);
void ToProto(const TranslateResult& result, terminology::v1::TranslateCodeResponse& proto);
void ToProto(const FindMatchesResult& result, terminology::v1::FindMatchesResponse& proto);
void ToProto(const ClosureResult& result, terminology::v1::UpdateClosureResponse& proto);
void ToProto(const SubsumesResult& result, terminology::v1::SubsumesResponse& proto);
void ToProto(const RelatedCodesResult& result, terminology::v1::ListRelatedCodesResponse& proto);
void ToProto(const SearchCodesResult& result, terminology::v1::SearchCodesResponse& proto);
void ToProto(const CoverageNotesResult& result, coverage::v1::ListCoverageNotesResponse& proto);
void ToProto(const CheckOrderResult& result, order::v1::CheckOrderResponse& proto);
void ToProto(const EstimateOrderResult& result, order::v1::EstimateOrderResponse& proto);
void ToProto(const CheckCoverageResult& result, coverage::v1::CheckCoverageResponse& proto);
void ToProto(const CodeAdministrationResult& result, order::v1::CodeAdministrationResponse& proto);
void ToProto(const CoverageNote& note, coverage::v1::CoverageNote& proto);
void ToProto(const CodeSystemSummary& system, terminology::v1::CodeSystem& proto);
void ToProto(const PayerSummary& payer, coverage::v1::Payer& proto);
void ToProto(const ValueView& value, type::v1::Value& proto);
void ToProto(const Issues& issues, google::protobuf::RepeatedPtrField<type::v1::Issue>& proto);

}  // namespace chemoterm::rpc
