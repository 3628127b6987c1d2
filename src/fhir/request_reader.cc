// Binding of received parameters to request structs by their tables.
#include <algorithm>
#include <array>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>

#include "base/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "fhir/parameters.h"

namespace chemoterm::fhir {
namespace {

// Suffixes that clients use for one another, in HL7's own tests too.
constexpr std::array<std::string_view, 9> kStringLike = {
    "String", "Code", "Uri", "Canonical", "Id", "Url", "Oid", "Uuid", "Markdown"};

template <std::size_t N>
bool IsOneOf(std::string_view suffix, const std::array<std::string_view, N>& suffixes) {
  return std::find(suffixes.begin(), suffixes.end(), suffix) != suffixes.end();
}

// How a parameter of this kind may be written, and what it must be in JSON.
bool SuffixFits(Kind kind, std::string_view suffix) {
  static constexpr std::array<std::string_view, 4> kDates = {"Date", "DateTime", "Instant",
                                                             "String"};
  static constexpr std::array<std::string_view, 3> kIntegers = {"Integer", "PositiveInt",
                                                                "UnsignedInt"};
  switch (kind) {
    case Kind::kCode:
    case Kind::kUri:
    case Kind::kCanonical:
    case Kind::kString:
    case Kind::kId:
      return IsOneOf(suffix, kStringLike);
    case Kind::kDate:
    case Kind::kDateTime:
      return IsOneOf(suffix, kDates);
    case Kind::kInteger:
      return IsOneOf(suffix, kIntegers);
    case Kind::kStringOrReference:
      return suffix == "Reference" || IsOneOf(suffix, kStringLike);
    case Kind::kBoolean:
    case Kind::kDecimal:
    case Kind::kCoding:
    case Kind::kCodeableConcept:
    case Kind::kPeriod:
    case Kind::kMoney:
    case Kind::kReference:
    case Kind::kAny:
    case Kind::kParts:
    case Kind::kResource:
    case Kind::kCodeSystem:
    case Kind::kValueSet:
    case Kind::kConceptMap:
      break;
  }
  // "Boolean" for "boolean"
  return kind == Kind::kAny || base::EqualsIgnoringCase(suffix, ToString(kind));
}

Form FormOf(Kind kind) {
  switch (kind) {
    case Kind::kCode:
    case Kind::kUri:
    case Kind::kCanonical:
    case Kind::kString:
    case Kind::kId:
    case Kind::kDate:
    case Kind::kDateTime:
    case Kind::kStringOrReference:
      return Form::kText;
    case Kind::kBoolean:
      return Form::kBoolean;
    case Kind::kInteger:
    case Kind::kDecimal:
      return Form::kNumber;
    case Kind::kCoding:
      return Form::kCoding;
    case Kind::kCodeableConcept:
      return Form::kCodeableConcept;
    case Kind::kParts:
      return Form::kParts;
    case Kind::kResource:
    case Kind::kCodeSystem:
    case Kind::kValueSet:
    case Kind::kConceptMap:
      return Form::kResource;
    case Kind::kPeriod:
    case Kind::kMoney:
    case Kind::kReference:
    case Kind::kAny:
      return Form::kOtherObject;
  }
  return Form::kNothing;
}

bool IsPrimitive(Kind kind) {
  const Form form = FormOf(kind);
  return form == Form::kText || form == Form::kBoolean || form == Form::kNumber;
}

// A parameter, or a part of one, with the place it came from, for failures.
struct Source {
  const ParameterList& list;
  const Parameter& parameter;
  Kind kind;
  const Source* whole = nullptr;  // what it is a part of

