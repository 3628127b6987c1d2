#include "base/lru_cache.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "base/text.h"

namespace chemoterm::base {
namespace {

TEST(LruCache, KeepsWhatWasUsedLast) {
  LruCache<int> cache(4 * 11);
  for (const char* key : {"a", "b", "c", "d"}) cache.Put(key, key[0], 10);
  EXPECT_EQ(cache.Get("a"), 'a');
  cache.Put("e", 'e', 10);
  EXPECT_EQ(cache.Get("b"), std::nullopt);
  for (const char* key : {"a", "c", "d", "e"}) EXPECT_EQ(cache.Get(key), key[0]);
}

TEST(LruCache, ALargeValueTakesThePlaceOfSeveral) {
  LruCache<int> cache(33);
  for (const char* key : {"a", "b", "c"}) cache.Put(key, 1, 10);
  cache.Put("d", 2, 20);
  EXPECT_EQ(cache.Get("d"), 2);
  EXPECT_EQ(cache.Get("c"), 1);
  EXPECT_FALSE(cache.Get("a") || cache.Get("b"));
}

TEST(LruCache, KeepsNoValueAboveItsBoundAndNoneTwice) {
  LruCache<int> cache(20);
  cache.Put("a", 1, 5);
  cache.Put("a", 2, 5);
  cache.Put("large", 3, 20);
  EXPECT_EQ(cache.Get("a"), 1);
  EXPECT_EQ(cache.Get("large"), std::nullopt);
  LruCache<int> none(0);
  none.Put("", 1, 0);
  none.Put("a", 1, 0);
  EXPECT_EQ(none.Get("a"), std::nullopt);
}

TEST(LruCache, ServesManyThreads) {
  LruCache<std::string> cache(2'000);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&cache, thread] {
      for (int i = 0; i < 2'000; ++i) {
        const std::string key = ToText((i * 7 + thread) % 40);
        EXPECT_EQ(cache.Get(key).value_or(key + "!"), key + "!");
        cache.Put(key, key + "!", 100);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace chemoterm::base
