// ConceptMap, FHIR R5: checked; what is served is its text.
#include "base/text.h"
#include "load/build.h"
#include "load/fhir_node.h"
#include "load/record_node.h"
#include "load/resource_writer.h"

namespace chemoterm::load {
namespace {

using json::Cursor;
using json::Scalar;

const KnownMembers kMapMembers(
    WithSharedMembers({"property", "additionalAttribute", "sourceScopeUri", "sourceScopeCanonical",
                       "targetScopeUri", "targetScopeCanonical", "group"}));
const KnownMembers kGroupMembers({"source", "target", "element", "unmapped"});
const KnownMembers kElementMembers({"code", "display", "valueSet", "noMap", "target"});
const KnownMembers kTargetMembers({"code", "display", "valueSet", "relationship", "comment",
                                   "property", "dependsOn", "product"});
const std::vector<std::string_view> kRelationships = {
    "related-to", "equivalent", "source-is-narrower-than-target", "source-is-broader-than-target",
    "not-related-to"};

// A mapping as it was read; checked at the end of its group, whose systems may come late.
struct CodeAt {
  std::string code;
  int line;
};

class TargetNode final : public json::Node {
 public:
  TargetNode(const FileFaults& faults, std::vector<CodeAt>& codes)
      : faults_(faults), codes_(codes) {}
  void Begin(int line) {
    line_ = line;
    has_code_ = has_relationship_ = false;
  }
  absl::Status OnScalar(std::string_view key, const Scalar& value, const Cursor& cursor) override {
    kTargetMembers.Check(key, cursor.line(), faults_);
    if (key == "code") {
      has_code_ = true;
      codes_.push_back({std::string(value.text), cursor.line()});
    }
    if (key == "relationship") {
      has_relationship_ = true;
      CheckOneOf(key, value.text, kRelationships, cursor.line(), faults_);
    }
    return {};
  }
  Node* Child(std::string_view key, bool*, const Cursor& cursor) override {
    kTargetMembers.Check(key, cursor.line(), faults_);
    return nullptr;
  }
  absl::Status End(const Cursor&) override {
    if (!has_code_) faults_.Add(line_, "a target without 'code'");
    if (!has_relationship_) faults_.Add(line_, "a target without 'relationship'");
    return {};
  }

 private:
  const FileFaults& faults_;
  std::vector<CodeAt>& codes_;
  int line_ = 0;
  bool has_code_ = false;
  bool has_relationship_ = false;
};

class ElementNode final : public json::Node {
 public:
  ElementNode(const FileFaults& faults, std::vector<CodeAt>& sources, std::vector<CodeAt>& targets)
      : faults_(faults), sources_(sources), target_(faults, targets) {}
  void Begin(int line) {
    line_ = line;
    has_code_ = has_target_ = no_map_ = false;
  }
  absl::Status OnScalar(std::string_view key, const Scalar& value, const Cursor& cursor) override {
    kElementMembers.Check(key, cursor.line(), faults_);
    if (key == "code") {
      has_code_ = true;
      sources_.push_back({std::string(value.text), cursor.line()});
    }
    if (key == "noMap") no_map_ = value.text == "true";
    return {};
  }
  Node* Child(std::string_view key, bool*, const Cursor& cursor) override {
    kElementMembers.Check(key, cursor.line(), faults_);
    if (key != "target") return nullptr;
    has_target_ = true;
    target_.Begin(cursor.line());
    return &target_;
  }
  absl::Status End(const Cursor&) override {
    if (!has_code_) faults_.Add(line_, "an element without 'code'");
    if (no_map_ && has_target_) faults_.Add(line_, "'noMap' and a target exclude each other");
    return {};
  }

 private:
  const FileFaults& faults_;
  std::vector<CodeAt>& sources_;
  TargetNode target_;
  int line_ = 0;
  bool has_code_ = false;
  bool has_target_ = false;
  bool no_map_ = false;
};

class GroupNode final : public json::Node {
 public:
  GroupNode(const Build& build, const FileFaults& faults)
      : build_(build), faults_(faults), element_(faults, sources_, targets_) {}
  void Begin(int line) {
    line_ = line;
    source_.clear();
    target_.clear();
    sources_.clear();
    targets_.clear();
  }
  absl::Status OnScalar(std::string_view key, const Scalar& value, const Cursor& cursor) override {
    kGroupMembers.Check(key, cursor.line(), faults_);
    if (key == "source") source_ = build_.Rebase(base::SplitOnce(value.text, '|').first);
    if (key == "target") target_ = build_.Rebase(base::SplitOnce(value.text, '|').first);
    return {};
  }
  Node* Child(std::string_view key, bool*, const Cursor& cursor) override {
    kGroupMembers.Check(key, cursor.line(), faults_);
    if (key != "element") return nullptr;
    element_.Begin(cursor.line());
    return &element_;
  }
  absl::Status End(const Cursor&) override {
    if (source_.empty() || target_.empty()) {
      faults_.Add(line_, "a group without 'source' or 'target'");
      return {};
    }
    for (const CodeAt& each : sources_) build_.CheckKnown(source_, each.code, each.line, faults_);
    for (const CodeAt& each : targets_) build_.CheckKnown(target_, each.code, each.line, faults_);
    return {};
  }

 private:
  const Build& build_;
  const FileFaults& faults_;
  std::vector<CodeAt> sources_, targets_;
  ElementNode element_;
  int line_ = 0;
  std::string source_, target_;
};

class MapNode final : public json::Node {
 public:
  MapNode(const Build& build, const FileFaults& faults) : faults_(faults), group_(build, faults) {}
  absl::Status OnScalar(std::string_view key, const Scalar& value, const Cursor& cursor) override {
    kMapMembers.Check(key, cursor.line(), faults_);
    if (key == "resourceType" && value.text != "ConceptMap") {
      faults_.Add(cursor.line(), "'resourceType' must be ConceptMap");
    }
    if (key == "id") id_ = value.text;
    if (key == "url") has_url_ = true;
    if (key == "status") {
      has_status_ = true;
      CheckOneOf(key, value.text, {"draft", "active", "retired", "unknown"}, cursor.line(),
                 faults_);
    }
    if (key == "date") CheckDate(key, value.text, cursor.line(), faults_);
    return {};
  }
  Node* Child(std::string_view key, bool*, const Cursor& cursor) override {
    kMapMembers.Check(key, cursor.line(), faults_);
    if (key != "group") return nullptr;
    group_.Begin(cursor.line());
    return &group_;
  }
  absl::Status End(const Cursor&) override {
    if (!IsFhirId(id_)) faults_.Add(1, "'id' is missing or not a FHIR id");
    if (!has_url_) faults_.Add(1, "'url' is missing");
    if (!has_status_) faults_.Add(1, "'status' is missing");
    return {};
  }
  const std::string& id() const { return id_; }

 private:
  const FileFaults& faults_;
  GroupNode group_;
  std::string id_;
  bool has_url_ = false;
  bool has_status_ = false;
};

}  // namespace

void ReadConceptMap(Build& build, const ContentFile& file) {
  MapNode root(build, file.faults);
  if (const auto status = json::ReadObject(file.text, ContentLimits(), root); !status.ok()) {
    return AddFailure(status, file.faults);
  }
  if (IsFhirId(root.id()) && !build.IsHidden(file.entry.verification)) {
    AddFileResource(build, file, "ConceptMap", root.id());
  }
}

}  // namespace chemoterm::load
