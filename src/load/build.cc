#include "load/build.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace chemoterm::load {
namespace {

std::string_view FirstOf(std::initializer_list<std::string_view> texts) {
  for (const auto text : texts) {
    if (!text.empty()) return text;
  }
  return {};
}

std::string CodeKey(std::string_view system, std::string_view code) {
  return base::Concat({system, "|", code});
}

// Adds `part` to a list joined by "; " unless it is there.
void JoinOnce(std::string& joined, std::string_view part) {
  if (part.empty()) return;
  if (base::Concat({"; ", joined, "; "}).find(base::Concat({"; ", part, "; "})) !=
      std::string::npos) {
    return;
  }
  if (!joined.empty()) joined += "; ";
  joined += part;
}

}  // namespace

std::string ToText(const Place& place) {
  return base::Concat({place.file, ":", base::ToText(place.line)});
}

Build::Build(const LoadOptions& options, Manifest manifest, Faults& faults)
    : options_(options),
      manifest_(std::move(manifest)),
      faults_(faults),
      snapshot_(std::make_unique<model::Snapshot>()) {
  std::string_view wanted = options_.canonical_base;
  while (wanted.ends_with('/')) wanted.remove_suffix(1);
  snapshot_->canonical_base = wanted.empty() ? manifest_.canonical_base : std::string(wanted);
  snapshot_->version = manifest_.version;
  for (const auto& [alias, canonical] : manifest_.systems) {
    snapshot_->system_aliases.emplace(alias, Rebase(canonical));
  }
}

std::string Build::Rebase(std::string_view text) const {
  const std::string_view old = manifest_.canonical_base;
  if (old.empty() || !text.starts_with(old)) return std::string(text);
  const std::string_view rest = text.substr(old.size());
  if (!rest.empty() && rest[0] != '/' && rest[0] != '|' && rest[0] != '#') return std::string(text);
  return base::Concat({snapshot_->canonical_base, rest});
}

std::string Build::SystemOf(std::string_view name, int line, const FileFaults& faults) const {
  const auto alias = snapshot_->system_aliases.find(name);
  if (alias != snapshot_->system_aliases.end()) return alias->second;
  if (name.find(':') != std::string_view::npos) return Rebase(name);
  faults.Add(line,
             base::Concat({"'", base::Clip(name, 60),
                           "' is neither an alias of the manifest's 'systems' nor a canonical"}));
  return {};
}

std::string_view Build::AliasOf(std::string_view system) const {
  for (const auto& [alias, canonical] : snapshot_->system_aliases) {
    if (canonical == system) return alias;
  }
  return system;
}

void Build::AddSource(model::Source source, int line, const FileFaults& faults) {
  const auto id = static_cast<model::SourceId>(snapshot_->sources.size());
  if (!sources_.emplace(source.id, id).second) {
    return faults.Add(line, base::Concat({"the source '", source.id, "' appears twice"}));
  }
  snapshot_->sources.push_back(std::move(source));
}

void Build::AddSourceOf(const ManifestFile& file) {
  if (file.citation.empty() || sources_.contains(file.source)) return;
  AddSource({.id = file.source,
             .citation = file.citation,
             .url = file.url,
             .as_of = file.as_of,
             .licence = file.licence},
            file.line, FaultsOf(kManifestName));
}

std::optional<model::SourceId> Build::SourceOf(std::string_view ids, int line,
                                               const FileFaults& faults) {
  const auto known = sources_.find(std::string(ids));
  if (known != sources_.end()) return known->second;
  model::Source joined;
  for (const std::string_view id : base::Split(ids, '+')) {
    const auto one = sources_.find(std::string(id));
    if (one == sources_.end()) {
      faults.Add(line,
                 base::Concat({"the source '", base::Clip(id, 60), "' is not in the sources"}));
      return std::nullopt;
    }
    const model::Source& source = snapshot_->sources[Index(one->second)];
    JoinOnce(joined.citation, source.citation);
    JoinOnce(joined.licence, source.licence);
    if (joined.url.empty()) joined.url = source.url;
    joined.as_of = std::max(joined.as_of, source.as_of);
  }
  joined.id = ids;
  const auto id = static_cast<model::SourceId>(snapshot_->sources.size());
  sources_.emplace(joined.id, id);
  snapshot_->sources.push_back(std::move(joined));
  return id;
}

