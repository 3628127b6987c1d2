// Property values that rows and figures give to the concepts of a code system, each with its
// provenance and period.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/csr.h"
#include "base/string_pool.h"
#include "chemoterm/values.h"
#include "model/ids.h"
#include "model/period.h"
#include "model/provenance.h"

namespace chemoterm::model {

enum class FactGroup : std::uint8_t { kShort, kSections, kFigures };

// A row of properties.json; its place there is the order of answers.
struct FactProperty {
  std::string code;
  ValueKind kind;  // of its values
  FactGroup group;
  bool in_default_lookup = false;
  std::string title;
  std::string description;
};

// One value. Texts are the snapshot's symbols or its text pool.
struct Fact {
  std::uint16_t property = 0;         // into Facts::properties
  ValueKind kind = ValueKind::kNone;  // kNone: known to be absent, the description says why
  base::StrRef value;                 // literal text; for a Coding its code
  base::StrRef coding_display;
  base::Symbol coding_system{};
  base::StrRef description;
  base::StrRef conflict;  // what it disagrees with; empty = nothing
  base::Symbol setting{};
  Period period;
  Provenance provenance;
};

// The facts of one code system, by concept, in the order of the properties; within one the latest
// period first, then in the order of the files.
struct FactTable {
  base::Csr<Fact> by_concept;
  std::string supplement_url;  // canonical without version that answers name as source
  std::string supplement_version;
  std::string supplement;  // url|version
  bool is_default = true;  // applies when a request names no supplement

  std::span<const Fact> Of(ConceptId id) const { return by_concept[Index(id)]; }
};

}  // namespace chemoterm::model
