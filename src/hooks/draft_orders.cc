#include "hooks/draft_orders.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

#include "base/fixed.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "hooks/code_systems.h"
#include "hooks/elements.h"
#include "json/slice.h"

namespace chemoterm::hooks {
namespace {

constexpr std::string_view kDraftOrders = "context.draftOrders";

// What a type of order calls the thing that is ordered.
struct OrderType {
  std::string_view name;
  std::string_view concept_element;    // R4: a CodeableConcept
  std::string_view reference_element;  // R5: a CodeableReference
};
constexpr OrderType kOrderTypes[] = {
    {"ServiceRequest", "code", "code"},
    {"MedicationRequest", "medicationCodeableConcept", "medication"},
};

const OrderType* TypeOf(std::string_view resource) {
  const std::string name = TextOf(resource, "resourceType");
  const auto found = std::find_if(std::begin(kOrderTypes), std::end(kOrderTypes),
                                  [&](const OrderType& type) { return type.name == name; });
  return found == std::end(kOrderTypes) ? nullptr : found;
}

std::string_view TimingOf(std::string_view resource) {
  const std::string_view timing = json::Member(resource, "occurrenceTiming");
  if (!timing.empty()) return timing;
  return json::Member(FirstOf(json::Member(resource, "dosageInstruction")), "timing");
}

// A duration of a Timing's repeat in whole minutes, where it is given in minutes or hours.
std::optional<std::int32_t> MinutesOf(std::string_view repeat) {
  constexpr int kDigits = 4;
  constexpr std::int64_t kOne = 10'000;
  const std::string unit = TextOf(repeat, "durationUnit");
  const std::int64_t minutes = unit == "h" ? 60 : unit == "min" ? 1 : 0;
  const auto duration = base::ParseFixed(json::Member(repeat, "duration"), kDigits);
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  if (minutes == 0 || !duration || *duration < 0 || *duration > kMost) return std::nullopt;
  return static_cast<std::int32_t>(*duration * minutes / kOne);
}

// "ServiceRequest/1".
using References = std::set<std::string, std::less<>>;

class OrderReader {
 public:
  explicit OrderReader(const ContentInfo& content)
      : systems_(content.system_aliases),
        line_extension_(base::Concat({content.canonical_base, "/StructureDefinition/order-line"})) {
  }

  void Add(std::string_view resource, bool is_selected) {
    const OrderType* type = TypeOf(resource);
    if (type == nullptr) return;
    DraftLine line{.resource = resource,
                   .reference = ReferenceTo(resource),
                   .place = {},
                   .order = {},
                   .is_selected = is_selected};
    if (!FindCode(*type, line)) return;
    ReadServiceElements(line);
    ReadLineExtension(ExtensionOf(resource, line_extension_), line.order);
    AddDiagnoses(resource);
    orders_.lines.push_back(std::move(line));
  }

  DraftOrders Take() { return std::move(orders_); }

 private:
  bool FindCode(const OrderType& type, DraftLine& line) const {
    const std::string_view referenced =
        json::Member(json::Member(line.resource, type.reference_element), "concept");
    line.place.in_concept = !referenced.empty();
    line.place.element = line.place.in_concept ? type.reference_element : type.concept_element;
    const std::string_view concept_text =
        line.place.in_concept ? referenced : json::Member(line.resource, type.concept_element);
    for (json::Elements each(json::Member(concept_text, "coding")); each.Next();
         ++line.place.coding) {
      Coding coding = ReadCoding(each.value());
      if (coding.code.empty() || !systems_.IsOneOf({"cpt", "hcpcs", "icd10pcs"}, coding.system)) {
        continue;
      }
      line.order.coding = std::move(coding);
      return true;
    }
    return false;
  }

  void ReadServiceElements(DraftLine& line) const {
    const std::string_view resource = line.resource;
    OrderLine& order = line.order;
    order.units = WholeNumberOf(json::Member(resource, "quantityQuantity"), "value");
    const std::string_view period = json::Member(resource, "occurrencePeriod");
    order.start = TextOf(period, "start");
    order.stop = TextOf(period, "end");
    order.date = TextOf(resource, "occurrenceDateTime");
    const std::string_view timing = TimingOf(resource);
    order.minutes = MinutesOf(json::Member(timing, "repeat"));
    if (order.date.empty()) order.date = json::Unquote(FirstOf(json::Member(timing, "event")));
    order.place_of_service = FirstCodeOf("pos", ConceptsOf(resource, "locationCode", "location"));
  }

