// The supplements that rows and figures are served under: files the facts under their concepts, and
// writes each supplement as a FHIR CodeSystem.
#include <algorithm>
#include <map>

#include "base/text.h"
#include "json/writer.h"
#include "load/record_node.h"
#include "load/resource_writer.h"

namespace chemoterm::load {
namespace {

using json::Array;
using json::Object;
using model::ConceptId;
using model::Fact;

std::string_view TypeName(ValueKind kind) {
  switch (kind) {
    case ValueKind::kBoolean:
      return "boolean";
    case ValueKind::kInteger:
      return "integer";
    case ValueKind::kDecimal:
      return "decimal";
    case ValueKind::kCode:
      return "code";
    case ValueKind::kCoding:
      return "Coding";
    case ValueKind::kDate:
    case ValueKind::kDateTime:
      return "dateTime";
    case ValueKind::kNone:
    case ValueKind::kUri:
    case ValueKind::kString:
      return "string";
  }
  return {};
}

// "valueString", "valueCoding" and so on.
std::string ValueKey(ValueKind kind) {
  std::string type(TypeName(kind));
  type[0] = static_cast<char>(type[0] >= 'a' ? type[0] - 'a' + 'A' : type[0]);
  return base::Concat({"value", type});
}

class SupplementWriter {
 public:
  SupplementWriter(Build& build, const SupplementEntry& entry, std::string_view system)
      : build_(build), snapshot_(build.snapshot()), entry_(entry), system_(system) {
    const base::Symbol wanted = snapshot_.symbols.Find(system);
    for (const FactRow& row : build.fact_rows) {
      if (row.system != wanted || build.IsHidden(Verification(row.fact))) continue;
      rows_.push_back(&row);
      date_ = std::max(date_, row.file->as_of);
    }
    // In the order of FactTable.
    std::stable_sort(rows_.begin(), rows_.end(), [](const FactRow* a, const FactRow* b) {
      return std::pair(a->fact.property, -a->fact.period.first) <
             std::pair(b->fact.property, -b->fact.period.first);
    });
  }

  bool empty() const { return rows_.empty(); }

  // Gives the facts to every loaded version of the system that has the code.
  void FileFacts() const {
    for (std::size_t i = 0; i < snapshot_.systems.size(); ++i) {
      const model::CodeSystem& system = *snapshot_.systems[i];
      if (system.info().url != system_ || system.info().is_supplement()) continue;
      std::vector<std::pair<std::uint32_t, Fact>> facts;
      for (const FactRow* row : rows_) {
        const auto id = system.Find(snapshot_.symbols[row->code]);
        if (id) facts.emplace_back(static_cast<std::uint32_t>(Index(*id)), row->fact);
      }
      model::FactTable& table = build_.snapshot().facts[i];
      table.by_concept = base::Csr<Fact>::FromPairs(system.size(), facts);
      table.supplement_url = Url();
      table.supplement_version = entry_.version;
      table.supplement = base::Concat({Url(), "|", entry_.version});
      table.is_default = entry_.is_default;
    }
  }

  // The supplement among the code systems, so that it is listed and known by its canonical: its
  // codes, without values.
  void AddSystem() const {
    model::CodeSystemBuilder builder;
    model::CodeSystemInfo& info = builder.info();
    info.id = entry_.id;
    info.url = Url();
    info.version = entry_.version;
    info.name = entry_.name;
    info.title = entry_.title;
    info.status = "active";
    info.content = "supplement";
    info.copyright = Copyright();
    info.language = "en";
    info.date = date_;
    info.publisher = "chemoterm";
    info.description = entry_.description;
    info.supplements = system_;
    for (const auto property : UsedProperties()) {
      const auto& fact = snapshot_.fact_properties[property];
      builder.AddPropertyDef(
          {fact.code, PropertyUri(fact.code), fact.description, std::string(TypeName(fact.kind))});
    }
    for (const auto& [code, rows] : ByCode()) builder.SetCode(builder.Open(), code);
    auto frozen = std::move(builder).Freeze();
    if (!frozen.ok()) {
      return AddFailure(frozen.status(), build_.FaultsOf(kManifestName));
    }
    build_.AddSystem(std::make_unique<const model::CodeSystem>(*std::move(frozen)), false);
    build_.snapshot().facts.emplace_back();
  }

  void AddFhirResource() const {
    std::string text;
    {
      Object root(&text);
      Write(root);
    }
    AddResource(build_, "CodeSystem", entry_.id, {},
                std::string_view(text).substr(1, text.size() - 2), date_,
                {std::string(kManifestName), entry_.line});
  }

 private:
  std::string Url() const { return base::Concat({build_.base(), "/CodeSystem/", entry_.id}); }
  std::string PropertyUri(std::string_view code) const { return base::Concat({Url(), "#", code}); }
  std::string_view Verification(const Fact& fact) const {
    return snapshot_.symbols[fact.provenance.verification];
  }

  std::vector<std::uint16_t> UsedProperties() const {
    std::vector<std::uint16_t> used;
    for (const FactRow* row : rows_) {
      if (used.empty() || used.back() != row->fact.property) used.push_back(row->fact.property);
    }
    return used;
  }

  std::map<std::string_view, std::vector<const Fact*>> ByCode() const {
    std::map<std::string_view, std::vector<const Fact*>> by_code;
    for (const FactRow* row : rows_) by_code[snapshot_.symbols[row->code]].push_back(&row->fact);
    return by_code;
  }

