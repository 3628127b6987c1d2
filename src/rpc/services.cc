#include "rpc/services.h"

#include <google/protobuf/arena.h>

#include <algorithm>
#include <type_traits>

#include "chemoterm/coverage/v1/coverage.grpc.pb.h"
#include "chemoterm/order/v1/order.grpc.pb.h"
#include "chemoterm/terminology/v1/terminology.grpc.pb.h"
#include "rpc/execute.h"
#include "rpc/expand_stream.h"
#include "rpc/item_streams.h"

namespace chemoterm::rpc {
namespace {

namespace tv = terminology::v1;
namespace cv = coverage::v1;
namespace ov = order::v1;
using google::protobuf::Arena;
using Bytes = grpc::ByteBuffer;
using Context = grpc::CallbackServerContext;
using Unary = grpc::ServerUnaryReactor;

// The methods are raw (bytes in and out): with typed ones gRPC 1.51 answers a malformed request
// with an empty UNIMPLEMENTED, and a stream cannot tell it from its end.

// Holds the messages of most calls without another allocation.
constexpr std::size_t kArenaBlock = 16 * 1024;

// Whether any answer is worth keeping: the request is likely to come again, which no order is, and
// the call leaves nothing.
template <class PbRequest>
constexpr bool IsEverKept() {
  constexpr bool kIsOrder = requires(const PbRequest& request) { request.line(); } ||
                            requires(const PbRequest& request) { request.administration(); };
  return !kIsOrder && !std::is_same_v<PbRequest, tv::UpdateClosureRequest>;
}

// Whether the answer to this one is: it follows from the request and the content alone. With a
// cache-id it depends on what earlier calls have left there, and the call itself leaves something.
template <class PbRequest>
bool IsWorthKeeping(const PbRequest& request) {
  if constexpr (!IsEverKept<PbRequest>()) {
    return false;
  } else if constexpr (requires { request.cache_id(); }) {
    return request.cache_id().empty();
  } else if constexpr (requires { request.items(); }) {
    const auto& items = request.items();
    return std::all_of(items.begin(), items.end(),
                       [](const auto& item) { return IsWorthKeeping(item); });
  } else {
    return true;
  }
}

template <class PbRequest, class PbResponse>
absl::Status Answer(Call& call, const Bytes& in, Bytes& out) {
  if (auto alive = call.Alive(); !alive.ok()) return alive;
  const auto& type = PbRequest::descriptor()->full_name();
  if (IsEverKept<PbRequest>() && call.SendKept(call.KeyOf(type, in), in, out))
    return absl::OkStatus();
  alignas(std::max_align_t) char block[kArenaBlock];
  Arena arena(block, sizeof block);
  auto& request = *Arena::CreateMessage<PbRequest>(&arena);
  auto& response = *Arena::CreateMessage<PbResponse>(&arena);
  if (auto status = call.Parse(in, request); !status.ok()) return status;
  if (auto status = Execute(call, request, response); !status.ok()) return status;
  if (auto status = call.Serialize(response, out); !status.ok()) return status;
  if (IsWorthKeeping(request)) call.Keep(call.KeyOf(type, in), out);
  return absl::OkStatus();
}

// A call that goes on in the pool.
class DeferredCall final : public grpc::ServerUnaryReactor {
 public:
  using Function = absl::Status (*)(Call& call, const Bytes& in, Bytes& out);

  DeferredCall(const Call& first, const Bytes& in) : call_(first, Call::Continued{}), in_(in) {}

  void Start(base::WorkPool& pool, Function answer, Bytes* out) {
    const auto work = [this, answer, out] {
      Finish(call_.Finish(answer(call_, in_, *out)));  // this may be gone now
    };
    if (pool.Submit(work)) return;
    Finish(call_.Finish(TooManyWait()));
  }

  void OnCancel() override { call_.Cancel(); }
  void OnDone() override { delete this; }

