// subsumes: how two codes of one code system relate in its hierarchy.
// FHIR CodeSystem/$subsumes, TerminologyService.Subsumes, `chemoterm subsumes`.
#pragma once

#include "chemoterm/params.h"
#include "chemoterm/values.h"

namespace chemoterm {

// codeA and codeB with system, or codingA and codingB of one system.
struct SubsumesRequest {
  std::string code_a;
  std::string code_b;
  std::string system;
  std::string version;
  std::optional<Coding> coding_a;
  std::optional<Coding> coding_b;
};

struct SubsumesResult {
  std::string_view outcome;  // equivalent, subsumes, subsumed-by, not-subsumed
};

template <>
struct Params<SubsumesRequest> {
  static constexpr auto kAll = std::make_tuple(
      Param{"codeA", Kind::kCode, "0..1", &SubsumesRequest::code_a, "The first code."},
      Param{"codeB", Kind::kCode, "0..1", &SubsumesRequest::code_b, "The second code."},
      Param{"system", Kind::kUri, "0..1", &SubsumesRequest::system,
            "The code system of both codes."},
      Param{"version", Kind::kString, "0..1", &SubsumesRequest::version,
            "The version of the code system."},
      Param{"codingA", Kind::kCoding, "0..1", &SubsumesRequest::coding_a, "Instead of codeA."},
      Param{"codingB", Kind::kCoding, "0..1", &SubsumesRequest::coding_b, "Instead of codeB."});
};

template <>
struct Params<SubsumesResult> {
  static constexpr auto kAll = std::make_tuple(
      Param{"outcome", Kind::kCode, "1..1", &SubsumesResult::outcome,
            "equivalent, subsumes (A is the ancestor), subsumed-by or not-subsumed."});
};

struct SubsumesOp {
  using Request = SubsumesRequest;
  using Result = SubsumesResult;
  static constexpr OpInfo kInfo{"subsumes",
                                "CodeSystem",
                                {.type = true, .instance = true},
                                {.type = true, .instance = true},
                                Cost::kCheap,
                                true,
                                "TerminologyService.Subsumes",
                                "subsumes",
                                "Compare two codes in the hierarchy",
                                "Whether one code is an ancestor of the other."};
};

}  // namespace chemoterm
