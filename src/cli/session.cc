#include "cli/session.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <system_error>

#include "base/status_macros.h"
#include "base/text.h"
#include "fhir/outcome.h"
#include "json/writer.h"

namespace chemoterm::cli {
namespace {

namespace fs = std::filesystem;

bool HasManifest(const fs::path& dir) {
  std::error_code error;
  return fs::is_regular_file(dir / "manifest.json", error);
}

}  // namespace

std::string KebabName(std::string_view name) {
  // Beside it there is "systemVersion", another parameter.
  if (name == "system-version") return "default-system-version";
  std::string kebab;
  bool in_capitals = true;  // no capital begins another word behind one, nor at the start
  for (const char c : name) {
    const bool is_capital = c >= 'A' && c <= 'Z';
    if (is_capital && !in_capitals) kebab += '-';
    kebab += is_capital ? static_cast<char>(c - 'A' + 'a') : c;
    in_capitals = is_capital;
  }
  return kebab;
}

absl::StatusOr<std::string> DefaultContentDir() {
  // An explicit wish beats what happens to lie around.
  if (const char* wish = std::getenv("CHEMOTERM_CONTENT"); wish != nullptr && *wish != '\0')
    return std::string(wish);
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const fs::path& dir : {fs::path("terminology"), program / "../share/chemoterm/terminology",
                              program / "../../terminology"}) {
    if (HasManifest(dir)) return dir.lexically_normal().string();
  }
  return Fail(Reason::kUnprocessable,
              "No content found: name its folder with --content or the environment variable "
              "CHEMOTERM_CONTENT.");
}

absl::StatusOr<const Engine*> Session::OpenEngine() {
  if (engine_ != nullptr) return engine_;
  if (content.dir.empty()) {
    ASSIGN_OR_RETURN(content.dir, DefaultContentDir());
  }
  EngineOptions options;
  options.content_dir = content.dir;
  options.packages_dir = content.packages;
  options.hide_unverified = content.hide_unverified;
  auto engine = Engine::Open(std::move(options));
  if (!engine.ok()) {
    Note(kBadContent);
    return Fail(Reason::kUnprocessable,
                base::Concat({"the content in ", content.dir, " was refused:\n",
                              base::FromAbsl(engine.status().message())}));
  }
  opened_ = *std::move(engine);
  engine_ = opened_.get();
  return engine_;
}

// "http.displayLanguage" of the reader is the option --display-language.
std::string Session::OptionOf(std::string_view where) const {
  if (where.starts_with("http.")) where.remove_prefix(5);
  const auto renamed = option_names.find(where);
  return "--" + (renamed == option_names.end() ? KebabName(where) : renamed->second);
}

void Session::Report(const absl::Status& status, bool one_line) {
  const Failure failure = FailureOf(status);
  const ReasonInfo& info = InfoOf(failure.reason);
  // Nothing was opened: then it is the content that is at fault.
  Note(engine_ == nullptr                                ? kBadContent
       : info.grpc == absl::StatusCode::kInvalidArgument ? kUsage
                                                         : kFailed);
  streams.err << "chemoterm: " << failure.text;
  if (!failure.where.empty()) streams.err << " (" << OptionOf(failure.where) << ")";
  streams.err << "\n";
  if (!content.json) return;
  const std::string base = engine_ == nullptr ? std::string() : engine_->Describe().canonical_base;
  const std::string outcome =
      fhir::WriteOutcome(failure, {.canonical_base = base, .from_query = true});
  streams.out << (one_line ? outcome + "\n" : PrettyLine(outcome));
}

void AddContentOptions(CLI::App& command, Session& session, bool with_json) {
  command
      .add_option("--content", session.content.dir,
                  "Folder with the content (default: see chemoterm --help)")
      ->type_name("DIR");
  command
      .add_option("--packages", session.content.packages,
                  "Folder of FHIR packages (.tgz) to load beside the content")
      ->type_name("DIR");
  command.add_flag("--hide-unverified", session.content.hide_unverified,
                   "Leave unverified statements out");
  if (with_json) command.add_flag("--json", session.content.json, "Print JSON instead of text");
}

std::string PrettyLine(std::string_view json) { return json::Pretty(json) + "\n"; }

}  // namespace chemoterm::cli
