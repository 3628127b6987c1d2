// CodeSystem, FHIR R4 or R5.
#include <array>
#include <deque>
#include <unordered_map>

#include "base/fold.h"
#include "base/text.h"
#include "json/slice.h"
#include "load/build.h"
#include "load/fhir_extensions.h"
#include "load/fhir_node.h"
#include "load/record_node.h"
#include "load/resource_reader.h"
#include "load/resource_writer.h"
#include "load/wording.h"

namespace chemoterm::load {
namespace {

using json::Cursor;
using json::Scalar;
using json::ScalarType;
using model::ConceptId;

const KnownMembers kSystemMembers(WithSharedMembers({"caseSensitive", "valueSet",
                                                     "hierarchyMeaning", "compositional",
                                                     "versionNeeded", "content", "supplements",
                                                     "count", "filter", "property", "concept"}));
const KnownMembers kConceptMembers({"code", "display", "definition", "designation", "property",
                                    "concept"});
const KnownMembers kDesignationMembers({"language", "use", "additionalUse", "value"});
const std::vector<std::string_view> kContents = {"not-present", "example", "fragment", "complete",
                                                 "supplement"};
const std::vector<std::string_view> kStatuses = {"draft", "active", "retired", "unknown"};

// value[x] of a concept property: member, type in CodeSystem.property, kind, type in JSON.
struct ValueType {
  std::string_view key, type;
  ValueKind kind;
  ScalarType scalar;
};
constexpr std::array<ValueType, 6> kValueTypes = {{
    {"valueCode", "code", ValueKind::kCode, ScalarType::kString},
    {"valueString", "string", ValueKind::kString, ScalarType::kString},
    {"valueInteger", "integer", ValueKind::kInteger, ScalarType::kNumber},
    {"valueBoolean", "boolean", ValueKind::kBoolean, ScalarType::kBoolean},
    {"valueDateTime", "dateTime", ValueKind::kDateTime, ScalarType::kString},
    {"valueDecimal", "decimal", ValueKind::kDecimal, ScalarType::kNumber},
}};

bool IsCode(std::string_view text) {
  return !text.empty() && base::Trim(text) == text && text.find("  ") == std::string_view::npos;
}

constexpr std::size_t kMaxProperties = 65'000;

std::string OtherType(std::string_view code, std::string_view type, std::string_view declared) {
  return base::Concat(
      {"the value of '", base::Clip(code, 60), "' is a ", type, ", but declared as ", declared});
}

// What the nodes of one file share.
struct Shared {
  const Rebase& rebase;
  const FileFaults& faults;
  model::CodeSystemBuilder builder;
  std::vector<int> code_lines;  // by concept
  struct PropertyType {
    std::string type;
    int line;
    bool is_declared;  // else the type of its first value
  };
  std::unordered_map<std::string, PropertyType> types;
  // A concept above or below another one that is named by its code.
  struct Link {
    ConceptId id;
    base::StrRef other;
    bool other_is_parent;
    int line;
  };
  std::vector<Link> links;
  base::StringPool link_codes;

