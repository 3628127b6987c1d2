#include "chemoterm/engine.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>

#include "base/clock.h"
#include "base/memory.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/closure.h"
#include "engine/operations.h"
#include "engine/resolve.h"
#include "engine/view_memo.h"
#include "load/loader.h"
#include "runtime/closure_store.h"
#include "runtime/overlay_cache.h"
#include "runtime/snapshot_holder.h"

namespace chemoterm {
namespace {

// Of parsed resources that came with requests.
constexpr std::size_t kMaxOverlayBytes = std::size_t{16} * 1024 * 1024;

// What an answer keeps alive when its request brought resources.
struct Pinned {
  runtime::ServedPtr served;
  model::Overlay overlay;
};

void Add(const load::InlineResource& resource, model::Overlay& overlay) {
  if (resource.system != nullptr) overlay.systems.push_back(resource.system);
  if (resource.value_set != nullptr) overlay.value_sets.push_back(resource.value_set);
  if (resource.concept_map != nullptr) overlay.concept_maps.push_back(resource.concept_map);
}

PackageInfo InfoOf(const load::PackageReport& report) {
  constexpr std::size_t kMost = 20;
  PackageInfo info;
  info.file = report.file;
  info.name = report.name;
  info.version = report.version;
  for (const auto& [type, count] : report.loaded) info.loaded += static_cast<std::int64_t>(count);
  info.left_out = static_cast<std::int64_t>(report.left_out_count);
  info.warnings = report.warnings;
  for (const auto& left_out : report.left_out) info.warnings.push_back(left_out.ToString());
  if (info.warnings.size() > kMost) info.warnings.resize(kMost);
  return info;
}

}  // namespace

class Engine::Impl {
 public:
  explicit Impl(EngineOptions options) : options_(std::move(options)) {}

  absl::Status Load();
  ContentInfo Describe() const;

  runtime::ServedPtr Pin() const { return holder_.Get(); }
  base::Day Today() const {
    if (!options_.today) return base::Today();
    const auto range = base::ParseDate(options_.today());
    return range ? range->first : 0;
  }

  // Pins the snapshot, runs `f(scope)`, and packs value, texts and issues into one answer.
  template <class Result, class F>
  absl::StatusOr<Answer<Result>> Run(const CallContext& call, F&& f) const {
    Answer<Result> answer;
    const runtime::ServedPtr served = Pin();
    answer.pin = served;
    const model::Snapshot& snapshot = *served->snapshot;
    const model::Catalog catalog(snapshot, nullptr, call.fhir_version);
    engine::Budget budget(call, options_.max_work);
    engine::ViewMemo memo;
    const engine::Scope scope{snapshot, catalog, call, answer.texts,       answer.issues,
                              Today(),  budget,  memo, MaxExpansion(call), &served->known};
    ASSIGN_OR_RETURN(answer.value, f(scope));
    return answer;
  }

  absl::StatusOr<Answer<ClosureResult>> RunClosure(const CallContext& call,
                                                   const ClosureRequest& request) const;

  // The same for a request that may bring resources.
  template <class Result, class Request, class F>
  absl::StatusOr<Answer<Result>> RunWith(const CallContext& call, const Request& request,
                                         F&& f) const {
    if (!BringsResources(request)) return Run<Result>(call, std::forward<F>(f));
    const auto pinned = std::make_shared<Pinned>();
    pinned->served = Pin();
    RETURN_IF_ERROR(ReadResources(call, request, pinned->overlay));
    Answer<Result> answer;
    answer.pin = pinned;
    const model::Snapshot& snapshot = *pinned->served->snapshot;
    const model::Catalog catalog(snapshot, &pinned->overlay, call.fhir_version);
    engine::Budget budget(call, options_.max_work);
    engine::ViewMemo memo;
    const engine::Scope scope{snapshot, catalog, call, answer.texts,      answer.issues,
                              Today(),  budget,  memo, MaxExpansion(call)};
    ASSIGN_OR_RETURN(answer.value, f(scope));
    return answer;
  }

 private:
  absl::Status Replace();  // load_mutex_ is held

  std::size_t MaxExpansion(const CallContext& call) const {
    return call.max_expansion == 0 ? options_.max_expansion
                                   : std::min(call.max_expansion, options_.max_expansion);
  }

