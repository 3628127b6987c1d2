#include "hooks/insurance.h"

#include <algorithm>

#include "base/text.h"
#include "hooks/elements.h"
#include "json/slice.h"

namespace chemoterm::hooks {
namespace {

constexpr std::size_t kMaxInsurances = 8;

void AddName(std::string name, std::vector<std::string>& names) {
  if (!name.empty()) names.push_back(std::move(name));
}

std::string NameOfOrganization(std::string_view id,
                               const std::vector<std::string_view>& resources) {
  for (const std::string_view resource : resources) {
    if (TextOf(resource, "resourceType") == "Organization" && TextOf(resource, "id") == id) {
      return TextOf(resource, "name");
    }
  }
  return {};
}

std::vector<std::string> PayersOf(std::string_view coverage,
                                  std::vector<std::string_view> resources) {
  const std::string_view insurer = json::Member(coverage, "insurer");
  const std::string_view payer =
      insurer.empty() ? FirstOf(json::Member(coverage, "payor")) : insurer;
  for (json::Elements each(json::Member(coverage, "contained")); each.Next();) {
    resources.push_back(each.value());
  }
  std::vector<std::string> names;
  AddName(TextOf(payer, "display"), names);
  const std::string reference = TextOf(payer, "reference");
  const std::string id = reference.substr(reference.find_last_of("/#") + 1);
  AddName(id, names);
  AddName(NameOfOrganization(id, resources), names);
  return names;
}

bool IsPlan(std::string_view coverage_class) {
  for (json::Elements each(json::Member(json::Member(coverage_class, "type"), "coding"));
       each.Next();) {
    if (TextOf(each.value(), "code") == "plan") return true;
  }
  return false;
}

std::vector<std::string> PlansOf(std::string_view coverage) {
  std::vector<std::string> names;
  for (json::Elements each(json::Member(coverage, "class")); each.Next();) {
    if (!IsPlan(each.value())) continue;
    const std::string_view value = json::Member(each.value(), "value");
    // R5: an Identifier.
    AddName(json::IsObject(value) ? TextOf(value, "value") : json::Unquote(value), names);
    AddName(TextOf(each.value(), "name"), names);
    return names;
  }
  return names;
}

bool IsOfUnitedStates(std::string_view country) {
  return country.empty() || country == "US" || country == "USA" || country == "United States";
}

}  // namespace

std::string ReadState(std::string_view patient) {
  for (json::Elements each(json::Member(patient, "address")); each.Next();) {
    if (TextOf(each.value(), "use") == "old") continue;
    const std::string state = TextOf(each.value(), "state");
    const bool is_code = state.size() == 2 && std::all_of(state.begin(), state.end(), [](char c) {
                           return c >= 'A' && c <= 'Z';
                         });
    if (!is_code || !IsOfUnitedStates(TextOf(each.value(), "country"))) return {};
    return base::Concat({"US-", state});
  }
  return {};
}

std::vector<Insurance> ReadInsurances(std::string_view coverage) {
  std::vector<std::string_view> resources = ResourcesOf(coverage);
  resources.push_back(coverage);  // where it is no Bundle
  std::vector<Insurance> insurances;
  for (const std::string_view resource : resources) {
    if (insurances.size() == kMaxInsurances) break;
    if (TextOf(resource, "resourceType") != "Coverage") continue;
    insurances.push_back({PayersOf(resource, resources), PlansOf(resource)});
  }
  return insurances;
}

}  // namespace chemoterm::hooks
