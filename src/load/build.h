// The snapshot while it is being made: what the readers fill and look things up in.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "load/faults.h"
#include "load/loader.h"
#include "load/manifest.h"
#include "model/snapshot.h"

namespace chemoterm::load {

class RecordNode;

// A file whose text is being read.
struct ContentFile {
  const ManifestFile& entry;
  std::string_view text;
  FileFaults faults;
};

// A value of a code, before it is filed under its concept. `at` says where it stands.
struct FactRow {
  base::Symbol system{};  // canonical
  base::Symbol code{};
  model::Fact fact;
  const ManifestFile* file = nullptr;
  int line = 0;
};

// What a row, the head of its file or a manifest entry says of provenance; empty = nothing.
struct ProvenanceTexts {
  std::string source, as_of, verification, licence;
};

// Binds the members that rows and heads of files share.
void BindProvenance(RecordNode& node, ProvenanceTexts& to);

// Where a thing was first seen, for messages about the second time.
struct Place {
  std::string file;
  int line = 0;
};
std::string ToText(const Place& place);

// What tells one relation from another. A table may have millions.
struct RelationKey {
  struct Hash {
    std::size_t operator()(const RelationKey& key) const {
      constexpr std::size_t kFactor = 0x9E3779B97F4A7C15;
      std::size_t hash = 0;
      for (const std::size_t part :
           {static_cast<std::size_t>(key.from), static_cast<std::size_t>(key.to),
            std::size_t{key.kind}, static_cast<std::size_t>(key.setting),
            static_cast<std::size_t>(key.start)}) {
        hash = (hash ^ part) * kFactor;
        hash ^= hash >> 32;
      }
      return hash;
    }
  };

  model::NodeId from{}, to{};
  std::uint16_t kind = 0;
  base::Symbol setting{}, start{};

  friend bool operator==(const RelationKey&, const RelationKey&) = default;
};

class Build {
 public:
  Build(const LoadOptions& options, Manifest manifest, Faults& faults);

  const LoadOptions& options() const { return options_; }
  const Manifest& manifest() const { return manifest_; }
  model::Snapshot& snapshot() { return *snapshot_; }
  const model::Snapshot& snapshot() const { return *snapshot_; }
  FileFaults FaultsOf(std::string_view file) const { return {faults_, file}; }

  // A URL of ours under the base that is served; other texts as they are.
  std::string Rebase(std::string_view text) const;
  std::function<std::string(std::string_view)> rebase() const {
    return [this](std::string_view text) { return Rebase(text); };
  }
  std::string_view base() const { return snapshot_->canonical_base; }

  // The canonical of an alias, or the canonical itself; without either a fault and an empty text.
  std::string SystemOf(std::string_view name, int line, const FileFaults& faults) const;

  // The source of "A" or "A+B"; a fault and nothing when one is unknown.
  std::optional<model::SourceId> SourceOf(std::string_view ids, int line, const FileFaults& faults);
  void AddSource(model::Source source, int line, const FileFaults& faults);
  // The source that a manifest entry brings itself, unless the sources have it.
  void AddSourceOf(const ManifestFile& file);

  // Fills what `row` leaves out from `head`, the manifest entry and the source, and checks it.
  std::optional<model::Provenance> ProvenanceOf(const ProvenanceTexts& row,
                                                const ProvenanceTexts& head, int line,
                                                const ContentFile& file);

  // The period between two dates, which have been checked; empty = open.
  model::Period PeriodOf(std::string_view start, std::string_view end);

  // A code may be in several files, but once in each.
  void AddExternalCode(std::string_view system, std::string_view code, int line,
                       const FileFaults& faults);
  // A code of a loaded system, whatever its version.
  bool IsLoaded(std::string_view system, std::string_view code) const;
  // A code that is loaded or in external-codes.
  bool IsKnown(std::string_view system, std::string_view code) const;
  // A fault when the code is neither loaded nor in external-codes.
  void CheckKnown(std::string_view system, std::string_view code, int line,
                  const FileFaults& faults) const;
  // "cpt" for the canonical that has that alias, for messages.
  std::string_view AliasOf(std::string_view system) const;

  bool IsHidden(std::string_view verification) const {
    return options_.hide_unverified && verification == "unverified";
  }

  std::vector<FactRow> fact_rows;
  model::SearchWords search_words;  // for BuildTextIndex (text_index_loader.h)
  model::RelationsBuilder relations;
  std::vector<model::RelationKind> relation_kinds;
  std::unordered_map<RelationKey, std::pair<const ManifestFile*, int>, RelationKey::Hash>
      relation_lines;
  std::map<std::pair<std::string, std::string>, Place> message_lines;  // by language and id
  model::CoverageBuilder coverage;
  std::string payers_as_of;             // latest of the payers files
  std::vector<std::string> note_dates;  // asOf of each note's file

  // Index of a property of properties.json.
  std::optional<std::uint16_t> PropertyOf(std::string_view code) const;
  void AddProperty(model::FactProperty property, int line, const FileFaults& faults);

  std::size_t fault_count() const { return faults_.count(); }
  void AddSystem(std::unique_ptr<const model::CodeSystem> system, bool search);
  std::vector<bool> searched;  // parallel to the snapshot's systems

  std::unique_ptr<model::Snapshot> TakeSnapshot() { return std::move(snapshot_); }

 private:
  const LoadOptions& options_;
  Manifest manifest_;
  Faults& faults_;
  std::unique_ptr<model::Snapshot> snapshot_;
  std::unordered_map<std::string, model::SourceId> sources_;
  std::unordered_map<std::string, std::uint16_t> properties_;
  std::unordered_map<std::string, std::string> external_codes_;  // "system|code" -> first file
};

// Readers, one for each kind of file. Faults go to the file's list; what is good is kept, so that
// later files can be checked against it.
void ReadSources(Build& build, const ContentFile& file);
void ReadMessages(Build& build, const ContentFile& file);
void ReadStopWords(Build& build, const ContentFile& file);
void ReadSynonyms(Build& build, const ContentFile& file);
void ReadProperties(Build& build, const ContentFile& file);
void ReadExternalCodes(Build& build, const ContentFile& file);
void ReadCodeSystem(Build& build, const ContentFile& file);
void ReadValueSet(Build& build, const ContentFile& file);
void ReadPayers(Build& build, const ContentFile& file);
void ReadRows(Build& build, const ContentFile& file);
void ReadFigures(Build& build, const ContentFile& file);
void ReadRelations(Build& build, const ContentFile& file);
void ReadConceptMap(Build& build, const ContentFile& file);
void ReadNamingSystem(Build& build, const ContentFile& file);
void ReadCoverage(Build& build, const ContentFile& file);
void ReadDrugs(Build& build, const ContentFile& file);
void ReadOrderRules(Build& build, const ContentFile& file);
void ReadEstimateRules(Build& build, const ContentFile& file);
void ReadLocalities(Build& build, const ContentFile& file);
void ReadAdministrationRules(Build& build, const ContentFile& file);

// Makes the kinds of relations from their code system; after the code systems, before the
// relations.
void TakeRelationKinds(Build& build);

// Makes the code system whose codes findings and code lines name; after the files of rules.
void AddOrderRuleSystem(Build& build);

}  // namespace chemoterm::load
