// Coverage as FHIR R5: a PlanDefinition for each note, an Organization for each payer, an
// InsurancePlan for each plan.
#include "base/text.h"
#include "json/writer.h"
#include "load/resource_writer.h"

namespace chemoterm::load {
namespace {

using json::Array;
using json::Object;

constexpr std::string_view kContextType =
    "http://terminology.hl7.org/CodeSystem/usage-context-type";

// The text of an object's members, without its braces.
template <class Fill>
std::string Members(Fill fill) {
  std::string text;
  {
    Object root(&text);
    fill(root);
  }
  return text.substr(1, text.size() - 2);
}

void WriteCoding(Object& coding, std::string_view system, std::string_view code,
                 std::string_view display) {
  coding.Text("system", system);
  coding.Text("code", code);
  coding.Text("display", display);
}

// {"coding": [{...}], "text": ...}
void WriteConcept(Object concept_object, std::string_view system, std::string_view code,
                  std::string_view display, std::string_view text = {}) {
  {
    Array codings = concept_object.List("coding");
    Object coding = codings.Sub();
    WriteCoding(coding, system, code, display);
  }
  concept_object.Text("text", text);
}

// FHIR's publication status of a note: draft = what was read is an old copy.
std::string_view PublicationStatus(std::string_view status) {
  if (status == "historic") return "draft";
  return status;
}

class NoteWriter {
 public:
  NoteWriter(const Build& build, const model::Coverage& coverage, const model::Note& note)
      : base_(build.base()),
        coverage_(coverage),
        note_(note),
        payer_(coverage.payers()[note.payer]) {}

  void Write(Object& root, std::string_view date) const {
    WriteExtension(root);
    root.Text("url", Url("PlanDefinition/", note_.id));
    WriteIdentifier(root);
    root.Text("version", date);
    root.Text("title", note_.title);
    WriteConcept(root.Sub("type"), Url("CodeSystem/", "plan-definition-type"), "coverage-note",
                 "Coverage note");
    root.Text("status", PublicationStatus(note_.status));
    root.Text("date", date);
    root.Text("publisher", "chemoterm");
    root.Text("description", note_.information);
    WriteContexts(root);
    WriteJurisdictions(root);
    root.Text("lastReviewDate", note_.retrieved);
    if (!note_.effective_start.empty() || !note_.effective_end.empty()) {
      Object period = root.Sub("effectivePeriod");
      period.Text("start", note_.effective_start);
      period.Text("end", note_.effective_end);
    }
    WriteTopics(root);
    WriteArtifact(root);
    WriteActions(root);
  }

 private:
  std::string Url(std::string_view kind, std::string_view name) const {
    return base::Concat({base_, "/", kind, name});
  }

  static void Sub(Array& list, std::string_view name, std::string_view type,
                  std::string_view value) {
    if (value.empty()) return;
    Object extension = list.Sub();
    extension.Text("url", name);
    extension.Text(type, value);
  }
  static void Subs(Array& list, std::string_view name, std::string_view type,
                   const std::vector<std::string>& values) {
    for (const std::string& value : values) Sub(list, name, type, value);
  }

  void WriteExtension(Object& root) const {
    Array extensions = root.List("extension");
    Object coverage = extensions.Sub();
    {
      Array parts = coverage.List("extension");
      Sub(parts, "covered", "valueCode", note_.covered);
      Sub(parts, "pa-needed", "valueCode", note_.pa_needed);
      Subs(parts, "doc-needed", "valueCode", note_.doc_needed);
      Sub(parts, "information", "valueString", note_.information);
      Sub(parts, "criteria", "valueString", note_.criteria);
      Sub(parts, "limits", "valueString", note_.limits);
      Sub(parts, "applies-when", "valueString", note_.applies_when);
      Sub(parts, "result-when-applies", "valueString", note_.result_when_applies);
      Subs(parts, "documentation", "valueString", note_.documentation);
      Sub(parts, "code-basis", "valueCode", note_.code_basis);
      Subs(parts, "code-named", "valueCode", note_.codes_named);
      Sub(parts, "status", "valueCode", note_.status);
      Sub(parts, "status-text", "valueString", note_.status_text);
      Sub(parts, "effective-text", "valueString", note_.effective_text);
      Sub(parts, "payer-last-review", "valueDateTime", note_.last_review);
      Sub(parts, "confidence", "valueCode", note_.confidence);
      Sub(parts, "source-seen", "valueString", note_.source_seen);
      Sub(parts, "verification", "valueCode", note_.verification);
    }
    coverage.Text("url", Url("StructureDefinition/", "coverage"));
  }

  void WriteIdentifier(Object& root) const {
    if (note_.policy_number.empty()) return;
    Array identifiers = root.List("identifier");
    Object identifier = identifiers.Sub();
    identifier.Text("system", Url("NamingSystem/", "payer-policy-number"));
    identifier.Text("value", note_.policy_number);
    Object assigner = identifier.Sub("assigner");
    WriteReference(assigner, "Organization/", payer_.slug, payer_.name);
  }

  static void WriteReference(Object& reference, std::string_view type, std::string_view id,
                             std::string_view display) {
    reference.Text("reference", base::Concat({type, id}));
    reference.Text("display", display);
  }

  // A context by reference, and again as a code, because FHIR searches only codes.
  void WriteContext(Array& contexts, std::string_view type, std::string_view system,
                    std::string_view slug, std::string_view name) const {
    for (const bool by_code : {true, false}) {
      Object context = contexts.Sub();
      {
        Object code = context.Sub("code");
        WriteCoding(code, kContextType, "program", {});
      }
      if (by_code) {
        WriteConcept(context.Sub("valueCodeableConcept"), Url("CodeSystem/", system), slug, name);
      } else {
        Object reference = context.Sub("valueReference");
        WriteReference(reference, type, slug, name);
      }
    }
  }

