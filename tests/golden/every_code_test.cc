// Every fact of every active code comes out of every door. The files are read here by other means
// than the loader's.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include "golden/doors.h"
#include "golden/golden_case.h"

namespace chemoterm::test {
namespace {

const std::string kContent = CHEMOTERM_SOURCE_DIR "/terminology/";

std::string ReadFile(const std::string& name) {
  std::ifstream file(kContent + name);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_FALSE(text.str().empty()) << name;
  return text.str();
}

// The cells of one line of CSV.
std::vector<std::string> Cells(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else if (c != '\r') {
      cells.back() += c;
    }
  }
  return cells;
}

// A property that a $lookup with property=* has to show: as the file says it, with what the file
// leaves out taken from its head and its entry in the manifest.
struct Row {
  std::string file;
  std::string property;
  Tree value;                                  // nothing in it: known to be absent
  std::map<std::string, std::string> details;  // subproperties

  std::string Say() const { return file + ": " + property + " = " + ToText(value); }
};

// The content as the test reads it.
class Content {
 public:
  Content() : manifest_(TreeOf(ReadFile("manifest.json"))) {
    const rapidjson::Document sources = ParseJson(ReadFile("sources.json"));
    for (const auto& source : sources.GetArray())
      sources_[source["id"].GetString()] = TreeOf(source);
    for (const Tree& entry : manifest_.All("files")) {
      const auto kind = entry.Text("kind");
      if (kind == "rows") ReadRows(entry);
      if (kind == "figures") ReadFigures(entry);
    }
    const Tree cpt = TreeOf(ReadFile("codesystems/cpt.json"));
    system_ = cpt.Text("url");
    for (const Tree& entry : cpt.All("concept")) {
      if (IsActive(entry)) concepts_[std::string(entry.Text("code"))] = entry;
    }
  }

  const std::string& system() const { return system_; }
  const std::map<std::string, Tree>& concepts() const { return concepts_; }
  const std::vector<Row>& RowsOf(const std::string& code) { return rows_[code]; }

 private:
  static bool IsActive(const Tree& entry) {
    bool active = false;
    for (const Tree& property : entry.All("property")) {
      if (property.Text("code") == "status") active = property.Text("value_code") == "active";
      if (property.Text("code") == "modifier" && property.Text("value_boolean") == "true")
        return false;
    }
    return active;
  }

  // The first of the trees that has the member.
  static std::string Inherited(const std::string& name, std::initializer_list<const Tree*> trees) {
    for (const Tree* tree : trees) {
      if (!tree->Text(name).empty()) return std::string(tree->Text(name));
    }
    return {};
  }

  // Citation, licence and dates of a row, as docs/content.md derives them.
  void AddProvenance(const Tree& row, const Tree& head, const Tree& entry, Row& result) {
    const std::string ids = Inherited("source", {&row, &head, &entry});
    static const Tree kNone;
    const auto found = sources_.find(ids.substr(0, ids.find('+')));
    const Tree& source =
        ids.find('+') == std::string::npos && found != sources_.end() ? found->second : kNone;
    if (!source.Text("citation").empty()) result.details["citation"] = source.Text("citation");
    if (!source.Text("url").empty()) result.details["citation-url"] = source.Text("url");
    for (const auto& [name, member] :
         std::map<std::string, std::string>{{"verification", "verification"},
                                            {"period-start", "period_start"},
                                            {"period-end", "period_end"}}) {
      const std::string text = Inherited(member, {&row, &head, &entry});
      if (!text.empty()) result.details[name] = text;
    }
    for (const std::string name : {"conflict", "setting"}) {
      if (!row.Text(name).empty()) result.details[name] = row.Text(name);
    }
    // What only the row or its file says; inheritance from entry and source has its own unit tests.
    for (const auto& [name, member] :
         std::map<std::string, std::string>{{"as-of", "as_of"}, {"licence", "licence"}}) {
      const std::string text = Inherited(member, {&row, &head});
      if (!text.empty()) result.details[name] = text;
    }
  }

  Tree CodingOf(const Tree& value) {
    Tree coding = value;
    const Tree& systems = manifest_.All("systems")[0];
    const std::string alias = SnakeCase(value.Text("system"));
    if (!systems.Text(alias).empty())
      coding.members["system"] = {{std::string(systems.Text(alias)), {}}};
    return coding;
  }

  void ReadRows(const Tree& entry) {
    const Tree file = TreeOf(ReadFile(std::string(entry.Text("path"))));
    for (const Tree& row : file.All("rows")) {
      Row result{std::string(entry.Text("path")),
                 std::string(row.Text("property")),
                 row.All("value")[0],
                 {}};
      if (!result.value.members.empty()) result.value = CodingOf(result.value);
      if (!row.Text("description").empty())
        result.details["@description"] = row.Text("description");
      AddProvenance(row, file, entry, result);
      rows_[Inherited("code", {&row, &file})].push_back(std::move(result));
    }
  }

  void ReadFigures(const Tree& entry) {
    std::istringstream file(ReadFile(std::string(entry.Text("path"))));
    std::string line;
    std::getline(file, line);
    const auto header = Cells(line);
    static const Tree kNone;
    while (std::getline(file, line)) {
      const auto cells = Cells(line);
      for (std::size_t i = 1; i < header.size(); ++i) {
        if (cells.at(i).empty()) continue;
        Row result{
            std::string(entry.Text("path")), header[i], {cells[i] == "NA" ? "" : cells[i], {}}, {}};
        AddProvenance(kNone, kNone, entry, result);
        rows_[cells[0]].push_back(std::move(result));
      }
    }
  }

