#include "fhir/rewrite.h"

#include <algorithm>

#include "base/text.h"
#include "json/slice.h"
#include "json/writer.h"

namespace chemoterm::fhir {
namespace {

constexpr std::string_view kHl7 = "http://hl7.org/fhir/StructureDefinition/";

const Rule* FindRule(const Shape& shape, std::string_view key) {
  for (const auto part : shape.rules) {
    for (const Rule& rule : part) {
      if (rule.key == key) return &rule;
    }
  }
  return nullptr;
}

// True when some rule of the shape makes extensions.
bool Extends(const Shape& shape) {
  return std::any_of(shape.rules.begin(), shape.rules.end(), [](const auto part) {
    return std::any_of(part.begin(), part.end(), [](const Rule& rule) {
      return rule.act == Act::kExtend || rule.act == Act::kExtendParts;
    });
  });
}

class Rewriter {
 public:
  explicit Rewriter(std::string_view root) : root_(root) {}
  void WriteObject(std::string_view object, const Shape& shape, std::string& out) const;

 private:
  void WriteValue(std::string_view value, const Shape* shape, std::string& out) const;
  void WriteMember(std::string_view key, std::string_view value, const Rule& rule,
                   json::Object& out) const;
  std::string Inner(std::string_view value, const Shape* shape) const {
    std::string text;
    WriteValue(value, shape, text);
    return text;
  }
  std::string Extensions(std::string_view object, const Shape& shape) const;
  std::string UrlOfAttribute(std::string_view attribute) const;
  std::string DependsOn(std::string_view entry) const;

