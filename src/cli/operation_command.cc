#include "cli/operation_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <concepts>
#include <fstream>
#include <istream>
#include <iterator>
#include <memory>
#include <ostream>
#include <sstream>
#include <tuple>
#include <type_traits>
#include <utility>

#include "base/status_macros.h"
#include "base/text.h"
#include "cli/resource_head.h"
#include "cli/result_text.h"
#include "fhir/version.h"

namespace chemoterm::cli {
namespace {

constexpr std::string_view kFromInput = "-";

// The parameters that a person types without naming them: the code, else the value set.
bool IsPositional(std::string_view name, Kind kind, std::string_view cardinality, bool has_code) {
  return name == "code" || name == "sourceCode" || name == "codeA" || name == "codeB" ||
         name == "thisUrl" || name == "otherUrl" || (name == "url" && !has_code) ||
         (kind == Kind::kString && cardinality == "1..1");
}

bool IsResource(Kind kind) {
  return kind == Kind::kResource || kind == Kind::kCodeSystem || kind == Kind::kValueSet ||
         kind == Kind::kConceptMap;
}

std::string TypeName(Kind kind) {
  if (IsResource(kind)) return "FILE";
  if (kind == Kind::kParts) return "NAME=VALUE,...";
  if (kind == Kind::kCoding || kind == Kind::kCodeableConcept) return "SYSTEM|CODE";
  if (kind == Kind::kStringOrReference) return "NAME";
  return std::string(ToString(kind));
}

// Empty for members that have no parts.
template <class Member>
std::vector<Argument::Part> PartsOf() {
  return {};
}
template <class Member>
  requires requires { Params<typename Member::value_type>::kAll; }
std::vector<Argument::Part> PartsOf() {
  std::vector<Argument::Part> parts;
  ForEachParam<typename Member::value_type>(
      [&](const auto& param) { parts.push_back({param.name, param.kind}); });
  return parts;
}

template <class Request>
Arguments ArgumentsOf() {
  Arguments arguments;
  bool has_code = false;
  ForEachParam<Request>([&](const auto& param) {
    has_code = has_code || param.name == "code" || param.name == "sourceCode";
  });
  ForEachParam<Request>([&](const auto& param) {
    if (IsAlias(param.in)) return;
    arguments.push_back(
        {.name = param.name,
         .kind = param.kind,
         .positional = IsPositional(param.name, param.kind, param.cardinality, has_code),
         .repeated = param.cardinality.ends_with("*") || param.kind == Kind::kCodeableConcept,
         .option_names = "--" + KebabName(param.name),
         .doc = param.doc,
         .parts = PartsOf<std::decay_t<decltype(std::declval<Request>().*param.member)>>()});
  });
  return arguments;
}

Argument* Find(Arguments& arguments, std::string_view name) {
  const auto found = std::find_if(arguments.begin(), arguments.end(),
                                  [&](const Argument& argument) { return argument.name == name; });
  return found == arguments.end() ? nullptr : &*found;
}

void AddOption(CLI::App& command, Argument& argument) {
  const std::string doc(argument.doc);
  if (argument.kind == Kind::kBoolean) {
    argument.values.emplace_back();
    argument.option = command.add_flag(argument.option_names, argument.values.front(), doc);
    return;
  }
  std::string names = argument.option_names;
  if (argument.positional) names = base::Concat({KebabName(argument.name), ",", names});
  const bool words = argument.positional && argument.kind == Kind::kString;  // of one text
  if (argument.repeated || words) {
    argument.option = command.add_option(names, argument.values, doc);
    if (!words) argument.option->allow_extra_args(false);  // one value per use of the option
  } else {
    argument.option = command.add_option(names, argument.values.emplace_back(), doc);
  }
  argument.option->type_name(TypeName(argument.kind));
}

template <class Predicate>
bool Any(const Arguments& arguments, Predicate predicate) {
  return std::any_of(arguments.begin(), arguments.end(), predicate);
}

bool IsGiven(const Argument& argument) {
  return argument.option != nullptr && argument.option->count() > 0;
}

absl::StatusOr<std::string> TextOfFile(Session& session, const std::string& name,
                                       std::string_view parameter) {
  // Copying from buffer to buffer fails quietly where it cannot read, as from a directory.
  std::ostringstream text;
  if (name == kFromInput) {
    text << session.streams.in.rdbuf();
  } else {
    std::ifstream file(name, std::ios::binary);
    if (file) text << file.rdbuf();
  }
  if (!text.str().empty()) return std::move(text).str();
  return Fail(Reason::kInvalidParameter,
              base::Concat({name == kFromInput ? "standard input" : std::string_view(name),
                            " cannot be read or is empty"}),
              base::Concat({"http.", parameter}));
}

// Puts the texts of the resources in the place of their file names.
absl::Status ReadResources(Session& session, Arguments& arguments) {
  // Before anything else can go wrong, so that a failure is not blamed on the content.
  RETURN_IF_ERROR(session.OpenEngine().status());
  int inputs = 0;
  for (Argument& argument : arguments) {
    if (!IsGiven(argument)) continue;
    for (std::string& value : argument.values) {
      const bool from_input =
          value == kFromInput && (argument.positional || IsResource(argument.kind));
      if (from_input && ++inputs > 1) {
        return Fail(Reason::kConflictingParameters, "standard input can be read only once",
                    base::Concat({"http.", argument.name}));
      }
      if (!IsResource(argument.kind)) continue;
      ASSIGN_OR_RETURN(value, TextOfFile(session, value, argument.name));
    }
  }
  return {};
}

// "coding, modifier, units"
std::string NamesOf(const Argument& argument) {
  std::vector<std::string> names;
  for (const auto& part : argument.parts) names.push_back(KebabName(part.name));
  return base::Join(names, ", ");
}

absl::StatusOr<Coding> ParseCoding(std::string_view name, std::string_view text) {
  const auto parts = base::Split(text, '|');
  Coding coding;
  if (parts.size() < 2 || parts.size() > 3 || parts.back().empty()) {
    return Fail(Reason::kInvalidParameter, "a coding is written SYSTEM|CODE or SYSTEM|VERSION|CODE",
                base::Concat({"http.", name}));
  }
  coding.system = parts.front();
  if (parts.size() == 3) coding.version = parts[1];
  coding.code = parts.back();
  return coding;
}

// A part as its kind is written. A value of any type is a Coding where it has a bar; a Coding may
// lack its system, which is completed later.
absl::StatusOr<fhir::Parameter> ParsePart(const Argument::Part& part, std::string_view text) {
  fhir::Parameter parameter;
  parameter.name = part.name;
  parameter.form = fhir::Form::kText;
  parameter.text = text;
  const bool has_bar = text.find('|') != std::string_view::npos;
  if (part.kind == Kind::kCoding && !has_bar) {
    parameter.form = fhir::Form::kCoding;
    parameter.coding.code = text;
  } else if (part.kind == Kind::kCoding || (part.kind == Kind::kAny && has_bar)) {
    parameter.form = fhir::Form::kCoding;
    ASSIGN_OR_RETURN(parameter.coding, ParseCoding(part.name, text));
  }
  return parameter;
}

// "name=value,..." by the names of the parts; "code,name=value,..." where the first part is a
// Coding; "name=value" alone where the parts are themselves a name and its value.
absl::StatusOr<std::vector<fhir::Parameter>> ParseParts(const Argument& argument,
                                                        std::string_view text) {
  const auto fail = [&](std::string_view how) {
    return Fail(Reason::kInvalidParameter, how, base::Concat({"http.", argument.name}));
  };
  std::vector<fhir::Parameter> parts;
  const auto add = [&](const Argument::Part& part, std::string_view value) -> absl::Status {
    ASSIGN_OR_RETURN(parts.emplace_back(), ParsePart(part, value));
    return {};
  };
  if (argument.parts[1].kind == Kind::kAny) {
    const auto [name, value] = base::SplitOnce(text, '=');
    if (name.empty() || value.empty()) return fail("write NAME=VALUE");
    RETURN_IF_ERROR(add(argument.parts[0], name));
    RETURN_IF_ERROR(add(argument.parts[1], value));
    return parts;
  }
  const auto words = base::Split(text, ',');
  auto word = words.begin();
  if (argument.parts.front().kind == Kind::kCoding) {
    if (word->empty()) return fail("write CODE,NAME=VALUE,...");
    RETURN_IF_ERROR(add(argument.parts.front(), *word++));
  }
  for (; word != words.end(); ++word) {
    const auto [name, value] = base::SplitOnce(*word, '=');
    const auto part = std::find_if(
        argument.parts.begin(), argument.parts.end(),
        [&](const auto& each) { return each.name == name || KebabName(each.name) == name; });
    if (part == argument.parts.end() || value.empty()) {
      return fail(base::Concat({"'", *word, "' is no NAME=VALUE; names are ", NamesOf(argument)}));
    }
    RETURN_IF_ERROR(add(*part, value));
  }
  return parts;
}

// The canonical of a code system that was named by its id ("cpt", "cpt|2026") or its short name in
// the content is easier to type.
void ExpandSystem(const Engine& engine, const ListCodeSystemsResult& loaded, std::string& system) {
  const auto [id, version] = base::SplitOnce(system, '|');
  for (const CodeSystemSummary& summary : loaded.code_systems) {
    if (summary.id != id) continue;
    system = base::Concat({summary.url, version.empty() ? "" : "|", version});
    return;
  }
  const auto aliases = engine.Describe().system_aliases;
  if (const auto alias = aliases.find(system); alias != aliases.end()) system = alias->second;
}

// The same for a resource of another type.
absl::Status ExpandCanonical(const Engine& engine, std::string_view type, std::string& value_set) {
  const auto [id, version] = base::SplitOnce(value_set, '|');
  const ReadResourceRequest request{std::string(type), std::string(id)};
  if (id.empty() || id.find(':') != std::string_view::npos) return {};  // a canonical
  const auto resource = engine.Run(CallContext{}, request);
  if (!resource.ok()) return {};  // the operation says that it is unknown
  const std::string_view json = resource->value.json;
  ResourceHead head;
  RETURN_IF_ERROR(json::ReadObject(json, {.max_bytes = json.size()}, head));
  value_set = base::Concat({head.TextOf("url"), version.empty() ? "" : "|", version});
  return {};
}

// The first loaded code system that has the code; else the first fragment, which can at least judge
// its form.
std::string SystemOf(const Engine& engine, const ListCodeSystemsResult& loaded,
                     const std::string& code) {
  std::string fragment;
  for (const CodeSystemSummary& summary : loaded.code_systems) {
    if (!summary.supplements.empty() || summary.content == "supplement") continue;
    LookupRequest request;
    request.code = code;
    request.system = summary.url;
    if (engine.Run(CallContext{}, request).ok()) return request.system;
    if (fragment.empty() && summary.content == "fragment") fragment = summary.url;
  }
  return fragment;
}

// Completes what a person leaves out: ids become canonicals, and a bare code finds its code system.
template <class Request>
absl::Status CompleteSystems(const Engine& engine, Request& request) {
  ASSIGN_OR_RETURN(const auto loaded, engine.Run(CallContext{}, ListCodeSystemsRequest{}));
  const ListCodeSystemsResult& systems = loaded.value;
  bool given = false;
  const auto expand = [&](std::string& system) {
    ExpandSystem(engine, systems, system);
    given = given || !system.empty();
  };
  const auto expand_all = [&](std::vector<std::string>& list) {
    for (std::string& system : list) expand(system);
  };
  if constexpr (std::derived_from<Request, TxParameters>) {
    if constexpr (requires { request.other_url; }) {
      RETURN_IF_ERROR(ExpandCanonical(engine, "ValueSet", request.this_url));
      RETURN_IF_ERROR(ExpandCanonical(engine, "ValueSet", request.other_url));
    } else {
      RETURN_IF_ERROR(ExpandCanonical(engine, "ValueSet", request.url));
    }
    expand_all(request.system_versions);
    expand_all(request.check_system_versions);
    expand_all(request.force_system_versions);
    given = false;  // these say nothing of the code's own system
  } else if constexpr (requires { request.concept_map; }) {
    RETURN_IF_ERROR(ExpandCanonical(engine, "ConceptMap", request.url));
    expand(request.target_system);
    given = false;
    expand(request.source_system);
  } else if constexpr (requires { request.url; }) {
    expand(request.url);
  }
  if constexpr (requires { request.code_system; }) given = given || !request.code_system.empty();
  if constexpr (requires { request.system; }) expand(request.system);
  if constexpr (requires { request.systems; }) expand_all(request.systems);
  if constexpr (requires { request.lines; }) {
    for (auto& line : request.lines) {
      if (!line.coding) continue;
      expand(line.coding->system);
      if (line.coding->system.empty())
        line.coding->system = SystemOf(engine, systems, line.coding->code);
      if (line.drug) expand(line.drug->coding.system);
    }
  }
  if constexpr (requires { request.diagnoses; }) {
    for (Coding& diagnosis : request.diagnoses) expand(diagnosis.system);
  }
  if constexpr (requires { request.administrations; }) {
    for (auto& each : request.administrations) {
      if (each.drug) expand(each.drug->coding.system);
    }
  }
  if constexpr (requires { request.exclude_systems; }) expand_all(request.exclude_systems);
  ForEachParam<Request>([&](const auto& param) {
    auto& member = request.*param.member;
    if constexpr (requires { member->system; }) {
      if (member.has_value()) expand(member->system);
    }
    if constexpr (requires { member->coding; }) {
      if (member.has_value()) {
        for (Coding& coding : member->coding) expand(coding.system);
      }
    }
  });
  std::string code;
  if constexpr (requires { request.code; }) code = request.code;
  if constexpr (requires { request.source_code; }) code = request.source_code;
  if constexpr (requires { request.code_a; }) code = request.code_a;
  if (given || code.empty()) return {};
  if constexpr (requires { request.infer_system; }) {
    if (!request.infer_system) request.infer_system = true;
  } else if constexpr (requires { request.system; }) {
    request.system = SystemOf(engine, systems, code);
  }
  return {};
}

// One request of the file that --request names.
struct RequestText {
  std::string_view text;
  std::string place;  // "orders.ndjson:2: " where there are several
};

bool IsWhole(std::string_view line) {
  ResourceHead head;
  return json::ReadObject(line, {.max_bytes = line.size()}, head).ok();
}

// The lines of the file, where the first or the last is a whole object: in a single object that
// goes over several lines, neither is. Else the whole file.
std::vector<RequestText> RequestsOf(std::string_view text, std::string_view file) {
  std::vector<RequestText> requests;
  if (file == kFromInput) file = "standard input";
  int number = 0;
  for (const auto line : base::Split(text, '\n')) {
    ++number;
    const auto request = base::Trim(line);
    if (request.empty()) continue;
    requests.push_back({request, base::Concat({file, ":", base::ToText(number), ": "})});
  }
  const bool is_list =
      requests.size() > 1 && (IsWhole(requests.front().text) || IsWhole(requests.back().text));
  if (is_list) return requests;
  return {{text, {}}};
}

// The same failure, which says where the request stands.
absl::Status At(std::string_view place, const absl::Status& status) {
  if (place.empty()) return status;
  const Failure failure = FailureOf(status);
  return Fail(failure.reason, base::Concat({place, failure.text}), failure.where,
              failure.message_id);
}

// The parameters of the request come before those of the options.
absl::Status AddRequest(std::string_view request, fhir::ParameterList& list) {
  if (request.empty()) return {};
  ASSIGN_OR_RETURN(fhir::ParameterList given, fhir::ReadBody(request));
  // Types are checked strictly only where no option says things its own way.
  given.from_query = !list.parameters.empty();
  std::move(list.parameters.begin(), list.parameters.end(), std::back_inserter(given.parameters));
  list = std::move(given);
  return {};
}

template <class Op>
ExitCode Judge(const typename Op::Result& result) {
  if constexpr (requires { result.verdict; }) {
    return result.verdict == "reject" ? kNegative : kDone;
  }
  if constexpr (requires { requires std::same_as<decltype(result.result), bool>; }) {
    return result.result ? kDone : kNegative;
  }
  return kDone;
}

template <class Op>
absl::Status RunOnce(Session& session, const Arguments& arguments, bool one_line,
                     std::string_view request_text = {}) {
  ASSIGN_OR_RETURN(const Engine* engine, session.OpenEngine());
  ASSIGN_OR_RETURN(fhir::ParameterList list, ToParameterList(arguments));
  RETURN_IF_ERROR(AddRequest(request_text, list));
  ASSIGN_OR_RETURN(auto request, fhir::ReadRequest<Op>(list, /*strict=*/true));
  RETURN_IF_ERROR(CompleteSystems(*engine, request));
  ASSIGN_OR_RETURN(const auto answer, engine->Run(CallContext{}, request));
  session.Note(Judge<Op>(answer.value));
  std::ostream& out = session.streams.out;
  if (session.content.json) {
    const std::string json = fhir::WriteResult<Op>(answer, fhir::AllVersions().back().version);
    out << (one_line ? json + "\n" : PrettyLine(json));
    return {};
  }
  out << RenderResult(FieldsOf(answer.value), session.streams.width);
  if (!answer.issues.empty()) out << "\n" << RenderIssues(answer.issues, session.streams.width);
  return {};
}

// Once for each request of the file that --request names. One that fails does not stop the others.
template <class Op>
void RunRequests(Session& session, const Arguments& arguments) {
  const auto text = TextOfFile(session, session.request_file, "request");
  if (!text.ok()) return session.Report(text.status());
  const auto requests = RequestsOf(*text, session.request_file);
  const bool one_line = requests.size() > 1;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (i > 0 && !session.content.json) session.streams.out << "\n";
    const absl::Status status = RunOnce<Op>(session, arguments, one_line, requests[i].text);
    if (!status.ok()) session.Report(At(requests[i].place, status), one_line);
  }
}

// Once, or once per line of standard input where an argument is "-". A line that fails does not
// stop the others.
template <class Op>
void RunCommand(Session& session, Arguments& arguments) {
  if (const absl::Status status = ReadResources(session, arguments); !status.ok()) {
    return session.Report(status);
  }
  if (!session.request_file.empty()) return RunRequests<Op>(session, arguments);
  for (Argument& argument : arguments) {
    if (!argument.positional ||
        argument.values != std::vector<std::string>{std::string(kFromInput)})
      continue;
    bool first = true;
    for (std::string line; std::getline(session.streams.in, line);) {
      const auto value = base::Trim(line);
      if (value.empty()) continue;
      if (!std::exchange(first, false) && !session.content.json) session.streams.out << "\n";
      argument.values = {std::string(value)};
      if (const absl::Status status = RunOnce<Op>(session, arguments, true); !status.ok()) {
        session.Report(status, /*one_line=*/true);
      }
    }
    return;
  }
  if (const absl::Status status = RunOnce<Op>(session, arguments, false); !status.ok())
    session.Report(status);
}

// Adds the options once the vector has its size, since they keep addresses of its elements.
void AddOptions(CLI::App& command, Session& session, Arguments& arguments,
                std::string_view description) {
  std::string footer(description);
  for (Argument& argument : arguments) AddOption(command, argument);
  command
      .add_option("--request", session.request_file,
                  "Parameters from a FHIR Parameters resource, or from several, one a line")
      ->type_name("FILE");
  AddContentOptions(command, session);
  footer += "\nA code system, value set or concept map may be named by its id.";
  if (Find(arguments, "code") != nullptr || Find(arguments, "codeA") != nullptr ||
      Find(arguments, "sourceCode") != nullptr) {
    footer += " Without a code system, the first loaded one that has the code is taken.";
  }
  if (Any(arguments, [](const Argument& argument) { return argument.positional; })) {
    footer += " \"-\" reads values from standard input, one a line.";
  }
  if (Any(arguments, [](const Argument& argument) { return IsResource(argument.kind); })) {
    footer += " A FILE holds a FHIR resource as JSON; \"-\" is standard input.";
  }
  command.footer(footer);
}

template <class Op>
void AddCommand(CLI::App& app, Session& session) {
  CLI::App* command =
      app.add_subcommand(std::string(Op::kInfo.command), std::string(Op::kInfo.title));
  auto arguments = std::make_shared<Arguments>(ArgumentsOf<typename Op::Request>());
  AddOptions(*command, session, *arguments, Op::kInfo.description);
  command->callback([&session, arguments] { RunCommand<Op>(session, *arguments); });
}

// `validate` asks the code system, or the value set where one is given. The options are those of
// both; the value set's url has a name of its own, since --url is the code system.
class ValidateCommand {
 public:
  explicit ValidateCommand(Session& session) : session_(session) {}

