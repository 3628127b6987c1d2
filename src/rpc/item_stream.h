// A bidirectional stream that answers each message it reads, in order: one read and one write are
// under way at most, and answers wait between them.
#pragma once

#include <google/protobuf/arena.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>

#include "rpc/call.h"

namespace chemoterm::rpc {

// Answers that may wait for the caller before the next message is read.
inline constexpr std::size_t kStreamWindow = 64;

// `Item::Request` and `Item::Response` are the messages; `Item::Answer(call, request, response)`
// fills the response, failures of single items included; `Item::IsFree(request)` is true for a
// message whose answer may overtake others and be made elsewhere meanwhile.
//
// The callbacks only change the state and call Advance, which starts what may be started. gRPC
// never calls back from within Start or Finish, so they are called with the lock held.
template <class Item>
class ItemStream final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  ItemStream(const Door& door, grpc::CallbackServerContext& server)
      : door_(door), call_(door, server, Item::kOperation) {
    const std::lock_guard lock(mutex_);
    Advance();
  }

  void OnReadDone(bool ok) override {
    call_.RenewTime();
    absl::Status status = call_.Alive();
    if (ok && status.ok()) status = TakeOne();
    const std::lock_guard lock(mutex_);
    reading_ = false;
    if (!ok || !status.ok()) {
      ended_ = true;
      status_ = std::move(status);
    }
    Advance();
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    writing_ = false;
    queue_.pop_front();
    // The caller no longer takes answers: the read under way ends too, and finishes the call.
    if (!ok) broken_ = true;
    Advance();
  }

  void OnCancel() override { call_.Cancel(); }

  void OnDone() override { delete this; }

 private:
  using Request = typename Item::Request;
  using Response = typename Item::Response;

  // A message that is answered in the pool.
  struct Part {
    explicit Part(const Call& first) : call(first, Call::Part{}) {}
    google::protobuf::Arena arena;
    Call call;
    const Request* request = nullptr;
  };

  absl::Status TakeOne() {
    auto part = std::make_shared<Part>(call_);
    auto& request = *google::protobuf::Arena::CreateMessage<Request>(&part->arena);
    if (auto status = part->call.Parse(in_, request); !status.ok()) return status;
    part->request = &request;
    if (Item::IsFree(request) && door_.pool != nullptr) {
      {
        const std::lock_guard lock(mutex_);
        ++under_way_;
      }
      if (door_.pool->Submit([this, part] { AnswerElsewhere(*part); })) return {};
      const std::lock_guard lock(mutex_);
      --under_way_;
    }
    grpc::ByteBuffer answer;
    auto status = Answer(*part, answer);
    const std::lock_guard lock(mutex_);
    if (!status.ok()) return status;
    call_.Take(part->call, answer);
    queue_.push_back(std::move(answer));
    return status;
  }

  static absl::Status Answer(Part& part, grpc::ByteBuffer& answer) {
    auto& response = *google::protobuf::Arena::CreateMessage<Response>(&part.arena);
    Item::Answer(part.call, *part.request, response);
    return part.call.Serialize(response, answer);
  }

  void AnswerElsewhere(Part& part) {
    grpc::ByteBuffer answer;
    absl::Status status = Answer(part, answer);
    const std::lock_guard lock(mutex_);
    --under_way_;
    if (status.ok()) {
      call_.Take(part.call, answer);
      queue_.push_back(std::move(answer));
    } else {
      ended_ = true;
      status_ = std::move(status);
    }
    Advance();
  }

  void Advance() {
    if (broken_) queue_.clear();
    if (!writing_ && !queue_.empty()) {
      writing_ = true;
      // More answers follow at once: let gRPC send them together.
      StartWrite(&queue_.front(),
                 queue_.size() > 1 ? grpc::WriteOptions().set_buffer_hint() : grpc::WriteOptions());
    }
    if (!reading_ && !ended_ && queue_.size() + under_way_ < kStreamWindow) {
      reading_ = true;
      StartRead(&in_);
    }
    if (reading_ || writing_ || under_way_ > 0 || !ended_ || finished_) return;
    finished_ = true;
    Finish(call_.Finish(status_));
  }

  const Door& door_;
  Call call_;
  grpc::ByteBuffer in_;  // the read under way; only OnReadDone looks at it
  std::mutex mutex_;
  std::deque<grpc::ByteBuffer> queue_;  // the front is being written
  std::size_t under_way_ = 0;           // in the pool
  bool reading_ = false;
  bool writing_ = false;
  bool ended_ = false;   // no more requests
  bool broken_ = false;  // no more answers can be sent
  bool finished_ = false;
  absl::Status status_;
};

}  // namespace chemoterm::rpc
