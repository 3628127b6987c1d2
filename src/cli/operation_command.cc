#include "cli/operation_command.h"

#include <CLI/CLI.hpp>
#include <istream>
#include <memory>
#include <ostream>
#include <utility>

#include "base/status_macros.h"
#include "base/text.h"
#include "cli/result_text.h"
#include "fhir/version.h"

namespace chemoterm::cli {
namespace {

constexpr std::string_view kFromInput = "-";

// The parameters that a person types without naming them.
bool IsPositional(std::string_view name, Kind kind, std::string_view cardinality) {
  return name == "code" || name == "codeA" || name == "codeB" ||
         (kind == Kind::kString && cardinality == "1..1");
}

void AddArgument(CLI::App& command, Argument& argument, std::string_view doc) {
  const std::string option_name = "--" + KebabName(argument.name);
  if (argument.kind == Kind::kBoolean) {
    argument.values.emplace_back();
    argument.option = command.add_flag(option_name, argument.values.front(), std::string(doc));
    return;
  }
  std::string names = option_name;
  if (argument.positional) names = KebabName(argument.name) + "," + option_name;
  const bool words = argument.positional && argument.kind == Kind::kString;  // of one text
  if (argument.repeated || words) {
    argument.option = command.add_option(names, argument.values, std::string(doc));
    if (!words) argument.option->allow_extra_args(false);  // one value per use of the option
  } else {
    argument.option = command.add_option(names, argument.values.emplace_back(), std::string(doc));
  }
  std::string type = argument.kind == Kind::kCoding || argument.kind == Kind::kCodeableConcept
                         ? "SYSTEM|CODE"
                         : std::string(ToString(argument.kind));
  argument.option->type_name(type);
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

// The canonical of a code system that was named by its id ("cpt") is easier to type.
void ExpandSystem(const ListCodeSystemsResult& loaded, std::string& system) {
  for (const CodeSystemSummary& summary : loaded.code_systems) {
    if (summary.id == system) system = summary.url;
  }
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
    ExpandSystem(systems, system);
    given = given || !system.empty();
  };
  if constexpr (requires { request.url; }) expand(request.url);
  if constexpr (requires { request.system; }) expand(request.system);
  if constexpr (requires { request.systems; }) {
    for (std::string& system : request.systems) expand(system);
  }
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
  if constexpr (requires { request.code_a; }) code = request.code_a;
  if constexpr (requires { request.system; }) {
    if (!given && !code.empty()) request.system = SystemOf(engine, systems, code);
  }
  return {};
}

template <class Op>
ExitCode Judge(const typename Op::Result& result) {
  if constexpr (requires { result.result; }) return result.result ? kDone : kNegative;
  return kDone;
}

template <class Op>
absl::Status RunOnce(Session& session, const Arguments& arguments, bool one_line) {
  ASSIGN_OR_RETURN(const Engine* engine, session.OpenEngine());
  ASSIGN_OR_RETURN(const fhir::ParameterList list, ToParameterList(arguments));
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

// Once, or once per line of standard input where an argument is "-". A line that fails does not
// stop the others.
template <class Op>
void RunCommand(Session& session, Arguments& arguments) {
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

template <class Op>
void AddCommand(CLI::App& app, Session& session) {
  CLI::App* command =
      app.add_subcommand(std::string(Op::kInfo.command), std::string(Op::kInfo.title));
  auto arguments = std::make_shared<Arguments>();
  ForEachParam<typename Op::Request>([&](const auto& param) {
    arguments->push_back(
        {.name = param.name,
         .kind = param.kind,
         .positional = IsPositional(param.name, param.kind, param.cardinality),
         .repeated = param.cardinality.ends_with("*") || param.kind == Kind::kCodeableConcept});
  });
  // After the vector has its size, since the options keep addresses of its elements.
  std::size_t index = 0;
  ForEachParam<typename Op::Request>(
      [&](const auto& param) { AddArgument(*command, (*arguments)[index++], param.doc); });
  AddContentOptions(*command, session);
  command->footer(base::Concat(
      {Op::kInfo.description,
       "\nA code system may be named by its id; without one, the first loaded code system "
       "that has the code is taken. \"-\" reads codes from standard input, one a line."}));
  command->callback([&session, arguments] { RunCommand<Op>(session, *arguments); });
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
      one.text = value;
      if (argument.kind == Kind::kCoding) {
        ASSIGN_OR_RETURN(one.coding, ParseCoding(argument.name, value));
        one.form = fhir::Form::kCoding;
      }
      list.parameters.push_back(std::move(one));
    }
  }
  return list;
}

void AddOperationCommands(CLI::App& app, Session& session) {
  ForEachOp([&]<class Op>() { AddCommand<Op>(app, session); });
}

}  // namespace chemoterm::cli
