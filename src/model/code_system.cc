#include "model/code_system.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/fold.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"

namespace chemoterm::model {
namespace {

// http://hl7.org/fhir/concept-properties: values of `status` that mean the concept is no longer in
// use.
bool IsInactiveStatus(std::string_view status) {
  return status == "retired" || status == "inactive" || status == "withdrawn";
}

constexpr std::string_view kStandardUri = "http://hl7.org/fhir/concept-properties#";
constexpr std::string_view kStandard[] = {"inactive", "notSelectable", "status"};

// True for one of FHIR's own properties: by its uri, whatever its code; by its code when the uri is
// none of theirs.
bool Means(const PropertyDef& def, std::string_view standard) {
  const std::string_view uri = def.uri;
  const bool has_uri = uri.starts_with(kStandardUri) &&
                       std::find(std::begin(kStandard), std::end(kStandard),
                                 uri.substr(kStandardUri.size())) != std::end(kStandard);
  return has_uri ? uri.substr(kStandardUri.size()) == standard : def.code == standard;
}

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

}  // namespace

std::optional<ConceptId> CodeSystem::Find(std::string_view code) const {
  const auto exact = by_code_.Find(code, [this](ConceptId id) { return Code(id); });
  if (exact || info_.case_sensitive) return exact;
  return by_folded_code_.Find(base::Fold(code),
                              [this](ConceptId id) { return text_[folded_code_[Index(id)]]; });
}

std::string_view CodeSystem::Status(ConceptId id) const {
  for (const PropertyValue& value : Properties(id)) {
    if (value.def == status_def_) return symbols_[value.text];
  }
  return {};
}

ValueView CodeSystem::Value(const PropertyValue& value) const {
  if (value.kind != ValueKind::kCoding) return {value.kind, symbols_[value.text], {}};
  const Coding& coding = codings_[static_cast<std::size_t>(value.text)];
  return {ValueKind::kCoding,
          coding.code,
          {coding.system, coding.version, coding.code, coding.display}};
}

std::optional<ValueView> CodeSystem::Property(ConceptId id, std::string_view code) const {
  for (const PropertyValue& value : Properties(id)) {
    if (property_defs_[value.def].code == code) return Value(value);
  }
  return std::nullopt;
}

std::string_view CodeSystem::Extensions(ConceptId id) const {
  const auto at =
      std::lower_bound(extensions_.begin(), extensions_.end(), Index(id),
                       [](const auto& entry, std::size_t wanted) { return entry.first < wanted; });
  if (at == extensions_.end() || at->first != Index(id)) return {};
  return text_[at->second];
}

std::size_t CodeSystem::bytes() const {
  return text_.bytes() + symbols_.bytes() + by_code_.bytes() + by_folded_code_.bytes() +
         properties_.bytes() + designations_.bytes() + hierarchy_.bytes() + flags_.capacity() +
         (code_.capacity() + display_.capacity() + definition_.capacity() +
          folded_code_.capacity()) *
             sizeof(base::StrRef);
}

void CodeSystemBuilder::AddPropertyDef(PropertyDef def) {
  auto& defs = system_.property_defs_;
  const auto [known, is_new] =
      def_of_.try_emplace(def.code, static_cast<std::uint16_t>(defs.size()));
  if (is_new) {
    CHECK(defs.size() < 0xFFFF);
    defs.push_back(std::move(def));
  } else {
    defs[known->second] = std::move(def);  // declared behind its first value
  }
}

ConceptId CodeSystemBuilder::Open() {
  const auto id = static_cast<ConceptId>(system_.code_.size());
  system_.code_.emplace_back();
  system_.display_.emplace_back();
  system_.definition_.emplace_back();
  system_.flags_.push_back(0);
  return id;
}

void CodeSystemBuilder::SetCode(ConceptId id, std::string_view code) {
  system_.code_[Index(id)] = system_.text_.Add(code);
}
void CodeSystemBuilder::SetDisplay(ConceptId id, std::string_view display) {
  system_.display_[Index(id)] = system_.text_.Add(display);
}
void CodeSystemBuilder::SetDefinition(ConceptId id, std::string_view definition) {
  system_.definition_[Index(id)] = system_.text_.Add(definition);
}
void CodeSystemBuilder::SetOwnWorded(ConceptId id) {
  system_.flags_[Index(id)] |= CodeSystem::kOwnWorded;
}
void CodeSystemBuilder::AddParent(ConceptId child, ConceptId parent) {
  edges_.emplace_back(Index(child), Index(parent));
}
void CodeSystemBuilder::AddParentCode(ConceptId child, std::string_view parent_code) {
  parent_codes_.emplace_back(child, parent_code);
}

std::uint16_t CodeSystemBuilder::DefOf(std::string_view code, ValueKind kind) {
  auto& defs = system_.property_defs_;
  const auto [known, is_new] =
      def_of_.try_emplace(std::string(code), static_cast<std::uint16_t>(defs.size()));
  if (is_new) {
    CHECK(defs.size() < 0xFFFF);
    defs.push_back({std::string(code), {}, {}, std::string(TypeName(kind))});
  }
  return known->second;
}

void CodeSystemBuilder::AddProperty(ConceptId id, std::string_view code, ValueKind kind,
                                    std::string_view text) {
  properties_.emplace_back(Index(id),
                           PropertyValue{DefOf(code, kind), kind, system_.symbols_.Intern(text)});
}

void CodeSystemBuilder::AddCodingProperty(ConceptId id, std::string_view code, Coding coding) {
  const auto at = static_cast<base::Symbol>(system_.codings_.size());
  system_.codings_.push_back(std::move(coding));
  properties_.emplace_back(Index(id),
                           PropertyValue{DefOf(code, ValueKind::kCoding), ValueKind::kCoding, at});
}

void CodeSystemBuilder::AddDesignation(ConceptId id, std::string_view language, const Coding& use,
                                       std::string_view text, std::string_view extensions,
                                       bool withdrawn) {
  auto& symbols = system_.symbols_;
  designations_.emplace_back(
      Index(id),
      Designation{system_.text_.Add(text), symbols.Intern(language), symbols.Intern(use.system),
                  symbols.Intern(use.code), symbols.Intern(use.display),
                  extensions.empty() ? base::StrRef{} : system_.text_.Add(extensions), withdrawn});
}

void CodeSystemBuilder::AddExtension(ConceptId id, std::string_view json) {
  const auto at = static_cast<std::uint32_t>(Index(id));
  // Concepts below this one may have come in between.
  const auto [known, is_new] = extension_of_.try_emplace(at, extensions_.size());
  if (is_new) {
    extensions_.emplace_back(at, json);
  } else {
    extensions_[known->second].second += base::Concat({",", json});
  }
}

void CodeSystemBuilder::SetFlags() {
  const auto& defs = system_.property_defs_;
  std::vector<std::uint8_t> flag_of(defs.size(), 0);  // when the value is true
  for (std::size_t i = 0; i < defs.size(); ++i) {
    if (Means(defs[i], "inactive")) flag_of[i] = CodeSystem::kInactive;
    if (Means(defs[i], "notSelectable")) flag_of[i] = CodeSystem::kAbstract;
    if (!Means(defs[i], "status")) continue;
    system_.status_def_ = static_cast<std::uint32_t>(i);
    if (defs[i].uri.empty()) system_.property_defs_[i].uri = base::Concat({kStandardUri, "status"});
  }
  for (const auto& [at, value] : properties_) {
    if (value.kind == ValueKind::kCoding) continue;
    const std::string_view text = system_.symbols_[value.text];
    if (text == "true") system_.flags_[at] |= flag_of[value.def];
    if (value.def == system_.status_def_ && IsInactiveStatus(text)) {
      system_.flags_[at] |= CodeSystem::kInactive;
    }
  }
}

void CodeSystemBuilder::IndexCodes(const std::function<void(ConceptId, ConceptId)>& f) {
  is_indexed_ = true;
  system_.by_code_ = CodeIndex::Build(
      size(), [this](ConceptId id) { return system_.Code(id); },
      [&](ConceptId first, ConceptId again) { f(first, again); });
}

std::optional<ConceptId> CodeSystemBuilder::Find(std::string_view code) const {
  return system_.by_code_.Find(code, [this](ConceptId id) { return system_.Code(id); });
}

void CodeSystemBuilder::FoldCodes() {
  system_.folded_code_.reserve(size());
  for (std::size_t i = 0; i < size(); ++i) {
    const auto id = static_cast<ConceptId>(i);
    const std::string folded = base::Fold(system_.Code(id));
    const bool is_same = folded == system_.Code(id);
    system_.folded_code_.push_back(is_same ? system_.code_[i] : system_.text_.Add(folded));
  }
  system_.by_folded_code_ = CodeIndex::Build(
      size(), [this](ConceptId id) { return system_.text_[system_.folded_code_[Index(id)]]; },
      nullptr);
}

void CodeSystemBuilder::Shrink() {
  system_.text_.ShrinkToFit();
  system_.symbols_.ShrinkToFit();
  system_.code_.shrink_to_fit();
  system_.display_.shrink_to_fit();
  system_.flags_.shrink_to_fit();
  auto& definitions = system_.definition_;
  if (std::all_of(definitions.begin(), definitions.end(),
                  [](base::StrRef text) { return text.size == 0; })) {
    definitions.clear();
  }
  definitions.shrink_to_fit();
}

absl::StatusOr<CodeSystem> CodeSystemBuilder::Freeze() && {
  const std::size_t count = system_.code_.size();
  std::sort(extensions_.begin(), extensions_.end());
  for (const auto& [at, json] : extensions_) {
    system_.extensions_.emplace_back(at, system_.text_.Add(json));
  }
  const auto code_of = [this](ConceptId id) { return system_.Code(id); };
  for (std::size_t i = 0; i < count; ++i) {
    if (code_of(static_cast<ConceptId>(i)).empty()) {
      return Fail(Reason::kUnprocessable,
                  base::Concat({"concept number ", base::ToText(i + 1), " in ", system_.info_.url,
                                " has no code"}));
    }
  }
  std::optional<ConceptId> duplicate;
  if (!is_indexed_) IndexCodes([&](ConceptId, ConceptId again) { duplicate = again; });
  if (duplicate) {
    return Fail(Reason::kUnprocessable, base::Concat({"the code '", code_of(*duplicate),
                                                      "' appears twice in ", system_.info_.url}));
  }
  if (!system_.info_.case_sensitive) FoldCodes();
  for (const auto& [child, parent_code] : parent_codes_) {
    const auto parent = Find(parent_code);
    if (!parent) {
      return Fail(Reason::kUnprocessable,
                  base::Concat({"the parent '", parent_code, "' of '", code_of(child),
                                "' is not in ", system_.info_.url}));
    }
    edges_.emplace_back(Index(child), Index(*parent));
  }
  std::optional<ConceptId> on_cycle;
  auto hierarchy = Hierarchy::Build(count, std::exchange(edges_, {}), &on_cycle);
  if (!hierarchy.ok()) {
    const std::string why =
        on_cycle ? base::Concat({"has a cycle at '", code_of(*on_cycle), "'"})
                 : base::Concat({"is too large: ", base::FromAbsl(hierarchy.status().message())});
    return Fail(FailureOf(hierarchy.status()).reason,
                base::Concat({"the hierarchy of ", system_.info_.url, " ", why}));
  }
  system_.hierarchy_ = *std::move(hierarchy);
  system_.designations_ =
      base::Csr<Designation>::FromPairs(count, std::exchange(designations_, {}));
  SetFlags();
  system_.properties_ = base::Csr<PropertyValue>::FromPairs(count, std::exchange(properties_, {}));
  Shrink();
  return std::move(system_);
}

}  // namespace chemoterm::model
