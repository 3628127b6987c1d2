#include "load/fhir_node.h"

#include <algorithm>

#include "base/text.h"

namespace chemoterm::load {

bool KnownMembers::Has(std::string_view name) const {
  if (name.starts_with('_')) name.remove_prefix(1);
  if (name == "id" || name == "extension" || name == "modifierExtension") return true;
  return std::find(names_.begin(), names_.end(), name) != names_.end();
}

void KnownMembers::Check(std::string_view key, int line, const FileFaults& faults) const {
  if (Has(key)) return;
  faults.AddMinor(line, base::Concat({"'", base::Clip(key, 60), "' is not a known member"}));
}

std::vector<std::string_view> WithSharedMembers(std::vector<std::string_view> own) {
  static constexpr std::string_view kShared[] = {"resourceType",
                                                 "meta",
                                                 "implicitRules",
                                                 "language",
                                                 "text",
                                                 "contained",
                                                 "url",
                                                 "identifier",
                                                 "version",
                                                 "versionAlgorithmString",
                                                 "versionAlgorithmCoding",
                                                 "name",
                                                 "title",
                                                 "status",
                                                 "experimental",
                                                 "date",
                                                 "publisher",
                                                 "contact",
                                                 "description",
                                                 "useContext",
                                                 "jurisdiction",
                                                 "purpose",
                                                 "copyright",
                                                 "copyrightLabel",
                                                 "approvalDate",
                                                 "lastReviewDate",
                                                 "effectivePeriod",
                                                 "topic",
                                                 "author",
                                                 "editor",
                                                 "reviewer",
                                                 "endorser",
                                                 "relatedArtifact"};
  own.insert(own.end(), std::begin(kShared), std::end(kShared));
  return own;
}

std::string_view TextsNode::Text(std::string_view key) const {
  const auto it = std::find_if(members_.begin(), members_.end(),
                               [&](const auto& member) { return member.first == key; });
  return it == members_.end() ? std::string_view{} : std::string_view(it->second);
}

absl::Status TextsNode::OnScalar(std::string_view key, const json::Scalar& value,
                                 const json::Cursor&) {
  members_.emplace_back(key, value.text);
  return {};
}

}  // namespace chemoterm::load
