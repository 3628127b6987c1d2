#include "support/answer_tree.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>

namespace chemoterm::test {
namespace {

using rapidjson::Value;

std::string_view ViewOf(const Value& json) { return {json.GetString(), json.GetStringLength()}; }

std::string LeafText(const Value& json) {
  if (json.IsBool()) return json.GetBool() ? "true" : "false";
  if (json.IsInt()) return std::to_string(json.GetInt());
  return json.IsString() ? std::string(ViewOf(json)) : std::string();
}

std::string JsonText(const Value& json) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  json.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

const Value* Find(const Value& object, const char* name) {
  const auto member = object.FindMember(name);
  return member == object.MemberEnd() ? nullptr : &member->value;
}

Tree Leaf(std::string_view text) { return {std::string(text), {}}; }

void AddText(Tree& tree, const char* name, const Value* value) {
  if (value != nullptr) tree.members[name].push_back(Leaf(LeafText(*value)));
}

// One issue of an OperationOutcome.
Tree IssueOf(const Value& issue) {
  Tree tree;
  AddText(tree, "severity", Find(issue, "severity"));
  AddText(tree, "type", Find(issue, "code"));
  if (const Value* details = Find(issue, "details")) {
    AddText(tree, "text", Find(*details, "text"));
    if (const Value* codings = Find(*details, "coding"))
      AddText(tree, "tx_type", Find((*codings)[0], "code"));
  }
  if (const Value* extensions = Find(issue, "extension")) {
    AddText(tree, "message_id", Find((*extensions)[0], "valueString"));
  }
  if (const Value* expressions = Find(issue, "expression"))
    tree.members["expression"].push_back(TreeOf((*expressions)[0]));
  if (const Value* locations = Find(issue, "location"))
    tree.members["location"].push_back(TreeOf((*locations)[0]));
  return tree;
}

void AddIssues(Tree& tree, const Value& outcome) {
  for (const Value& issue : outcome["issue"].GetArray())
    tree.members["issues"].push_back(IssueOf(issue));
}

void AddParameters(Tree& tree, const Value& parameters) {
  for (const Value& parameter : parameters.GetArray()) {
    auto& values = tree.members[SnakeCase(LeafText(parameter["name"]))];
    for (const auto& [key, value] : parameter.GetObject()) {
      const std::string_view name = ViewOf(key);
      if (name.starts_with("value")) values.push_back(TreeOf(value));
      if (name == "part") AddParameters(values.emplace_back(), value);
      if (name == "resource") AddIssues(tree, value);
    }
    if (values.empty()) tree.members.erase(SnakeCase(LeafText(parameter["name"])));
  }
}

std::string MismatchOfValue(const Value& expected, std::span<const Tree> values,
                            const std::string& path);

std::string MismatchOfOne(const Value& expected, const Tree& tree, const std::string& path) {
  if (expected.IsObject()) return Mismatch(expected, tree, path);
  if (tree.members.empty() && tree.text == LeafText(expected)) return {};
  return path + " is " + ToText(tree) + ", not " + JsonText(expected);
}

std::string MismatchOfValue(const Value& expected, std::span<const Tree> values,
                            const std::string& path) {
  if (expected.IsArray()) {
    for (const Value& element : expected.GetArray()) {
      if (auto why = MismatchOfValue(element, values, path); !why.empty()) return why;
    }
    return {};
  }
  if (values.size() == 1) return MismatchOfOne(expected, values[0], path);
  std::string seen;
  for (const Tree& value : values) {
    if (MismatchOfOne(expected, value, path).empty()) return {};
    if (seen.size() < 4000) seen += "\n  " + ToText(value).substr(0, 400);
  }
  return "none of " + std::to_string(values.size()) + " " + path + " is " + JsonText(expected) +
         ":" + seen;
}

// The values that "name" or "name[member]" means.
std::vector<Tree> Selected(std::string_view selector, const Tree& tree) {
  const std::size_t end = std::min(selector.size(), selector.find('['));
  const auto all = tree.All(SnakeCase(selector.substr(0, end)));
  std::vector<Tree> values(all.begin(), all.end());
  if (end == selector.size()) return values;
  const std::string member = SnakeCase(selector.substr(end + 1, selector.find(']') - end - 1));
  std::erase_if(values, [&](const Tree& value) { return value.All(member).empty(); });
  return values;
}

std::string MismatchOfMember(std::string_view key, const Value& expected, const Tree& tree,
                             const std::string& path) {
  const std::size_t end = std::min(key.size(), key.find_first_of("#@~"));
  const std::string name(key.substr(0, end));
  const std::string at = path + "." + name;
  const auto values = Selected(name, tree);
  const char kind = end < key.size() ? key[end] : ' ';
  if (kind == '#') {
    if (std::to_string(values.size()) == LeafText(expected)) return {};
    return at + " is there " + std::to_string(values.size()) + " times, not " + LeafText(expected);
  }
  if (kind == '~') {
    const std::string text = LeafText(expected);
    const bool found = std::any_of(values.begin(), values.end(), [&](const Tree& value) {
      return value.text.find(text) != std::string::npos;
    });
    return found ? std::string()
                 : at + " does not contain \"" + text +
                       "\": " + ToText({{}, {{name, {values.begin(), values.end()}}}});
  }
  if (kind == '@') {
    const auto index =
        static_cast<std::size_t>(std::atoi(std::string(key.substr(end + 1)).c_str()));
    if (index >= values.size())
      return at + " has only " + std::to_string(values.size()) + " values";
    return MismatchOfOne(expected, values[index], at + "@" + std::to_string(index));
  }
  if (expected.IsNull())
    return values.empty() ? std::string() : at + " should be absent, is " + ToText(values[0]);
  if (values.empty()) return at + " is absent";
  return MismatchOfValue(expected, values, at);
}

void AppendText(const Tree& tree, rapidjson::Writer<rapidjson::StringBuffer>& writer) {
  if (tree.members.empty()) {
    writer.String(tree.text.c_str(), static_cast<rapidjson::SizeType>(tree.text.size()));
    return;
  }
  writer.StartObject();
  for (const auto& [name, values] : tree.members) {
    writer.Key(name.c_str());
    if (values.size() != 1) writer.StartArray();
    for (const Tree& value : values) AppendText(value, writer);
    if (values.size() != 1) writer.EndArray();
  }
  writer.EndObject();
}

// The extension whose url ends so.
const Value* FindExtension(const Value& object, std::string_view end) {
  const Value* extensions = Find(object, "extension");
  if (extensions == nullptr) return nullptr;
  for (const Value& each : extensions->GetArray()) {
    if (ViewOf(each["url"]).ends_with(end)) return &each;
  }
  return nullptr;
}

// A row with a value[x], which becomes its `value`.
Tree RowOf(const Value& row) {
  Tree tree;
  for (const auto& [key, value] : row.GetObject()) {
    const bool is_value = ViewOf(key).starts_with("value");
    tree.members[is_value ? "value" : std::string(ViewOf(key))].push_back(TreeOf(value));
  }
  return tree;
}

// Concepts one after the other, each with its depth.
void AddContains(Tree& tree, const Value& contains, int depth) {
  for (const Value& each : contains.GetArray()) {
    Tree one;
    one.members["depth"].push_back(Leaf(std::to_string(depth)));
    for (const char* name : {"system", "version", "code", "display", "abstract", "inactive"}) {
      AddText(one, name, Find(each, name));
    }
    if (const Value* designations = Find(each, "designation")) {
      for (const Value& designation : designations->GetArray()) {
        Tree shown = TreeOf(designation);
        shown.members.erase("extension");
        one.members["designation"].push_back(std::move(shown));
      }
    }
    if (const Value* properties = Find(each, "property")) {
      for (const Value& row : properties->GetArray()) one.members["property"].push_back(RowOf(row));
    }
    tree.members["contains"].push_back(std::move(one));
    if (const Value* inner = Find(each, "contains")) AddContains(tree, *inner, depth + 1);
  }
}

// An expansion in the shape of the RPC, without what is new in each answer and what is kept as
// JSON.
Tree ExpansionOf(const Value& value_set) {
  Tree tree;
  for (const char* name : {"url", "version", "name", "title", "status"}) {
    AddText(tree, name, Find(value_set, name));
  }
  const Value& expansion = value_set["expansion"];
  for (const char* name : {"total", "offset"}) AddText(tree, name, Find(expansion, name));
  for (const char* name : {"parameter", "property"}) {
    const Value* rows = Find(expansion, name);
    if (rows == nullptr) continue;
    for (const Value& row : rows->GetArray()) tree.members[name].push_back(RowOf(row));
  }
  if (const Value* reason = FindExtension(expansion, "valueset-unclosed-reason")) {
    AddText(tree, "unclosed_reason", Find(*reason, "valueString"));
  }
  if (const Value* contains = Find(expansion, "contains")) AddContains(tree, *contains, 0);
  return tree;
}

}  // namespace

std::string_view Tree::Text(const std::string& name) const {
  const auto values = All(name);
  return values.empty() ? std::string_view() : std::string_view(values[0].text);
}

std::span<const Tree> Tree::All(const std::string& name) const {
  const auto member = members.find(name);
  if (member == members.end()) return {};
  return member->second;
}

std::string SnakeCase(std::string_view name) {
  // Beside it there is "systemVersion", another parameter.
  if (name == "system-version") return "default_system_version";
  std::string snake;
  bool in_capitals = false;
  for (const char c : name) {
    const bool is_capital = c >= 'A' && c <= 'Z';
    if (is_capital && !in_capitals) snake += '_';
    snake += is_capital ? static_cast<char>(c - 'A' + 'a') : c == '-' ? '_' : c;
    in_capitals = is_capital;
  }
  return snake;
}

rapidjson::Document ParseJson(std::string_view text) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseNumbersAsStringsFlag>(text.data(), text.size());
  if (document.HasParseError()) {
    std::fprintf(stderr, "not JSON at byte %zu: %.*s\n", document.GetErrorOffset(),
                 static_cast<int>(std::min<std::size_t>(text.size(), 2000)), text.data());
    std::abort();
  }
  return document;
}

