// One code system (or supplement), frozen: columns indexed by ConceptId.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/csr.h"
#include "base/pattern.h"
#include "base/string_pool.h"
#include "chemoterm/values.h"
#include "model/code_index.h"
#include "model/hierarchy.h"
#include "model/ids.h"

namespace chemoterm::model {

// What is said of the code system as a whole. Texts as FHIR has them; empty = absent.
struct CodeSystemInfo {
  std::string id, url, version, name, title, status, content, copyright, language, date, publisher,
      description;
  std::string supplements;  // canonical of the system that this supplements (may carry |version)
  std::string hierarchy_meaning;
  std::string standards_status;  // extension structuredefinition-standards-status
  bool case_sensitive = true;
  bool compositional = false;
  bool experimental = false;
  // From the manifest, not from FHIR: what every code of the system looks like (empty = anything),
  // and whether the displays are ours in place of licensed ones: those of all codes.
  base::Pattern code_pattern;
  bool own_wording = false;
  std::size_t expansion_concepts = 0;  // most of its codes in one expansion or page; 0 = any

  bool is_fragment() const { return content == "fragment"; }
  bool is_supplement() const { return content == "supplement"; }
};

struct PropertyDef {
  std::string code;
  std::string uri;
  std::string description;
  std::string
      type;  // FHIR property type: code, Coding, string, integer, boolean, dateTime, decimal
};

// 12 bytes; the text is interned, so repeated values cost nothing. `coding` indexes codings() for
// kCoding.
struct PropertyValue {
  std::uint16_t def;  // into property_defs()
  ValueKind kind;
  base::Symbol text;
};

struct Designation {
  base::StrRef text;
  base::Symbol language;
  base::Symbol use_system;
  base::Symbol use_code;
  base::Symbol use_display;
  base::StrRef extensions;  // JSON, objects joined by commas
  bool withdrawn = false;   // no longer a right name
};

// All accessors are const and thread-safe; views live as long as the object.
class CodeSystem {
 public:
  const CodeSystemInfo& info() const { return info_; }
  std::size_t size() const { return code_.size(); }

  // By exact code; in a system that is not case-sensitive also by folded code.
  std::optional<ConceptId> Find(std::string_view code) const;

  std::string_view Code(ConceptId id) const { return text_[code_[Index(id)]]; }
  std::string_view Display(ConceptId id) const { return text_[display_[Index(id)]]; }
  std::string_view Definition(ConceptId id) const {
    return definition_.empty() ? std::string_view{} : text_[definition_[Index(id)]];
  }
  // Inactive by property `inactive` or by a `status` of retired, deprecated or inactive... as FHIR
  // defines them.
  bool IsInactive(ConceptId id) const { return (flags_[Index(id)] & kInactive) != 0; }
  // The display is ours in place of a licensed one, which may read differently.
  bool IsOwnWorded(ConceptId id) const {
    return info_.own_wording || (flags_[Index(id)] & kOwnWorded) != 0;
  }
  // notSelectable.
  bool IsAbstract(ConceptId id) const { return (flags_[Index(id)] & kAbstract) != 0; }
  // The value of property `status`; empty if there is none.
  std::string_view Status(ConceptId id) const;

  std::span<const PropertyDef> property_defs() const { return property_defs_; }
  std::span<const PropertyValue> Properties(ConceptId id) const { return properties_[Index(id)]; }
  ValueView Value(const PropertyValue& value) const;
  // The first value of a property of a concept, by its code.
  std::optional<ValueView> Property(ConceptId id, std::string_view code) const;

  std::span<const Designation> Designations(ConceptId id) const { return designations_[Index(id)]; }
  std::string_view Text(const Designation& d) const { return text_[d.text]; }
  std::string_view Extensions(const Designation& d) const { return text_[d.extensions]; }
  // JSON, objects joined by commas: what expansions repeat.
  std::string_view Extensions(ConceptId id) const;
  std::string_view Text(base::Symbol symbol) const { return symbols_[symbol]; }
  base::Symbol FindSymbol(std::string_view text) const { return symbols_.Find(text); }

