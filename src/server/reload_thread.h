// The background thread that reloads the content: when told to, and when the content folder has
// changed.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace chemoterm::server {

// A number that changes when a file under `folder` comes, goes, or changes its size or time. Files
// that vanish during the walk are left out; a folder that cannot be read gives 0.
std::uint64_t FolderFingerprint(const std::string& folder);

class ReloadThread {
 public:
  struct Options {
    std::string folder;
    std::string packages = {};          // another folder that counts; empty = none
    std::chrono::milliseconds poll{0};  // 0 = look at nothing, wait for Poke()
  };
  // `reload` is called on the thread, with why: "signal" or "change". A change counts when two
  // looks in a row see the same, so that a half-copied folder is not loaded; a state is tried once,
  // whether its reload succeeds or not.
  ReloadThread(Options options, std::function<void(std::string_view cause)> reload);
  // Waits for a reload in progress.
  ~ReloadThread();
  ReloadThread(const ReloadThread&) = delete;
  ReloadThread& operator=(const ReloadThread&) = delete;

  // Asks for a reload now; returns at once.
  void Poke();

 private:
  void Run();
  // Of both folders.
  std::uint64_t Fingerprint() const;
  // True when the folder has changed and come to rest.
  bool SettledChange();

  const Options options_;
  const std::function<void(std::string_view)> reload_;
  std::uint64_t tried_;  // the state that is loaded, or was refused
  std::uint64_t seen_;   // at the last look
  std::mutex mutex_;
  std::condition_variable wake_;
  bool poked_ = false;
  bool stop_ = false;
  std::thread thread_;  // last: starts when all else is ready
};

}  // namespace chemoterm::server