std::optional<model::Provenance> Build::ProvenanceOf(const ProvenanceTexts& row,
                                                     const ProvenanceTexts& head, int line,
                                                     const ContentFile& file) {
  const ManifestFile& entry = file.entry;
  const auto ids = FirstOf({row.source, head.source, entry.source});
  const auto source = SourceOf(ids, line, file.faults);
  if (!source) return std::nullopt;
  const auto verification = FirstOf({row.verification, head.verification, entry.verification});
  const model::Source& text = snapshot_->sources[Index(*source)];
  const auto as_of = FirstOf({row.as_of, head.as_of, entry.as_of, text.as_of});
  const auto licence = FirstOf({row.licence, head.licence, entry.licence, text.licence});
  if (verification.empty()) {
    file.faults.Add(line, "no 'verification' in the row, the file's head or the manifest");
    return std::nullopt;
  }
  if (licence.empty()) file.faults.Add(line, "no licence");
  CheckOneOf("verification", verification, kVerifications, line, file.faults);
  CheckDate("asOf", as_of, line, file.faults);
  auto& symbols = snapshot_->symbols;
  return model::Provenance{*source, symbols.Intern(as_of), symbols.Intern(verification),
                           symbols.Intern(licence)};
}

model::Period Build::PeriodOf(std::string_view start, std::string_view end) {
  model::Period period;
  if (const auto dates = base::ParseDate(start)) period.first = dates->first;
  if (const auto dates = base::ParseDate(end)) period.last = dates->last;
  period.start = snapshot_->symbols.Intern(start);
  period.end = snapshot_->symbols.Intern(end);
  return period;
}

void Build::AddExternalCode(std::string_view system, std::string_view code, int line,
                            const FileFaults& faults) {
  const model::SystemCode known{snapshot_->symbols.Intern(system), snapshot_->symbols.Intern(code)};
  snapshot_->external_codes.insert(KeyOf(known));
  const auto [first, added] = external_codes_.try_emplace(CodeKey(system, code), faults.file());
  if (added || first->second != faults.file()) return;
  faults.Add(line, base::Concat({"the code '", code, "' of ", AliasOf(system), " appears twice"}));
}

bool Build::IsLoaded(std::string_view system, std::string_view code) const {
  const auto versions = snapshot_->systems_by_url.Find(system);
  return std::any_of(versions.begin(), versions.end(), [&](std::uint32_t at) {
    return snapshot_->systems[at]->Find(code).has_value();
  });
}

bool Build::IsKnown(std::string_view system, std::string_view code) const {
  return IsLoaded(system, code) || external_codes_.contains(CodeKey(system, code));
}

void Build::CheckKnown(std::string_view system, std::string_view code, int line,
                       const FileFaults& faults) const {
  if (IsKnown(system, code)) return;
  faults.Add(line, base::Concat({"the code '", base::Clip(code, 60), "' of ", AliasOf(system),
                                 " is neither loaded nor in external-codes"}));
}

void Build::AddSystem(std::unique_ptr<const model::CodeSystem> system, bool search) {
  snapshot_->Add(std::move(system));
  searched.push_back(search);
}

std::optional<std::uint16_t> Build::PropertyOf(std::string_view code) const {
  const auto it = properties_.find(std::string(code));
  if (it == properties_.end()) return std::nullopt;
  return it->second;
}

void Build::AddProperty(model::FactProperty property, int line, const FileFaults& faults) {
  const std::size_t index = snapshot_->fact_properties.size();
  if (index > 0xFFFE) return faults.Add(line, "more than 65535 properties");
  if (!properties_.emplace(property.code, static_cast<std::uint16_t>(index)).second) {
    return faults.Add(line, base::Concat({"the property '", property.code, "' appears twice"}));
  }
  if (property.in_default_lookup) snapshot_->default_properties_end = index + 1;
  snapshot_->fact_properties.push_back(std::move(property));
}

}  // namespace chemoterm::load
