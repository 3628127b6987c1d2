#include "hooks/body.h"

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "json/node_reader.h"
#include "json/slice.h"

namespace chemoterm::hooks {

absl::StatusOr<BodyObject> BodyObject::Read(std::string_view body) {
  json::SkippingNode check;
  RETURN_IF_ERROR(json::ReadObject(body, json::Limits{}, check));
  const std::size_t start = body.find('{');
  return BodyObject(body.substr(start, body.rfind('}') - start + 1), {});
}

std::string_view BodyObject::Value(std::string_view key) const {
  const std::string_view value = json::Member(text_, key);
  return value == "null" ? std::string_view{} : value;
}

absl::StatusOr<std::string_view> BodyObject::RequiredValue(std::string_view key) const {
  const std::string_view value = Value(key);
  if (!value.empty()) return value;
  return Fail(Reason::kMissingParameter, base::Concat({"There is no '", PathOf(key), "'."}),
              PathOf(key));
}

absl::StatusOr<std::string> BodyObject::RequiredText(std::string_view key) const {
  ASSIGN_OR_RETURN(const std::string_view value, RequiredValue(key));
  std::string text = json::Unquote(value);
  if (text.empty()) return NotA("a text", key);
  return text;
}

absl::StatusOr<BodyObject> BodyObject::RequiredObject(std::string_view key) const {
  ASSIGN_OR_RETURN(const std::string_view value, RequiredValue(key));
  if (!json::IsObject(value)) return NotA("an object", key);
  return BodyObject(value, PathOf(key));
}

absl::StatusOr<std::string_view> BodyObject::RequiredList(std::string_view key) const {
  ASSIGN_OR_RETURN(const std::string_view value, RequiredValue(key));
  if (!json::IsArray(value)) return NotA("an array", key);
  if (json::Elements(value).Next()) return value;
  return Fail(Reason::kMissingParameter, base::Concat({"'", PathOf(key), "' is empty."}),
              PathOf(key));
}

std::string BodyObject::PathOf(std::string_view key) const {
  return path_.empty() ? std::string(key) : base::Concat({path_, ".", key});
}

absl::Status BodyObject::NotA(std::string_view what, std::string_view key) const {
  return Fail(Reason::kInvalidParameter, base::Concat({"'", PathOf(key), "' must be ", what, "."}),
              PathOf(key));
}

}  // namespace chemoterm::hooks
