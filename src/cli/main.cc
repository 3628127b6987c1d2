#include <iostream>

#include "cli/app.h"

int main(int count, char** arguments) {
  return chemoterm::cli::RunApp(count, arguments,
                                {std::cin, std::cout, std::cerr, chemoterm::cli::TerminalWidth()});
}
