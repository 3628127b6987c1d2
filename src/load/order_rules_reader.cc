// The rules that orders are checked by, and the classes of drugs.
#include <algorithm>
#include <functional>

#include "base/text.h"
#include "load/build.h"
#include "load/content_checks.h"
#include "load/csv.h"
#include "load/record_node.h"
#include "load/rule_parameters.h"

namespace chemoterm::load {
namespace {

using model::order::Predicate;
using Read = Predicate (*)(RuleParameters& p);

// How the parameters of each predicate are read; docs/content.md tells what they mean.
struct PredicateReader {
  std::string_view name;
  Read read;
};
constexpr PredicateReader kPredicates[] = {
    {"system-unknown", [](RuleParameters&) -> Predicate { return model::order::SystemUnknown{}; }},
    {"code-malformed",
     [](RuleParameters& p) -> Predicate {
       return model::order::CodeMalformed{p.PatternsBySystem("patterns")};
     }},
    {"code-not-held", [](RuleParameters&) -> Predicate { return model::order::CodeNotHeld{}; }},
    {"not-yet-valid",
     [](RuleParameters& p) -> Predicate {
       return model::order::NotYetValid{p.Property("property")};
     }},
    {"retired",
     [](RuleParameters& p) -> Predicate { return model::order::Retired{p.KindByInverse("kind")}; }},
    {"modifier-unknown",
     [](RuleParameters& p) -> Predicate {
       return model::order::ModifierUnknown{p.Pattern("pattern"), p.Flag("matches")};
     }},
    {"modifier-barred",
     [](RuleParameters& p) -> Predicate {
       return model::order::ModifierBarred{p.Which(), p.List("modifiers")};
     }},
    {"modifier-missing",
     [](RuleParameters& p) -> Predicate {
       return model::order::ModifierMissing{p.Which(), p.List("modifiers"),
                                            p.Has("add") ? p.Text("add") : std::string()};
     }},
    {"units-outside",
     [](RuleParameters& p) -> Predicate {
       return model::order::UnitsOutside{p.Integer("min"), p.Integer("max")};
     }},
    {"units-over",
     [](RuleParameters& p) -> Predicate {
       return model::order::UnitsOver{p.Property("practitioner"), p.Property("facility"),
                                      p.Property("indicator"), p.List("values"),
                                      p.OneOf("per", {"line", "day"}) == "day"};
     }},
    {"minutes-outside",
     [](RuleParameters& p) -> Predicate {
       return model::order::MinutesOutside{p.Which(),
                                           p.MaybeInteger("min"),
                                           p.MaybeInteger("max"),
                                           p.MaybeInteger("step").value_or(0),
                                           p.Replacements("replace"),
                                           p.Flag("remove")};
     }},
    {"minutes-missing",
     [](RuleParameters& p) -> Predicate { return model::order::MinutesMissing{p.Which()}; }},
    {"times-reversed", [](RuleParameters&) -> Predicate { return model::order::TimesReversed{}; }},
    {"over-midnight",
     [](RuleParameters& p) -> Predicate { return model::order::OverMidnight{p.Which()}; }},
    {"lesions-outside",
     [](RuleParameters& p) -> Predicate {
       return model::order::LesionsOutside{p.Ranges("ranges")};
     }},
    {"lesions-missing",
     [](RuleParameters& p) -> Predicate { return model::order::LesionsMissing{p.Which()}; }},
    {"place-barred",
     [](RuleParameters& p) -> Predicate {
       const bool only = p.Has("only");
       return model::order::PlaceBarred{p.Which(), p.List(only ? "only" : "places"), only};
     }},
    {"class-barred",
     [](RuleParameters& p) -> Predicate {
       return model::order::ClassBarred{p.Which(), p.List("classes"), p.Replacements("replace")};
     }},
    {"class-unknown",
     [](RuleParameters& p) -> Predicate { return model::order::ClassUnknown{p.Which()}; }},
    {"always", [](RuleParameters& p) -> Predicate { return model::order::Always{p.Which()}; }},
    {"date-outside",
     [](RuleParameters& p) -> Predicate {
       return model::order::DateOutside{p.Day("first"), p.Integer("days-ahead")};
     }},
    {"needs-related",
     [](RuleParameters& p) -> Predicate {
       p.IsAbout("codes");
       return model::order::NeedsRelated{p.Kind("kind"), p.MaybeSet("codes"), p.MaybeSet("except"),
                                         p.MaybeSet("also"), p.Replacements("replace")};
     }},
    {"needs-one-of",
     [](RuleParameters& p) -> Predicate {
       return model::order::NeedsOneOf{p.Which(), p.Set("others"), p.ListText("others"),
                                       p.SingleCode("others")};
     }},
    {"one-of-rank",
     [](RuleParameters& p) -> Predicate {
       p.IsAbout("report");
       return model::order::OneOfRank{p.Codes("rank"), p.Codes("report"),
                                      p.Replacements("sequential"), p.List("modifiers")};
     }},
    {"second-access",
     [](RuleParameters& p) -> Predicate {
       return model::order::SecondAccess{p.Which(), p.List("modifiers")};
     }},
    {"pair",
     [](RuleParameters& p) -> Predicate {
       return model::order::Pair{p.Kinds("kinds"), p.Symbol("indicator"), p.MaybeList("modifiers"),
                                 p.MaybeSet("except")};
     }},
    {"not-together",
     [](RuleParameters& p) -> Predicate {
       return model::order::NotTogether{
           p.Which(), p.Set("others"), p.MaybeList("modifiers"),
           p.Has("modified") && p.OneOf("modified", {"codes", "others"}) == "others"};
     }},
    {"alone",
     [](RuleParameters& p) -> Predicate {
       return model::order::Alone{p.Which(), p.Set("others")};
     }},
    {"hours",
     [](RuleParameters& p) -> Predicate {
       p.IsAbout("base");
       return model::order::Hours{p.Codes("base"),    p.Code("hour"),
                                  p.Integer("first"), p.Integer("threshold"),
                                  p.Positive("step"), p.OneOf("when", {"more", "fewer"}) == "more"};
     }},
    {"same-drug",
     [](RuleParameters& p) -> Predicate {
       return model::order::SameDrug{p.Which(), p.Set("others"), p.MaybeList("modifiers")};
     }},
    {"duplicate", [](RuleParameters&) -> Predicate { return model::order::Duplicate{}; }},
    {"diagnosis-not-first",
     [](RuleParameters& p) -> Predicate {
       return model::order::DiagnosisNotFirst{p.Which(), p.Set("diagnoses")};
     }},
    {"diagnosis-missing",
     [](RuleParameters& p) -> Predicate {
       return model::order::DiagnosisMissing{p.Which(), p.Set("if"), p.Set("diagnoses")};
     }},
    {"diagnosis-alone",
     [](RuleParameters& p) -> Predicate {
       return model::order::DiagnosisAlone{p.Set("diagnoses"), p.Set("needs")};
     }},
    {"payer-unknown", [](RuleParameters&) -> Predicate { return model::order::PayerUnknown{}; }},
    {"plan-unknown", [](RuleParameters&) -> Predicate { return model::order::PlanUnknown{}; }},
};

// One rule as it was read. Rules wait for the end of the file: sets may stand behind them.
struct Row {
  std::string id, title, meaning, severity, predicate, message, setting, start, end;
  std::vector<std::string> yields_to;
  ParametersNode parameters;
  ProvenanceTexts provenance;
  int line = 0;
};

class OrderRulesReader {
 public:
  OrderRulesReader(Build& build, const ContentFile& file)
      : build_(build),
        file_(file),
        sets_(build, file.faults),
        period_(file.faults),
        set_lists_(file.faults),
        rule_(file.faults),
        root_(file.faults) {
    period_.Text("start", &current_.start).Text("end", &current_.end);
    set_lists_.Others([this](std::string_view name, std::string_view item, int line) {
      if (named_.empty() || named_.back().name != name)
        named_.push_back({std::string(name), {}, line});
      named_.back().items.emplace_back(item);
    });
    rule_.Text("id", &current_.id, Need::kRequired)
        .Text("title", &current_.title, Need::kRequired)
        .Text("meaning", &current_.meaning, Need::kRequired)
        .Text("severity", &current_.severity, Need::kRequired)
        .Text("predicate", &current_.predicate, Need::kRequired)
        .Free("parameters", &current_.parameters)
        .Text("message", &current_.message, Need::kRequired)
        .Text("setting", &current_.setting)
        .Nested("period", &period_)
        .List("yieldsTo", &current_.yields_to)
        .Free("fires", nullptr, Need::kRequired)
        .Free("silent", nullptr, Need::kRequired)
        .Then([this] { Keep(); });
    root_.Nested("sets", &set_lists_).Nested("rules", &rule_, Need::kRequired);
    BindProvenance(rule_, current_.provenance);
    BindProvenance(root_, head_);
  }

