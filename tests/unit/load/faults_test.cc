// Every kind of fault of the content: one row says what is changed in a sound folder, and what is
// said of it.
#include "load/faults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "load/loader.h"
#include "unit/load/content_load.h"

namespace chemoterm::load {
namespace {

using testing::Contains;
using testing::HasSubstr;

struct FaultCase {
  const char* name;
  const char* file;
  const char* from;  // is replaced ...
  const char* to;    // ... by this
  const char* fault;
};

class FaultTest : public testing::TestWithParam<FaultCase> {};

TEST_P(FaultTest, IsReportedWithFileAndLine) {
  ContentDir dir;
  ASSERT_TRUE(dir.Replace(GetParam().file, GetParam().from, GetParam().to));
  dir.Write();
  EXPECT_THAT(FaultsOf(dir), Contains(HasSubstr(GetParam().fault)));
}

std::string NameOf(const testing::TestParamInfo<FaultCase>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(
    Manifest, FaultTest,
    testing::Values(
        FaultCase{"NotJson", "manifest.json", "{", "{,", "manifest.json:1: not valid JSON"},
        FaultCase{"UnknownMember", "manifest.json", "\"version\"", "\"versoin\"",
                  "manifest.json:3: 'versoin' is not a known member"},
        FaultCase{"MissingMember", "manifest.json", "\"version\": \"1.0.0\",\n", "",
                  "manifest.json:1: 'version' is missing"},
        FaultCase{"DuplicateKey", "manifest.json", "\"version\"", "\"canonicalBase\"",
                  "manifest.json:3: the key 'canonicalBase' appears twice"},
        FaultCase{"UnknownKind", "manifest.json", "\"kind\": \"rows\"", "\"kind\": \"row\"",
                  "manifest.json:13: 'row' is not a kind of file"},
        FaultCase{"NoLicence", "manifest.json", "\"licence\": \"L\", ", "",
                  "manifest.json:8: 'licence' is missing"},
        FaultCase{"PathUp", "manifest.json", "\"path\": \"rows.json\"",
                  "\"path\": \"../rows.json\"",
                  "manifest.json:13: '../rows.json' is not a relative path inside the folder"},
        FaultCase{"PathAbsolute", "manifest.json", "\"path\": \"rows.json\"",
                  "\"path\": \"/etc/passwd\"",
                  "manifest.json:13: '/etc/passwd' is not a relative path inside the folder"},
        FaultCase{"ListedTwice", "manifest.json", "\"path\": \"rows.json\"", "\"path\": \"a.json\"",
                  "manifest.json:13: 'a.json' is listed twice"},
        FaultCase{"NoSuchFile", "manifest.json", "\"path\": \"rows.json\"", "\"path\": \"no.json\"",
                  "no.json: cannot be read: no such file"},
        FaultCase{"BadSum", "manifest.json", "\"sha256\": \"0", "\"sha256\": \"x",
                  "manifest.json:8: 'sha256' must be 64 lower-case hex digits"},
        FaultCase{"OtherSum", "manifest.json", "\"sha256\": \"0", "\"sha256\": \"1",
                  "sources.json: differs from its sha256 in the manifest"},
        FaultCase{"BadDate", "manifest.json", "\"asOf\": \"2026-01-02\"",
                  "\"asOf\": \"2026-02-30\"",
                  "manifest.json:8: 'asOf' is '2026-02-30', which is no date"},
        FaultCase{"StartAfterEnd", "manifest.json", "\"periodEnd\": \"2026-12-31\"",
                  "\"periodEnd\": \"2025-12-31\"",
                  "manifest.json:14: the period starts on 2026-01-01, after its end on 2025-12-31"},
        FaultCase{"UnknownSource", "manifest.json", "\"source\": \"s\"", "\"source\": \"s+q\"",
                  "manifest.json:8: the source 'q' is not in the sources"},
        FaultCase{"NoSupplement", "manifest.json", "\"system\": \"cpt\"", "\"system\": \"b\"",
                  "manifest.json: 'supplements' has no entry for cpt, which has rows"},
        FaultCase{"UnknownAlias", "manifest.json", "\"system\": \"cpt\"", "\"system\": \"q\"",
                  "manifest.json:6: 'q' is not an alias of 'systems'"},
        FaultCase{"BadPattern", "manifest.json", "\"search\": true", "\"codePattern\": \"[\"",
                  "manifest.json:10: 'codePattern' is not a regular expression"}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Basics, FaultTest,
    testing::Values(
        FaultCase{"SourceTwice", "sources.json", "\"id\": \"t\"", "\"id\": \"s\"",
                  "sources.json:3: the source 's' appears twice"},
        FaultCase{"SourceWithoutLicence", "sources.json", ", \"licence\": \"M\"", "",
                  "sources.json:3: 'licence' is missing"},
        FaultCase{"NotAnObject", "sources.json", "[\n", "[\n5,\n",
                  "sources.json:2: an object is expected here"},
        FaultCase{"NotAnArray", "sources.json", "[", "{",
                  "sources.json:1: an array is expected here"},
        FaultCase{"PropertyTwice", "properties.json", "\"code\": \"kin\"", "\"code\": \"note\"",
                  "properties.json:3: the property 'note' appears twice"},
        FaultCase{"PropertyType", "properties.json", "\"type\": \"Coding\"", "\"type\": \"coding\"",
                  "properties.json:3: 'type' is 'coding', but must be one of string"},
        FaultCase{"PropertyGroup", "properties.json", "\"group\": \"short\"", "\"group\": \"long\"",
                  "properties.json:2: 'group' is 'long', but must be one of short"},
        FaultCase{"NotABoolean", "properties.json", "\"default\": true", "\"default\": \"yes\"",
                  "properties.json:2: 'default' must be true or false"},
        FaultCase{"EmptyText", "properties.json", "\"A note.\"", "\"\"",
                  "properties.json:2: 'description' is empty"},
        FaultCase{"OpenBrace", "en.json", "{name}", "{name",
                  "en.json:2: the braces of the message 'HELLO' do not match"},
        FaultCase{"MessageNotText", "en.json", "\"Hello {name}\"", "7",
                  "en.json:2: 'HELLO' must be a text"},
        FaultCase{"ExternalTwice", "external-codes.csv", "cpt,A9", "b,X1",
                  "external-codes.csv:3: the code 'X1' of b appears twice"},
        FaultCase{"ExternalKind", "external-codes.csv", "drug", "medicine",
                  "external-codes.csv:2: 'kind' is 'medicine', but must be one of procedure"},
        FaultCase{"Header", "external-codes.csv", "kind", "sort",
                  "external-codes.csv:1: the header must be 'system,code,kind'"},
        FaultCase{"Columns", "external-codes.csv", "b,X1,drug", "b,X1,drug,",
                  "external-codes.csv:2: 4 cells, but the header has 3"},
        FaultCase{"EmptyLine", "external-codes.csv", "b,X1", "\nb,X1",
                  "external-codes.csv:2: an empty line"},
        FaultCase{"OpenQuote", "external-codes.csv", "X1", "\"X1",
                  "external-codes.csv:2: a quoted cell does not end on its line"},
        FaultCase{"StrayQuote", "external-codes.csv", "X1", "X\"1",
                  "external-codes.csv:2: the quotes are not as RFC 4180 has them"},
        FaultCase{"NotUtf8", "external-codes.csv", "X1", "X\xFF",
                  "external-codes.csv: not valid UTF-8"},
        FaultCase{"ByteOrderMark", "external-codes.csv", "system", "\xEF\xBB\xBFsystem",
                  "external-codes.csv:1: begins with a byte-order mark"}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    CodeSystem, FaultTest,
    testing::Values(
        FaultCase{"CodeTwice", "a.json", "\"A2\"", "\"A1\"",
                  "a.json:5: the code 'A1' is already at line 4"},
        FaultCase{"NoCode", "a.json", "{\"code\": \"A2\", ", "{",
                  "a.json:5: a concept without 'code'"},
        FaultCase{"BadCode", "a.json", "\"A2\"", "\" A2\"", "a.json:5: ' A2' is not a FHIR code"},
        FaultCase{"Misspelt", "a.json", "\"display\": \"Second\"", "\"dispaly\": \"Second\"",
                  "a.json:5: 'dispaly' is not a known member"},
        FaultCase{"OtherResource", "a.json", "CodeSystem", "ValueSet",
                  "a.json:1: 'resourceType' must be CodeSystem"},
        FaultCase{"Content", "a.json", "\"fragment\"", "\"some\"",
                  "a.json:2: 'content' is 'some', but must be one of not-present"},
        FaultCase{"SupplementOfNothing", "a.json", "\"fragment\"", "\"supplement\"",
                  "a.json:1: 'supplements' must be there exactly when 'content' is supplement"},
        FaultCase{"UnknownParent", "a.json", "\"Second\"",
                  "\"Second\", \"property\": [{\"code\": \"parent\", \"valueCode\": \"A7\"}]",
                  "a.json:5: the code 'A7' is not in this code system"},
        FaultCase{"Cycle", "a.json", "\"First\"}",
                  "\"First\", \"concept\": [{\"code\": \"A3\", \"property\": [{\"code\": \"child\","
                  "\"valueCode\": \"A1\"}]}]}",
                  "the hierarchy of http://codes.example/a has a cycle"},
        FaultCase{
            "PropertyAgainstDeclaration", "a.json", "\"concept\": [\n",
            "\"property\": [{\"code\": \"p\", \"type\": \"code\"}], \"concept\": [\n"
            "{\"code\": \"A3\", \"property\": [{\"code\": \"p\", \"valueString\": \"x\"}]},\n",
            "a.json:4: the value of 'p' is a string, but declared as code"},
        FaultCase{"PropertyDeclaredBehindItsValues", "a.json", "\n]}",
                  "\n,{\"code\": \"A3\", \"property\": [{\"code\": \"p\", \"valueString\": "
                  "\"x\"}]}], \"property\": [{\"code\": \"p\", \"type\": \"code\"}]}",
                  "a.json:6: the value of 'p' is a string, but declared as code"},
        FaultCase{"PropertyDeclaredTwice", "a.json", "\"concept\"",
                  "\"property\": [{\"code\": \"p\", \"type\": \"code\"},"
                  "{\"code\": \"p\", \"type\": \"code\"}], \"concept\"",
                  "a.json:3: the property 'p' is declared twice"},
        FaultCase{"PropertyWithoutValue", "a.json", "\"Second\"",
                  "\"Second\", \"property\": [{\"code\": \"p\"}]",
                  "a.json:5: a property without 'code' or value"},
        FaultCase{"DesignationLanguage", "a.json", "\"Second\"",
                  "\"Second\", \"designation\": [{\"language\": \"e n\", \"value\": \"x\"}]",
                  "a.json:5: 'e n' is not a language tag"},
        FaultCase{"InverseNotMutual", "kinds.json", "\"valueCode\": \"above\"",
                  "\"valueCode\": \"beside\"",
                  "the relation kind 'above' names 'below' as inverse, which does not name it"}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Rows, FaultTest,
    testing::Values(
        FaultCase{"UnknownCode", "rows.json", "\"A2\"", "\"A7\"",
                  "rows.json:5: the code 'A7' is not in the loaded cpt"},
        FaultCase{"ExternalCodeHasNoRows", "rows.json", "\"A2\"", "\"A9\"",
                  "rows.json:5: the code 'A9' is not in the loaded cpt"},
        FaultCase{"UnknownCoding", "rows.json", "\"X1\"", "\"X7\"",
                  "rows.json:4: the code 'X7' of b is neither loaded nor in external-codes"},
        FaultCase{"UnknownProperty", "rows.json", "\"flag\"", "\"flog\"",
                  "rows.json:5: the property 'flog' is not in the properties"},
        FaultCase{"WrongType", "rows.json", "\"One.\"", "1",
                  "rows.json:2: the value of 'note' must be a text"},
        FaultCase{"CodingNeeded", "rows.json", "\"note\", \"value\": \"One.\"",
                  "\"kin\", \"value\": \"X1\"",
                  "rows.json:2: the value of 'kin' must be an object with system and code"},
        FaultCase{"NoCodingWanted", "rows.json", "\"kin\"", "\"note\"",
                  "rows.json:4: the value of 'note' must be a text"},
        FaultCase{"BadDate", "rows.json", "\"note\", \"value\": \"One.\"",
                  "\"since\", \"value\": \"May\"",
                  "rows.json:2: the value of 'since' must be a date"},
        FaultCase{"BadCode", "rows.json", "\"note\", \"value\": \"One.\"",
                  "\"rank\", \"value\": \"x \"", "rows.json:2: the value of 'rank' must be a code"},
        FaultCase{"NotWhole", "rows.json", "\"note\", \"value\": \"One.\"",
                  "\"units\", \"value\": 1.5",
                  "rows.json:2: the value of 'units' must be a whole number"},
        FaultCase{"NullWithoutReason", "rows.json", "\"One.\"", "null",
                  "rows.json:2: a 'value' of null needs its reason in 'description'"},
        FaultCase{"NoValue", "rows.json", ", \"value\": false", "",
                  "rows.json:5: 'value' is missing"},
        FaultCase{"Twice", "rows.json", "\"Two.\", \"source\": \"s+t\"", "\"One.\"",
                  "rows.json:3: the value of 'note' of A1 is already at rows.json:2"},
        FaultCase{"UnknownSource", "rows.json", "s+t", "s+u",
                  "rows.json:3: the source 'u' is not in the sources"},
        FaultCase{"Verification", "rows.json", "unverified", "guessed",
                  "rows.json:3: 'verification' is 'guessed', but must be one of sourced"},
        FaultCase{"Setting", "rows.json", "\"description\": \"why\"", "\"setting\": \"home\"",
                  "rows.json:4: 'setting' is 'home', but must be one of practitioner"},
        FaultCase{"Period", "rows.json", "\"description\": \"why\"",
                  "\"periodStart\": \"2026-02\", \"periodEnd\": \"2026-01\"",
                  "rows.json:4: the period starts on 2026-02, after its end on 2026-01"},
        FaultCase{"UnknownSystem", "rows.json", "\"system\": \"cpt\"", "\"system\": \"zzz\"",
                  "rows.json:1: 'zzz' is neither an alias"},
        FaultCase{"NoVerification", "manifest.json", R"("verification": "sourced", "periodStart")",
                  R"("periodStart")",
                  "figures.csv: no 'verification' in the row, the file's head or the manifest"},
        FaultCase{"FigureNotNumber", "figures.csv", "0.80", "0.8o",
                  "figures.csv:2: the value '0.8o' of 'work' must be a number or NA"},
        FaultCase{"FigureColumn", "figures.csv", "units", "unit",
                  "figures.csv:1: the property 'unit' is not in the properties"},
        FaultCase{"FigureCode", "figures.csv", "A2", "A9",
                  "figures.csv:3: the code 'A9' is not in the loaded cpt"},
        FaultCase{"FigureTwice", "figures.csv", "A2,NA,", "A1,0.90,",
                  "figures.csv:3: 'work' of A1 is also in force by figures.csv:2"},
        FaultCase{
            "OverlapWithRow", "rows.json", "\"note\", \"value\": \"One.\"",
            "\"work\", \"value\": 0.9, \"periodStart\": \"2026-06-01\", \"source\": \"t\"",
            "figures.csv:2: 'work' of A1 is also in force by rows.json:2, and not both say so"}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Links, FaultTest,
    testing::Values(
        FaultCase{"UnknownKind", "relations.csv", "above", "over",
                  "relations.csv:2: the kind 'over' is not in the code system of relation kinds"},
        FaultCase{"UnknownEnd", "relations.csv", "A2", "A7",
                  "relations.csv:2: the code 'A7' of cpt is neither loaded nor in external-codes"},
        FaultCase{"NoEnd", "relations.csv", "A2", "", "relations.csv:2: an end without a code"},
        FaultCase{"Twice", "relations.csv", "cpt,A1,beside,b,X1",
                  "b,X1,beside,cpt,A1,,,,,,,,\ncpt,A1,beside,b,X1",
                  "relations.csv:4: the relation is already at relations.csv:3"},
        FaultCase{"InverseTwice", "relations.csv", "cpt,A1,beside,b,X1,,",
                  "cpt,A2,below,cpt,A1,2026-01-01,,,practitioner,,,,\ncpt,A1,beside,b,X1,,",
                  "relations.csv:3: the relation is already at relations.csv:2"},
        FaultCase{"ToItself", "relations.csv", "cpt,A2", "cpt,A1",
                  "relations.csv:2: a code related to itself"},
        FaultCase{"Indicator", "relations.csv", ",0,", ",5,",
                  "relations.csv:2: 'indicator' is '5', but must be one of 0, 1, 9"},
        FaultCase{"Date", "relations.csv", "2026-01-01", "2026-13-01",
                  "relations.csv:2: 'period-start' is '2026-13-01', which is no date"},
        FaultCase{"Source", "relations.csv", ",s,", ",u,",
                  "relations.csv:2: the source 'u' is not in the sources"},
        FaultCase{"MapSource", "map.json", "\"A2\"", "\"A7\"",
                  "map.json:5: the code 'A7' of cpt is neither loaded nor in external-codes"},
        FaultCase{"MapTarget", "map.json", "\"X1\"", "\"X7\"",
                  "map.json:4: the code 'X7' of b is neither loaded nor in external-codes"},
        FaultCase{"MapRelationship", "map.json", "\"equivalent\"", "\"equal\"",
                  "map.json:4: 'relationship' is 'equal', but must be one of related-to"},
        FaultCase{"MapWithoutSystem", "map.json", "\"source\": \"http://codes.example/a\", ", "",
                  "map.json:2: a group without 'source' or 'target'"},
        FaultCase{"MapOfR4", "map.json", "\"relationship\"", "\"equivalence\"",
                  "map.json:4: 'equivalence' is not a known member"},
        FaultCase{
            "NoMapAndTarget", "map.json", "\"noMap\": true",
            "\"noMap\": true, \"target\": [{\"code\": \"X1\", \"relationship\": \"equivalent\"}]",
            "map.json:5: 'noMap' and a target exclude each other"},
        FaultCase{"SameIdTwice", "kinds.json", "\"id\": \"relation-kind\"", "\"id\": \"a\"",
                  "kinds.json:1: CodeSystem/a appears twice"}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Coverage, FaultTest,
    testing::Values(
        FaultCase{"PayerType", "payers.json", "bcbs", "blues",
                  "payers.json:3: 'type' is 'blues', but must be one of federal"},
        FaultCase{"PayerSlug", "payers.json", "\"slug\": \"beta\"", "\"slug\": \"Beta\"",
                  "payers.json:3: 'slug' is 'Beta', which is no slug"},
        FaultCase{"PayerNameTaken", "payers.json", "\"name\": \"Beta\"", "\"name\": \"ACME\"",
                  "payers.json:3: the payer 'beta' has a slug, name or alias of another payer"},
        FaultCase{"Jurisdiction", "payers.json", "US-PA", "PA",
                  "payers.json:3: 'PA' is neither US nor US-xx"},
        FaultCase{"PlanPayer", "payers.json", "\"payer\": \"acme\"", "\"payer\": \"omega\"",
                  "payers.json:5: the payer 'omega' is not in the payers"},
        FaultCase{"NotePayer", "notes.json", "\"payer\": \"beta\"", "\"payer\": \"omega\"",
                  "notes.json:8: the payer 'omega' is not in the payers"},
        FaultCase{"NotePlan", "notes.json", "\"plan\": \"acme-gold\"", "\"plan\": \"acme-tin\"",
                  "notes.json:2: the plan 'acme-tin' is not in the payers"},
        FaultCase{"PlanOfOther", "notes.json", "\"payer\": \"acme\"", "\"payer\": \"beta\"",
                  "notes.json:2: the plan 'acme-gold' is not one of the payer 'beta'"},
        FaultCase{"NoteCode", "notes.json", "\"A2\"", "\"A7\"",
                  "notes.json:3: the code 'A7' of cpt is neither loaded nor in external-codes"},
        FaultCase{"NoteCodeTwice", "notes.json", "\"A2\"", "\"A1\"",
                  "notes.json:3: the code 'A1' is listed twice"},
        FaultCase{"Covered", "notes.json", "\"covered\": \"conditional\"", "\"covered\": \"maybe\"",
                  "notes.json:4: 'covered' is 'maybe', but must be one of covered"},
        FaultCase{"PaNeeded", "notes.json", "auth-needed", "satisfied",
                  "notes.json:4: 'paNeeded' is 'satisfied', but must be one of auth-needed"},
        FaultCase{"DocNeeded", "notes.json", "\"clinical\"", "\"all\"",
                  "notes.json:4: 'docNeeded' is 'all', but must be one of clinical"},
        FaultCase{"ListNeeded", "notes.json", "[\"clinical\"]", "\"clinical\"",
                  "notes.json:4: 'docNeeded' must be a list of texts"},
        FaultCase{"TextNeeded", "notes.json", "\"C.\"", "[\"C.\"]",
                  "notes.json:5: 'criteria' must be a text"},
        FaultCase{"ObjectNotWanted", "notes.json", "\"C.\"", "{}",
                  "notes.json:5: 'criteria' must not be an object"},
        FaultCase{"NoteTwice", "notes.json", "\"id\": \"beta-1\"", "\"id\": \"acme-1.5\"",
                  "notes.json:8: the note 'acme-1.5' appears twice"},
        FaultCase{"NoteId", "notes.json", "\"id\": \"beta-1\"", "\"id\": \"Beta_1\"",
                  "notes.json:8: 'id' is 'Beta_1', which is no id of a note"},
        FaultCase{"Effective", "notes.json", "\"end\": \"2026-06\"", "\"end\": \"2024\"",
                  "notes.json:6: the period starts on 2025-03, after its end on 2024"},
        FaultCase{"LastReview", "notes.json", "\"lastReview\": \"2026-02\"",
                  "\"lastReview\": \"soon\"",
                  "notes.json:6: 'lastReview' is 'soon', which is no date"},
        FaultCase{"Status", "notes.json", "\"historic\"", "\"old\"",
                  "notes.json:9: 'status' is 'old', but must be one of active"},
        FaultCase{"Url", "notes.json", "https://p.example/1", "javascript:1",
                  "notes.json:5: 'url' must begin with http:// or https://"}),
    NameOf);

TEST(Faults, SoundContentHasNone) {
  ContentDir dir;
  dir.Write();
  EXPECT_THAT(FaultsOf(dir), testing::IsEmpty());
}

TEST(Faults, AreAllReportedInTheOrderOfFileAndLine) {
  ContentDir dir;
  dir.Replace("rows.json", "\"A2\"", "\"A7\"");
  dir.Replace("rows.json", "\"X1\"", "\"X7\"");
  dir.Replace("a.json", "\"fragment\"", "\"whole\"");
  dir.Replace("notes.json", "\"historic\"", "\"old\"");
  dir.Write();
  const auto faults = FaultsOf(dir);
  ASSERT_GE(faults.size(), 4U);
  EXPECT_THAT(faults.front(), HasSubstr("a.json:2"));
  EXPECT_THAT(faults, Contains(HasSubstr("rows.json:4")));
  EXPECT_THAT(faults, Contains(HasSubstr("rows.json:5")));
  EXPECT_THAT(faults.back(), HasSubstr("rows.json:5"));
}

TEST(Faults, OverTheLimitAreCounted) {
  ContentDir dir;
  std::string csv = "system,code,kind\n";
  for (int i = 0; i < 1500; ++i) csv += "b,X1,drug\n";
  dir.Set("external-codes.csv", csv);
  dir.Write();
  const auto faults = FaultsOf(dir);
  EXPECT_EQ(faults.size(), Faults::kLimit + 1);
  EXPECT_THAT(faults.back(), HasSubstr("more faults"));
}

TEST(Faults, MissingFolderIsOne) {
  std::vector<ContentError> errors;
  EXPECT_FALSE(LoadSnapshot({.dir = "/nonexistent/folder"}, &errors).ok());
  EXPECT_EQ(errors.size(), 1U);
}

TEST(Faults, TwoFiguresInForceAtOnceNeedConflictOnBoth) {
  ContentDir dir;
  dir.Set("figures.csv", "code,work,units\nA2,NA,\n");
  dir.Replace("rows.json", "\"rows\": [\n", R"("rows": [
{"code": "A1", "property": "work", "value": 0.80, "conflict": "T has 0.9"},
{"code": "A1", "property": "work", "value": 0.9, "source": "t", "conflict": "S has 0.80"},
)");
  dir.Write();
  EXPECT_THAT(FaultsOf(dir), testing::IsEmpty());
  dir.Replace("rows.json", ", \"conflict\": \"S has 0.80\"", "");
  dir.Write();
  EXPECT_THAT(FaultsOf(dir), Contains(HasSubstr("rows.json:3: 'work' of A1 is also in force")));
}

TEST(Faults, LinksDoNotLeadOutOfTheFolder) {
  ContentDir dir;
  dir.Write();
  std::filesystem::remove(dir.path() + "/rows.json");
  std::filesystem::create_symlink("/etc/hostname", dir.path() + "/rows.json");
  EXPECT_THAT(FaultsOf(dir), Contains("rows.json: cannot be read: it leads out of the folder"));
}

TEST(Faults, FoldersAreNoFiles) {
  ContentDir dir;
  dir.Write();
  std::filesystem::remove(dir.path() + "/rows.json");
  std::filesystem::create_directory(dir.path() + "/rows.json");
  EXPECT_THAT(FaultsOf(dir), Contains("rows.json: cannot be read: not a regular file"));
}

TEST(Faults, OtherLanguagesHaveTheMessagesAndArgumentsOfEnglish) {
  ContentDir dir;
  dir.AddEntry("es.json", "messages");
  dir.Set("es.json", R"({"language": "es", "messages": {
"HELLO": "Hola {nombre}",
"BYE": "Adios"
}})");
  dir.Write();
  EXPECT_THAT(FaultsOf(dir), testing::ElementsAre(
                                 "es.json:2: the English message 'HELLO' has no argument 'nombre'",
                                 "es.json:3: the message 'BYE' is not among the English ones"));
}

TEST(Faults, ForbiddenTextsAreRunsOfFiveWords) {
  struct Case {
    const char* value;
    const char* fault;  // empty = none
  };
  const Case cases[] = {
      {"Quick brown foxes jump over fences.", "rows.json:2: five words in a row of line 2"},
      {"their QUICK, brown (foxes) jump", ""},  // four in a row
      {"foxes jump over quick brown", ""},
  };
  for (const Case& each : cases) {
    ContentDir dir;
    dir.Replace("rows.json", "One.", each.value);
    dir.Set("forbidden.txt", "short line\nThe quick brown foxes jump over the lazy dog\n");
    dir.Write();
    const auto faults =
        FaultsOf(dir, {.dir = {}, .forbidden_words_file = dir.path() + "/forbidden.txt"});
    if (*each.fault == '\0') {
      EXPECT_THAT(faults, testing::IsEmpty()) << each.value;
    } else {
      EXPECT_THAT(faults, Contains(HasSubstr(each.fault)));
    }
  }
}

TEST(Faults, ForbiddenTextsAreSoughtInCsvToo) {
  ContentDir dir;
  dir.Replace("relations.csv", "\"a, b\"", "one two three four five");
  dir.Set("forbidden.txt", "One two three, four five six.\n");
  dir.Write();
  EXPECT_THAT(FaultsOf(dir, {.dir = {}, .forbidden_words_file = dir.path() + "/forbidden.txt"}),
              testing::ElementsAre(HasSubstr("relations.csv:2: five words in a row of line 1")));
}

TEST(Faults, MissingForbiddenListIsOne) {
  ContentDir dir;
  dir.Write();
  EXPECT_THAT(FaultsOf(dir, {.dir = {}, .forbidden_words_file = "/nonexistent"}),
              testing::ElementsAre("/nonexistent: cannot be read: no such file"));
}

TEST(ValueSetFaultTest, AListedCodeHasToBeKnown) {
  ContentDir dir;
  const std::string set =
      R"({"resourceType": "ValueSet", "id": "v", "url": "https://mini.example/fhir/ValueSet/v",
"status": "active", "compose": {"include": [
{"system": "http://codes.example/a", "concept": [
{"code": "A1"},
{"code": "A9"},
{"code": "A8"}
]},
{"system": "http://codes.example/elsewhere", "concept": [{"code": "any"}]}
]}}
)";
  dir.Set("set.json", set);
  dir.AddEntry("set.json", "value-set", R"(, "verification": "sourced")");
  dir.Write();
  EXPECT_THAT(FaultsOf(dir), testing::ElementsAre(HasSubstr("set.json:6: the code 'A8' of cpt is")))
      << "A9 is an external code, and of a system that is not loaded nothing is known";
}

}  // namespace
}  // namespace chemoterm::load
