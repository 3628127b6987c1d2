// JSON in, without a DOM: a SAX driver over small element readers.
//
// Each kind of object is a Node: the driver tells it its members, in the order of the text; a
// member that is an object gets a Node of its own from Child(). Arrays are seen through: every
// element arrives under the array's key. Work that needs several members happens in End(), so the
// order of keys does not matter.
#pragma once

#include <absl/status/status.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace chemoterm::json {

enum class ScalarType : std::uint8_t { kString, kNumber, kBoolean, kNull };

// A string, number (its literal text), boolean ("true", "false") or null (""). The view lives for
// the call only.
struct Scalar {
  ScalarType type;
  std::string_view text;
};

// Where the driver stands, for messages and slices.
class Cursor {
 public:
  virtual ~Cursor() = default;
  virtual int line() const = 0;            // from 1
  virtual std::size_t offset() const = 0;  // bytes consumed
  // How many arrays stand directly around the value now told: 0 for a plain member, 1 for an
  // element of an array.
  virtual int array_depth() const = 0;
};

class Node {
 public:
  virtual ~Node() = default;
  // A scalar member, or a scalar element of the array `key`. A failure stops the reading with its
  // text.
  virtual absl::Status OnScalar(std::string_view key, const Scalar& value,
                                const Cursor& cursor) = 0;
  // An object member, or an object element of the array `key`: the Node that reads it (owned by the
  // caller, must live until its End), or nullptr to skip it. `slice_wanted`: set to true to get the
  // object's text by OnSlice as well.
  virtual Node* Child(std::string_view key, bool* slice_wanted, const Cursor& cursor) = 0;
  // An array opens; most readers need not know.
  virtual absl::Status OnArray(std::string_view /*key*/, const Cursor& /*cursor*/) { return {}; }
  // The text of an object that Child asked a slice of; valid as long as the input.
  virtual absl::Status OnSlice(std::string_view /*key*/, std::string_view /*text*/) { return {}; }
  // The object is complete.
  virtual absl::Status End(const Cursor& /*cursor*/) { return {}; }
};

// Looks at nothing: a text that reads without failure is valid JSON.
class SkippingNode final : public Node {
 public:
  absl::Status OnScalar(std::string_view, const Scalar&, const Cursor&) override { return {}; }
  Node* Child(std::string_view, bool*, const Cursor&) override { return nullptr; }
};

struct Limits {
  // Objects within each other; a list in an object is of its level, one in a list is one deeper.
  std::size_t max_depth = 64;
  std::size_t max_keys_per_object = 1000;
  std::size_t max_bytes = std::size_t{8} * 1024 * 1024;
};

// Reads one JSON object into `root`. Strict: valid UTF-8, no duplicate keys, nothing after the
// object. Failures are Fail(kMalformedBody or kTooLarge, "line 3: ...").
absl::Status ReadObject(std::string_view text, const Limits& limits, Node& root);

// As ReadObject, for files that hold one array of objects: each element is root.Child("").
absl::Status ReadArray(std::string_view text, const Limits& limits, Node& root);

}  // namespace chemoterm::json
