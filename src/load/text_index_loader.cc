#include "load/text_index_loader.h"

namespace chemoterm::load {
namespace {

using model::ConceptId;
using model::Snapshot;
using model::SystemId;
using model::TextField;

void AddFacts(const Snapshot& snapshot, SystemId system, ConceptId id,
              model::TextIndexBuilder& builder) {
  for (const model::Fact& fact : snapshot.Facts(system).Of(id)) {
    if (snapshot.fact_properties[fact.property].group == model::FactGroup::kFigures) continue;
    const auto add = [&](base::StrRef text) {
      builder.Add(TextField::kFact, snapshot.Text(text), fact.property);
    };
    if (fact.kind != ValueKind::kBoolean) add(fact.value);
    add(fact.coding_display);
    add(fact.description);
  }
}

void AddConcept(const Snapshot& snapshot, SystemId system_id, ConceptId id,
                model::TextIndexBuilder& builder) {
  const model::CodeSystem& system = snapshot.System(system_id);
  builder.Open(system_id, id, system.Code(id), system.IsInactive(id));
  builder.Add(TextField::kDisplay, system.Display(id));
  for (const model::Designation& designation : system.Designations(id)) {
    builder.Add(TextField::kDesignation, system.Text(designation));
  }
  builder.Add(TextField::kDefinition, system.Definition(id));
  AddFacts(snapshot, system_id, id, builder);
}

}  // namespace

model::TextIndex BuildTextIndex(const Snapshot& snapshot, const std::vector<SystemId>& searched,
                                const model::SearchWords& words) {
  model::TextIndexBuilder builder(words);
  for (const SystemId system : searched) {
    for (std::size_t i = 0; i < snapshot.System(system).size(); ++i) {
      AddConcept(snapshot, system, static_cast<ConceptId>(i), builder);
    }
  }
  return std::move(builder).Freeze();
}

}  // namespace chemoterm::load
