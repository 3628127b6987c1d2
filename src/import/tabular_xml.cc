// The tabular list: chapters hold blocks (sections), blocks hold codes (diag), codes hold codes. A
// code without codes below it takes the 7th characters of the nearest sevenChrDef above it, behind
// as many placeholders X as it needs.
#include <algorithm>
#include <array>
#include <pugixml.hpp>
#include <unordered_set>
#include <utility>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "import/icd10cm.h"
#include "json/writer.h"

namespace chemoterm::imports {
namespace {

using pugi::xml_node;

// Notes that become properties of the code under which they stand.
struct NoteKind {
  std::string_view element, property, description;
};
constexpr std::array<NoteKind, 8> kNotes = {{
    {"includes", "includes", "What the code includes"},
    {"excludes1", "excludes1", "What is never coded together with the code (Excludes1)"},
    {"excludes2", "excludes2",
     "What is not part of the code, but may be coded beside it (Excludes2)"},
    {"codeFirst", "code-first", "What is coded before the code"},
    {"useAdditionalCode", "use-additional-code", "What is coded in addition"},
    {"codeAlso", "code-also", "What may have to be coded as well, in either order"},
    {"notes", "note", "A note"},
    {"sevenChrNote", "seventh-character-note", "How the 7th character is chosen"},
}};

constexpr std::size_t kFullLength = 7;      // with the dot, before the 7th character
constexpr std::size_t kCategoryLength = 3;  // the dot stands behind it

struct Extension {
  std::string_view character, text;
  std::string note = {};
};
using Extensions = std::vector<Extension>;

std::string WithoutDots(std::string_view code) {
  std::string plain;
  for (const char c : code) {
    if (c != '.') plain += c;
  }
  return plain;
}

// One or more spaces, tabs and line feeds are one space.
std::string Squeeze(std::string_view text) {
  std::string squeezed;
  for (const char c : base::Trim(text)) {
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!space) squeezed += c;
    if (space && squeezed.back() != ' ') squeezed += ' ';
  }
  return squeezed;
}

bool IsIcdCode(std::string_view code) {
  if (code.size() < kCategoryLength || code.size() > kFullLength + 1) return false;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const bool is_dot = i == kCategoryLength;
    if (is_dot != (code[i] == '.') || (!is_dot && !base::IsAlnum(code[i]))) return false;
  }
  return code.size() != kCategoryLength + 1;
}

std::size_t ChildCount(xml_node node, const char* name) {
  const auto children = node.children(name);
  return static_cast<std::size_t>(std::distance(children.begin(), children.end()));
}

class TabularReader {
 public:
  TabularReader(std::string_view xml, const TabularOptions& options, const TabularLimits& limits,
                const Progress& progress)
      : xml_(xml), options_(options), limits_(limits), progress_(progress) {}

  absl::StatusOr<Tabular> Read() {
    RETURN_IF_ERROR(Parse());
    ReadCodeList();
    const xml_node root = document_.document_element();
    if (root.name() != std::string_view("ICD10CM.tabular")) {
      return Bad(root, "not an ICD-10-CM tabular list");
    }
    tabular_.version = options_.edition.empty() ? Squeeze(root.child("version").text().get())
                                                : std::string(options_.edition);
    if (tabular_.version.empty()) return Bad(root, "the list has no version");
    std::string concepts;
    {
      json::Array list(&concepts);
      const std::size_t chapters = ChildCount(root, "chapter");
      for (const xml_node chapter : root.children("chapter")) {
        progress_("reading chapters", ++chapters_, chapters);
        RETURN_IF_ERROR(ReadChapter(chapter, list));
      }
    }
    if (tabular_.codes == 0) return Bad(root, "the list has no codes");
    if (!code_list_.empty() && tabular_.extended == 0) {
      return Fail(Reason::kUnprocessable, "the code list has none of the codes of this list");
    }
    WriteSystem(concepts);
    return std::move(tabular_);
  }

