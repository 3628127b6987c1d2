#include <array>
#include <utility>

#include "base/text.h"
#include "load/build.h"
#include "load/record_node.h"

namespace chemoterm::load {
namespace {

using model::FactGroup;

const std::vector<std::string_view> kTypes = {"string",  "code",    "Coding",  "integer",
                                              "decimal", "boolean", "dateTime"};
constexpr std::array<ValueKind, 7> kKinds = {
    ValueKind::kString,  ValueKind::kCode,    ValueKind::kCoding,  ValueKind::kInteger,
    ValueKind::kDecimal, ValueKind::kBoolean, ValueKind::kDateTime};
const std::vector<std::string_view> kGroups = {"short", "sections", "figures"};
constexpr std::array<FactGroup, 3> kGroupValues = {FactGroup::kShort, FactGroup::kSections,
                                                   FactGroup::kFigures};

// The entry of `values` at the place where `name` stands in `names`.
template <class Values>
typename Values::value_type ValueOf(std::string_view name,
                                    const std::vector<std::string_view>& names,
                                    const Values& values) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return values[i];
  }
  return values[0];  // a fault has said so already
}

}  // namespace

void ReadProperties(Build& build, const ContentFile& file) {
  const FileFaults& faults = file.faults;
  model::FactProperty property{};
  std::string type;
  std::string group;
  RecordNode row(faults);
  row.Text("code", &property.code, Need::kRequired)
      .Text("type", &type, Need::kRequired)
      .Text("group", &group, Need::kRequired)
      .Text("title", &property.title, Need::kRequired)
      .Text("description", &property.description, Need::kRequired)
      .Flag("default", &property.in_default_lookup)
      .Then([&] {
        CheckOneOf("type", type, kTypes, row.LineOf("type"), faults);
        CheckOneOf("group", group, kGroups, row.LineOf("group"), faults);
        if (property.code.empty()) return;
        if (!IsSlug(property.code)) {
          faults.Add(
              row.LineOf("code"),
              base::Concat({"the property '", base::Clip(property.code, 60), "' is not a slug"}));
        }
        property.kind = ValueOf(type, kTypes, kKinds);
        property.group = ValueOf(group, kGroups, kGroupValues);
        build.AddProperty(property, row.LineOf("code"), faults);
      });
  RecordNode root(faults);
  root.Nested("", &row);
  ReadRecordArray(file.text, root, faults);
}

}  // namespace chemoterm::load
