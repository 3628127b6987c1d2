// Any result as text for people: from the operation's table to a small tree, and from the tree to
// lines.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/text.h"
#include "chemoterm/issue.h"
#include "chemoterm/ops/check_order.h"
#include "chemoterm/ops/expand.h"
#include "chemoterm/ops/translate.h"
#include "chemoterm/params.h"
#include "chemoterm/values.h"

namespace chemoterm::cli {

// One parameter that is present: a text, or the rows of a repeated part.
struct Field {
  std::string_view name;
  std::string text;
  std::vector<std::vector<Field>> rows;
};
using Fields = std::vector<Field>;

std::string TextOf(std::string_view value);
std::string TextOf(bool value);
std::string TextOf(const CodingView& coding);  // "code display"
std::string TextOf(const Coding& coding);
std::string TextOf(const PeriodView& period);  // "2026-01-01 to 2026-12-31"
std::string TextOf(const MoneyView& money);    // "131.93 USD"
std::string TextOf(const ValueView& value);
std::string TextOf(const CodeableConcept* codeable_concept);
template <class T>
  requires(std::integral<T> && !std::same_as<T, bool>)
std::string TextOf(T number) {
  return base::ToText(number);
}

template <class Struct>
Fields FieldsOf(const Struct& value);
// Code and display first; the display is indented by the concept's depth.
Fields FieldsOf(const ContainedConcept& contained);
// The source code is no source of facts, which is what `source` is elsewhere.
Fields FieldsOf(const TranslateMatch& match);
// A sentence.
Fields FieldsOf(const OrderFix& fix);

// A parameter that is JSON, for programs: people are spared it.
inline constexpr std::string_view kExtensions = "extensions";

namespace internal {

template <class T>
concept HasTable = requires { Params<T>::kAll; };

template <class Member>
void Append(std::string_view name, const Member& member, Fields& fields) {
  if (std::string text = TextOf(member); !text.empty())
    fields.push_back({name, std::move(text), {}});
}
template <class Member>
void Append(std::string_view name, const std::optional<Member>& member, Fields& fields) {
  if (member.has_value()) Append(name, *member, fields);
}
template <class Element>
void Append(std::string_view name, const std::vector<Element>& members, Fields& fields) {
  if (members.empty()) return;
  Field field{name, {}, {}};
  for (const Element& element : members) {
    if constexpr (HasTable<Element>) {
      field.rows.push_back(FieldsOf(element));
    } else {
      if (!field.text.empty()) field.text += std::integral<Element> ? ", " : "\n";
      field.text += TextOf(element);
    }
  }
  fields.push_back(std::move(field));
}

}  // namespace internal

template <class Struct>
Fields FieldsOf(const Struct& value) {
  Fields fields;
  ForEachParam<Struct>([&](const auto& param) {
    if (param.name != kExtensions) internal::Append(param.name, value.*param.member, fields);
  });
  return fields;
}

// Scalars as pairs, repeated parts as tables where they fit, else as blocks; where the rows say
// whence they come, a number points to the list of sources at the end.
std::string RenderResult(const Fields& fields, std::size_t width);

// "warning: text", one a line.
std::string RenderIssues(const Issues& issues, std::size_t width);

}  // namespace chemoterm::cli
