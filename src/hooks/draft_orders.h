// The draft orders of a call as the lines of one order. Reads the shapes of R4 and R5.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>
#include <vector>

#include "chemoterm/engine.h"
#include "chemoterm/ops/check_order.h"

namespace chemoterm::hooks {

// Where in a resource the code of its line stands.
struct CodePlace {
  std::string_view element;  // "code", "medicationCodeableConcept", ...
  bool in_concept = false;   // R5: the element is a CodeableReference
  std::size_t coding = 0;    // which coding of the CodeableConcept
};

struct DraftLine {
  std::string_view resource;  // as received
  std::string reference;      // "ServiceRequest/1"; empty without an id
  CodePlace place;
  OrderLine order;
  bool is_selected = true;

  std::string_view code() const { return order.coding->code; }
};

// Views into the body.
struct DraftOrders {
  std::vector<DraftLine> lines;  // in the order of the Bundle
  std::vector<Coding> diagnoses;

  const DraftLine& Line(std::int32_t number) const {  // from 1
    return lines[static_cast<std::size_t>(number) - 1];
  }
  bool HasSelectedLine() const;
  bool AreAllSelected() const;
  // True when one of the lines, by their numbers, is selected.
  bool IsSelected(const std::vector<std::int32_t>& numbers) const;
};

// The lines of a Bundle: its ServiceRequests and MedicationRequests with a billing code. Selected
// are those named by `selections`, without any all. Fails with kUnprocessable on what is no Bundle
// and on a selection that names none of its resources.
absl::StatusOr<DraftOrders> ReadDraftOrders(std::string_view bundle,
                                            const std::vector<std::string>& selections,
                                            const ContentInfo& content);

}  // namespace chemoterm::hooks
