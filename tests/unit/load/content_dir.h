// A small folder of content for tests: one file of each kind, all of them without a fault until a
// test changes one.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>

#include "base/text.h"
#include "load/files.h"

namespace chemoterm::load {

class ContentDir {
 public:
  ContentDir() : files_(Mini()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "chemoterm-XXXXXX").string();
    dir_ = mkdtemp(pattern.data());
  }
  ~ContentDir() {
    std::error_code ignored;
    std::filesystem::remove_all(dir_, ignored);
  }
  ContentDir(const ContentDir&) = delete;
  ContentDir& operator=(const ContentDir&) = delete;

  const std::string& path() const { return dir_; }
  const std::map<std::string, std::string>& files() const { return files_; }

  void Set(const std::string& file, std::string text) { files_[file] = std::move(text); }
  // False when the file does not have the text `from`.
  bool Replace(const std::string& file, std::string_view from, std::string_view to) {
    std::string& text = files_[file];
    const auto at = text.find(from);
    if (at == std::string::npos) return false;
    text.replace(at, from.size(), to);
    return true;
  }
  // Adds an entry to the files of the manifest.
  void AddEntry(std::string_view path, std::string_view kind, std::string_view more = {}) {
    Replace("manifest.json", "\"files\": [",
            base::Concat({"\"files\": [", Entry(path, kind, more), ","}));
  }

  // Takes a file out, and its entry (which must not be the last one) of the manifest.
  void Remove(const std::string& file) {
    std::string& manifest = files_["manifest.json"];
    const auto at = manifest.find(base::Concat({"{\"path\": \"", file, "\""}));
    manifest.erase(at, manifest.find("},", at) + 2 - at);
    files_.erase(file);
  }

  // Writes all files, with their sums in the manifest.
  void Write() const {
    for (const auto& [name, text] : files_) {
      if (name != "manifest.json") WriteFile(name, text);
    }
    std::string manifest = files_.at("manifest.json");
    for (const auto& [name, text] : files_) {
      const std::string path = base::Concat({"\"path\": \"", name, "\""});
      const auto at = manifest.find(path);
      const auto sum = at == std::string::npos ? at : manifest.find(kNoSum, at);
      if (sum != std::string::npos) manifest.replace(sum, kNoSum.size(), Sha256Hex(text));
    }
    WriteFile("manifest.json", manifest);
  }

  void WriteFile(std::string_view name, std::string_view text) const {
    const auto path = std::filesystem::path(dir_) / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }

  static constexpr std::string_view kNoSum =
      "0000000000000000000000000000000000000000000000000000000000000000";

  static std::string Entry(std::string_view path, std::string_view kind,
                           std::string_view more = {}) {
    return base::Concat({R"({"path": ")", path, R"(", "kind": ")", kind, R"(", "sha256": ")",
                         kNoSum, R"(", "licence": "L", "source": "s", "asOf": "2026-01-02")", more,
                         "}"});
  }

 private:
  static std::map<std::string, std::string> Mini();

  std::string dir_;
  std::map<std::string, std::string> files_;
};

inline std::map<std::string, std::string> ContentDir::Mini() {
  constexpr std::string_view kSourced = R"(, "verification": "sourced")";
  std::map<std::string, std::string> files;
  files["manifest.json"] = base::Concat(
      {R"({
"canonicalBase": "https://mini.example/fhir",
"version": "1.0.0",
"systems": {"cpt": "http://codes.example/a", "b": "http://codes.example/b",
            "relation-kind": "https://mini.example/fhir/CodeSystem/relation-kind"},
"supplements": [{"id": "more", "system": "cpt", "version": "1.0.0", "name": "More", "title": "More"}],
"files": [
)",
       Entry("sources.json", "sources"),
       ",\n",
       Entry("properties.json", "properties"),
       ",\n",
       Entry("a.json", "code-system", R"(, "verification": "sourced", "search": true)"),
       ",\n",
       Entry("kinds.json", "code-system", kSourced),
       ",\n",
       Entry("external-codes.csv", "external-codes"),
       ",\n",
       Entry("rows.json", "rows", kSourced),
       ",\n",
       Entry(
           "figures.csv", "figures",
           R"(, "verification": "sourced", "periodStart": "2026-01-01", "periodEnd": "2026-12-31")"),
       ",\n",
       Entry("relations.csv", "relations", kSourced),
       ",\n",
       Entry("map.json", "concept-map", kSourced),
       ",\n",
       Entry("payers.json", "payers"),
       ",\n",
       Entry("notes.json", "coverage", kSourced),
       ",\n",
       Entry("en.json", "messages"),
       "\n]\n}\n"});
  files["sources.json"] = R"([
{"id": "s", "citation": "Source S", "url": "https://s.example", "asOf": "2026-01-01", "licence": "L"},
{"id": "t", "citation": "Source T", "licence": "M"}
]
)";
  files["properties.json"] = R"([
{"code": "note", "type": "string", "group": "short", "default": true, "title": "Note", "description": "A note."},
{"code": "kin", "type": "Coding", "group": "short", "title": "Kin", "description": "A code."},
{"code": "since", "type": "dateTime", "group": "short", "title": "Since", "description": "A date."},
{"code": "rank", "type": "code", "group": "short", "title": "Rank", "description": "A rank."},
{"code": "flag", "type": "boolean", "group": "short", "title": "Flag", "description": "A flag."},
{"code": "work", "type": "decimal", "group": "figures", "title": "Work", "description": "A number."},
{"code": "units", "type": "integer", "group": "figures", "title": "Units", "description": "A number."}
]
)";
  files["a.json"] =
      R"({"resourceType": "CodeSystem", "id": "a", "url": "http://codes.example/a", "version": "2026",
