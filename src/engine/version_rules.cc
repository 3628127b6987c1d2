#include "engine/version_rules.h"

#include "base/text.h"

namespace chemoterm::engine {
namespace {

// The version that a list of "url|version" has for a url.
std::string_view Find(const std::vector<std::string>& canonicals, std::string_view url) {
  for (const std::string& canonical : canonicals) {
    const auto [name, version] = base::SplitOnce(canonical, '|');
    if (name == url) return version;
  }
  return {};
}

}  // namespace

VersionRules::Choice VersionRules::ForSystem(std::string_view url, std::string_view written) const {
  if (const auto forced = Find(request_.force_system_versions, url); !forced.empty()) {
    return {forced, By::kForce};
  }
  if (!written.empty()) return {written, By::kName};
  if (const auto version = Find(request_.system_versions, url); !version.empty()) {
    return {version, By::kDefault};
  }
  if (const auto version = Required(url); !version.empty()) return {version, By::kCheck};
  return {};
}

std::string_view VersionRules::Required(std::string_view url) const {
  return Find(request_.check_system_versions, url);
}

std::string_view VersionRules::ForValueSet(std::string_view url) const {
  return Find(request_.default_value_set_versions, url);
}

}  // namespace chemoterm::engine
