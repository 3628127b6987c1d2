#include "rpc/convert.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace chemoterm::rpc {
namespace {

namespace tv = terminology::v1;
namespace cv = coverage::v1;
using google::protobuf::RepeatedPtrField;

// protobuf's setters take no std::string_view; a moved string costs them no second copy.
std::string Text(std::string_view text) { return std::string(text); }

std::vector<std::string> Texts(const RepeatedPtrField<std::string>& proto) {
  return {proto.begin(), proto.end()};
}

Coding ToCoding(const type::v1::Coding& proto) {
  return {proto.system(), proto.version(), proto.code(), proto.display()};
}

std::optional<Coding> CodingOf(bool present, const type::v1::Coding& proto) {
  return present ? std::optional(ToCoding(proto)) : std::nullopt;
}

void AddTexts(const std::vector<std::string_view>& texts, RepeatedPtrField<std::string>& proto) {
  for (const auto text : texts) proto.Add()->assign(text);
}

}  // namespace

// The parts of answers. Static and not in the namespace above, where they would hide the overloads
// of the header.
template <class Part, class Message>
static void AddAll(const std::vector<Part>& parts, RepeatedPtrField<Message>& proto);

static void ToProto(const CodingView& coding, type::v1::Coding& proto) {
  proto.set_system(Text(coding.system));
  proto.set_version(Text(coding.version));
  proto.set_code(Text(coding.code));
  proto.set_display(Text(coding.display));
}

static void ToProto(const PeriodView& period, type::v1::Period& proto) {
  proto.set_start(Text(period.start));
  proto.set_end(Text(period.end));
}

static void ToProto(const CodeableConcept& codes, type::v1::CodeableConcept& proto) {
  for (const Coding& coding : codes.coding) {
    ToProto(CodingView{coding.system, coding.version, coding.code, coding.display},
            *proto.add_coding());
  }
  proto.set_text(codes.text);
}

static type::v1::Severity ToProto(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return type::v1::SEVERITY_ERROR;
    case Severity::kWarning:
      return type::v1::SEVERITY_WARNING;
    case Severity::kInformation:
      return type::v1::SEVERITY_INFORMATION;
  }
  return type::v1::SEVERITY_UNSPECIFIED;
}

static void ToProto(const LookupDesignation& designation, tv::LookupDesignation& proto) {
  proto.set_language(Text(designation.language));
  if (!designation.use.empty()) ToProto(designation.use, *proto.mutable_use());
  AddAll(designation.additional_uses, *proto.mutable_additional_use());
  proto.set_value(Text(designation.value));
}

static void ToProto(const LookupSubproperty& subproperty, tv::LookupSubproperty& proto) {
  proto.set_code(Text(subproperty.code));
  ToProto(subproperty.value, *proto.mutable_value());
  proto.set_description(Text(subproperty.description));
}

static void ToProto(const LookupProperty& property, tv::LookupProperty& proto) {
  proto.set_code(Text(property.code));
  if (property.value.kind != ValueKind::kNone) {
    ToProto(property.value, *proto.mutable_value());
  }
  proto.set_description(Text(property.description));
  proto.set_source(Text(property.source));
  AddAll(property.subproperties, *proto.mutable_subproperty());
}

static void ToProto(const RelatedCode& related, tv::RelatedCode& proto) {
  proto.set_kind(Text(related.kind));
  proto.set_direction(Text(related.direction));
  ToProto(related.concept_coding, *proto.mutable_concept());
  proto.set_description(Text(related.description));
  proto.set_depth(related.depth);
  if (!related.period.empty()) ToProto(related.period, *proto.mutable_period());
  proto.set_indicator(Text(related.indicator));
  proto.set_setting(Text(related.setting));
  proto.set_citation(Text(related.citation));
  proto.set_citation_url(Text(related.citation_url));
  proto.set_as_of(Text(related.as_of));
  proto.set_verification(Text(related.verification));
}

static void ToProto(const SearchMatched& matched, tv::SearchMatched& proto) {
  proto.set_where(Text(matched.where));
  proto.set_word(Text(matched.word));
  proto.set_as(Text(matched.as));
}

static void ToProto(const SearchMatch& match, tv::SearchMatch& proto) {
  ToProto(match.concept_coding, *proto.mutable_concept());
  proto.set_score(Text(match.score));
  AddAll(match.matched, *proto.mutable_matched());
}

static void ToProto(const CoverageSummary& summary, cv::CoverageSummary& proto) {
  proto.set_payer(Text(summary.payer));
  proto.set_payer_name(Text(summary.payer_name));
  proto.set_covered(Text(summary.covered));
  proto.set_information(Text(summary.information));
  proto.set_pa_needed(Text(summary.pa_needed));
  proto.set_conflict(summary.conflict);
  proto.set_stale(summary.stale);
  proto.set_notes(summary.notes);
}

static void ToProto(const PlanSummary& plan, cv::Plan& proto) {
  proto.set_slug(Text(plan.slug));
  proto.set_name(Text(plan.name));
  proto.set_line_of_business(Text(plan.line_of_business));
}

