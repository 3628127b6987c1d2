#include "load/inline_reader.h"

#include <string>
#include <utility>

#include "base/text.h"
#include "chemoterm/reason.h"
#include "json/slice.h"
#include "load/resource_reader.h"

namespace chemoterm::load {

std::size_t InlineResource::bytes() const {
  return sizeof *this + (system == nullptr ? 0 : system->bytes()) +
         (value_set == nullptr ? 0 : value_set->bytes()) +
         (concept_map == nullptr ? 0 : concept_map->bytes());
}

absl::StatusOr<InlineResource> ReadInline(std::string_view json, std::string_view where) {
  const Rebase as_it_is = [](std::string_view text) { return std::string(text); };
  Faults faults(/*lenient=*/true);
  const FileFaults here(faults, where);
  InlineResource resource;
  const std::string type = json::Unquote(json::Member(json, "resourceType"));
  if (type == "CodeSystem") {
    resource.system = ParseCodeSystem(json, as_it_is, {}, here);
  } else if (type == "ValueSet") {
    if (auto set = ParseValueSet(json, as_it_is, here)) {
      resource.value_set = std::make_shared<const model::ValueSet>(*std::move(set));
    }
  } else if (type == "ConceptMap") {
    if (auto map = ParseConceptMap(json, as_it_is, {}, here)) {
      resource.concept_map = std::make_shared<const model::ConceptMap>(*std::move(map));
    }
  } else if (type.empty()) {
    here.Add(1, "'resourceType' is missing");
  }
  if (faults.empty()) return resource;
  const ContentError first = faults.Take().front();
  return Fail(Reason::kInvalidParameter,
              base::Concat({"The resource of parameter '", where,
                            "' cannot be used: ", first.line == 0 ? "" : "line ",
                            first.line == 0 ? "" : base::ToText(first.line) + ": ", first.reason}),
              where);
}

}  // namespace chemoterm::load
