#include "hooks/elements.h"

#include <algorithm>

#include "base/text.h"
#include "json/slice.h"

namespace chemoterm::hooks {

std::string TextOf(std::string_view object, std::string_view key) {
  return json::Unquote(json::Member(object, key));
}

std::optional<std::int32_t> WholeNumberOf(std::string_view object, std::string_view key) {
  const auto [whole, fraction] = base::SplitOnce(json::Member(object, key), '.');
  const bool is_whole =
      std::all_of(fraction.begin(), fraction.end(), [](char c) { return c == '0'; });
  return is_whole ? base::ParseInt<std::int32_t>(whole) : std::nullopt;
}

Coding ReadCoding(std::string_view coding) {
  return {.system = TextOf(coding, "system"),
          .version = TextOf(coding, "version"),
          .code = TextOf(coding, "code"),
          .display = TextOf(coding, "display")};
}

std::string_view FirstOf(std::string_view array) {
  json::Elements elements(array);
  return elements.Next() ? elements.value() : std::string_view{};
}

std::vector<std::string_view> ConceptsOf(std::string_view resource, std::string_view r4_key,
                                         std::string_view r5_key) {
  std::vector<std::string_view> concepts;
  for (json::Elements each(json::Member(resource, r4_key)); each.Next();) {
    concepts.push_back(each.value());
  }
  for (json::Elements each(json::Member(resource, r5_key)); each.Next();) {
    concepts.push_back(json::Member(each.value(), "concept"));
  }
  return concepts;
}

std::string_view ExtensionOf(std::string_view element, std::string_view url) {
  for (json::Elements each(json::Member(element, "extension")); each.Next();) {
    if (TextOf(each.value(), "url") == url) return each.value();
  }
  return {};
}

std::string ReferenceTo(std::string_view resource) {
  const std::string id = TextOf(resource, "id");
  return id.empty() ? id : base::Concat({TextOf(resource, "resourceType"), "/", id});
}

std::vector<std::string_view> ResourcesOf(std::string_view bundle) {
  std::vector<std::string_view> resources;
  for (json::Elements each(json::Member(bundle, "entry")); each.Next();) {
    const std::string_view resource = json::Member(each.value(), "resource");
    if (!resource.empty()) resources.push_back(resource);
  }
  return resources;
}

}  // namespace chemoterm::hooks
