#include "base/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "hooks/body.h"
#include "hooks/hooks.h"
#include "json/slice.h"

namespace chemoterm::hooks {
namespace {

absl::Status CheckAcceptedSuggestions(const BodyObject& report) {
  ASSIGN_OR_RETURN(const std::string_view list, report.RequiredList("acceptedSuggestions"));
  for (json::Elements each(list); each.Next();) {
    const BodyObject suggestion(each.value(), report.PathOf("acceptedSuggestions"));
    RETURN_IF_ERROR(suggestion.RequiredText("id").status());
  }
  return {};
}

// What the user wrote beside the reason is not looked into.
absl::Status CheckOverrideReason(const BodyObject& report) {
  if (report.Value("overrideReason").empty()) return {};
  ASSIGN_OR_RETURN(const BodyObject given, report.RequiredObject("overrideReason"));
  if (given.Value("reason").empty()) return {};
  ASSIGN_OR_RETURN(const BodyObject reason, given.RequiredObject("reason"));
  return reason.RequiredText("code").status();
}

bool IsUtcInstant(std::string_view text) {
  const bool is_utc = text.ends_with('Z') || text.ends_with("+00:00");
  return is_utc && base::ParseInstant(text).has_value();
}

absl::Status CheckReport(const BodyObject& report) {
  RETURN_IF_ERROR(report.RequiredText("card").status());
  ASSIGN_OR_RETURN(const std::string timestamp, report.RequiredText("outcomeTimestamp"));
  if (!IsUtcInstant(timestamp)) return report.NotA("an instant in UTC", "outcomeTimestamp");
  ASSIGN_OR_RETURN(const std::string outcome, report.RequiredText("outcome"));
  if (outcome == "accepted") return CheckAcceptedSuggestions(report);
  if (outcome == "overridden") return CheckOverrideReason(report);
  return report.NotA("accepted or overridden", "outcome");
}

}  // namespace

absl::Status ReadFeedback(std::string_view body) {
  ASSIGN_OR_RETURN(const BodyObject root, BodyObject::Read(body));
  ASSIGN_OR_RETURN(const std::string_view list, root.RequiredList("feedback"));
  std::size_t at = 0;
  for (json::Elements each(list); each.Next(); ++at) {
    const std::string path = base::Concat({"feedback[", base::ToText(at), "]"});
    RETURN_IF_ERROR(CheckReport(BodyObject(each.value(), path)));
  }
  return {};
}

}  // namespace chemoterm::hooks