  template <class Request>
  static bool BringsResources(const Request& request) {
    bool brings = !request.tx_resources.empty() || !request.cache_id.empty();
    if constexpr (requires { request.value_set; }) brings = brings || !request.value_set.empty();
    if constexpr (requires { request.other_value_set; }) {
      brings = brings || !request.other_value_set.empty();
    }
    if constexpr (requires { request.code_system; }) {
      brings = brings || !request.code_system.empty();
    }
    if constexpr (requires { request.concept_map; }) {
      brings = brings || !request.concept_map.empty();
    }
    return brings;
  }

  template <class Request>
  absl::Status ReadResources(const CallContext& call, const Request& request,
                             model::Overlay& overlay) const {
    std::vector<load::InlineResource> resources;
    for (const std::string& json : request.tx_resources) {
      RETURN_IF_ERROR(engine::CheckBudget(call));
      ASSIGN_OR_RETURN(load::InlineResource resource, overlays_.Get(json, "tx-resource"));
      resources.push_back(std::move(resource));
    }
    if (!request.cache_id.empty()) resources = overlays_.Extend(request.cache_id, resources);
    for (const auto& resource : resources) Add(resource, overlay);
    const auto give = [&](const std::string& json, std::string_view where,
                          std::shared_ptr<const model::ValueSet>& to) -> absl::Status {
      if (json.empty()) return {};
      ASSIGN_OR_RETURN(const auto given, overlays_.Get(json, where));
      if (given.value_set == nullptr) {
        return Fail(Reason::kInvalidParameter, base::Concat({where, " is not a ValueSet"}), where);
      }
      to = given.value_set;
      Add(given, overlay);
      return {};
    };
    if constexpr (requires { request.other_value_set; }) {
      RETURN_IF_ERROR(give(request.value_set, "thisValueSet", overlay.given));
      RETURN_IF_ERROR(give(request.other_value_set, "otherValueSet", overlay.given_other));
    } else if constexpr (requires { request.value_set; }) {
      RETURN_IF_ERROR(give(request.value_set, "valueSet", overlay.given));
    }
    if constexpr (requires { request.code_system; }) {
      if (!request.code_system.empty()) {
        ASSIGN_OR_RETURN(const auto given, overlays_.Get(request.code_system, "codeSystem"));
        if (given.system == nullptr) {
          return Fail(Reason::kInvalidParameter, "codeSystem is not a CodeSystem", "codeSystem");
        }
        overlay.given_system = given.system;
        Add(given, overlay);
      }
    }
    if constexpr (requires { request.concept_map; }) {
      if (!request.concept_map.empty()) {
        ASSIGN_OR_RETURN(const auto given, overlays_.Get(request.concept_map, "conceptMap"));
        if (given.concept_map == nullptr) {
          return Fail(Reason::kInvalidParameter, "conceptMap is not a ConceptMap", "conceptMap");
        }
        overlay.given_map = given.concept_map;
        Add(given, overlay);
      }
    }
    return {};
  }

