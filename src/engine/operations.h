// The operations: pure functions of a scope and a request. Views in the results point into the
// snapshot, the request or scope.texts.
#pragma once

#include <absl/status/statusor.h>

#include "chemoterm/ops/all_ops.h"
#include "chemoterm/resources.h"
#include "engine/scope.h"

namespace chemoterm::engine {

absl::StatusOr<LookupResult> Lookup(const Scope& scope, const LookupRequest& request);
absl::StatusOr<ValidateCodeResult> ValidateCode(const Scope& scope,
                                                const ValidateCodeRequest& request);
absl::StatusOr<ValidateCodeResult> ValidateValueSetCode(const Scope& scope,
                                                        const ValidateValueSetCodeRequest& request);
absl::StatusOr<CompareResult> Compare(const Scope& scope, const CompareRequest& request);
absl::StatusOr<ExpandResult> Expand(const Scope& scope, const ExpandRequest& request);
absl::StatusOr<TranslateResult> Translate(const Scope& scope, const TranslateRequest& request);
absl::StatusOr<FindMatchesResult> FindMatches(const Scope& scope,
                                              const FindMatchesRequest& request);
absl::StatusOr<SubsumesResult> Subsumes(const Scope& scope, const SubsumesRequest& request);
absl::StatusOr<RelatedCodesResult> RelatedCodes(const Scope& scope,
                                                const RelatedCodesRequest& request);
absl::StatusOr<CoverageNotesResult> CoverageNotes(const Scope& scope,
                                                  const CoverageNotesRequest& request);
absl::StatusOr<SearchCodesResult> SearchCodes(const Scope& scope,
                                              const SearchCodesRequest& request);
absl::StatusOr<CheckOrderResult> CheckOrder(const Scope& scope, const CheckOrderRequest& request);
absl::StatusOr<CheckCoverageResult> CheckCoverage(const Scope& scope,
                                                  const CheckCoverageRequest& request);
absl::StatusOr<EstimateOrderResult> EstimateOrder(const Scope& scope,
                                                  const EstimateOrderRequest& request);
absl::StatusOr<CodeAdministrationResult> CodeAdministration(
    const Scope& scope, const CodeAdministrationRequest& request);

absl::StatusOr<ResourceView> ReadResource(const Scope& scope, const ReadResourceRequest& request);
absl::StatusOr<SearchResourcesResult> SearchResources(const Scope& scope,
                                                      const SearchResourcesRequest& request);
ListCodeSystemsResult ListCodeSystems(const Scope& scope);
ListPayersResult ListPayers(const Scope& scope);

// A note as answers show it, judged on `day`.
CoverageNote ViewOf(const Scope& scope, const model::Note& note, base::Day day);
absl::StatusOr<CoverageNote> GetCoverageNote(const Scope& scope, std::string_view id);

}  // namespace chemoterm::engine