  void Run() {
    ReadRecord(file_.text, root_, file_.faults);
    for (const auto& [name, items, line] : named_) sets_.Name(name, items, line);
    for (const Row& row : rows_) File(row);
  }

 private:
  struct Named {
    std::string name;
    std::vector<std::string> items;
    int line;
  };

  void Keep() {
    current_.line = rule_.line();
    if (!period_.seen()) current_.start = current_.end = {};
    CheckOneOf("severity", current_.severity, {"error", "warning", "information"},
               rule_.LineOf("severity"), file_.faults);
    CheckOneOf("setting", current_.setting, {"practitioner", "facility"}, rule_.LineOf("setting"),
               file_.faults);
    CheckDate("start", current_.start, current_.line, file_.faults);
    CheckDate("end", current_.end, current_.line, file_.faults);
    CheckPeriod(current_.start, current_.end, current_.line, file_.faults);
    CheckMessageBraces(current_.id, current_.message, rule_.LineOf("message"), file_.faults);
    rows_.push_back(current_);
    current_.parameters.Clear();
  }

  std::optional<Predicate> ReadPredicate(const Row& row, std::optional<model::SetId>& about) {
    const auto found =
        std::find_if(std::begin(kPredicates), std::end(kPredicates),
                     [&](const PredicateReader& each) { return each.name == row.predicate; });
    if (found == std::end(kPredicates)) {
      file_.faults.Add(row.line, base::Concat({"'", base::Clip(row.predicate, 60),
                                               "' is no predicate (docs/content.md has them)"}));
      return std::nullopt;
    }
    RuleParameters parameters(build_, sets_, file_.faults, row.line, row.parameters);
    auto predicate = found->read(parameters);
    parameters.Finish();
    about = parameters.about();
    return predicate;
  }

