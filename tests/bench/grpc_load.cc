// Keeps a number of calls outstanding on one channel for a while and prints a JSON object: calls,
// bytes of a response, seconds, and the time of a call in microseconds.
//   grpc_load HOST:PORT lookup|order|order-stream|short-order|short-order-stream|echo OUTSTANDING
//   SECONDS
// Every status must be OK and every response as long as the first one, which is read and compared
// with what was asked. Messages are made once and lengths compared after that, so that all methods
// cost the client the same. A stream keeps that many messages of 100 orders outstanding; its calls
// are the orders.
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/security/credentials.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "chemoterm/order/v1/order.grpc.pb.h"
#include "chemoterm/terminology/v1/terminology.pb.h"
#include "echo.pb.h"

namespace chemoterm::bench {
namespace {

using Clock = std::chrono::steady_clock;
using grpc::ByteBuffer;

constexpr char kSystem[] = "http://www.ama-assn.org/go/cpt";
constexpr char kCode[] = "96413";
constexpr char kDrugSystem[] = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets";
constexpr int kOrdersOfMessage = 100;

// A method, the message to send, and whether a response answers it.
struct Question {
  std::string method;
  ByteBuffer request;
  bool (*is_answer)(const ByteBuffer& response);
};

ByteBuffer Write(const google::protobuf::MessageLite& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return {&slice, 1};
}

template <class Message>
Message Read(ByteBuffer bytes) {
  Message message;
  CHECK(grpc::SerializationTraits<Message>::Deserialize(&bytes, &message).ok());
  return message;
}

terminology::v1::LookupCodeRequest LookupRequest() {
  terminology::v1::LookupCodeRequest request;
  request.set_system(kSystem);
  request.set_code(kCode);
  return request;
}

Question Lookup() {
  return {"/chemoterm.terminology.v1.TerminologyService/LookupCode", Write(LookupRequest()),
          [](const ByteBuffer& bytes) {
            const auto response = Read<terminology::v1::LookupCodeResponse>(bytes);
            return response.code() == kCode && response.system() == kSystem &&
                   !response.display().empty() && response.property_size() > 0;
          }};
}

void AddLine(const char* system, const char* code, order::v1::CheckOrderRequest* request) {
  auto& coding = *request->add_line()->mutable_coding();
  coding.set_system(system);
  coding.set_code(code);
}

// Ten lines that are right together.
order::v1::CheckOrderRequest TenLines() {
  constexpr const char* kCodes[] = {"96413", "96415", "96417", "96411", "99213:25"};
  constexpr const char* kDrugs[] = {"J9263:JZ", "J9045:JZ", "J9190:JZ", "J9040:JZ", "J9360:JZ"};
  order::v1::CheckOrderRequest request;
  request.set_date("2026-11-20");
  request.set_place_of_service("11");
  for (const char* code : kCodes) AddLine(kSystem, code, &request);
  request.mutable_line(0)->set_minutes(150);
  request.mutable_line(2)->set_minutes(45);
  for (const char* code : kDrugs) AddLine(kDrugSystem, code, &request);
  return request;
}

// What a scrubber of claims sees most: an infusion and its drug.
order::v1::CheckOrderRequest TwoLines() {
  order::v1::CheckOrderRequest request;
  request.set_date("2026-11-20");
  request.set_place_of_service("11");
  AddLine(kSystem, kCode, &request);
  request.mutable_line(0)->set_minutes(60);
  AddLine(kDrugSystem, "J9045:JZ", &request);
  return request;
}

bool IsVerdict(const order::v1::CheckOrderResponse& response) {
  return response.verdict() == "accept" || response.verdict() == "review";
}

Question Order(const order::v1::CheckOrderRequest& order) {
  return {"/chemoterm.order.v1.OrderEntryService/CheckOrder", Write(order),
          [](const ByteBuffer& bytes) {
            return IsVerdict(Read<order::v1::CheckOrderResponse>(bytes));
          }};
}

Question Echo() {
  v1::EchoRequest request;  // as long as that of a look-up, with tag and length
  request.set_text(std::string(LookupRequest().ByteSizeLong() - 2, 'x'));
  return {"/chemoterm.bench.v1.EchoService/Echo", Write(request), [](const ByteBuffer& bytes) {
            const std::string payload = Read<v1::EchoResponse>(bytes).payload();
            return !payload.empty() && payload.find_first_not_of('x') == std::string::npos;
          }};
}

struct Call {
  std::unique_ptr<grpc::ClientContext> context;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader;
  ByteBuffer response;
  grpc::Status status;
  Clock::time_point start;
};

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

class Load {
 public:
  Load(const std::string& address, Question question)
      : question_(std::move(question)), stub_(Connect(address)) {}

  void Run(std::size_t outstanding, double seconds) {
    Call first;
    Start(first);
    Take();
    CHECK(question_.is_answer(first.response));

    const auto start = Clock::now();
    const auto end =
        start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    std::vector<Call> calls(outstanding);
    for (Call& call : calls) Start(call);
    for (std::size_t open = outstanding; open > 0;) {
      Call& call = Take();
      if (call.start < end) {
        Start(call);
      } else {
        --open;
      }
    }
    seconds_ = std::chrono::duration<double>(Clock::now() - start).count();
  }

