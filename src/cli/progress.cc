#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>

#include "base/text.h"

namespace chemoterm::cli {

ProgressBar::~ProgressBar() {
  if (width_ > 0) out_ << "\r" << std::string(width_, ' ') << "\r" << std::flush;
}

void ProgressBar::Show(std::string_view step, std::size_t done, std::size_t total) {
  constexpr std::size_t kCells = 30;
  if (!on_) return;
  std::string line(step);
  if (total > 0) {
    const std::size_t full = std::min(done, total) * kCells / total;
    line += base::Concat({" [", std::string(full, '#'), std::string(kCells - full, ' '), "] ",
                          base::ToText(std::min(done, total) * 100 / total), " %"});
  }
  const std::size_t size = line.size();
  if (size < width_) line += std::string(width_ - size, ' ');
  width_ = size;
  out_ << "\r" << line << std::flush;
}

bool IsErrorTerminal() { return isatty(STDERR_FILENO) == 1; }

}  // namespace chemoterm::cli
