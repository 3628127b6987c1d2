// What the commands share: the streams, the exit code, and the engine of the content asked for.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "chemoterm/engine.h"

namespace CLI {
class App;
}

namespace chemoterm::cli {

// Exit codes of the program, stable.
enum ExitCode : int {
  kDone = 0,        // answered
  kNegative = 1,    // answered, and the answer is no: the code is not valid
  kUsage = 2,       // the command line is wrong
  kFailed = 3,      // could not be answered: unknown code, no such resource, service not healthy
  kBadContent = 4,  // content or configuration was refused
};

// Where a program reads and writes; `width` is the terminal's.
struct Streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  std::size_t width = 100;
};

// The options of every command that needs the content.
struct ContentOptions {
  std::string dir;
  std::string packages;  // folder of FHIR packages; empty = none
  bool json = false;
  bool hide_unverified = false;
};

class Session {
 public:
  // `engine` answers instead of the content that --content names; null = open that.
  Session(Streams streams, const Engine* engine) : streams(streams), engine_(engine) {}

  // The engine, opened at first use. Fails with kUnprocessable and the faults of the content.
  absl::StatusOr<const Engine*> OpenEngine();
  // Writes what went wrong, and notes the exit code for it: kUsage for a wrong parameter, kFailed
  // otherwise. With
  // --json an OperationOutcome goes to the output, on one line if wanted.
  void Report(const absl::Status& status, bool one_line = false);
  // The exit code is the gravest of what was noted.
  void Note(ExitCode code) { exit_code = std::max(exit_code, code); }

  Streams streams;
  ContentOptions content;
  std::string request_file;  // of --request; empty = none
  ExitCode exit_code = kDone;
  // Parameters whose option in this command is not called as they are: "url" is "valueset".
  std::map<std::string, std::string, std::less<>> option_names;
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();

 private:
  std::string OptionOf(std::string_view where) const;

  const Engine* engine_;
  std::unique_ptr<Engine> opened_;
};

// --content, --packages, --json and --hide-unverified.
void AddContentOptions(CLI::App& command, Session& session, bool with_json = true);

// Where the content is when --content does not say: the environment's CHEMOTERM_CONTENT, else the
// first of
// ./terminology, <program>/../share/chemoterm/terminology and <program>/../../terminology that has
// a manifest. Fails when there is none.
absl::StatusOr<std::string> DefaultContentDir();

// The option's name for a parameter: "displayLanguage" is "display-language", "excludeNotForUI" is
// "exclude-not-for-ui".
std::string KebabName(std::string_view name);

// JSON made readable, with a line feed.
std::string PrettyLine(std::string_view json);

}  // namespace chemoterm::cli
