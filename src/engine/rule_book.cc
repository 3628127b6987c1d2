#include "engine/rule_book.h"

#include "base/text.h"

namespace chemoterm::engine {

std::string_view RuleBook::Say(model::RuleIndex rule, const Particulars& of) const {
  const auto text = [](std::int64_t number) {
    return number == 0 ? std::string() : base::ToText(number);
  };
  const std::string minutes = text(of.minutes);
  const std::string units = text(of.units);
  const std::string lesions = text(of.lesions);
  const model::Messages::Argument arguments[] = {
      {"drug", of.drug},    {"other", of.other}, {"item", of.item},   {"modifier", of.modifier},
      {"minutes", minutes}, {"units", units},    {"lesions", lesions}};
  return texts_.Keep(model::Messages::Fill(At(rule).message, arguments));
}

void RuleBook::Cite(model::administration::Step step, const Particulars& of,
                    std::vector<Citation>& to) const {
  if (const auto rule = Of(step)) to.push_back({*rule, Say(*rule, of)});
}

}  // namespace chemoterm::engine
