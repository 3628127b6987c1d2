#include "engine/administered.h"

#include <algorithm>
#include <iterator>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/coverage_merge.h"
#include "engine/order_lines.h"
#include "engine/resolve.h"

namespace chemoterm::engine {
namespace {

using model::administration::Names;
using model::administration::Route;
using model::administration::Technique;

class AdministrationReader {
 public:
  AdministrationReader(const Scope& scope, const CodeAdministrationRequest& request)
      : scope_(scope), request_(request), systems_(scope) {}

  absl::StatusOr<std::vector<Administered>> Run() {
    RETURN_IF_ERROR(CheckRequest());
    payer_ = PayerSlug();
    std::vector<Administered> read(request_.administrations.size());
    for (at_ = 0; at_ < read.size(); ++at_) {
      RETURN_IF_ERROR(Read(request_.administrations[at_], read[at_]));
    }
    Link(read);
    return read;
  }

 private:
  absl::Status CheckRequest() const {
    const std::size_t count = request_.administrations.size();
    if (count == 0) {
      return Fail(Reason::kMissingParameter, "At least one administration is needed",
                  "administration");
    }
    if (count > kMaxAdministrations) {
      return Fail(Reason::kInvalidParameter,
                  base::Concat({"A request has at most ", base::ToText(kMaxAdministrations),
                                " administrations"}),
                  "administration");
    }
    RETURN_IF_ERROR(CheckDate(request_.date));
    return ReadIsFacility(request_.setting).status();
  }

  std::string_view PayerSlug() const {
    const auto name = NameOfReference(request_.payer);
    const auto payer = scope_.snapshot.coverage.FindPayer(name);
    if (!payer) return {};
    return scope_.snapshot.coverage.payers()[*payer].slug;
  }

  std::string Where(std::string_view member) const {
    return base::Concat({"administration[", base::ToText(at_), "].", member});
  }
  absl::Status Invalid(std::string_view member, std::string_view what) const {
    return Fail(Reason::kInvalidParameter, base::Concat({member, " ", what}), Where(member));
  }

  absl::Status Read(const Administration& given, Administered& to) {
    to.given = &given;
    to.number = static_cast<std::int32_t>(at_ + 1);
    RETURN_IF_ERROR(ReadCodes(given, to));
    RETURN_IF_ERROR(ReadTimes(given, to));
    RETURN_IF_ERROR(ReadDrug(given, to));
    RETURN_IF_ERROR(CheckNumbers(given));
    to.how.payer = payer_;
    to.how.lesions = given.lesions.value_or(0);
    to.access = base::ToLower(base::Trim(given.access));
    return {};
  }

  // Empty texts give nothing.
  template <class Code>
  absl::Status ReadCode(std::string_view member, std::string_view text,
                        std::optional<Code>& to) const {
    if (text.empty()) return {};
    to = model::administration::CodeOf<Code>(text);
    if (to) return {};
    const auto& names = Names<Code>::kAll;
    return Invalid(member, base::Concat({"is ", ListOr({std::begin(names), std::end(names)})}));
  }

  absl::Status ReadCodes(const Administration& given, Administered& to) const {
    std::optional<Route> route;
    std::optional<Technique> technique;
    RETURN_IF_ERROR(ReadCode("route", given.route, route));
    if (!route) {
      return Fail(Reason::kMissingParameter, "An administration needs a route", Where("route"));
    }
    RETURN_IF_ERROR(ReadCode("technique", given.technique, technique));
    RETURN_IF_ERROR(ReadCode("drugClass", given.drug_class, to.how.drug_class));
    RETURN_IF_ERROR(ReadCode("approach", given.approach, to.how.approach));
    RETURN_IF_ERROR(ReadCode("device", given.device, to.how.device));
    RETURN_IF_ERROR(ReadCode("pumpOwner", given.pump_owner, to.how.pump_owner));
    RETURN_IF_ERROR(ReadCode("purpose", given.purpose, to.how.purpose));
    to.how.route = *route;
    to.how.technique = TechniqueOf(*route, technique);
    to.given_technique = to.how.technique;
    return {};
  }

