// The lines of an order, resolved against the content once, for all rules.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chemoterm/ops/check_order.h"
#include "engine/scope.h"
#include "model/order_rules.h"

namespace chemoterm::engine {

// Views into the request and the snapshot.
struct OrderedLine {
  const OrderLine* given = nullptr;
  std::int32_t number = 0;  // from 1
  std::string_view system;  // canonical
  std::string_view code;    // without modifiers
  model::SystemCode symbols;
  std::optional<model::SystemId> system_id;
  std::optional<model::ConceptId> concept_id;
  std::optional<model::NodeId> node;  // in the relations
  model::CodeSets sets;
  std::vector<std::string_view> modifiers;
  std::int32_t units = 1;
  std::optional<std::int32_t> minutes;
  bool is_reversed = false;  // stop before start
  std::string_view place;
  std::string_view drug_class;  // empty = unknown
  std::string drug;             // equal for equal drugs; empty = none given
  std::string_view drug_text;   // as given
  base::Day day = 0;

  bool IsSameCode(const OrderedLine& other) const {
    // Symbols tell most of them apart, not those that have none.
    return symbols == other.symbols && code == other.code && system == other.system;
  }
  bool HasOneOf(const std::vector<std::string>& wanted) const;
};

// An order with its lines; those of one date stand together in `encounters`.
struct ResolvedOrder {
  ResolvedOrder() = default;
  ResolvedOrder(ResolvedOrder&&) = default;  // what points into vectors stays valid
  ResolvedOrder& operator=(ResolvedOrder&&) = default;

  bool is_facility = false;
  base::Day day = 0;
  std::vector<OrderedLine> lines;
  model::CodeSets sets;                    // that hold a code of the lines
  std::vector<model::CodeSets> diagnoses;  // the sets of each
  std::vector<const OrderedLine*> by_day;
  std::vector<std::span<const OrderedLine* const>> encounters;  // of by_day
};

// The date of a date or dateTime as it is written; empty for one without a day.
inline std::string_view DateOf(std::string_view text) {
  constexpr std::size_t kDate = 10;
  return text.size() < kDate ? std::string_view{} : text.substr(0, kDate);
}

// What the systems of a request's codings are: a few, named again and again. Views into the request
// and the snapshot; for one call, on one thread.
class SystemNames {
 public:
  explicit SystemNames(const Scope& scope) : scope_(scope) {}

  struct Named {
    std::string_view url;  // as the request has it
    std::string_view canonical;
    base::Symbol symbol{};
    std::optional<model::SystemId> latest;
  };
  Named Find(std::string_view url);

 private:
  static constexpr std::size_t kMostKept = 8;

  const Scope& scope_;
  std::vector<Named> found_;
};

// A drug as a request names it.
struct NamedDrug {
  std::string key;              // equal for equal drugs; empty = no name
  std::string_view text;        // as given
  std::string_view drug_class;  // what is known of its code; empty = nothing
};
NamedDrug ReadDrug(const Scope& scope, SystemNames& systems, const Value& drug);

inline constexpr std::size_t kMaxOrderLines = 1000;

// What holds for lines that do not say it themselves.
struct LineDefaults {
  std::string_view date;  // empty = today
  std::string_view place;
};

// False for practitioner, which is the default; fails on what is neither that nor facility.
absl::StatusOr<bool> ReadIsFacility(std::string_view setting);

// Fails without lines and with more than kMaxOrderLines, on a line without code or system, and on
// texts that are no date or no class of drugs.
absl::StatusOr<std::vector<OrderedLine>> ResolveLines(const Scope& scope,
                                                      const std::vector<OrderLine>& lines,
                                                      const LineDefaults& defaults);

// As ResolveLines; fails on an unknown setting, too.
absl::StatusOr<ResolvedOrder> ResolveOrder(const Scope& scope, const CheckOrderRequest& request);

}  // namespace chemoterm::engine
