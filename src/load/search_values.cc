#include "load/search_values.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/text.h"
#include "chemoterm/engine.h"
#include "json/node_reader.h"
#include "load/json_text.h"
#include "load/record_node.h"

namespace chemoterm::load {
namespace {

using model::SearchValue;

// What stands at a path, and so how it becomes a value.
enum class Element : std::uint8_t {
  kText,   // a string, uri or reference
  kToken,  // a code or boolean
  kDate,
  kConcept,  // CodeableConcept or Coding
  kIdentifier,
  kPeriod,
  kContext,      // UsageContext: its value, as code
  kContextType,  // its kind
  kContextPair,  // kind$value
  kExtension,    // the code of the sub-extension that is named like the parameter
};

// Where the values of a parameter are: a path from the root, in which arrays are seen through and
// the levels of nested concepts are one. Rules of parameters that a resource does not have are not
// used for it.
struct Rule {
  std::string_view name, path;
  Element element;
  std::string_view system = {};  // of the codes of kToken
  std::string_view prefix = {};  // kText: only values that begin so
};

constexpr std::string_view kPublicationStatus = "http://hl7.org/fhir/publication-status";

constexpr Rule kRules[] = {
    {"_id", "id", Element::kToken},
    {"_lastUpdated", "meta.lastUpdated", Element::kDate},
    {"_tag", "meta.tag", Element::kConcept},
    {"_profile", "meta.profile", Element::kText},
    {"active", "active", Element::kToken, "http://hl7.org/fhir/special-values"},
    {"administered-by", "administeredBy.reference", Element::kText},
    {"content-mode", "content", Element::kToken, "http://hl7.org/fhir/codesystem-content-mode"},
    {"context", "useContext", Element::kContext},
    {"context-type", "useContext", Element::kContextType},
    {"context-type-value", "useContext", Element::kContextPair},
    {"covered", "extension", Element::kExtension},
    {"date", "date", Element::kDate},
    {"dependson", "group.element.target.dependsOn.attribute", Element::kText},
    {"description", "description", Element::kText},
    {"effective", "effectivePeriod", Element::kPeriod},
    {"identifier", "identifier", Element::kIdentifier},
    {"jurisdiction", "jurisdiction", Element::kConcept},
    {"language", "concept.designation.language", Element::kToken, "urn:ietf:bcp:47"},
    {"mapping-property", "property.uri", Element::kText},
    {"name", "name", Element::kText},
    {"name", "alias", Element::kText},
    {"other", "group.unmapped.otherMap", Element::kText},
    {"other-map", "group.unmapped.otherMap", Element::kText},
    {"owned-by", "ownedBy.reference", Element::kText},
    {"pa-needed", "extension", Element::kExtension},
    {"partof", "partOf.reference", Element::kText},
    {"payer", "useContext.valueReference.reference", Element::kText, {}, "Organization/"},
    {"plan", "useContext.valueReference.reference", Element::kText, {}, "InsurancePlan/"},
    {"product", "group.element.target.product.attribute", Element::kText},
    {"publisher", "publisher", Element::kText},
    {"reference", "compose.include.system", Element::kText},
    {"source", "sourceScopeCanonical", Element::kText},
    {"source-code", "group.element.code", Element::kToken},
    {"source-group-system", "group.source", Element::kText},
    {"source-scope", "sourceScopeCanonical", Element::kText},
    {"source-scope-uri", "sourceScopeUri", Element::kText},
    {"source-system", "group.source", Element::kText},
    {"source-uri", "sourceScopeUri", Element::kText},
    {"status", "status", Element::kToken, kPublicationStatus},
    {"supplements", "supplements", Element::kText},
    {"system", "url", Element::kText},
    {"target", "targetScopeCanonical", Element::kText},
    {"target-code", "group.element.target.code", Element::kToken},
    {"target-group-system", "group.target", Element::kText},
    {"target-scope", "targetScopeCanonical", Element::kText},
    {"target-scope-uri", "targetScopeUri", Element::kText},
    {"target-system", "group.target", Element::kText},
    {"target-uri", "targetScopeUri", Element::kText},
    {"title", "title", Element::kText},
    {"topic", "topic", Element::kConcept},
    {"type", "type", Element::kConcept},
    {"url", "url", Element::kText},
    {"version", "version", Element::kToken},
};

bool IsScalar(Element element) {
  return element == Element::kText || element == Element::kToken || element == Element::kDate;
}

// An object as the texts in it, by path from it; `end` marks where an inner object ends.
struct Captured {
  std::string path, text;
  bool end = false;
};

struct CodedText {
  std::string system, code, text;
};

// The codings below `prefix` ("" or "code."), each with its display, else the concept's text.
std::vector<CodedText> CodingsIn(const std::vector<Captured>& object, std::string_view at) {
  std::vector<CodedText> codings;
  CodedText coding;
  std::string concept_text;
  const std::string inner = base::Concat({at, at.empty() ? "" : ".", "coding"});
  const auto fill = [&](std::string_view member, std::string_view text) {
    if (member == "system") coding.system = text;
    if (member == "code") coding.code = text;
    if (member == "display") coding.text = text;
    if (member == "text") concept_text = text;
  };
  const auto finish = [&] {
    if (!coding.code.empty()) codings.push_back(std::exchange(coding, {}));
  };
  for (const Captured& each : object) {
    std::string_view path = each.path;
    if (each.end && path == inner) finish();
    if (each.end) continue;
    if (!at.empty()) {
      if (!path.starts_with(base::Concat({at, "."}))) continue;
      path.remove_prefix(at.size() + 1);
    }
    fill(path.starts_with("coding.") ? path.substr(7) : path, each.text);
  }
  finish();  // a Coding itself
  for (CodedText& each : codings) {
    if (each.text.empty()) each.text = concept_text;
  }
  return codings;
}

std::string_view TextAt(const std::vector<Captured>& object, std::string_view path) {
  const auto it = std::find_if(object.begin(), object.end(), [&](const Captured& each) {
    return !each.end && each.path == path;
  });
  return it == object.end() ? std::string_view{} : std::string_view(it->text);
}

std::string TokenText(const CodedText& coding) {
  return base::Concat({coding.system, "|", coding.code});
}

// The rules of a type as a tree over the keys of their paths: what leads to no rule is not read.
struct PathNode {
  std::string_view key;
  std::vector<std::pair<const Rule*, std::uint16_t>> rules = {};  // that end here
  std::vector<PathNode> children = {};
  bool captured = false;  // an object here is wanted as a whole

