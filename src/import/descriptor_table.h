// The descriptor files of the AMA: lines of text, or tables between tabs.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "import/cms_table.h"

namespace chemoterm::imports {

inline constexpr TableLimits kDescriptorLimits{std::size_t{64} << 20, 200'000};

enum class DescriptorTier : std::uint8_t { kLong, kMedium, kShort, kConsumer, kClinician };
// "long", as options and designations name it.
std::string_view ToText(DescriptorTier tier);

// Descriptors of one tier by their codes.
//
// Long, medium and short ones are lines behind a notice: a code, a tab and the descriptor; or a
// code, a blank and the descriptor; or a code, two digits that count the lines of the code, a blank
// and a part of the descriptor. Consumer and clinician ones are tables with a header, a row each; a
// code may have several.
class DescriptorTable final : public CmsTable {
 public:
  DescriptorTable(DescriptorTier tier, const load::FileFaults& faults);
  void OnLine(std::string_view line) override;
  void Finish() override;

  using Descriptors = std::map<std::string, std::vector<std::string>, std::less<>>;
  const Descriptors& descriptors() const { return descriptors_; }

 private:
  struct Line {
    std::string_view code, text;
    int sequence = 0;  // 0 = a descriptor in one line
  };
  static bool Read(std::string_view line, Line& to);
  void OnRow(const TableRow& row) override;
  void OnText(const Line& read);
  bool IsText(int line, std::string_view code, std::string_view text) const;

  DescriptorTier tier_;
  Descriptors descriptors_;
  int line_ = 0;
  std::string last_code_;
  int last_sequence_ = 0;
};

}  // namespace chemoterm::imports
