#include "gateway/search_query.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "gateway/echo.h"

namespace chemoterm::gateway {
namespace {

using Pair = std::pair<std::string, std::string>;

// Parameters of a search that are no criteria. What concerns the form of the answer alone is
// checked elsewhere.
constexpr std::array<std::string_view, 8> kControls = {
    "_count", "_offset", "_sort", "_total", "_summary", "_elements", "_format", "_pretty"};

absl::Status Invalid(std::string_view name, std::string_view text) {
  return Fail(Reason::kInvalidParameter, text, base::Concat({"http.", name}));
}

// A non-negative number; nothing if the parameter is absent.
absl::StatusOr<std::optional<std::int32_t>> Number(const fhir::ParameterList& list,
                                                   std::string_view name) {
  ASSIGN_OR_RETURN(const auto text, SingleControl(list, name));
  if (!text.has_value()) return std::optional<std::int32_t>();
  const auto number = base::ParseInt<std::int32_t>(*text);
  if (number.has_value() && *number >= 0) return number;
  return Invalid(
      name, base::Concat({"'", Echo(*text, 40), "' is not a number that ", name, " can have."}));
}

// Values of one criterion: split at commas, with FHIR's escapes of `,`, `$` and `\` undone. An
// escaped bar stays escaped, so that it does not part a system from its code.
std::vector<std::string> SplitValues(std::string_view text) {
  std::vector<std::string> values(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ',') {
      values.emplace_back();
      continue;
    }
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] == '\\' && (next == ',' || next == '$' || next == '\\')) ++i;
    values.back() += text[i];
  }
  return values;
}

absl::Status AddCriterion(const Pair& pair, std::span<const SearchParamInfo> known, bool strict,
                          SearchQuery& query) {
  const auto [name, modifier] = base::SplitOnce(pair.first, ':');
  const bool is_known =
      std::any_of(known.begin(), known.end(), [&](const auto& info) { return info.name == name; });
  if (!is_known) {
    if (!strict) return {};
    return Invalid(name, base::Concat({"'", Echo(name), "' is not a search parameter of ",
                                       query.request.type, " here."}));
  }
  SearchCriterion criterion{std::string(name), std::string(modifier), SplitValues(pair.second)};
  const auto& values = criterion.values;
  if (std::any_of(values.begin(), values.end(), [](const auto& v) { return v.empty(); })) {
    return Invalid(name, base::Concat({"'", name, "' has an empty value."}));
  }
  query.request.criteria.push_back(std::move(criterion));
  query.understood.push_back(pair);
  return {};
}

absl::Status ReadPaging(const fhir::ParameterList& list, const GatewayOptions& options,
                        SearchQuery& query) {
  ASSIGN_OR_RETURN(const auto count, Number(list, "_count"));
  ASSIGN_OR_RETURN(const auto offset, Number(list, "_offset"));
  ASSIGN_OR_RETURN(const auto sort, SingleControl(list, "_sort"));
  ASSIGN_OR_RETURN(const auto total, SingleControl(list, "_total"));
  query.request.count = std::min(count.value_or(options.default_page), options.max_page);
  query.request.offset = offset.value_or(0);
  query.request.sort = sort.value_or("");
  if (query.request.sort.find(',') != std::string::npos) {
    return Invalid("_sort", "_sort takes one parameter here.");
  }
  if (total.has_value() && *total != "none" && *total != "estimate" && *total != "accurate") {
    return Invalid("_total", base::Concat({"'", Echo(*total, 40), "' is not a value of _total."}));
  }
  query.total = !total.has_value() || *total != "none";
  return {};
}

// RFC 3986 unreserved, and what a query may hold besides without being misread.
void AppendEncoded(std::string& out, std::string_view text) {
  constexpr std::string_view kPlain = "-._~:/,";
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const char c : text) {
    if (base::IsAlnum(c) || kPlain.find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kHex[byte >> 4], kHex[byte & 0xF]};
  }
}

std::string Link(const SearchQuery& query, std::string_view base_url, std::int32_t offset) {
  std::string url = base::Concat({base_url, "/", query.request.type});
  char separator = '?';
  const auto add = [&](std::string_view name, std::string_view value) {
    url += separator;
    AppendEncoded(url, name);
    url += '=';
    AppendEncoded(url, value);
    separator = '&';
  };
  for (const auto& [name, value] : query.understood) add(name, value);
  if (offset > 0) add("_offset", base::ToText(offset));
  return url;
}

}  // namespace

absl::StatusOr<fhir::ResourceOptions> ReadShape(const fhir::ParameterList& parameters,
                                                fhir::FhirVersion version) {
  fhir::ResourceOptions shape;
  shape.version = version;
  ASSIGN_OR_RETURN(const auto summary, SingleControl(parameters, "_summary"));
  ASSIGN_OR_RETURN(const auto elements, SingleControl(parameters, "_elements"));
  if (summary.has_value()) {
    const auto parsed = fhir::ParseSummary(*summary);
    if (!parsed.has_value()) {
      return Invalid("_summary",
                     base::Concat({"'", Echo(*summary, 40), "' is not a value of _summary."}));
    }
    shape.summary = *parsed;
  }
  if (!elements.has_value()) return shape;
  for (const std::string_view name : base::Split(*elements, ',')) {
    const std::string_view element = base::Trim(name);
    if (element.empty()) return Invalid("_elements", "_elements has an empty name.");
    shape.elements.emplace_back(element);
  }
  return shape;
}

absl::StatusOr<SearchQuery> ReadSearch(const Exchange& exchange, const fhir::ParameterList& form,
                                       std::span<const SearchParamInfo> known) {
  SearchQuery query;
  query.request.type = exchange.route.type;
  fhir::ParameterList all;  // of URL and body as one; values are short, and a search is no hot path
  for (const fhir::ParameterList* list : {&exchange.query, &form}) {
    for (const auto& parameter : list->parameters) {
      RETURN_IF_ERROR(
          AddCriterion({parameter.name, parameter.text}, known, exchange.strict, query));
    }
    all.controls.insert(all.controls.end(), list->controls.begin(), list->controls.end());
  }
  for (const Pair& pair : all.controls) {
    if (std::find(kControls.begin(), kControls.end(), pair.first) == kControls.end()) {
      RETURN_IF_ERROR(AddCriterion(pair, known, exchange.strict, query));
    } else if (pair.first != "_offset") {
      query.understood.push_back(pair);
    }
  }
  RETURN_IF_ERROR(ReadPaging(all, exchange.options, query));
  ASSIGN_OR_RETURN(query.shape, ReadShape(all, exchange.route.version));
  if (query.shape.summary == fhir::Summary::kCount) query.request.count = 0;
  if (query.request.count == 0) query.shape.summary = fhir::Summary::kCount;
  return query;
}

std::vector<fhir::BundleLink> LinksOf(const SearchQuery& query, std::int32_t total,
                                      std::string_view base_url) {
  const std::int64_t offset = query.request.offset, count = query.request.count;
  const auto at = [&](std::int64_t start) {
    return Link(query, base_url, static_cast<std::int32_t>(start));
  };
  std::vector<fhir::BundleLink> links = {{"self", at(offset)}};
  if (count == 0) return links;
  if (offset > 0) {
    links.push_back({"first", at(0)});
    // Behind the end, the page before is the last one that has entries.
    const std::int64_t end = std::min<std::int64_t>(offset, total);
    links.push_back({"previous", at(std::max<std::int64_t>(0, end - count))});
  }
  if (offset + count < total) links.push_back({"next", at(offset + count)});
  return links;
}

}  // namespace chemoterm::gateway