  const PathNode* Child(std::string_view name) const {
    if (key == "concept" && name == key) return this;  // nested concepts are one level
    const auto it = std::find_if(children.begin(), children.end(),
                                 [&](const PathNode& child) { return child.key == name; });
    return it == children.end() ? nullptr : &*it;
  }
};

void AddRule(PathNode& root, const Rule& rule, std::uint16_t param) {
  PathNode* node = &root;
  for (const std::string_view key : base::Split(rule.path, '.')) {
    auto child = std::find_if(node->children.begin(), node->children.end(),
                              [&](const PathNode& each) { return each.key == key; });
    if (child == node->children.end()) child = node->children.insert(child, {.key = key});
    node = &*child;
  }
  node->rules.emplace_back(&rule, param);
  node->captured |= !IsScalar(rule.element);
}

PathNode MakePaths(std::string_view type) {
  PathNode root{.key = {}};
  const auto params = SearchParamsOf(type);
  for (const Rule& rule : kRules) {
    const auto it = std::find_if(params.begin(), params.end(),
                                 [&](const auto& param) { return param.name == rule.name; });
    if (it != params.end()) AddRule(root, rule, static_cast<std::uint16_t>(it - params.begin()));
  }
  return root;
}

const PathNode& PathsOf(std::string_view type) {
  static const auto kAll = [] {
    std::map<std::string_view, PathNode> made;
    for (const std::string_view each : ResourceTypes()) made.emplace(each, MakePaths(each));
    return made;
  }();
  static const PathNode kNone{};
  const auto it = kAll.find(type);
  return it == kAll.end() ? kNone : it->second;
}

// Reads one string, to undo its escapes.
class OneText final : public json::Node {
 public:
  absl::Status OnScalar(std::string_view, const json::Scalar& value, const json::Cursor&) override {
    text_ = value.text;
    return {};
  }
  Node* Child(std::string_view, bool*, const json::Cursor&) override { return nullptr; }
  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
};

// The text of a scalar as it stands in JSON; null is empty.
std::string ScalarText(std::string_view json) {
  if (json == "null") return {};
  if (!json.starts_with('"')) return std::string(json);
  if (json.find('\\') == std::string_view::npos)
    return std::string(json.substr(1, json.size() - 2));
  OneText text;
  static_cast<void>(
      json::ReadObject(base::Concat({"{\"text\":", json, "}"}), ContentLimits(), text));
  return text.Take();
}

class Walker {
 public:
  std::vector<SearchValue> Walk(std::string_view json, const PathNode& root) {
    JsonSteps steps(json);
    Value(steps, &root);
    return std::move(values_);
  }

 private:
  // The value that is next; `node` is null where no rule leads, which is read only to be captured.
  void Value(JsonSteps& steps, const PathNode* node) {
    if (node == nullptr && !capturing_) {
      steps.Take();
    } else if (steps.peek() == '[') {
      for (steps.Enter(); steps.Next();) Value(steps, node);
    } else if (steps.peek() != '{') {
      OnScalar(node, steps.Take());
    } else if (node != nullptr && node->captured && !capturing_) {
      Capture(steps, *node);
    } else {
      Members(steps, node);
      if (capturing_) captured_.push_back({path_, {}, true});
    }
  }

