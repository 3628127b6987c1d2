#include "gateway/transport.h"

namespace chemoterm::gateway {

TransportFault FaultOf(TransportError error) {
  switch (error) {
    case TransportError::kMalformed:
      return {400, Reason::kMalformedBody, "The request is not well-formed HTTP/1.1."};
    case TransportError::kHeaderTooLarge:
      return {431, Reason::kTooLarge, "The header of the request is too large."};
    case TransportError::kTargetTooLong:
      return {414, Reason::kTooLarge,
              "The URL is too long. Operations and searches can be sent by POST."};
    case TransportError::kBodyTooLarge:
      return {413, Reason::kTooLarge, "The body of the request is too large."};
    case TransportError::kTimeout:
      return {408, Reason::kDeadlineExceeded, "The request did not arrive in time."};
    case TransportError::kOverloaded:
      return {503, Reason::kTooManyRequests, "The service is busy; try again later."};
    case TransportError::kUnsupportedTransferEncoding:
      return {501, Reason::kUnsupportedMediaType, "Only the transfer encoding 'chunked' is known."};
  }
  return {500, Reason::kInternal, {}};
}

}  // namespace chemoterm::gateway
