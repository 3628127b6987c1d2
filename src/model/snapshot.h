// Everything that is served, frozen at one moment.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/string_pool.h"
#include "model/administration_rules.h"
#include "model/canonical_index.h"
#include "model/code_system.h"
#include "model/concept_map.h"
#include "model/coverage.h"
#include "model/estimate_rules.h"
#include "model/facts.h"
#include "model/ids.h"
#include "model/messages.h"
#include "model/order_rules.h"
#include "model/provenance.h"
#include "model/relations.h"
#include "model/resource_store.h"
#include "model/text_index.h"
#include "model/value_set.h"

namespace chemoterm::model {

// Filled by the load layer, then only read.
struct Snapshot {
  std::string digest;   // hex over the manifest's files
  std::string version;  // of the manifest
  std::string canonical_base;
  std::string loaded_at;                                           // instant
  std::map<std::string, std::string, std::less<>> system_aliases;  // alias -> canonical

  base::SymbolTable symbols;  // of facts, relations and provenance
  base::StringPool text;      // of facts
  std::vector<Source> sources;

  // Add() fills these, each with its index by url.
  std::vector<std::unique_ptr<const CodeSystem>> systems;  // by SystemId; supplements included
  std::vector<std::unique_ptr<const ValueSet>> value_sets;
  std::vector<std::unique_ptr<const ConceptMap>> concept_maps;
  CanonicalIndex systems_by_url, value_sets_by_url, concept_maps_by_url;
  std::vector<FactTable> facts;  // parallel to systems; empty tables for most
  std::vector<FactProperty> fact_properties;
  std::size_t default_properties_end = 0;  // no property behind it is in the default lookup

  Relations relations;
  Coverage coverage;
  OrderRules order_rules;
  EstimateRules estimate_rules;
  AdministrationRules administration_rules;
  std::unordered_set<std::uint64_t> external_codes;  // KeyOf() of codes that are known, not loaded
  ResourceStore resources;
  TextIndex text_index;
  Messages messages;

  void Add(std::unique_ptr<const CodeSystem> system);
  void Add(std::unique_ptr<const ValueSet> set);
  void Add(std::unique_ptr<const ConceptMap> map);

  // The code system with that canonical: the given version, or the newest when `version` is empty
  // (versions compare by their numbers, then as text). Supplements are found as well.
  std::optional<SystemId> FindSystem(std::string_view url, std::string_view version) const;
  // Where the newest version of a system has the code.
  std::optional<std::pair<SystemId, ConceptId>> Find(std::string_view url,
                                                     std::string_view code) const;
  const CodeSystem& System(SystemId id) const { return *systems[Index(id)]; }
  const FactTable& Facts(SystemId id) const { return facts[Index(id)]; }
  const Source& SourceOf(const Provenance& provenance) const {
    return sources[Index(provenance.source)];
  }
  std::string_view Text(base::Symbol symbol) const { return symbols[symbol]; }
  std::string_view Text(base::StrRef ref) const { return text[ref]; }
  std::size_t concept_count() const;
  std::size_t bytes() const;
};

// -1, 0, 1: versions compared part by part, numbers as numbers ("1.10" > "1.9").
int CompareVersions(std::string_view a, std::string_view b);

}  // namespace chemoterm::model
