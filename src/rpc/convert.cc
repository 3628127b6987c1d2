#include "rpc/convert.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "rpc/convert_types.h"

namespace chemoterm::rpc {
namespace {

namespace tv = terminology::v1;
namespace cv = coverage::v1;

// protobuf's setters take no std::string_view; a moved string costs them no second copy.
std::string Text(std::string_view text) { return std::string(text); }

template <class Proto>
std::optional<CodeableConcept> CodeableConceptOf(const Proto& proto) {
  if (!proto.has_codeable_concept()) return std::nullopt;
  return ToCodeableConcept(proto.codeable_concept());
}

template <class Proto>
void SetTxParameters(const Proto& proto, TxParameters& request) {
  SetTxResources(proto, request);
  request.system_versions = Texts(proto.default_system_version());
  request.check_system_versions = Texts(proto.check_system_version());
  request.force_system_versions = Texts(proto.force_system_version());
  request.default_value_set_versions = Texts(proto.default_valueset_version());
  request.use_supplements = Texts(proto.use_supplement());
}

}  // namespace

// The parts of answers. Static and not in the namespace above, where they would hide the overloads
// of the header.
template <class Part, class Message>
static void AddAll(const std::vector<Part>& parts, RepeatedPtrField<Message>& proto);

static void ToProto(const PeriodView& period, type::v1::Period& proto) {
  using Proto = type::v1::Period;
  Set(proto, &Proto::mutable_start, period.start);
  Set(proto, &Proto::mutable_end, period.end);
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
  using Proto = tv::LookupDesignation;
  Set(proto, &Proto::mutable_language, designation.language);
  if (!designation.use.empty()) ToProto(designation.use, *proto.mutable_use());
  AddAll(designation.additional_uses, *proto.mutable_additional_use());
  Set(proto, &Proto::mutable_value, designation.value);
  Set(proto, &Proto::mutable_source, designation.source);
}

static void ToProto(const LookupSubproperty& subproperty, tv::LookupSubproperty& proto) {
  using Proto = tv::LookupSubproperty;
  Set(proto, &Proto::mutable_code, subproperty.code);
  ToProto(subproperty.value, *proto.mutable_value());
  Set(proto, &Proto::mutable_description, subproperty.description);
}

static void ToProto(const LookupProperty& property, tv::LookupProperty& proto) {
  using Proto = tv::LookupProperty;
  Set(proto, &Proto::mutable_code, property.code);
  if (property.value.kind != ValueKind::kNone) {
    ToProto(property.value, *proto.mutable_value());
  }
  Set(proto, &Proto::mutable_description, property.description);
  Set(proto, &Proto::mutable_source, property.source);
  AddAll(property.subproperties, *proto.mutable_subproperty());
}

static void ToProto(const ExpansionParameter& parameter, tv::ExpansionParameter& proto) {
  using Proto = tv::ExpansionParameter;
  Set(proto, &Proto::mutable_name, parameter.name);
  if (parameter.value.kind != ValueKind::kNone) {
    ToProto(parameter.value, *proto.mutable_value());
  }
}

static void ToProto(const ExpansionProperty& property, tv::ExpansionProperty& proto) {
  using Proto = tv::ExpansionProperty;
  Set(proto, &Proto::mutable_code, property.code);
  Set(proto, &Proto::mutable_uri, property.uri);
}

static void ToProto(const ContainedDesignation& designation, tv::ContainedDesignation& proto) {
  using Proto = tv::ContainedDesignation;
  Set(proto, &Proto::mutable_language, designation.language);
  if (!designation.use.empty()) ToProto(designation.use, *proto.mutable_use());
  Set(proto, &Proto::mutable_value, designation.value);
  Set(proto, &Proto::mutable_extensions, designation.extensions);
}

static void ToProto(const ContainedProperty& property, tv::ContainedProperty& proto) {
  using Proto = tv::ContainedProperty;
  Set(proto, &Proto::mutable_code, property.code);
  ToProto(property.value, *proto.mutable_value());
}

static void ToProto(const ContainedConcept& contained, tv::ContainedConcept& proto) {
  using Proto = tv::ContainedConcept;
  proto.set_depth(contained.depth);
  Set(proto, &Proto::mutable_system, contained.system);
  Set(proto, &Proto::mutable_version, contained.version);
  Set(proto, &Proto::mutable_code, contained.code);
  Set(proto, &Proto::mutable_display, contained.display);
  if (contained.abstract) proto.set_abstract(*contained.abstract);
  if (contained.inactive) proto.set_inactive(*contained.inactive);
  AddAll(contained.designations, *proto.mutable_designation());
  AddAll(contained.properties, *proto.mutable_property());
  Set(proto, &Proto::mutable_extensions, contained.extensions);
}

static void ToProto(const RelatedCode& related, tv::RelatedCode& proto) {
  using Proto = tv::RelatedCode;
  Set(proto, &Proto::mutable_kind, related.kind);
  Set(proto, &Proto::mutable_direction, related.direction);
  ToProto(related.concept_coding, *proto.mutable_concept());
  Set(proto, &Proto::mutable_description, related.description);
  proto.set_depth(related.depth);
  if (!related.period.empty()) ToProto(related.period, *proto.mutable_period());
  Set(proto, &Proto::mutable_indicator, related.indicator);
  Set(proto, &Proto::mutable_setting, related.setting);
  Set(proto, &Proto::mutable_citation, related.citation);
  Set(proto, &Proto::mutable_citation_url, related.citation_url);
  Set(proto, &Proto::mutable_as_of, related.as_of);
  Set(proto, &Proto::mutable_verification, related.verification);
}

static void ToProto(const SearchMatched& matched, tv::SearchMatched& proto) {
  using Proto = tv::SearchMatched;
  Set(proto, &Proto::mutable_where, matched.where);
  Set(proto, &Proto::mutable_word, matched.word);
  Set(proto, &Proto::mutable_as, matched.as);
}

static void ToProto(const SearchMatch& match, tv::SearchMatch& proto) {
  using Proto = tv::SearchMatch;
  ToProto(match.concept_coding, *proto.mutable_concept());
  Set(proto, &Proto::mutable_score, match.score);
  AddAll(match.matched, *proto.mutable_matched());
}

static void ToProto(const CoverageSummary& summary, cv::CoverageSummary& proto) {
  using Proto = cv::CoverageSummary;
  Set(proto, &Proto::mutable_payer, summary.payer);
  Set(proto, &Proto::mutable_payer_name, summary.payer_name);
  Set(proto, &Proto::mutable_covered, summary.covered);
  Set(proto, &Proto::mutable_information, summary.information);
  Set(proto, &Proto::mutable_pa_needed, summary.pa_needed);
  proto.set_conflict(summary.conflict);
  proto.set_stale(summary.stale);
  proto.set_notes(summary.notes);
}

static void ToProto(const PlanSummary& plan, cv::Plan& proto) {
  using Proto = cv::Plan;
  Set(proto, &Proto::mutable_slug, plan.slug);
  Set(proto, &Proto::mutable_name, plan.name);
  Set(proto, &Proto::mutable_line_of_business, plan.line_of_business);
}

template <class Part, class Message>
static void AddAll(const std::vector<Part>& parts, RepeatedPtrField<Message>& proto) {
  for (const Part& part : parts) ToProto(part, *proto.Add());
}

LookupRequest ToRequest(const tv::LookupCodeRequest& proto) {
  LookupRequest request;
  request.code = proto.code();
  request.system = proto.system();
  request.version = proto.version();
  request.coding = CodingOf(proto.has_coding(), proto.coding());
  request.date = proto.date();
  request.display_language = proto.display_language();
  request.properties = Texts(proto.property());
  request.use_supplements = Texts(proto.use_supplement());
  SetTxResources(proto, request);
  return request;
}

ValidateCodeRequest ToRequest(const tv::ValidateCodeRequest& proto) {
  using Proto = tv::ValidateCodeRequest;
  ValidateCodeRequest request;
  request.url = proto.url();
  request.code_system = proto.code_system();
  request.code = proto.code();
  request.version = proto.version();
  request.display = proto.display();
  request.coding = CodingOf(proto.has_coding(), proto.coding());
  request.codeable_concept = CodeableConceptOf(proto);
  request.date = proto.date();
  request.abstract = Given(proto, &Proto::has_abstract, &Proto::abstract);
  request.display_language = proto.display_language();
  request.system = proto.system();
  request.lenient_display_validation =
      Given(proto, &Proto::has_lenient_display_validation, &Proto::lenient_display_validation);
  request.use_supplements = Texts(proto.use_supplement());
  SetTxResources(proto, request);
  return request;
}

ValidateValueSetCodeRequest ToRequest(const tv::ValidateValueSetCodeRequest& proto) {
  using Proto = tv::ValidateValueSetCodeRequest;
  ValidateValueSetCodeRequest request;
  request.url = proto.url();
  request.value_set = proto.value_set();
  request.value_set_version = proto.value_set_version();
  request.context = proto.context();
  request.code = proto.code();
  request.system = proto.system();
  request.system_version = proto.system_version();
  request.display = proto.display();
  request.coding = CodingOf(proto.has_coding(), proto.coding());
  request.codeable_concept = CodeableConceptOf(proto);
  request.date = proto.date();
  request.abstract = Given(proto, &Proto::has_abstract, &Proto::abstract);
  request.display_language = proto.display_language();
  request.infer_system = Given(proto, &Proto::has_infer_system, &Proto::infer_system);
  request.lenient_display_validation =
      Given(proto, &Proto::has_lenient_display_validation, &Proto::lenient_display_validation);
  request.membership_only =
      Given(proto, &Proto::has_valueset_membership_only, &Proto::valueset_membership_only);
  request.active_only = Given(proto, &Proto::has_active_only, &Proto::active_only);
  SetTxParameters(proto, request);
  return request;
}

ExpandRequest ToRequest(const tv::ExpandValueSetRequest& proto) {
  using Proto = tv::ExpandValueSetRequest;
  ExpandRequest request;
  request.url = proto.url();
  request.value_set = proto.value_set();
  request.value_set_version = proto.value_set_version();
  request.context = proto.context();
  request.filter = proto.filter();
  request.date = proto.date();
  request.offset = Given(proto, &Proto::has_offset, &Proto::offset);
  request.count = Given(proto, &Proto::has_count, &Proto::count);
  request.include_designations =
      Given(proto, &Proto::has_include_designations, &Proto::include_designations);
  request.designations = Texts(proto.designation());
  request.include_definition =
      Given(proto, &Proto::has_include_definition, &Proto::include_definition);
  request.active_only = Given(proto, &Proto::has_active_only, &Proto::active_only);
  request.exclude_nested = Given(proto, &Proto::has_exclude_nested, &Proto::exclude_nested);
  request.exclude_not_for_ui =
      Given(proto, &Proto::has_exclude_not_for_ui, &Proto::exclude_not_for_ui);
  request.exclude_post_coordinated =
      Given(proto, &Proto::has_exclude_post_coordinated, &Proto::exclude_post_coordinated);
  request.display_language = proto.display_language();
  request.properties = Texts(proto.property());
  request.exclude_systems = Texts(proto.exclude_system());
  SetTxParameters(proto, request);
  return request;
}

CompareRequest ToRequest(const tv::CompareValueSetsRequest& proto) {
  using Proto = tv::CompareValueSetsRequest;
  CompareRequest request;
  request.this_url = proto.this_url();
  request.other_url = proto.other_url();
  request.value_set = proto.this_value_set();
  request.other_value_set = proto.other_value_set();
  request.diagnostics = Given(proto, &Proto::has_diagnostics, &Proto::diagnostics);
  SetTxParameters(proto, request);
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
  using Proto = tv::LookupCodeResponse;
  Set(proto, &Proto::mutable_name, result.name);
  Set(proto, &Proto::mutable_version, result.version);
  Set(proto, &Proto::mutable_display, result.display);
  Set(proto, &Proto::mutable_code, result.code);
  Set(proto, &Proto::mutable_system, result.system);
  Set(proto, &Proto::mutable_definition, result.definition);
  if (result.abstract) proto.set_abstract(*result.abstract);
  AddAll(result.designations, *proto.mutable_designation());
  AddAll(result.properties, *proto.mutable_property());
  AddTexts(result.used_supplements, *proto.mutable_used_supplement());
  Set(proto, &Proto::mutable_disclaimer, result.disclaimer);
}

// Both kinds of validation have the same result.
template <class Proto>
static void FillValidation(const ValidateCodeResult& result, Proto& proto) {
  proto.set_result(result.result);
  Set(proto, &Proto::mutable_message, result.message);
  Set(proto, &Proto::mutable_display, result.display);
  Set(proto, &Proto::mutable_code, result.code);
  Set(proto, &Proto::mutable_system, result.system);
  Set(proto, &Proto::mutable_version, result.version);
  if (result.codeable_concept != nullptr) {
    ToProto(*result.codeable_concept, *proto.mutable_codeable_concept());
  }
  if (result.inactive) proto.set_inactive(*result.inactive);
  Set(proto, &Proto::mutable_status, result.status);
  Set(proto, &Proto::mutable_normalized_code, result.normalized_code);
  AddTexts(result.caused_by_unknown_systems, *proto.mutable_x_caused_by_unknown_system());
  AddTexts(result.unknown_systems, *proto.mutable_x_unknown_system());
}

void ToProto(const ValidateCodeResult& result, tv::ValidateCodeResponse& proto) {
  FillValidation(result, proto);
}

void ToProto(const ValidateCodeResult& result, tv::ValidateValueSetCodeResponse& proto) {
  FillValidation(result, proto);
}

void ToProto(const ExpandResult& result, tv::ExpandValueSetResponse& proto) {
  using Proto = tv::ExpandValueSetResponse;
  Set(proto, &Proto::mutable_url, result.url);
  Set(proto, &Proto::mutable_version, result.version);
  Set(proto, &Proto::mutable_name, result.name);
  Set(proto, &Proto::mutable_title, result.title);
  Set(proto, &Proto::mutable_status, result.status);
  Set(proto, &Proto::mutable_identifier, result.identifier);
  Set(proto, &Proto::mutable_timestamp, result.timestamp);
  if (result.total) proto.set_total(*result.total);
  if (result.offset) proto.set_offset(*result.offset);
  AddAll(result.parameters, *proto.mutable_parameter());
  AddAll(result.properties, *proto.mutable_property());
  AddAll(result.contains, *proto.mutable_contains());
  Set(proto, &Proto::mutable_unclosed_reason, result.unclosed_reason);
}

void ToProto(const CompareResult& result, tv::CompareValueSetsResponse& proto) {
  using Proto = tv::CompareValueSetsResponse;
  Set(proto, &Proto::mutable_result, result.result);
  Set(proto, &Proto::mutable_message, result.message);
  if (result.performed_expansion) proto.set_performed_expansion(*result.performed_expansion);
  Set(proto, &Proto::mutable_common_codes, result.common_codes);
  Set(proto, &Proto::mutable_missing_codes, result.missing_codes);
  Set(proto, &Proto::mutable_extra_codes, result.extra_codes);
}

void ToProto(const SubsumesResult& result, tv::SubsumesResponse& proto) {
  using Proto = tv::SubsumesResponse;
  Set(proto, &Proto::mutable_outcome, result.outcome);
}

void ToProto(const RelatedCodesResult& result, tv::ListRelatedCodesResponse& proto) {
  using Proto = tv::ListRelatedCodesResponse;
  AddAll(result.related, *proto.mutable_related());
  Set(proto, &Proto::mutable_disclaimer, result.disclaimer);
}

void ToProto(const SearchCodesResult& result, tv::SearchCodesResponse& proto) {
  AddAll(result.matches, *proto.mutable_match());
}

void ToProto(const CoverageNotesResult& result, cv::ListCoverageNotesResponse& proto) {
  using Proto = cv::ListCoverageNotesResponse;
  AddAll(result.notes, *proto.mutable_note());
  AddAll(result.summaries, *proto.mutable_summary());
  Set(proto, &Proto::mutable_disclaimer, result.disclaimer);
}

void ToProto(const CoverageNote& note, cv::CoverageNote& proto) {
  using Proto = cv::CoverageNote;
  Set(proto, &Proto::mutable_id, note.id);
  Set(proto, &Proto::mutable_payer, note.payer);
  Set(proto, &Proto::mutable_payer_name, note.payer_name);
  Set(proto, &Proto::mutable_plan, note.plan);
  Set(proto, &Proto::mutable_title, note.title);
  Set(proto, &Proto::mutable_covered, note.covered);
  Set(proto, &Proto::mutable_pa_needed, note.pa_needed);
  AddTexts(note.doc_needed, *proto.mutable_doc_needed());
  Set(proto, &Proto::mutable_information, note.information);
  Set(proto, &Proto::mutable_criteria, note.criteria);
  Set(proto, &Proto::mutable_limits, note.limits);
  AddTexts(note.documentation, *proto.mutable_documentation());
  Set(proto, &Proto::mutable_applies_when, note.applies_when);
  Set(proto, &Proto::mutable_result_when_applies, note.result_when_applies);
  Set(proto, &Proto::mutable_code_basis, note.code_basis);
  AddTexts(note.topics, *proto.mutable_topic());
  AddTexts(note.jurisdictions, *proto.mutable_jurisdiction());
  Set(proto, &Proto::mutable_status, note.status);
  Set(proto, &Proto::mutable_status_text, note.status_text);
  Set(proto, &Proto::mutable_policy_number, note.policy_number);
  Set(proto, &Proto::mutable_policy_title, note.policy_title);
  if (!note.effective.empty()) ToProto(note.effective, *proto.mutable_effective());
  Set(proto, &Proto::mutable_effective_text, note.effective_text);
  Set(proto, &Proto::mutable_last_review, note.last_review);
  Set(proto, &Proto::mutable_retrieved, note.retrieved);
  proto.set_stale(note.stale);
  proto.set_undated(note.undated);
  Set(proto, &Proto::mutable_confidence, note.confidence);
  Set(proto, &Proto::mutable_citation, note.citation);
  Set(proto, &Proto::mutable_citation_url, note.citation_url);
  Set(proto, &Proto::mutable_verification, note.verification);
  Set(proto, &Proto::mutable_reference, note.reference);
}

void ToProto(const CodeSystemSummary& system, tv::CodeSystem& proto) {
  using Proto = tv::CodeSystem;
  Set(proto, &Proto::mutable_id, system.id);
  Set(proto, &Proto::mutable_url, system.url);
  Set(proto, &Proto::mutable_version, system.version);
  Set(proto, &Proto::mutable_name, system.name);
  Set(proto, &Proto::mutable_title, system.title);
  Set(proto, &Proto::mutable_content, system.content);
  Set(proto, &Proto::mutable_supplements, system.supplements);
  Set(proto, &Proto::mutable_status, system.status);
  Set(proto, &Proto::mutable_copyright, system.copyright);
  Set(proto, &Proto::mutable_language, system.language);
  proto.set_concept_count(system.concept_count);
  proto.set_case_sensitive(system.case_sensitive);
  proto.set_compositional(system.compositional);
  proto.set_has_hierarchy(system.has_hierarchy);
  AddTexts(system.languages, *proto.mutable_languages());
  AddTexts(system.properties, *proto.mutable_properties());
}

void ToProto(const PayerSummary& payer, cv::Payer& proto) {
  using Proto = cv::Payer;
  Set(proto, &Proto::mutable_slug, payer.slug);
  Set(proto, &Proto::mutable_name, payer.name);
  Set(proto, &Proto::mutable_type, payer.type);
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
    using Proto = type::v1::Issue;
    Proto& added = *proto.Add();
    added.set_severity(ToProto(issue.severity));
    Set(added, &Proto::mutable_type, issue.type);
    Set(added, &Proto::mutable_tx_type, issue.tx_type);
    Set(added, &Proto::mutable_message_id, issue.message_id);
    added.set_text(issue.text);
    added.set_expression(issue.expression);
  }
}

}  // namespace chemoterm::rpc
