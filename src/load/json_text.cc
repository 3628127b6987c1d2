#include "load/json_text.h"

#include <algorithm>

#include "json/writer.h"

namespace chemoterm::load {
namespace {

// The place behind the string that begins at `at`.
std::size_t StringEnd(std::string_view text, std::size_t at) {
  for (;;) {
    at = text.find('"', at + 1);
    if (at == std::string_view::npos) return text.size();
    std::size_t slashes = 0;
    while (text[at - slashes - 1] == '\\') ++slashes;  // the opening quote is no backslash
    if (slashes % 2 == 0) return at + 1;
  }
}

// The place behind the value that begins at `at`, in minified text.
std::size_t ValueEnd(std::string_view text, std::size_t at) {
  int depth = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      at = StringEnd(text, at) - 1;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (depth-- == 0) return at;
    } else if (c == ',' && depth == 0) {
      return at;
    }
  }
  return at;
}

// True when the string body is `base`, or continues it as a URL does.
bool HasBase(std::string_view body, std::string_view base) {
  if (base.empty() || !body.starts_with(base)) return false;
  return body.size() == base.size() || body[base.size()] == '/' || body[base.size()] == '|' ||
         body[base.size()] == '#';
}

}  // namespace

std::string Minify(std::string_view text, std::string_view from, std::string_view to) {
  // The new base as it stands between the quotes of a JSON string.
  std::string quoted;
  json::AppendString(quoted, to);
  const std::string_view escaped = std::string_view(quoted).substr(1, quoted.size() - 2);
  const bool same = from == to;
  std::string small;
  small.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '"') {
      if (text[at] != ' ' && text[at] != '\t' && text[at] != '\n' && text[at] != '\r')
        small += text[at];
      ++at;
      continue;
    }
    const std::size_t end = StringEnd(text, at);
    const std::string_view body = text.substr(at + 1, end - at - 2);
    small += '"';
    if (!same && HasBase(body, from)) {
      small += escaped;
      small += body.substr(from.size());
    } else {
      small += body;
    }
    small += '"';
    at = end;
  }
  return small;
}

bool JsonSteps::Next() {
  if (peek() == ',') ++at_;
  if (peek() != '}' && peek() != ']') return at_ < text_.size();
  ++at_;
  return false;
}

std::string_view JsonSteps::Key() {
  const std::size_t start = at_ + 1;
  const std::size_t end = StringEnd(text_, at_);
  at_ = std::min(end + 1, text_.size());
  return text_.substr(start, end - start - 1);
}

std::string_view JsonSteps::Take() {
  const std::size_t start = at_;
  at_ = ValueEnd(text_, at_);
  return text_.substr(start, at_ - start);
}

std::vector<std::pair<std::string_view, std::string_view>> MembersOf(std::string_view object) {
  std::vector<std::pair<std::string_view, std::string_view>> members;
  JsonSteps steps(object);
  for (steps.Enter(); steps.Next();) {
    const std::string_view key = steps.Key();
    members.emplace_back(key, steps.Take());
  }
  return members;
}

}  // namespace chemoterm::load
