#include "load/search_values.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/text.h"
#include "chemoterm/engine.h"
#include "json/node_reader.h"
#include "load/record_node.h"

namespace chemoterm::load {
namespace {

using json::Cursor;
using json::Scalar;
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
    {"description", "description", Element::kText},
    {"effective", "effectivePeriod", Element::kPeriod},
    {"identifier", "identifier", Element::kIdentifier},
    {"jurisdiction", "jurisdiction", Element::kConcept},
    {"language", "concept.designation.language", Element::kToken, "urn:ietf:bcp:47"},
    {"name", "name", Element::kText},
    {"name", "alias", Element::kText},
    {"owned-by", "ownedBy.reference", Element::kText},
    {"pa-needed", "extension", Element::kExtension},
    {"partof", "partOf.reference", Element::kText},
    {"payer", "useContext.valueReference.reference", Element::kText, {}, "Organization/"},
    {"plan", "useContext.valueReference.reference", Element::kText, {}, "InsurancePlan/"},
    {"publisher", "publisher", Element::kText},
    {"source-code", "group.element.code", Element::kToken},
    {"source-group-system", "group.source", Element::kText},
    {"source-system", "group.source", Element::kText},
    {"status", "status", Element::kToken, kPublicationStatus},
    {"supplements", "supplements", Element::kText},
    {"system", "url", Element::kText},
    {"target-code", "group.element.target.code", Element::kToken},
    {"target-group-system", "group.target", Element::kText},
    {"target-system", "group.target", Element::kText},
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

class Walker final : public json::Node {
 public:
  explicit Walker(std::string_view type) {
    const auto params = SearchParamsOf(type);
    for (const Rule& rule : kRules) {
      const auto it = std::find_if(params.begin(), params.end(),
                                   [&](const auto& param) { return param.name == rule.name; });
      if (it == params.end()) continue;
      rules_.emplace_back(&rule, static_cast<std::uint16_t>(it - params.begin()));
    }
  }
  std::vector<SearchValue> TakeValues() { return std::move(values_); }

  absl::Status OnScalar(std::string_view key, const Scalar& value, const Cursor&) override {
    const std::size_t size = Push(key);
    for (const auto& [rule, param] : rules_) {
      if (IsScalar(rule->element) && rule->path == path_) AddScalar(*rule, param, value.text);
    }
    if (capture_depth_ != 0) captured_.push_back({RelativePath(), std::string(value.text), false});
    path_.resize(size);
    return {};
  }

  Node* Child(std::string_view key, bool*, const Cursor&) override {
    sizes_.push_back(Push(key));
    if (capture_depth_ == 0 && IsCaptured()) {
      capture_depth_ = sizes_.size();
      capture_size_ = path_.size();
      captured_.clear();
    }
    return this;
  }

  absl::Status End(const Cursor&) override {
    if (sizes_.empty()) return {};  // the root
    if (capture_depth_ == sizes_.size()) {
      for (const auto& [rule, param] : rules_) {
        if (rule->path == path_) AddObject(*rule, param);
      }
      capture_depth_ = 0;
    } else if (capture_depth_ != 0) {
      captured_.push_back({RelativePath(), {}, true});
    }
    path_.resize(sizes_.back());
    sizes_.pop_back();
    return {};
  }

 private:
  // Appends a key to the path; the path's size before.
  std::size_t Push(std::string_view key) {
    const std::size_t size = path_.size();
    if (key == "concept" && path_ == key) return size;
    if (size != 0) path_ += '.';
    path_ += key;
    return size;
  }
  std::string RelativePath() const {
    return path_.substr(std::min(path_.size(), capture_size_ + 1));
  }
  bool IsCaptured() const {
    return std::any_of(rules_.begin(), rules_.end(), [&](const auto& each) {
      return !IsScalar(each.first->element) && each.first->path == path_;
    });
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

  std::vector<std::pair<const Rule*, std::uint16_t>> rules_;
  std::vector<SearchValue> values_;
  std::string path_;
  std::vector<std::size_t> sizes_;  // of the path before each open object
  std::size_t capture_depth_ = 0;   // 0 = not capturing
  std::size_t capture_size_ = 0;
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
  Walker walker(resource.type);
  // Our own JSON: what the walker has read before a fault would stand as it is.
  static_cast<void>(json::ReadObject(resource.json, ContentLimits(), walker));
  return walker.TakeValues();
}

}  // namespace chemoterm::load
