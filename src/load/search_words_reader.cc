// Words that steer the search: stop words and synonyms.
#include <algorithm>
#include <set>

#include "base/fold.h"
#include "base/text.h"
#include "load/build.h"
#include "load/csv.h"
#include "model/text_words.h"

namespace chemoterm::load {
namespace {

const std::vector<std::string_view> kSynonymHeader = {"word", "synonym", "source"};

// A fault unless the text is one word as the search cuts them.
bool CheckWord(std::string_view text, int line, const FileFaults& faults) {
  const auto words = model::CutWords(text);
  if (words.size() == 1 && words.front().text == base::Fold(text)) return true;
  faults.Add(line,
             base::Concat({"'", base::Clip(text, 60), "' is not one word of letters and digits"}));
  return false;
}

}  // namespace

void ReadStopWords(Build& build, const ContentFile& file) {
  if (!base::IsValidUtf8(file.text)) return file.faults.Add(0, "not UTF-8");
  std::set<std::string> seen;
  int line = 0;
  for (std::string_view text : base::Split(file.text, '\n')) {
    ++line;
    text = base::Trim(text);
    if (text.empty() || text.starts_with('#') || !CheckWord(text, line, file.faults)) continue;
    if (!seen.insert(base::Fold(text)).second) {
      file.faults.Add(line, base::Concat({"'", base::Clip(text, 60), "' is listed twice"}));
    }
  }
  auto& words = build.search_words.stop_words;
  words.insert(words.end(), seen.begin(), seen.end());
}

void ReadSynonyms(Build& build, const ContentFile& file) {
  const FileFaults& faults = file.faults;
  std::set<std::pair<std::string, std::string>> seen;
  ReadCsv(
      file.text, faults,
      [&](const CsvCells& header) { return IsHeader(header, kSynonymHeader, faults); },
      [&](int line, const CsvCells& cells) {
        const bool words = CheckWord(cells[0], line, faults) && CheckWord(cells[1], line, faults);
        if (!build.SourceOf(cells[2], line, faults) || !words) return;
        const std::pair<std::string, std::string> pair =
            std::minmax({base::Fold(cells[0]), base::Fold(cells[1])});
        if (pair.first == pair.second) return faults.Add(line, "a word is not its own synonym");
        if (!seen.insert(pair).second) {
          return faults.Add(
              line, base::Concat({"'", cells[0], "' and '", cells[1], "' are listed twice"}));
        }
        build.search_words.synonyms.emplace_back(cells[0], cells[1]);
      });
}

}  // namespace chemoterm::load
