// Bytes as a request message, of the operation that the first byte names: parsed, converted, run,
// converted back.
#include "fuzz/support.h"
#include "rpc/convert.h"

namespace chemoterm::fuzz {
namespace {

template <class PbRequest, class PbResponse>
void Play(std::string_view bytes) {
  PbRequest proto;
  if (!proto.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
  const auto request = rpc::ToRequest(proto);
  const auto answer = TheEngine().Run(CallContext{}, request);
  RequireNoFaultOfOurs(answer.status());
  if (!answer.ok()) return;
  PbResponse response;
  rpc::ToProto(answer->value, response);
  rpc::ToProto(answer->issues, *response.mutable_issues());
  std::string sent;
  Require(response.SerializeToString(&sent), "an answer can be sent");
  Require(response.ParseFromString(sent), "an answer can be read");
}

}  // namespace
}  // namespace chemoterm::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace chemoterm;
  namespace t = terminology::v1;
  namespace o = order::v1;
  namespace c = coverage::v1;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 10) {
    case 0:
      fuzz::Play<t::LookupCodeRequest, t::LookupCodeResponse>(bytes);
      break;
    case 1:
      fuzz::Play<t::ValidateCodeRequest, t::ValidateCodeResponse>(bytes);
      break;
    case 2:
      fuzz::Play<t::SubsumesRequest, t::SubsumesResponse>(bytes);
      break;
    case 3:
      fuzz::Play<t::ListRelatedCodesRequest, t::ListRelatedCodesResponse>(bytes);
      break;
    case 4:
      fuzz::Play<t::SearchCodesRequest, t::SearchCodesResponse>(bytes);
      break;
    case 5:
      fuzz::Play<c::ListCoverageNotesRequest, c::ListCoverageNotesResponse>(bytes);
      break;
    case 6:
      fuzz::Play<o::CheckOrderRequest, o::CheckOrderResponse>(bytes);
      break;
    case 7:
      fuzz::Play<o::CodeAdministrationRequest, o::CodeAdministrationResponse>(bytes);
      break;
    case 8:
      fuzz::Play<o::EstimateOrderRequest, o::EstimateOrderResponse>(bytes);
      break;
    case 9:
      fuzz::Play<c::CheckCoverageRequest, c::CheckCoverageResponse>(bytes);
      break;
  }
  return 0;
}
