#include "fhir/resource_writer.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "json/slice.h"
#include "json/writer.h"

namespace chemoterm::fhir {
namespace {

constexpr std::string_view kSubsetted =
    R"({"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED",)"
    R"("display":"Resource encoded in summary mode"})";

using Names = std::span<const std::string_view>;

bool Contains(Names names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What the specification marks as summary in every canonical resource.
constexpr std::string_view kCanonical[] = {
    "url",       "identifier", "version",    "versionAlgorithmString", "versionAlgorithmCoding",
    "name",      "title",      "status",     "experimental",           "date",
    "publisher", "contact",    "useContext", "jurisdiction",           "effectivePeriod",
};
constexpr std::string_view kCodeSystem[] = {
    "caseSensitive", "valueSet", "hierarchyMeaning", "compositional", "versionNeeded", "content",
    "supplements",   "count",    "filter",           "property"};
constexpr std::string_view kValueSet[] = {"immutable"};
constexpr std::string_view kConceptMap[] = {
    "sourceScopeUri", "sourceScopeCanonical", "targetScopeUri", "targetScopeCanonical",
    "sourceUri",      "sourceCanonical",      "targetUri",      "targetCanonical",
    "property",       "additionalAttribute"};
constexpr std::string_view kPlanDefinition[] = {"type", "description"};
constexpr std::string_view kOperationDefinition[] = {
    "kind",   "description", "affectsState", "code",         "base",         "resource",
    "system", "type",        "instance",     "inputProfile", "outputProfile"};
constexpr std::string_view kOrganization[] = {"identifier", "active", "type", "name", "partOf"};
constexpr std::string_view kInsurancePlan[] = {
    "identifier", "status", "type", "name", "ownedBy", "administeredBy", "coverageArea"};
constexpr std::string_view kNamingSystem[] = {"kind", "responsible", "type", "uniqueId"};
constexpr std::string_view kStatus[] = {"status"};
constexpr std::string_view kNamingSystemMandatory[] = {"name", "status", "kind", "date",
                                                       "uniqueId"};
constexpr std::string_view kCodeSystemMandatory[] = {"status", "content"};
constexpr std::string_view kOperationMandatory[] = {"name",   "status", "kind",    "code",
                                                    "system", "type",   "instance"};

// What a summary keeps of a type. Types without a row are never cut.
struct TypeRow {
  std::string_view type;
  Names summary;
  bool canonical;
  Names mandatory;  // members with a minimum of one
};
constexpr TypeRow kTypes[] = {
    {"CodeSystem", kCodeSystem, true, kCodeSystemMandatory},
    {"ValueSet", kValueSet, true, kStatus},
    {"ConceptMap", kConceptMap, true, kStatus},
    {"NamingSystem", kNamingSystem, true, kNamingSystemMandatory},
    {"PlanDefinition", kPlanDefinition, true, kStatus},
    {"OperationDefinition", kOperationDefinition, true, kOperationMandatory},
    {"Organization", kOrganization, false, {}},
    {"InsurancePlan", kInsurancePlan, false, {}},
};

// Decides which members of a resource go out.
class Cut {
 public:
  Cut(std::string_view type, const ResourceOptions& options) : options_(options) {
    for (const TypeRow& row : kTypes) {
      if (row.type == type) row_ = &row;
    }
  }

  bool Keeps(std::string_view key) const {
    const std::string_view name = key.starts_with('_') ? key.substr(1) : key;
    if (name == "resourceType" || name == "id" || name == "meta" || name == "implicitRules")
      return true;
    if (!options_.elements.empty()) {
      const auto& wanted = options_.elements;
      return IsMandatory(name) || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
    }
    switch (options_.summary) {
      case Summary::kFalse:
        return true;
      case Summary::kData:
        return name != "text";
      case Summary::kText:
        return name == "text" || IsMandatory(name);
      case Summary::kTrue:
        return row_ == nullptr ? name != "text" : InSummary(name);
      case Summary::kCount:
        return IsMandatory(name);
    }
    return true;
  }

 private:
  bool IsMandatory(std::string_view name) const {
    return row_ != nullptr && Contains(row_->mandatory, name);
  }
  bool InSummary(std::string_view name) const {
    return IsMandatory(name) || Contains(row_->summary, name) ||
           (row_->canonical && Contains(kCanonical, name));
  }

  const ResourceOptions& options_;
  const TypeRow* row_ = nullptr;
};

// The resource's meta with the view's version and time, and the tag.
std::string WriteMeta(std::string_view old, const ResourceView& view, bool subsetted) {
  std::string text;
  {
    json::Object meta(&text);
    meta.Text("versionId", view.version_id);
    meta.Text("lastUpdated", view.last_modified);
    std::string_view tags;
    for (json::Members members(old); members.Next();) {
      if (members.key() == "versionId" && !view.version_id.empty()) continue;
      if (members.key() == "lastUpdated" && !view.last_modified.empty()) continue;
      if (members.key() == "tag") {
        tags = members.value();
        continue;
      }
      meta.Raw(members.key(), members.value());
    }
    if (!tags.empty() || subsetted) {
      auto list = meta.List("tag");
      for (json::Elements elements(tags); elements.Next();) list.Raw(elements.value());
      if (subsetted) list.Raw(kSubsetted);
    }
  }
  return text == "{}" ? std::string() : text;
}

// `json`: the resource in the version wanted.
std::string WriteCut(const ResourceView& view, std::string_view json,
                     const ResourceOptions& options) {
  const Cut cut(view.type, options);
  const std::string meta = WriteMeta(json::Member(json, "meta"), view, options.subsets());
  // Meta follows the id, or the type where there is no id.
  const std::string_view before_meta = json::Member(json, "id").empty() ? "resourceType" : "id";
  std::string text;
  text.reserve(options.subsets() ? 1024 : json.size() + 256);
  {
    json::Object out(&text);
    for (json::Members members(json); members.Next();) {
      const std::string_view key = members.key();
      if (key == "meta" || !cut.Keeps(key)) continue;
      out.Raw(key, members.value());
      if (key == before_meta) out.Raw("meta", meta);
    }
  }
  return text;
}

// Members that can be megabytes and are called the same in every version.
constexpr std::string_view kHeavy[] = {"concept", "group", "compose", "expansion", "contained"};

// The resource without heavy members that the cut would take out anyway: they need not be rewritten
// before.
std::string WithoutHeavy(const ResourceView& view, const ResourceOptions& options) {
  const Cut cut(view.type, options);
  std::string text;
  {
    json::Object out(&text);
    for (json::Members members(view.json); members.Next();) {
      if (cut.Keeps(members.key()) || !Contains(kHeavy, members.key())) {
        out.Raw(members.key(), members.value());
      }
    }
  }
  return text;
}

template <class WriteOne>
std::string WriteBundle(std::span<const ResourceView> resources, std::optional<std::int32_t> total,
                        std::span<const BundleLink> links, std::string_view base_url,
                        const ResourceOptions& options, WriteOne&& write) {
  std::string text;
  {
    json::Object bundle(&text);
    bundle.Text("resourceType", "Bundle");
    bundle.Text("type", "searchset");
    if (total) bundle.Int("total", *total);
    if (!links.empty()) {
      auto list = bundle.List("link");
      for (const BundleLink& link : links) {
        auto object = list.Sub();
        object.Text("relation", link.relation);
        object.Text("url", link.url);
      }
    }
    if (options.summary != Summary::kCount && !resources.empty()) {
      auto list = bundle.List("entry");
      for (const ResourceView& view : resources) {
        auto entry = list.Sub();
        entry.Text("fullUrl", base::Concat({base_url, "/", view.type, "/", view.id}));
        entry.Raw("resource", write(view));
        entry.Sub("search").Text("mode", "match");
      }
    }
  }
  return text;
}

}  // namespace

std::optional<Summary> ParseSummary(std::string_view text) {
  if (text == "false") return Summary::kFalse;
  if (text == "true") return Summary::kTrue;
  if (text == "text") return Summary::kText;
  if (text == "data") return Summary::kData;
  if (text == "count") return Summary::kCount;
  return std::nullopt;
}

std::string WriteResource(const ResourceView& resource, const ResourceOptions& options) {
  if (!options.subsets()) {
    return WriteCut(resource, ToVersion(resource.json, options.version), options);
  }
  return WriteCut(resource, ToVersion(WithoutHeavy(resource, options), options.version), options);
}

std::string WriteSearchset(const SearchResourcesResult& result, std::span<const BundleLink> links,
                           std::string_view base_url, const ResourceOptions& options, bool total) {
  return WriteBundle(result.resources, total ? std::optional(result.total) : std::nullopt, links,
                     base_url, options,
                     [&](const ResourceView& view) { return WriteResource(view, options); });
}

std::string WriteSearchsetOf(std::span<const ResourceView> written, std::int32_t total,
                             std::span<const BundleLink> links, std::string_view base_url,
                             const ResourceOptions& options) {
  return WriteBundle(written, total, links, base_url, options,
                     [&](const ResourceView& view) { return WriteCut(view, view.json, options); });
}

std::string Pretty(std::string_view json) { return json::Pretty(json); }

}  // namespace chemoterm::fhir