  std::string Where() const {
    if (whole == nullptr) return list.WhereOf(parameter);
    const auto index = &parameter - whole->parameter.parts.data();
    return base::Concat({whole->Where(), ".part[", base::ToText(index), "]"});
  }
  absl::Status Invalid(std::string_view text) const {
    std::string where = Where();
    if (!parameter.suffix.empty()) where += base::Concat({".value", parameter.suffix});
    return Fail(Reason::kInvalidParameter,
                base::Concat({"parameter '", parameter.name, "' ", text}), where);
  }
};

// Type of the value; a query has text only.
absl::Status CheckType(const Source& source) {
  const Parameter& parameter = source.parameter;
  if (source.list.from_query) return {};
  const std::string_view type = ToString(source.kind);
  switch (parameter.form) {
    case Form::kNothing:
      return source.Invalid("has no value");
    case Form::kParts:
      if (source.kind == Kind::kParts) return {};
      return source.Invalid(base::Concat({"has parts; it must be of type ", type}));
    case Form::kResource:
      if (FormOf(source.kind) == Form::kResource) return {};
      if (source.kind == Kind::kParts) return source.Invalid("has a resource; it must have parts");
      return source.Invalid(base::Concat({"has a resource; it must be of type ", type}));
    case Form::kText:
    case Form::kBoolean:
    case Form::kNumber:
    case Form::kCoding:
    case Form::kCodeableConcept:
    case Form::kOtherObject:
      break;
  }
  if (source.kind == Kind::kParts) return source.Invalid("must have parts");
  if (!SuffixFits(source.kind, parameter.suffix)) {
    return source.Invalid(
        base::Concat({"must be of type ", type, ", not value", base::Clip(parameter.suffix, 60)}));
  }
  if (parameter.form == FormOf(source.kind) || source.kind == Kind::kAny) return {};
  return source.Invalid(base::Concat({"is not a JSON value of type ", type}));
}

bool HasSpace(std::string_view text) {
  return text.find_first_of(" \t\r\n") != std::string_view::npos;
}

absl::Status CheckText(const Source& source) {
  const std::string_view text = source.parameter.text;
  if (text.empty()) return source.Invalid("must not be empty");
  switch (source.kind) {
    case Kind::kCode:
    case Kind::kId:
      if (base::Trim(text).size() != text.size())
        return source.Invalid("must not begin or end with a blank");
      return {};
    case Kind::kUri:
    case Kind::kCanonical:
      if (HasSpace(text)) return source.Invalid("must not contain blanks");
      return {};
    case Kind::kDate:
    case Kind::kDateTime:
      if (!base::ParseDate(text)) {
        return source.Invalid(
            base::Concat({"is not a date that exists: '", base::Clip(text, 40), "'"}));
      }
      return {};
    case Kind::kString:
    case Kind::kStringOrReference:
      if (base::Trim(text).empty()) return source.Invalid("must not be blank");
      return {};
    case Kind::kBoolean:
    case Kind::kInteger:
    case Kind::kDecimal:
    case Kind::kCoding:
    case Kind::kCodeableConcept:
    case Kind::kPeriod:
    case Kind::kMoney:
    case Kind::kReference:
    case Kind::kAny:
    case Kind::kParts:
    case Kind::kResource:
    case Kind::kCodeSystem:
    case Kind::kValueSet:
    case Kind::kConceptMap:
      return {};
  }
  return {};
}

absl::Status Take(const Source& source, std::string& member) {
  if (FormOf(source.kind) == Form::kResource) {
    if (source.parameter.form != Form::kResource)
      return source.Invalid("is a resource: send the request by POST");
    member = source.parameter.resource;
    return {};
  }
  RETURN_IF_ERROR(CheckText(source));
  member = source.parameter.text;
  return {};
}

absl::Status Take(const Source& source, std::optional<bool>& member) {
  const std::string_view text = source.parameter.text;
  if (text != "true" && text != "false") return source.Invalid("must be true or false");
  member = text == "true";
  return {};
}

absl::Status Take(const Source& source, std::optional<std::int32_t>& member) {
  member = base::ParseInt<std::int32_t>(source.parameter.text);
  return member ? absl::Status() : source.Invalid("must be a whole number of at most 32 bits");
}

absl::Status Take(const Source& source, std::optional<Coding>& member) {
  const Coding& coding = source.parameter.coding;
  if (coding.code.empty() && coding.system.empty())
    return source.Invalid("has neither code nor system");
  member = coding;
  return {};
}

absl::Status Take(const Source& source, std::optional<CodeableConcept>& member) {
  const CodeableConcept& value = source.parameter.codeable_concept;
  if (value.coding.empty() && value.text.empty())
    return source.Invalid("has neither coding nor text");
  member = value;
  return {};
}

// The FHIR type of a value[x] by its suffix; a query tells none, so it is a text.
ValueKind KindOfSuffix(std::string_view suffix) {
  static constexpr std::pair<std::string_view, ValueKind> kKinds[] = {
      {"Boolean", ValueKind::kBoolean},  {"Integer", ValueKind::kInteger},
      {"Decimal", ValueKind::kDecimal},  {"Code", ValueKind::kCode},
      {"Uri", ValueKind::kUri},          {"Canonical", ValueKind::kUri},
      {"Url", ValueKind::kUri},          {"Date", ValueKind::kDate},
      {"DateTime", ValueKind::kDateTime}};
  for (const auto& [name, kind] : kKinds) {
    if (name == suffix) return kind;
  }
  return ValueKind::kString;
}

// The JSON type that a kind of value has.
Form FormOf(ValueKind kind) {
  if (kind == ValueKind::kBoolean) return Form::kBoolean;
  return kind == ValueKind::kInteger || kind == ValueKind::kDecimal ? Form::kNumber : Form::kText;
}

absl::Status Take(const Source& source, std::optional<Value>& member) {
  const Parameter& parameter = source.parameter;
  Value value;
  if (parameter.form == Form::kCoding || parameter.form == Form::kCodeableConcept) {
    const auto& codings = parameter.codeable_concept.coding;
    const bool is_coding = parameter.form == Form::kCoding;
    if (!is_coding && codings.size() != 1) return source.Invalid("must have one coding");
    value.coding = is_coding ? parameter.coding : codings.front();
    if (value.coding.code.empty()) return source.Invalid("has no code");
    value.kind = ValueKind::kCoding;
    member = std::move(value);
    return {};
  }
  value.kind = KindOfSuffix(parameter.suffix);
  if (parameter.form != FormOf(value.kind)) {
    return source.Invalid("is not a value of a primitive type or a Coding");
  }
  if (parameter.text.empty()) return source.Invalid("must not be empty");
  value.text = parameter.text;
  member = std::move(value);
  return {};
}

template <class Part>
absl::Status TakeParts(const Source& source, Part& member, bool strict);

template <class T>
absl::Status Take(const Source& source, std::vector<T>& member) {
  if constexpr (std::is_same_v<T, Coding>) {
    std::optional<Coding> coding;
    RETURN_IF_ERROR(Take(source, coding));
    member.push_back(*std::move(coding));
    return {};
  } else {
    return Take(source, member.emplace_back());
  }
}

template <class T>
constexpr bool kIsList = false;
template <class T>
constexpr bool kIsList<std::vector<T>> = true;

// A list of nested parameters.
template <class T>
constexpr bool kIsPartList = false;
template <class T>
constexpr bool kIsPartList<std::vector<T>> = requires { Params<T>::kAll; };

// Writes one parameter, or part of `whole`, into its member; sets `known`.
template <class Request>
absl::Status BindOne(const ParameterList& list, const Parameter& parameter, const Source* whole,
                     bool strict, Request& request, std::span<bool> seen, bool& known) {
  absl::Status status;
  std::size_t index = 0;
  ForEachParam<Request>([&](const auto& param) {
    bool& given = seen[index++];
    if (known || param.name != parameter.name) return;
    known = true;
    auto& member = request.*param.member;
    const Source source{list, parameter, param.kind, whole};
    if (!kIsList<std::decay_t<decltype(member)>> && given) {
      status = Fail(Reason::kConflictingParameters,
                    base::Concat({"parameter '", parameter.name, "' may be given only once"}),
                    source.Where());
      return;
    }
    given = true;
    status = CheckType(source);
    if (!status.ok()) return;
    if constexpr (kIsPartList<std::decay_t<decltype(member)>>) {
      status = TakeParts(source, member.emplace_back(), strict);
    } else {
      status = Take(source, member);
    }
  });
  return status;
}

template <class Part>
absl::Status TakeParts(const Source& source, Part& member, bool strict) {
  if (source.parameter.form != Form::kParts) {
    return source.Invalid("has parts: send the request by POST");
  }
  std::array<bool, std::tuple_size_v<decltype(Params<Part>::kAll)>> seen{};
  for (const Parameter& part : source.parameter.parts) {
    bool known = false;
    RETURN_IF_ERROR(BindOne(source.list, part, &source, strict, member, seen, known));
    if (known || !strict) continue;
    return Source{source.list, part, Kind::kParts, &source}.Invalid("is not a part that is known");
  }
  return {};
}

absl::Status RefuseUnknown(const ParameterList& list, const Parameter& parameter, bool strict) {
  if (parameter.form == Form::kResource) {
    return Fail(
        Reason::kUnprocessable,
        base::Concat({"parameter '", base::Clip(parameter.name, 60),
                      "' carries a resource; this operation answers from the loaded content only"}),
        list.WhereOf(parameter));
  }
  if (!strict) return {};
  return Fail(Reason::kInvalidParameter,
              base::Concat({"unknown parameter '", base::Clip(parameter.name, 60), "'"}),
              list.WhereOf(parameter));
}

}  // namespace

template <class Op>
absl::StatusOr<typename Op::Request> RequestReader<Op>::Read(const ParameterList& list,
                                                             bool strict) {
  using Request = typename Op::Request;
  Request request;
  std::array<bool, std::tuple_size_v<decltype(Params<Request>::kAll)>> seen{};
  for (const Parameter& parameter : list.parameters) {
    bool known = false;
    RETURN_IF_ERROR(BindOne(list, parameter, nullptr, strict, request, seen, known));
    if (!known) RETURN_IF_ERROR(RefuseUnknown(list, parameter, strict));
  }
  return request;
}

template <class Op>
bool RequestReader<Op>::IsGetAllowed(const ParameterList& list) {
  bool allowed = true;
  for (const Parameter& parameter : list.parameters) {
    ForEachParam<typename Op::Request>([&](const auto& param) {
      if (param.name == parameter.name && !IsPrimitive(param.kind)) allowed = false;
    });
  }
  return allowed;
}

// One line per operation of AllOps; a missing one is a link error.
template struct RequestReader<LookupOp>;
template struct RequestReader<ValidateCodeOp>;
template struct RequestReader<SubsumesOp>;
template struct RequestReader<RelatedCodesOp>;
template struct RequestReader<CoverageNotesOp>;
template struct RequestReader<SearchCodesOp>;
template struct RequestReader<ExpandOp>;
template struct RequestReader<CompareOp>;
template struct RequestReader<TranslateOp>;
template struct RequestReader<FindMatchesOp>;
template struct RequestReader<ClosureOp>;
template struct RequestReader<CheckOrderOp>;
template struct RequestReader<CheckCoverageOp>;
template struct RequestReader<EstimateOrderOp>;
template struct RequestReader<CodeAdministrationOp>;
template struct RequestReader<ValidateValueSetCodeOp>;

}  // namespace chemoterm::fhir