  Coding ToCoding(const TextsNode& node) const {
    return {rebase(node.Text("system")), std::string(node.Text("version")),
            std::string(node.Text("code")), std::string(node.Text("display"))};
  }
};

class DesignationNode final : public json::Node {
 public:
  explicit DesignationNode(Shared& shared) : shared_(shared) {}
  void Begin(ConceptId id, int line) {
    id_ = id;
    line_ = line;
    language_.clear();
    value_.clear();
    uses_.clear();
    extensions_.clear();
    is_withdrawn_ = false;
  }
  absl::Status OnScalar(std::string_view key, const Scalar& value, const Cursor& cursor) override {
    kDesignationMembers.Check(key, cursor.line(), shared_.faults);
    if (key == "language") language_ = value.text;
    if (key == "value") value_ = value.text;
    return {};
  }
  Node* Child(std::string_view key, bool* slice_wanted, const Cursor& cursor) override {
    kDesignationMembers.Check(key, cursor.line(), shared_.faults);
    *slice_wanted = key == "extension";
    if (key != "use" && key != "additionalUse") return nullptr;
    uses_.emplace_back().Begin(cursor.line());
    return &uses_.back();
  }
  absl::Status OnSlice(std::string_view, std::string_view extension) override {
    const Extension read = ReadExtension(extension);
    if (read.role == Extension::Role::kStatus) {
      is_withdrawn_ = read.value == "withdrawn" || read.value == "deprecated";
    }
    if (IsShownOfDesignation(read.name)) JoinJson(extensions_, extension);
    return {};
  }
  // R4 repeats a designation that has several uses; so do we.
  absl::Status End(const Cursor&) override {
    if (value_.empty()) shared_.faults.Add(line_, "a designation without 'value'");
    if (!language_.empty() && !base::IsLanguageTag(language_)) {
      shared_.faults.AddMinor(
          line_, base::Concat({"'", base::Clip(language_, 60), "' is not a language tag"}));
    }
    if (uses_.empty()) Add({});
    for (const TextsNode& use : uses_) Add(shared_.ToCoding(use));
    return {};
  }

 private:
  Shared& shared_;
  ConceptId id_{};
  int line_ = 0;
  void Add(const Coding& use) {
    shared_.builder.AddDesignation(id_, language_, use, value_, extensions_, is_withdrawn_);
  }

  std::string language_, value_;
  std::string extensions_;  // JSON, those that answers repeat
  bool is_withdrawn_ = false;
  std::deque<TextsNode> uses_;  // keep their addresses
};

class PropertyNode final : public json::Node {
 public:
  explicit PropertyNode(Shared& shared) : shared_(shared) {}
  void Begin(int line) {
    line_ = line;
    code_.clear();
    text_.clear();
    type_ = nullptr;
    has_coding_ = false;
  }
  absl::Status OnScalar(std::string_view key, const Scalar& value, const Cursor& cursor) override;
  Node* Child(std::string_view key, bool*, const Cursor& cursor) override;
  // Adds it to the concept; parents and children go to the hierarchy by code.
  void Finish(ConceptId id);

  int line_ = 0;
  std::string code_;
  std::string text_;
  const ValueType* type_ = nullptr;
  bool has_coding_ = false;
  TextsNode coding_;