 private:
  Call call_;
  const Bytes in_;
};

// A larger message is heavy.
constexpr std::size_t kLightMessage = std::size_t{64} * 1024;

template <class PbRequest, class PbResponse>
Unary* Run(const Door& door, std::string_view operation, Context* server, const Bytes* in,
           Bytes* out) {
  Call call(door, *server, operation);
  // Each item of a batch has steps of its own, so that it is not known to be heavy before it is
  // done.
  constexpr bool kIsBatch = requires(const PbRequest& request) { request.items(); };
  if (door.pool == nullptr || (!kIsBatch && in->Length() <= kLightMessage)) {
    if (door.pool != nullptr) call.Slice(door.slice_steps);
    const absl::Status status = Answer<PbRequest, PbResponse>(call, *in, *out);
    if (!call.IsCut(status)) {
      auto* const reactor = server->DefaultReactor();
      reactor->Finish(call.Finish(status));
      return reactor;
    }
  }
  auto* const reactor = new DeferredCall(call, *in);
  reactor->Start(*door.pool, &Answer<PbRequest, PbResponse>, out);
  return reactor;
}

// Labels of the calls that are no operation of their own.
constexpr std::string_view kBatch = "batch";
constexpr std::string_view kRead = "read";
constexpr std::string_view kSearch = "search";

template <class Base>
using RawLookups = tv::TerminologyService::WithRawCallbackMethod_LookupCode<
    tv::TerminologyService::WithRawCallbackMethod_BatchLookupCodes<Base>>;
template <class Base>
using RawValidations = tv::TerminologyService::WithRawCallbackMethod_ValidateCode<
    tv::TerminologyService::WithRawCallbackMethod_BatchValidateCodes<
        tv::TerminologyService::WithRawCallbackMethod_StreamValidateCodes<Base>>>;
template <class Base>
using RawValueSets = tv::TerminologyService::WithRawCallbackMethod_ValidateValueSetCode<
    tv::TerminologyService::WithRawCallbackMethod_ExpandValueSet<
        tv::TerminologyService::WithRawCallbackMethod_StreamExpandValueSet<
            tv::TerminologyService::WithRawCallbackMethod_CompareValueSets<Base>>>>;
template <class Base>
using RawMaps = tv::TerminologyService::WithRawCallbackMethod_TranslateCode<
    tv::TerminologyService::WithRawCallbackMethod_FindMatches<
        tv::TerminologyService::WithRawCallbackMethod_UpdateClosure<Base>>>;
template <class Base>
using RawLinks = tv::TerminologyService::WithRawCallbackMethod_Subsumes<
    tv::TerminologyService::WithRawCallbackMethod_ListRelatedCodes<
        tv::TerminologyService::WithRawCallbackMethod_SearchCodes<Base>>>;
template <class Base>
using RawSystems = tv::TerminologyService::WithRawCallbackMethod_ListCodeSystems<
    tv::TerminologyService::WithRawCallbackMethod_GetCodeSystem<Base>>;
using RawTerminology = RawLookups<
    RawValidations<RawValueSets<RawMaps<RawLinks<RawSystems<tv::TerminologyService::Service>>>>>>;
using RawCoverage = cv::CoverageService::WithRawCallbackMethod_ListCoverageNotes<
    cv::CoverageService::WithRawCallbackMethod_CheckCoverage<
        cv::CoverageService::WithRawCallbackMethod_GetCoverageNote<
            cv::CoverageService::WithRawCallbackMethod_ListPayers<cv::CoverageService::Service>>>>;

using RawOrderEntry = ov::OrderEntryService::WithRawCallbackMethod_CheckOrder<
    ov::OrderEntryService::WithRawCallbackMethod_StreamCheckOrders<
        ov::OrderEntryService::WithRawCallbackMethod_EstimateOrder<
            ov::OrderEntryService::WithRawCallbackMethod_CodeAdministration<
                ov::OrderEntryService::Service>>>>;

class Terminology final : public RawTerminology {
 public:
  explicit Terminology(const Door& door) : door_(door) {}

