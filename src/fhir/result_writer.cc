// Results as Parameters by their tables.
#include <type_traits>

#include "base/text.h"
#include "fhir/closure_writer.h"
#include "fhir/expansion_writer.h"
#include "fhir/outcome.h"
#include "fhir/parameters.h"
#include "json/writer.h"

namespace chemoterm::fhir {
namespace {

// The key and colon of value[x].
std::string_view ValueKey(Kind kind) {
  switch (kind) {
    case Kind::kCode:
      return R"("valueCode":)";
    case Kind::kUri:
      return R"("valueUri":)";
    case Kind::kCanonical:
      return R"("valueCanonical":)";
    case Kind::kString:
      return R"("valueString":)";
    case Kind::kId:
      return R"("valueId":)";
    case Kind::kBoolean:
      return R"("valueBoolean":)";
    case Kind::kInteger:
      return R"("valueInteger":)";
    case Kind::kDecimal:
      return R"("valueDecimal":)";
    case Kind::kDate:
      return R"("valueDate":)";
    case Kind::kDateTime:
      return R"("valueDateTime":)";
    case Kind::kCoding:
      return R"("valueCoding":)";
    case Kind::kCodeableConcept:
      return R"("valueCodeableConcept":)";
    case Kind::kPeriod:
      return R"("valuePeriod":)";
    case Kind::kMoney:
      return R"("valueMoney":)";
    case Kind::kReference:
      return R"("valueReference":)";
    case Kind::kStringOrReference:
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

Kind KindOf(ValueKind kind) {
  switch (kind) {
    case ValueKind::kNone:
      return Kind::kAny;
    case ValueKind::kBoolean:
      return Kind::kBoolean;
    case ValueKind::kInteger:
      return Kind::kInteger;
    case ValueKind::kDecimal:
      return Kind::kDecimal;
    case ValueKind::kString:
      return Kind::kString;
    case ValueKind::kCode:
      return Kind::kCode;
    case ValueKind::kUri:
      return Kind::kUri;
    case ValueKind::kDate:
      return Kind::kDate;
    case ValueKind::kDateTime:
      return Kind::kDateTime;
    case ValueKind::kCoding:
      return Kind::kCoding;
  }
  return Kind::kAny;
}

// True for the kinds whose JSON is their literal text.
bool IsBare(Kind kind) {
  return kind == Kind::kBoolean || kind == Kind::kInteger || kind == Kind::kDecimal;
}

template <class C>
void FillCoding(json::Object& object, const C& coding) {
  object.Text("system", coding.system);
  object.Text("version", coding.version);
  object.Text("code", coding.code);
  object.Text("display", coding.display);
}

// The elements of a `parameter` or `part` array. This is the hot path of every answer: keys are
// appended whole.
class List {
 public:
  List(std::string& out, FhirVersion version) : out_(out), version_(version) {}

  template <class Struct>
  void WriteAll(const Struct& value) {
    ForEachParam<Struct>(
        [&](const auto& param) { Write(param.name, param.kind, value.*param.member); });
  }

  void WriteIssues(const Issues& issues) {
    if (issues.empty()) return;
    Open("issues", R"("resource":)");
    AppendOutcome(issues, out_);
    out_ += '}';
  }

  bool empty() const { return empty_; }

 private:
  void Open(std::string_view name, std::string_view key) {
    constexpr std::string_view kName = R"({"name":")";
    // One growth for all pieces; the fill is the comma, the quote and the comma behind the name.
    const std::size_t at = out_.size() + (empty_ ? 0 : 1);
    out_.append((empty_ ? 0 : 1) + kName.size() + name.size() + 2 + key.size(), ',');
    empty_ = false;
    char* to = out_.data() + at;
    to += kName.copy(to, kName.size());
    to += name.copy(to, name.size());
    *to = '"';
    key.copy(to + 2, key.size());
  }

  void Write(std::string_view name, Kind kind, std::string_view text) {
    if (text.empty()) return;
    Open(name, ValueKey(kind));
    if (kind == Kind::kReference) {
      out_ += R"({"reference":)";
      json::AppendString(out_, text);
      out_ += '}';
    } else if (IsBare(kind)) {
      out_ += text;
    } else {
      json::AppendString(out_, text);
    }
    out_ += '}';
  }
  void Write(std::string_view name, Kind kind, bool value) {
    Write(name, kind, value ? "true" : "false");
  }
  // A literal must not turn into a bool.
  void Write(std::string_view name, Kind kind, const char* text) {
    Write(name, kind, std::string_view(text));
  }
  void Write(std::string_view name, Kind kind, std::int32_t value) {
    Write(name, kind, base::ToText(value));
  }
  void Write(std::string_view name, Kind kind, const std::string& text) {
    Write(name, kind, std::string_view(text));
  }
  template <class T>
  void Write(std::string_view name, Kind kind, const std::optional<T>& value) {
    if (value.has_value()) Write(name, kind, *value);
  }
  void Write(std::string_view name, Kind kind, const CodingView& coding) {
    if (coding.empty()) return;
    Open(name, ValueKey(kind));
    {
      json::Object object(&out_);
      FillCoding(object, coding);
    }
    out_ += '}';
  }
  void Write(std::string_view name, Kind kind, const PeriodView& period) {
    if (period.empty()) return;
    Open(name, ValueKey(kind));
    {
      json::Object object(&out_);
      object.Text("start", period.start);
      object.Text("end", period.end);
    }
    out_ += '}';
  }
  void Write(std::string_view name, Kind kind, const MoneyView& money) {
    if (money.empty()) return;
    Open(name, ValueKey(kind));
    out_ += base::Concat({R"({"value":)", money.value, R"(,"currency":)"});
    json::AppendString(out_, money.currency);
    out_ += "}}";
  }
  void Write(std::string_view name, Kind, const ValueView& value) {
    if (value.kind == ValueKind::kNone) return;
    if (value.kind == ValueKind::kCoding) return Write(name, Kind::kCoding, value.coding);
    Write(name, KindOf(value.kind), value.text);
  }
  void Write(std::string_view name, Kind kind, const CodeableConcept* value) {
    if (value == nullptr) return;
    Open(name, ValueKey(kind));
    {
      json::Object object(&out_);
      if (!value->coding.empty()) {
        auto codings = object.List("coding");
        for (const Coding& coding : value->coding) {
          auto element = codings.Sub();
          FillCoding(element, coding);
        }
      }
      object.Text("text", value->text);
    }
    out_ += '}';
  }
  template <class T>
  void Write(std::string_view name, Kind kind, const std::vector<T>& values) {
    if constexpr (std::is_same_v<T, LookupDesignation>) {
      if (NeedsRepeat(version_, values)) return WriteEach(name, kind, Repeated(values));
    }
    WriteEach(name, kind, values);
  }

  template <class T>
  void WriteEach(std::string_view name, Kind kind, const std::vector<T>& values) {
    for (const T& value : values) {
      if constexpr (requires { Params<T>::kAll; }) {
        WriteParts(name, value);
      } else {
        Write(name, kind, value);
      }
    }
  }

  // A group without any part is left out: FHIR has no empty arrays.
  template <class Part>
  void WriteParts(std::string_view name, const Part& part) {
    const std::size_t size = out_.size();
    const bool was_empty = empty_;
    Open(name, R"("part":[)");
    List parts(out_, version_);
    parts.WriteAll(part);
    if (parts.empty()) {
      out_.resize(size);
      empty_ = was_empty;
      return;
    }
    out_ += "]}";
  }

  std::string& out_;
  FhirVersion version_;
  bool empty_ = true;
};

template <class Result>
std::string WriteParameters(const Result& result, const Issues& issues, FhirVersion version) {
  constexpr std::string_view kStart = R"({"resourceType":"Parameters","parameter":[)";
  std::string out;
  out.reserve(2048);
  out += kStart;
  List list(out, version);
  list.WriteAll(result);
  list.WriteIssues(issues);
  if (list.empty()) return R"({"resourceType":"Parameters"})";
  out += "]}";
  return out;
}

}  // namespace

// A lone resource is the whole answer.
template <>
std::string ResultWriter<ExpandOp>::Write(const Answer<ExpandResult>& answer, FhirVersion version) {
  return WriteExpansion(answer.value, version);
}

template <>
std::string ResultWriter<ClosureOp>::Write(const Answer<ClosureResult>& answer,
                                           FhirVersion version) {
  return WriteClosure(answer.value, version);
}

template <>
std::string ResultWriter<TranslateOp>::Write(const Answer<TranslateResult>& answer,
                                             FhirVersion version) {
  return WriteParameters(InWordsOf(answer.value, version), answer.issues, version);
}

template <class Op>
std::string ResultWriter<Op>::Write(const Answer<typename Op::Result>& answer,
                                    FhirVersion version) {
  return WriteParameters(answer.value, answer.issues, version);
}

// One line per operation of AllOps; a missing one is a link error.
template struct ResultWriter<LookupOp>;
template struct ResultWriter<ValidateCodeOp>;
template struct ResultWriter<SubsumesOp>;
template struct ResultWriter<RelatedCodesOp>;
template struct ResultWriter<CoverageNotesOp>;
template struct ResultWriter<SearchCodesOp>;
template struct ResultWriter<ExpandOp>;
template struct ResultWriter<CompareOp>;
template struct ResultWriter<TranslateOp>;
template struct ResultWriter<FindMatchesOp>;
template struct ResultWriter<ClosureOp>;
template struct ResultWriter<CheckOrderOp>;
template struct ResultWriter<CheckCoverageOp>;
template struct ResultWriter<EstimateOrderOp>;
template struct ResultWriter<CodeAdministrationOp>;
template struct ResultWriter<ValidateValueSetCodeOp>;

}  // namespace chemoterm::fhir
