// One line per answered request. It names no code and no body.
#pragma once

#include "base/log.h"
#include "base/request_record.h"

namespace chemoterm::server {

base::LogLine RequestLine(const base::RequestRecord& record);

}  // namespace chemoterm::server
