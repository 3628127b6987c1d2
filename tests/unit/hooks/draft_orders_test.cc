// From resources, in the shapes of R4 and R5, to the lines of an order.
#include "hooks/draft_orders.h"

#include "hooks_fixture.h"

namespace chemoterm::hooks {
namespace {

constexpr const char* kR4Service = R"({"resourceType":"ServiceRequest","id":"a",
  "code":{"text":"x","coding":[{"system":"http://local.example","code":"1"},
    {"system":"http://www.ama-assn.org/go/cpt","code":"96413:59"}]},
  "quantityQuantity":{"value":2},
  "occurrencePeriod":{"start":"2026-11-20T09:00:00Z","end":"2026-11-20T10:00:00Z"},
  "locationCode":[{"coding":[{"system":"http://local.example","code":"x"}]},{"coding":[
    {"system":"https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set",
     "code":"11"}]}],
  "reasonCode":[{"coding":[{"system":"http://snomed.info/sct","code":"363346000"},
    {"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"Z51.11"}]},
    {"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"C50.919"}]}]})";

constexpr const char* kR5Service = R"({"resourceType":"ServiceRequest","id":"a",
  "code":{"concept":{"coding":[{"system":"http://www.ama-assn.org/go/cpt","code":"96413:59"}]}},
  "quantityQuantity":{"value":2.0},
  "occurrencePeriod":{"start":"2026-11-20T09:00:00Z","end":"2026-11-20T10:00:00Z"},
  "location":[{"concept":{"coding":[
    {"system":"https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set",
     "code":"11"}]}}],
  "reason":[{"concept":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"Z51.11"}]}},
    {"reference":{"reference":"Condition/1"}},
    {"concept":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"C50.919"}]}}]})";

DraftOrders Read(std::initializer_list<std::string> resources,
                 const std::vector<std::string>& selections = {}) {
  // Views of the orders point into the text.
  static std::string bundle;
  bundle = Bundle(resources);
  auto orders = ReadDraftOrders(bundle, selections, SharedEngine().Describe());
  EXPECT_TRUE(orders.ok()) << orders.status();
  return orders.ok() ? *std::move(orders) : DraftOrders{};
}

struct ServiceShape {
  const char* json;
  const char* name;
  bool in_concept;
  std::size_t coding;
};
class ServiceShapeTest : public testing::TestWithParam<ServiceShape> {};
TEST_P(ServiceShapeTest, IsRead) {
  const DraftOrders orders = Read({GetParam().json});
  ASSERT_EQ(orders.lines.size(), 1U);
  const DraftLine& line = orders.lines[0];
  EXPECT_EQ(line.reference, "ServiceRequest/a");
  EXPECT_EQ(line.place.element, "code");
  EXPECT_EQ(line.place.in_concept, GetParam().in_concept);
  EXPECT_EQ(line.place.coding, GetParam().coding);
  EXPECT_EQ(line.code(), "96413:59");
  EXPECT_EQ(line.order.units, 2);
  EXPECT_EQ(line.order.start, "2026-11-20T09:00:00Z");
  EXPECT_EQ(line.order.stop, "2026-11-20T10:00:00Z");
  EXPECT_EQ(line.order.place_of_service, "11");
  ASSERT_EQ(orders.diagnoses.size(), 2U);
  EXPECT_EQ(orders.diagnoses[0].code, "Z51.11");
  EXPECT_EQ(orders.diagnoses[1].code, "C50.919");
}
INSTANTIATE_TEST_SUITE_P(Versions, ServiceShapeTest,
                         testing::Values(ServiceShape{kR4Service, "R4", false, 1},
                                         ServiceShape{kR5Service, "R5", true, 0}),
                         [](const auto& info) { return info.param.name; });

TEST(MedicationRequest, IsReadInBothShapes) {
  const std::string coding =
      R"({"coding":[{"system":"https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",)"
      R"("code":"J9045"}]})";
  const std::string dosage = R"(,"dosageInstruction":[{"timing":{"event":["2026-11-20"]}}]})";
  const DraftOrders orders = Read(
      {R"({"resourceType":"MedicationRequest","medicationCodeableConcept":)" + coding + dosage,
       R"({"resourceType":"MedicationRequest","medication":{"concept":)" + coding + "}" + dosage});
  ASSERT_EQ(orders.lines.size(), 2U);
  EXPECT_EQ(orders.lines[0].place.element, "medicationCodeableConcept");
  EXPECT_EQ(orders.lines[1].place.element, "medication");
  for (const DraftLine& line : orders.lines) {
    EXPECT_EQ(line.code(), "J9045");
    EXPECT_EQ(line.reference, "");
    EXPECT_EQ(line.order.date, "2026-11-20");
    EXPECT_EQ(line.order.units, std::nullopt);
  }
}

TEST(Lines, AreOrdersWithACodeForBilling) {
  const std::string local = R"({"resourceType":"ServiceRequest","id":"x","code":{"coding":[)"
                            R"({"system":"http://loinc.org","code":"58410-2"},{"code":"96413"},)"
                            R"({"system":"cpt","code":"96413"}]},"reasonCode":[{"coding":[)"
                            R"({"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"D64.9"}]}]})";
  const std::string procedure =
      R"({"resourceType":"ServiceRequest","id":"p","code":{"coding":[)"
      R"({"system":"http://www.cms.gov/Medicare/Coding/ICD10","code":"3E03305"}]}})";
  const std::string device = R"({"resourceType":"DeviceRequest","id":"d","code":{"coding":[)"
                             R"({"system":"http://www.ama-assn.org/go/cpt","code":"96413"}]}})";
  const DraftOrders orders = Read({local, procedure, device, Order("a", "96415")});
  ASSERT_EQ(orders.lines.size(), 2U);
  EXPECT_EQ(orders.lines[0].code(), "3E03305");
  EXPECT_EQ(orders.lines[1].code(), "96415");
  EXPECT_TRUE(orders.diagnoses.empty()) << "a blood count's reason is none of the claim's";
}

