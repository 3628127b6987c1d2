// The rules of estimates, and the payment localities with their cost indices.
#include <algorithm>

#include "base/fixed.h"
#include "base/text.h"
#include "load/build.h"
#include "load/csv.h"
#include "load/record_node.h"

namespace chemoterm::load {
namespace {

class EstimateRulesReader {
 public:
  EstimateRulesReader(Build& build, const ContentFile& file)
      : build_(build),
        file_(file),
        properties_(file.faults),
        place_(file.faults),
        reduction_(file.faults),
        root_(file.faults) {
    for (auto& [name, code, to] : figures_) properties_.Text(name, &code, Need::kRequired);
    place_.Text("place", &current_place_, Need::kRequired).Then([this] { AddPlace(); });
    reduction_.Text("property", &property_, Need::kRequired)
        .Text("value", &value_, Need::kRequired)
        .List("percents", &percents_, Need::kRequired)
        .Text("message", &message_, Need::kRequired)
        .Then([this] { AddReduction(); });
    root_.Text("currency", &currency_, Need::kRequired)
        .Nested("figures", &properties_, Need::kRequired)
        .Nested("facilityPlaces", &place_, Need::kRequired)
        .Nested("reductions", &reduction_);
    BindProvenance(place_, provenance_);
    BindProvenance(reduction_, provenance_);
    BindProvenance(root_, head_);
  }

  void Run() {
    auto& rules = build_.snapshot().estimate_rules;
    if (!rules.currency.empty()) return file_.faults.Add(1, "another file has the estimate rules");
    ReadRecord(file_.text, root_, file_.faults);
    rules_.currency = currency_;
    for (const auto& [name, code, to] : figures_) {
      rules_.properties.*to = PropertyOf(code, properties_.LineOf(name));
    }
    rules = std::move(rules_);
  }

 private:
  struct Figure {
    std::string_view name;
    std::string code;
    std::uint16_t model::FeeProperties::* to;
  };

  std::uint16_t PropertyOf(const std::string& code, int line) {
    const auto property = build_.PropertyOf(code);
    if (!property && !code.empty()) {
      file_.faults.Add(line, base::Concat({"the property '", base::Clip(code, 60),
                                           "' is not in the properties"}));
    }
    return property.value_or(0);
  }

  // Sources of rows are checked as those of other rows are; an estimate does not show them.
  std::optional<model::Provenance> Provenance(int line) {
    const auto provenance = build_.ProvenanceOf(provenance_, head_, line, file_);
    const bool is_hidden =
        provenance && build_.IsHidden(build_.snapshot().symbols[provenance->verification]);
    return is_hidden ? std::nullopt : provenance;
  }

  void AddPlace() {
    if (Provenance(place_.line())) rules_.facility_places.push_back(current_place_);
  }

  void AddReduction() {
    const int line = reduction_.line();
    const auto provenance = Provenance(line);
    if (!provenance) return;
    model::FeeReduction reduction{PropertyOf(property_, line), value_, {}, message_, *provenance};
    for (const std::string& text : percents_) {
      const auto percent = base::ParseInt<std::int32_t>(text);
      if (!percent || *percent < 0 || *percent > 100) {
        file_.faults.Add(line, base::Concat({"'", base::Clip(text, 20), "' is no percentage"}));
      }
      reduction.percents.push_back(percent.value_or(0));
    }
    if (!reduction.percents.empty()) rules_.reductions.push_back(std::move(reduction));
  }

  Build& build_;
  const ContentFile& file_;
  Figure figures_[7] = {
      {"work", {}, &model::FeeProperties::work},
      {"malpractice", {}, &model::FeeProperties::malpractice},
      {"conversionFactor", {}, &model::FeeProperties::conversion_factor},
      {"expenseNonfacility", {}, &model::FeeProperties::expense_nonfacility},
      {"expenseFacility", {}, &model::FeeProperties::expense_facility},
      {"totalNonfacility", {}, &model::FeeProperties::total_nonfacility},
      {"totalFacility", {}, &model::FeeProperties::total_facility},
  };
  RecordNode properties_, place_, reduction_, root_;
  ProvenanceTexts head_, provenance_;
  std::string currency_, current_place_, property_, value_, message_;
  std::vector<std::string> percents_;
  model::EstimateRules rules_;
};

const std::vector<std::string_view> kLocalityHeader = {"locality", "name", "gpci-work", "gpci-pe",
                                                       "gpci-mp"};
enum LocalityColumn : std::uint8_t { kId, kName, kWork, kExpense, kMalpractice };

class LocalitiesReader {
 public:
  LocalitiesReader(Build& build, const ContentFile& file)
      : build_(build), file_(file), provenance_(build.ProvenanceOf({}, {}, 0, file)) {}

  void OnRow(int line, const CsvCells& cells) {
    constexpr int kDigits = 3;
    if (!provenance_) return;
    model::Locality locality{
        .id = cells[kId],
        .name = cells[kName],
        .period = build_.PeriodOf(file_.entry.period_start, file_.entry.period_end),
        .provenance = *provenance_};
    const std::pair<LocalityColumn, std::int64_t*> indices[] = {
        {kWork, &locality.work},
        {kExpense, &locality.expense},
        {kMalpractice, &locality.malpractice}};
    for (const auto& [column, to] : indices) {
      const auto index = base::ParseFixed(cells[column], kDigits);
      if (!index || *index < 0) {
        return file_.faults.Add(
            line, base::Concat({"'", base::Clip(cells[column], 20), "' is no cost index"}));
      }
      *to = *index;
    }
    if (locality.id.empty()) return file_.faults.Add(line, "a locality without its number");
    auto& all = build_.snapshot().estimate_rules.localities;
    const bool is_there = std::any_of(all.begin(), all.end(), [&](const model::Locality& other) {
      return other.id == locality.id && other.period == locality.period;
    });
    if (is_there) {
      return file_.faults.Add(line, base::Concat({"the locality ", locality.id, " appears twice"}));
    }
    all.push_back(std::move(locality));
  }

 private:
  Build& build_;
  const ContentFile& file_;
  std::optional<model::Provenance> provenance_;
};

}  // namespace

void ReadEstimateRules(Build& build, const ContentFile& file) {
  EstimateRulesReader(build, file).Run();
}

void ReadLocalities(Build& build, const ContentFile& file) {
  LocalitiesReader reader(build, file);
  ReadCsv(
      file.text, file.faults,
      [&](const CsvCells& header) { return IsHeader(header, kLocalityHeader, file.faults); },
      [&](int line, const CsvCells& cells) { reader.OnRow(line, cells); });
}

}  // namespace chemoterm::load