  void Members(JsonSteps& steps, const PathNode* node) {
    for (steps.Enter(); steps.Next();) {
      const std::string_view key = steps.Key();
      const std::size_t size = path_.size();
      if (capturing_) path_ += base::Concat({size == 0 ? "" : ".", key});
      Value(steps, node == nullptr ? nullptr : node->Child(key));
      path_.resize(size);
    }
  }

  void Capture(JsonSteps& steps, const PathNode& node) {
    captured_.clear();
    capturing_ = true;
    Members(steps, &node);
    capturing_ = false;
    for (const auto& [rule, param] : node.rules) AddObject(*rule, param);
  }

  void OnScalar(const PathNode* node, std::string_view json) {
    std::string text = ScalarText(json);
    if (node != nullptr) {
      for (const auto& [rule, param] : node->rules) {
        if (IsScalar(rule->element)) AddScalar(*rule, param, text);
      }
    }
    if (capturing_) captured_.push_back({path_, std::move(text), false});
  }

  void Add(SearchValue value) {
    const auto same = [&](const SearchValue& other) {
      return other.param == value.param && other.system == value.system &&
             other.value == value.value && other.first == value.first && other.last == value.last;
    };
    // Repeats come in runs (the languages of designations), and a list of thousands is not searched
    // to its start.
    const auto from = values_.size() > 64 ? values_.end() - 64 : values_.begin();
    if (std::none_of(from, values_.end(), same)) values_.push_back(std::move(value));
  }

  void AddScalar(const Rule& rule, std::uint16_t param, std::string_view text) {
    if (rule.element == Element::kText && !text.starts_with(rule.prefix)) return;
    SearchValue value{
        .param = param, .system = std::string(rule.system), .value = std::string(text), .text = {}};
    if (rule.element == Element::kDate) {
      const auto range = base::ParseDate(text);
      if (!range) return;
      value.first = range->first;
      value.last = range->last;
    }
    Add(std::move(value));
  }

  void AddToken(std::uint16_t param, const CodedText& coding) {
    Add({.param = param, .system = coding.system, .value = coding.code, .text = coding.text});
  }

  void AddObject(const Rule& rule, std::uint16_t param);

  std::vector<SearchValue> values_;
  bool capturing_ = false;
  std::string path_;  // from the captured object
  std::vector<Captured> captured_;
};

void Walker::AddObject(const Rule& rule, std::uint16_t param) {
  switch (rule.element) {
    case Element::kText:
    case Element::kToken:
    case Element::kDate:
      return;
    case Element::kConcept:
      for (const CodedText& coding : CodingsIn(captured_, "")) AddToken(param, coding);
      return;
    case Element::kIdentifier:
      return AddToken(
          param,
          {std::string(TextAt(captured_, "system")), std::string(TextAt(captured_, "value")), {}});
    case Element::kPeriod: {
      const auto start = base::ParseDate(TextAt(captured_, "start"));
      const auto end = base::ParseDate(TextAt(captured_, "end"));
      if (!start && !end) return;
      return Add({.param = param,
                  .system = {},
                  .value = {},
                  .text = {},
                  .first = start ? start->first : 0,
                  .last = end ? end->last : 0});
    }
    case Element::kContext:
      for (const CodedText& coding : CodingsIn(captured_, "valueCodeableConcept"))
        AddToken(param, coding);
      return;
    case Element::kContextType:
      for (const CodedText& coding : CodingsIn(captured_, "code")) AddToken(param, coding);
      return;
    case Element::kContextPair:
      for (const CodedText& type : CodingsIn(captured_, "code")) {
        for (const CodedText& value : CodingsIn(captured_, "valueCodeableConcept")) {
          Add({.param = param,
               .system = {},
               .value = base::Concat({TokenText(type), "$", TokenText(value)}),
               .text = {}});
        }
      }
      return;
    case Element::kExtension:
      for (std::size_t i = 0; i + 1 < captured_.size(); ++i) {
        if (captured_[i].path != "extension.url" || captured_[i].text != rule.name) continue;
        if (captured_[i + 1].path == "extension.valueCode")
          AddToken(param, {{}, captured_[i + 1].text, {}});
      }
      return;
  }
}

}  // namespace

std::vector<SearchValue> SearchValuesOf(const model::StoredResource& resource) {
  auto values = Walker().Walk(resource.json, PathsOf(resource.type));
  values.shrink_to_fit();
  return values;
}

}  // namespace chemoterm::load
