#include <iterator>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "hooks/coverage_cards.h"
#include "hooks/draft_orders.h"
#include "hooks/finding_cards.h"
#include "hooks/hook_call.h"
#include "hooks/hooks.h"
#include "hooks/insurance.h"

namespace chemoterm::hooks {
namespace {

CheckOrderRequest RequestOf(const DraftOrders& orders, const Service& service) {
  CheckOrderRequest request;
  for (const DraftLine& line : orders.lines) request.lines.push_back(line.order);
  request.setting = service.setting;
  request.diagnoses = orders.diagnoses;
  return request;
}

// Asks the engine about one line: a payer that it knows gets an answer in any case.
class KnownPayers {
 public:
  KnownPayers(const Engine& engine, const CallContext& call, const OrderLine& line)
      : engine_(engine), call_(call) {
    question_.lines = {line};
  }

  // An empty plan is none.
  bool Has(const std::string& payer, const std::string& plan) {
    question_.payer = payer;
    question_.plan = plan;
    const auto answer = engine_.Run(call_, question_);
    if (!answer.ok() || answer->value.coverages.empty()) return false;
    return plan.empty() || !answer->value.coverages.front().plan.empty();
  }

 private:
  const Engine& engine_;
  const CallContext& call_;
  CheckOrderRequest question_;
};

// Names the first insurance that is known. One that is not is left out: nobody who gives an order
// can do anything about it.
void AddInsurance(const std::vector<Insurance>& insurances, KnownPayers known,
                  CheckOrderRequest& request) {
  for (const Insurance& insurance : insurances) {
    for (const std::string& payer : insurance.payers) {
      if (!known.Has(payer, {})) continue;
      request.payer = payer;
      for (const std::string& plan : insurance.plans) {
        if (request.plan.empty() && known.Has(payer, plan)) request.plan = plan;
      }
      return;
    }
  }
}

// The orders are well-formed, but the engine does not take what they say, such as a date that does
// not exist.
absl::Status AsUnusable(const absl::Status& status) {
  const Failure failure = FailureOf(status);
  if (failure.reason != Reason::kInvalidParameter) return status;
  return Fail(Reason::kUnprocessable, base::Concat({failure.text, " (", failure.where, ")."}),
              "context.draftOrders");
}

}  // namespace

absl::StatusOr<std::string> Answer(const Engine& engine, const CallContext& call,
                                   const Service& service, std::string_view body) {
  ASSIGN_OR_RETURN(const HookCall hook_call, ReadHookCall(body));
  ASSIGN_OR_RETURN(
      const DraftOrders orders,
      ReadDraftOrders(hook_call.draft_orders, hook_call.selections, engine.Describe()));
  if (!orders.HasSelectedLine()) return WriteCards({}, {});
  CheckOrderRequest request = RequestOf(orders, service);
  AddInsurance(ReadInsurances(hook_call.coverage), KnownPayers(engine, call, request.lines.front()),
               request);
  request.jurisdiction = ReadState(hook_call.patient);
  const auto answer = engine.Run(call, request);
  if (!answer.ok()) return AsUnusable(answer.status());
  ASSIGN_OR_RETURN(std::vector<Card> cards, FindingCards(answer->value, orders));
  std::vector<Card> coverage = CoverageCards(engine, call, answer->value, orders);
  cards.insert(cards.end(), std::make_move_iterator(coverage.begin()),
               std::make_move_iterator(coverage.end()));
  return WriteCards(cards, OverrideReasons(engine, call));
}

}  // namespace chemoterm::hooks