"name": "A", "title": "A", "status": "active", "content": "fragment", "caseSensitive": true,
"concept": [
{"code": "A1", "display": "First"},
{"code": "A2", "display": "Second"}
]}
)";
  files["kinds.json"] =
      R"({"resourceType": "CodeSystem", "id": "relation-kind", "url": "https://mini.example/fhir/CodeSystem/relation-kind",
"version": "1", "name": "K", "title": "K", "status": "active", "content": "complete", "caseSensitive": true,
"concept": [
{"code": "above", "property": [{"code": "inverse", "valueCode": "below"}, {"code": "reads", "valueString": "is above"}]},
{"code": "below", "property": [{"code": "inverse", "valueCode": "above"}]},
{"code": "beside", "property": [{"code": "symmetric", "valueBoolean": true}]}
]}
)";
  files["external-codes.csv"] = "system,code,kind\nb,X1,drug\ncpt,A9,procedure\n";
  files["rows.json"] = R"({"system": "cpt", "source": "s", "rows": [
{"code": "A1", "property": "note", "value": "One."},
{"code": "A1", "property": "note", "value": "Two.", "source": "s+t", "verification": "unverified"},
{"code": "A1", "property": "kin", "value": {"system": "b", "code": "X1", "display": "Ex"}, "description": "why"},
{"code": "A2", "property": "flag", "value": false}
]}
)";
  files["figures.csv"] = "code,work,units\nA1,0.80,3\nA2,NA,\n";
  files["relations.csv"] =
      "from-system,from,kind,to-system,to,period-start,period-end,indicator,setting,note,source,as-"
      "of,verification\n"
      "cpt,A1,above,cpt,A2,2026-01-01,,0,practitioner,\"a, b\",s,2026,derived\n"
      "cpt,A1,beside,b,X1,,,,,,,,\n";
  files["map.json"] =
      R"({"resourceType": "ConceptMap", "id": "m", "url": "https://mini.example/fhir/ConceptMap/m", "status": "active",
"group": [{"source": "http://codes.example/a", "target": "http://codes.example/b|1",
"element": [
{"code": "A1", "target": [{"code": "X1", "relationship": "equivalent"}]},
{"code": "A2", "noMap": true}
]}]}
)";
  files["payers.json"] = R"({"payers": [
{"slug": "acme", "name": "Acme Health", "aliases": ["Acme"], "type": "commercial", "jurisdiction": ["US"]},
{"slug": "beta", "name": "Beta", "aliases": [], "type": "bcbs", "jurisdiction": ["US-PA"]}
], "plans": [
{"slug": "acme-gold", "payer": "acme", "name": "Gold", "aliases": [], "lineOfBusiness": "commercial"}
]}
)";
  files["notes.json"] = R"({"notes": [
{"id": "acme-1.5", "payer": "acme", "plan": "acme-gold", "jurisdiction": ["US", "US-PA"],
"codes": ["A1", "A2"], "codesNamed": ["A1"], "codeBasis": "code-in-source", "topics": ["pump"], "title": "T",
"covered": "conditional", "paNeeded": "auth-needed", "docNeeded": ["clinical"], "information": "I.",
"criteria": "C.", "documentation": ["D."], "status": "active", "policyNumber": "P 1", "url": "https://p.example/1",
"effective": {"start": "2025-03", "end": "2026-06"}, "lastReview": "2026-02", "retrieved": "2026-01-02",
"confidence": "high", "sourceSeen": "The page."},
{"id": "beta-1", "payer": "beta", "jurisdiction": ["US"], "codes": ["A1"], "codeBasis": "topic", "topics": [],
"title": "T", "information": "None.", "status": "historic", "confidence": "low", "sourceSeen": "-", "verification": "unverified"}
]}
)";
  files["en.json"] = R"({"language": "en", "messages": {
"HELLO": "Hello {name}"
}}
)";
  return files;
}

}  // namespace chemoterm::load
