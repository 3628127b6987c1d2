// Conditional requests (RFC 9110, 13): weak entity tags and modification dates.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace chemoterm::gateway {

// W/"<version>".
std::string WeakTag(std::string_view version);

// The tag of an answer that is computed from the content: `digest` names the content, `seeds`
// whatever else the answer depends on (target, language, day, software). The same on every replica
// that serves the same content.
std::string AnswerTag(std::string_view digest, std::initializer_list<std::string_view> seeds);

// True if an If-None-Match value names `tag`, by weak comparison. `*` names any tag.
bool NamesTag(std::string_view if_none_match, std::string_view tag);

// A FHIR instant ("2026-11-22T15:04:05.123Z", or with an offset) as an HTTP date; empty for a text
// that is not one.
std::string HttpDate(std::string_view instant);

// An HTTP date of the form all clients send ("Sun, 22 Nov 2026 15:04:05 GMT") in Unix seconds. The
// two obsolete forms give nothing: a condition that is not understood is ignored.
std::optional<std::int64_t> ParseHttpDate(std::string_view text);

}  // namespace chemoterm::gateway
