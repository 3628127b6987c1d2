// What a request for a translation asks: the names of R4 and R5 brought to one form.
#pragma once

#include <absl/status/statusor.h>

#include <string_view>
#include <vector>

#include "chemoterm/ops/translate.h"
#include "engine/scope.h"
#include "model/concept_map.h"

namespace chemoterm::engine {

struct AskedCode {
  std::string_view system;
  std::string_view version;
  std::string_view code;
};

// Views into the request and the snapshot.
struct Question {
  std::vector<AskedCode> codes;  // at least one
  bool is_back = false;          // the codes are of the target side
  bool is_reverse = false;  // is_back, and asked so by R4's `reverse`: the answer is the source
  bool in_r4 = false;       // names of R4 were used
  // What the map has to be about beside the side of the code.
  model::MapSides sides;
};

// Fails when there is no code, more than one way to name it, or no system of it.
absl::StatusOr<Question> ReadQuestion(const Scope& scope, const TranslateRequest& request);

// The map that the request names or brings, nullptr when it does neither; kUnknownConceptMap when
// it is not loaded.
absl::StatusOr<const model::ConceptMap*> NamedMap(const Scope& scope,
                                                  const TranslateRequest& request);

}  // namespace chemoterm::engine
