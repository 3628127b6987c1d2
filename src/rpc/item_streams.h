// StreamValidateCodes and StreamCheckOrders: any number of items over one call.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "rpc/call.h"

namespace chemoterm::rpc {

// The reactor of a new call; it deletes itself when the call is over.
grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* StartValidateStream(
    const Door& door, grpc::CallbackServerContext& server);
grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* StartOrderStream(
    const Door& door, grpc::CallbackServerContext& server);

}  // namespace chemoterm::rpc
