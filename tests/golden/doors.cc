#include "golden/doors.h"

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "fhir/parameters.h"
#include "fhir/version.h"
#include "support/fake_http.h"

namespace chemoterm::test {
namespace {

Reply Refused(const absl::Status& status, bool unread) {
  const Failure failure = FailureOf(status);
  Reply reply;
  reply.reason = InfoOf(failure.reason).name;
  reply.status = InfoOf(failure.reason).http;
  reply.text = failure.text;
  reply.unread = unread;
  return reply;
}

template <class Op>
Reply Play(const Engine& engine, const Case& golden) {
  const auto list = fhir::ReadBody(golden.body);
  if (!list.ok()) return Refused(list.status(), true);
  const auto request = fhir::ReadRequest<Op>(*list, false);
  if (!request.ok()) return Refused(request.status(), true);
  const auto answer = engine.Run(CallContext{}, *request);
  if (!answer.ok()) return Refused(answer.status(), false);
  Reply reply;
  reply.ok = true;
  reply.answer = TreeOf(fhir::WriteResult<Op>(*answer, fhir::FhirVersion::kR5));
  return reply;
}

template <class Struct>
void EraseOneSided(Tree& tree);

template <class Member>
struct PartOf {
  using Type = void;
};
template <class Part>
struct PartOf<std::vector<Part>> {
  using Type = Part;
};

// Erases from `tree` what only one version defines of a table, and goes into its parts.
template <class Struct>
void EraseOneSided(Tree& tree) {
  ForEachParam<Struct>([&]<class Owner, class Member>(const Param<Owner, Member>& param) {
    const std::string name = SnakeCase(param.name);
    if (param.in != In::kBoth) tree.members.erase(name);
    using Part = typename PartOf<Member>::Type;
    if constexpr (requires { Params<Part>::kAll; }) {
      const auto found = tree.members.find(name);
      if (found == tree.members.end()) return;
      for (Tree& part : found->second) EraseOneSided<Part>(part);
    }
  });
}

// One designation for each use, as R4 writes them.
void RepeatForEachUse(Tree& answer) {
  const auto found = answer.members.find("designation");
  if (found == answer.members.end()) return;
  std::vector<Tree> repeated;
  for (Tree& one : found->second) {
    const std::vector<Tree> further = std::move(one.members["additional_use"]);
    one.members.erase("additional_use");
    repeated.push_back(one);
    for (const Tree& use : further) {
      repeated.push_back(one);
      repeated.back().members["use"] = {use};
    }
  }
  found->second = std::move(repeated);
}

// In R4 they are extensions.
void LeaveExpansionProperties(Tree& expansion) {
  expansion.members.erase("property");
  const auto contains = expansion.members.find("contains");
  if (contains == expansion.members.end()) return;
  for (Tree& each : contains->second) each.members.erase("property");
}

std::string PercentEncoded(std::string_view text) {
  std::string encoded;
  char buffer[4];
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == '~') {
      encoded += c;
      continue;
    }
    std::snprintf(buffer, sizeof buffer, "%%%02X", static_cast<unsigned>(byte));
    encoded += buffer;
  }
  return encoded;
}

std::string ShellQuoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

// The folder of an operation's cases: its name, with the resource where two have the same.
std::string FolderOf(const OpInfo& info) {
  const std::string name(info.name);
  return info.resource == "ValueSet" && name == "validate-code" ? "valueset-" + name : name;
}

// "/CodeSystem/$lookup".
std::string PathOf(const Case& golden) {
  std::string path;
  ForEachOp([&]<class Op>() {
    if (golden.operation == FolderOf(Op::kInfo)) {
      if (!Op::kInfo.at_system()) path = "/" + std::string(Op::kInfo.resource);
      path += "/$" + std::string(Op::kInfo.name);
    }
  });
  return path;
}

}  // namespace

void LeaveCommon(std::string_view operation, Tree& answer) {
  RepeatForEachUse(answer);
  if (operation == "expand") LeaveExpansionProperties(answer);
  ForEachOp([&]<class Op>() {
    if (operation == FolderOf(Op::kInfo)) EraseOneSided<typename Op::Result>(answer);
  });
}

