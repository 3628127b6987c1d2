#include <iostream>

#include "base/memory.h"
#include "cli/app.h"

int main(int count, char** arguments) {
  chemoterm::base::UseFewArenas();
  return chemoterm::cli::RunApp(count, arguments,
                                {std::cin, std::cout, std::cerr, chemoterm::cli::TerminalWidth()});
}