  CLI::App* AddTo(CLI::App& app);
  void Run();

 private:
  using OfSystem = ValidateCodeOp;
  using OfValueSet = ValidateValueSetCodeOp;

  Session& session_;
  Arguments arguments_;
  std::size_t first_own_ = 0;  // the arguments of the value set alone start here
  Argument* url_ = nullptr;
  Argument* file_ = nullptr;
};

CLI::App* ValidateCommand::AddTo(CLI::App& app) {
  Arguments of_value_set = ArgumentsOf<OfValueSet::Request>();
  arguments_ = ArgumentsOf<OfSystem::Request>();
  first_own_ = arguments_.size();
  std::vector<std::size_t> excluded;  // arguments of the code system alone
  for (std::size_t i = 0; i < first_own_; ++i) {
    const std::string_view name = arguments_[i].name;
    if (name == "url" || Find(of_value_set, name) == nullptr) excluded.push_back(i);
  }
  // What the code system says of it, "accepted for url", is of no use here.
  Find(arguments_, "system")->doc = Find(of_value_set, "system")->doc;
  for (Argument& argument : of_value_set) {
    if (argument.name == "url") {
      argument.option_names = "--valueset";
      argument.doc = "Check against this value set.";
    } else if (Find(arguments_, argument.name) != nullptr) {
      continue;
    }
    if (argument.name == "valueSetVersion") argument.option_names += ",--valueset-version";
    arguments_.push_back(std::move(argument));
  }
  CLI::App* command = app.add_subcommand(std::string(OfSystem::kInfo.command),
                                         "Check a code, also against a value set");
  AddOptions(*command, session_, arguments_, OfSystem::kInfo.description);
  file_ = Find(arguments_, "valueSet");
  url_ = &*std::find_if(arguments_.begin() + static_cast<std::ptrdiff_t>(first_own_),
                        arguments_.end(), [](const Argument& each) { return each.name == "url"; });
  for (const std::size_t i : excluded) {
    arguments_[i].option->excludes(url_->option)->excludes(file_->option);
  }
  return command;
}

void ValidateCommand::Run() {
  if (IsGiven(*url_) || IsGiven(*file_)) {
    session_.option_names = {{"url", "valueset"}};
    return RunCommand<OfValueSet>(session_, arguments_);
  }
  for (std::size_t i = first_own_; i < arguments_.size(); ++i) {
    if (!IsGiven(arguments_[i])) continue;
    session_.streams.err << "chemoterm: --" << arguments_[i].option->get_lnames().front()
                         << " needs --valueset or --value-set\n";
    return session_.Note(kUsage);
  }
  RunCommand<OfSystem>(session_, arguments_);
}

void AddValidateCommand(CLI::App& app, Session& session) {
  auto command = std::make_shared<ValidateCommand>(session);
  command->AddTo(app)->callback([command] { command->Run(); });
}

}  // namespace

