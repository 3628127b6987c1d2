#include "cli/app.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <ostream>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/operation_command.h"

namespace chemoterm::cli {
namespace {

constexpr char kFooter[] =
    "Content: the folder of --content, else of the environment's CHEMOTERM_CONTENT, else "
    "./terminology, else the one "
    "installed or built with the program.\n"
    "Exit codes: 0 done; 1 the answer is no (validate); 2 wrong command line or parameter; 3 not "
    "found, or could not "
    "be done; 4 content or configuration refused.";

}  // namespace

int RunApp(int count, const char* const* arguments, Streams streams, const Engine* engine) {
  Session session(streams, engine);
  CLI::App app("HL7 FHIR terminology service for chemotherapy administration codes", "chemoterm");
  app.require_subcommand(1);
  app.footer(kFooter);
  AddServeCommand(app, session);
  AddOperationCommands(app, session);
  AddShowCommand(app, session);
  AddContentCommand(app, session);
  AddImportCommand(app, session);
  AddHealthCommand(app, session);
  AddSmallCommands(app, session);
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    // Help is an "error" of code 0.
    return app.exit(error, streams.out, streams.err) == 0 ? kDone : kUsage;
  }
  streams.out.flush();
  return streams.out.good() ? session.exit_code : kFailed;
}

std::size_t TerminalWidth() {
  constexpr std::size_t kDefault = 100;
  constexpr std::size_t kLeast = 40;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return std::max<std::size_t>(size.ws_col, kLeast);
  const char* columns = std::getenv("COLUMNS");
  const auto number = base::ParseInt<std::size_t>(columns == nullptr ? "" : columns);
  return number.has_value() ? std::max(*number, kLeast) : kDefault;
}

}  // namespace chemoterm::cli
