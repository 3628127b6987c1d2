#include "hooks/hook_call.h"

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "hooks/body.h"
#include "json/slice.h"

namespace chemoterm::hooks {
namespace {

bool IsHexDigit(char c) {
  return base::IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool IsUuid(std::string_view text) {
  constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (text.size() != kForm.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (kForm[i] == 'x' ? !IsHexDigit(text[i]) : text[i] != '-') return false;
  }
  return true;
}

// The token is for the client's FHIR server, which is not called: it is looked at for form only.
absl::Status CheckAuthorization(const BodyObject& root) {
  if (root.Value("fhirAuthorization").empty()) return {};
  RETURN_IF_ERROR(root.RequiredText("fhirServer").status());
  ASSIGN_OR_RETURN(const BodyObject authorization, root.RequiredObject("fhirAuthorization"));
  for (const std::string_view key : {"access_token", "token_type", "scope", "subject"}) {
    RETURN_IF_ERROR(authorization.RequiredText(key).status());
  }
  return authorization.RequiredValue("expires_in").status();
}

absl::StatusOr<std::vector<std::string>> ReadSelections(const BodyObject& context) {
  ASSIGN_OR_RETURN(const std::string_view list, context.RequiredList("selections"));
  std::vector<std::string> selections;
  for (json::Elements each(list); each.Next();) {
    selections.push_back(json::Unquote(each.value()));
    if (selections.back().empty()) return context.NotA("a list of texts", "selections");
  }
  return selections;
}

// A failed prefetch counts as no data.
std::string_view Prefetched(const BodyObject& root, std::string_view key) {
  const std::string_view data = BodyObject(root.Value("prefetch"), "prefetch").Value(key);
  const bool failed = json::Unquote(json::Member(data, "resourceType")) == "OperationOutcome";
  return failed ? std::string_view{} : data;
}

}  // namespace

absl::StatusOr<HookCall> ReadHookCall(std::string_view body) {
  ASSIGN_OR_RETURN(const BodyObject root, BodyObject::Read(body));
  ASSIGN_OR_RETURN(const std::string hook, root.RequiredText("hook"));
  if (hook != kOrderSelect && hook != kOrderSign) {
    return Fail(Reason::kInvalidParameter,
                base::Concat({"This service is not for the hook '", base::Clip(hook, 80), "'."}),
                "hook");
  }
  ASSIGN_OR_RETURN(const std::string instance, root.RequiredText("hookInstance"));
  if (!IsUuid(instance)) return root.NotA("a UUID", "hookInstance");
  RETURN_IF_ERROR(CheckAuthorization(root));

  ASSIGN_OR_RETURN(const BodyObject context, root.RequiredObject("context"));
  RETURN_IF_ERROR(context.RequiredText("userId").status());
  RETURN_IF_ERROR(context.RequiredText("patientId").status());
  HookCall call;
  ASSIGN_OR_RETURN(call.draft_orders, context.RequiredValue("draftOrders"));
  if (hook == kOrderSelect) {
    ASSIGN_OR_RETURN(call.selections, ReadSelections(context));
  }
  call.patient = Prefetched(root, "patient");
  call.coverage = Prefetched(root, "coverage");
  return call;
}

}  // namespace chemoterm::hooks