  Unary* LookupCode(Context* c, const Bytes* in, Bytes* out) override {
    return Run<tv::LookupCodeRequest, tv::LookupCodeResponse>(door_, LookupOp::kInfo.name, c, in,
                                                              out);
  }
  Unary* BatchLookupCodes(Context* c, const Bytes* in, Bytes* out) override {
    return Run<tv::BatchLookupCodesRequest, tv::BatchLookupCodesResponse>(door_, kBatch, c, in,
                                                                          out);
  }
  Unary* ValidateCode(Context* c, const Bytes* in, Bytes* out) override {
    return Run<tv::ValidateCodeRequest, tv::ValidateCodeResponse>(door_, ValidateCodeOp::kInfo.name,
                                                                  c, in, out);
  }
  Unary* BatchValidateCodes(Context* c, const Bytes* in, Bytes* out) override {
    return Run<tv::BatchValidateCodesRequest, tv::BatchValidateCodesResponse>(door_, kBatch, c, in,
                                                                              out);
  }
  grpc::ServerBidiReactor<Bytes, Bytes>* StreamValidateCodes(Context* c) override {
    return StartValidateStream(door_, *c);
  }
  Unary* ValidateValueSetCode(Context* c, const Bytes* in, Bytes* out) override {
    return Run<tv::ValidateValueSetCodeRequest, tv::ValidateValueSetCodeResponse>(
        door_, ValidateValueSetCodeOp::kInfo.name, c, in, out);
  }
  Unary* ExpandValueSet(Context* c, const Bytes* in, Bytes* out) override {
    return Run<tv::ExpandValueSetRequest, tv::ExpandValueSetResponse>(door_, ExpandOp::kInfo.name,
                                                                      c, in, out);
  }
  grpc::ServerWriteReactor<Bytes>* StreamExpandValueSet(Context* c, const Bytes* in) override {
    return StartExpandStream(door_, *c, *in);
  }
  Unary* CompareValueSets(Context* c, const Bytes* in, Bytes* out) override {
    return Run<tv::CompareValueSetsRequest, tv::CompareValueSetsResponse>(
        door_, CompareOp::kInfo.name, c, in, out);
  }
  Unary* TranslateCode(Context* c, const Bytes* in, Bytes* out) override {
    return Run<tv::TranslateCodeRequest, tv::TranslateCodeResponse>(door_, TranslateOp::kInfo.name,
                                                                    c, in, out);
  }
  Unary* FindMatches(Context* c, const Bytes* in, Bytes* out) override {
    return Run<tv::FindMatchesRequest, tv::FindMatchesResponse>(door_, FindMatchesOp::kInfo.name, c,
                                                                in, out);
  }
  Unary* UpdateClosure(Context* c, const Bytes* in, Bytes* out) override {
    return Run<tv::UpdateClosureRequest, tv::UpdateClosureResponse>(door_, ClosureOp::kInfo.name, c,
                                                                    in, out);
  }
  Unary* Subsumes(Context* c, const Bytes* in, Bytes* out) override {
    return Run<tv::SubsumesRequest, tv::SubsumesResponse>(door_, SubsumesOp::kInfo.name, c, in,
                                                          out);
  }
  Unary* ListRelatedCodes(Context* c, const Bytes* in, Bytes* out) override {
    return Run<tv::ListRelatedCodesRequest, tv::ListRelatedCodesResponse>(
        door_, RelatedCodesOp::kInfo.name, c, in, out);
  }
  Unary* SearchCodes(Context* c, const Bytes* in, Bytes* out) override {
    return Run<tv::SearchCodesRequest, tv::SearchCodesResponse>(door_, SearchCodesOp::kInfo.name, c,
                                                                in, out);
  }
  Unary* ListCodeSystems(Context* c, const Bytes* in, Bytes* out) override {
    return Run<tv::ListCodeSystemsRequest, tv::ListCodeSystemsResponse>(door_, kSearch, c, in, out);
  }
  Unary* GetCodeSystem(Context* c, const Bytes* in, Bytes* out) override {
    return Run<tv::GetCodeSystemRequest, tv::GetCodeSystemResponse>(door_, kRead, c, in, out);
  }

 private:
  const Door& door_;
};

class Coverage final : public RawCoverage {
 public:
  explicit Coverage(const Door& door) : door_(door) {}

  Unary* ListCoverageNotes(Context* c, const Bytes* in, Bytes* out) override {
    return Run<cv::ListCoverageNotesRequest, cv::ListCoverageNotesResponse>(
        door_, CoverageNotesOp::kInfo.name, c, in, out);
  }
  Unary* CheckCoverage(Context* c, const Bytes* in, Bytes* out) override {
    return Run<cv::CheckCoverageRequest, cv::CheckCoverageResponse>(
        door_, CheckCoverageOp::kInfo.name, c, in, out);
  }
  Unary* GetCoverageNote(Context* c, const Bytes* in, Bytes* out) override {
    return Run<cv::GetCoverageNoteRequest, cv::GetCoverageNoteResponse>(door_, kRead, c, in, out);
  }
  Unary* ListPayers(Context* c, const Bytes* in, Bytes* out) override {
    return Run<cv::ListPayersRequest, cv::ListPayersResponse>(door_, kSearch, c, in, out);
  }

 private:
  const Door& door_;
};

class OrderEntry final : public RawOrderEntry {
 public:
  explicit OrderEntry(const Door& door) : door_(door) {}

  Unary* CheckOrder(Context* c, const Bytes* in, Bytes* out) override {
    return Run<ov::CheckOrderRequest, ov::CheckOrderResponse>(door_, CheckOrderOp::kInfo.name, c,
                                                              in, out);
  }
  grpc::ServerBidiReactor<Bytes, Bytes>* StreamCheckOrders(Context* c) override {
    return StartOrderStream(door_, *c);
  }
  Unary* EstimateOrder(Context* c, const Bytes* in, Bytes* out) override {
    return Run<ov::EstimateOrderRequest, ov::EstimateOrderResponse>(
        door_, EstimateOrderOp::kInfo.name, c, in, out);
  }
  Unary* CodeAdministration(Context* c, const Bytes* in, Bytes* out) override {
    return Run<ov::CodeAdministrationRequest, ov::CodeAdministrationResponse>(
        door_, CodeAdministrationOp::kInfo.name, c, in, out);
  }

 private:
  const Door& door_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeTerminologyService(const Door& door) {
  return std::make_unique<Terminology>(door);
}

std::unique_ptr<grpc::Service> MakeCoverageService(const Door& door) {
  return std::make_unique<Coverage>(door);
}

std::unique_ptr<grpc::Service> MakeOrderEntryService(const Door& door) {
  return std::make_unique<OrderEntry>(door);
}

}  // namespace chemoterm::rpc
