// The program `chemoterm`: the command line over the engine and the service.
#pragma once

#include "cli/session.h"

namespace chemoterm::cli {

// Runs one command line and returns the exit code (session.h). `arguments` are main's, with the
// program's name. `engine` answers instead of one opened for this command line; null = open one
// where it is needed.
int RunApp(int count, const char* const* arguments, Streams streams,
           const Engine* engine = nullptr);

// Columns of the terminal on standard output, else of $COLUMNS, else 100.
std::size_t TerminalWidth();

}  // namespace chemoterm::cli
