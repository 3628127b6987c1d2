// An HTTP request without a socket.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/http_server.h"

namespace chemoterm::test {

class FakeRequest : public gateway::HttpRequest {
 public:
  FakeRequest(std::string method, std::string target, std::string body = {},
              std::map<std::string, std::string> headers = {})
      : method_(std::move(method)),
        target_(std::move(target)),
        body_(std::move(body)),
        headers_(std::move(headers)) {}

  std::string_view method() const override { return method_; }
  std::string_view target() const override { return target_; }
  std::string_view body() const override { return body_; }
  // Header names are looked up as given in lower case.
  std::string_view header(std::string_view name) const override {
    std::string lower(name);
    for (char& c : lower) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    const auto found = headers_.find(lower);
    return found == headers_.end() ? std::string_view() : std::string_view(found->second);
  }

 private:
  std::string method_;
  std::string target_;
  std::string body_;
  std::map<std::string, std::string> headers_;
};

}  // namespace chemoterm::test
