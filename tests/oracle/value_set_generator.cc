#include "oracle/value_set_generator.h"

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>

namespace chemoterm::oracle {
namespace {

using Texts = std::vector<std::string>;

const Texts kWords = {"Red", "blue", "Slow", "push", "Long", "pump"};
const Texts kLanguages = {"de", "es", "fr-CA", "en"};
// Of these, `rank` and `flag` are also properties of the loaded content's own rows.
struct PropertyKind {
  std::string code, member;
  Texts values;
};
const std::vector<PropertyKind> kProperties = {
    {"colour", "valueCode", {"red", "green", "A1"}},
    {"rank", "valueCode", {"high", "low"}},
    {"remark", "valueString", {"as it is", "other", "x, y"}},
    {"size", "valueInteger", {"1", "2", "10"}},
    {"ratio", "valueDecimal", {"0.5", "1.25"}},
    {"flag", "valueBoolean", {"true", "false"}},
    {"seen", "valueDateTime", {"2025-01-02", "2026"}},
    {"mate", "valueCoding", {"m1", "m2"}},
};
const Texts kHierarchyOps = {"is-a",        "descendent-of", "is-not-a",
                             "generalizes", "child-of",      "descendent-leaf"};
const Texts kPatterns = {"A.*",      ".*1", "[A-C][0-9]", "A|B.*",
                         "red|high", ".",   ".*e.*",      "(a|A)[1-5]"};

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}
  World Make();

 private:
  std::size_t Below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }
  bool Chance(std::size_t percent) { return Below(100) < percent; }
  bool Rarely() { return Below(200) == 0; }
  template <class T>
  const T& Pick(const std::vector<T>& from) {
    return from[Below(from.size())];
  }
  std::string Phrase() { return Pick(kWords) + " " + Pick(kWords); }

  System MakeSystem(std::size_t number);
  Concept MakeConcept(System& system);
  void Relate(System& system, std::size_t shape);
  System OtherVersion(System system);
  std::string SomeCode(const System& system);
  Filter MakeFilter(const System& system);
  std::string FilterValue(const System& system, const std::string& property);
  Set MakeSet(std::size_t own, const ValueSet& holder);
  std::string MakeImport(std::size_t own, const ValueSet& holder);
  void NameSystem(Set& set, const System& system);
  ValueSet MakeValueSet(std::size_t own);
  void Fill(std::size_t own, ValueSet& set, const ValueSet& holder);
  void MakeAlike(ValueSet& one, ValueSet& other);

  std::mt19937_64 random_;
  World world_;
  std::vector<std::pair<std::string, std::string>> names_;  // of all value sets
};

Concept Generator::MakeConcept(System& system) {
  Concept made;
  const auto folded = [](std::string text) {
    for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return text;
  };
  const auto is_taken = [&](const std::string& code) {
    return std::any_of(system.concepts.begin(), system.concepts.end(), [&](const Concept& other) {
      return other.code == code || (!system.case_sensitive && folded(other.code) == folded(code));
    });
  };
  do {
    made.code = Pick(Texts{"A", "B", "C", "a"}) + std::to_string(Below(9));
  } while (is_taken(made.code));
  if (!Chance(10)) made.display = Phrase();
  for (std::size_t i = Below(3); i > 0; --i) {
    const PropertyKind& kind = Pick(kProperties);
    made.properties.push_back({kind.code, kind.member, Pick(kind.values)});
  }
  if (Chance(15)) {
    made.properties.push_back(
        {"status", "valueCode", Pick(Texts{"retired", "deprecated", "active", "inactive"})});
  }
  if (Chance(10)) {
    const std::string& code = system.inactive_code.empty() ? "inactive" : system.inactive_code;
    made.properties.push_back({code, "valueBoolean", Chance(70) ? "true" : "false"});
  }
  if (Chance(12)) {
    made.properties.push_back({"notSelectable", "valueBoolean", Chance(80) ? "true" : "false"});
  }
  for (std::size_t i = Below(3); i > 0; --i) {
    made.designations.push_back({Pick(kLanguages), Phrase()});
  }
  return made;
}

