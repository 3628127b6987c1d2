#include "model/code_system.h"

#include <algorithm>

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
  const auto value = Property(id, "status");
  return value ? value->text : std::string_view{};
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

std::size_t CodeSystem::bytes() const {
  return text_.bytes() + symbols_.bytes() + by_code_.bytes() + by_folded_code_.bytes() +
         properties_.bytes() + designations_.bytes() + hierarchy_.bytes() + flags_.capacity() +
         (code_.capacity() + display_.capacity() + definition_.capacity() +
          folded_code_.capacity()) *
             sizeof(base::StrRef);
}

void CodeSystemBuilder::AddPropertyDef(PropertyDef def) {
  auto& defs = system_.property_defs_;
  const auto it = std::find_if(defs.begin(), defs.end(),
                               [&](const PropertyDef& known) { return known.code == def.code; });
  if (it == defs.end()) {
    defs.push_back(std::move(def));
  } else {
    *it = std::move(def);  // declared behind its first value
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
void CodeSystemBuilder::AddParent(ConceptId child, ConceptId parent) {
  edges_.emplace_back(Index(child), Index(parent));
}
void CodeSystemBuilder::AddParentCode(ConceptId child, std::string_view parent_code) {
  parent_codes_.emplace_back(child, parent_code);
}

std::uint16_t CodeSystemBuilder::DefOf(std::string_view code, ValueKind kind) {
  auto& defs = system_.property_defs_;
  const auto it = std::find_if(defs.begin(), defs.end(),
                               [&](const PropertyDef& def) { return def.code == code; });
  if (it != defs.end()) return static_cast<std::uint16_t>(it - defs.begin());
  CHECK(defs.size() < 0xFFFF);
  defs.push_back({std::string(code), {}, {}, std::string(TypeName(kind))});
  return static_cast<std::uint16_t>(defs.size() - 1);
}

void CodeSystemBuilder::AddProperty(ConceptId id, std::string_view code, ValueKind kind,
                                    std::string_view text) {
  auto& flags = system_.flags_[Index(id)];
  if ((code == "inactive" && text == "true") || (code == "status" && IsInactiveStatus(text))) {
    flags |= CodeSystem::kInactive;
  }
  if (code == "notSelectable" && text == "true") flags |= CodeSystem::kAbstract;
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
                                       std::string_view text) {
  auto& symbols = system_.symbols_;
  designations_.emplace_back(
      Index(id),
      Designation{system_.text_.Add(text), symbols.Intern(language), symbols.Intern(use.system),
                  symbols.Intern(use.code), symbols.Intern(use.display)});
}

absl::StatusOr<CodeSystem> CodeSystemBuilder::Freeze() && {
  const std::size_t count = system_.code_.size();
  system_.text_.ShrinkToFit();
  const auto code_of = [this](ConceptId id) { return system_.Code(id); };
  for (std::size_t i = 0; i < count; ++i) {
    if (code_of(static_cast<ConceptId>(i)).empty()) {
      return Fail(Reason::kUnprocessable,
                  base::Concat({"concept number ", base::ToText(i + 1), " in ", system_.info_.url,
                                " has no code"}));
    }
  }
  std::optional<ConceptId> duplicate;
  system_.by_code_ = CodeIndex::Build(count, code_of, &duplicate);
  if (duplicate) {
    return Fail(Reason::kUnprocessable, base::Concat({"the code '", code_of(*duplicate),
                                                      "' appears twice in ", system_.info_.url}));
  }
  if (!system_.info_.case_sensitive) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::string folded = base::Fold(code_of(static_cast<ConceptId>(i)));
      system_.folded_code_.push_back(system_.text_.Add(folded));
    }
    system_.by_folded_code_ = CodeIndex::Build(
        count, [this](ConceptId id) { return system_.text_[system_.folded_code_[Index(id)]]; },
        nullptr);
  }
  for (const auto& [child, parent_code] : parent_codes_) {
    const auto parent = system_.by_code_.Find(parent_code, code_of);
    if (!parent) {
      return Fail(Reason::kUnprocessable,
                  base::Concat({"the parent '", parent_code, "' of '", code_of(child),
                                "' is not in ", system_.info_.url}));
    }
    edges_.emplace_back(Index(child), Index(*parent));
  }
  ConceptId on_cycle{};
  auto hierarchy = Hierarchy::Build(count, std::move(edges_), &on_cycle);
  if (!hierarchy.ok()) {
    return Fail(Reason::kUnprocessable,
                base::Concat({"the hierarchy of ", system_.info_.url, " has a cycle at '",
                              code_of(on_cycle), "'"}));
  }
  system_.hierarchy_ = *std::move(hierarchy);
  system_.properties_ = base::Csr<PropertyValue>::FromPairs(count, properties_);
  system_.designations_ = base::Csr<Designation>::FromPairs(count, designations_);
  return std::move(system_);
}

}  // namespace chemoterm::model
