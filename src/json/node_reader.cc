#include "json/node_reader.h"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "base/text.h"
#include "chemoterm/reason.h"

namespace chemoterm::json {
namespace {

// rapidjson turns the escape of a low surrogate without a high one into bytes that are no UTF-8.
bool HasLoneSurrogate(std::string_view text) {
  for (auto at = text.find('\xED'); at != std::string_view::npos; at = text.find('\xED', at + 1)) {
    if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) >= 0xA0) return true;
  }
  return false;
}

// Reads nothing: what a Node skips.
class SkipNode final : public Node {
 public:
  absl::Status OnScalar(std::string_view, const Scalar&, const Cursor&) override { return {}; }
  Node* Child(std::string_view, bool*, const Cursor&) override { return this; }
};

class Driver final : public Cursor {
 public:
  Driver(std::string_view text, const Limits& limits, Node& root, bool array_root)
      : text_(text),
        limits_(limits),
        root_(root),
        array_root_(array_root),
        stream_(text.data(), text.size()) {}

  absl::Status Run();

  // Cursor.
  std::size_t offset() const override { return stream_.Tell(); }
  int line() const override {
    const auto end = std::min(offset(), text_.size());
    line_ += static_cast<int>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_),
                                         text_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
    counted_ = end;
    return line_;
  }

  int array_depth() const override {
    int depth = 0;
    for (std::size_t i = depth_; i > 0 && frames_[i - 1].is_array; --i) ++depth;
    return depth;
  }

  // rapidjson's handler.
  bool Null() { return OnScalar({ScalarType::kNull, {}}); }
  bool Bool(bool value) { return OnScalar({ScalarType::kBoolean, value ? "true" : "false"}); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    return OnScalar({ScalarType::kNumber, {text, size}});
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    if (HasLoneSurrogate({text, size})) return Stop("a \\u escape is half of a surrogate pair");
    return OnScalar({ScalarType::kString, {text, size}});
  }
  bool Int(int) { return false; }  // numbers arrive as text
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }
  bool StartObject();
  bool Key(const char* text, rapidjson::SizeType size, bool);
  bool EndObject(rapidjson::SizeType);
  bool StartArray();
  bool EndArray(rapidjson::SizeType);

 private:
  struct Frame {
    Node* node = nullptr;
    bool is_array = false;
    bool slice_wanted = false;
    bool is_level = false;
    std::size_t start = 0;
    std::size_t first_hash = 0;  // of this object's keys in hashes_
    std::string key;             // the member now being read (for an array: the array's own key)
  };

  bool OnScalar(const Scalar& value);
  bool Stop(absl::Status status) {
    if (status.ok()) return true;
    status_ = std::move(status);
    return false;
  }
  bool Stop(std::string_view what) {
    return Stop(
        Fail(Reason::kMalformedBody, base::Concat({"line ", base::ToText(line()), ": ", what})));
  }
  // Frames are reused, so that their keys need no new memory.
  bool Push(Node* node, bool is_array, bool slice_wanted, std::size_t start) {
    const bool is_level = !is_array || depth_ == 0 || top().is_array;
    if (is_level && levels_++ >= limits_.max_depth) {
      return Stop(
          base::Concat({"nested deeper than ", base::ToText(limits_.max_depth), " levels"}));
    }
    if (frames_.size() == depth_) frames_.emplace_back();
    Frame& frame = frames_[depth_++];
    frame.node = node;
    frame.is_array = is_array;
    frame.slice_wanted = slice_wanted;
    frame.is_level = is_level;
    frame.start = start;
    frame.first_hash = hashes_.size();
    frame.key.clear();
    return true;
  }
  void Pop() {  // the frame itself stays until the next push
    if (frames_[--depth_].is_level) --levels_;
  }
  Frame& top() { return frames_[depth_ - 1]; }

  std::string_view text_;
  const Limits& limits_;
  Node& root_;
  bool array_root_;
  rapidjson::MemoryStream stream_;
  SkipNode skip_;
  std::vector<Frame> frames_;  // the first depth_ are open
  std::size_t depth_ = 0;
  std::size_t levels_ = 0;           // of those, that count as depth
  std::vector<std::size_t> hashes_;  // of the keys seen in the open objects
  absl::Status status_;
  mutable int line_ = 1;
  mutable std::size_t counted_ = 0;
};

