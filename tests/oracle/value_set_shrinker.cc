#include "oracle/value_set_shrinker.h"

#include <cstddef>
#include <vector>

namespace chemoterm::oracle {
namespace {

template <class T>
void EraseAt(std::vector<T>& list, std::size_t at) {
  list.erase(list.begin() + static_cast<std::ptrdiff_t>(at));
}

void EraseConcept(System& system, std::size_t at) {
  const Concept gone = system.concepts[at];
  EraseAt(system.concepts, at);
  for (Concept& each : system.concepts) {
    if (each.nested_in == static_cast<int>(at)) each.nested_in = gone.nested_in;
    if (each.nested_in > static_cast<int>(at)) --each.nested_in;
    std::erase(each.parents, gone.code);
    std::erase(each.children, gone.code);
  }
}

class Shrinker {
 public:
  Shrinker(World world, const std::function<bool(const World&)>& fails)
      : world_(std::move(world)), fails_(fails) {}

  World Run() {
    do {
      changed_ = false;
      ShrinkRules();
      ShrinkValueSets();
      ShrinkSystems();
    } while (changed_);
    return std::move(world_);
  }

 private:
  // Keeps the change when the world still fails.
  template <class F>
  bool Try(F&& change) {
    World smaller = world_;
    change(smaller);
    if (!fails_(smaller)) return false;
    world_ = std::move(smaller);
    changed_ = true;
    return true;
  }
  // `list_of(world)` is the list whose elements are tried to be left out.
  template <class F>
  void Thin(F&& list_of) {
    for (std::size_t i = list_of(world_).size(); i-- > 0;) {
      Try([&](World& world) { EraseAt(list_of(world), i); });
    }
  }
  template <class F>
  void Clear(F&& member_of) {
    if (member_of(world_) == std::remove_cvref_t<decltype(member_of(world_))>{}) return;
    Try([&](World& world) { member_of(world) = {}; });
  }

  void ShrinkRules() {
    Thin([](World& world) -> auto& { return world.system_versions; });
    Thin([](World& world) -> auto& { return world.force_versions; });
    Thin([](World& world) -> auto& { return world.value_set_versions; });
    Clear([](World& world) -> auto& { return world.text; });
  }

  // `set_of(world)` is a value set.
  template <class F>
  void ShrinkValueSet(F&& set_of) {
    for (const auto part : {&ValueSet::includes, &ValueSet::excludes}) {
      const auto sets = [&](World& world) -> auto& { return set_of(world).*part; };
      Thin(sets);
      for (std::size_t i = 0; i < sets(world_).size(); ++i) {
        const auto at = [&](World& world) -> Set& { return sets(world)[i]; };
        Thin([&](World& world) -> auto& { return at(world).concepts; });
        Thin([&](World& world) -> auto& { return at(world).filters; });
        Thin([&](World& world) -> auto& { return at(world).imports; });
        Clear([&](World& world) -> auto& { return at(world).version; });
      }
    }
    Clear([&](World& world) -> auto& { return set_of(world).inactive; });
  }

  void ShrinkValueSets() {
    for (std::size_t i = world_.value_sets.size(); i-- > 1;) {
      Try([&](World& world) { EraseAt(world.value_sets, i); });
    }
    for (std::size_t i = 0; i < world_.value_sets.size(); ++i) {
      const auto set = [i](World& world) -> ValueSet& { return world.value_sets[i]; };
      ShrinkValueSet(set);
      Thin([&](World& world) -> auto& { return set(world).contained; });
      for (std::size_t j = 0; j < set(world_).contained.size(); ++j) {
        ShrinkValueSet([&](World& world) -> ValueSet& { return set(world).contained[j]; });
      }
    }
  }

  void ShrinkSystems() {
    Thin([](World& world) -> auto& { return world.systems; });
    for (std::size_t i = 0; i < world_.systems.size(); ++i) {
      const auto system = [i](World& world) -> System& { return world.systems[i]; };
      for (std::size_t j = system(world_).concepts.size(); j-- > 0;) {
        Try([&](World& world) { EraseConcept(system(world), j); });
      }
      for (std::size_t j = 0; j < system(world_).concepts.size(); ++j) {
        const auto at = [&](World& world) -> Concept& { return system(world).concepts[j]; };
        Thin([&](World& world) -> auto& { return at(world).properties; });
        Thin([&](World& world) -> auto& { return at(world).designations; });
        Thin([&](World& world) -> auto& { return at(world).parents; });
        Thin([&](World& world) -> auto& { return at(world).children; });
        Clear([&](World& world) -> auto& { return at(world).display; });
        if (at(world_).nested_in >= 0) Try([&](World& world) { at(world).nested_in = -1; });
      }
      Clear([&](World& world) -> auto& { return system(world).version; });
    }
  }

  World world_;
  const std::function<bool(const World&)>& fails_;
  bool changed_ = false;
};

}  // namespace

World Shrink(World world, const std::function<bool(const World&)>& fails) {
  return Shrinker(std::move(world), fails).Run();
}

}  // namespace chemoterm::oracle
