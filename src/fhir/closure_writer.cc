#include "fhir/closure_writer.h"

#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "json/writer.h"

namespace chemoterm::fhir {
namespace {

std::string CanonicalOf(const CodingView& coding) {
  return base::Concat({coding.system, coding.version.empty() ? "" : "|", coding.version});
}

// The entries of one pair of systems, by source code.
using Elements = std::map<std::string_view, std::vector<const ClosureEntry*>>;
using Groups = std::map<std::pair<std::string, std::string>, Elements>;

Groups GroupsOf(const std::vector<ClosureEntry>& entries) {
  Groups groups;
  for (const ClosureEntry& entry : entries) {
    groups[{CanonicalOf(entry.source), CanonicalOf(entry.target)}][entry.source.code].push_back(
        &entry);
  }
  return groups;
}

void WriteElements(const Elements& elements, json::Array list) {
  for (const auto& [code, entries] : elements) {
    auto element = list.Sub();
    element.Text("code", code);
    auto targets = element.List("target");
    for (const ClosureEntry* entry : entries) {
      auto target = targets.Sub();
      target.Text("code", entry->target.code);
      target.Text("relationship", entry->relationship);
    }
  }
}

}  // namespace

std::string WriteClosure(const ClosureResult& result, FhirVersion version) {
  std::string text;
  {
    json::Object root(&text);
    root.Text("resourceType", "ConceptMap");
    root.Text("version", result.version);
    root.Text("name", result.name);
    root.Text("status", "active");
    root.Bool("experimental", true);
    root.Text("date", result.date);
    const Groups groups = GroupsOf(result.entries);
    if (!groups.empty()) {
      auto list = root.List("group");
      for (const auto& [systems, elements] : groups) {
        auto group = list.Sub();
        group.Text("source", systems.first);
        group.Text("target", systems.second);
        WriteElements(elements, group.List("element"));
      }
    }
  }
  return ClosureToVersion(text, version);
}

}  // namespace chemoterm::fhir
