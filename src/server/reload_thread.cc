#include "server/reload_thread.h"

#include <filesystem>
#include <functional>
#include <system_error>
#include <utility>

namespace chemoterm::server {

namespace fs = std::filesystem;

std::uint64_t FolderFingerprint(const std::string& folder) {
  std::uint64_t sum = 0;
  std::error_code error;
  fs::recursive_directory_iterator file(folder, fs::directory_options::skip_permission_denied,
                                        error);
  for (; !error && file != fs::recursive_directory_iterator(); file.increment(error)) {
    std::error_code gone;
    if (!file->is_regular_file(gone)) continue;
    const auto time = file->last_write_time(gone).time_since_epoch().count();
    const auto size = file->file_size(gone);
    if (gone) continue;
    // Order does not matter, so the files' own numbers are added.
    std::uint64_t number = std::hash<std::string>{}(file->path().native());
    for (const auto part : {static_cast<std::uint64_t>(time), static_cast<std::uint64_t>(size)}) {
      number = (number ^ part) * 0x9E3779B97F4A7C15U;
      number ^= number >> 32;
    }
    sum += number;
  }
  return sum;
}

ReloadThread::ReloadThread(Options options, std::function<void(std::string_view)> reload)
    : options_(std::move(options)),
      reload_(std::move(reload)),
      tried_(options_.poll.count() > 0 ? Fingerprint() : 0),
      seen_(tried_),
      thread_([this] { Run(); }) {}

ReloadThread::~ReloadThread() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void ReloadThread::Poke() {
  {
    const std::lock_guard lock(mutex_);
    poked_ = true;
  }
  wake_.notify_all();
}

std::uint64_t ReloadThread::Fingerprint() const {
  const std::uint64_t packages =
      options_.packages.empty() ? 0 : FolderFingerprint(options_.packages);
  return FolderFingerprint(options_.folder) + packages;
}

bool ReloadThread::SettledChange() {
  const std::uint64_t now = Fingerprint();
  const bool settled = now == seen_;
  seen_ = now;
  return settled && now != tried_;
}

void ReloadThread::Run() {
  const bool polls = options_.poll.count() > 0;
  std::unique_lock lock(mutex_);
  while (!stop_) {
    const auto called = [this] { return stop_ || poked_; };
    if (polls) {
      wake_.wait_for(lock, options_.poll, called);
    } else {
      wake_.wait(lock, called);
    }
    if (stop_) return;
    const bool poked = std::exchange(poked_, false);
    lock.unlock();
    if (poked) {
      // Files that change while they are being read are seen as a change again.
      if (polls) tried_ = seen_ = Fingerprint();
      reload_("signal");
    } else if (SettledChange()) {
      tried_ = seen_;
      reload_("change");
    }
    lock.lock();
  }
}

}  // namespace chemoterm::server
