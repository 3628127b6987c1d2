#include "model/administration_rules.h"

namespace chemoterm::model::administration {
namespace {

// A number that is not known fits no range.
bool Fits(const std::optional<Range>& range, std::int64_t number) {
  return !range || (number > 0 && range->Holds(number));
}

}  // namespace

bool Conditions::Hold(const Circumstances& how) const {
  return route.Allows(how.route) && technique.Allows(how.technique) &&
         drug_class.Allows(how.drug_class) && purpose.Allows(how.purpose) &&
         device.Allows(how.device) && approach.Allows(how.approach) &&
         pump_owner.Allows(how.pump_owner) && concurrent.Allows(how.is_concurrent) &&
         (payers.empty() || std::find(payers.begin(), payers.end(), how.payer) != payers.end()) &&
         Fits(lesions, how.lesions) && Fits(minutes, how.minutes);
}

}  // namespace chemoterm::model::administration