  void Print() {
    std::sort(micros_.begin(), micros_.end());
    const auto at = [&](double share) {
      return micros_[static_cast<std::size_t>(share * static_cast<double>(micros_.size() - 1))];
    };
    std::printf("{\"calls\":%zu,\"bytes\":%zu,\"seconds\":%.3f,\"p50\":%.0f,\"p99\":%.0f}\n",
                micros_.size(), bytes_, seconds_, at(0.5), at(0.99));
  }

 private:
  void Start(Call& call) {
    call.context = std::make_unique<grpc::ClientContext>();
    call.response.Clear();
    call.start = Clock::now();
    call.reader =
        stub_.PrepareUnaryCall(call.context.get(), question_.method, question_.request, &queue_);
    call.reader->StartCall();
    call.reader->Finish(&call.response, &call.status, &call);
  }

  // The next call that has ended, found right.
  Call& Take() {
    void* tag = nullptr;
    bool ok = false;
    CHECK(queue_.Next(&tag, &ok) && ok);
    Call& call = *static_cast<Call*>(tag);
    if (!call.status.ok()) {
      std::fprintf(stderr, "%s: %s\n", question_.method.c_str(),
                   call.status.error_message().c_str());
      std::exit(1);
    }
    if (bytes_ == 0) bytes_ = call.response.Length();
    CHECK(call.response.Length() == bytes_);
    micros_.push_back(std::chrono::duration<double, std::micro>(Clock::now() - call.start).count());
    return call;
  }

  Question question_;
  grpc::GenericStub stub_;
  grpc::CompletionQueue queue_;
  std::vector<double> micros_;
  std::size_t bytes_ = 0;
  double seconds_ = 0;
};

// One stream of CheckOrder; a message is written for each that is answered.
void LoadStream(const std::string& address, const order::v1::CheckOrderRequest& order,
                int outstanding, double seconds) {
  const auto stub = order::v1::OrderEntryService::NewStub(Connect(address));
  grpc::ClientContext context;
  const auto stream = stub->StreamCheckOrders(&context);
  order::v1::StreamCheckOrdersRequest request;
  for (int i = 0; i < kOrdersOfMessage; ++i) *request.add_orders() = order;

  const auto start = Clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  for (int i = 0; i < outstanding; ++i) CHECK(stream->Write(request));
  order::v1::StreamCheckOrdersResponse response;
  std::size_t answers = 0;
  std::size_t bytes = 0;
  for (int open = outstanding; open > 0; ++answers) {
    CHECK(stream->Read(&response) && response.results_size() == kOrdersOfMessage);
    if (bytes == 0) {
      bytes = response.ByteSizeLong();
      for (const auto& outcome : response.results()) CHECK(IsVerdict(outcome.response()));
    }
    CHECK(response.ByteSizeLong() == bytes);
    if (elapsed() < seconds) {
      CHECK(stream->Write(request));
    } else {
      --open;
    }
  }
  CHECK(stream->WritesDone() && !stream->Read(&response) && stream->Finish().ok());
  std::printf("{\"calls\":%zu,\"bytes\":%zu,\"seconds\":%.3f}\n", answers * kOrdersOfMessage, bytes,
              elapsed());
}

void LoadCalls(const std::string& address, Question question, int outstanding, double seconds) {
  Load load(address, std::move(question));
  load.Run(static_cast<std::size_t>(outstanding), seconds);
  load.Print();
}

using Loader = std::function<void(const std::string& address, int outstanding, double seconds)>;

Loader Calls(Question (*question)()) {
  return [question](const std::string& address, int outstanding, double seconds) {
    LoadCalls(address, question(), outstanding, seconds);
  };
}

Loader Stream(order::v1::CheckOrderRequest (*order)()) {
  return [order](const std::string& address, int outstanding, double seconds) {
    LoadStream(address, order(), outstanding, seconds);
  };
}

const std::map<std::string_view, Loader> kLoaders = {
    {"lookup", Calls(Lookup)},
    {"echo", Calls(Echo)},
    {"order", Calls([] { return Order(TenLines()); })},
    {"order-stream", Stream(TenLines)},
    {"short-order", Calls([] { return Order(TwoLines()); })},
    {"short-order-stream", Stream(TwoLines)}};

}  // namespace
}  // namespace chemoterm::bench

int main(int argc, char** argv) {
  using chemoterm::bench::kLoaders;
  const auto loader = argc == 5 ? kLoaders.find(argv[2]) : kLoaders.end();
  const int outstanding = argc == 5 ? std::atoi(argv[3]) : 0;
  const double seconds = argc == 5 ? std::atof(argv[4]) : 0;
  if (loader == kLoaders.end() || outstanding <= 0 || seconds <= 0) {
    std::fprintf(stderr, "usage: grpc_load HOST:PORT METHOD OUTSTANDING SECONDS\n");
    return 2;
  }
  loader->second(argv[1], outstanding, seconds);
  return 0;
}