// Edges go from later concepts to earlier ones of a shuffled order, so that there is no cycle.
void Generator::Relate(System& system, std::size_t shape) {
  auto& concepts = system.concepts;
  std::vector<std::size_t> order(concepts.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const bool is_shuffled = shape == 3;
  for (std::size_t i = order.size(); is_shuffled && i > 1; --i) {
    std::swap(order[i - 1], order[Below(i)]);
  }
  for (std::size_t i = 1; i < concepts.size(); ++i) {
    Concept& low = concepts[order[i]];
    Concept& high = concepts[order[Below(i)]];
    if (!Chance(75)) continue;
    if (shape == 1) {
      low.nested_in = static_cast<int>(&high - concepts.data());
    } else if (Chance(70)) {
      low.parents.push_back(high.code);
    } else {
      high.children.push_back(low.code);
    }
    if (shape == 1 && !Chance(20)) continue;
    const std::string& further = concepts[order[Below(i)]].code;
    if (Chance(30) && further != high.code) low.parents.push_back(further);
  }
}

System Generator::MakeSystem(std::size_t number) {
  System system;
  system.url = "http://codes.example/s" + std::to_string(number);
  if (!Chance(20)) system.version = "1";
  system.case_sensitive = !Chance(30);
  if (Chance(15)) system.content = "fragment";
  if (Chance(15)) system.inactive_code = "gone";
  const std::size_t count = Chance(4) ? 0 : 1 + Below(12);
  for (std::size_t i = 0; i < count; ++i) system.concepts.push_back(MakeConcept(system));
  const std::size_t shape = Below(4);  // flat, nested, by property in order, by property in any
  if (shape > 0) Relate(system, shape);
  return system;
}

// The same system a version later: some concepts came, some changed.
System Generator::OtherVersion(System system) {
  system.version = "2";
  for (Concept& each : system.concepts) {
    if (Chance(20)) each.display = Phrase();
    if (Chance(20)) each.properties.clear();
    if (Chance(10)) each.properties.push_back({"status", "valueCode", "retired"});
  }
  const bool has_some = !system.concepts.empty();
  system.concepts.push_back(MakeConcept(system));
  if (has_some && Chance(50)) system.concepts.back().nested_in = 0;
  return system;
}

std::string Generator::SomeCode(const System& system) {
  if (system.concepts.empty() || Chance(7)) return Pick(Texts{"Z9", "A", "zz"});
  std::string code = Pick(system.concepts).code;
  // In another case it is the same code, or another one, as the system has it.
  if (Chance(12)) code[0] = static_cast<char>(code[0] ^ 0x20);
  return code;
}

std::string Generator::FilterValue(const System& system, const std::string& property) {
  if (property == "concept" || property == "code" || property == "parent" || property == "child") {
    return SomeCode(system);
  }
  if (property == "display") {
    return system.concepts.empty() ? Phrase() : Pick(system.concepts).display;
  }
  for (const PropertyKind& kind : kProperties) {
    if (kind.code == property) return Pick(kind.values);
  }
  return property == "status" ? "retired" : "true";
}

Filter Generator::MakeFilter(const System& system) {
  Filter filter;
  if (Chance(50)) {
    filter.op = Pick(kHierarchyOps);
    filter.property = Pick(Texts{"concept", "concept", "concept", "code", "parent", "child"});
    filter.value = SomeCode(system);
    if (Rarely()) filter.property = "colour";
  } else {
    filter.op = Pick(Texts{"=", "=", "in", "not-in", "regex", "exists"});
    Texts properties = {"concept", "code", "parent", "child", "display", "status", "inactive"};
    for (const PropertyKind& kind : kProperties) properties.push_back(kind.code);
    filter.property = Pick(properties);
    filter.value = FilterValue(system, filter.property);
    if (filter.op == "in" || filter.op == "not-in") {
      for (std::size_t i = Below(3); i > 0; --i) {
        filter.value += (Chance(50) ? "," : ", ") + FilterValue(system, filter.property);
      }
    }
    if (filter.op == "regex") filter.value = Pick(kPatterns);
    if (filter.op == "exists") filter.value = Chance(50) ? "true" : "false";
    if (Rarely()) filter.op = "exists";
    if (Rarely()) filter = {filter.property, "regex", "A(["};
  }
  if (Rarely()) filter.op = "similar-to";
  if (Rarely()) filter.value.clear();
  return filter;
}

void Generator::NameSystem(Set& set, const System& system) {
  set.system = system.url;
  if (Chance(35)) set.version = system.version;
  if (Rarely()) set.version = "9";
  if (Rarely()) set.system = "http://codes.example/unknown";
}

std::string Generator::MakeImport(std::size_t own, const ValueSet& holder) {
  if (!holder.contained.empty() && Chance(50)) return "#" + Pick(holder.contained).id;
  if (Rarely()) return Pick(Texts{"#none", "http://sets.example/unknown"});
  // Mostly of those behind, so that there is no circle.
  const bool is_forward = own + 1 < names_.size() && !Rarely() && !Rarely();
  auto name = is_forward ? names_[own + 1 + Below(names_.size() - own - 1)] : Pick(names_);
  if (Chance(60)) name.second.clear();
  if (Rarely()) name.second = "9";
  return Canonical(name);
}

Set Generator::MakeSet(std::size_t own, const ValueSet& holder) {
  Set set;
  const bool can_import = own + 1 < names_.size() || !holder.contained.empty();
  const std::size_t kind = Below(can_import ? 100 : 75);
  const System& system = Pick(world_.systems);
  if (kind < 90) NameSystem(set, system);
  if (kind >= 15 && kind < 45) {
    for (std::size_t i = 1 + Below(4); i > 0; --i) {
      set.concepts.push_back({SomeCode(system), Chance(20) ? Phrase() : ""});
    }
  } else if (kind >= 45 && kind < 75) {
    for (std::size_t i = Chance(70) ? 1 : 2 + Below(2); i > 0; --i) {
      set.filters.push_back(MakeFilter(system));
    }
  } else if (kind >= 75) {
    for (std::size_t i = Chance(70) ? 1 : 2; i > 0; --i) {
      set.imports.push_back(MakeImport(own, holder));
    }
    if (!set.system.empty() && Chance(40)) set.filters.push_back(MakeFilter(system));
  }
  if (Rarely() && Chance(50)) set.filters.push_back(MakeFilter(system));  // beside a list: broken
  return set;
}

void Generator::Fill(std::size_t own, ValueSet& set, const ValueSet& holder) {
  for (std::size_t i = Chance(55) ? 1 : 2 + Below(2); i > 0; --i) {
    set.includes.push_back(MakeSet(own, holder));
  }
  for (std::size_t i = Chance(60) ? 0 : 1 + Below(2); i > 0; --i) {
    set.excludes.push_back(MakeSet(own, holder));
  }
  if (Chance(15)) set.inactive = Chance(30);
  if (Rarely()) set.includes.clear();
  if (!Rarely()) return;
  set.has_compose = false;
  set.includes.clear();
  set.excludes.clear();
}

ValueSet Generator::MakeValueSet(std::size_t own) {
  ValueSet set;
  set.id = "v" + std::to_string(own);
  set.url = names_[own].first;
  set.version = names_[own].second;
  if (Chance(12)) {
    for (const char* const id : {"c1", "c2"}) {
      ValueSet inner;
      inner.id = id;
      Fill(own, inner, set);  // may import the one before it
      set.contained.push_back(std::move(inner));
      if (Chance(60)) break;
    }
  }
  Fill(own, set, set);
  return set;
}

// Two definitions that differ in little, as those often do that are compared.
void Generator::MakeAlike(ValueSet& one, ValueSet& other) {
  const auto other_case = [this](std::string code) {
    if (!code.empty() && Chance(35)) code[0] = static_cast<char>(code[0] ^ 0x20);
    return code;
  };
  const System& system = Pick(world_.systems);
  Set include;
  NameSystem(include, system);
  one.has_compose = other.has_compose = true;
  one.contained.clear();
  one.excludes.clear();
  if (Chance(50)) {
    include.filters = {{"concept", "is-a", SomeCode(system)}};
  } else {
    for (const Concept& each : system.concepts) include.concepts.push_back({each.code, ""});
  }
  one.includes = {include};
  if (Chance(30)) one.inactive = false;
  for (Filter& filter : include.filters) {
    filter.value = Chance(50) ? SomeCode(system) : other_case(filter.value);
  }
  for (Listed& listed : include.concepts) listed.code = other_case(listed.code);
  if (include.concepts.size() > 1 && Chance(60)) {
    include.concepts.erase(include.concepts.begin() +
                           static_cast<std::ptrdiff_t>(Below(include.concepts.size())));
  }
  other.includes = {include};
  other.excludes.clear();
  other.inactive = one.inactive;
}

World Generator::Make() {
  const std::size_t systems = 1 + Below(3);
  for (std::size_t i = 0; i < systems; ++i) world_.systems.push_back(MakeSystem(i));
  if (Chance(25)) {
    world_.systems[0].version = "1";
    world_.systems.push_back(OtherVersion(world_.systems[0]));
  }
  const std::size_t sets = 2 + Below(3);
  for (std::size_t i = 0; i < sets; ++i) {
    names_.emplace_back("http://sets.example/v" + std::to_string(i), Chance(50) ? "1.0" : "");
  }
  // Two versions of one value set.
  if (sets > 2 && Chance(20)) {
    names_[sets - 2] = {names_[sets - 1].first, "2.0"};
    names_[sets - 1].second = "1.0";
  }
  for (std::size_t i = 0; i < sets; ++i) world_.value_sets.push_back(MakeValueSet(i));
  if (Chance(15)) MakeAlike(world_.value_sets.front(), world_.value_sets.back());
  if (Chance(8)) world_.system_versions = {{world_.systems[0].url, Chance(80) ? "1" : "2"}};
  if (Chance(5)) world_.force_versions = {{world_.systems[0].url, Chance(80) ? "1" : "2"}};
  if (Chance(8)) world_.value_set_versions = {{names_.back().first, "1.0"}};
  world_.text = Chance(30) ? Pick(Texts{"a", "B1", "red", "RED blue", "slow-pu", "zz"})
                           : Pick(kWords).substr(0, 1 + Below(4));
  world_.by_url = Chance(50);
  return std::move(world_);
}

}  // namespace

World Generate(std::uint64_t seed) { return Generator(seed).Make(); }

}  // namespace chemoterm::oracle
