// The commands of the operations, generated from their tables: a parameter is an option, the code
// or text a positional argument as well. The validation of ValueSet is part of `validate`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chemoterm/params.h"
#include "cli/session.h"
#include "fhir/parameters.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace chemoterm::cli {

// One parameter as the command line sees it.
struct Argument {
  std::string_view name;  // FHIR name
  Kind kind;
  bool positional;
  bool repeated;
  std::string option_names;  // "--version,--edition"
  std::string_view doc;
  // Of a parameter that has parts. Two make NAME=VALUE; behind a Coding come NAME=VALUE,...
  struct Part {
    std::string_view name;
    Kind kind;
  };
  std::vector<Part> parts = {};
  CLI::Option* option = nullptr;
  // As given; of a resource its file, and once that is read its text.
  std::vector<std::string> values = {};
};
using Arguments = std::vector<Argument>;

// The values given, as a query would give them. "system|code" and "system|version|code" are
// Codings; so are "code,name=value,..." parts. Fails for a Coding that is neither. Resources are
// views into `arguments`.
absl::StatusOr<fhir::ParameterList> ToParameterList(const Arguments& arguments);

// A command per operation.
void AddOperationCommands(CLI::App& app, Session& session);

}  // namespace chemoterm::cli
