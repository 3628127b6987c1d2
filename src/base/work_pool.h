// Threads for work that would hold up those that wait for the network
// (docs/adr/0012-heavy-work.md).
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace chemoterm::base {

struct WorkPoolStats {
  std::int64_t waiting = 0;
  std::int64_t running = 0;
  std::int64_t done = 0;      // so far
  std::int64_t rejected = 0;  // so far
};

// Runs tasks in the order in which they came. Thread-safe. Destruction runs what still waits.
class WorkPool {
 public:
  // At most `max_waiting` tasks wait; at least one thread.
  WorkPool(int threads, std::size_t max_waiting);
  ~WorkPool();
  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;

  // False, at once, when as many wait as may: the task is not run.
  [[nodiscard]] bool Submit(std::function<void()> task);
  WorkPoolStats stats() const;

 private:
  void Run();

  const std::size_t max_waiting_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  WorkPoolStats stats_;  // but `waiting`
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace chemoterm::base
