// The services of the gRPC door. All of an RPC that is common is in one template; an RPC is a line
// (services.cc), its work is in execute.h.
#pragma once

#include <grpcpp/impl/codegen/service_type.h>

#include <memory>

#include "rpc/call.h"

namespace chemoterm::rpc {

// `door` must outlive the services.
std::unique_ptr<grpc::Service> MakeTerminologyService(const Door& door);
std::unique_ptr<grpc::Service> MakeCoverageService(const Door& door);
std::unique_ptr<grpc::Service> MakeOrderEntryService(const Door& door);

}  // namespace chemoterm::rpc
