// From fixes to actions on the client's own resources.
#include "hooks/suggestions.h"

#include "hooks_fixture.h"

namespace chemoterm::hooks {
namespace {

constexpr std::string_view kCpt = "http://www.ama-assn.org/go/cpt";

std::string Medication(std::string_view id) {
  return base::Concat(
      {R"({"resourceType":"MedicationRequest",)", id,
       R"("medicationCodeableConcept":{"coding":[{"system":)"
       R"("http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets","code":"J9045"}]}})"});
}

// Four orders of an EHR, with what only the EHR knows.
const std::string& Orders() {
  static const std::string bundle = Bundle(
      {R"({"resourceType":"ServiceRequest","id":"a","status":"draft","intent":"order",)"
       R"("code":{"coding":[{"system":"http://local.example","code":"INF1"},{"system":)"
       R"("http://www.ama-assn.org/go/cpt","code":"96413:59","display":"theirs"}],"text":"1 h"},)"
       R"("subject":{"reference":"Patient/p"},"encounter":{"reference":"Encounter/e"},)"
       R"("occurrencePeriod":{"start":"2026-11-20T09:00:00Z"},"authoredOn":"2026-11-19",)"
       R"("quantityQuantity":{"value":3,"unit":"units"},"note":[{"text":"a \"b\""}]})",
       R"({"resourceType":"ServiceRequest","id":"b","intent":"plan","occurrenceDateTime":"2026-11-21",)"
       R"("code":{"concept":{"coding":[{"system":"http://www.ama-assn.org/go/cpt","code":"96415"}]}}})",
       Medication(R"("id":"m",)"), Medication("")});
  return bundle;
}

std::vector<Suggestion> Suggest(std::vector<OrderFix> fixes,
                                std::vector<std::int32_t> lines = {1}) {
  const auto orders = ReadDraftOrders(Orders(), {}, SharedEngine().Describe());
  EXPECT_TRUE(orders.ok()) << orders.status();
  OrderFinding finding;
  finding.lines = std::move(lines);
  finding.fixes = std::move(fixes);
  return SuggestionsFor(finding, *orders);
}

struct FixCase {
  const char* name;
  OrderFix fix;
  const char* label;
  const char* type;
  const char* description;
  std::string resource;  // all of it
  const char* resource_id;
};
void PrintTo(const FixCase& each, std::ostream* out) { *out << each.name; }

std::string OrderA(std::string_view code_element, std::string_view quantity) {
  return base::Concat(
      {R"({"resourceType":"ServiceRequest","id":"a","status":"draft","intent":"order","code":)",
       code_element,
       R"(,"subject":{"reference":"Patient/p"},"encounter":{"reference":"Encounter/e"},)"
       R"("occurrencePeriod":{"start":"2026-11-20T09:00:00Z"},"authoredOn":"2026-11-19",)"
       R"("quantityQuantity":)",
       quantity, R"(,"note":[{"text":"a \"b\""}]})"});
}
std::string CodeA(std::string_view code) {
  return base::Concat({R"({"coding":[{"system":"http://local.example","code":"INF1"},{"system":)"
                       R"("http://www.ama-assn.org/go/cpt","code":")",
                       code, R"(","display":"theirs"}],"text":"1 h"})"});
}
constexpr std::string_view kQuantityA = R"({"value":3,"unit":"units"})";

std::string OrderB(std::string_view coding_code, std::string_view more = {}) {
  return base::Concat(
      {R"({"resourceType":"ServiceRequest","id":"b","intent":"plan","occurrenceDateTime":"2026-11-21",)"
       R"("code":{"concept":{"coding":[{"system":"http://www.ama-assn.org/go/cpt","code":")",
       coding_code, R"("}]}})", more, "}"});
}

