// A line on the terminal that says how far a long piece of work is.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>

namespace chemoterm::cli {

// Draws "step [#####     ] 50 %" over itself; nothing when `on` is false. Takes its line away at
// the end.
class ProgressBar {
 public:
  ProgressBar(std::ostream& out, bool on) : out_(out), on_(on) {}
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // `done` of `total`; without a total only the step is shown.
  void Show(std::string_view step, std::size_t done, std::size_t total);

 private:
  std::ostream& out_;
  bool on_;
  std::size_t width_ = 0;  // of what is drawn
};

// True when standard error is a terminal.
bool IsErrorTerminal();

}  // namespace chemoterm::cli
