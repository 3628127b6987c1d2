// Input quoted back in messages.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace chemoterm::gateway {

// `input` made fit to stand in a message: at most `limit` bytes, and '?' for every byte that is a
// control character or not UTF-8 (headers and paths may hold any byte; the body of an answer may
// not).
std::string Echo(std::string_view input, std::size_t limit = 100);

}  // namespace chemoterm::gateway
