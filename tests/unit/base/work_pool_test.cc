#include "base/work_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <memory>
#include <thread>
#include <vector>

namespace chemoterm::base {
namespace {

// Holds a task until it is let go.
class Gate {
 public:
  std::function<void()> Task() {
    return [this] {
      started_.set_value();
      opened_.wait();
    };
  }
  void WaitUntilIn() { started_.get_future().wait(); }
  void Open() { open_.set_value(); }

 private:
  std::promise<void> started_, open_;
  std::shared_future<void> opened_ = open_.get_future().share();
};

TEST(WorkPool, RunsTasksInTheOrderInWhichTheyCame) {
  std::vector<int> seen;
  {
    WorkPool pool(1, 100);
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(pool.Submit([&seen, i] { seen.push_back(i); }));
  }
  ASSERT_EQ(seen.size(), 50U);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

TEST(WorkPool, RefusesAtOnceWhenTheQueueIsFull) {
  Gate gate;
  std::atomic<int> done = 0;
  WorkPool pool(1, 2);
  ASSERT_TRUE(pool.Submit(gate.Task()));
  gate.WaitUntilIn();
  EXPECT_TRUE(pool.Submit([&] { ++done; }));
  EXPECT_TRUE(pool.Submit([&] { ++done; }));
  EXPECT_FALSE(pool.Submit([&] { ++done; }));
  EXPECT_EQ(pool.stats().waiting, 2);
  EXPECT_EQ(pool.stats().running, 1);
  EXPECT_EQ(pool.stats().rejected, 1);
  gate.Open();
}

TEST(WorkPool, AFreeThreadNeedsNoQueue) {
  Gate gate;
  WorkPool pool(1, 0);
  ASSERT_TRUE(pool.Submit(gate.Task()));
  gate.WaitUntilIn();
  EXPECT_FALSE(pool.Submit([] {}));
  gate.Open();
}

TEST(WorkPool, RunsWhatStillWaitsWhenItGoes) {
  Gate gate;
  std::atomic<int> done = 0;
  std::future<void> opener;
  {
    WorkPool pool(1, 10);
    ASSERT_TRUE(pool.Submit(gate.Task()));
    gate.WaitUntilIn();
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(pool.Submit([&] { ++done; }));
    opener = std::async(std::launch::async, [&] { gate.Open(); });
  }
  EXPECT_EQ(done, 10);
}

TEST(WorkPool, TasksRunOnSeveralThreads) {
  Gate one;
  Gate other;
  WorkPool pool(2, 2);
  ASSERT_TRUE(pool.Submit(one.Task()));
  ASSERT_TRUE(pool.Submit(other.Task()));
  one.WaitUntilIn();
  other.WaitUntilIn();  // while the first has not ended
  one.Open();
  other.Open();
}

TEST(WorkPool, LetsGoOfATaskBeforeItCountsAsDone) {
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = held;
  WorkPool pool(1, 1);
  ASSERT_TRUE(pool.Submit([held = std::move(held)] {}));
  while (pool.stats().done == 0) std::this_thread::yield();
  EXPECT_TRUE(watch.expired());
}

}  // namespace
}  // namespace chemoterm::base