 private:
  bool CheckType();
  Shared& shared_;
};

absl::Status PropertyNode::OnScalar(std::string_view key, const Scalar& value,
                                    const Cursor& cursor) {
  if (key == "code") {
    code_ = value.text;
    return {};
  }
  for (const ValueType& type : kValueTypes) {
    if (type.key != key) continue;
    if (type.scalar != value.type) {
      shared_.faults.AddMinor(cursor.line(), base::Concat({"'", key, "' is not of its JSON type"}));
    }
    type_ = &type;
    text_ = value.text;
    return {};
  }
  if (!key.starts_with('_') && key != "id") {
    shared_.faults.AddMinor(cursor.line(),
                            base::Concat({"'", base::Clip(key, 60), "' is not a known member"}));
  }
  return {};
}

json::Node* PropertyNode::Child(std::string_view key, bool*, const Cursor& cursor) {
  if (key != "valueCoding") return nullptr;
  has_coding_ = true;
  coding_.Begin(cursor.line());
  return &coding_;
}

bool PropertyNode::CheckType() {
  if (code_.empty() || (type_ == nullptr && !has_coding_)) {
    shared_.faults.Add(line_, "a property without 'code' or value");
    return false;
  }
  const std::string_view type = has_coding_ ? "Coding" : type_->type;
  const auto [known, added] = shared_.types.try_emplace(
      code_, Shared::PropertyType{std::string(type), line_, /*is_declared=*/false});
  if (added && shared_.types.size() > kMaxProperties) {
    shared_.faults.Add(line_, "more than 65000 properties");
    return false;
  }
  if (known->second.type != type) {
    shared_.faults.AddMinor(line_, OtherType(code_, type, known->second.type));
  }
  if (!has_coding_ && type_->kind == ValueKind::kDateTime && !base::ParseDate(text_)) {
    shared_.faults.AddMinor(line_, base::Concat({"'", base::Clip(text_, 60), "' is no date"}));
  }
  return true;
}

void PropertyNode::Finish(ConceptId id) {
  if (!CheckType()) return;
  if (has_coding_) return shared_.builder.AddCodingProperty(id, code_, shared_.ToCoding(coding_));
  if (code_ == "parent" || code_ == "child") {
    shared_.links.push_back({id, shared_.link_codes.Add(text_), code_ == "parent", line_});
  } else {
    shared_.builder.AddProperty(id, code_, type_->kind, text_);
  }
}

// One object of `concept`, and by `nested_` those below it.
class ConceptNode final : public json::Node {
 public:
  explicit ConceptNode(Shared& shared) : shared_(shared), designation_(shared) {}
  void Begin(std::optional<ConceptId> parent, int line) {
    line_ = line;
    id_ = shared_.builder.Open();
    shared_.code_lines.push_back(line);
    if (parent) shared_.builder.AddParent(id_, *parent);
    code_.clear();
    properties_.clear();
  }
  absl::Status OnScalar(std::string_view key, const Scalar& value, const Cursor& cursor) override;
  Node* Child(std::string_view key, bool* slice_wanted, const Cursor& cursor) override;
  absl::Status OnSlice(std::string_view key, std::string_view extension) override;
  absl::Status End(const Cursor& cursor) override;