  EngineOptions options_;
  runtime::SnapshotHolder holder_;
  mutable runtime::OverlayCache overlays_{kMaxOverlayBytes};
  mutable runtime::ClosureStore closures_;
  std::mutex load_mutex_;  // one load at a time
  mutable std::mutex info_mutex_;
  ContentInfo info_;
};

absl::StatusOr<Answer<ClosureResult>> Engine::Impl::RunClosure(
    const CallContext& call, const ClosureRequest& request) const {
  struct PinnedClosure {
    std::shared_ptr<const void> served;
    runtime::ClosurePtr closure;
  };
  const auto pinned = std::make_shared<PinnedClosure>();
  auto answer =
      Run<ClosureResult>(call, [&](const engine::Scope& scope) -> absl::StatusOr<ClosureResult> {
        ASSIGN_OR_RETURN(const runtime::ClosureChange change, closures_.Apply(scope, request));
        pinned->closure = change.closure;
        return engine::EntriesSince(scope, *change.closure, request.name, change.since);
      });
  if (!answer.ok()) return answer;
  pinned->served = std::move(answer->pin);
  answer->pin = pinned;
  return answer;
}

absl::Status Engine::Impl::Load() {
  const std::lock_guard one_at_a_time(load_mutex_);
  const absl::Status status = Replace();
  // A load frees more than it keeps, and with the old content as much again.
  base::ReturnFreedMemory();
  return status;
}

absl::Status Engine::Impl::Replace() {
  std::vector<load::ContentError> errors;
  std::vector<load::PackageReport> packages;
  auto loaded = load::LoadSnapshot({.dir = options_.content_dir,
                                    .canonical_base = options_.canonical_base,
                                    .hide_unverified = options_.hide_unverified,
                                    .displays = options_.displays,
                                    .forbidden_words_file = options_.forbidden_words_file,
                                    .packages_dir = options_.packages_dir},
                                   &errors, &packages);
  const std::lock_guard lock(info_mutex_);
  info_.last_reload_ok = loaded.ok();
  if (!loaded.ok()) {
    ++info_.reloads_failed;
    info_.last_reload_error = base::FromAbsl(loaded.status().message());
    return loaded.status();
  }
  const auto served = std::make_shared<const runtime::Served>(*std::move(loaded));
  const auto& snapshot = served->snapshot;
  ++info_.reloads_ok;
  info_.last_reload_error.clear();
  info_.digest = snapshot->digest;
  info_.version = snapshot->version;
  info_.canonical_base = snapshot->canonical_base;
  info_.system_aliases = snapshot->system_aliases;
  const auto now = std::chrono::system_clock::now();
  info_.loaded_at = base::FormatInstant(now);
  info_.loaded_unix_seconds =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  info_.concepts = static_cast<std::int64_t>(snapshot->concept_count());
  info_.bytes = static_cast<std::int64_t>(snapshot->bytes());
  info_.packages.clear();
  for (const load::PackageReport& report : packages) info_.packages.push_back(InfoOf(report));
  holder_.Set(served);
  return {};
}

ContentInfo Engine::Impl::Describe() const {
  const std::lock_guard lock(info_mutex_);
  return info_;
}

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::~Engine() = default;

absl::StatusOr<std::unique_ptr<Engine>> Engine::Open(EngineOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  RETURN_IF_ERROR(impl->Load());
  return std::unique_ptr<Engine>(new Engine(std::move(impl)));
}

absl::Status Engine::Reload() { return impl_->Load(); }

ContentInfo Engine::Describe() const { return impl_->Describe(); }

std::shared_ptr<const std::string> Engine::Digest() const {
  const auto served = impl_->Pin();
  return {served, &served->snapshot->digest};
}

using engine::Scope;

absl::StatusOr<Answer<LookupResult>> Engine::Run(const CallContext& call,
                                                 const LookupRequest& request) const {
  return impl_->RunWith<LookupResult>(
      call, request, [&](const Scope& scope) { return engine::Lookup(scope, request); });
}
absl::StatusOr<Answer<ValidateCodeResult>> Engine::Run(const CallContext& call,
                                                       const ValidateCodeRequest& request) const {
  return impl_->RunWith<ValidateCodeResult>(
      call, request, [&](const Scope& scope) { return engine::ValidateCode(scope, request); });
}
absl::StatusOr<Answer<ValidateCodeResult>> Engine::Run(
    const CallContext& call, const ValidateValueSetCodeRequest& request) const {
  return impl_->RunWith<ValidateCodeResult>(call, request, [&](const Scope& scope) {
    return engine::ValidateValueSetCode(scope, request);
  });
}
absl::StatusOr<Answer<CompareResult>> Engine::Run(const CallContext& call,
                                                  const CompareRequest& request) const {
  return impl_->RunWith<CompareResult>(
      call, request, [&](const Scope& scope) { return engine::Compare(scope, request); });
}
absl::StatusOr<Answer<ExpandResult>> Engine::Run(const CallContext& call,
                                                 const ExpandRequest& request) const {
  return impl_->RunWith<ExpandResult>(
      call, request, [&](const Scope& scope) { return engine::Expand(scope, request); });
}
absl::StatusOr<Answer<TranslateResult>> Engine::Run(const CallContext& call,
                                                    const TranslateRequest& request) const {
  return impl_->RunWith<TranslateResult>(
      call, request, [&](const Scope& scope) { return engine::Translate(scope, request); });
}
absl::StatusOr<Answer<FindMatchesResult>> Engine::Run(const CallContext& call,
                                                      const FindMatchesRequest& request) const {
  return impl_->RunWith<FindMatchesResult>(
      call, request, [&](const Scope& scope) { return engine::FindMatches(scope, request); });
}
absl::StatusOr<Answer<ClosureResult>> Engine::Run(const CallContext& call,
                                                  const ClosureRequest& request) const {
  return impl_->RunClosure(call, request);
}
absl::StatusOr<Answer<SubsumesResult>> Engine::Run(const CallContext& call,
                                                   const SubsumesRequest& request) const {
  return impl_->Run<SubsumesResult>(
      call, [&](const Scope& scope) { return engine::Subsumes(scope, request); });
}
absl::StatusOr<Answer<RelatedCodesResult>> Engine::Run(const CallContext& call,
                                                       const RelatedCodesRequest& request) const {
  return impl_->Run<RelatedCodesResult>(
      call, [&](const Scope& scope) { return engine::RelatedCodes(scope, request); });
}
absl::StatusOr<Answer<CoverageNotesResult>> Engine::Run(const CallContext& call,
                                                        const CoverageNotesRequest& request) const {
  return impl_->Run<CoverageNotesResult>(
      call, [&](const Scope& scope) { return engine::CoverageNotes(scope, request); });
}
absl::StatusOr<Answer<CheckOrderResult>> Engine::Run(const CallContext& call,
                                                     const CheckOrderRequest& request) const {
  return impl_->Run<CheckOrderResult>(
      call, [&](const Scope& scope) { return engine::CheckOrder(scope, request); });
}

absl::StatusOr<Answer<CheckCoverageResult>> Engine::Run(const CallContext& call,
                                                        const CheckCoverageRequest& request) const {
  return impl_->Run<CheckCoverageResult>(
      call, [&](const Scope& scope) { return engine::CheckCoverage(scope, request); });
}

absl::StatusOr<Answer<EstimateOrderResult>> Engine::Run(const CallContext& call,
                                                        const EstimateOrderRequest& request) const {
  return impl_->Run<EstimateOrderResult>(
      call, [&](const Scope& scope) { return engine::EstimateOrder(scope, request); });
}

absl::StatusOr<Answer<CodeAdministrationResult>> Engine::Run(
    const CallContext& call, const CodeAdministrationRequest& request) const {
  return impl_->Run<CodeAdministrationResult>(
      call, [&](const Scope& scope) { return engine::CodeAdministration(scope, request); });
}

absl::StatusOr<Answer<SearchCodesResult>> Engine::Run(const CallContext& call,
                                                      const SearchCodesRequest& request) const {
  return impl_->Run<SearchCodesResult>(
      call, [&](const Scope& scope) { return engine::SearchCodes(scope, request); });
}
absl::StatusOr<Answer<ResourceView>> Engine::Run(const CallContext& call,
                                                 const ReadResourceRequest& request) const {
  return impl_->Run<ResourceView>(
      call, [&](const Scope& scope) { return engine::ReadResource(scope, request); });
}
absl::StatusOr<Answer<SearchResourcesResult>> Engine::Run(
    const CallContext& call, const SearchResourcesRequest& request) const {
  return impl_->Run<SearchResourcesResult>(
      call, [&](const Scope& scope) { return engine::SearchResources(scope, request); });
}
absl::StatusOr<Answer<ListCodeSystemsResult>> Engine::Run(const CallContext& call,
                                                          const ListCodeSystemsRequest&) const {
  return impl_->Run<ListCodeSystemsResult>(
      call, [](const Scope& scope) -> absl::StatusOr<ListCodeSystemsResult> {
        return engine::ListCodeSystems(scope);
      });
}
absl::StatusOr<Answer<ListPayersResult>> Engine::Run(const CallContext& call,
                                                     const ListPayersRequest&) const {
  return impl_->Run<ListPayersResult>(call,
                                      [](const Scope& scope) -> absl::StatusOr<ListPayersResult> {
                                        return engine::ListPayers(scope);
                                      });
}
absl::StatusOr<Answer<CoverageNote>> Engine::GetCoverageNote(const CallContext& call,
                                                             std::string_view id) const {
  return impl_->Run<CoverageNote>(
      call, [&](const Scope& scope) { return engine::GetCoverageNote(scope, id); });
}

}  // namespace chemoterm