Tree TreeOf(const Value& json) {
  if (!json.IsObject()) return Leaf(LeafText(json));
  Tree tree;
  const Value* type = Find(json, "resourceType");
  if (type != nullptr && ViewOf(*type) == "Parameters") {
    if (const Value* parameters = Find(json, "parameter")) AddParameters(tree, *parameters);
    return tree;
  }
  if (type != nullptr && ViewOf(*type) == "ValueSet" && Find(json, "expansion") != nullptr) {
    return ExpansionOf(json);
  }
  if (type != nullptr && ViewOf(*type) == "OperationOutcome") {
    AddIssues(tree, json);
    return tree;
  }
  if (const Value* reference = Find(json, "reference")) return Leaf(LeafText(*reference));
  for (const auto& [key, value] : json.GetObject()) {
    auto& values = tree.members[SnakeCase(ViewOf(key))];
    if (!value.IsArray()) {
      values.push_back(TreeOf(value));
      continue;
    }
    for (const Value& element : value.GetArray()) values.push_back(TreeOf(element));
  }
  return tree;
}

Tree TreeOf(std::string_view json) { return TreeOf(static_cast<const Value&>(ParseJson(json))); }

std::string ToText(const Tree& tree) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  AppendText(tree, writer);
  return {buffer.GetString(), buffer.GetSize()};
}

std::string Difference(const Tree& one, const Tree& other, const std::string& path) {
  if (one == other) return {};
  for (const auto& [name, values] : one.members) {
    const auto others = other.All(name);
    const std::string at = path + "." + name;
    if (values.size() != others.size()) {
      return at + ": " + std::to_string(values.size()) + " values against " +
             std::to_string(others.size()) + "\n  " + ToText({{}, {{name, values}}}) + "\n  " +
             ToText({{}, {{name, {others.begin(), others.end()}}}});
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      auto difference = Difference(values[i], others[i], at + "@" + std::to_string(i));
      if (!difference.empty()) return difference;
    }
  }
  for (const auto& [name, values] : other.members) {
    if (one.All(name).empty())
      return path + "." + name + " is on one side only: " + ToText({{}, {{name, values}}});
  }
  return path + ": " + ToText(one) + "\n  against " + ToText(other);
}

std::string Mismatch(const Value& expected, const Tree& tree, const std::string& path) {
  for (const auto& [key, value] : expected.GetObject()) {
    auto why = MismatchOfMember(ViewOf(key), value, tree, path);
    if (!why.empty()) return why;
  }
  return {};
}

}  // namespace chemoterm::test
