#include "engine/near_miss.h"

#include <algorithm>
#include <string>
#include <utility>

namespace chemoterm::engine {

std::vector<model::ConceptId> NearMisses(const model::CodeSystem& system, std::string_view code,
                                         std::size_t limit) {
  constexpr std::size_t kMaxSize = 16;
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::vector<model::ConceptId> found;
  if (code.size() < 3 || code.size() > kMaxSize) return found;
  std::string tried(code);
  const auto look = [&] {
    const auto id = system.Find(tried);
    if (id && found.size() < limit && std::find(found.begin(), found.end(), *id) == found.end())
      found.push_back(*id);
  };
  for (std::size_t i = 0; i + 1 < tried.size(); ++i) {
    std::swap(tried[i], tried[i + 1]);
    look();
    std::swap(tried[i], tried[i + 1]);
  }
  // The last characters tell neighbouring codes apart, so they are tried first.
  for (std::size_t i = tried.size(); i-- > 0;) {
    const char original = tried[i];
    for (const char c : kAlphabet) {
      tried[i] = c;
      look();
    }
    tried[i] = original;
  }
  return found;
}

}  // namespace chemoterm::engine