  const Hierarchy& hierarchy() const { return hierarchy_; }
  // Memory held, about.
  std::size_t bytes() const;

 private:
  friend class CodeSystemBuilder;
  enum Flag : std::uint8_t { kInactive = 1, kAbstract = 2, kOwnWorded = 4 };

  CodeSystemInfo info_;
  base::StringPool text_;
  base::SymbolTable symbols_;
  std::vector<base::StrRef> code_, display_;
  std::vector<base::StrRef> definition_;  // empty when no concept has one
  std::vector<std::uint8_t> flags_;
  CodeIndex by_code_;
  CodeIndex by_folded_code_;  // only when not case-sensitive
  std::vector<base::StrRef> folded_code_;
  std::vector<PropertyDef> property_defs_;
  std::uint32_t status_def_ = UINT32_MAX;  // of the property `status`, if there is one
  std::vector<Coding> codings_;
  base::Csr<PropertyValue> properties_;
  base::Csr<Designation> designations_;
  std::vector<std::pair<std::uint32_t, base::StrRef>> extensions_;  // by concept; few have any
  Hierarchy hierarchy_;
};

// The mutable form. Concepts get their ids when they are opened, so children may know their parent
// before its code is read. Not thread-safe.
class CodeSystemBuilder {
 public:
  CodeSystemInfo& info() { return system_.info_; }
  void AddPropertyDef(PropertyDef def);
  ConceptId Open();
  void SetCode(ConceptId id, std::string_view code);
  void SetDisplay(ConceptId id, std::string_view display);
  void SetDefinition(ConceptId id, std::string_view definition);
  void SetOwnWorded(ConceptId id);
  void AddParent(ConceptId child, ConceptId parent);
  // A parent named by code (property parent); resolved in Freeze.
  void AddParentCode(ConceptId child, std::string_view parent_code);
  // Makes the codes findable, once, when all are set. Calls `f(first, again)` for each concept
  // whose code another one has had. Freeze does it where it was not called.
  void IndexCodes(const std::function<void(ConceptId first, ConceptId again)>& f);
  std::optional<ConceptId> Find(std::string_view code) const;
  // A property whose code was not declared is declared with the type of its first value.
  void AddProperty(ConceptId id, std::string_view code, ValueKind kind, std::string_view text);
  void AddCodingProperty(ConceptId id, std::string_view code, Coding coding);
  void AddDesignation(ConceptId id, std::string_view language, const Coding& use,
                      std::string_view text, std::string_view extensions = {},
                      bool withdrawn = false);
  // `json`: one extension, as an object.
  void AddExtension(ConceptId id, std::string_view json);
  std::string_view Code(ConceptId id) const { return system_.Code(id); }
  std::size_t size() const { return system_.code_.size(); }

  // Fails on a concept without code, a code that appears twice, an unknown parent, a cycle.
  absl::StatusOr<CodeSystem> Freeze() &&;

 private:
  void FoldCodes();
  void Shrink();
  std::uint16_t DefOf(std::string_view code, ValueKind kind);
  void SetFlags();

  CodeSystem system_;
  bool is_indexed_ = false;
  std::vector<std::pair<std::uint32_t, PropertyValue>> properties_;
  std::vector<std::pair<std::uint32_t, Designation>> designations_;
  std::vector<std::pair<std::uint32_t, std::string>> extensions_;
  std::unordered_map<std::uint32_t, std::size_t> extension_of_;  // concept -> extensions_
  std::unordered_map<std::string, std::uint16_t> def_of_;        // code -> property_defs_
  std::vector<Hierarchy::Edge> edges_;
  std::vector<std::pair<ConceptId, std::string>> parent_codes_;
};

}  // namespace chemoterm::model
