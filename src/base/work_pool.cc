#include "base/work_pool.h"

#include <algorithm>
#include <utility>

namespace chemoterm::base {

WorkPool::WorkPool(int threads, std::size_t max_waiting) : max_waiting_(max_waiting) {
  for (int i = 0; i < std::max(1, threads); ++i) threads_.emplace_back([this] { Run(); });
}

WorkPool::~WorkPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool WorkPool::Submit(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    // A free thread takes a task at once: it does not have to find room among those that wait.
    const auto free = static_cast<std::int64_t>(threads_.size()) - stats_.running;
    if (static_cast<std::int64_t>(waiting_.size()) - std::max<std::int64_t>(0, free) >=
        static_cast<std::int64_t>(max_waiting_)) {
      ++stats_.rejected;
      return false;
    }
    waiting_.push_back(std::move(task));
  }
  changed_.notify_one();
  return true;
}

WorkPoolStats WorkPool::stats() const {
  const std::lock_guard lock(mutex_);
  WorkPoolStats stats = stats_;
  stats.waiting = static_cast<std::int64_t>(waiting_.size());
  return stats;
}

void WorkPool::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    std::function<void()> task = std::move(waiting_.front());
    waiting_.pop_front();
    ++stats_.running;
    lock.unlock();
    task();
    task = nullptr;  // what it holds goes before it counts as done
    lock.lock();
    --stats_.running;
    ++stats_.done;
  }
}

}  // namespace chemoterm::base
