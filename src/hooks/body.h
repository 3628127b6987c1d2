// The bodies of requests: read once to be valid JSON, then taken apart in slices.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

namespace chemoterm::hooks {

// An object of a body. Its members must be there where a function says so; null counts as absent.
// Failures (kMissingParameter, kInvalidParameter) name the place, such as "context.userId". Views
// into the body.
class BodyObject {
 public:
  // The object that the body is; kMalformedBody, kTooLarge for another text.
  static absl::StatusOr<BodyObject> Read(std::string_view body);
  // `path`: where it stands in the body; empty for the body itself.
  BodyObject(std::string_view text, std::string path) : text_(text), path_(std::move(path)) {}

  // Empty where the member is absent.
  std::string_view Value(std::string_view key) const;
  absl::StatusOr<std::string_view> RequiredValue(std::string_view key) const;
  // Not empty.
  absl::StatusOr<std::string> RequiredText(std::string_view key) const;
  absl::StatusOr<BodyObject> RequiredObject(std::string_view key) const;
  // An array that is not empty.
  absl::StatusOr<std::string_view> RequiredList(std::string_view key) const;

  std::string PathOf(std::string_view key) const;
  // The failure of a member that is there but not `what` ("a UUID").
  absl::Status NotA(std::string_view what, std::string_view key) const;

 private:
  std::string_view text_;
  std::string path_;
};

}  // namespace chemoterm::hooks
