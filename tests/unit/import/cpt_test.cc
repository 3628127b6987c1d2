// The AMA's descriptor files. Every descriptor here is made up.
#include "import/cpt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "load/files.h"
#include "load/loader.h"
#include "unit/import/published.h"
#include "unit/load/content_dir.h"

namespace chemoterm::imports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::UnorderedElementsAre;

const Progress kQuiet = [](std::string_view, std::size_t, std::size_t) {};

struct ReadTier {
  DescriptorTable::Descriptors descriptors;
  CmsReport report;
  std::vector<std::string> faults;
};
ReadTier Read(DescriptorTier tier, std::string_view text) {
  load::Faults faults;
  const load::FileFaults file_faults(faults, "f");
  DescriptorTable table(tier, file_faults);
  GiveLines(text, table);
  return {table.descriptors(), table.Report(), Lines(faults)};
}

TEST(DescriptorTable, ReadsCodesAndTextsBetweenTabs) {
  const ReadTier read =
      Read(DescriptorTier::kLong,
           "CPT copyright by the test.\r\n\r\nMade up, of 2026\r\n"
           "11111\tLong text of 11111 by the test\r\n0002U\tLong text of 0002U\r\n");
  EXPECT_THAT(read.faults, IsEmpty());
  EXPECT_THAT(read.descriptors,
              ElementsAre(Pair("0002U", ElementsAre("Long text of 0002U")),
                          Pair("11111", ElementsAre("Long text of 11111 by the test"))));
  EXPECT_EQ(read.report.rows, 2U);
  EXPECT_EQ(read.report.taken, 2U);
}

TEST(DescriptorTable, ReadsLinesOfFixedWidth) {
  const ReadTier read = Read(DescriptorTier::kShort,
                             "Notice of the test\n11111 SHORT TEXT               \n22222 OTHER\n");
  EXPECT_THAT(read.faults, IsEmpty());
  EXPECT_THAT(read.descriptors, ElementsAre(Pair("11111", ElementsAre("SHORT TEXT")),
                                            Pair("22222", ElementsAre("OTHER"))));
}

TEST(DescriptorTable, ReadsDescriptorsOverSeveralLines) {
  const ReadTier read = Read(DescriptorTier::kLong,
                             "1111101 First part of a\n1111102 long text\n1111103 of the test\n"
                             "2222201 Another one\n");
  EXPECT_THAT(read.faults, IsEmpty());
  EXPECT_THAT(read.descriptors,
              ElementsAre(Pair("11111", ElementsAre("First part of a long text of the test")),
                          Pair("22222", ElementsAre("Another one"))));
  EXPECT_EQ(read.report.rows, 4U);
  EXPECT_EQ(read.report.taken, 2U);
}

TEST(DescriptorTable, ReadsTablesWithAHeader) {
  const ReadTier consumer = Read(DescriptorTier::kConsumer,
                                 "Concept Id\tCPT Code\tConsumer Friendly Descriptor\r\n"
                                 "1001\t11111\tPlain text by the test\r\n");
  EXPECT_THAT(consumer.faults, IsEmpty());
  EXPECT_THAT(consumer.descriptors,
              ElementsAre(Pair("11111", ElementsAre("Plain text by the test"))));
  const ReadTier clinician =
      Read(DescriptorTier::kClinician,
           "Concept Id\tCPT Code\tClinician Descriptor Id\tClinician Descriptor\n"
           "1001\t11111\t50001\tOne by the test\n1001\t11111\t50002\tTwo by the test\n");
  EXPECT_THAT(clinician.faults, IsEmpty());
  EXPECT_THAT(clinician.descriptors,
              ElementsAre(Pair("11111", ElementsAre("One by the test", "Two by the test"))));
}

TEST(DescriptorTable, TellsEveryFaultWithItsLine) {
  const ReadTier read = Read(DescriptorTier::kLong,
                             "Notice\n11111\tText\n1111\tText\n22222\t\n33333\tA\tB\n11111\tAgain\n"
                             "44444\tNo UTF-8: \xff\nA notice behind the rows\n5555502 More\n");
  EXPECT_THAT(read.faults,
              ElementsAre("3: the line '1111\tText' is no code with a descriptor",
                          "4: the descriptor of '22222' is empty",
                          "5: the descriptor of '33333' has a tab or control character",
                          "6: the row of 11111 is already at line 2",
                          "7: the descriptor of '44444' is not UTF-8",
                          "8: the line 'A notice behind the rows' is no code with a descriptor",
                          "9: code '55555' goes on without the part before"));
}

