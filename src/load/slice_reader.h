// What the readers that take resources apart in slices share: where a slice stands, and faults
// there.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "json/slice.h"
#include "load/faults.h"

namespace chemoterm::load {

// Over a text that has been checked to be JSON. Lines are counted only for faults.
class SliceReader {
 public:
  SliceReader(std::string_view text, const FileFaults& faults)
      : text_(text), faults_(faults), counted_(text.data()) {}

 protected:
  // Mostly slices come in the order of the text, so that a line is counted once.
  int LineOf(std::string_view slice) const {
    if (slice.data() < counted_) {
      counted_ = text_.data();
      line_ = 1;
    }
    line_ += static_cast<int>(std::count(counted_, slice.data(), '\n'));
    counted_ = slice.data();
    return line_;
  }
  void Fault(std::string_view slice, std::string reason) const {
    faults_.Add(LineOf(slice), std::move(reason));
  }
  // The text of a member that must be a string.
  std::string Text(std::string_view key, std::string_view value) const {
    if (!value.starts_with('"')) Fault(value, base::Concat({"'", key, "' must be a text"}));
    return json::Unquote(value);
  }
  bool Flag(std::string_view key, std::string_view value) const {
    if (value != "true" && value != "false") {
      Fault(value, base::Concat({"'", key, "' must be true or false"}));
    }
    return value == "true";
  }
  // Calls `f(element)` for each object of an array.
  template <class F>
  void ForEachObject(std::string_view key, std::string_view array, F&& f) const {
    if (!json::IsArray(array)) {
      return Fault(array, base::Concat({"'", key, "' must be a list"}));
    }
    for (json::Elements each(array); each.Next();) {
      if (json::IsObject(each.value())) {
        f(each.value());
      } else {
        Fault(each.value(), base::Concat({"'", key, "' must be a list of objects"}));
      }
    }
  }

  std::string_view text_;
  const FileFaults& faults_;

 private:
  mutable const char* counted_;  // up to where lines are
  mutable int line_ = 1;
};

}  // namespace chemoterm::load
