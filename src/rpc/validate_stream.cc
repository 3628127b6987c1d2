#include "rpc/validate_stream.h"

#include <google/protobuf/arena.h>

#include <deque>
#include <mutex>
#include <utility>

#include "rpc/execute.h"

namespace chemoterm::rpc {
namespace {

namespace tv = terminology::v1;

// One read and one write are under way at most; answers wait in `queue_` between them. The
// callbacks only change the state and call Advance, which starts what may be started. gRPC never
// calls back from within Start or Finish, so they are called with the lock held.
class ValidateStream final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  ValidateStream(const Door& door, grpc::CallbackServerContext& server)
      : call_(door, server, ValidateCodeOp::kInfo.name) {
    const std::lock_guard lock(mutex_);
    Advance();
  }

  void OnReadDone(bool ok) override {
    grpc::ByteBuffer answer;
    call_.RenewTime();
    absl::Status status = call_.Alive();
    if (ok && status.ok()) status = AnswerOne(answer);
    const std::lock_guard lock(mutex_);
    reading_ = false;
    if (ok && status.ok()) {
      queue_.push_back(std::move(answer));
    } else {
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
  absl::Status AnswerOne(grpc::ByteBuffer& answer) {
    google::protobuf::Arena arena;
    auto& request = *google::protobuf::Arena::CreateMessage<tv::StreamValidateCodesRequest>(&arena);
    auto& response =
        *google::protobuf::Arena::CreateMessage<tv::StreamValidateCodesResponse>(&arena);
    if (auto status = call_.Parse(in_, request); !status.ok()) return status;
    response.set_id(request.id());
    ExecuteItem(call_, request.request(), response);
    return call_.Serialize(response, answer);
  }

  void Advance() {
    if (broken_) queue_.clear();
    if (!writing_ && !queue_.empty()) {
      writing_ = true;
      // More answers follow at once: let gRPC send them together.
      StartWrite(&queue_.front(),
                 queue_.size() > 1 ? grpc::WriteOptions().set_buffer_hint() : grpc::WriteOptions());
    }
    if (!reading_ && !ended_ && queue_.size() < kStreamWindow) {
      reading_ = true;
      StartRead(&in_);
    }
    if (reading_ || writing_ || !ended_ || finished_) return;
    finished_ = true;
    Finish(call_.Finish(status_));
  }

  Call call_;
  grpc::ByteBuffer in_;  // the read under way; only OnReadDone looks at it
  std::mutex mutex_;
  std::deque<grpc::ByteBuffer> queue_;  // the front is being written
  bool reading_ = false;
  bool writing_ = false;
  bool ended_ = false;   // no more requests
  bool broken_ = false;  // no more answers can be sent
  bool finished_ = false;
  absl::Status status_;
};

}  // namespace

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* StartValidateStream(
    const Door& door, grpc::CallbackServerContext& server) {
  return new ValidateStream(door, server);
}

}  // namespace chemoterm::rpc
