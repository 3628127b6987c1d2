// The golden cases: files of requests and what every door has to answer. README.md has the form.
#pragma once

#include <rapidjson/document.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace chemoterm::test {

struct Case {
  std::string operation;  // name of the folder
  std::string name;       // name of the file
  std::string why;
  std::string body;               // Parameters resource, as JSON
  int status = 200;               // HTTP
  std::string reason;             // name of the Reason of a failure
  std::vector<std::string> skip;  // doors that cannot express the case: "get", "grpc"
  std::optional<int> exit_code;   // present: played on the command line, which ends with it
  std::shared_ptr<const rapidjson::Document> file;  // holds what `parameters` and `expect` point to
  const rapidjson::Value* parameters = nullptr;
  const rapidjson::Value* expect = nullptr;

  bool Skips(const std::string& door) const;
  // The parameters as (name, text); nothing when one is not primitive.
  std::optional<std::vector<std::pair<std::string, std::string>>> Primitives() const;
};

// All cases under `folder`/<operation>/, in order of their names.
std::vector<Case> LoadCases(const std::string& folder);

}  // namespace chemoterm::test
