// Bytes as the body of every operation: read, run, written in both versions. The same bytes as a
// batch.
#include "fhir/batch.h"
#include "fhir/parameters.h"
#include "fhir/version.h"
#include "fuzz/support.h"

namespace chemoterm::fuzz {
namespace {

template <class Op>
void Play(const fhir::ParameterList& list) {
  const auto request = fhir::ReadRequest<Op>(list, false);
  RequireNoFaultOfOurs(request.status());
  if (!request.ok()) return;
  const auto answer = TheEngine().Run(CallContext{}, *request);
  RequireNoFaultOfOurs(answer.status());
  if (!answer.ok()) return;
  for (const auto& version : fhir::AllVersions())
    RequireJson(fhir::WriteResult<Op>(*answer, version.version));
}

}  // namespace
}  // namespace chemoterm::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace chemoterm;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  fuzz::RequireNoFaultOfOurs(fhir::ReadBatch(body).status());
  const auto list = fhir::ReadBody(body);
  fuzz::RequireNoFaultOfOurs(list.status());
  if (list.ok()) ForEachOp([&]<class Op>() { fuzz::Play<Op>(*list); });
  return 0;
}