  void WriteContexts(Object& root) const {
    Array contexts = root.List("useContext");
    WriteContext(contexts, "Organization/", "payer", payer_.slug, payer_.name);
    if (note_.plan == model::Note::kNoPlan) return;
    const model::Plan& plan = coverage_.plans()[note_.plan];
    WriteContext(contexts, "InsurancePlan/", "plan", plan.slug, plan.name);
    Object context = contexts.Sub();
    {
      Object code = context.Sub("code");
      WriteCoding(code, kContextType, "program", {});
    }
    WriteConcept(context.Sub("valueCodeableConcept"), Url("CodeSystem/", "line-of-business"),
                 plan.line_of_business, {});
  }

  void WriteJurisdictions(Object& root) const {
    Array places = root.List("jurisdiction");
    for (const std::string& place : note_.jurisdictions) {
      const bool is_country = place.find('-') == std::string::npos;
      WriteConcept(places.Sub(), is_country ? "urn:iso:std:iso:3166" : "urn:iso:std:iso:3166:-2",
                   place, {});
    }
  }

  void WriteTopics(Object& root) const {
    if (note_.codes.empty() && note_.topics.empty()) return;
    Array topics = root.List("topic");
    for (const std::string& code : note_.codes)
      WriteConcept(topics.Sub(), coverage_.system(), code, {});
    for (const std::string& topic : note_.topics) {
      WriteConcept(topics.Sub(), Url("CodeSystem/", "coverage-topic"), topic, {});
    }
  }

  // The policy. RelatedArtifact.document holds the address in R4 and R5 alike.
  void WriteArtifact(Object& root) const {
    if (note_.url.empty() && note_.policy_title.empty() && note_.policy_number.empty()) return;
    Array artifacts = root.List("relatedArtifact");
    Object artifact = artifacts.Sub();
    artifact.Text("type", "derived-from");
    artifact.Text("label", note_.policy_number);
    artifact.Text("display", note_.policy_title);
    if (note_.url.empty()) return;
    Object document = artifact.Sub("document");
    document.Text("url", note_.url);
    document.Text("title", note_.policy_title);
  }

  void WriteActions(Object& root) const {
    if (note_.codes.empty()) return;
    Array actions = root.List("action");
    for (const std::string& code : note_.codes) {
      Object action = actions.Sub();
      WriteConcept(action.Sub("code"), coverage_.system(), code, {});
    }
  }

  std::string_view base_;
  const model::Coverage& coverage_;
  const model::Note& note_;
  const model::Payer& payer_;
};

void WriteAliases(Object& root, const std::vector<std::string>& aliases) {
  if (aliases.empty()) return;
  Array list = root.List("alias");
  for (const std::string& alias : aliases) list.Text(alias);
}

void WriteIdentifier(Object& root, std::string_view base, std::string_view system,
                     std::string_view slug) {
  Array identifiers = root.List("identifier");
  Object identifier = identifiers.Sub();
  identifier.Text("system", base::Concat({base, "/CodeSystem/", system}));
  identifier.Text("value", slug);
}

std::string PayerMembers(std::string_view base, const model::Payer& payer) {
  return Members([&](Object& root) {
    WriteIdentifier(root, base, "payer", payer.slug);
    root.Bool("active", true);
    {
      Array types = root.List("type");
      WriteConcept(types.Sub(), "http://terminology.hl7.org/CodeSystem/organization-type", "pay",
                   "Payer");
      WriteConcept(types.Sub(), base::Concat({base, "/CodeSystem/payer-type"}), payer.type, {});
    }
    root.Text("name", payer.name);
    WriteAliases(root, payer.aliases);
    if (payer.url.empty()) return;
    Array contacts = root.List("contact");
    Object contact = contacts.Sub();
    Array telecoms = contact.List("telecom");
    Object telecom = telecoms.Sub();
    telecom.Text("system", "url");
    telecom.Text("value", payer.url);
  });
}

std::string PlanMembers(std::string_view base, const model::Plan& plan, const model::Payer& payer) {
  return Members([&](Object& root) {
    WriteIdentifier(root, base, "plan", plan.slug);
    root.Text("status", "active");
    {
      Array types = root.List("type");
      WriteConcept(types.Sub(), base::Concat({base, "/CodeSystem/line-of-business"}),
                   plan.line_of_business, {});
    }
    root.Text("name", plan.name);
    WriteAliases(root, plan.aliases);
    Object owner = root.Sub("ownedBy");
    owner.Text("reference", base::Concat({"Organization/", payer.slug}));
    owner.Text("display", payer.name);
  });
}

}  // namespace

void AddCoverageResources(Build& build) {
  const model::Coverage& coverage = build.snapshot().coverage;
  const Place place{std::string(kManifestName), 0};
  for (const model::Payer& payer : coverage.payers()) {
    AddResource(build, "Organization", payer.slug, {}, PayerMembers(build.base(), payer),
                build.payers_as_of, place);
  }
  for (const model::Plan& plan : coverage.plans()) {
    AddResource(build, "InsurancePlan", plan.slug, {},
                PlanMembers(build.base(), plan, coverage.payers()[plan.payer]), build.payers_as_of,
                place);
  }
  for (std::size_t i = 0; i < coverage.notes().size(); ++i) {
    const model::Note& note = coverage.notes()[i];
    const NoteWriter writer(build, coverage, note);
    const std::string members =
        Members([&](Object& root) { writer.Write(root, build.note_dates[i]); });
    AddResource(build, "PlanDefinition", note.id, {}, members, build.note_dates[i], place);
  }
}

}  // namespace chemoterm::load
