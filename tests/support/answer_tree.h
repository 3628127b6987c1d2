// An answer of any door in one plain form, so that doors can be compared and expectations can be
// short.
//
// A group has members by snake_case name ("display_language", whichever of displayLanguage,
// display-language or display_language the door says), each a list of trees; a leaf has its literal
// text. Types of values, arrays and parts are seen through; issues are members `issues` with
// severity, type, tx_type, message_id, text, expression.
#pragma once

#include <rapidjson/document.h>

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chemoterm::test {

struct Tree {
  std::string text;
  std::map<std::string, std::vector<Tree>> members;

  bool operator==(const Tree&) const = default;
  // The member's only or first text; empty if there is none.
  std::string_view Text(const std::string& name) const;
  std::span<const Tree> All(const std::string& name) const;
};

std::string SnakeCase(std::string_view name);

// Reads JSON with numbers as literal text. Ends the test program on a fault: it is the test's own
// input, or an answer that was checked to be JSON before.
rapidjson::Document ParseJson(std::string_view text);

// A Parameters or OperationOutcome resource; any other object member by member.
Tree TreeOf(const rapidjson::Value& json);
Tree TreeOf(std::string_view json);

// For messages: JSON of the tree.
std::string ToText(const Tree& tree);

// Where two trees differ first, with both sides; empty if they are equal.
std::string Difference(const Tree& one, const Tree& other, const std::string& path = "");

// Why `tree` is not what `expected` says; empty if it is. Keys of `expected`:
//   "name": value     some value of `name` is that text or fits that object; of an array, each
//   element is met "name": null      there is no `name` "name#": n        there are n values
//   "name@2": value   the value at index 2
//   "name~": text     some value contains the text
//   "name[member]"    in place of "name": only the values that have `member`
std::string Mismatch(const rapidjson::Value& expected, const Tree& tree,
                     const std::string& path = "");

}  // namespace chemoterm::test