 private:
  Shared& shared_;
  ConceptId id_{};
  int line_ = 0;
  std::string code_;
  DesignationNode designation_;
  std::deque<PropertyNode> properties_;  // wait for the end, when the code is known
  std::unique_ptr<ConceptNode> nested_;
};

absl::Status ConceptNode::OnScalar(std::string_view key, const Scalar& value,
                                   const Cursor& cursor) {
  kConceptMembers.Check(key, cursor.line(), shared_.faults);
  if (value.type != ScalarType::kString) {
    shared_.faults.Add(cursor.line(), base::Concat({"'", base::Clip(key, 60), "' must be a text"}));
    return {};
  }
  if (key == "display") shared_.builder.SetDisplay(id_, value.text);
  if (key == "definition") shared_.builder.SetDefinition(id_, value.text);
  if (key != "code") return {};
  code_ = value.text;
  shared_.builder.SetCode(id_, code_);
  if (!IsCode(code_)) {
    shared_.faults.Add(cursor.line(),
                       base::Concat({"'", base::Clip(code_, 60), "' is not a FHIR code"}));
  }
  shared_.code_lines[static_cast<std::size_t>(id_)] = cursor.line();
  return {};
}

json::Node* ConceptNode::Child(std::string_view key, bool* slice_wanted, const Cursor& cursor) {
  kConceptMembers.Check(key, cursor.line(), shared_.faults);
  *slice_wanted = key == "extension";
  if (key == "designation") {
    designation_.Begin(id_, cursor.line());
    return &designation_;
  }
  if (key == "property") {
    properties_.emplace_back(shared_).Begin(cursor.line());
    return &properties_.back();
  }
  if (key != "concept") return nullptr;
  if (nested_ == nullptr) nested_ = std::make_unique<ConceptNode>(shared_);
  nested_->Begin(id_, cursor.line());
  return nested_.get();
}

// Some extensions are properties under another name.
absl::Status ConceptNode::OnSlice(std::string_view, std::string_view extension) {
  const Extension read = ReadExtension(extension);
  if (read.role == Extension::Role::kStatus) {
    shared_.builder.AddProperty(id_, "status", ValueKind::kCode, read.value);
  } else if (read.role == Extension::Role::kProperty) {
    if (shared_.types
            .try_emplace(std::string(read.property.code),
                         Shared::PropertyType{std::string(read.property.type), 0, true})
            .second) {
      shared_.builder.AddPropertyDef({std::string(read.property.code),
                                      std::string(read.property.uri),
                                      {},
                                      std::string(read.property.type)});
    }
    shared_.builder.AddProperty(id_, read.property.code, read.property.kind, read.value);
  }
  if (IsShownOfConcept(read.name)) shared_.builder.AddExtension(id_, extension);
  return {};
}

absl::Status ConceptNode::End(const Cursor&) {
  if (code_.empty()) shared_.faults.Add(line_, "a concept without 'code'");
  for (PropertyNode& property : properties_) property.Finish(id_);
  return {};
}

class PropertyDefNode final : public json::Node {
 public:
  explicit PropertyDefNode(Shared& shared) : shared_(shared) {}
  void Begin(int line) {
    line_ = line;
    def_ = {};
  }
  absl::Status OnScalar(std::string_view key, const Scalar& value, const Cursor&) override {
    if (key == "code") def_.code = value.text;
    if (key == "uri") def_.uri = shared_.rebase(value.text);
    if (key == "description") def_.description = value.text;
    if (key == "type") def_.type = value.text;
    return {};
  }
  Node* Child(std::string_view, bool*, const Cursor&) override { return nullptr; }
  absl::Status End(const Cursor&) override {
    static const std::vector<std::string_view> kTypes = {"code",    "Coding",   "string", "integer",
                                                         "boolean", "dateTime", "decimal"};
    if (def_.code.empty() || def_.type.empty()) {
      shared_.faults.Add(line_, "a property declared without 'code' or 'type'");
    }
    CheckOneOf("type", def_.type, kTypes, line_, shared_.faults);
    const auto [known, added] = shared_.types.try_emplace(
        def_.code, Shared::PropertyType{def_.type, line_, /*is_declared=*/true});
    if (!added && known->second.is_declared) {
      shared_.faults.Add(line_, base::Concat({"the property '", base::Clip(def_.code, 60),
                                              "' is declared twice"}));
    } else if (known->second.type != def_.type) {
      shared_.faults.AddMinor(known->second.line,
                              OtherType(def_.code, known->second.type, def_.type));
    }
    known->second.is_declared = true;
    if (shared_.types.size() > kMaxProperties) {
      shared_.faults.Add(line_, "more than 65000 properties");
    } else {
      shared_.builder.AddPropertyDef(def_);
    }
    return {};
  }

 private:
  Shared& shared_;
  int line_ = 0;
  model::PropertyDef def_;
};

class SystemNode final : public json::Node {
 public:
  explicit SystemNode(Shared& shared) : shared_(shared), concept_(shared), def_(shared) {}
  absl::Status OnScalar(std::string_view key, const Scalar& value, const Cursor& cursor) override;
  absl::Status OnSlice(std::string_view, std::string_view extension) override {
    const Extension read = ReadExtension(extension);
    if (read.role == Extension::Role::kStatus) {
      shared_.builder.info().standards_status = read.value;
    }
    return {};
  }
  Node* Child(std::string_view key, bool* slice_wanted, const Cursor& cursor) override {
    kSystemMembers.Check(key, cursor.line(), shared_.faults);
    *slice_wanted = key == "extension";
    if (key == "concept") {
      concept_.Begin(std::nullopt, cursor.line());
      return &concept_;
    }
    if (key != "property") return nullptr;
    def_.Begin(cursor.line());
    return &def_;
  }
  void CheckHead() const;

