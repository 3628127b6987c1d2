#include "golden/golden_case.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <sstream>

#include "golden/order_case.h"
#include "support/answer_tree.h"

namespace chemoterm::test {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

[[noreturn]] void Refuse(const fs::path& path, const std::string& why) {
  std::fprintf(stderr, "%s: %s\n", path.c_str(), why.c_str());
  std::abort();
}

std::string BodyOf(const rapidjson::Value& parameters) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  parameters.Accept(writer);
  return R"({"resourceType":"Parameters","parameter":)" +
         std::string(buffer.GetString(), buffer.GetSize()) + "}";
}

using ReadShortForm = rapidjson::Value (*)(const rapidjson::Document& file,
                                           rapidjson::Document::AllocatorType& memory,
                                           const char** problem);

// Gives a case in a short form the members that others have.
void AddMembers(const fs::path& path, rapidjson::Document& file,
                std::initializer_list<const char*> needed, ReadShortForm read) {
  for (const char* name : needed) {
    if (!file.HasMember(name)) Refuse(path, std::string(name) + " is needed");
  }
  const char* problem = nullptr;
  rapidjson::Value made = read(file, file.GetAllocator(), &problem);
  if (problem != nullptr) Refuse(path, problem);
  for (const char* name : {"request", "expect"}) {
    file.RemoveMember(name);
    file.AddMember(rapidjson::StringRef(name), made[name], file.GetAllocator());
  }
}

bool IsOfShortForm(std::string_view name) {
  return name == "order" || name == "verdict" || name == "findings" || name == "source" ||
         name == "lines" || name == "uncoded";
}

Case LoadCase(const fs::path& path) {
  Case golden;
  golden.operation = path.parent_path().filename();
  golden.name = path.stem();
  // Numbers stay numbers here: the body sends them as the file has them.
  auto file = std::make_shared<rapidjson::Document>();
  file->Parse<rapidjson::kParseFullPrecisionFlag>(ReadFile(path).c_str());
  if (file->HasParseError() || !file->IsObject()) Refuse(path, "not a JSON object");
  if (file->HasMember("order")) {
    AddMembers(path, *file, {"verdict", "findings", "source"}, ReadOrderCase);
  } else if (file->HasMember("lines")) {
    AddMembers(path, *file, {"request", "uncoded", "findings", "source"}, ReadAdministrationCase);
  }
  for (const auto& [key, value] : file->GetObject()) {
    const std::string name = key.GetString();
    if (name == "why")
      golden.why = value.GetString();
    else if (name == "request")
      golden.parameters = &value;
    else if (name == "status")
      golden.status = value.GetInt();
    else if (name == "reason")
      golden.reason = value.GetString();
    else if (name == "expect")
      golden.expect = &value;
    else if (IsOfShortForm(name))
      continue;  // taken above
    else if (name == "exit")
      golden.exit_code = value.GetInt();
    else if (name == "skip")
      for (const auto& door : value.GetArray()) golden.skip.emplace_back(door.GetString());
    else
      Refuse(path, "unknown member " + name);
  }
  if (golden.why.empty() || golden.parameters == nullptr || golden.expect == nullptr) {
    Refuse(path, "why, request and expect are needed");
  }
  if ((golden.status == 200) != golden.reason.empty())
    Refuse(path, "a failure, and only a failure, has a reason");
  golden.body = BodyOf(*golden.parameters);
  golden.file = file;
  return golden;
}

}  // namespace

bool Case::Skips(const std::string& door) const {
  return std::find(skip.begin(), skip.end(), door) != skip.end();
}

std::optional<std::vector<std::pair<std::string, std::string>>> Case::Primitives() const {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& parameter : parameters->GetArray()) {
    std::pair<std::string, std::string> pair;
    for (const auto& [key, value] : parameter.GetObject()) {
      if (value.IsObject() || value.IsArray()) return std::nullopt;
      (std::string_view(key.GetString()) == "name" ? pair.first : pair.second) = TreeOf(value).text;
    }
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

std::vector<Case> LoadCases(const std::string& folder) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Case> cases;
  for (const fs::path& path : paths) cases.push_back(LoadCase(path));
  return cases;
}

}  // namespace chemoterm::test
