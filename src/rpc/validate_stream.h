// StreamValidateCodes: any number of codes over one call, answered in order.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "rpc/call.h"

namespace chemoterm::rpc {

// Answers that may wait for the caller before the next request is read.
inline constexpr std::size_t kStreamWindow = 64;

// The reactor of a new call; it deletes itself when the call is over.
grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* StartValidateStream(
    const Door& door, grpc::CallbackServerContext& server);

}  // namespace chemoterm::rpc
