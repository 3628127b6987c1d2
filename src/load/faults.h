// Where the readers report what is wrong with the content.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "load/loader.h"

namespace chemoterm::load {

// All faults of a load, up to a limit: whoever repairs content wants to see them together.
class Faults {
 public:
  static constexpr std::size_t kLimit = 1000;

  // A lenient list takes no minor faults: what comes from others is used where it can be.
  explicit Faults(bool lenient = false) : lenient_(lenient) {}

  void Add(std::string_view file, int line, std::string reason);
  bool is_lenient() const { return lenient_; }
  bool empty() const { return count_ == 0; }
  std::size_t count() const { return count_; }
  // By file and line; a last one, of the file `whole`, counts those over the limit.
  std::vector<ContentError> Take(std::string_view whole = "manifest.json");

 private:
  bool lenient_;
  std::vector<ContentError> errors_;
  std::size_t count_ = 0;
};

// The faults of one file.
class FileFaults {
 public:
  FileFaults(Faults& faults, std::string_view file) : faults_(&faults), file_(file) {}
  // `line` counts from 1; 0 = the file as a whole.
  void Add(int line, std::string reason) const { faults_->Add(file_, line, std::move(reason)); }
  // What does not keep the rest from being used.
  void AddMinor(int line, std::string reason) const {
    if (!faults_->is_lenient()) Add(line, std::move(reason));
  }
  std::size_t count() const { return faults_->count(); }
  bool is_lenient() const { return faults_->is_lenient(); }
  std::string_view file() const { return file_; }

 private:
  Faults* faults_;
  std::string file_;
};

}  // namespace chemoterm::load
