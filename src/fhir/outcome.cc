#include "fhir/outcome.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "json/writer.h"

namespace chemoterm::fhir {
namespace {

constexpr std::string_view kTxIssueType = "http://hl7.org/fhir/tools/CodeSystem/tx-issue-type";
constexpr std::string_view kMessageId =
    "http://hl7.org/fhir/StructureDefinition/operationoutcome-message-id";

// What HL7's messages carry where it is not what their reason says.
struct MessageRow {
  std::string_view message_id;
  std::string_view issue_type;
  std::string_view tx_type;
};
constexpr MessageRow kMessages[] = {
    {"INVALID_DISPLAY_NAME", "processing", "invalid-display"},
    {"CODESYSTEM_CS_NO_SUPPLEMENT", "invalid", "invalid-data"},
    {"Coding_has_no_system__cannot_validate", "invalid", "invalid-data"},
    {"Unknown_Code_in_Version", "code-invalid", "invalid-code"},
    {"UNABLE_TO_HANDLE_SYSTEM_FILTER_WITH_NO_VALUE", "invalid", "vs-invalid"},
    {"VALUESET_CIRCULAR_REFERENCE", "processing", "vs-invalid"},
    {"VALUESET_VERSION_CHECK", "exception", "version-error"},
    {"VALUESET_TOO_COSTLY", "too-costly", {}},
};

// All that an issue can show.
struct Shown {
  std::string_view severity;
  std::string_view type;
  std::string_view system;  // of details.coding
  std::string_view code;
  std::string_view message_id;
  std::string_view text;
  std::string_view expression;
  std::string_view location;
  std::string_view diagnostics = {};
};

void AppendIssue(const Shown& shown, json::Array& list) {
  json::Object issue = list.Sub();
  if (!shown.message_id.empty()) {
    auto extensions = issue.List("extension");
    auto extension = extensions.Sub();
    extension.Text("url", kMessageId);
    extension.Text("valueString", shown.message_id);
  }
  issue.Text("severity", shown.severity);
  issue.Text("code", shown.type);
  if (!shown.code.empty() || !shown.text.empty()) {
    auto details = issue.Sub("details");
    if (!shown.code.empty()) {
      auto codings = details.List("coding");
      auto coding = codings.Sub();
      coding.Text("system", shown.system);
      coding.Text("code", shown.code);
    }
    details.Text("text", shown.text);
  }
  issue.Text("diagnostics", shown.diagnostics);
  if (!shown.location.empty()) issue.List("location").Text(shown.location);
  if (!shown.expression.empty()) issue.List("expression").Text(shown.expression);
}

template <class F>
void AppendOutcome(std::string& out, F&& issues) {
  json::Object root(&out);
  root.Text("resourceType", "OperationOutcome");
  auto list = root.List("issue");
  issues(list);
}

// HL7's type of a failure that has a message of HL7's.
std::string_view TxTypeOf(Reason reason) {
  const auto type = InfoOf(reason).issue_type;
  return type == "not-found" ? type : "invalid-data";
}

// The path of an element ("Coding.system", "Parameters.parameter[0]"), as opposed to the name of a
// parameter.
bool IsElementPath(std::string_view where) {
  return !where.empty() && where[0] >= 'A' && where[0] <= 'Z';
}

}  // namespace

std::string WriteOutcome(const Failure& failure, const OutcomeOptions& options) {
  const ReasonInfo& info = InfoOf(failure.reason);
  const std::string reason_system = base::Concat({options.canonical_base, "/CodeSystem/reason"});
  Shown shown{
      "error", info.issue_type, reason_system, info.name, failure.message_id, failure.text, {}, {}};
  if (!failure.message_id.empty()) {
    shown.system = kTxIssueType;
    shown.code = TxTypeOf(failure.reason);
    const auto row =
        std::find_if(std::begin(kMessages), std::end(kMessages),
                     [&](const MessageRow& m) { return m.message_id == failure.message_id; });
    if (row != std::end(kMessages)) {
      shown.type = row->issue_type;
      shown.code = row->tx_type;
    }
  }
  std::string location;
  if (options.is_part && failure.message_id.empty()) {
    shown.code = {};
    shown.diagnostics = info.name;
  } else if (failure.where.starts_with("http")) {
    location = failure.where;
  } else if (IsElementPath(failure.where)) {
    shown.expression = failure.where;
  } else if (!failure.where.empty() && failure.message_id.empty()) {
    // HL7's cases want no place with its messages about a parameter.
    if (options.from_query) location = base::Concat({"http.", failure.where});
    if (!options.from_query) shown.expression = failure.where;
  }
  shown.location = location;
  std::string out;
  AppendOutcome(out, [&](json::Array& list) { AppendIssue(shown, list); });
  return out;
}

void AppendOutcome(const Issues& issues, std::string& out) {
  AppendOutcome(out, [&](json::Array& list) {
    for (const Issue& issue : issues) {
      AppendIssue({ToString(issue.severity),
                   issue.type,
                   kTxIssueType,
                   issue.tx_type,
                   issue.message_id,
                   issue.text,
                   issue.expression,
                   {}},
                  list);
    }
  });
}

std::string WriteOutcome(const Issues& issues, std::string_view all_ok) {
  std::string out;
  if (!issues.empty()) {
    AppendOutcome(issues, out);
    return out;
  }
  AppendOutcome(out, [&](json::Array& list) {
    AppendIssue({"information", "informational", {}, {}, {}, all_ok, {}, {}}, list);
  });
  return out;
}

}  // namespace chemoterm::fhir
