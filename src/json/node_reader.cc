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
      : text_(text), limits_(limits), root_(root), array_root_(array_root), stream_(text.data(), text.size()) {}

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
    for (auto frame = frames_.rbegin(); frame != frames_.rend() && frame->is_array; ++frame) ++depth;
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
    Node* node;
    bool is_array;
    bool slice_wanted = false;
    std::size_t start = 0;
    std::string key;                  // the member now being read (for an array: the array's own key)
    std::vector<std::size_t> hashes;  // of the keys seen
  };

  bool OnScalar(const Scalar& value);
  bool Stop(absl::Status status) {
    if (status.ok()) return true;
    status_ = std::move(status);
    return false;
  }
  bool Stop(std::string_view what) {
    return Stop(Fail(Reason::kMalformedBody, base::Concat({"line ", base::ToText(line()), ": ", what})));
  }
  bool Push(Frame frame) {
    if (frames_.size() >= limits_.max_depth) {
      return Stop(base::Concat({"nested deeper than ", base::ToText(limits_.max_depth), " levels"}));
    }
    frames_.push_back(std::move(frame));
    return true;
  }

  std::string_view text_;
  const Limits& limits_;
  Node& root_;
  bool array_root_;
  rapidjson::MemoryStream stream_;
  SkipNode skip_;
  std::vector<Frame> frames_;
  absl::Status status_;
  mutable int line_ = 1;
  mutable std::size_t counted_ = 0;
};

bool Driver::StartObject() {
  const std::size_t start = offset() - 1;
  if (frames_.empty()) {
    if (array_root_) return Stop("an array is expected here");
    return Push({&root_, false, false, start, {}, {}});
  }
  Frame& parent = frames_.back();
  bool slice_wanted = false;
  Node* node = parent.node->Child(parent.key, &slice_wanted, *this);
  return Push({node == nullptr ? &skip_ : node, false, slice_wanted, start, {}, {}});
}

bool Driver::Key(const char* text, rapidjson::SizeType size, bool) {
  Frame& frame = frames_.back();
  frame.key.assign(text, size);
  if (HasLoneSurrogate(frame.key)) return Stop("a \\u escape is half of a surrogate pair");
  const std::size_t hash = std::hash<std::string_view>{}(frame.key);
  if (std::find(frame.hashes.begin(), frame.hashes.end(), hash) != frame.hashes.end()) {
    return Stop(base::Concat({"the key '", base::Clip(frame.key, 60), "' appears twice"}));
  }
  if (frame.hashes.size() >= limits_.max_keys_per_object) {
    return Stop(base::Concat({"more than ", base::ToText(limits_.max_keys_per_object), " keys in an object"}));
  }
  frame.hashes.push_back(hash);
  return true;
}

bool Driver::EndObject(rapidjson::SizeType) {
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  if (!Stop(frame.node->End(*this))) return false;
  if (!frame.slice_wanted || frames_.empty()) return true;
  const Frame& parent = frames_.back();
  return Stop(parent.node->OnSlice(parent.key, text_.substr(frame.start, offset() - frame.start)));
}

bool Driver::StartArray() {
  if (frames_.empty()) {
    if (!array_root_) return Stop("an object is expected here");
    return Push({&root_, true, false, 0, {}, {}});
  }
  Node* node = frames_.back().node;
  const std::string key = frames_.back().key;
  if (!Stop(node->OnArray(key, *this))) return false;
  return Push({node, true, false, 0, key, {}});
}

bool Driver::EndArray(rapidjson::SizeType) {
  frames_.pop_back();
  return true;
}

bool Driver::OnScalar(const Scalar& value) {
  if (frames_.empty()) return Stop(array_root_ ? "an array is expected here" : "an object is expected here");
  return Stop(frames_.back().node->OnScalar(frames_.back().key, value, *this));
}

absl::Status Driver::Run() {
  if (text_.size() > limits_.max_bytes) {
    return Fail(Reason::kTooLarge, base::Concat({"more than ", base::ToText(limits_.max_bytes), " bytes"}));
  }
  constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag |
                              rapidjson::kParseValidateEncodingFlag;
  rapidjson::Reader reader;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream_, *this);
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