  Tree manifest_;
  std::map<std::string, Tree> sources_;
  std::map<std::string, std::vector<Row>> rows_;
  std::map<std::string, Tree> concepts_;
  std::string system_;
};

Content& TheContent() {
  static auto* const content = new Content();
  return *content;
}

Doors& TheDoors() {
  static auto* const doors = new Doors();
  return *doors;
}

// True when `property` of an answer is the row.
bool Shows(const Tree& property, const Row& row) {
  if (property.Text("code") != row.property) return false;
  const bool absent = row.value == Tree{};
  if (absent != property.All("value").empty()) return false;
  if (!absent && !(property.All("value")[0] == row.value)) return false;
  std::map<std::string, std::string_view> shown = {{"@description", property.Text("description")}};
  for (const Tree& detail : property.All("subproperty"))
    shown[std::string(detail.Text("code"))] = detail.Text("value");
  for (const auto& [name, text] : row.details) {
    if (shown[name] != text) return false;
  }
  return true;
}

// Fails for each fact that the answer lacks.
void CheckShown(const Tree& answer, const std::string& code, bool is_r4) {
  const Tree& entry = TheContent().concepts().at(code);
  EXPECT_EQ(code, answer.Text("code"));
  EXPECT_EQ(entry.Text("display"), answer.Text("display"));
  if (!is_r4) {
    EXPECT_EQ(entry.Text("definition"), answer.Text("definition"));
  }
  for (const Tree& designation : entry.All("designation")) {
    const auto shown = answer.All("designation");
    EXPECT_TRUE(std::any_of(shown.begin(), shown.end(), [&](const Tree& one) {
      return one.Text("value") == designation.Text("value") &&
             one.Text("language") == designation.Text("language") &&
             Difference(one.All("use")[0], designation.All("use")[0]).empty();
    })) << ToText(designation);
  }
  for (const Row& row : TheContent().RowsOf(code)) {
    const auto properties = answer.All("property");
    EXPECT_TRUE(std::any_of(properties.begin(), properties.end(), [&](const Tree& property) {
      return Shows(property, row);
    })) << row.Say();
  }
}

Case LookupOfAll(const std::string& code) {
  Case lookup;
  lookup.operation = "lookup";
  auto request = std::make_shared<rapidjson::Document>(ParseJson(
      R"([{"name":"system","valueUri":")" + TheContent().system() +
      R"("},{"name":"code","valueCode":")" + code + R"("},{"name":"property","valueCode":"*"}])"));
  lookup.parameters = request.get();
  lookup.file = request;
  return lookup;
}

TEST(EveryCode, HasAllItsRowsOnEveryDoor) {
  ASSERT_EQ(24U, TheContent().concepts().size());
  for (const auto& [code, entry] : TheContent().concepts()) {
    SCOPED_TRACE(code);
    ASSERT_GT(TheContent().RowsOf(code).size(), 100U);
    const Case lookup = LookupOfAll(code);
    for (const std::string base : {"r4", "r5"}) {
      SCOPED_TRACE(base);
      const Reply reply = TheDoors().ByGet(lookup, base);
      ASSERT_TRUE(reply.ok) << reply.text;
      CheckShown(reply.answer, code, base == "r4");
    }
    if (!TheDoors().has_grpc()) continue;
    SCOPED_TRACE("gRPC");
    const Reply reply = TheDoors().ByGrpc(lookup);
    ASSERT_TRUE(reply.ok) << reply.text;
    CheckShown(reply.answer, code, false);
  }
}

#ifdef CHEMOTERM_DOORS
TEST(EveryCode, HasAllItsRowsOnTheCommandLine) {
  std::vector<std::string> codes;
  for (const auto& [code, entry] : TheContent().concepts()) codes.push_back(code);
  const std::vector<Tree> answers = LookupsByCommand(codes, TheContent().system());
  ASSERT_EQ(codes.size(), answers.size());
  for (std::size_t i = 0; i < codes.size(); ++i) {
    SCOPED_TRACE(codes[i]);
    CheckShown(answers[i], codes[i], false);
  }
}
#endif

// Plays one call for every code through the FHIR door and gRPC.
void PlayForEveryCode(const std::string& operation, const char* system_name,
                      const std::function<void(const Tree&)>& check) {
  for (const auto& [code, entry] : TheContent().concepts()) {
    SCOPED_TRACE(code);
    Case call;
    call.operation = operation;
    auto request = std::make_shared<rapidjson::Document>(
        ParseJson(R"([{"name":")" + std::string(system_name) + R"(","valueUri":")" +
                  TheContent().system() + R"("},{"name":"code","valueCode":")" + code + R"("}])"));
    call.parameters = request.get();
    call.file = request;
    for (const std::string base : {"r4", "r5"}) check(TheDoors().ByGet(call, base).answer);
    if (TheDoors().has_grpc()) check(TheDoors().ByGrpc(call).answer);
  }
}

TEST(EveryCode, IsValid) {
  PlayForEveryCode("validate-code", "url", [](const Tree& answer) {
    EXPECT_EQ("true", answer.Text("result"));
    EXPECT_TRUE(answer.All("issues").empty());
  });
}

TEST(EveryCode, HasRelatedCodesWithSources) {
  PlayForEveryCode("related-codes", "system", [](const Tree& answer) {
    EXPECT_FALSE(answer.All("related").empty());
    for (const Tree& related : answer.All("related"))
      EXPECT_FALSE(related.Text("citation").empty()) << ToText(related);
  });
}

TEST(EveryCode, HasCoverageNotes) {
  PlayForEveryCode("coverage-notes", "system", [](const Tree& answer) {
    EXPECT_FALSE(answer.All("note").empty());
    EXPECT_FALSE(answer.All("summary").empty());
  });
}

}  // namespace
}  // namespace chemoterm::test
