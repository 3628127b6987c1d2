#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <ostream>

#include "base/status_macros.h"
#include "base/text.h"
#include "cli/commands.h"
#include "server/config.h"
#include "server/server.h"

namespace chemoterm::cli {
namespace {

struct ServeOptions {
  std::string config_file;
  std::map<std::string, std::string> flags;  // by the key of the configuration
  bool print_config = false;
};

// The file first, then the flags over it.
absl::StatusOr<server::Config> Configure(const ServeOptions& options) {
  server::Config config;
  if (!options.config_file.empty())
    RETURN_IF_ERROR(server::ReadConfigFile(options.config_file, &config));
  for (const auto& [key, value] : options.flags)
    RETURN_IF_ERROR(server::SetConfig(key, value, &config));
  if (config.content.empty()) {
    ASSIGN_OR_RETURN(config.content, DefaultContentDir());
  }
  RETURN_IF_ERROR(server::CheckConfig(config));
  return config;
}

void RunServe(Session& session, const ServeOptions& options) {
  const auto refuse = [&](const absl::Status& status) {
    session.streams.err << "chemoterm: " << base::FromAbsl(status.message()) << "\n";
    session.Note(kBadContent);
  };
  auto config = Configure(options);
  if (!config.ok()) return refuse(config.status());
  if (options.print_config) {
    session.streams.out << server::PrintConfig(*config);
    return;
  }
  if (const absl::Status status = server::Serve(*std::move(config), session.started); !status.ok())
    refuse(status);
}

}  // namespace

void AddServeCommand(CLI::App& app, Session& session) {
  CLI::App* command =
      app.add_subcommand("serve", "Run the service: FHIR over HTTP, gRPC, and the admin listener");
  auto options = std::make_shared<ServeOptions>();
  const auto add = [&](const char* name, const char* key, const char* type, const char* doc) {
    command
        ->add_option_function<std::string>(
            name, [options, key](const std::string& value) { options->flags[key] = value; }, doc)
        ->type_name(type);
  };
  command->add_option("--config", options->config_file, "JSON file with the configuration")
      ->type_name("FILE");
  add("--http", "http", "HOST:PORT", "Where the FHIR door listens, or off");
  add("--grpc", "grpc", "HOST:PORT", "Where the gRPC door listens, or off");
  add("--admin", "admin", "HOST:PORT", "Where metrics and reload are, or off; not for the public");
  add("--content", "content", "DIR", "Folder with the content");
  add("--packages", "packages", "DIR", "Folder of FHIR packages (.tgz) to load beside the content");
  add("--displays", "displays", "TIER",
      "Names of codes that others own: licensed, own-wording or code-only");
  command->add_flag("--print-config", options->print_config,
                    "Print the configuration in force and stop");
  command->footer(
      "Flags override the file. Port 0 takes a free port; the line \"ready\" of the log names it.\n"
      "SIGTERM and SIGINT drain and stop; SIGHUP reloads the content.");
  command->callback([&session, options] { RunServe(session, *options); });
}

}  // namespace chemoterm::cli