bool Driver::StartObject() {
  const std::size_t start = offset();  // the iterative parser tells before it takes the bracket
  if (depth_ == 0) {
    if (array_root_) return Stop("an array is expected here");
    return Push(&root_, false, false, start);
  }
  bool slice_wanted = false;
  Node* node = top().node->Child(top().key, &slice_wanted, *this);
  return Push(node == nullptr ? &skip_ : node, false, slice_wanted, start);
}

bool Driver::Key(const char* text, rapidjson::SizeType size, bool) {
  Frame& frame = top();
  frame.key.assign(text, size);
  if (HasLoneSurrogate(frame.key)) return Stop("a \\u escape is half of a surrogate pair");
  const std::size_t hash = std::hash<std::string_view>{}(frame.key);
  const auto first = hashes_.begin() + static_cast<std::ptrdiff_t>(frame.first_hash);
  if (std::find(first, hashes_.end(), hash) != hashes_.end()) {
    return Stop(base::Concat({"the key '", base::Clip(frame.key, 60), "' appears twice"}));
  }
  if (hashes_.size() - frame.first_hash >= limits_.max_keys_per_object) {
    return Stop(base::Concat(
        {"more than ", base::ToText(limits_.max_keys_per_object), " keys in an object"}));
  }
  hashes_.push_back(hash);
  return true;
}

bool Driver::EndObject(rapidjson::SizeType) {
  const Frame& frame = top();
  hashes_.resize(frame.first_hash);
  if (!Stop(frame.node->End(*this))) return false;
  Pop();
  if (!frame.slice_wanted || depth_ == 0) return true;
  return Stop(
      top().node->OnSlice(top().key, text_.substr(frame.start, offset() + 1 - frame.start)));
}

bool Driver::StartArray() {
  if (depth_ == 0) {
    if (!array_root_) return Stop("an object is expected here");
    return Push(&root_, true, false, 0);
  }
  Node* node = top().node;
  if (!Stop(node->OnArray(top().key, *this))) return false;
  const std::size_t parent = depth_ - 1;
  if (!Push(node, true, false, 0)) return false;
  top().key = frames_[parent].key;
  return true;
}

bool Driver::EndArray(rapidjson::SizeType) {
  Pop();
  return true;
}

bool Driver::OnScalar(const Scalar& value) {
  if (depth_ == 0)
    return Stop(array_root_ ? "an array is expected here" : "an object is expected here");
  return Stop(top().node->OnScalar(top().key, value, *this));
}

absl::Status Driver::Run() {
  if (text_.size() > limits_.max_bytes) {
    return Fail(Reason::kTooLarge,
                base::Concat({"more than ", base::ToText(limits_.max_bytes), " bytes"}));
  }
  constexpr unsigned kFlags =
      rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;
  constexpr unsigned kStrictFlags = kFlags | rapidjson::kParseValidateEncodingFlag;
  // Checking the whole text first is cheaper than letting the parser check every character; where
  // it fails, the parser says in which line.
  rapidjson::Reader reader;
  const rapidjson::ParseResult result = base::IsValidUtf8(text_)
                                            ? reader.Parse<kFlags>(stream_, *this)
                                            : reader.Parse<kStrictFlags>(stream_, *this);
  if (!status_.ok()) return status_;
  if (!result) {
    Stop(base::Concat({"not valid JSON: ", rapidjson::GetParseError_En(result.Code())}));
    return status_;
  }
  return {};
}

}  // namespace

absl::Status ReadObject(std::string_view text, const Limits& limits, Node& root) {
  return Driver(text, limits, root, false).Run();
}

absl::Status ReadArray(std::string_view text, const Limits& limits, Node& root) {
  return Driver(text, limits, root, true).Run();
}

}  // namespace chemoterm::json
