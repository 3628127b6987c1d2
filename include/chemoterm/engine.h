// The engine: everything chemoterm knows, in process. It knows no door.
//
// An Engine may be called from any number of threads at once. Each call pins the snapshot that is
// current when it starts; a reload does not disturb it.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chemoterm/answer.h"
#include "chemoterm/displays.h"
#include "chemoterm/ops/all_ops.h"
#include "chemoterm/reason.h"
#include "chemoterm/resources.h"

namespace chemoterm {

struct EngineOptions {
  std::string content_dir;       // folder with manifest.json
  std::string canonical_base;    // replaces the manifest's; empty = keep
  bool hide_unverified = false;  // leave rows with verification `unverified` out of answers
  Displays displays = Displays::kLicensed;
  std::string forbidden_words_file;  // site's list of texts that content may not carry five words
                                     // of; empty = none
  // Folder of FHIR packages (.tgz) that are loaded beside the content; empty = none.
  std::string packages_dir = {};
  // Concepts of one expansion without a page, and of one page.
  std::size_t max_expansion = 10'000;
  // Concepts looked at and tests made for one request; more is kTooCostly.
  std::size_t max_work = 20'000'000;
  // Today as YYYY-MM-DD; tests inject one. Default: the system's date in UTC.
  std::function<std::string()> today;
};

// A FHIR package whose resources are served.
struct PackageInfo {
  std::string file;
  std::string name, version;
  std::int64_t loaded = 0;            // resources
  std::int64_t left_out = 0;          // broken, or already there
  std::vector<std::string> warnings;  // what was left out and why, dependencies that are missing;
                                      // some when there are many
};

// The state of the content now served.
struct ContentInfo {
  std::string digest;   // hex; the same content gives the same digest
  std::string version;  // of the manifest
  std::string canonical_base;
  std::string loaded_at;  // instant, UTC
  std::int64_t loaded_unix_seconds = 0;
  std::int64_t concepts = 0;
  std::int64_t bytes = 0;  // memory held by the snapshot, about
  std::int64_t reloads_ok = 0;
  std::int64_t reloads_failed = 0;
  bool last_reload_ok = true;
  std::string last_reload_error;
  std::vector<PackageInfo> packages;
  // Short names of code systems, loaded or not, with their canonicals.
  std::map<std::string, std::string, std::less<>> system_aliases;
};

class Engine {
 public:
  // Loads the content and opens the engine. Fails with every content error in one text, a line
  // each: "file:line: reason".
  static absl::StatusOr<std::unique_ptr<Engine>> Open(EngineOptions options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // The operations. A failed Status was made by Fail() (reason.h).
  absl::StatusOr<Answer<LookupResult>> Run(const CallContext& call,
                                           const LookupRequest& request) const;
  absl::StatusOr<Answer<ValidateCodeResult>> Run(const CallContext& call,
                                                 const ValidateCodeRequest& request) const;
  absl::StatusOr<Answer<SubsumesResult>> Run(const CallContext& call,
                                             const SubsumesRequest& request) const;
  absl::StatusOr<Answer<RelatedCodesResult>> Run(const CallContext& call,
                                                 const RelatedCodesRequest& request) const;
  absl::StatusOr<Answer<CoverageNotesResult>> Run(const CallContext& call,
                                                  const CoverageNotesRequest& request) const;
  absl::StatusOr<Answer<SearchCodesResult>> Run(const CallContext& call,
                                                const SearchCodesRequest& request) const;

  absl::StatusOr<Answer<CompareResult>> Run(const CallContext& call,
                                            const CompareRequest& request) const;
  absl::StatusOr<Answer<ExpandResult>> Run(const CallContext& call,
                                           const ExpandRequest& request) const;
  absl::StatusOr<Answer<ValidateCodeResult>> Run(const CallContext& call,
                                                 const ValidateValueSetCodeRequest& request) const;
  absl::StatusOr<Answer<TranslateResult>> Run(const CallContext& call,
                                              const TranslateRequest& request) const;
  absl::StatusOr<Answer<FindMatchesResult>> Run(const CallContext& call,
                                                const FindMatchesRequest& request) const;
  absl::StatusOr<Answer<CheckOrderResult>> Run(const CallContext& call,
                                               const CheckOrderRequest& request) const;
  absl::StatusOr<Answer<CheckCoverageResult>> Run(const CallContext& call,
                                                  const CheckCoverageRequest& request) const;
  absl::StatusOr<Answer<EstimateOrderResult>> Run(const CallContext& call,
                                                  const EstimateOrderRequest& request) const;
  absl::StatusOr<Answer<CodeAdministrationResult>> Run(
      const CallContext& call, const CodeAdministrationRequest& request) const;
  // Changes the closure table that it names; concurrent calls on one table run one after the other.
  absl::StatusOr<Answer<ClosureResult>> Run(const CallContext& call,
                                            const ClosureRequest& request) const;

  // Resources and lists.
  absl::StatusOr<Answer<ResourceView>> Run(const CallContext& call,
                                           const ReadResourceRequest& request) const;
  absl::StatusOr<Answer<SearchResourcesResult>> Run(const CallContext& call,
                                                    const SearchResourcesRequest& request) const;
  absl::StatusOr<Answer<ListCodeSystemsResult>> Run(const CallContext& call,
                                                    const ListCodeSystemsRequest& request) const;
  absl::StatusOr<Answer<ListPayersResult>> Run(const CallContext& call,
                                               const ListPayersRequest& request) const;
  // One note by its id; stale and undated are judged today.
  absl::StatusOr<Answer<CoverageNote>> GetCoverageNote(const CallContext& call,
                                                       std::string_view id) const;

  // Loads the content anew. All or nothing: on any error the old snapshot stays and the Status says
  // why. Safe to call at any time; concurrent calls run one after the other.
  absl::Status Reload();

  ContentInfo Describe() const;

  // Digest of the current content, for response metadata; cheap.
  std::shared_ptr<const std::string> Digest() const;

 private:
  class Impl;
  explicit Engine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The search parameters of a resource type; empty for types that are not served.
std::span<const SearchParamInfo> SearchParamsOf(std::string_view resource_type);

// The resource types that can be read and searched.
std::span<const std::string_view> ResourceTypes();

}  // namespace chemoterm