class FixTest : public testing::TestWithParam<FixCase> {};
TEST_P(FixTest, IsOneActionThatChangesNothingElse) {
  const FixCase& want = GetParam();
  const auto suggestions = Suggest({want.fix});
  ASSERT_EQ(suggestions.size(), 1U);
  EXPECT_EQ(suggestions[0].label, want.label);
  ASSERT_EQ(suggestions[0].actions.size(), 1U);
  const Action& action = suggestions[0].actions[0];
  EXPECT_EQ(action.type, want.type);
  EXPECT_EQ(action.description, want.description);
  EXPECT_EQ(action.resource, want.resource);
  EXPECT_EQ(action.resource_id, want.resource_id);
}
INSTANTIATE_TEST_SUITE_P(
    All, FixTest,
    testing::Values(
        FixCase{"replace_code",
                {"replace-code", 1, {kCpt, "2026", "96409", "Push"}, {}, {}},
                "Replace 96413 by 96409",
                "update",
                "Replace 96413 by 96409 (ServiceRequest/a)",
                OrderA(R"({"coding":[{"system":"http://www.ama-assn.org/go/cpt",)"
                       R"("code":"96409:59","display":"Push"}]})",
                       kQuantityA),
                ""},
        FixCase{"replace_code_r5",
                {"replace-code", 2, {kCpt, {}, "96417", {}}, {}, {}},
                "Replace 96415 by 96417",
                "update",
                "Replace 96415 by 96417 (ServiceRequest/b)",
                OrderB("96417"),
                ""},
        FixCase{"set_units",
                {"set-units", 1, {}, 2, {}},
                "Set the units of 96413:59 to 2",
                "update",
                "Set the units of 96413:59 to 2 (ServiceRequest/a)",
                OrderA(CodeA("96413:59"), R"({"value":2,"unit":"units"})"),
                ""},
        FixCase{"set_units_where_none_were",
                {"set-units", 2, {}, 2, {}},
                "Set the units of 96415 to 2",
                "update",
                "Set the units of 96415 to 2 (ServiceRequest/b)",
                OrderB("96415", R"(,"quantityQuantity":{"value":2})"),
                ""},
        FixCase{"add_modifier",
                {"add-modifier", 1, {}, {}, "76"},
                "Add modifier 76 to 96413:59",
                "update",
                "Add modifier 76 to 96413:59 (ServiceRequest/a)",
                OrderA(CodeA("96413:59:76"), kQuantityA),
                ""},
        FixCase{"add_modifier_r5",
                {"add-modifier", 2, {}, {}, "59"},
                "Add modifier 59 to 96415",
                "update",
                "Add modifier 59 to 96415 (ServiceRequest/b)",
                OrderB("96415:59"),
                ""},
        FixCase{"remove_modifier",
                {"remove-modifier", 1, {}, {}, "59"},
                "Remove modifier 59 from 96413",
                "update",
                "Remove modifier 59 from 96413 (ServiceRequest/a)",
                OrderA(CodeA("96413"), kQuantityA),
                ""},
        FixCase{"remove_line",
                {"remove-line", 2, {}, {}, {}},
                "Remove 96415",
                "delete",
                "Remove 96415 (ServiceRequest/b)",
                "",
                "ServiceRequest/b"},
        FixCase{"add_line",
                {"add-line", {}, {kCpt, {}, "96415", "Hour"}, 2, {}},
                "Add 96415 x 2",
                "create",
                "Add 96415 x 2",
                R"({"resourceType":"ServiceRequest","status":"draft","intent":"order",)"
                R"("code":{"coding":[{"system":"http://www.ama-assn.org/go/cpt","code":"96415",)"
                R"("display":"Hour"}]},"quantityQuantity":{"value":2},)"
                R"("subject":{"reference":"Patient/p"},"encounter":{"reference":"Encounter/e"},)"
                R"("occurrenceDateTime":"2026-11-20","authoredOn":"2026-11-19"})",
                ""}),
    [](const auto& info) { return info.param.name; });

