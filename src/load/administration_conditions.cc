#include "load/administration_conditions.h"

#include <algorithm>

#include "base/text.h"

namespace chemoterm::load {

using model::administration::Choice;
using model::administration::Conditions;
using model::administration::Range;

namespace {

std::string NotKnown(std::string_view text, std::string_view key) {
  return base::Concat({"'", base::Clip(text, 60), "' is not known as '", key, "'"});
}

}  // namespace

void ConditionsReader::Bind(RecordNode& node) {
  node.Literals("route", &route_)
      .Literals("technique", &technique_)
      .Literals("class", &class_)
      .Literals("purpose", &purpose_)
      .Literals("device", &device_)
      .Literals("approach", &approach_)
      .Literals("pumpOwner", &pump_owner_)
      .Literals("payer", &payer_)
      .Literals("concurrent", &concurrent_)
      .Literals("lesions", &lesions_)
      .Literals("minutes", &minutes_);
}

Conditions ConditionsReader::Take(const RecordNode& node) const {
  Conditions conditions;
  Take(node, "route", route_, conditions.route);
  Take(node, "technique", technique_, conditions.technique);
  Take(node, "class", class_, conditions.drug_class);
  Take(node, "purpose", purpose_, conditions.purpose);
  Take(node, "device", device_, conditions.device);
  Take(node, "approach", approach_, conditions.approach);
  Take(node, "pumpOwner", pump_owner_, conditions.pump_owner);
  Take(node, "concurrent", concurrent_, conditions.concurrent);
  Take(node, "lesions", lesions_, conditions.lesions);
  Take(node, "minutes", minutes_, conditions.minutes);
  TakePayers(node, conditions.payers);
  return conditions;
}

template <class Code>
void ConditionsReader::Take(const RecordNode& node, std::string_view key, const Literals& literals,
                            Choice<Code>& to) const {
  for (std::size_t i = 0; i < literals.size(); ++i) {
    const bool is_text = literals[i].type == json::ScalarType::kString;
    const auto code = model::administration::CodeOf<Code>(literals[i].text);
    if (is_text && (code || literals[i].text.empty())) {
      to.Add(code);
    } else {
      faults_.Add(node.LineOf(key, i), NotKnown(literals[i].text, key));
    }
  }
}

void ConditionsReader::Take(const RecordNode& node, std::string_view key, const Literals& literals,
                            Choice<bool>& to) const {
  for (std::size_t i = 0; i < literals.size(); ++i) {
    if (literals[i].type == json::ScalarType::kBoolean) {
      to.Add(literals[i].text == "true");
    } else {
      faults_.Add(node.LineOf(key, i), NotKnown(literals[i].text, key));
    }
  }
}

void ConditionsReader::Take(const RecordNode& node, std::string_view key, const Literals& literals,
                            std::optional<Range>& to) const {
  if (literals.empty()) return;
  const auto number = [&](std::size_t at) {
    return at < literals.size() && literals[at].type == json::ScalarType::kNumber
               ? base::ParseInt<std::int32_t>(literals[at].text)
               : std::nullopt;
  };
  const auto min = number(0);
  const auto max = number(1);
  const bool is_open = literals.size() == 2 && literals[1].type == json::ScalarType::kNull;
  if (literals.size() == 2 && min && (is_open || (max && *min <= *max))) {
    to = Range{*min, max};
  } else {
    faults_.Add(node.LineOf(key), base::Concat({"'", key, "' must be [least, most or null]"}));
  }
}

void ConditionsReader::TakePayers(const RecordNode& node, std::vector<std::string>& to) const {
  const auto payers = build_.coverage.coverage().payers();
  for (std::size_t i = 0; i < payer_.size(); ++i) {
    const std::string& slug = payer_[i].text;
    const bool is_known =
        slug.empty() || std::any_of(payers.begin(), payers.end(),
                                    [&](const model::Payer& payer) { return payer.slug == slug; });
    if (is_known && payer_[i].type == json::ScalarType::kString) {
      to.push_back(slug);
    } else {
      faults_.Add(node.LineOf("payer", i), NotKnown(slug, "payer"));
    }
  }
}

}  // namespace chemoterm::load