  // The default of the route; an injection into a vessel is a push.
  static Technique TechniqueOf(Route route, std::optional<Technique> given) {
    const bool is_vessel = route == Route::kIv || route == Route::kIa;
    if (!given) {
      return is_vessel || route == Route::kHipec ? Technique::kInfusion : Technique::kInjection;
    }
    return is_vessel && *given == Technique::kInjection ? Technique::kPush : *given;
  }

  absl::Status ReadTimes(const Administration& given, Administered& to) const {
    const std::pair<std::string_view, const std::string&> dates[] = {{"start", given.start},
                                                                     {"stop", given.stop}};
    for (const auto& [member, text] : dates) {
      if (text.empty() || base::ParseDate(text)) continue;
      return Invalid(member,
                     base::Concat({"is not a date that exists: '", base::Clip(text, 40), "'"}));
    }
    to.start = base::ParseInstant(given.start);
    to.stop = base::ParseInstant(given.stop);
    if (given.minutes) {
      to.how.minutes = *given.minutes;
    } else if (to.start && to.stop && !to.is_reversed()) {
      to.how.minutes = (*to.stop - *to.start) / kMinute;
    }
    return {};
  }

  absl::Status ReadDrug(const Administration& given, Administered& to) {
    to.drug = base::Concat({"#", base::ToText(to.number)});
    to.drug_key = " " + to.drug;  // no drug that was given begins with a blank
    if (!given.drug) return {};
    if (given.drug->kind == ValueKind::kCoding && given.drug->coding.code.empty()) {
      return Fail(Reason::kMissingParameter, "The coding of a drug needs a code", Where("drug"));
    }
    NamedDrug drug = engine::ReadDrug(scope_, systems_, *given.drug);
    if (!to.how.drug_class) {
      to.how.drug_class =
          model::administration::CodeOf<model::administration::DrugClass>(drug.drug_class);
    }
    if (drug.key.empty()) return {};
    to.drug_key = std::move(drug.key);
    to.drug = drug.text;
    return {};
  }

  absl::Status CheckNumbers(const Administration& given) const {
    const std::pair<std::string_view, std::optional<std::int32_t>> amounts[] = {
        {"minutes", given.minutes},
        {"plannedMinutes", given.planned_minutes},
        {"lesions", given.lesions}};
    for (const auto& [member, amount] : amounts) {
      if (amount.value_or(0) < 0) return Invalid(member, "must not be negative");
    }
    if (!given.concurrent_with) return {};
    const auto other = static_cast<std::int64_t>(*given.concurrent_with);
    const auto count = static_cast<std::int64_t>(request_.administrations.size());
    if (other >= 1 && other <= count && other != static_cast<std::int64_t>(at_) + 1) return {};
    return Invalid("concurrentWith", "must be the number of another administration");
  }

  static void Link(std::vector<Administered>& all) {
    for (Administered& one : all) {
      if (!one.given->concurrent_with) continue;
      Administered& other = all[static_cast<std::size_t>(*one.given->concurrent_with) - 1];
      one.linked.push_back(other.number);
      other.linked.push_back(one.number);
    }
    for (Administered& each : all) {
      std::sort(each.linked.begin(), each.linked.end());
      each.linked.erase(std::unique(each.linked.begin(), each.linked.end()), each.linked.end());
      each.how.is_concurrent = !each.linked.empty();
    }
  }

  const Scope& scope_;
  const CodeAdministrationRequest& request_;
  SystemNames systems_;
  std::string_view payer_;
  std::size_t at_ = 0;  // the administration being read
};

}  // namespace

absl::StatusOr<std::vector<Administered>> ReadAdministrations(
    const Scope& scope, const CodeAdministrationRequest& request) {
  return AdministrationReader(scope, request).Run();
}

}  // namespace chemoterm::engine