 private:
  Shared& shared_;
  ConceptNode concept_;
  PropertyDefNode def_;
  std::string type_;
};

absl::Status SystemNode::OnScalar(std::string_view key, const Scalar& value, const Cursor& cursor) {
  kSystemMembers.Check(key, cursor.line(), shared_.faults);
  model::CodeSystemInfo& info = shared_.builder.info();
  const std::pair<std::string_view, std::string*> texts[] = {
      {"resourceType", &type_},
      {"id", &info.id},
      {"version", &info.version},
      {"name", &info.name},
      {"title", &info.title},
      {"status", &info.status},
      {"content", &info.content},
      {"copyright", &info.copyright},
      {"language", &info.language},
      {"date", &info.date},
      {"publisher", &info.publisher},
      {"description", &info.description},
      {"hierarchyMeaning", &info.hierarchy_meaning}};
  for (const auto& [name, to] : texts) {
    if (key != name) continue;
    if (value.type != ScalarType::kString) {
      shared_.faults.Add(cursor.line(), base::Concat({"'", key, "' must be a text"}));
    }
    *to = value.text;
  }
  if (key == "url") info.url = shared_.rebase(value.text);
  if (key == "supplements") info.supplements = shared_.rebase(value.text);
  if (key == "caseSensitive") info.case_sensitive = value.text == "true";
  if (key == "compositional") info.compositional = value.text == "true";
  if (key == "experimental") info.experimental = value.text == "true";
  if (key == "status") CheckOneOf(key, value.text, kStatuses, cursor.line(), shared_.faults);
  if (key == "content") CheckOneOf(key, value.text, kContents, cursor.line(), shared_.faults);
  if (key == "date") CheckDate(key, value.text, cursor.line(), shared_.faults);
  return {};
}

void SystemNode::CheckHead() const {
  const model::CodeSystemInfo& info = shared_.builder.info();
  const FileFaults& faults = shared_.faults;
  if (type_ != "CodeSystem") faults.Add(1, "'resourceType' must be CodeSystem");
  if (!IsFhirId(info.id)) faults.AddMinor(1, "'id' is missing or not a FHIR id");
  if (info.url.empty()) faults.Add(1, "'url' is missing");
  if (info.status.empty()) faults.AddMinor(1, "'status' is missing");
  if (info.content.empty()) faults.Add(1, "'content' is missing");
  if (info.is_supplement() == info.supplements.empty()) {
    faults.Add(1, "'supplements' must be there exactly when 'content' is supplement");
  }
}

// Codes that appear twice.
void IndexCodes(Shared& shared) {
  shared.builder.IndexCodes([&](ConceptId first, ConceptId again) {
    const auto line_of = [&](ConceptId id) {
      return shared.code_lines[static_cast<std::size_t>(id)];
    };
    const std::string_view code = shared.builder.Code(again);
    if (code.empty()) return;  // told already
    shared.faults.Add(line_of(again),
                      base::Concat({"the code '", base::Clip(code, 60), "' is already at line ",
                                    base::ToText(line_of(first))}));
  });
}

// Hands the parents that are named by their codes to the builder.
void LinkParents(Shared& shared) {
  for (const auto& [id, other, other_is_parent, line] : shared.links) {
    const std::string_view code = shared.link_codes[other];
    const auto found = shared.builder.Find(code);
    if (!found) {
      shared.faults.Add(
          line, base::Concat({"the code '", base::Clip(code, 60), "' is not in this code system"}));
    } else if (other_is_parent) {
      shared.builder.AddParent(id, *found);
    } else {
      shared.builder.AddParent(*found, id);
    }
  }
  std::vector<Shared::Link>().swap(shared.links);
}

}  // namespace

std::unique_ptr<const model::CodeSystem> ParseCodeSystem(std::string_view text,
                                                         const Rebase& rebase,
                                                         const CodeSystemNotes& notes,
                                                         const FileFaults& faults) {
  Shared shared{.rebase = rebase,
                .faults = faults,
                .builder = {},
                .code_lines = {},
                .types = {},
                .links = {},
                .link_codes = {}};
  SystemNode root(shared);
  const std::size_t before = faults.count();
  if (const auto status = json::ReadObject(text, ContentLimits(), root); !status.ok()) {
    AddFailure(status, faults);
    return nullptr;
  }
  root.CheckHead();
  IndexCodes(shared);
  LinkParents(shared);
  if (faults.count() != before) return nullptr;
  if (!notes.code_pattern.empty())
    shared.builder.info().code_pattern = base::Pattern(notes.code_pattern);
  shared.builder.info().own_wording = notes.own_wording;
  shared.builder.info().expansion_concepts = notes.expansion_concepts;
  for (const std::string& code : notes.own_worded) {
    if (const auto id = shared.builder.Find(code)) shared.builder.SetOwnWorded(*id);
  }
  auto frozen = std::move(shared.builder).Freeze();
  if (frozen.ok()) return std::make_unique<const model::CodeSystem>(*std::move(frozen));
  AddFailure(frozen.status(), faults);
  return nullptr;
}

void ReadCodeSystem(Build& build, const ContentFile& file) {
  const FileFaults& faults = file.faults;
  CodeSystemNotes notes{.code_pattern = file.entry.code_pattern,
                        .own_wording = file.entry.own_wording,
                        .expansion_concepts = file.entry.expansion_concepts};
  auto system = ParseCodeSystem(file.text, build.rebase(), notes, faults);
  if (system == nullptr) return;
  // What is served may be made of this text and another.
  const auto worded = WordedText(build, file, *system, notes);
  if (!worded) return;
  if (!worded->empty()) {
    system = ParseCodeSystem(*worded, build.rebase(), notes, faults);
    if (system == nullptr) return;
  }
  const model::CodeSystemInfo& info = system->info();
  if (build.snapshot().FindSystem(info.url, info.version) && !info.version.empty()) {
    if (IsLaidUnder(build.manifest(), file.entry)) return;
    return faults.Add(1, base::Concat({info.url, "|", info.version, " is in another file too"}));
  }
  const std::string_view served = worded->empty() ? file.text : std::string_view(*worded);
  AddCodeSystemResource(build, {file.entry, served, faults}, *system);
  build.AddSystem(std::move(system), file.entry.search);
}

void TakeRelationKinds(Build& build) {
  const auto alias = build.snapshot().system_aliases.find(kRelationKindSystem);
  if (alias == build.snapshot().system_aliases.end()) return;
  const auto id = build.snapshot().FindSystem(alias->second, {});
  if (!id) return;
  const model::CodeSystem& system = build.snapshot().System(*id);
  std::vector<model::RelationKind>& kinds = build.relation_kinds;
  for (std::uint32_t i = 0; i < system.size(); ++i) {
    const auto at = static_cast<ConceptId>(i);
    const auto text = [&](std::string_view code) {
      const auto value = system.Property(at, code);
      return value ? std::string(value->text) : std::string();
    };
    model::RelationKind kind{.code = std::string(system.Code(at)),
                             .display = std::string(system.Display(at)),
                             .reads = text("reads"),
                             .inverse = text("inverse"),
                             .symmetric = text("symmetric") == "true",
                             .transitive = text("transitive") == "true"};
    if (kind.symmetric) kind.inverse = kind.code;
    kinds.push_back(std::move(kind));
  }
  for (const model::RelationKind& kind : kinds) {
    const auto inverse = system.Find(kind.inverse);
    const bool mutual = inverse && kinds[Index(*inverse)].inverse == kind.code;
    if (mutual || kind.inverse.empty()) continue;
    build.FaultsOf(kManifestName)
        .Add(0, base::Concat({"the relation kind '", kind.code, "' names '", kind.inverse,
                              "' as inverse, which does not name it"}));
  }
  build.relations.SetKinds(kinds);
}

}  // namespace chemoterm::load
