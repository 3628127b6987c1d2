// Valid JSON as text: what can be done with it without reading it into objects.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chemoterm::load {

// Without white space between tokens. Strings that begin with `from` as a whole URL segment begin
// with `to` in the result. Keys stay. `text` must be valid JSON.
std::string Minify(std::string_view text, std::string_view from, std::string_view to);

// Members of a JSON object, minified, as (key without quotes, value), in order.
std::vector<std::pair<std::string_view, std::string_view>> MembersOf(std::string_view object);

}  // namespace chemoterm::load