  void File(const Row& row) {
    auto& rules = build_.snapshot().order_rules.rules;
    const auto index_of = [&](std::string_view id) {
      return std::find_if(rules.begin(), rules.end(),
                          [&](const auto& rule) { return rule.id == id; });
    };
    if (!IsSlug(row.id)) file_.faults.Add(row.line, "'id' must be a slug");
    if (index_of(row.id) != rules.end()) {
      return file_.faults.Add(row.line, base::Concat({"the rule '", row.id, "' appears twice"}));
    }
    std::optional<model::SetId> about;
    auto predicate = ReadPredicate(row, about);
    const auto provenance = build_.ProvenanceOf(row.provenance, head_, row.line, file_);
    if (!predicate || !provenance) return;
    if (build_.IsHidden(build_.snapshot().symbols[provenance->verification])) return;
    model::OrderRule rule{.id = row.id,
                          .title = row.title,
                          .meaning = row.meaning,
                          .message = row.message,
                          .severity = SeverityOf(row.severity).value_or(Severity::kError),
                          .setting = row.setting,
                          .period = build_.PeriodOf(row.start, row.end),
                          .yields_to = {},
                          .provenance = *provenance,
                          .about = about,
                          .predicate = *std::move(predicate)};
    for (const std::string& id : row.yields_to) {
      const auto other = index_of(id);
      if (other != rules.end()) {
        rule.yields_to.push_back(static_cast<std::uint32_t>(other - rules.begin()));
      } else if (!IsHiddenRule(id)) {
        file_.faults.Add(row.line, base::Concat({"'yieldsTo' names '", base::Clip(id, 60),
                                                 "', which is no rule before this one"}));
      }
    }
    rules.push_back(std::move(rule));
  }

  // A rule of this file that is left out because it is unverified.
  bool IsHiddenRule(std::string_view id) const {
    return build_.options().hide_unverified &&
           std::any_of(rows_.begin(), rows_.end(), [&](const Row& row) { return row.id == id; });
  }

  Build& build_;
  const ContentFile& file_;
  RuleSets sets_;
  Row current_;  // the one being read
  RecordNode period_, set_lists_, rule_, root_;
  ProvenanceTexts head_;
  std::vector<Named> named_;
  std::vector<Row> rows_;
};

const std::vector<std::string_view> kDrugHeader = {"system", "code",  "class",
                                                   "source", "as-of", "verification"};
enum DrugColumn : std::uint8_t { kSystem, kCode, kClass, kSource, kAsOf, kVerification };

class DrugsReader {
 public:
  DrugsReader(Build& build, const ContentFile& file) : build_(build), file_(file) {}

  void OnRow(int line, const CsvCells& cells) {
    const FileFaults& faults = file_.faults;
    CheckOneOf("class", cells[kClass], kDrugClasses, line, faults);
    const std::string system = build_.SystemOf(cells[kSystem], line, faults);
    if (system.empty()) return;
    build_.CheckKnown(system, cells[kCode], line, faults);
    const auto provenance = build_.ProvenanceOf({.source = cells[kSource],
                                                 .as_of = cells[kAsOf],
                                                 .verification = cells[kVerification],
                                                 .licence = {}},
                                                {}, line, file_);
    if (!provenance || build_.IsHidden(build_.snapshot().symbols[provenance->verification])) return;
    auto& symbols = build_.snapshot().symbols;
    const model::SystemCode code{symbols.Intern(system), symbols.Intern(cells[kCode])};
    auto& classes = build_.snapshot().order_rules.drug_classes;
    if (!classes.try_emplace(KeyOf(code), cells[kClass]).second) {
      faults.Add(line, base::Concat({"the drug ", cells[kCode], " appears twice"}));
    }
  }

 private:
  Build& build_;
  const ContentFile& file_;
};

}  // namespace

const std::vector<std::string_view> kDrugClasses = {"chemotherapy", "hormonal", "biologic",
                                                    "supportive", "hydration"};

void ReadOrderRules(Build& build, const ContentFile& file) { OrderRulesReader(build, file).Run(); }

void ReadDrugs(Build& build, const ContentFile& file) {
  DrugsReader reader(build, file);
  ReadCsv(
      file.text, file.faults,
      [&](const CsvCells& header) { return IsHeader(header, kDrugHeader, file.faults); },
      [&](int line, const CsvCells& cells) { reader.OnRow(line, cells); });
}

}  // namespace chemoterm::load
