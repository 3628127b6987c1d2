#include "rpc/expand_stream.h"

#include <google/protobuf/arena.h>

#include <string>

#include "base/status_macros.h"
#include "rpc/execute.h"

namespace chemoterm::rpc {
namespace {

namespace tv = terminology::v1;
using google::protobuf::Arena;

// One page is made or written at a time, and its end starts the next: no two of these but OnCancel
// run at once, so there is nothing to lock.
class ExpandStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  ExpandStream(const Door& door, grpc::CallbackServerContext& server,
               const grpc::ByteBuffer& request)
      : door_(door), call_(door, server, ExpandOp::kInfo.name) {
    Advance(ReadRequest(request));
  }

  void OnWriteDone(bool ok) override {
    call_.RenewTime();
    absl::Status status = call_.Alive();
    if (!ok && status.ok()) status = Fail(Reason::kCancelled, "The caller takes no more pages.");
    Advance(std::move(status));
  }

  void OnCancel() override { call_.Cancel(); }

  void OnDone() override { delete this; }

 private:
  absl::Status ReadRequest(const grpc::ByteBuffer& bytes) {
    RETURN_IF_ERROR(call_.Alive());
    Arena arena;
    auto& request = *Arena::CreateMessage<tv::ExpandValueSetRequest>(&arena);
    RETURN_IF_ERROR(call_.Parse(bytes, request));
    request_ = ToRequest(request);
    if (!request_.count) request_.count = kExpandPage;
    return absl::OkStatus();
  }

  // Sends the next page, or ends the call: after the last one, or with a failure.
  void Advance(absl::Status status) {
    if (complete_ || !status.ok()) return End(status);
    if (door_.pool == nullptr) return SendPage();
    if (!door_.pool->Submit([this] { SendPage(); })) End(TooManyWait());
  }

  // The end of the write, or of the call, may come before these return.
  void SendPage() {
    if (const absl::Status status = MakePage(); !status.ok()) return End(status);
    StartWrite(&page_);
  }
  void End(const absl::Status& status) { Finish(call_.Finish(status)); }

  absl::Status MakePage() {
    Arena arena;
    auto& page = *Arena::CreateMessage<tv::ExpandValueSetResponse>(&arena);
    RETURN_IF_ERROR(Execute(call_, request_, page));
    // Rows may have moved: pages of two contents would repeat some and lack others.
    if (*call_.engine().Digest() != call_.digest()) {
      return Fail(Reason::kNotReady, "The content has changed during the expansion; start again.");
    }
    // The engine makes every page an expansion of its own.
    if (identifier_.empty()) {
      identifier_ = page.identifier();
      timestamp_ = page.timestamp();
    } else {
      page.set_identifier(identifier_);
      page.set_timestamp(timestamp_);
      page.clear_parameter();
      page.clear_issues();
    }
    // The engine may put less on a page than was asked for.
    const std::int32_t next = request_.offset.value_or(0) + page.contains_size();
    complete_ = page.contains().empty() || (page.has_total() && next >= page.total());
    request_.offset = next;
    page_.Clear();
    return call_.Serialize(page, page_);
  }

  const Door& door_;
  Call call_;
  ExpandRequest request_;   // of the next page
  grpc::ByteBuffer page_;   // the write under way
  std::string identifier_;  // of the first page
  std::string timestamp_;
  bool complete_ = false;  // the last page is on its way
};

}  // namespace

grpc::ServerWriteReactor<grpc::ByteBuffer>* StartExpandStream(const Door& door,
                                                              grpc::CallbackServerContext& server,
                                                              const grpc::ByteBuffer& request) {
  return new ExpandStream(door, server, request);
}

}  // namespace chemoterm::rpc