TEST(DescriptorTable, ADamagedFirstRowIsNoNotice) {
  EXPECT_THAT(Read(DescriptorTier::kLong, "Notice\n1111\tText\n22222\tText\n").faults,
              ElementsAre("2: the line '1111\tText' is no code with a descriptor"));
}

TEST(DescriptorTable, WhatIsNoneIsToldAsAWhole) {
  EXPECT_THAT(Read(DescriptorTier::kLong, "Only a notice\n").faults,
              ElementsAre("0: no line with a code and a descriptor"));
  EXPECT_THAT(Read(DescriptorTier::kClinician, "Only a notice\n").faults,
              ElementsAre("0: no header with the columns CPT Code, Clinician Descriptor"));
}

// A small content whose CPT is in our own wording.
class CptImport : public testing::Test {
 protected:
  CptImport() {
    content_.Set("own.json", R"({"resourceType": "CodeSystem", "id": "own", "language": "en",
"url": "http://codes.example/a", "version": "2027", "name": "O", "title": "O", "status": "active",
"content": "fragment", "caseSensitive": true, "concept": [
{"code": "11111", "display": "Ours of 11111"},
{"code": "22222", "display": "Ours of 22222"},
{"code": "33333", "display": "Ours of 33333", "property": [{"code": "inactive", "valueBoolean": true}]},
{"code": "25", "display": "Our modifier"}
]}
)");
    content_.AddEntry("own.json", "code-system",
                      R"(, "ownWording": true, "codePattern": "[0-9]{5}|[0-9]{2}")");
    content_.Write();
    options_.dir = content_.path();
    options_.year = "2027";
    options_.as_of = "2026-11-27";
    options_.licence = "Licence of the test";
    Give(DescriptorTier::kLong, "Notice\n11111\tLong of 11111\n99999\tLong of 99999\n");
  }

  void Give(DescriptorTier tier, std::string_view text) {
    const std::string name = base::Concat({"in/", ToText(tier), ".txt"});
    content_.WriteFile(name, text);
    options_.files[tier] = content_.path() + "/" + name;
  }
  // Names and texts of the files of the folder, but not of what is imported.
  std::map<std::string, std::string> Files() const {
    std::map<std::string, std::string> files;
    for (const auto& each : std::filesystem::recursive_directory_iterator(content_.path())) {
      const std::string path = std::filesystem::relative(each.path(), content_.path()).string();
      if (each.is_regular_file() && !path.starts_with("in/")) {
        files[path] = *load::ReadWholeFile(each.path().string());
      }
    }
    return files;
  }
  CptReport Import() {
    auto report = ImportCpt(options_, kQuiet);
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? *std::move(report) : CptReport{};
  }
  std::string Fault() {
    const auto before = Files();
    const auto report = ImportCpt(options_, kQuiet);
    EXPECT_EQ(Files(), before) << "nothing may change";
    return std::string(report.status().message());
  }
  std::unique_ptr<const model::Snapshot> Load() const {
    auto snapshot = load::LoadSnapshot({.dir = content_.path()}, nullptr);
    EXPECT_TRUE(snapshot.ok()) << snapshot.status();
    return snapshot.ok() ? *std::move(snapshot) : nullptr;
  }

  load::ContentDir content_;
  CptOptions options_;
};

TEST_F(CptImport, TakesTheCodesThatTheContentHasNamesFor) {
  const CptReport report = Import();
  EXPECT_EQ(report.table.rows, 2U);
  EXPECT_EQ(report.table.taken, 1U);
  EXPECT_EQ(report.table.out_of_scope, 1U);
  EXPECT_EQ(report.renamed, 1U);
  EXPECT_THAT(report.kept, UnorderedElementsAre("25", "33333"));
  EXPECT_THAT(report.missing, ElementsAre("22222"));
  const auto snapshot = Load();
  const auto& system = snapshot->System(*snapshot->FindSystem("http://codes.example/a", "2027"));
  EXPECT_EQ(system.info().content, "fragment");
  EXPECT_EQ(system.info().copyright,
            "CPT copyright 2027 American Medical Association. All rights reserved.");
  EXPECT_EQ(system.info().code_pattern.text(), "[0-9]{5}|[0-9]{2}");
  EXPECT_EQ(system.Display(*system.Find("11111")), "Long of 11111");
  EXPECT_EQ(system.Display(*system.Find("25")), "Our modifier");
  EXPECT_EQ(system.Find("99999"), std::nullopt);
  const auto files = Files();
  EXPECT_THAT(files.at("manifest.json"),
              HasSubstr(R"("licence":"Licence of the test","source":"CPT-2027")"));
  EXPECT_THAT(files.at("manifest.json"), HasSubstr(R"("over":"own.json")"));
}

