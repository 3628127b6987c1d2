// Every operation. Whatever is generic over operations iterates this list; a new operation is added
// here once.
#pragma once

#include "chemoterm/ops/check_coverage.h"
#include "chemoterm/ops/check_order.h"
#include "chemoterm/ops/closure.h"
#include "chemoterm/ops/code_administration.h"
#include "chemoterm/ops/compare.h"
#include "chemoterm/ops/coverage_notes.h"
#include "chemoterm/ops/estimate_order.h"
#include "chemoterm/ops/expand.h"
#include "chemoterm/ops/find_matches.h"
#include "chemoterm/ops/lookup.h"
#include "chemoterm/ops/related_codes.h"
#include "chemoterm/ops/search_codes.h"
#include "chemoterm/ops/subsumes.h"
#include "chemoterm/ops/translate.h"
#include "chemoterm/ops/validate_code.h"
#include "chemoterm/ops/validate_value_set_code.h"

namespace chemoterm {

template <class... Ops>
struct TypeList {};

using AllOps =
    TypeList<LookupOp, ValidateCodeOp, SubsumesOp, RelatedCodesOp, CoverageNotesOp, SearchCodesOp,
             ExpandOp, ValidateValueSetCodeOp, CompareOp, TranslateOp, FindMatchesOp, ClosureOp,
             CheckOrderOp, CheckCoverageOp, EstimateOrderOp, CodeAdministrationOp>;

// Calls `f.template operator()<Op>()` for each operation, in order.
template <class F, class... Ops>
constexpr void ForEachOp(F&& f, TypeList<Ops...>) {
  (f.template operator()<Ops>(), ...);
}
template <class F>
constexpr void ForEachOp(F&& f) {
  ForEachOp(f, AllOps{});
}

}  // namespace chemoterm
