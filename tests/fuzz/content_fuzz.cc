// Bytes as one file of a small folder of content; the first byte says which. Loading gives a
// snapshot or a list of faults, and a snapshot is small.
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "fuzz/support.h"
#include "load/loader.h"

namespace chemoterm::fuzz {
namespace {

namespace fs = std::filesystem;

// The rest of the folder: each kind of file, as small as it gets. "@" stands for a digest, which is
// not checked.
struct SmallFile {
  const char* path;
  const char* text;
};
constexpr std::array kFiles = {
    SmallFile{"manifest.json", R"({"canonicalBase":"https://x.example","version":"1",
 "systems":{"a":"http://a.example","cpt":"http://a.example","relation-kind":"https://x.example/CodeSystem/relation-kind",
  "order-rule":"https://x.example/CodeSystem/order-rule"},
 "supplements":[{"id":"s","system":"a","version":"1","name":"S","title":"S","description":"S","default":true}],"files":[
 {"path":"sources.json","kind":"sources","sha256":"@","licence":"L","source":"s","asOf":"2026-01-01"},
 {"path":"properties.json","kind":"properties","sha256":"@","licence":"L","source":"s","asOf":"2026-01-01"},
 {"path":"a.json","kind":"code-system","sha256":"@","licence":"L","source":"s","asOf":"2026-01-01","verification":"editorial","search":true},
 {"path":"kinds.json","kind":"code-system","sha256":"@","licence":"L","source":"s","asOf":"2026-01-01","verification":"editorial"},
 {"path":"external-codes.csv","kind":"external-codes","sha256":"@","licence":"L","source":"s","asOf":"2026-01-01"},
 {"path":"rows.json","kind":"rows","sha256":"@","licence":"L","source":"s","asOf":"2026-01-01","verification":"editorial"},
 {"path":"figures.csv","kind":"figures","system":"a","sha256":"@","licence":"L","source":"s","asOf":"2026-01-01","verification":"sourced"},
 {"path":"relations.csv","kind":"relations","sha256":"@","licence":"L","source":"s","asOf":"2026-01-01","verification":"sourced"},
 {"path":"map.json","kind":"concept-map","sha256":"@","licence":"L","source":"s","asOf":"2026-01-01","verification":"editorial"},
 {"path":"payers.json","kind":"payers","sha256":"@","licence":"L","source":"s","asOf":"2026-01-01"},
 {"path":"notes.json","kind":"coverage","system":"a","sha256":"@","licence":"L","source":"s","asOf":"2026-01-01","verification":"sourced"},
 {"path":"messages.json","kind":"messages","sha256":"@","licence":"L","source":"s","asOf":"2026-01-01"},
 {"path":"stop-words.txt","kind":"stop-words","sha256":"@","licence":"L","source":"s","asOf":"2026-01-01"},
 {"path":"synonyms.csv","kind":"synonyms","sha256":"@","licence":"L","source":"s","asOf":"2026-01-01"},
 {"path":"drugs.csv","kind":"drugs","sha256":"@","licence":"L","source":"s","asOf":"2026-01-01","verification":"sourced"},
 {"path":"rules.json","kind":"order-rules","sha256":"@","licence":"L","source":"s","asOf":"2026-01-01","verification":"sourced"},
 {"path":"administration.json","kind":"administration-rules","sha256":"@","licence":"L","source":"s","asOf":"2026-01-01","verification":"sourced"},
 {"path":"estimate.json","kind":"estimate-rules","sha256":"@","licence":"L","source":"s","asOf":"2026-01-01","verification":"sourced"},
 {"path":"localities.csv","kind":"localities","sha256":"@","licence":"L","source":"s","asOf":"2026-01-01","verification":"sourced","periodStart":"2026-01-01","periodEnd":"2026-12-31"}]})"},
    SmallFile{"sources.json", R"([{"id":"s","citation":"S","asOf":"2026-01-01","licence":"L"}])"},
    SmallFile{
        "properties.json",
        R"([{"code":"p","type":"string","group":"short","default":true,"title":"P","description":"p"},
 {"code":"n","type":"decimal","group":"figures","default":false,"title":"N","description":"n"}])"},
    SmallFile{
        "a.json",
        R"({"resourceType":"CodeSystem","id":"a","url":"http://a.example","version":"1","name":"A","title":"A",
 "status":"active","content":"complete","caseSensitive":true,"concept":[{"code":"1","display":"One"},{"code":"2","display":"Two"}]})"},
    SmallFile{
        "kinds.json",
        R"({"resourceType":"CodeSystem","id":"relation-kind","url":"https://x.example/CodeSystem/relation-kind",
 "version":"1","name":"K","title":"K","status":"active","content":"complete","caseSensitive":true,
 "property":[{"code":"symmetric","type":"boolean"}],
 "concept":[{"code":"sibling","display":"sibling","property":[{"code":"symmetric","valueBoolean":true}]}]})"},
    SmallFile{"external-codes.csv", "system,code,kind\na,9,procedure\n"},
    SmallFile{"rows.json", R"({"system":"a","rows":[{"code":"1","property":"p","value":"v"}]})"},
    SmallFile{"figures.csv", "code,n\n1,0.80\n2,NA\n"},
    SmallFile{"relations.csv",
              "from-system,from,kind,to-system,to,period-start,period-end,indicator,setting,note,"
              "source,as-of,verification\n"
              "a,1,sibling,a,2,,,,,,,,\n"},
    SmallFile{
        "map.json",
        R"({"resourceType":"ConceptMap","id":"m","url":"https://x.example/ConceptMap/m","version":"1","name":"M","title":"M",
 "status":"active","group":[{"source":"http://a.example","target":"http://a.example","element":[{"code":"1","target":[{"code":"2","relationship":"equivalent"}]}]}]})"},
    SmallFile{
        "payers.json",
        R"({"payers":[{"slug":"p","name":"P","aliases":[],"type":"commercial","jurisdiction":["US"]}],"plans":[]})"},
    SmallFile{
        "notes.json",
        R"({"notes":[{"id":"n","payer":"p","jurisdiction":["US"],"codes":["1"],"codesNamed":[],"codeBasis":"topic",
 "topics":["t"],"title":"T","information":"I","status":"active","retrieved":"2026-01-01","confidence":"low","sourceSeen":"S","verification":"sourced"}]})"},
    SmallFile{"messages.json", R"({"language":"en","messages":{"M":"text {code}"}})"},
    SmallFile{"stop-words.txt", "the\nof\n"},
    SmallFile{"synonyms.csv", "word,synonym,source\nshot,injection,s\n"},
    SmallFile{
        "drugs.csv",
        "system,code,class,source,as-of,verification\na,1,chemotherapy,s,2026-01-01,sourced\n"},
    SmallFile{"rules.json",
              R"({"sets":{"all":["1","1-2","a|1*"]},"rules":[
 {"id":"long","title":"T","meaning":"M.","severity":"error","predicate":"minutes-outside","parameters":{"codes":["all"],"max":15,"replace":{"1":"2"}},
  "message":"{code}: {minutes} minutes.","fires":{},"silent":{}},
 {"id":"together","title":"T","meaning":"M.","severity":"warning","predicate":"pair","parameters":{"kinds":["sibling"],"indicator":"0","modifiers":["59"]},
  "message":"{other} beside {code}.","setting":"facility","period":{"start":"2026-01-01"},"yieldsTo":["long"],"fires":{},"silent":{}}]})"},
    SmallFile{
        "administration.json",
        R"({"codes":[{"route":["iv"],"technique":["push"],"class":["biologic"],"role":"initial","code":"1","rule":"lead"}],
 "uncoded":[{"route":["oral"],"reason":"R.","likely":["2","a|9"],"rule":"swallowed"}],
 "outside":[{"what":"W","likely":["1-2"],"reason":"R."}],"rules":[
 {"id":"lead","title":"T","meaning":"M.","message":"{drug} leads."},
 {"id":"swallowed","title":"T","meaning":"M.","message":"-","when":{"purpose":[""]},"severity":"warning"},
 {"id":"one-drug-one-service","title":"T","meaning":"M.","message":"-"},
 {"id":"another-encounter","title":"T","meaning":"M.","message":"-","severity":"warning","parameters":{"gap-minutes":240}},
 {"id":"over-a-day","title":"T","meaning":"M.","message":"-","severity":"error","parameters":{"max-minutes":1440,"techniques":["push"]}},
 {"id":"flush-only","title":"T","meaning":"M.","message":"-","parameters":{"beside-routes":["oral"]}},
 {"id":"prolonged-pump","title":"T","meaning":"M.","message":"-","parameters":{"over-minutes":480}},
 {"id":"short-infusion","title":"T","meaning":"M.","message":"-","parameters":{"max-minutes":15}},
 {"id":"extra-hours","title":"T","meaning":"M.","message":"-","parameters":{"first":60,"threshold":31,"step":60}},
 {"id":"second-site","title":"T","meaning":"M.","message":"-","severity":"warning","parameters":{"modifier":"59"}},
 {"id":"hipec-first","title":"T","meaning":"M.","message":"-","parameters":{"min-minutes":31}},
 {"id":"hipec-further","title":"T","meaning":"M.","message":"-","parameters":{"first":60,"threshold":16,"step":30}},
 {"id":"nothing-fits","title":"T","meaning":"M.","message":"-","severity":"error"},
 {"id":"clock-backwards","title":"T","meaning":"M.","message":"-","severity":"error"},
 {"id":"running-time-unknown","title":"T","meaning":"M.","message":"-","severity":"error"},
 {"id":"flush-included","title":"T","meaning":"M.","message":"-","severity":"error"},
 {"id":"refill-with-start","title":"T","meaning":"M.","message":"-","severity":"error"},
 {"id":"class-unknown","title":"T","meaning":"M.","message":"-","severity":"error"},
 {"id":"no-planned-time","title":"T","meaning":"M.","message":"-","severity":"error"},
 {"id":"pump-too-short","title":"T","meaning":"M.","message":"-","severity":"error"},
 {"id":"item-missing","title":"T","meaning":"M.","message":"-","severity":"error"},
 {"id":"past-midnight","title":"T","meaning":"M.","message":"-","severity":"error"},
 {"id":"long-push","title":"T","meaning":"M.","message":"-","severity":"error"},
 {"id":"interrupted","title":"T","meaning":"M.","message":"-","severity":"error"},
 {"id":"concurrent-infusion","title":"T","meaning":"M.","message":"-","severity":"error"},
 {"id":"overlapping-times","title":"T","meaning":"M.","message":"-","severity":"error"},
 {"id":"hipec-under-half-hour","title":"T","meaning":"M.","message":"-","severity":"error"}]})"},
    SmallFile{"estimate.json",
              R"({"currency":"USD",
 "figures":{"work":"n","malpractice":"n","conversionFactor":"n","expenseNonfacility":"n","expenseFacility":"n","totalNonfacility":"n","totalFacility":"n"},
 "facilityPlaces":[{"place":"22"}],"reductions":[{"property":"p","value":"v","percents":["100","50"],"message":"M."}]})"},
    SmallFile{"localities.csv", "locality,name,gpci-work,gpci-pe,gpci-mp\n01,There,1.1,0.905,2\n"},
};

