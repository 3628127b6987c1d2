// NamingSystem, FHIR R4 or R5: checked; what is served is its text.
#include "base/text.h"
#include "json/slice.h"
#include "load/build.h"
#include "load/fhir_node.h"
#include "load/record_node.h"
#include "load/resource_reader.h"
#include "load/resource_writer.h"

namespace chemoterm::load {
namespace {

using json::Cursor;
using json::Scalar;

const KnownMembers kMembers(WithSharedMembers({"kind", "responsible", "type", "usage", "uniqueId",
                                               "replacedBy"}));
const std::vector<std::string_view> kKinds = {"codesystem", "identifier", "root"};
const std::vector<std::string_view> kIdTypes = {"oid",      "uuid",         "uri",
                                                "iri-stem", "v2csmnemonic", "other"};

class UniqueIdNode final : public json::Node {
 public:
  explicit UniqueIdNode(const FileFaults& faults) : faults_(faults) {}
  void Begin(int line) {
    line_ = line;
    has_type_ = has_value_ = false;
  }
  absl::Status OnScalar(std::string_view key, const Scalar& value, const Cursor& cursor) override {
    if (key == "type") {
      has_type_ = true;
      CheckOneOf(key, value.text, kIdTypes, cursor.line(), faults_);
    }
    has_value_ = has_value_ || (key == "value" && !value.text.empty());
    return {};
  }
  Node* Child(std::string_view, bool*, const Cursor&) override { return nullptr; }
  absl::Status End(const Cursor&) override {
    if (!has_type_ || !has_value_) faults_.Add(line_, "a uniqueId without 'type' or 'value'");
    return {};
  }

 private:
  const FileFaults& faults_;
  int line_ = 0;
  bool has_type_ = false;
  bool has_value_ = false;
};

class NamingSystemNode final : public json::Node {
 public:
  explicit NamingSystemNode(const FileFaults& faults) : faults_(faults), unique_id_(faults) {}
  absl::Status OnScalar(std::string_view key, const Scalar& value, const Cursor& cursor) override {
    kMembers.Check(key, cursor.line(), faults_);
    if (key == "resourceType" && value.text != "NamingSystem") {
      faults_.Add(cursor.line(), "'resourceType' must be NamingSystem");
    }
    if (key == "id") id_ = value.text;
    if (key == "name") has_name_ = !value.text.empty();
    if (key == "status") {
      has_status_ = true;
      CheckOneOf(key, value.text, {"draft", "active", "retired", "unknown"}, cursor.line(),
                 faults_);
    }
    if (key == "kind") {
      has_kind_ = true;
      CheckOneOf(key, value.text, kKinds, cursor.line(), faults_);
    }
    if (key == "date") {
      has_date_ = true;
      CheckDate(key, value.text, cursor.line(), faults_);
    }
    return {};
  }
  Node* Child(std::string_view key, bool*, const Cursor& cursor) override {
    kMembers.Check(key, cursor.line(), faults_);
    if (key != "uniqueId") return nullptr;
    has_unique_id_ = true;
    unique_id_.Begin(cursor.line());
    return &unique_id_;
  }
  absl::Status End(const Cursor&) override {
    if (!IsFhirId(id_)) faults_.Add(1, "'id' is missing or not a FHIR id");
    if (!has_unique_id_) faults_.Add(1, "'uniqueId' is missing");
    if (!has_name_) faults_.AddMinor(1, "'name' is missing");
    if (!has_status_) faults_.AddMinor(1, "'status' is missing");
    if (!has_kind_) faults_.AddMinor(1, "'kind' is missing");
    if (!has_date_) faults_.AddMinor(1, "'date' is missing");
    return {};
  }
  const std::string& id() const { return id_; }

 private:
  const FileFaults& faults_;
  UniqueIdNode unique_id_;
  std::string id_;
  bool has_name_ = false;
  bool has_status_ = false;
  bool has_kind_ = false;
  bool has_date_ = false;
  bool has_unique_id_ = false;
};

}  // namespace

std::optional<std::string> CheckNamingSystem(std::string_view text, const FileFaults& faults) {
  const std::size_t before = faults.count();
  NamingSystemNode root(faults);
  if (const auto status = json::ReadObject(text, ContentLimits(), root); !status.ok()) {
    AddFailure(status, faults);
  }
  if (faults.count() != before) return std::nullopt;
  return root.id();
}

void ReadNamingSystem(Build& build, const ContentFile& file) {
  const auto id = CheckNamingSystem(file.text, file.faults);
  if (id && !build.IsHidden(file.entry.verification)) {
    AddFileResource(build, file, "NamingSystem", *id);
  }
}

}  // namespace chemoterm::load
