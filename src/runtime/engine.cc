#include "chemoterm/engine.h"

#include <chrono>
#include <mutex>
#include <utility>

#include "base/clock.h"
#include "base/memory.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "engine/operations.h"
#include "load/loader.h"
#include "runtime/snapshot_holder.h"

namespace chemoterm {

class Engine::Impl {
 public:
  explicit Impl(EngineOptions options) : options_(std::move(options)) {}

  absl::Status Load();
  ContentInfo Describe() const;

  model::SnapshotPtr Pin() const { return holder_.Get(); }
  base::Day Today() const {
    if (!options_.today) return base::Today();
    const auto range = base::ParseDate(options_.today());
    return range ? range->first : 0;
  }

  // Pins the snapshot, runs `f(scope)`, and packs value, texts and issues into one answer.
  template <class Result, class F>
  absl::StatusOr<Answer<Result>> Run(const CallContext& call, F&& f) const {
    Answer<Result> answer;
    const model::SnapshotPtr snapshot = Pin();
    answer.pin = snapshot;
    const engine::Scope scope{*snapshot, call, answer.texts, answer.issues, Today()};
    ASSIGN_OR_RETURN(answer.value, f(scope));
    return answer;
  }

 private:
  absl::Status Replace();  // load_mutex_ is held

  EngineOptions options_;
  runtime::SnapshotHolder holder_;
  std::mutex load_mutex_;  // one load at a time
  mutable std::mutex info_mutex_;
  ContentInfo info_;
};

absl::Status Engine::Impl::Load() {
  const std::lock_guard one_at_a_time(load_mutex_);
  const absl::Status status = Replace();
  // A load frees more than it keeps, and with the old content as much again.
  base::ReturnFreedMemory();
  return status;
}

absl::Status Engine::Impl::Replace() {
  std::vector<load::ContentError> errors;
  auto loaded =
      load::LoadSnapshot({options_.content_dir, options_.canonical_base, options_.hide_unverified,
                          options_.forbidden_words_file, /*check_digests=*/true},
                         &errors);
  const std::lock_guard lock(info_mutex_);
  info_.last_reload_ok = loaded.ok();
  if (!loaded.ok()) {
    ++info_.reloads_failed;
    info_.last_reload_error = base::FromAbsl(loaded.status().message());
    return loaded.status();
  }
  const model::SnapshotPtr snapshot = *std::move(loaded);
  ++info_.reloads_ok;
  info_.last_reload_error.clear();
  info_.digest = snapshot->digest;
  info_.version = snapshot->version;
  info_.canonical_base = snapshot->canonical_base;
  const auto now = std::chrono::system_clock::now();
  info_.loaded_at = base::FormatInstant(now);
  info_.loaded_unix_seconds =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  info_.concepts = static_cast<std::int64_t>(snapshot->concept_count());
  info_.bytes = static_cast<std::int64_t>(snapshot->bytes());
  holder_.Set(snapshot);
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
  const auto snapshot = impl_->Pin();
  return {snapshot, &snapshot->digest};
}

using engine::Scope;

absl::StatusOr<Answer<LookupResult>> Engine::Run(const CallContext& call,
                                                 const LookupRequest& request) const {
  return impl_->Run<LookupResult>(
      call, [&](const Scope& scope) { return engine::Lookup(scope, request); });
}
absl::StatusOr<Answer<ValidateCodeResult>> Engine::Run(const CallContext& call,
                                                       const ValidateCodeRequest& request) const {
  return impl_->Run<ValidateCodeResult>(
      call, [&](const Scope& scope) { return engine::ValidateCode(scope, request); });
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