TEST_F(CptImport, TakesAllOnWish) {
  options_.all = true;
  options_.notice = "Notice of the site.";
  const CptReport report = Import();
  EXPECT_EQ(report.table.taken, 2U);
  const auto snapshot = Load();
  const auto& system = snapshot->System(*snapshot->FindSystem("http://codes.example/a", "2027"));
  EXPECT_EQ(system.info().content, "complete");
  EXPECT_EQ(system.info().copyright, "Notice of the site.");
  EXPECT_EQ(system.Display(*system.Find("99999")), "Long of 99999");
}

TEST_F(CptImport, TheOtherTiersAreDesignations) {
  Give(DescriptorTier::kShort, "11111 SHORT OF 11111\n88888 OTHER\n");
  Give(DescriptorTier::kConsumer,
       "Concept Id\tCPT Code\tConsumer Friendly Descriptor\n1\t11111\tPlain of 11111\n");
  EXPECT_THAT(Import().table.left_out,
              ElementsAre(Pair("short: of codes without a long descriptor", 1U)));
  options_.display = DescriptorTier::kShort;
  const CptReport again = Import();
  EXPECT_TRUE(again.table.was_there);
  EXPECT_THAT(again.table.changes.changed, ElementsAre("11111"));
  const auto snapshot = Load();
  const auto& system = snapshot->System(*snapshot->FindSystem("http://codes.example/a", "2027"));
  const auto id = *system.Find("11111");
  EXPECT_EQ(system.Display(id), "SHORT OF 11111");
  std::vector<std::string> names;
  for (const auto& each : system.Designations(id)) {
    names.push_back(base::Concat({system.Text(each.use_code), ": ", system.Text(each)}));
  }
  EXPECT_THAT(names, ElementsAre("long: Long of 11111", "consumer: Plain of 11111",
                                 "900000000000013009: Ours of 11111"));
  EXPECT_EQ(system.Text(system.Designations(id)[0].use_system),
            "https://mini.example/fhir/CodeSystem/descriptor-tier");
}

TEST_F(CptImport, TheSameYearReplacesAndAnotherStaysBesideIt) {
  Import();
  const auto once = Files();
  Import();
  EXPECT_EQ(Files(), once) << "the same bytes change nothing";
  Give(DescriptorTier::kLong, "11111\tNew text of 11111\n");
  const CptReport replaced = Import();
  EXPECT_THAT(replaced.table.import.replaced, testing::SizeIs(1));
  options_.year = "2028";
  EXPECT_FALSE(Import().table.was_there);
  const auto snapshot = Load();
  for (const std::string_view year : {"2027", "2028"}) {
    const auto& system = snapshot->System(*snapshot->FindSystem("http://codes.example/a", year));
    EXPECT_EQ(system.Display(*system.Find("11111")), "New text of 11111") << year;
    EXPECT_EQ(system.Display(*system.Find("22222")), "Ours of 22222") << year;
  }
}

TEST_F(CptImport, TellsTheFaultsOfAllFilesAndChangesNothing) {
  Give(DescriptorTier::kLong, "11111\tText\n1111\tText\n");
  Give(DescriptorTier::kShort, "11111 TEXT\n22222\n");
  const std::string fault = Fault();
  EXPECT_THAT(fault, HasSubstr("long.txt:2: the line '1111\tText' is no code with a descriptor"));
  EXPECT_THAT(fault, HasSubstr("short.txt:2: the line '22222' is no code with a descriptor"));
  options_.files.erase(DescriptorTier::kShort);
  Give(DescriptorTier::kLong, "99999\tText\n");
  EXPECT_THAT(Fault(), HasSubstr("has none of the codes in scope; --all takes every code"));
}

TEST_F(CptImport, WithoutOurWordingEveryCodeIsWanted) {
  content_.Replace("manifest.json", R"(, "ownWording": true)", "");
  content_.Write();
  EXPECT_THAT(Fault(), HasSubstr("take --all"));
  options_.all = true;
  options_.year = "2028";
  Import();
  EXPECT_THAT(Files().at("manifest.json"), Not(HasSubstr(R"("over")")));
}

}  // namespace
}  // namespace chemoterm::imports
