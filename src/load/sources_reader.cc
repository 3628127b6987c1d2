#include "base/text.h"
#include "load/build.h"
#include "load/record_node.h"

namespace chemoterm::load {
namespace {

bool IsSourceId(std::string_view id) {
  for (const char c : id) {
    if (!base::IsAlnum(c) && c != '-' && c != '.') return false;
  }
  return true;
}

}  // namespace

void ReadSources(Build& build, const ContentFile& file) {
  const FileFaults& faults = file.faults;
  model::Source source;
  RecordNode row(faults);
  row.Text("id", &source.id, Need::kRequired)
      .Text("citation", &source.citation, Need::kRequired)
      .Text("url", &source.url)
      .Text("asOf", &source.as_of)
      .Text("licence", &source.licence, Need::kRequired)
      .Then([&] {
        CheckDate("asOf", source.as_of, row.LineOf("asOf"), faults);
        if (!IsSourceId(source.id))
          faults.Add(row.LineOf("id"),
                     "'id' has other characters than letters, digits, '-' and '.'");
        if (!source.id.empty()) build.AddSource(source, row.LineOf("id"), faults);
      });
  RecordNode root(faults);
  root.Nested("", &row);
  ReadRecordArray(file.text, root, faults);
}

}  // namespace chemoterm::load
