#include <algorithm>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/display.h"
#include "engine/expression.h"
#include "engine/operations.h"
#include "engine/resolve.h"

namespace chemoterm::engine {
namespace {

using model::NodeId;
using model::Relation;
using model::RelationKind;
using model::Relations;

constexpr std::int32_t kMaxDepth = 10;

// Walks the relations breadth first from one node.
class Walk {
 public:
  Walk(const Scope& scope, const RelatedCodesRequest& request, const base::LanguageList& languages)
      : scope_(scope),
        relations_(scope.snapshot.relations),
        request_(request),
        languages_(languages),
        day_(DayOf(scope, request.date)),
        depth_(request.depth.value_or(1)),
        from_(request.direction != "to"),
        to_(request.direction != "from") {
    readings_.reserve(relations_.kinds().size());
    for (const RelationKind& kind : relations_.kinds()) {
      readings_.push_back(
          {Wanted(kind.code) ? std::string_view(kind.code) : std::string_view{},
           Wanted(kind.inverse) ? std::string_view(kind.inverse) : std::string_view{}});
    }
  }

  void Run(NodeId start, RelatedCodesResult& result);

 private:
  // A step that was taken: where it led, by which kind as read from the asked code.
  struct Step {
    NodeId node;
    std::string_view kind;
    std::int32_t depth;
  };
  // A kind as read from either end: an incoming row is shown under its inverse. Empty where it is
  // not wanted.
  struct Reading {
    std::string_view forward;
    std::string_view backward;
  };
  bool Wanted(std::string_view kind) const {
    const auto& kinds = request_.kinds;
    return kinds.empty() || std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
  }
  void Visit(const Step& at, RelatedCodesResult& result);
  void Take(const Step& at, const Relation& row, bool forward, RelatedCodesResult& result);
  CodingView CodingAt(NodeId node) const;

  const Scope& scope_;
  const Relations& relations_;
  const RelatedCodesRequest& request_;
  const base::LanguageList& languages_;
  base::Day day_;
  std::int32_t depth_;
  bool from_;
  bool to_;
  NodeId start_{};
  std::vector<Reading> readings_;  // by kind
  std::vector<Step> queue_;
};

CodingView Walk::CodingAt(NodeId node) const {
  const auto& snapshot = scope_.snapshot;
  const auto& end = relations_.At(node);
  if (end.loaded_in) return CodingOf(scope_.catalog.System(*end.loaded_in), end.id, languages_);
  return {snapshot.Text(end.system), {}, snapshot.Text(end.code), {}};
}

void Walk::Take(const Step& at, const Relation& row, bool forward, RelatedCodesResult& result) {
  const model::RelationTerms& terms = relations_.Terms(row);
  if (!terms.period.Covers(day_)) return;
  const auto& snapshot = scope_.snapshot;
  const Reading& reading = readings_[row.kind];
  const std::string_view kind = forward ? reading.forward : reading.backward;
  if (kind.empty() || (at.depth > 0 && kind != at.kind)) return;
  const NodeId other = forward ? row.to : row.from;
  if (other == start_) return;
  const std::int32_t depth = at.depth + 1;
  const auto reached = [&](const Step& step) { return step.node == other && step.kind == kind; };
  const bool seen = std::any_of(queue_.begin(), queue_.end(), reached);
  if (seen && depth > 1) return;
  const auto& source = snapshot.SourceOf(terms.provenance);
  result.related.push_back({kind,
                            forward ? "from" : "to",
                            CodingAt(other),
                            snapshot.Text(terms.note),
                            depth,
                            {snapshot.Text(terms.period.start), snapshot.Text(terms.period.end)},
                            snapshot.Text(terms.indicator),
                            snapshot.Text(terms.setting),
                            source.citation,
                            source.url,
                            snapshot.Text(terms.provenance.as_of),
                            snapshot.Text(terms.provenance.verification)});
  if (!seen && depth < depth_ && relations_.kinds()[row.kind].transitive) {
    queue_.push_back({other, kind, depth});
  }
}

void Walk::Visit(const Step& at, RelatedCodesResult& result) {
  for (const auto row : relations_.From(at.node)) {
    // A symmetric row is the same from both ends, so a direction does not hide it.
    if (from_ || relations_.kinds()[relations_.Row(row).kind].symmetric)
      Take(at, relations_.Row(row), true, result);
  }
  for (const auto row : relations_.To(at.node)) {
    if (to_ || relations_.kinds()[relations_.Row(row).kind].symmetric)
      Take(at, relations_.Row(row), false, result);
  }
}

void Walk::Run(NodeId start, RelatedCodesResult& result) {
  start_ = start;
  Visit({start, {}, 0}, result);
  for (std::size_t next = 0; next < queue_.size(); ++next) {
    const Step step = queue_[next];
    Visit(step, result);
  }
}

absl::Status CheckRequest(const Scope& scope, const RelatedCodesRequest& request) {
  if (!request.direction.empty() && request.direction != "from" && request.direction != "to" &&
      request.direction != "both") {
    return Fail(Reason::kInvalidParameter, "direction is from, to or both", "direction");
  }
  if (const auto depth = request.depth.value_or(1); depth < 1 || depth > kMaxDepth) {
    return Fail(Reason::kInvalidParameter,
                base::Concat({"depth is 1 to ", base::ToText(kMaxDepth)}), "depth");
  }
  const auto kinds = scope.snapshot.relations.kinds();
  for (const auto& asked : request.kinds) {
    if (std::any_of(kinds.begin(), kinds.end(),
                    [&](const RelationKind& kind) { return kind.code == asked; }))
      continue;
    std::vector<std::string_view> codes;
    for (const auto& kind : kinds) codes.push_back(kind.code);
    return Fail(Reason::kUnknownRelationKind,
                base::Concat({"'", base::Clip(asked, 80), "' is not a kind of relation; there are ",
                              ListOr(codes)}),
                "kind");
  }
  return {};
}

}  // namespace

absl::StatusOr<RelatedCodesResult> RelatedCodes(const Scope& scope,
                                                const RelatedCodesRequest& request) {
  RETURN_IF_ERROR(CheckBudget(scope.call));
  RETURN_IF_ERROR(CheckDate(request.date));
  RETURN_IF_ERROR(CheckRequest(scope, request));
  ASSIGN_OR_RETURN(const Asked asked,
                   ReadAsked(request.system, request.version, request.code, request.coding));
  ASSIGN_OR_RETURN(const auto system_id,
                   ResolveSystem(scope, asked.system, asked.version, "system"));
  ASSIGN_OR_RETURN(const auto languages, ReadLanguages(scope, request.display_language));
  const auto& snapshot = scope.snapshot;
  const auto& info = scope.catalog.System(system_id).info();
  const auto system_symbol = snapshot.symbols.Find(info.url);
  const auto node = snapshot.relations.Find(system_symbol, snapshot.symbols.Find(asked.code));
  if (!node && !scope.catalog.System(system_id).Find(asked.code)) {
    return Fail(Reason::kUnknownCode,
                scope.Say(info.is_fragment() ? "LOOKUP_NOT_IN_FRAGMENT" : "LOOKUP_UNKNOWN_CODE",
                          {{"code", base::Clip(asked.code, 100)},
                           {"system", info.url},
                           {"version", info.version}}),
                asked.where);
  }
  RelatedCodesResult result;
  result.disclaimer = snapshot.messages.Text("DISCLAIMER");
  if (node) {
    result.related.reserve(snapshot.relations.From(*node).size() +
                           snapshot.relations.To(*node).size());
    Walk(scope, request, languages).Run(*node, result);
  }
  return result;
}

}  // namespace chemoterm::engine
