#include "gateway/router.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "fhir/parameters.h"
#include "gateway/echo.h"

namespace chemoterm::gateway {
namespace {

// The base without a version of its own in the path: the first of the served versions.
constexpr std::string_view kPlainBase = "fhir";

// The segment under which the services of CDS Hooks are.
constexpr std::string_view kCdsServices = "cds-services";

// [base]/[type]/[id]/$op is the longest path there is.
constexpr std::size_t kMaxSegments = 4;

absl::Status UnknownRoute(std::string_view path) {
  return Fail(Reason::kUnknownRoute, base::Concat({"There is nothing at '", Echo(path), "'."}));
}

// Cuts scheme and authority off a target in absolute form.
std::string_view PathAndQuery(std::string_view target) {
  if (target.starts_with('/')) return target;
  const auto scheme = target.find("://");
  if (scheme == std::string_view::npos) return {};
  const auto path = target.find('/', scheme + 3);
  return path == std::string_view::npos ? std::string_view("/") : target.substr(path);
}

const fhir::VersionInfo* VersionOf(std::string_view segment) {
  const auto versions = fhir::AllVersions();
  if (segment == kPlainBase) return &versions.front();
  const auto found = std::find_if(versions.begin(), versions.end(),
                                  [&](const auto& info) { return info.path == segment; });
  return found == versions.end() ? nullptr : &*found;
}

absl::StatusOr<std::string> Decode(std::string_view segment) {
  if (segment.find('%') == std::string_view::npos && base::IsValidUtf8(segment)) {
    return std::string(segment);
  }
  return fhir::DecodeSegment(segment);
}

bool IsTypeName(std::string_view text) {
  return !text.empty() && text[0] >= 'A' && text[0] <= 'Z' &&
         std::all_of(text.begin(), text.end(), base::IsAlnum);
}

// Decoded segments behind the base.
struct Segments {
  std::array<std::string, kMaxSegments> text;
  std::size_t count = 0;
};

absl::StatusOr<Segments> SplitPath(std::string_view rest, std::string_view path) {
  Segments segments;
  while (!rest.empty()) {
    const auto slash = rest.find('/');
    const std::string_view segment = rest.substr(0, slash);
    if (segment.empty() || segments.count == kMaxSegments) return UnknownRoute(path);
    ASSIGN_OR_RETURN(segments.text[segments.count], Decode(segment));
    ++segments.count;
    rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
  }
  return segments;
}

bool TakeOperation(std::string& segment, Route& route) {
  if (segment.size() < 2 || segment[0] != '$') return false;
  segment.erase(0, 1);
  route.operation = std::move(segment);
  route.endpoint = Endpoint::kOperation;
  return true;
}

// [base], [base]/metadata, [base]/$op.
bool RouteSystem(std::string& segment, Route& route) {
  if (segment == "metadata") {
    route.endpoint = Endpoint::kMetadata;
    return true;
  }
  return TakeOperation(segment, route);
}

absl::Status RouteInBase(Segments segments, std::string_view path, Route& route) {
  if (segments.count == 0) {
    route.endpoint = Endpoint::kBase;
    return {};
  }
  if (segments.count == 1 && RouteSystem(segments.text[0], route)) return {};
  if (!IsTypeName(segments.text[0])) return UnknownRoute(path);
  route.type = std::move(segments.text[0]);
  if (segments.count == 1) {
    route.endpoint = Endpoint::kType;
    return {};
  }
  std::string& second = segments.text[1];
  if (segments.count == 2 && second == "_search") {
    route.endpoint = Endpoint::kSearch;
    return {};
  }
  if (segments.count == 2 && TakeOperation(second, route)) return {};
  if (second.starts_with('_') || second.starts_with('$')) return UnknownRoute(path);
  if (!IsId(second)) {
    return Fail(Reason::kUnknownResource, base::Concat({"'", Echo(second), "' is not a FHIR id."}));
  }
  route.id = std::move(second);
  route.endpoint = Endpoint::kInstance;
  if (segments.count == 2) return {};
  if (segments.count == 3 && TakeOperation(segments.text[2], route)) return {};
  return UnknownRoute(path);
}

absl::Status RouteToCdsService(Segments segments, std::string_view path, Route& route) {
  if (segments.count == 0) {
    route.endpoint = Endpoint::kCdsDiscovery;
    return {};
  }
  const bool is_feedback = segments.count == 2 && segments.text[1] == "feedback";
  if (!IsId(segments.text[0]) || (segments.count > 1 && !is_feedback)) return UnknownRoute(path);
  route.endpoint = is_feedback ? Endpoint::kCdsFeedback : Endpoint::kCdsService;
  route.id = std::move(segments.text[0]);
  return {};
}

}  // namespace

bool IsId(std::string_view text) {
  constexpr std::size_t kMaxId = 64;
  return !text.empty() && text.size() <= kMaxId &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return base::IsAlnum(c) || c == '-' || c == '.'; });
}

absl::StatusOr<Route> ParseRoute(std::string_view target) {
  Route route;
  const auto [path, query] = base::SplitOnce(PathAndQuery(target), '?');
  route.query = query;
  if (path == "/healthz") return route;
  if (path == "/readyz") {
    route.endpoint = Endpoint::kReady;
    return route;
  }
  if (path.size() < 2) return UnknownRoute(path);
  const auto slash = path.find('/', 1);
  const std::string_view base = path.substr(1, slash == std::string_view::npos ? slash : slash - 1);
  const std::string_view rest =
      slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
  if (base == kCdsServices) {
    ASSIGN_OR_RETURN(Segments segments, SplitPath(rest, path));
    RETURN_IF_ERROR(RouteToCdsService(std::move(segments), path, route));
    return route;
  }
  const fhir::VersionInfo* version = VersionOf(base);
  if (version == nullptr) return UnknownRoute(path);
  route.version = version->version;
  route.base = base;
  ASSIGN_OR_RETURN(Segments segments, SplitPath(rest, path));
  RETURN_IF_ERROR(RouteInBase(std::move(segments), path, route));
  return route;
}

}  // namespace chemoterm::gateway