TEST(AddLine, HasTheShapeAndDayOfTheLineItGoesWith) {
  const auto suggestions = Suggest({{"add-line", {}, {kCpt, {}, "96413", {}}, {}, {}}}, {2});
  ASSERT_EQ(suggestions.size(), 1U);
  EXPECT_EQ(suggestions[0].actions.at(0).resource,
            R"({"resourceType":"ServiceRequest","status":"draft","intent":"plan",)"
            R"("code":{"concept":{"coding":[{"system":"http://www.ama-assn.org/go/cpt",)"
            R"("code":"96413"}]}},"quantityQuantity":{"value":1},)"
            R"("occurrenceDateTime":"2026-11-21"})");
}

TEST(Fixes, ThatAreCodesToChooseFromAreAlternatives) {
  const auto suggestions = Suggest({{"replace-code", 1, {kCpt, {}, "96409", {}}, {}, {}},
                                    {"replace-code", 1, {kCpt, {}, "96417", {}}, {}, {}}});
  ASSERT_EQ(suggestions.size(), 2U);
  EXPECT_EQ(suggestions[0].label, "Replace 96413 by 96409");
  EXPECT_EQ(suggestions[1].label, "Replace 96413 by 96417");
  EXPECT_EQ(suggestions[1].actions.size(), 1U);
}

TEST(Fixes, ThatBelongTogetherAreOneSuggestion) {
  const auto suggestions =
      Suggest({{"set-units", 1, {}, 1, {}}, {"remove-line", 2, {}, {}, {}}}, {1, 2});
  ASSERT_EQ(suggestions.size(), 1U);
  EXPECT_EQ(suggestions[0].label, "Set the units of 96413:59 to 1; Remove 96415");
  ASSERT_EQ(suggestions[0].actions.size(), 2U);
  EXPECT_EQ(suggestions[0].actions[0].type, "update");
  EXPECT_EQ(suggestions[0].actions[1].type, "delete");
}

TEST(Fixes, OfOneLineAreOneUpdate) {
  const auto suggestions =
      Suggest({{"set-units", 1, {}, 1, {}}, {"add-modifier", 1, {}, {}, "76"}});
  ASSERT_EQ(suggestions.size(), 1U);
  ASSERT_EQ(suggestions[0].actions.size(), 1U);
  EXPECT_EQ(suggestions[0].actions[0].resource,
            OrderA(CodeA("96413:59:76"), R"({"value":1,"unit":"units"})"));
  EXPECT_EQ(suggestions[0].actions[0].description,
            "Set the units of 96413:59 to 1 (ServiceRequest/a); "
            "Add modifier 76 to 96413:59 (ServiceRequest/a)");
}

TEST(Fixes, AfterANewCodeGoOnIt) {
  const auto suggestions = Suggest(
      {{"replace-code", 1, {kCpt, {}, "96409", {}}, {}, {}}, {"add-modifier", 1, {}, {}, "76"}});
  ASSERT_EQ(suggestions.size(), 1U);
  EXPECT_EQ(suggestions[0].actions.at(0).resource,
            OrderA(R"({"coding":[{"system":"http://www.ama-assn.org/go/cpt",)"
                   R"("code":"96409:59:76"}]})",
                   kQuantityA));
}

TEST(Fixes, ThatAResourceCannotExpressAreLeftOut) {
  EXPECT_TRUE(Suggest({{"set-units", 3, {}, 2, {}}}).empty()) << "no element for units";
  EXPECT_TRUE(Suggest({{"remove-line", 4, {}, {}, {}}}).empty()) << "no id";
  EXPECT_TRUE(Suggest({{"add-modifier", 4, {}, {}, "JZ"}}).empty()) << "no id";
  EXPECT_TRUE(Suggest({{"set-units", 1, {}, 2, {}}, {"remove-line", 4, {}, {}, {}}}).empty())
      << "half a suggestion is none";
  EXPECT_TRUE(Suggest({}).empty());
  EXPECT_EQ(Suggest({{"add-modifier", 3, {}, {}, "JZ"}}).size(), 1U);
}

}  // namespace
}  // namespace chemoterm::hooks
