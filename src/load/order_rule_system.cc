// The code system of the rules by which orders are checked and administrations coded.
#include <algorithm>

#include "base/text.h"
#include "json/writer.h"
#include "load/build.h"

namespace chemoterm::load {
namespace {

// The first file of rules, which speaks for all of them; nullptr without one.
const ManifestFile* FindRulesFile(const Manifest& manifest) {
  const auto found =
      std::find_if(manifest.files.begin(), manifest.files.end(), [](const ManifestFile& file) {
        return file.kind == FileKind::kOrderRules || file.kind == FileKind::kAdministrationRules;
      });
  return found == manifest.files.end() ? nullptr : &*found;
}

template <class Rules>
void AppendConcepts(json::Array& concepts, const Rules& rules) {
  for (const auto& rule : rules) {
    auto each = concepts.Sub();
    each.Text("code", rule.id);
    each.Text("display", rule.title);
    each.Text("definition", rule.meaning);
  }
}

void AppendCodeSystem(std::string& out, const Build& build, const ManifestFile& file,
                      std::string_view url) {
  json::Object system(&out);
  system.Text("resourceType", "CodeSystem");
  system.Text("id", kOrderRuleSystem);
  system.Text("language", "en");
  system.Text("url", url);
  system.Text("version", build.manifest().version);
  system.Text("name", "OrderRule");
  system.Text("title", "Rules of order entry");
  system.Text("status", "active");
  system.Bool("experimental", false);
  system.Text("date", file.as_of);
  system.Text("publisher", "chemoterm");
  system.Text("description",
              "The rules by which orders are checked and administrations coded; findings and code "
              "lines name them by these codes.");
  system.Text("copyright", base::Concat({"chemoterm, ", file.licence}));
  system.Bool("caseSensitive", true);
  system.Text("content", "complete");
  auto concepts = system.List("concept");
  AppendConcepts(concepts, build.snapshot().order_rules.rules);
  AppendConcepts(concepts, build.snapshot().administration_rules.rules);
}

}  // namespace

void AddOrderRuleSystem(Build& build) {
  const model::Snapshot& snapshot = build.snapshot();
  const auto alias = snapshot.system_aliases.find(kOrderRuleSystem);
  const ManifestFile* file = FindRulesFile(build.manifest());
  if (alias == snapshot.system_aliases.end() || file == nullptr) return;
  if (snapshot.order_rules.rules.empty() && snapshot.administration_rules.rules.empty()) return;
  std::string text;
  AppendCodeSystem(text, build, *file, alias->second);
  ReadCodeSystem(build, {*file, text, build.FaultsOf(file->path)});
}

}  // namespace chemoterm::load
