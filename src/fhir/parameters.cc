#include "fhir/parameters.h"

#include <memory>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "json/node_reader.h"

namespace chemoterm::fhir {
namespace {

using json::Cursor;
using json::Scalar;
using json::ScalarType;

absl::Status Invalid(std::string_view where, std::string_view text) {
  return Fail(Reason::kInvalidParameter, base::Concat({where, ": ", text}), where);
}

// What is wrong with a text of a request, whatever its type; empty if nothing is.
std::string FaultOf(std::string_view text) {
  if (text.size() > kMaxTextBytes)
    return base::Concat({"longer than ", base::ToText(kMaxTextBytes), " bytes"});
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r')
      return "holds a control character";
  }
  return {};
}

absl::Status TooManyParameters() {
  return Fail(Reason::kTooLarge,
              base::Concat({"more than ", base::ToText(kMaxParameters), " parameters"}));
}

// ---- Body ----

// A node that knows its place, spelled only when needed; an object in a wrong place is read by
// Refuse, which fails.
class PathNode : public json::Node {
 public:
  std::string Path() const {
    if (parent_ == nullptr) return "Parameters";
    std::string path = base::Concat({parent_->Path(), ".", key_});
    if (index_ >= 0) path += base::Concat({"[", base::ToText(index_), "]"});
    return path;
  }

 protected:
  // `key`: a literal. `index`: of the element in an array, or -1.
  void SetPlace(const PathNode* parent, std::string_view key, std::size_t index) {
    SetPlace(parent, key);
    index_ = static_cast<std::int64_t>(index);
  }
  void SetPlace(const PathNode* parent, std::string_view key) {
    parent_ = parent;
    key_ = key;
    index_ = -1;
  }

  std::string PathOf(std::string_view key) const { return base::Concat({Path(), ".", key}); }

  json::Node* Refuse(std::string_view key, std::string_view text) {
    refusal_.status = Invalid(PathOf(key), text);
    return &refusal_;
  }

  // A string member that must not be empty.
  absl::Status TakeString(std::string_view key, const Scalar& value, const Cursor& cursor,
                          std::string& member) {
    if (value.type != ScalarType::kString || cursor.array_depth() > 0)
      return Invalid(PathOf(key), "must be a string");
    if (value.text.empty()) return Invalid(PathOf(key), "must not be empty");
    if (const std::string fault = FaultOf(value.text); !fault.empty())
      return Invalid(PathOf(key), fault);
    member = value.text;
    return {};
  }

 private:
  struct Refusal final : json::Node {
    absl::Status OnScalar(std::string_view, const Scalar&, const Cursor&) override {
      return status;
    }
    json::Node* Child(std::string_view, bool*, const Cursor&) override { return this; }
    absl::Status End(const Cursor&) override { return status; }
    absl::Status status;
  };
  const PathNode* parent_ = nullptr;
  std::string_view key_;
  std::int64_t index_ = -1;
  Refusal refusal_;
};

class CodingNode final : public PathNode {
 public:
  template <class... Index>
  void Reset(Coding* coding, const PathNode* parent, std::string_view key, Index... index) {
    coding_ = coding;
    SetPlace(parent, key, index...);
  }

  absl::Status OnScalar(std::string_view key, const Scalar& value, const Cursor& cursor) override {
    std::string* member = MemberOf(key);
    return member == nullptr ? absl::Status() : TakeString(key, value, cursor, *member);
  }
  json::Node* Child(std::string_view key, bool*, const Cursor&) override {
    return MemberOf(key) == nullptr ? nullptr : Refuse(key, "must be a string");
  }
  absl::Status OnArray(std::string_view key, const Cursor&) override {
    return MemberOf(key) == nullptr ? absl::Status() : Invalid(PathOf(key), "must be a string");
  }

 private:
  std::string* MemberOf(std::string_view key) {
    if (key == "system") return &coding_->system;
    if (key == "version") return &coding_->version;
    if (key == "code") return &coding_->code;
    if (key == "display") return &coding_->display;
    return nullptr;
  }

  Coding* coding_ = nullptr;
};

class ConceptNode final : public PathNode {
 public:
  void Reset(CodeableConcept* target, const PathNode* parent) {
    concept_ = target;
    SetPlace(parent, "valueCodeableConcept");
  }

  absl::Status OnScalar(std::string_view key, const Scalar& value, const Cursor& cursor) override {
    if (key == "text") return TakeString(key, value, cursor, concept_->text);
    return key == "coding" ? Invalid(PathOf(key), "must be an array of objects") : absl::Status();
  }
  json::Node* Child(std::string_view key, bool*, const Cursor& cursor) override {
    if (key == "text") return Refuse(key, "must be a string");
    if (key != "coding") return nullptr;
    if (cursor.array_depth() != 1) return Refuse(key, "must be an array of objects");
    const std::size_t index = concept_->coding.size();
    coding_.Reset(&concept_->coding.emplace_back(), this, "coding", index);
    return &coding_;
  }
  absl::Status OnArray(std::string_view key, const Cursor&) override {
    return key == "text" ? Invalid(PathOf(key), "must be a string") : absl::Status();
  }