struct TimeCase {
  const char* members;
  std::optional<std::int32_t> minutes;
  const char* date;
};

TEST(Time, IsReadFromAnyOccurrence) {
  const std::vector<TimeCase> rows = {
      {R"(,"occurrenceDateTime":"2026-11-20T09:00:00Z")", {}, "2026-11-20T09:00:00Z"},
      {R"(,"occurrenceTiming":{"repeat":{"duration":90,"durationUnit":"min"}})", 90, ""},
      {R"(,"occurrenceTiming":{"repeat":{"duration":1.5,"durationUnit":"h"}})", 90, ""},
      {R"(,"occurrenceTiming":{"event":["2026-11-20"],"repeat":{"duration":2,"durationUnit":"d"}})",
       {},
       "2026-11-20"},
      {R"(,"occurrenceTiming":{"repeat":{"duration":-5,"durationUnit":"min"}})", {}, ""},
      {R"(,"occurrenceTiming":{"repeat":{"duration":9999999999,"durationUnit":"h"}})", {}, ""},
      {"", {}, ""}};
  for (const TimeCase& row : rows) {
    const DraftOrders orders = Read({Order("a", "96413", row.members)});
    ASSERT_EQ(orders.lines.size(), 1U);
    EXPECT_EQ(orders.lines[0].order.minutes, row.minutes) << row.members;
    EXPECT_EQ(orders.lines[0].order.date, row.date) << row.members;
  }
}

struct UnitsCase {
  const char* value;
  std::optional<std::int32_t> units;
};

TEST(Units, AreWholeNumbers) {
  for (const UnitsCase& row : std::vector<UnitsCase>{
           {"3", 3}, {"3.0", 3}, {"3.5", {}}, {"\"3\"", {}}, {"99999999999", {}}, {"null", {}}}) {
    const DraftOrders orders = Read(
        {Order("a", "96413", base::Concat({R"(,"quantityQuantity":{"value":)", row.value, "}"}))});
    EXPECT_EQ(orders.lines.at(0).order.units, row.units) << row.value;
  }
}

TEST(LineExtension, SaysWhatHasNoElement) {
  EXPECT_EQ(
      Read({Order("a", "96405", Said("lesions", R"("valueInteger":7)"))}).lines[0].order.lesions,
      7);
  EXPECT_EQ(Read({Order("a", "96413", Said("access", R"("valueString":"left arm")"))})
                .lines[0]
                .order.access,
            "left arm");
  EXPECT_EQ(Read({Order("a", "96413", Said("drugClass", R"("valueCode":"biologic")"))})
                .lines[0]
                .order.drug_class,
            "biologic");
  EXPECT_EQ(Read({Order("a", "96413", Minutes("61"))}).lines[0].order.minutes, 61);
  const auto named = Read({Order("a", "96413", Said("drug", R"("valueString":"irinotecan")"))});
  ASSERT_TRUE(named.lines[0].order.drug.has_value());
  EXPECT_EQ(named.lines[0].order.drug->kind, ValueKind::kString);
  EXPECT_EQ(named.lines[0].order.drug->text, "irinotecan");
  const auto coded = Read({Order("a", "96413",
                                 Said("drug", R"("valueCodeableConcept":{"coding":[)"
                                              R"({"system":"s","code":"J9045"}]})"))});
  ASSERT_TRUE(coded.lines[0].order.drug.has_value());
  EXPECT_EQ(coded.lines[0].order.drug->kind, ValueKind::kCoding);
  EXPECT_EQ(coded.lines[0].order.drug->coding.code, "J9045");
  const auto other = Read({Order("a", "96413",
                                 R"(,"extension":[{"url":"https://other.example/order-line",)"
                                 R"("extension":[{"url":"minutes","valueInteger":5}]}])")});
  EXPECT_EQ(other.lines[0].order.minutes, std::nullopt);
}

TEST(Diagnoses, AreTakenOnceInTheOrderOfTheirNaming) {
  const auto reason = [](std::string_view code) {
    return base::Concat({R"(,"reasonCode":[{"coding":[{"system":)",
                         R"("http://hl7.org/fhir/sid/icd-10-cm","code":")", code, R"("}]}])"});
  };
  const DraftOrders orders =
      Read({Order("a", "96413", reason("Z51.11")), Order("b", "96415", reason("C50.919")),
            Order("c", "96417", reason("Z51.11"))});
  std::string codes;
  for (const Coding& coding : orders.diagnoses) codes += coding.code + " ";
  EXPECT_EQ(codes, "Z51.11 C50.919 ");
}

TEST(Selections, MarkTheirLines) {
  const DraftOrders orders = Read({Order("a", "96413"), Order("b", "96415")}, {"ServiceRequest/b"});
  EXPECT_FALSE(orders.lines[0].is_selected);
  EXPECT_TRUE(orders.lines[1].is_selected);
  EXPECT_TRUE(orders.HasSelectedLine());
  EXPECT_FALSE(orders.AreAllSelected());
  EXPECT_FALSE(orders.IsSelected({1}));
  EXPECT_TRUE(orders.IsSelected({1, 2}));
  EXPECT_FALSE(orders.IsSelected({}));
}

}  // namespace
}  // namespace chemoterm::hooks
