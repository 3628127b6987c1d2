// StreamExpandValueSet: the codes of a value set, page after page.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <cstdint>

#include "rpc/call.h"

namespace chemoterm::rpc {

// Concepts on a page where the caller names no count.
inline constexpr std::int32_t kExpandPage = 1000;

// The reactor of a new call; it deletes itself when the call is over. A page is made when the
// caller has taken the one before.
grpc::ServerWriteReactor<grpc::ByteBuffer>* StartExpandStream(const Door& door,
                                                              grpc::CallbackServerContext& server,
                                                              const grpc::ByteBuffer& request);

}  // namespace chemoterm::rpc
