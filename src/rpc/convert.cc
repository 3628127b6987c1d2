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

// Sets a text, or nothing where it is empty: setting an empty one costs as much as a short one.
template <class Proto>
void Set(Proto& proto, std::string* (Proto::*field)(), std::string_view text) {
  if (!text.empty()) (proto.*field)()->assign(text);
}

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
  using Proto = type::v1::Coding;
  Set(proto, &Proto::mutable_system, coding.system);
  Set(proto, &Proto::mutable_version, coding.version);
  Set(proto, &Proto::mutable_code, coding.code);
  Set(proto, &Proto::mutable_display, coding.display);
}

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

void ToProto(const ValidateCodeResult& result, tv::ValidateCodeResponse& proto) {
  using Proto = tv::ValidateCodeResponse;
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
