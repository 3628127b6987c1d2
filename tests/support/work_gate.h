// Keeps a pool's thread busy until the test lets it go.
#pragma once

#include <gtest/gtest.h>

#include <future>

#include "base/work_pool.h"

namespace chemoterm {

// Must be opened before the pool goes.
class WorkGate {
 public:
  void Block(base::WorkPool& pool) {
    std::promise<void> in;
    ASSERT_TRUE(pool.Submit([this, &in] {
      in.set_value();
      opened_.wait();
    }));
    in.get_future().wait();
  }
  void Open() {
    if (!is_open_) gate_.set_value();
    is_open_ = true;
  }

 private:
  std::promise<void> gate_;
  std::shared_future<void> opened_ = gate_.get_future().share();
  bool is_open_ = false;
};

}  // namespace chemoterm