void Write(const fs::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary)
      .write(text.data(), static_cast<std::streamsize>(text.size()));
}

void WriteAsItIs(const fs::path& folder, const SmallFile& file) {
  std::string text;
  for (const char c : std::string_view(file.text))
    text += c == '@' ? std::string(64, '0') : std::string(1, c);
  Write(folder / file.path, text);
}

const fs::path& Folder() {
  static const auto* const folder = [] {
    const fs::path base = fs::exists("/dev/shm") ? "/dev/shm" : fs::temp_directory_path();
    auto* path =
        new fs::path(base / base::Concat({"chemoterm-content-fuzz-", base::ToText(getpid())}));
    fs::create_directories(*path);
    for (const SmallFile& file : kFiles) WriteAsItIs(*path, file);
    std::atexit([] { fs::remove_all(Folder()); });
    return path;
  }();
  return *folder;
}

// Loads the folder; the text of the faults.
std::string Load() {
  load::LoadOptions options;
  options.dir = Folder();
  options.check_digests = false;
  std::vector<load::ContentError> errors;
  const auto snapshot = load::LoadSnapshot(options, &errors);
  Require(snapshot.ok() == errors.empty(), "no snapshot without a fault, and the reverse");
  std::string faults;
  for (const auto& error : errors) faults += error.ToString() + "\n";
  return faults;
}

}  // namespace
}  // namespace chemoterm::fuzz

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const std::string faults = chemoterm::fuzz::Load();
  chemoterm::fuzz::Require(faults.empty(), "the folder loads as it is:\n" + faults);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace chemoterm;
  if (size == 0) return 0;
  const auto& file = fuzz::kFiles[data[0] % fuzz::kFiles.size()];
  fuzz::Write(fuzz::Folder() / file.path, {reinterpret_cast<const char*>(data) + 1, size - 1});
  fuzz::Load();
  fuzz::WriteAsItIs(fuzz::Folder(), file);
  return 0;
}
