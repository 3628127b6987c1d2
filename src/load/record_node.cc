#include "load/record_node.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "chemoterm/reason.h"
#include "load/files.h"

namespace chemoterm::load {
namespace {

using json::ScalarType;

std::string Named(std::string_view key, std::string_view what) {
  return base::Concat({"'", base::Clip(key, 60), "' ", what});
}

}  // namespace

RecordNode& RecordNode::Text(std::string_view key, std::string* to, Need need) {
  members_.push_back({.key = key, .kind = Kind::kText, .need = need, .to = to, .lines = {}});
  return *this;
}
RecordNode& RecordNode::Flag(std::string_view key, bool* to, bool otherwise) {
  members_.push_back(
      {.key = key, .kind = Kind::kFlag, .to = to, .otherwise = otherwise, .lines = {}});
  return *this;
}
RecordNode& RecordNode::List(std::string_view key, std::vector<std::string>* to, Need need) {
  members_.push_back({.key = key, .kind = Kind::kList, .need = need, .to = to, .lines = {}});
  return *this;
}
RecordNode& RecordNode::Literals(std::string_view key, std::vector<AnyScalar>* to) {
  members_.push_back({.key = key, .kind = Kind::kLiterals, .to = to, .lines = {}});
  return *this;
}
RecordNode& RecordNode::Any(std::string_view key, AnyScalar* to, RecordNode* object) {
  members_.push_back({.key = key, .kind = Kind::kAny, .to = to, .node = object, .lines = {}});
  return *this;
}
RecordNode& RecordNode::Nested(std::string_view key, RecordNode* node, Need need) {
  members_.push_back({.key = key, .kind = Kind::kNested, .need = need, .node = node, .lines = {}});
  return *this;
}
RecordNode& RecordNode::Free(std::string_view key, json::Node* node, Need need) {
  members_.push_back({.key = key, .kind = Kind::kFree, .need = need, .free = node, .lines = {}});
  return *this;
}
RecordNode& RecordNode::Others(std::function<void(std::string_view, std::string_view, int)> each) {
  others_ = std::move(each);
  return *this;
}
RecordNode& RecordNode::Then(std::function<void()> action) {
  action_ = std::move(action);
  return *this;
}

const RecordNode::Member* RecordNode::Find(std::string_view key) const {
  const auto it = std::find_if(members_.begin(), members_.end(),
                               [&](const Member& member) { return member.key == key; });
  return it == members_.end() ? nullptr : &*it;
}
RecordNode::Member* RecordNode::Find(std::string_view key) {
  return const_cast<Member*>(std::as_const(*this).Find(key));
}

int RecordNode::LineOf(std::string_view key, std::size_t at) const {
  const Member* member = Find(key);
  return member != nullptr && at < member->lines.size() ? member->lines[at] : line_;
}

std::size_t RecordNode::EndOffsetOf(std::string_view key) const {
  const Member* member = Find(key);
  return member == nullptr ? 0 : member->end_offset;
}

void RecordNode::Begin(int line) {
  line_ = line;
  seen_ = true;
  for (Member& member : members_) {
    member.lines.clear();
    member.is_array = false;
    if (member.node != nullptr) member.node->seen_ = false;
    switch (member.kind) {
      case Kind::kText:
        static_cast<std::string*>(member.to)->clear();
        break;
      case Kind::kFlag:
        *static_cast<bool*>(member.to) = member.otherwise;
        break;
      case Kind::kList:
        static_cast<std::vector<std::string>*>(member.to)->clear();
        break;
      case Kind::kLiterals:
        static_cast<std::vector<AnyScalar>*>(member.to)->clear();
        break;
      case Kind::kAny:
        *static_cast<AnyScalar*>(member.to) = {};
        break;
      case Kind::kNested:
      case Kind::kFree:
        break;
    }
  }
}

void RecordNode::Fill(Member& member, const json::Scalar& value, int line) {
  const bool is_text = value.type == ScalarType::kString;
  switch (member.kind) {
    case Kind::kText:
      if (!is_text || member.is_array)
        return faults_.Add(line, Named(member.key, "must be a text"));
      if (value.text.empty()) return faults_.Add(line, Named(member.key, "is empty"));
      *static_cast<std::string*>(member.to) = value.text;
      return;
    case Kind::kFlag:
      if (value.type != ScalarType::kBoolean || member.is_array) {
        return faults_.Add(line, Named(member.key, "must be true or false"));
      }
      *static_cast<bool*>(member.to) = value.text == "true";
      return;
    case Kind::kList:
      if (!is_text || !member.is_array) {
        return faults_.Add(line, Named(member.key, "must be a list of texts"));
      }
      if (value.text.empty()) return faults_.Add(line, Named(member.key, "has an empty text"));
      static_cast<std::vector<std::string>*>(member.to)->emplace_back(value.text);
      return;
    case Kind::kLiterals:
      if (!member.is_array) return faults_.Add(line, Named(member.key, "must be a list"));
      static_cast<std::vector<AnyScalar>*>(member.to)->push_back(
          {true, value.type, std::string(value.text)});
      return;
    case Kind::kAny:
      if (member.is_array) return faults_.Add(line, Named(member.key, "must not be a list"));
      *static_cast<AnyScalar*>(member.to) = {true, value.type, std::string(value.text)};
      return;
    case Kind::kNested:
    case Kind::kFree:
      return faults_.Add(line, member.key.empty() ? "an object is expected here"
                                                  : Named(member.key, "must be an object"));
  }
}

absl::Status RecordNode::OnScalar(std::string_view key, const json::Scalar& value,
                                  const json::Cursor& cursor) {
  const int line = cursor.line();
  Member* member = Find(key);
  if (member == nullptr) {
    if (!others_) {
      faults_.Add(line, Named(key, "is not a known member"));
    } else if (value.type != ScalarType::kString) {
      faults_.Add(line, Named(key, "must be a text"));
    } else {
      others_(key, value.text, line);
    }
    return {};
  }
  member->lines.push_back(line);
  member->end_offset = cursor.offset();
  Fill(*member, value, line);
  return {};
}

json::Node* RecordNode::Child(std::string_view key, bool*, const json::Cursor& cursor) {
  Member* member = Find(key);
  if (member == nullptr) {
    faults_.Add(cursor.line(), Named(key, "is not a known member"));
    return nullptr;
  }
  member->lines.push_back(cursor.line());
  if (member->kind == Kind::kFree) return member->free;
  if (member->node == nullptr) {
    faults_.Add(cursor.line(), Named(key, "must not be an object"));
    return nullptr;
  }
  member->node->Begin(cursor.line());
  return member->node;
}

absl::Status RecordNode::OnArray(std::string_view key, const json::Cursor& cursor) {
  Member* member = Find(key);
  if (member == nullptr) return {};  // its elements are faults; an empty one does no harm
  if (member->is_array) faults_.Add(cursor.line(), Named(key, "must not be a list of lists"));
  member->is_array = true;
  return {};
}

absl::Status RecordNode::End(const json::Cursor&) {
  for (const Member& member : members_) {
    if (member.need == Need::kRequired && member.lines.empty() && !member.is_array) {
      faults_.Add(line_, Named(member.key, "is missing"));
    }
    if (member.kind == Kind::kLiterals && member.is_array && member.lines.empty()) {
      faults_.Add(line_, Named(member.key, "is an empty list"));
    }
  }
  if (action_) action_();
  return {};
}

json::Limits ContentLimits() {
  return {.max_depth = 64, .max_keys_per_object = 10'000, .max_bytes = kMaxFileBytes};
}

void AddFailure(const absl::Status& status, const FileFaults& faults) {
  std::string_view text = base::FromAbsl(status.message());
  const auto [place, reason] = base::SplitOnce(text, ':');
  if (place.starts_with("line ")) {
    if (const auto line = base::ParseInt<int>(place.substr(5))) {
      return faults.Add(*line, std::string(base::Trim(reason)));
    }
  }
  faults.Add(0, std::string(text));
}

void ReadRecord(std::string_view text, RecordNode& root, const FileFaults& faults) {
  root.Begin(1);
  if (const auto status = json::ReadObject(text, ContentLimits(), root); !status.ok()) {
    AddFailure(status, faults);
  }
}

void ReadRecordArray(std::string_view text, RecordNode& root, const FileFaults& faults) {
  root.Begin(1);
  if (const auto status = json::ReadArray(text, ContentLimits(), root); !status.ok()) {
    AddFailure(status, faults);
  }
}

}  // namespace chemoterm::load
