// Strict readers for the JSON formats of our own: each member is bound to where it goes, everything
// else is a fault.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "json/node_reader.h"
#include "load/faults.h"

namespace chemoterm::load {

enum class Need : std::uint8_t { kOptional, kRequired };

// A member of any scalar type, as it stands.
struct AnyScalar {
  bool present = false;
  json::ScalarType type = json::ScalarType::kNull;
  std::string text;
};

// Reads one object after the other into the same variables: they are cleared when an object opens,
// filled by its members, and complete when the action of Then() runs. Unknown members, wrong types,
// empty texts and absent required members are faults of that object; reading goes on.
class RecordNode final : public json::Node {
 public:
  explicit RecordNode(const FileFaults& faults) : faults_(faults) {}

  RecordNode& Text(std::string_view key, std::string* to, Need need = Need::kOptional);
  RecordNode& Flag(std::string_view key, bool* to, bool otherwise = false);
  // An array of texts.
  RecordNode& List(std::string_view key, std::vector<std::string>* to, Need need = Need::kOptional);
  // An array of scalars of any types, not an empty one.
  RecordNode& Literals(std::string_view key, std::vector<AnyScalar>* to);
  // Any scalar; with `object` also an object.
  RecordNode& Any(std::string_view key, AnyScalar* to, RecordNode* object = nullptr);
  // An object, or objects in an array. The key "" is the elements of a root array.
  RecordNode& Nested(std::string_view key, RecordNode* node, Need need = Need::kOptional);
  // An object that a reader of its own reads, or nobody (nullptr).
  RecordNode& Free(std::string_view key, json::Node* node, Need need = Need::kOptional);
  // Every member that has no binding of its own, as (key, text); for objects that are maps.
  RecordNode& Others(
      std::function<void(std::string_view key, std::string_view text, int line)> each);
  // Runs at the end of each object.
  RecordNode& Then(std::function<void()> action);

  int line() const { return line_; }  // where the object opened
  bool seen() const { return seen_; }
  // Where a member stands, or the element `at` of a list; the object's line if it is absent.
  int LineOf(std::string_view key, std::size_t at = 0) const;
  // The text offset just behind the member.
  std::size_t EndOffsetOf(std::string_view key) const;

  absl::Status OnScalar(std::string_view key, const json::Scalar& value,
                        const json::Cursor& cursor) override;
  Node* Child(std::string_view key, bool* slice_wanted, const json::Cursor& cursor) override;
  absl::Status OnArray(std::string_view key, const json::Cursor& cursor) override;
  absl::Status End(const json::Cursor& cursor) override;
  // Called by the parent when the object opens.
  void Begin(int line);

 private:
  enum class Kind : std::uint8_t { kText, kFlag, kList, kLiterals, kAny, kNested, kFree };
  struct Member {
    std::string_view key;
    Kind kind;
    Need need = Need::kOptional;
    void* to = nullptr;
    RecordNode* node = nullptr;  // kNested, kAny
    json::Node* free = nullptr;  // kFree
    bool otherwise = false;
    bool is_array = false;
    std::size_t end_offset = 0;
    std::vector<int> lines;
  };

  Member* Find(std::string_view key);
  const Member* Find(std::string_view key) const;
  void Fill(Member& member, const json::Scalar& value, int line);

  FileFaults faults_;
  std::vector<Member> members_;
  std::function<void(std::string_view, std::string_view, int)> others_;
  std::function<void()> action_;
  int line_ = 1;
  bool seen_ = false;
};

// Reads a whole file whose root is an object, or an array of objects that `root` has as Nested("").
void ReadRecord(std::string_view text, RecordNode& root, const FileFaults& faults);
void ReadRecordArray(std::string_view text, RecordNode& root, const FileFaults& faults);

// Adds the reader's own failure ("line 3: ...") as a fault with its line.
void AddFailure(const absl::Status& status, const FileFaults& faults);

// The limits of content files.
json::Limits ContentLimits();

}  // namespace chemoterm::load