 private:
  CodeableConcept* concept_ = nullptr;
  CodingNode coding_;
};

// What a Reference names.
class ReferenceNode final : public PathNode {
 public:
  void Reset(std::string* target, const PathNode* parent) {
    target_ = target;
    SetPlace(parent, "valueReference");
  }

  absl::Status OnScalar(std::string_view key, const Scalar& value, const Cursor& cursor) override {
    return key == "reference" ? TakeString(key, value, cursor, *target_) : absl::Status();
  }
  json::Node* Child(std::string_view key, bool*, const Cursor&) override {
    return key == "reference" ? Refuse(key, "must be a string") : nullptr;
  }

 private:
  std::string* target_ = nullptr;
};

// One parameter, or one part of one.
class ParameterNode final : public PathNode {
 public:
  explicit ParameterNode(std::size_t* total) : total_(total) {}

  void Reset(Parameter* parameter, const PathNode* parent, std::string_view key,
             std::size_t index) {
    parameter_ = parameter;
    SetPlace(parent, key, index);
  }

  absl::Status OnScalar(std::string_view key, const Scalar& value, const Cursor& cursor) override;
  json::Node* Child(std::string_view key, bool* slice_wanted, const Cursor& cursor) override;
  absl::Status OnArray(std::string_view key, const Cursor& cursor) override;
  absl::Status OnSlice(std::string_view, std::string_view text) override {
    parameter_->resource = text;
    return {};
  }
  absl::Status End(const Cursor&) override {
    if (!parameter_->name.empty()) return {};
    return Fail(Reason::kMalformedBody, "a parameter without a name", Path());
  }

 private:
  // Claims the one place for a value, parts or a resource.
  bool Claim(Form form) {
    if (parameter_->form != Form::kNothing && !(form == Form::kParts && parameter_->form == form))
      return false;
    parameter_->form = form;
    return true;
  }
  static constexpr std::string_view kOneOnly =
      "a parameter holds one value[x], or parts, or a resource, not several";

  std::size_t* total_;
  Parameter* parameter_ = nullptr;
  CodingNode coding_;
  ConceptNode concept_;
  ReferenceNode reference_;
  std::unique_ptr<ParameterNode> part_;
};

absl::Status ParameterNode::OnScalar(std::string_view key, const Scalar& value,
                                     const Cursor& cursor) {
  if (key == "name") return TakeString(key, value, cursor, parameter_->name);
  if (key == "part" || key == "resource") {
    return Invalid(PathOf(key),
                   key == "part" ? "must be an array of objects" : "must be an object");
  }
  if (!key.starts_with("value")) return {};
  if (!Claim(value.type == ScalarType::kString    ? Form::kText
             : value.type == ScalarType::kBoolean ? Form::kBoolean
                                                  : Form::kNumber)) {
    return Invalid(Path(), kOneOnly);
  }
  if (value.type == ScalarType::kNull) return Invalid(PathOf(key), "must not be null");
  if (const std::string fault = FaultOf(value.text); !fault.empty())
    return Invalid(PathOf(key), fault);
  parameter_->suffix = key.substr(5);
  parameter_->text = value.text;
  return {};
}

json::Node* ParameterNode::Child(std::string_view key, bool* slice_wanted, const Cursor& cursor) {
  if (key == "name") return Refuse(key, "must be a string");
  if (key == "part") {
    if (cursor.array_depth() != 1) return Refuse(key, "must be an array of objects");
    if (!Claim(Form::kParts)) return Refuse(key, kOneOnly);
    if (++*total_ > kMaxParameters) return Refuse(key, "too many parameters");
    if (part_ == nullptr) part_ = std::make_unique<ParameterNode>(total_);
    const std::size_t index = parameter_->parts.size();
    part_->Reset(&parameter_->parts.emplace_back(), this, "part", index);
    return part_.get();
  }
  if (key == "resource") {
    if (!Claim(Form::kResource)) return Refuse(key, kOneOnly);
    *slice_wanted = true;
    return nullptr;
  }
  if (!key.starts_with("value")) return nullptr;
  const std::string_view suffix = key.substr(5);
  const Form form = suffix == "Coding"            ? Form::kCoding
                    : suffix == "CodeableConcept" ? Form::kCodeableConcept
                    : suffix == "Reference"       ? Form::kText
                                                  : Form::kOtherObject;
  if (!Claim(form)) return Refuse(key, kOneOnly);
  parameter_->suffix = suffix;
  if (form == Form::kOtherObject) return nullptr;
  if (form == Form::kText) {
    reference_.Reset(&parameter_->text, this);
    return &reference_;
  }
  if (form == Form::kCoding) {
    coding_.Reset(&parameter_->coding, this, "valueCoding");
    return &coding_;
  }
  concept_.Reset(&parameter_->codeable_concept, this);
  return &concept_;
}

absl::Status ParameterNode::OnArray(std::string_view key, const Cursor&) {
  if (key != "name" && key != "resource" && !key.starts_with("value")) return {};
  return Invalid(PathOf(key), "must not be an array");
}

class ParametersNode final : public PathNode {
 public:
  explicit ParametersNode(ParameterList* list) : list_(list), parameter_(&total_) {}