  // What a ServiceRequest has no element for.
  void ReadLineExtension(std::string_view extension, OrderLine& order) const {
    const auto part = [&](std::string_view url) { return ExtensionOf(extension, url); };
    order.lesions = WholeNumberOf(part("lesions"), "valueInteger");
    order.access = TextOf(part("access"), "valueString");
    order.drug_class = TextOf(part("drugClass"), "valueCode");
    order.drug = ReadDrug(part("drug"));
    if (!order.minutes) order.minutes = WholeNumberOf(part("minutes"), "valueInteger");
  }

  static std::optional<Value> ReadDrug(std::string_view extension) {
    Coding coding = ReadCoding(
        FirstOf(json::Member(json::Member(extension, "valueCodeableConcept"), "coding")));
    if (!coding.code.empty()) {
      return Value{.kind = ValueKind::kCoding, .text = {}, .coding = std::move(coding)};
    }
    std::string name = TextOf(extension, "valueString");
    if (name.empty()) return std::nullopt;
    return Value{.kind = ValueKind::kString, .text = std::move(name), .coding = {}};
  }

  std::string FirstCodeOf(std::string_view system_name,
                          const std::vector<std::string_view>& concepts) const {
    for (const std::string_view concept_text : concepts) {
      for (json::Elements each(json::Member(concept_text, "coding")); each.Next();) {
        Coding coding = ReadCoding(each.value());
        if (systems_.IsOneOf({system_name}, coding.system)) return std::move(coding.code);
      }
    }
    return {};
  }

  // Only codes that go on a claim: their sequence counts there.
  void AddDiagnoses(std::string_view resource) {
    for (const std::string_view reason : ConceptsOf(resource, "reasonCode", "reason")) {
      for (json::Elements each(json::Member(reason, "coding")); each.Next();) {
        Coding coding = ReadCoding(each.value());
        if (!systems_.IsOneOf({"icd10cm"}, coding.system)) continue;
        if (diagnosis_codes_.insert(coding.code).second) {
          orders_.diagnoses.push_back(std::move(coding));
        }
      }
    }
  }

  const CodeSystems systems_;
  const std::string line_extension_;
  DraftOrders orders_;
  std::set<std::string> diagnosis_codes_;
};

absl::Status CheckSelections(const References& selections,
                             const std::vector<std::string_view>& resources) {
  References there;
  for (const std::string_view resource : resources) there.insert(ReferenceTo(resource));
  for (const std::string& selection : selections) {
    if (there.contains(selection)) continue;
    return Fail(Reason::kUnprocessable,
                base::Concat({"'", base::Clip(selection, 80), "' is not among the draft orders."}),
                "context.selections");
  }
  return {};
}

}  // namespace

bool DraftOrders::HasSelectedLine() const {
  return std::any_of(lines.begin(), lines.end(),
                     [](const DraftLine& line) { return line.is_selected; });
}

bool DraftOrders::AreAllSelected() const {
  return std::all_of(lines.begin(), lines.end(),
                     [](const DraftLine& line) { return line.is_selected; });
}

bool DraftOrders::IsSelected(const std::vector<std::int32_t>& numbers) const {
  return std::any_of(numbers.begin(), numbers.end(),
                     [&](std::int32_t number) { return Line(number).is_selected; });
}

absl::StatusOr<DraftOrders> ReadDraftOrders(std::string_view bundle,
                                            const std::vector<std::string>& selections,
                                            const ContentInfo& content) {
  if (TextOf(bundle, "resourceType") != "Bundle") {
    return Fail(Reason::kUnprocessable, "The draft orders are not a Bundle.", kDraftOrders);
  }
  const std::vector<std::string_view> resources = ResourcesOf(bundle);
  const References selected(selections.begin(), selections.end());
  RETURN_IF_ERROR(CheckSelections(selected, resources));
  OrderReader reader(content);
  for (const std::string_view resource : resources) {
    reader.Add(resource, selected.empty() || selected.contains(ReferenceTo(resource)));
  }
  return reader.Take();
}

}  // namespace chemoterm::hooks
