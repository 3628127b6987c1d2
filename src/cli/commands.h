// The commands that are not operations.
#pragma once

#include <ostream>

#include "cli/session.h"

namespace CLI {
class App;
}

namespace chemoterm::cli {

// serve: the service itself.
void AddServeCommand(CLI::App& app, Session& session);
// show [TYPE [ID]]: what is loaded.
void AddShowCommand(CLI::App& app, Session& session);
// content check | digest [DIR], content diff OLD NEW.
void AddContentCommand(CLI::App& app, Session& session);
// import package | icd10cm | pfs | ... FILE: files of others, into the content.
void AddImportCommand(CLI::App& app, Session& session);
// health: asks a running service, for container health checks.
void AddHealthCommand(CLI::App& app, Session& session);
// docs operations, completion bash | zsh | fish, version.
void AddSmallCommands(CLI::App& app, Session& session);

// The completion script of `app` for a shell: "bash", "zsh" or "fish".
std::string CompletionScript(const CLI::App& app, std::string_view shell);

}  // namespace chemoterm::cli
