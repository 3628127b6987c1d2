// The patient's insurance, and where it applies, as far as the payer's notes need it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace chemoterm::hooks {

// By what names the payer and the plan of a Coverage may be known; most telling first.
struct Insurance {
  std::vector<std::string> payers;
  std::vector<std::string> plans;
};

// The state that the patient lives in, as a jurisdiction ("US-PA"), by the first address that is
// not an old one; empty where the resource does not say it by its two letters.
std::string ReadState(std::string_view patient);

// `coverage`: a Coverage or a Bundle of them; of many the first few. Reads the shapes of R4 and R5.
std::vector<Insurance> ReadInsurances(std::string_view coverage);

}  // namespace chemoterm::hooks
