// What operations have in common: the resources that a request brings, and the versions it wants.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "chemoterm/params.h"

namespace chemoterm {

// Base of requests that may bring resources: FHIR JSON of CodeSystem (also supplements), ValueSet
// and ConceptMap. They hide loaded ones of the same canonical and version.
struct TxResources {
  std::vector<std::string> tx_resources;
  std::string cache_id;
};

inline constexpr auto kTxResourceParams = std::make_tuple(
    Param{"tx-resource", Kind::kResource, "0..*", &TxResources::tx_resources,
          "A resource to use in this request, before those that are loaded."},
    Param{"cache-id", Kind::kId, "0..1", &TxResources::cache_id,
          "A name under which the resources of this request are kept for later ones."});

// Base of requests about value sets. Canonicals carry their version behind a bar.
struct TxParameters : TxResources {
  std::vector<std::string> system_versions;
  std::vector<std::string> check_system_versions;
  std::vector<std::string> force_system_versions;
  std::vector<std::string> default_value_set_versions;
  std::vector<std::string> use_supplements;
};

inline constexpr auto kTxParams = std::tuple_cat(
    std::make_tuple(
        Param{"system-version", Kind::kCanonical, "0..*", &TxParameters::system_versions,
              "The version of a code system where the value set names none."},
        Param{"check-system-version", Kind::kCanonical, "0..*",
              &TxParameters::check_system_versions,
              "The version that must be used of a code system; another one is an error."},
        Param{"force-system-version", Kind::kCanonical, "0..*",
              &TxParameters::force_system_versions,
              "The version to use of a code system, whatever the value set says."},
        Param{"default-valueset-version", Kind::kCanonical, "0..*",
              &TxParameters::default_value_set_versions,
              "The version of a value set where its user names none."},
        Param{"useSupplement", Kind::kCanonical, "0..*", &TxParameters::use_supplements,
              "Supplements that must be applied; an unknown one is an error."}),
    kTxResourceParams);

}  // namespace chemoterm