 private:
  int LineOf(std::ptrdiff_t offset) const {
    const std::size_t end =
        std::min(xml_.size(), static_cast<std::size_t>(std::max<std::ptrdiff_t>(offset, 0)));
    return 1 + static_cast<int>(
                   std::count(xml_.begin(), xml_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
  }
  absl::Status BadAt(std::ptrdiff_t offset, std::string_view why) const {
    return Fail(Reason::kUnprocessable,
                base::Concat({"line ", base::ToText(LineOf(offset)), ": ", why}));
  }
  absl::Status Bad(xml_node node, std::string_view why) const {
    return BadAt(node.offset_debug(), why);
  }

  absl::Status Parse() {
    if (xml_.size() > limits_.bytes) {
      return Fail(Reason::kUnprocessable,
                  base::Concat({"larger than ", base::ToText(limits_.bytes >> 20), " MiB"}));
    }
    if (!base::IsValidUtf8(xml_)) return Fail(Reason::kUnprocessable, "not UTF-8");
    // No entity but XML's own five is ever replaced, and nothing outside the text is read.
    const auto result =
        document_.load_buffer(xml_.data(), xml_.size(), pugi::parse_default, pugi::encoding_utf8);
    if (result) return {};
    return BadAt(result.offset, base::Concat({"not XML: ", result.description()}));
  }

  void ReadCodeList() {
    for (const std::string_view line : base::Split(options_.code_list, '\n')) {
      const std::string_view code = base::SplitOnce(base::Trim(line), ' ').first;
      if (!code.empty()) code_list_.insert(WithoutDots(code));
    }
  }

  void CountGroupNotes(xml_node group) {
    for (const NoteKind& kind : kNotes) {
      tabular_.group_notes += ChildCount(group, kind.element.data());
    }
  }

  absl::Status ReadChapter(xml_node chapter, json::Array& list) {
    chapter_ = Squeeze(chapter.child("name").text().get());
    if (chapter_.empty()) return Bad(chapter, "a chapter without a name");
    chapter_title_ = Squeeze(chapter.child("desc").text().get());
    CountGroupNotes(chapter);
    for (const xml_node section : chapter.children("section")) {
      block_ = section.attribute("id").value();
      if (block_.empty()) return Bad(section, "a section without an id");
      block_title_ = Squeeze(section.child("desc").text().get());
      CountGroupNotes(section);
      for (const xml_node diag : section.children("diag")) {
        RETURN_IF_ERROR(ReadCode(diag, {}, 1, list));
      }
    }
    return {};
  }

  absl::StatusOr<Extensions> ReadExtensions(xml_node def) const {
    Extensions extensions;
    for (const xml_node each : def.children()) {
      const std::string_view element = each.name();
      // A note is about the extension before it.
      if (element == "note" && !extensions.empty()) {
        std::string& note = extensions.back().note;
        note += base::Concat({note.empty() ? "" : "\n", Squeeze(each.text().get())});
      }
      if (element != "extension") continue;
      const std::string_view character = each.attribute("char").value();
      if (character.size() != 1 || !base::IsAlnum(character[0])) {
        return Bad(each, "a 7th character that is not one letter or digit");
      }
      extensions.push_back({character, each.text().get()});
    }
    return extensions;
  }

  absl::Status CountCode(xml_node diag, const std::string& code) {
    if (++tabular_.codes > limits_.codes) {
      return Bad(diag, base::Concat({"more than ", base::ToText(limits_.codes), " codes"}));
    }
    if (seen_.insert(code).second) return {};
    return Bad(diag, base::Concat({"the code ", code, " is there twice"}));
  }

  absl::Status ReadCode(xml_node diag, Extensions extensions, int depth, json::Array& list) {
    const std::string code = Squeeze(diag.child("name").text().get());
    const std::string title = Squeeze(diag.child("desc").text().get());
    if (!IsIcdCode(code)) {
      return Bad(diag, base::Concat({"'", base::Clip(code, 60), "' is not an ICD-10-CM code"}));
    }
    if (title.empty()) return Bad(diag, base::Concat({"the code ", code, " has no title"}));
    if (depth > limits_.depth) return Bad(diag, "codes are nested too deep");
    RETURN_IF_ERROR(CountCode(diag, code));
    if (const xml_node def = diag.child("sevenChrDef")) {
      ASSIGN_OR_RETURN(extensions, ReadExtensions(def));
    }
    auto object = list.Sub();
    object.Text("code", code);
    object.Text("display", title);
    WriteInclusionTerms(diag, object);
    const bool is_leaf = !diag.child("diag");
    const auto extended = is_leaf ? Extended(code, extensions) : Extensions();
    WriteProperties(diag, depth == 1, is_leaf && extended.empty(), object);
    if (is_leaf && extended.empty()) return {};
    auto below = object.List("concept");
    for (const xml_node each : diag.children("diag")) {
      RETURN_IF_ERROR(ReadCode(each, extensions, depth + 1, below));
    }
    for (const Extension& each : extended) {
      RETURN_IF_ERROR(WriteExtended(diag, Padded(code), title, each, below));
    }
    return {};
  }

  static std::string Padded(std::string code) {
    if (code.size() == kCategoryLength) code += '.';
    if (code.size() < kFullLength) code.resize(kFullLength, 'X');
    return code;
  }

  // The 7th characters that make codes of this one.
  Extensions Extended(const std::string& code, const Extensions& extensions) {
    if (code.size() > kFullLength) return {};
    Extensions kept;
    for (const Extension& each : extensions) {
      const bool is_in_list =
          code_list_.empty() ||
          code_list_.contains(WithoutDots(base::Concat({Padded(code), each.character})));
      if (is_in_list) kept.push_back(each);
      if (!is_in_list) ++tabular_.not_in_list;
    }
    return kept;
  }

  absl::Status WriteExtended(xml_node diag, const std::string& padded, const std::string& title,
                             const Extension& extension, json::Array& list) {
    const std::string code = base::Concat({padded, extension.character});
    RETURN_IF_ERROR(CountCode(diag, code));
    ++tabular_.extended;
    const std::string text = Squeeze(extension.text);
    auto object = list.Sub();
    object.Text("code", code);
    object.Text("display", base::Concat({title, text.empty() ? "" : ", ", text}));
    WriteProperties({}, false, true, object, extension.note);
    return {};
  }

  static void WriteInclusionTerms(xml_node diag, json::Object& object) {
    if (!diag.child("inclusionTerm")) return;
    auto list = object.List("designation");
    for (const xml_node terms : diag.children("inclusionTerm")) {
      for (const xml_node note : terms.children("note")) {
        const std::string text = Squeeze(note.text().get());
        if (text.empty()) continue;
        auto designation = list.Sub();
        designation.Text("language", "en");
        {
          auto use = designation.Sub("use");
          use.Text("system", "http://snomed.info/sct");
          use.Text("code", "900000000000013009");
          use.Text("display", "Synonym");
        }
        designation.Text("value", text);
      }
    }
  }

  static void WriteProperty(json::Array& list, std::string_view code, std::string_view type,
                            std::string_view text) {
    if (text.empty()) return;
    auto property = list.Sub();
    property.Text("code", code);
    property.Text(type, text);
  }

  // Titles of chapter and block stand only with the categories, not with every code.
  void WriteProperties(xml_node diag, bool is_category, bool billable, json::Object& object,
                       std::string_view note = {}) const {
    auto list = object.List("property");
    WriteProperty(list, "chapter", "valueCode", chapter_);
    WriteProperty(list, "block", "valueCode", block_);
    if (is_category) {
      WriteProperty(list, "chapter-title", "valueString", chapter_title_);
      WriteProperty(list, "block-title", "valueString", block_title_);
    }
    {
      auto property = list.Sub();
      property.Text("code", "billable");
      property.Bool("valueBoolean", billable);
    }
    WriteProperty(list, "note", "valueString", note);
    for (const NoteKind& kind : kNotes) {
      for (const xml_node element : diag.children(kind.element.data())) {
        std::string joined;
        for (const xml_node note : element.children("note")) {
          const std::string text = Squeeze(note.text().get());
          if (!joined.empty() && !text.empty()) joined += '\n';
          joined += text;
        }
        WriteProperty(list, kind.property, "valueString", joined);
      }
    }
  }

  static void WritePropertyDef(json::Array& list, std::string_view code, std::string_view type,
                               std::string_view description) {
    auto def = list.Sub();
    def.Text("code", code);
    def.Text("description", description);
    def.Text("type", type);
  }

  void WriteSystem(std::string_view concepts) {
    std::string id = base::Concat({"icd-10-cm-", tabular_.version});
    for (char& c : id) c = base::IsAlnum(c) || c == '.' ? c : '-';
    json::Object root(&tabular_.json);
    root.Text("resourceType", "CodeSystem");
    root.Text("id", id.substr(0, 64));
    root.Text("language", "en");
    root.Text("url", options_.url);
    root.Text("version", tabular_.version);
    root.Text("name", "ICD10CM");
    root.Text("title",
              "International Classification of Diseases, 10th Revision, Clinical "
              "Modification (ICD-10-CM)");
    root.Text("status", "active");
    root.Bool("experimental", false);
    root.Text("date", options_.date);
    root.Text("publisher",
              "National Center for Health Statistics (NCHS) and Centers for Medicare & "
              "Medicaid Services (CMS)");
    root.Text("description",
              "Made by chemoterm from the tabular list. Chapters and blocks are "
              "properties, not codes; their own notes are left out.");
    root.Text("copyright",
              "US-government work. ICD-10 is copyright of the World Health "
              "Organization.");
    root.Bool("caseSensitive", true);
    root.Text("hierarchyMeaning", "is-a");
    root.Bool("compositional", false);
    root.Bool("versionNeeded", false);
    root.Text("content", "complete");
    root.Int("count", static_cast<std::int64_t>(tabular_.codes));
    {
      auto defs = root.List("property");
      WritePropertyDef(defs, "chapter", "code", "Number of the chapter");
      WritePropertyDef(defs, "block", "code", "Block of categories in the chapter");
      WritePropertyDef(defs, "chapter-title", "string", "Title of the chapter, with categories");
      WritePropertyDef(defs, "block-title", "string", "Title of the block, with categories");
      WritePropertyDef(defs, "billable", "boolean",
                       "true when the code is complete, so that it can be reported");
      for (const NoteKind& kind : kNotes) {
        WritePropertyDef(defs, kind.property, "string", kind.description);
      }
    }
    root.Raw("concept", concepts);
  }

  std::string_view xml_;
  const TabularOptions& options_;
  const TabularLimits& limits_;
  const Progress& progress_;
  pugi::xml_document document_;
  std::unordered_set<std::string> code_list_;  // without dots
  std::unordered_set<std::string> seen_;
  std::size_t chapters_ = 0;
  std::string chapter_, chapter_title_, block_, block_title_;
  Tabular tabular_;
};

}  // namespace

absl::StatusOr<Tabular> ReadTabular(std::string_view xml, const TabularOptions& options,
                                    const TabularLimits& limits, const Progress& progress) {
  return TabularReader(xml, options, limits, progress).Read();
}

}  // namespace chemoterm::imports
