#include <algorithm>
#include <array>

#include "base/text.h"
#include "chemoterm/reason.h"
#include "hooks/hook_call.h"
#include "hooks/hooks.h"
#include "json/writer.h"

namespace chemoterm::hooks {
namespace {

constexpr std::array<Service, 2> kServices = {{
    {"order-check", "Check of chemotherapy orders",
     "Whether the codes of an order are valid and fit together on the practitioner's claim: "
     "add-ons, initial services, NCCI pairs, unit limits, minutes, places and diagnoses; what "
     "would mend it; and what the payer's notes say.",
     "practitioner"},
    {"order-check-facility", "Check of chemotherapy orders (facility)",
     "The same for the claim of the facility, such as a hospital outpatient department.",
     "facility"},
}};

constexpr std::string_view kUsageRequirements =
    "Looks at ServiceRequest and MedicationRequest with a CPT, HCPCS or ICD-10-PCS code; other "
    "orders are ignored. The prefetched data are optional: without the coverage there are no cards "
    "about the payer, without the patient they are not narrowed to the state of the address. No "
    "access to the FHIR server is needed.";

void WriteService(const Service& service, std::string_view hook, json::Array& services) {
  auto object = services.Sub();
  object.Text("hook", hook);
  object.Text("title", service.title);
  object.Text("description", service.description);
  object.Text("id", service.id);
  {
    auto prefetch = object.Sub("prefetch");
    prefetch.Text("patient", "Patient/{{context.patientId}}");
    prefetch.Text("coverage", "Coverage?patient={{context.patientId}}&status=active");
  }
  object.Text("usageRequirements", kUsageRequirements);
}

}  // namespace

absl::StatusOr<const Service*> FindService(std::string_view id) {
  const auto found = std::find_if(kServices.begin(), kServices.end(),
                                  [&](const Service& service) { return service.id == id; });
  if (found != kServices.end()) return &*found;
  return Fail(Reason::kUnknownResource,
              base::Concat({"There is no CDS service '", base::Clip(id, 80), "'."}));
}

std::string Discovery() {
  std::string body;
  {
    json::Object root(&body);
    auto services = root.List("services");
    for (const Service& service : kServices) {
      for (const std::string_view hook : {kOrderSelect, kOrderSign}) {
        WriteService(service, hook, services);
      }
    }
  }
  return body;
}

}  // namespace chemoterm::hooks