  absl::Status OnScalar(std::string_view key, const Scalar& value, const Cursor&) override {
    if (key == "parameter") return Invalid(PathOf(key), "must be an array of objects");
    if (key != "resourceType") return {};
    has_type_ = true;
    if (value.text == "Parameters") return {};
    return Fail(
        Reason::kMalformedBody,
        base::Concat({"a Parameters resource is expected, not '", base::Clip(value.text, 60), "'"}),
        "Parameters");
  }
  json::Node* Child(std::string_view key, bool*, const Cursor& cursor) override {
    if (key != "parameter") return nullptr;
    if (cursor.array_depth() != 1) return Refuse(key, "must be an array of objects");
    if (++total_ > kMaxParameters) return Refuse(key, "too many parameters");
    const std::size_t index = list_->parameters.size();
    parameter_.Reset(&list_->parameters.emplace_back(), this, "parameter", index);
    return &parameter_;
  }
  absl::Status End(const Cursor&) override {
    if (has_type_) return {};
    return Fail(Reason::kMalformedBody,
                "a Parameters resource is expected, but resourceType is absent", "Parameters");
  }
  bool too_many() const { return total_ > kMaxParameters; }

 private:
  ParameterList* list_;
  std::size_t total_ = 0;
  bool has_type_ = false;
  ParameterNode parameter_;
};

// ---- Query ----

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Appends the decoded text to `decoded`; what is wrong with it, empty if nothing is.
std::string Decode(std::string_view text, bool plus_is_blank, std::string& decoded) {
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i] == '+' && plus_is_blank ? ' ' : text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return "'%' is not followed by two hexadecimal digits";
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (!base::IsValidUtf8(decoded)) return "is not valid UTF-8";
  return FaultOf(decoded);
}

}  // namespace

std::string_view ParameterList::Control(std::string_view name) const {
  for (const auto& [key, value] : controls) {
    if (key == name) return value;
  }
  return {};
}

std::string ParameterList::WhereOf(const Parameter& parameter) const {
  if (from_query) return base::Concat({"http.", parameter.name});
  const auto index = static_cast<std::size_t>(&parameter - parameters.data());
  return base::Concat({"Parameters.parameter[", base::ToText(index), "]"});
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ParseQuery(
    std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  pairs.reserve(8);
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    if (pair.empty()) continue;
    if (pairs.size() >= kMaxParameters) return TooManyParameters();
    const auto [raw_name, raw_value] = base::SplitOnce(pair, '=');
    auto& [name, value] = pairs.emplace_back();
    if (const std::string fault = Decode(raw_name, true, name); !fault.empty())
      return Invalid("http", fault);
    if (name.empty()) return Invalid("http", "a value without a parameter name");
    if (const std::string fault = Decode(raw_value, true, value); !fault.empty()) {
      return Invalid(base::Concat({"http.", base::Clip(name, 100)}), fault);
    }
  }
  return pairs;
}

absl::StatusOr<ParameterList> ReadQuery(std::string_view query) {
  ASSIGN_OR_RETURN(auto pairs, ParseQuery(query));
  ParameterList list;
  list.from_query = true;
  list.parameters.reserve(pairs.size());
  for (auto& [name, value] : pairs) {
    if (name.starts_with('_')) {
      list.controls.emplace_back(std::move(name), std::move(value));
      continue;
    }
    Parameter& parameter = list.parameters.emplace_back();
    parameter.name = std::move(name);
    parameter.form = Form::kText;
    parameter.text = std::move(value);
  }
  return list;
}

absl::StatusOr<ParameterList> ReadBody(std::string_view body) {
  if (base::Trim(body).empty()) {
    return Fail(Reason::kMalformedBody, "the body is empty; a Parameters resource is expected");
  }
  ParameterList list;
  ParametersNode root(&list);
  const absl::Status status = json::ReadObject(body, {}, root);
  if (root.too_many()) return TooManyParameters();
  if (!status.ok()) return status;
  return list;
}

absl::StatusOr<std::string> DecodeSegment(std::string_view segment) {
  std::string decoded;
  if (const std::string fault = Decode(segment, false, decoded); !fault.empty())
    return Invalid("http", fault);
  return decoded;
}

}  // namespace chemoterm::fhir