template <class Part, class Message>
static void AddAll(const std::vector<Part>& parts, RepeatedPtrField<Message>& proto) {
  for (const Part& part : parts) ToProto(part, *proto.Add());
}

LookupRequest ToRequest(const tv::LookupCodeRequest& proto) {
  return {.code = proto.code(),
          .system = proto.system(),
          .version = proto.version(),
          .coding = CodingOf(proto.has_coding(), proto.coding()),
          .date = proto.date(),
          .display_language = proto.display_language(),
          .properties = Texts(proto.property()),
          .use_supplements = Texts(proto.use_supplement())};
}

ValidateCodeRequest ToRequest(const tv::ValidateCodeRequest& proto) {
  ValidateCodeRequest request{.url = proto.url(),
                              .code = proto.code(),
                              .version = proto.version(),
                              .display = proto.display(),
                              .coding = CodingOf(proto.has_coding(), proto.coding()),
                              .codeable_concept = {},
                              .date = proto.date(),
                              .abstract = {},
                              .display_language = proto.display_language(),
                              .system = proto.system(),
                              .lenient_display_validation = {},
                              .use_supplements = Texts(proto.use_supplement())};
  if (proto.has_codeable_concept()) {
    auto& codes = request.codeable_concept.emplace();
    codes.text = proto.codeable_concept().text();
    for (const auto& coding : proto.codeable_concept().coding()) {
      codes.coding.push_back(ToCoding(coding));
    }
  }
  if (proto.has_abstract()) request.abstract = proto.abstract();
  if (proto.has_lenient_display_validation()) {
    request.lenient_display_validation = proto.lenient_display_validation();
  }
  return request;
}

SubsumesRequest ToRequest(const tv::SubsumesRequest& proto) {
  return {.code_a = proto.code_a(),
          .code_b = proto.code_b(),
          .system = proto.system(),
          .version = proto.version(),
          .coding_a = CodingOf(proto.has_coding_a(), proto.coding_a()),
          .coding_b = CodingOf(proto.has_coding_b(), proto.coding_b())};
}

RelatedCodesRequest ToRequest(const tv::ListRelatedCodesRequest& proto) {
  RelatedCodesRequest request{.system = proto.system(),
                              .version = proto.version(),
                              .code = proto.code(),
                              .coding = CodingOf(proto.has_coding(), proto.coding()),
                              .kinds = Texts(proto.kind()),
                              .direction = proto.direction(),
                              .date = proto.date(),
                              .depth = {},
                              .display_language = proto.display_language()};
  if (proto.has_depth()) request.depth = proto.depth();
  return request;
}

SearchCodesRequest ToRequest(const tv::SearchCodesRequest& proto) {
  SearchCodesRequest request{.text = proto.text(),
                             .systems = Texts(proto.system()),
                             .count = {},
                             .display_language = proto.display_language()};
  if (proto.has_count()) request.count = proto.count();
  return request;
}

CoverageNotesRequest ToRequest(const cv::ListCoverageNotesRequest& proto) {
  CoverageNotesRequest request{.system = proto.system(),
                               .version = proto.version(),
                               .code = proto.code(),
                               .coding = CodingOf(proto.has_coding(), proto.coding()),
                               .payer = proto.payer(),
                               .plan = proto.plan(),
                               .jurisdiction = proto.jurisdiction(),
                               .date = proto.date(),
                               .topics = Texts(proto.topic()),
                               .include_historic = {}};
  if (proto.has_include_historic()) request.include_historic = proto.include_historic();
  return request;
}

void ToProto(const LookupResult& result, tv::LookupCodeResponse& proto) {
  proto.set_name(Text(result.name));
  proto.set_version(Text(result.version));
  proto.set_display(Text(result.display));
  proto.set_code(Text(result.code));
  proto.set_system(Text(result.system));
  proto.set_definition(Text(result.definition));
  if (result.abstract) proto.set_abstract(*result.abstract);
  AddAll(result.designations, *proto.mutable_designation());
  AddAll(result.properties, *proto.mutable_property());
  AddTexts(result.used_supplements, *proto.mutable_used_supplement());
  proto.set_disclaimer(Text(result.disclaimer));
}

void ToProto(const ValidateCodeResult& result, tv::ValidateCodeResponse& proto) {
  proto.set_result(result.result);
  proto.set_message(Text(result.message));
  proto.set_display(Text(result.display));
  proto.set_code(Text(result.code));
  proto.set_system(Text(result.system));
  proto.set_version(Text(result.version));
  if (result.codeable_concept != nullptr) {
    ToProto(*result.codeable_concept, *proto.mutable_codeable_concept());
  }
  if (result.inactive) proto.set_inactive(*result.inactive);
  proto.set_status(Text(result.status));
  proto.set_normalized_code(Text(result.normalized_code));
  AddTexts(result.caused_by_unknown_systems, *proto.mutable_x_caused_by_unknown_system());
}

void ToProto(const SubsumesResult& result, tv::SubsumesResponse& proto) {
  proto.set_outcome(Text(result.outcome));
}

void ToProto(const RelatedCodesResult& result, tv::ListRelatedCodesResponse& proto) {
  AddAll(result.related, *proto.mutable_related());
  proto.set_disclaimer(Text(result.disclaimer));
}

