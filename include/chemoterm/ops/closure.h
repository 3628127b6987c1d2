// closure: a client's closure table, kept up to date concept by concept.
// FHIR $closure, TerminologyService.UpdateClosure. No command: the table lives with the service.
#pragma once

#include "chemoterm/params.h"
#include "chemoterm/values.h"

namespace chemoterm {

// `name` alone starts the table anew; with `concepts`, they are added to it; with `version`, what
// came into it after that version is told again.
struct ClosureRequest {
  std::string name;
  std::vector<Coding> concepts;
  std::string version;
};

// The target subsumes the source.
struct ClosureEntry {
  CodingView source;
  std::string_view relationship;  // source-is-narrower-than-target
  CodingView target;
};

struct ClosureResult {
  std::string_view name;
  std::string_view version;  // of the table
  std::string_view date;
  std::vector<ClosureEntry> entries;
};

template <>
struct Params<ClosureRequest> {
  static constexpr auto kAll = std::make_tuple(
      Param{"name", Kind::kString, "1..1", &ClosureRequest::name,
            "The name of the table; choose one that no other client uses."},
      Param{"concept", Kind::kCoding, "0..*", &ClosureRequest::concepts,
            "Concepts to add; without any, and without version, the table starts anew."},
      Param{"version", Kind::kString, "0..1", &ClosureRequest::version,
            "Instead of concepts: what came into the table after this version."});
};

template <>
struct Params<ClosureEntry> {
  static constexpr auto kAll = std::make_tuple(
      Param{"source", Kind::kCoding, "1..1", &ClosureEntry::source, "The narrower concept."},
      Param{"relationship", Kind::kCode, "1..1", &ClosureEntry::relationship,
            "source-is-narrower-than-target."},
      Param{"target", Kind::kCoding, "1..1", &ClosureEntry::target, "The concept that is above."});
};

// The FHIR door answers with a ConceptMap of this content.
template <>
struct Params<ClosureResult> {
  static constexpr auto kAll = std::make_tuple(
      Param{"name", Kind::kString, "1..1", &ClosureResult::name, "The name of the table."},
      Param{"version", Kind::kString, "1..1", &ClosureResult::version,
            "The version of the table, to ask for what is newer."},
      Param{"date", Kind::kDateTime, "1..1", &ClosureResult::date, "The day."},
      Param{"entry", Kind::kParts, "0..*", &ClosureResult::entries,
            "The pairs that are new in the table."});
};

struct ClosureOp {
  using Request = ClosureRequest;
  using Result = ClosureResult;
  static constexpr OpInfo kInfo{.name = "closure",
                                .resource = "ConceptMap",
                                .r4 = {.system = true},
                                .r5 = {.system = true},
                                .cost = Cost::kHeavy,
                                .standard = true,
                                .rpc = "TerminologyService.UpdateClosure",
                                .command = {},
                                .title = "Keep a closure table",
                                .description =
                                    "Adds concepts to a table of the caller's and tells which of "
                                    "its concepts subsume which. The table is kept in memory, by "
                                    "this instance alone.",
                                .alias = {},
                                .affects_state = true};
};

}  // namespace chemoterm