  std::string_view root_;
};

// Calls `f` for each element of an array, or once for another value.
template <class F>
void ForEach(std::string_view value, F&& f) {
  if (!json::IsArray(value)) return f(value);
  for (json::Elements elements(value); elements.Next();) f(elements.value());
}

std::string Quoted(std::string_view text) {
  std::string quoted;
  json::AppendString(quoted, text);
  return quoted;
}

// A string or an array of strings through a map; empty when nothing is left.
std::string MapStrings(std::string_view value, std::span<const Mapped> map) {
  std::string joined;
  ForEach(value, [&](std::string_view element) {
    const std::string text = json::Unquote(element);
    std::string_view to = text;
    for (const Mapped& row : map) {
      if (row.from != text && row.from != "*") continue;
      to = row.to;
      break;
    }
    if (to.empty()) return;
    if (!joined.empty()) joined += ',';
    json::AppendString(joined, to);
  });
  if (joined.empty() || !json::IsArray(value)) return joined;
  return base::Concat({"[", joined, "]"});
}

// A copy of an object without the member `dropped`; the member `replaced` gets the value `text`.
std::string Without(std::string_view object, std::string_view dropped,
                    std::string_view replaced = {}, std::string_view text = {}) {
  std::string copy;
  {
    json::Object out(&copy);
    for (json::Members members(object); members.Next();) {
      if (members.key() == dropped) continue;
      out.Raw(members.key(), members.key() == replaced ? text : members.value());
    }
  }
  return copy;
}

// Designations with additionalUse: one for each use.
std::string RepeatDesignations(std::string_view array) {
  std::string repeated;
  {
    json::Array out(&repeated);
    for (json::Elements elements(array); elements.Next();) {
      const std::string_view designation = elements.value();
      const std::string_view uses = json::Member(designation, "additionalUse");
      out.Raw(uses.empty() ? std::string(designation) : Without(designation, "additionalUse"));
      for (json::Elements use(uses); use.Next();) {
        out.Raw(Without(designation, "additionalUse", "use", use.value()));
      }
    }
  }
  return repeated;
}

// The members `key` of an array of objects, as an array; empty when there are none.
std::string Unwrap(std::string_view array, std::string_view key) {
  std::string joined;
  for (json::Elements elements(array); elements.Next();) {
    const std::string_view inner = json::Member(elements.value(), key);
    if (inner.empty()) continue;
    joined += joined.empty() ? '[' : ',';
    joined += inner;
  }
  if (!joined.empty()) joined += ']';
  return joined;
}

// The uri that a ConceptMap's additionalAttribute gives to an attribute's code; R4 wants the uri.
std::string Rewriter::UrlOfAttribute(std::string_view attribute) const {
  for (json::Elements rows(json::Member(root_, "additionalAttribute")); rows.Next();) {
    if (json::Member(rows.value(), "code") != attribute) continue;
    if (const auto uri = json::Member(rows.value(), "uri"); !uri.empty()) return std::string(uri);
  }
  return std::string(attribute);
}

// R4 has the value as a string, with the system beside it; an entry without such a value is left
// out.
std::string Rewriter::DependsOn(std::string_view entry) const {
  std::string attribute, value, system, display;
  for (json::Members members(entry); members.Next();) {
    if (members.key() == "attribute") attribute = UrlOfAttribute(members.value());
    if (members.key() == "valueCode" || members.key() == "valueString") value = members.value();
    if (members.key() == "valueBoolean") value = Quoted(members.value());
    if (members.key() != "valueCoding") continue;
    value = json::Member(members.value(), "code");
    system = json::Member(members.value(), "system");
    display = json::Member(members.value(), "display");
  }
  if (value.empty()) return {};
  std::string text;
  {
    json::Object out(&text);
    out.Raw("property", attribute);
    out.Raw("system", system);
    out.Raw("value", value);
    out.Raw("display", display);
  }
  return text;
}

// The members of an object, each as an extension.
void WriteParts(std::string_view object, const Rule& rule, json::Array& parts) {
  for (json::Members members(object); members.Next();) {
    const std::string_view key = members.key();
    auto part = parts.Sub();
    if (key.starts_with("value")) {
      part.Text("url", "value");
      part.Raw(key, members.value());
      continue;
    }
    part.Text("url", key);
    const auto type = std::find_if(rule.map.begin(), rule.map.end(),
                                   [&](const Mapped& row) { return row.from == key; });
    part.Raw(base::Concat({"value", type == rule.map.end() ? "String" : type->to}),
             members.value());
  }
}

// The values that have to become extensions, as elements of an array without its brackets.
std::string Rewriter::Extensions(std::string_view object, const Shape& shape) const {
  std::string joined;
  if (!Extends(shape)) return joined;
  for (json::Members members(object); members.Next();) {
    const Rule* rule = FindRule(shape, members.key());
    if (rule == nullptr || (rule->act != Act::kExtend && rule->act != Act::kExtendParts)) continue;
    ForEach(members.value(), [&](std::string_view element) {
      if (!joined.empty()) joined += ',';
      json::Object extension(&joined);
      extension.Text("url", rule->arg.starts_with("http") ? std::string(rule->arg)
                                                          : base::Concat({kHl7, rule->arg}));
      if (rule->act == Act::kExtendParts) {
        auto parts = extension.List("extension");
        return WriteParts(element, *rule, parts);
      }
      extension.Raw(base::Concat({"value", rule->type}), Inner(element, rule->inner));
    });
  }
  return joined;
}

void Rewriter::WriteValue(std::string_view value, const Shape* shape, std::string& out) const {
  if (shape != nullptr && json::IsObject(value)) return WriteObject(value, *shape, out);
  if (shape == nullptr || !json::IsArray(value)) {
    out += value;
    return;
  }
  json::Array array(&out);
  for (json::Elements elements(value); elements.Next();) array.Raw(Inner(elements.value(), shape));
}

void Rewriter::WriteMember(std::string_view key, std::string_view value, const Rule& rule,
                           json::Object& out) const {
  switch (rule.act) {
    case Act::kDrop:
    case Act::kExtend:
    case Act::kExtendParts:
      return;  // extensions are written together
    case Act::kInto:
      return out.Raw(key, Inner(value, rule.inner));
    case Act::kRename:
      return out.Raw(rule.arg, Inner(value, rule.inner));
    case Act::kArray:
      return out.Raw(key,
                     json::IsArray(value) ? std::string(value) : base::Concat({"[", value, "]"}));
    case Act::kFirst: {
      json::Elements elements(value);
      return out.Raw(key, !json::IsArray(value) ? value
                          : elements.Next()     ? elements.value()
                                                : std::string_view());
    }
    case Act::kUnwrap:
      return out.Raw(key, Unwrap(value, rule.arg));
    case Act::kMap:
      return out.Raw(rule.arg.empty() ? key : rule.arg, MapStrings(value, rule.map));
    case Act::kSplit: {
      const std::string canonical = json::Unquote(value);
      const auto [url, version] = base::SplitOnce(canonical, '|');
      out.Text(key, url);
      return out.Text(rule.arg, version);
    }
    case Act::kUnquote:
      return out.Raw(key, json::IsNumber(value) ? std::string(value) : json::Unquote(value));
    case Act::kNoMap:
      if (value == "true") out.Raw("target", R"([{"equivalence":"unmatched"}])");
      return;
    case Act::kRepeat:
      return out.Raw(key, RepeatDesignations(value));
    case Act::kDependsOn: {
      std::string joined;
      for (json::Elements elements(value); elements.Next();) {
        const std::string entry = DependsOn(elements.value());
        if (!entry.empty()) joined.append(joined.empty() ? "[" : ",").append(entry);
      }
      return out.Raw(key, joined.empty() ? joined : joined + "]");
    }
  }
}

void Rewriter::WriteObject(std::string_view object, const Shape& shape, std::string& text) const {
  std::string extensions = Extensions(object, shape);
  json::Object out(&text);
  for (json::Members members(object); members.Next();) {
    const std::string_view key = members.key();
    if (key == "extension" && !extensions.empty()) {
      const std::string_view old = members.value();  // without its closing bracket
      out.Raw(key, base::Concat({old.substr(0, old.size() - 1), ",", extensions, "]"}));
      extensions.clear();
      continue;
    }
    // "_x" holds id and extensions of the primitive "x": it goes where the primitive goes.
    const bool is_shadow = key.starts_with('_');
    const Rule* rule = FindRule(shape, is_shadow ? key.substr(1) : key);
    if (rule == nullptr) {
      out.Raw(key, members.value());
    } else if (!is_shadow) {
      WriteMember(key, members.value(), *rule, out);
    } else if (rule->act == Act::kRename) {
      out.Raw(base::Concat({"_", rule->arg}), members.value());
    }
  }
  if (!extensions.empty()) out.Raw("extension", base::Concat({"[", extensions, "]"}));
}

}  // namespace

std::string Rewrite(std::string_view object, const Shape& shape) {
  std::string text;
  text.reserve(object.size() + 256);
  Rewriter(object).WriteObject(object, shape, text);
  return text;
}

}  // namespace chemoterm::fhir
