// The parameters of a rule's predicate, typed: sets of codes, properties, kinds of relations.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chemoterm/issue.h"
#include "json/node_reader.h"
#include "load/build.h"
#include "model/order_rules.h"

namespace chemoterm::load {

// The member `parameters` of a rule as it stands: lists of literals, and objects of such lists.
class ParametersNode final : public json::Node {
 public:
  struct Literal {
    json::ScalarType type = json::ScalarType::kNull;
    std::string text;
  };
  using Literals = std::vector<Literal>;

  absl::Status OnScalar(std::string_view key, const json::Scalar& value,
                        const json::Cursor& cursor) override;
  json::Node* Child(std::string_view key, bool* slice_wanted, const json::Cursor& cursor) override;
  absl::Status OnArray(std::string_view key, const json::Cursor& cursor) override;

  const std::map<std::string, Literals>& members() const { return members_; }
  const std::map<std::string, std::map<std::string, Literals>>& objects() const { return objects_; }
  // For the next rule.
  void Clear();

 private:
  class Inner final : public json::Node {
   public:
    std::map<std::string, Literals>* to = nullptr;
    absl::Status OnScalar(std::string_view key, const json::Scalar& value,
                          const json::Cursor& cursor) override;
    json::Node* Child(std::string_view, bool*, const json::Cursor&) override { return nullptr; }
  };

  std::map<std::string, Literals> members_;
  std::map<std::string, std::map<std::string, Literals>> objects_;
  Inner inner_;
};

// Of "error", "warning" or "information"; nothing for another text.
std::optional<Severity> SeverityOf(std::string_view text);

// The sets of a file: each different list of codes becomes one set of the table.
class RuleSets {
 public:
  RuleSets(Build& build, const FileFaults& faults) : build_(build), faults_(faults) {}

  // A set that has a name: items are as in a rule's own lists.
  void Name(const std::string& name, const std::vector<std::string>& items, int line);
  // The set of a list of names and items; the same list gives the same set.
  model::SetId Of(const std::vector<std::string>& items, int line);
  // "CODE" of the default system, or "alias|CODE": a code that is known.
  std::optional<model::SystemCode> CodeOf(std::string_view item, int line);
  // The items with the names replaced by what they stand for.
  std::vector<std::string> Flat(const std::vector<std::string>& items) const;

 private:
  void AddItem(model::SetId set, std::string_view item, int line);
  // The canonical of "alias|rest", or of the default system; `rest` is what is left.
  std::string SystemOf(std::string_view item, std::string_view* rest, int line) const;

  Build& build_;
  const FileFaults& faults_;
  std::map<std::string, std::vector<std::string>, std::less<>> named_;
  std::map<std::vector<std::string>, model::SetId> ids_;
};

// Reads the parameters of one rule; what is missing, of the wrong type or not asked for is a fault
// at the rule's line.
class RuleParameters {
 public:
  RuleParameters(Build& build, RuleSets& sets, const FileFaults& faults, int line,
                 const ParametersNode& node)
      : build_(build), sets_(sets), faults_(faults), line_(line), node_(node) {}

  bool Has(std::string_view key) const;
  std::string Text(std::string_view key);
  std::vector<std::string> List(std::string_view key);
  std::vector<std::string> MaybeList(std::string_view key);
  std::string OneOf(std::string_view key, const std::vector<std::string_view>& allowed);
  base::Symbol Symbol(std::string_view key);
  std::int32_t Integer(std::string_view key);
  std::int32_t Positive(std::string_view key);
  // Absent and null are nothing.
  std::optional<std::int32_t> MaybeInteger(std::string_view key);
  base::Day Day(std::string_view key);

  model::SetId Set(std::string_view key);
  std::optional<model::SetId> MaybeSet(std::string_view key);
  // From `codes`, or `property` with `values`. The rule is about these codes.
  model::order::Which Which();
  // Without a line that has one of these codes, if they are given, the rule has nothing to say.
  void IsAbout(std::string_view key) { about_ = MaybeSet(key); }
  std::optional<model::SetId> about() const { return about_; }
  model::SystemCode Code(std::string_view key);
  std::vector<model::SystemCode> Codes(std::string_view key);
  std::uint16_t Property(std::string_view key);
  std::uint16_t Kind(std::string_view key);
  std::vector<std::uint16_t> Kinds(std::string_view key);
  // The kind that has this one as its inverse.
  std::uint16_t KindByInverse(std::string_view key);
  base::Pattern Pattern(std::string_view key);
  // A regular expression for each system.
  std::vector<std::pair<base::Symbol, base::Pattern>> PatternsBySystem(std::string_view key);
  bool Flag(std::string_view key);
  model::order::Replacements Replacements(std::string_view key);
  // The rule is about the codes that have a range.
  std::vector<model::order::LesionsOutside::Range> Ranges(std::string_view key);
  // "a, b or c"; codes of the default system without its alias.
  std::string ListText(std::string_view key);
  std::optional<model::SystemCode> SingleCode(std::string_view key);

  // What was not asked for is a fault.
  void Finish() const;

 private:
  using Literals = ParametersNode::Literals;
  std::uint16_t KindOf(std::string_view text) const;
  const Literals* Find(std::string_view key);
  const std::map<std::string, Literals>* FindObject(std::string_view key);
  // Complains of a text that is no regular expression.
  base::Pattern Checked(std::string_view key, std::string_view text) const;
  void Fault(std::string_view key, std::string_view what) const;

  Build& build_;
  RuleSets& sets_;
  const FileFaults& faults_;
  int line_;
  const ParametersNode& node_;
  std::set<std::string, std::less<>> asked_;
  std::optional<model::SetId> about_;
};

}  // namespace chemoterm::load
