#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "cli/commands.h"
#include "fhir/op_definition.h"
#include "server/version.h"

namespace chemoterm::cli {

void AddSmallCommands(CLI::App& app, Session& session) {
  CLI::App* docs = app.add_subcommand("docs", "Print documentation made from the tables")->require_subcommand(1);
  docs->add_subcommand("operations", "Every operation with its parameters, as Markdown")->callback([&session] {
    session.streams.out << fhir::OperationsMarkdown();
  });

  CLI::App* completion = app.add_subcommand("completion", "Print a completion script for a shell");
  auto shell = std::make_shared<std::string>();
  completion->add_option("shell", *shell, "Which shell")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion->callback([&session, &app, shell] { session.streams.out << CompletionScript(app, *shell); });

  app.add_subcommand("version", "Print the version")->callback([&session] {
    session.streams.out << "chemoterm " << server::kVersion << " (" << server::kReleaseDate << ")\n";
  });
}

}  // namespace chemoterm::cli
