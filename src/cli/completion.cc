// Completion scripts: the option tree as the three shells want it. Each holds a list of (command
// path, words).
#include <CLI/CLI.hpp>
#include <functional>

#include "base/text.h"
#include "cli/commands.h"

namespace chemoterm::cli {
namespace {

struct Word {
  std::string text;
  std::string doc;
};

// Commands and long options that may follow `app`.
std::vector<Word> WordsOf(const CLI::App& app) {
  std::vector<Word> words;
  for (const CLI::App* command : app.get_subcommands({})) {
    words.push_back({command->get_name(), command->get_description()});
  }
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames())
      words.push_back({"--" + name, option->get_description()});
  }
  return words;
}

// Calls `visit` with "" for the program, "lookup", "content check", ...
void Walk(const CLI::App& app, const std::string& path,
          const std::function<void(const std::string& path, const CLI::App& app)>& visit) {
  visit(path, app);
  for (const CLI::App* command : app.get_subcommands({})) {
    Walk(*command, path.empty() ? command->get_name() : path + " " + command->get_name(), visit);
  }
}

std::string JoinWords(const std::vector<Word>& words) {
  std::string text;
  for (const Word& word : words) text += (text.empty() ? "" : " ") + word.text;
  return text;
}

// In single quotes, for all three shells.
std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

// The body that bash and zsh share: follows the commands typed so far and sets `choices`.
std::string FindWords(const CLI::App& app, std::string_view typed_words) {
  std::string paths;
  std::string cases;
  Walk(app, "", [&](const std::string& path, const CLI::App& command) {
    if (!path.empty()) paths += (paths.empty() ? "" : "|") + Quoted(path);
    cases += base::Concat(
        {"    ", Quoted(path), ") choices=", Quoted(JoinWords(WordsOf(command))), ";;\n"});
  });
  return base::Concat({"  local path= next= word= choices=\n  for word in ", typed_words, "; do\n",
                       "    next=\"${path:+$path }$word\"\n    case \"$next\" in ", paths,
                       ") path=\"$next\";; esac\n", "  done\n  case \"$path\" in\n", cases,
                       "  esac\n"});
}

std::string Bash(const CLI::App& app) {
  return base::Concat(
      {"# bash completion for chemoterm: source this file.\n_chemoterm() {\n",
       FindWords(app, "\"${COMP_WORDS[@]:1:COMP_CWORD-1}\""),
       "  COMPREPLY=($(compgen -W \"$choices\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n}\n",
       "complete -o default -F _chemoterm chemoterm\n"});
}

std::string Zsh(const CLI::App& app) {
  return base::Concat(
      {"#compdef chemoterm\n# zsh completion for chemoterm: put this file as _chemoterm into "
       "$fpath.\n",
       "_chemoterm() {\n", FindWords(app, "\"${(@)words[2,CURRENT-1]}\""),
       "  compadd -- ${=choices}\n}\n_chemoterm \"$@\"\n"});
}

std::string Fish(const CLI::App& app) {
  std::string text =
      "# fish completion for chemoterm: put this file into ~/.config/fish/completions.\n";
  Walk(app, "", [&](const std::string& path, const CLI::App& command) {
    std::string condition = "__fish_use_subcommand";
    if (!path.empty()) {
      condition.clear();
      for (const auto part : base::Split(path, ' ')) {
        condition +=
            base::Concat({condition.empty() ? "" : "; and ", "__fish_seen_subcommand_from ", part});
      }
    }
    for (const Word& word : WordsOf(command)) {
      const bool option = word.text.starts_with("--");
      text +=
          base::Concat({"complete -c chemoterm -n ", Quoted(condition), option ? " -l " : " -f -a ",
                        option ? word.text.substr(2) : word.text, " -d ", Quoted(word.doc), "\n"});
    }
  });
  return text;
}

}  // namespace

std::string CompletionScript(const CLI::App& app, std::string_view shell) {
  if (shell == "fish") return Fish(app);
  return shell == "zsh" ? Zsh(app) : Bash(app);
}

}  // namespace chemoterm::cli