void ToProto(const SearchCodesResult& result, tv::SearchCodesResponse& proto) {
  AddAll(result.matches, *proto.mutable_match());
}

void ToProto(const CoverageNotesResult& result, cv::ListCoverageNotesResponse& proto) {
  AddAll(result.notes, *proto.mutable_note());
  AddAll(result.summaries, *proto.mutable_summary());
  proto.set_disclaimer(Text(result.disclaimer));
}

void ToProto(const CoverageNote& note, cv::CoverageNote& proto) {
  proto.set_id(Text(note.id));
  proto.set_payer(Text(note.payer));
  proto.set_payer_name(Text(note.payer_name));
  proto.set_plan(Text(note.plan));
  proto.set_title(Text(note.title));
  proto.set_covered(Text(note.covered));
  proto.set_pa_needed(Text(note.pa_needed));
  AddTexts(note.doc_needed, *proto.mutable_doc_needed());
  proto.set_information(Text(note.information));
  proto.set_criteria(Text(note.criteria));
  proto.set_limits(Text(note.limits));
  AddTexts(note.documentation, *proto.mutable_documentation());
  proto.set_applies_when(Text(note.applies_when));
  proto.set_result_when_applies(Text(note.result_when_applies));
  proto.set_code_basis(Text(note.code_basis));
  AddTexts(note.topics, *proto.mutable_topic());
  AddTexts(note.jurisdictions, *proto.mutable_jurisdiction());
  proto.set_status(Text(note.status));
  proto.set_status_text(Text(note.status_text));
  proto.set_policy_number(Text(note.policy_number));
  proto.set_policy_title(Text(note.policy_title));
  if (!note.effective.empty()) ToProto(note.effective, *proto.mutable_effective());
  proto.set_effective_text(Text(note.effective_text));
  proto.set_last_review(Text(note.last_review));
  proto.set_retrieved(Text(note.retrieved));
  proto.set_stale(note.stale);
  proto.set_undated(note.undated);
  proto.set_confidence(Text(note.confidence));
  proto.set_citation(Text(note.citation));
  proto.set_citation_url(Text(note.citation_url));
  proto.set_verification(Text(note.verification));
  proto.set_reference(Text(note.reference));
}

void ToProto(const CodeSystemSummary& system, tv::CodeSystem& proto) {
  proto.set_id(Text(system.id));
  proto.set_url(Text(system.url));
  proto.set_version(Text(system.version));
  proto.set_name(Text(system.name));
  proto.set_title(Text(system.title));
  proto.set_content(Text(system.content));
  proto.set_supplements(Text(system.supplements));
  proto.set_status(Text(system.status));
  proto.set_copyright(Text(system.copyright));
  proto.set_language(Text(system.language));
  proto.set_concept_count(system.concept_count);
  proto.set_case_sensitive(system.case_sensitive);
  proto.set_compositional(system.compositional);
  proto.set_has_hierarchy(system.has_hierarchy);
  AddTexts(system.languages, *proto.mutable_languages());
  AddTexts(system.properties, *proto.mutable_properties());
}

void ToProto(const PayerSummary& payer, cv::Payer& proto) {
  proto.set_slug(Text(payer.slug));
  proto.set_name(Text(payer.name));
  proto.set_type(Text(payer.type));
  AddTexts(payer.aliases, *proto.mutable_aliases());
  AddAll(payer.plans, *proto.mutable_plans());
  proto.set_note_count(payer.note_count);
}

void ToProto(const ValueView& value, type::v1::Value& proto) {
  switch (value.kind) {
    case ValueKind::kNone:
      return;
    case ValueKind::kBoolean:
      return proto.set_boolean_value(value.text == "true");
    case ValueKind::kInteger:
      // Text that is no 64-bit integer stays readable as text.
      if (const auto number = base::ParseInt<std::int64_t>(value.text)) {
        return proto.set_integer_value(*number);
      }
      return proto.set_string_value(Text(value.text));
    case ValueKind::kDecimal:
      return proto.set_decimal_value(Text(value.text));
    case ValueKind::kString:
      return proto.set_string_value(Text(value.text));
    case ValueKind::kCode:
      return proto.set_code_value(Text(value.text));
    case ValueKind::kUri:
      return proto.set_uri_value(Text(value.text));
    case ValueKind::kDate:
      return proto.set_date_value(Text(value.text));
    case ValueKind::kDateTime:
      return proto.set_date_time_value(Text(value.text));
    case ValueKind::kCoding:
      return ToProto(value.coding, *proto.mutable_coding_value());
  }
}

void ToProto(const Issues& issues, RepeatedPtrField<type::v1::Issue>& proto) {
  for (const Issue& issue : issues) {
    auto& added = *proto.Add();
    added.set_severity(ToProto(issue.severity));
    added.set_type(Text(issue.type));
    added.set_tx_type(Text(issue.tx_type));
    added.set_message_id(Text(issue.message_id));
    added.set_text(issue.text);
    added.set_expression(issue.expression);
  }
}

}  // namespace chemoterm::rpc
