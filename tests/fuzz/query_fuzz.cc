// Bytes as the target of a GET, its first line; the lines behind are headers "name: value".
#include <map>

#include "base/text.h"
#include "fuzz/support.h"
#include "gateway/gateway.h"
#include "support/fake_http.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace chemoterm;
  static const auto* const gateway =
      new gateway::Gateway(fuzz::TheEngine(), gateway::GatewayOptions{}, nullptr, nullptr);
  auto [target, rest] = base::SplitOnce({reinterpret_cast<const char*>(data), size}, '\n');
  std::map<std::string, std::string> headers = {{"host", "localhost"}};
  for (const std::string_view line : base::Split(rest, '\n')) {
    const auto [name, value] = base::SplitOnce(line, ':');
    headers[std::string(name)] = std::string(value);
  }
  const auto reply = gateway->Handle(test::FakeRequest("GET", std::string(target), {}, headers));
  fuzz::Require(reply.status >= 200 && reply.status < 600 && reply.status != 500,
                "a GET has no internal error");
  if (!reply.body.empty()) fuzz::RequireJson(reply.body);
  return 0;
}