Doors::Doors() {
  EngineOptions options;
  options.content_dir = CHEMOTERM_SOURCE_DIR "/terminology";
  options.today = [] { return std::string(kToday); };
  auto engine = Engine::Open(std::move(options));
  if (!engine.ok()) {
    std::fprintf(stderr, "%s\n", std::string(engine.status().message()).c_str());
    std::abort();
  }
  engine_ = *std::move(engine);
  gateway_ =
      std::make_unique<gateway::Gateway>(*engine_, gateway::GatewayOptions{}, nullptr, nullptr);
#ifdef CHEMOTERM_DOORS
  grpc_ = GrpcDoor::Open(*engine_);
#endif
}

Reply Doors::ByEngine(const Case& golden) const {
  Reply reply;
  ForEachOp([&]<class Op>() {
    if (golden.operation == FolderOf(Op::kInfo)) reply = Play<Op>(*engine_, golden);
  });
  return reply;
}

Reply Doors::ByPost(const Case& golden, std::string_view base) const {
  return Http("POST", "/" + std::string(base) + PathOf(golden), golden.body);
}

Reply Doors::ByGet(const Case& golden, std::string_view base) const {
  std::string query;
  const auto primitives = golden.Primitives().value();
  for (const auto& [name, value] : primitives) {
    query += (query.empty() ? "?" : "&") + name + "=" + PercentEncoded(value);
  }
  return Http("GET", "/" + std::string(base) + PathOf(golden) + query, "");
}

Reply Doors::Http(const std::string& method, const std::string& target,
                  const std::string& body) const {
  std::map<std::string, std::string> headers = {{"host", "localhost"},
                                                {"accept", "application/fhir+json"}};
  if (method == "POST") headers["content-type"] = "application/fhir+json";
  const gateway::HttpReply http = gateway_->Handle(FakeRequest(method, target, body, headers));
  Reply reply;
  reply.status = http.status;
  reply.ok = http.status == 200;
  reply.answer = TreeOf(http.body);
  if (!reply.ok) {
    for (const Tree& issue : reply.answer.All("issues")) reply.text = issue.Text("text");
    const auto coding = ParseJson(http.body);
    for (const auto& issue : coding["issue"].GetArray()) {
      const auto& first = issue["details"]["coding"][0];
      // Where HL7 has a message, its type of issue stands in place of our reason.
      if (std::string_view(first["system"].GetString()).ends_with("/reason"))
        reply.reason = first["code"].GetString();
    }
  }
  return reply;
}

#ifdef CHEMOTERM_DOORS
namespace {

std::string OutputOf(const std::string& line, int* exit_code) {
  std::FILE* pipe = popen(line.c_str(), "r");
  if (pipe == nullptr) std::abort();
  std::string output;
  char buffer[4096];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) {
    output.append(buffer, got);
  }
  const int status = pclose(pipe);
  *exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + status;
  return output;
}

}  // namespace

std::vector<Tree> LookupsByCommand(const std::vector<std::string>& codes, std::string_view system) {
  std::string line = "printf '%s\\n'";
  for (const std::string& code : codes) line += " " + ShellQuoted(code);
  line += " | " + ShellQuoted(CHEMOTERM_PROGRAM) + " lookup - --json --property '*' --system " +
          ShellQuoted(system) + " --content " + ShellQuoted(CHEMOTERM_SOURCE_DIR "/terminology");
  int exit_code = 0;
  std::istringstream output(OutputOf(line, &exit_code));
  std::vector<Tree> answers;
  if (exit_code != 0) return answers;
  for (std::string answer; std::getline(output, answer);) answers.push_back(TreeOf(answer));
  return answers;
}

Reply ByCommand(const Case& golden, int* exit_code) {
  std::string line = ShellQuoted(CHEMOTERM_PROGRAM);
  ForEachOp([&]<class Op>() {
    if (golden.operation == FolderOf(Op::kInfo)) line += " " + std::string(Op::kInfo.command);
  });
  line += " --json --content " + ShellQuoted(CHEMOTERM_SOURCE_DIR "/terminology");
  const auto primitives = golden.Primitives().value();
  for (const auto& [name, value] : primitives) {
    std::string option = SnakeCase(name);
    for (char& c : option) c = c == '_' ? '-' : c;
    line += " " + ShellQuoted("--" + option + "=" + value);
  }
  const std::string output = OutputOf(line + " 2>/dev/null", exit_code);
  Reply reply;
  reply.ok = *exit_code <= 1 && !output.empty();
  reply.status = *exit_code;
  if (reply.ok) reply.answer = TreeOf(output);
  return reply;
}
#endif

}  // namespace chemoterm::test
