#include "base/text.h"
#include "load/build.h"
#include "load/csv.h"

namespace chemoterm::load {
namespace {

const std::vector<std::string_view> kHeader = {"system", "code", "kind"};
const std::vector<std::string_view> kKinds = {
    "procedure", "drug", "supply", "diagnosis", "modifier", "place-of-service", "other"};

}  // namespace

void ReadExternalCodes(Build& build, const ContentFile& file) {
  const FileFaults& faults = file.faults;
  ReadCsv(
      file.text, faults, [&](const CsvCells& header) { return IsHeader(header, kHeader, faults); },
      [&](int line, const CsvCells& cells) {
        if (cells[1].empty()) return faults.Add(line, "no code");
        if (cells[2].empty()) faults.Add(line, "no kind");
        CheckOneOf("kind", cells[2], kKinds, line, faults);
        const std::string system = build.SystemOf(cells[0], line, faults);
        if (!system.empty()) build.AddExternalCode(system, cells[1], line, faults);
      });
}

}  // namespace chemoterm::load