absl::StatusOr<fhir::ParameterList> ToParameterList(const Arguments& arguments) {
  fhir::ParameterList list;
  list.from_query = true;
  for (const Argument& argument : arguments) {
    if (argument.option != nullptr && argument.option->count() == 0) continue;
    fhir::Parameter parameter;
    parameter.name = argument.name;
    parameter.form = fhir::Form::kText;
    if (argument.kind == Kind::kCodeableConcept) {
      parameter.form = fhir::Form::kCodeableConcept;
      for (const std::string& value : argument.values) {
        ASSIGN_OR_RETURN(Coding coding, ParseCoding(argument.name, value));
        parameter.codeable_concept.coding.push_back(std::move(coding));
      }
      list.parameters.push_back(std::move(parameter));
      continue;
    }
    if (argument.positional && argument.kind == Kind::kString) {
      parameter.text = base::Join(argument.values, " ");
      list.parameters.push_back(std::move(parameter));
      continue;
    }
    for (const std::string& value : argument.values) {
      fhir::Parameter one = parameter;
      if (argument.kind == Kind::kParts) {
        ASSIGN_OR_RETURN(one.parts, ParseParts(argument, value));
        one.form = fhir::Form::kParts;
      } else if (IsResource(argument.kind)) {
        one.form = fhir::Form::kResource;
        one.resource = value;
      } else if (argument.kind == Kind::kCoding) {
        ASSIGN_OR_RETURN(one.coding, ParseCoding(argument.name, value));
        one.form = fhir::Form::kCoding;
      } else {
        one.text = value;
      }
      list.parameters.push_back(std::move(one));
    }
  }
  return list;
}

void AddOperationCommands(CLI::App& app, Session& session) {
  ForEachOp([&]<class Op>() {
    if constexpr (std::same_as<Op, ValidateCodeOp>) {
      AddValidateCommand(app, session);
    } else if constexpr (!std::same_as<Op, ValidateValueSetCodeOp> && !Op::kInfo.command.empty()) {
      AddCommand<Op>(app, session);
    }
  });
}

}  // namespace chemoterm::cli