  // The licences of the rows, once each.
  std::string Copyright() const {
    std::vector<std::string_view> licences;
    for (const FactRow* row : rows_) {
      const auto licence = snapshot_.symbols[row->fact.provenance.licence];
      if (std::find(licences.begin(), licences.end(), licence) == licences.end())
        licences.push_back(licence);
    }
    return base::Join(licences, "; ");
  }

  void Write(Object& root) const {
    root.Text("language", "en");
    root.Text("url", Url());
    root.Text("version", entry_.version);
    root.Text("name", entry_.name);
    root.Text("title", entry_.title);
    root.Text("status", "active");
    root.Bool("experimental", false);
    root.Text("date", date_);
    root.Text("publisher", "chemoterm");
    root.Text("description", entry_.description);
    root.Text("copyright", Copyright());
    root.Text("content", "supplement");
    root.Text("supplements", system_);
    const auto by_code = ByCode();
    root.Int("count", static_cast<std::int64_t>(by_code.size()));
    {
      Array properties = root.List("property");
      for (const auto property : UsedProperties()) {
        const auto& info = snapshot_.fact_properties[property];
        Object definition = properties.Sub();
        definition.Text("code", info.code);
        definition.Text("uri", PropertyUri(info.code));
        definition.Text("description", info.description);
        definition.Text("type", TypeName(info.kind));
      }
    }
    Array concepts = root.List("concept");
    for (const auto& [code, facts] : by_code) {
      Object concept_object = concepts.Sub();
      concept_object.Text("code", code);
      Array values = concept_object.List("property");
      for (const Fact* fact : facts) {
        Object value = values.Sub();
        WriteFact(value, *fact);
      }
    }
  }

  void WriteFact(Object& value, const Fact& fact) const {
    WriteProvenance(value, fact);
    const auto& info = snapshot_.fact_properties[fact.property];
    value.Text("code", info.code);
    if (fact.kind == ValueKind::kCoding) {
      Object coding = value.Sub("valueCoding");
      coding.Text("system", snapshot_.symbols[fact.coding_system]);
      coding.Text("code", snapshot_.text[fact.value]);
      coding.Text("display", snapshot_.text[fact.coding_display]);
    } else if (fact.kind == ValueKind::kNone) {
      WriteAbsent(value, info.kind);
    } else if (fact.kind == ValueKind::kBoolean || fact.kind == ValueKind::kInteger ||
               fact.kind == ValueKind::kDecimal) {
      value.Raw(ValueKey(fact.kind), snapshot_.text[fact.value]);
    } else {
      value.Text(ValueKey(fact.kind), snapshot_.text[fact.value]);
    }
  }

  // Known to be absent: a value that says so instead of one.
  static void WriteAbsent(Object& value, ValueKind kind) {
    const bool is_coding = kind == ValueKind::kCoding;
    Object holder = value.Sub(base::Concat({is_coding ? "" : "_", ValueKey(kind)}));
    Array extensions = holder.List("extension");
    Object extension = extensions.Sub();
    extension.Text("url", "http://hl7.org/fhir/StructureDefinition/data-absent-reason");
    extension.Text("valueCode", "not-applicable");
  }

  static void Part(Array& parts, std::string_view url, std::string_view type,
                   std::string_view text) {
    if (text.empty()) return;
    Object part = parts.Sub();
    part.Text("url", url);
    part.Text(type, text);
  }

  void WriteProvenance(Object& value, const Fact& fact) const {
    const auto& symbols = snapshot_.symbols;
    Array extensions = value.List("extension");
    Object provenance = extensions.Sub();
    {
      Array parts = provenance.List("extension");
      Part(parts, "source", "valueString", snapshot_.SourceOf(fact.provenance).id);
      Part(parts, "as-of", "valueDate", symbols[fact.provenance.as_of]);
      Part(parts, "verification", "valueCode", Verification(fact));
      Part(parts, "licence", "valueString", symbols[fact.provenance.licence]);
      Part(parts, "description", "valueString", snapshot_.text[fact.description]);
      Part(parts, "setting", "valueCode", symbols[fact.setting]);
      Part(parts, "conflict", "valueString", snapshot_.text[fact.conflict]);
      WritePeriod(parts, fact);
    }
    provenance.Text("url", base::Concat({build_.base(), "/StructureDefinition/provenance"}));
  }

  void WritePeriod(Array& parts, const Fact& fact) const {
    if (fact.period.empty()) return;
    Object part = parts.Sub();
    part.Text("url", "period");
    Object period = part.Sub("valuePeriod");
    period.Text("start", snapshot_.symbols[fact.period.start]);
    period.Text("end", snapshot_.symbols[fact.period.end]);
  }

  Build& build_;
  const model::Snapshot& snapshot_;
  const SupplementEntry& entry_;
  std::string_view system_;
  std::vector<const FactRow*> rows_;
  std::string date_;
};

// Calls `each` with the writer of every supplement that has rows.
template <class Each>
void EachSupplement(Build& build, Each each) {
  const auto& aliases = build.snapshot().system_aliases;
  for (const SupplementEntry& entry : build.manifest().supplements) {
    const auto system = aliases.find(entry.system);
    if (system == aliases.end()) continue;
    const SupplementWriter writer(build, entry, system->second);
    if (!writer.empty()) each(writer);
  }
}

}  // namespace

void AddSupplements(Build& build) {
  model::Snapshot& snapshot = build.snapshot();
  snapshot.facts.resize(snapshot.systems.size());
  snapshot.text.ShrinkToFit();
  EachSupplement(build, [](const SupplementWriter& writer) {
    writer.FileFacts();
    writer.AddSystem();
  });
}

void AddSupplementResources(Build& build) {
  EachSupplement(build, [](const SupplementWriter& writer) { writer.AddFhirResource(); });
}

}  // namespace chemoterm::load
