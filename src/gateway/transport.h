// What the doors say about a request that the transport refused before it reached them.
#pragma once

#include <string_view>

#include "chemoterm/reason.h"
#include "gateway/http_server.h"

namespace chemoterm::gateway {

struct TransportFault {
  int status;  // where HTTP has a closer status than the reason's own
  Reason reason;
  std::string_view text;
};

TransportFault FaultOf(TransportError error);

}  // namespace chemoterm::gateway
