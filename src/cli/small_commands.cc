#include <CLI/CLI.hpp>
#include <ostream>

#include "cli/commands.h"
#include "fhir/op_definition.h"
#include "server/version.h"

namespace chemoterm::cli {

void AddSmallCommands(CLI::App& app, Session& session) {
  CLI::App* docs =
      app.add_subcommand("docs", "Print documentation made from the tables")->require_subcommand(1);
  docs->add_subcommand("operations", "Every operation with its parameters, as Markdown")
      ->callback([&session] { session.streams.out << fhir::OperationsMarkdown(); });

  CLI::App* completion = app.add_subcommand("completion", "Print a completion script for a shell")
                             ->require_subcommand(1);
  for (const char* shell : {"bash", "zsh", "fish"}) {
    completion->add_subcommand(shell)->callback(
        [&session, &app, shell] { session.streams.out << CompletionScript(app, shell); });
  }

  app.add_subcommand("version", "Print the version")->callback([&session] {
    session.streams.out << "chemoterm " << server::kVersion << " (" << server::kReleaseDate
                        << ")\n";
  });
}

}  // namespace chemoterm::cli
