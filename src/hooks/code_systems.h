// Which code systems are meant, by the names that the content gives them.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

namespace chemoterm::hooks {

class CodeSystems {
 public:
  using Aliases = std::map<std::string, std::string, std::less<>>;
  // `aliases` (ContentInfo::system_aliases) must outlive it.
  explicit CodeSystems(const Aliases& aliases) : aliases_(aliases) {}

  // True when `system` is the canonical, or another spelling of it, of one of the names ("cpt").
  bool IsOneOf(std::initializer_list<std::string_view> names, std::string_view system) const;

 private:
  std::string_view CanonicalOf(std::string_view name) const;
  const Aliases& aliases_;
};

}  // namespace chemoterm::hooks
