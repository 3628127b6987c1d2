// HL7's extensions that mean something to a terminology.
#pragma once

#include <string>
#include <string_view>

#include "chemoterm/values.h"

namespace chemoterm::load {

// A property that an extension stands for.
struct ExtensionProperty {
  std::string_view extension;  // name below HL7's base
  std::string_view code;
  std::string_view uri;
  std::string_view type;
  ValueKind kind = ValueKind::kNone;
};

struct Extension {
  enum class Role : unsigned char {
    kOther,
    kStatus,    // structuredefinition-standards-status
    kProperty,  // `property` says which
  };
  Role role = Role::kOther;
  std::string name;   // below HL7's base; empty for extensions of others
  std::string value;  // of value[x], whatever its primitive type; empty if there is none
  ExtensionProperty property;
};

// `object`: the JSON of one extension.
Extension ReadExtension(std::string_view object);

// The text of an extension's value[x].
std::string ValueOfExtension(std::string_view object);

// By name: those that expansions repeat.
bool IsShownOfConcept(std::string_view name);
bool IsShownOfDesignation(std::string_view name);

// Appends an object to a comma-separated list of them.
void JoinJson(std::string& list, std::string_view object);

}  // namespace chemoterm::load
