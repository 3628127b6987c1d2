#include "import/descriptor_table.h"

#include <algorithm>

#include "base/text.h"

namespace chemoterm::imports {
namespace {

enum Column : std::uint8_t { kCode, kDescriptor };
const TableForm kConsumerForm = {
    {"CPT Code", "cptcode"},
    {"Consumer Friendly Descriptor", "consumer"},
};
const TableForm kClinicianForm = {
    {"CPT Code", "cptcode"},
    {.name = "Clinician Descriptor", .part = "cliniciandescriptor", .not_part = "descriptorid"},
};

constexpr std::size_t kCodeSize = 5;
constexpr std::size_t kSequenceSize = 2;
constexpr int kMostNoticeLines = 60;

bool IsOfText(DescriptorTier tier) {
  return tier != DescriptorTier::kConsumer && tier != DescriptorTier::kClinician;
}

bool HasControls(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < ' '; });
}

// A line between tabs that means to be a row: notices begin with a letter.
bool IsMeantAsRow(std::string_view line) {
  return line.find('\t') != std::string_view::npos && base::IsDigit(line.front());
}

}  // namespace

std::string_view ToText(DescriptorTier tier) {
  switch (tier) {
    case DescriptorTier::kLong:
      return "long";
    case DescriptorTier::kMedium:
      return "medium";
    case DescriptorTier::kShort:
      return "short";
    case DescriptorTier::kConsumer:
      return "consumer";
    case DescriptorTier::kClinician:
      return "clinician";
  }
  return {};
}

DescriptorTable::DescriptorTable(DescriptorTier tier, const load::FileFaults& faults)
    : CmsTable(tier == DescriptorTier::kClinician ? kClinicianForm : kConsumerForm,
               kDescriptorLimits, faults),
      tier_(tier) {}

bool DescriptorTable::Read(std::string_view line, Line& to) {
  const std::string_view code = line.substr(0, kCodeSize);
  if (line.size() <= kCodeSize || LevelOf(code) != CodeLevel::kOne) return false;
  to = {code, base::Trim(line.substr(kCodeSize)), 0};
  const char next = line[kCodeSize];
  if (next == '\t' || next == ' ') return true;
  const std::string_view sequence = line.substr(kCodeSize, kSequenceSize);
  const auto number = base::ParseInt<int>(sequence);
  const std::string_view rest = line.substr(std::min(line.size(), kCodeSize + kSequenceSize));
  if (sequence.size() < kSequenceSize || !number || *number < 1 || !rest.starts_with(' ')) {
    return false;
  }
  to = {code, base::Trim(rest), *number};
  return true;
}

void DescriptorTable::OnLine(std::string_view line) {
  if (!IsOfText(tier_)) return CmsTable::OnLine(line);
  ++line_;
  if (base::Trim(line).empty() || report_.rows > kDescriptorLimits.rows) return;
  Line read;
  if (!Read(line, read)) {
    const bool is_notice = report_.rows == 0 && line_ <= kMostNoticeLines && !IsMeantAsRow(line);
    if (!is_notice) Fault(line_, "the line", line, "is no code with a descriptor");
    return;
  }
  if (++report_.rows > kDescriptorLimits.rows) {
    return faults_.Add(
        line_, base::Concat({"more than ", base::ToText(kDescriptorLimits.rows), " descriptors"}));
  }
  OnText(read);
}

bool DescriptorTable::IsText(int line, std::string_view code, std::string_view text) const {
  const std::string_view why = text.empty()               ? "is empty"
                               : !base::IsValidUtf8(text) ? "is not UTF-8"
                               : HasControls(text)        ? "has a tab or control character"
                                                          : "";
  if (!why.empty()) Fault(line, "the descriptor of", code, why);
  return why.empty();
}

void DescriptorTable::OnText(const Line& read) {
  const bool goes_on = read.sequence > 1;
  const bool is_next = goes_on && read.code == last_code_ && read.sequence == last_sequence_ + 1;
  last_code_ = read.code;
  last_sequence_ = read.sequence;
  if (!IsText(line_, read.code, read.text)) return;
  if (goes_on && !is_next) {
    return Fault(line_, "code", read.code, "goes on without the part before");
  }
  if (goes_on) {
    const auto known = descriptors_.find(read.code);
    if (known == descriptors_.end()) return;  // a fault before
    known->second.back() += ' ';
    known->second.back() += read.text;
    return;
  }
  std::string code(read.code);
  if (!IsNew(code, line_)) return;
  ++report_.taken;
  descriptors_[std::move(code)].emplace_back(read.text);
}

void DescriptorTable::OnRow(const TableRow& row) {
  const std::string_view code = row.Cell(kCode);
  const std::string_view text = row.Cell(kDescriptor);
  if (LevelOf(code) != CodeLevel::kOne) return Fault(row.line(), "CPT code", code, "is none");
  if (!IsText(row.line(), code, text)) return;
  if (!IsNew(base::Concat({code, " ", text}), row.line())) return;
  ++report_.taken;
  descriptors_[std::string(code)].emplace_back(text);
}

void DescriptorTable::Finish() {
  if (!IsOfText(tier_)) return CmsTable::Finish();
  if (report_.rows == 0) faults_.Add(0, "no line with a code and a descriptor");
}

}  // namespace chemoterm::imports
