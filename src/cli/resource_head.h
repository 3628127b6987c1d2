// The texts at the top of a resource: url, version, name, title, status.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "json/node_reader.h"

namespace chemoterm::cli {

class ResourceHead final : public json::Node {
 public:
  absl::Status OnScalar(std::string_view key, const json::Scalar& value,
                        const json::Cursor&) override {
    texts_.emplace(key, value.text);
    return {};
  }
  json::Node* Child(std::string_view, bool*, const json::Cursor&) override { return nullptr; }

  // Empty where the resource has none.
  std::string TextOf(std::string_view key) const {
    const auto found = texts_.find(key);
    return found == texts_.end() ? std::string() : found->second;
  }

 private:
  std::map<std::string, std::string, std::less<>> texts_;
};

}  // namespace chemoterm::cli
