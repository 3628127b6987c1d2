#include "gateway/negotiation.h"

#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "chemoterm/reason.h"
#include "gateway/echo.h"

namespace chemoterm::gateway {
namespace {

constexpr std::string_view kCharset = "charset=utf-8";
constexpr std::string_view kDefault = "application/fhir+json; charset=utf-8";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kJsonContentType = "application/json; charset=utf-8";

// The media types we write, in the order of preference.
struct Candidate {
  std::string_view type;
  std::string_view content_type;
};
constexpr std::array<Candidate, 3> kCandidates = {{
    {"application/fhir+json", kDefault},
    {kJson, kJsonContentType},
    {"text/json", "text/json; charset=utf-8"},
}};

// A media type or range with the parameters that matter here.
struct MediaRange {
  std::string_view type;
  std::string_view fhir_version;
  std::string_view charset;
  int quality = 1000;  // thousandths
};

// The next element of a list, split at `separator` outside quoted strings; the rest goes to `list`.
std::string_view NextElement(std::string_view& list, char separator) {
  bool quoted = false;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i] == '"') quoted = !quoted;
    if (list[i] == '\\' && quoted) ++i;
    if (i < list.size() && list[i] == separator && !quoted) {
      const std::string_view element = list.substr(0, i);
      list.remove_prefix(i + 1);
      return element;
    }
  }
  return std::exchange(list, {});
}

std::string_view Unquote(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return text;
  return text.substr(1, text.size() - 2);
}

// "0", "1", "0.5", "1.000" in thousandths; a weight that is none counts as 0.
int ParseQuality(std::string_view text) {
  const auto [whole, fraction] = base::SplitOnce(text, '.');
  if (whole != "0" && whole != "1") return 0;
  if (fraction.size() > 3) return 0;
  int thousandths = whole == "1" ? 1000 : 0;
  int unit = 100;
  for (const char c : fraction) {
    if (!base::IsDigit(c)) return 0;
    thousandths += (c - '0') * unit;
    unit /= 10;
  }
  return thousandths > 1000 ? 0 : thousandths;
}

MediaRange ParseRange(std::string_view text) {
  MediaRange range;
  range.type = base::Trim(NextElement(text, ';'));
  while (!text.empty()) {
    const auto [name, value] = base::SplitOnce(NextElement(text, ';'), '=');
    const std::string_view key = base::Trim(name);
    const std::string_view content = Unquote(base::Trim(value));
    if (base::EqualsIgnoringCase(key, "q")) {
      range.quality = ParseQuality(content);
      break;  // what follows are Accept extensions
    }
    if (base::EqualsIgnoringCase(key, "fhirVersion")) range.fhir_version = content;
    if (base::EqualsIgnoringCase(key, "charset")) range.charset = content;
  }
  return range;
}

// Absent, the same major.minor, or a full version that starts with it.
bool VersionFits(std::string_view asked, std::string_view ours) {
  if (asked.empty() || asked == ours) return true;
  return asked.size() > ours.size() && asked.starts_with(ours) && asked[ours.size()] == '.';
}

bool IsUtf8(std::string_view charset) {
  return charset.empty() || base::EqualsIgnoringCase(charset, "utf-8") ||
         base::EqualsIgnoringCase(charset, "utf8") || base::EqualsIgnoringCase(charset, "us-ascii");
}

// How exactly `range` names `type`: 0 not at all, 1 */*, 2 its main type, 3 itself.
int Specificity(std::string_view range, std::string_view type) {
  if (range == "*/*" || range == "*") return 1;
  if (base::EqualsIgnoringCase(range, type)) return 3;
  if (!range.ends_with("/*")) return 0;
  return base::EqualsIgnoringCase(range.substr(0, range.size() - 1),
                                  type.substr(0, type.find('/') + 1))
             ? 2
             : 0;
}

struct Fit {
  int specificity = 0;
  int quality = 0;
  bool names_version = false;
};

// The most specific range decides (RFC 9110, 12.5.1).
Fit FitOf(std::string_view accept, std::string_view type, std::string_view fhir_version) {
  Fit best;
  while (!accept.empty()) {
    const MediaRange range = ParseRange(NextElement(accept, ','));
    const int specificity = Specificity(range.type, type);
    if (specificity == 0 || !VersionFits(range.fhir_version, fhir_version)) continue;
    const bool names_version = !range.fhir_version.empty();
    const bool closer = specificity > best.specificity ||
                        (specificity == best.specificity && names_version && !best.names_version);
    if (closer || best.specificity == 0) best = {specificity, range.quality, names_version};
  }
  return best;
}

std::string Render(const Candidate& candidate, bool with_version, std::string_view fhir_version) {
  if (!with_version) return std::string(candidate.content_type);
  return base::Concat({candidate.type, "; fhirVersion=", fhir_version, "; ", kCharset});
}

absl::Status NotAcceptable(std::string_view asked, std::string_view where,
                           std::string_view fhir_version) {
  return Fail(Reason::kNotAcceptable,
              base::Concat({"Cannot answer as '", Echo(asked, 100),
                            "'. This base answers in application/fhir+json; fhirVersion=",
                            fhir_version, "."}),
              where);
}

}  // namespace

std::string_view DefaultContentType() { return kDefault; }

absl::StatusOr<std::string> NegotiateContentType(std::string_view accept, bool has_format,
                                                 std::string_view format,
                                                 std::string_view fhir_version) {
  if (has_format) {
    MediaRange asked = ParseRange(format);
    // In a URL that was not encoded, `application/fhir+json` arrives with a blank for the plus.
    if (asked.type == "json" || asked.type == "application/fhir json")
      asked.type = kCandidates[0].type;
    for (const Candidate& candidate : kCandidates) {
      if (!base::EqualsIgnoringCase(asked.type, candidate.type)) continue;
      if (!VersionFits(asked.fhir_version, fhir_version)) break;
      return Render(candidate, !asked.fhir_version.empty(), fhir_version);
    }
    return NotAcceptable(format, "_format", fhir_version);
  }
  if (accept.empty() || accept == "*/*") return std::string(kDefault);
  const Candidate* chosen = nullptr;
  Fit best;
  for (const Candidate& candidate : kCandidates) {
    const Fit fit = FitOf(accept, candidate.type, fhir_version);
    if (fit.quality <= best.quality) continue;
    best = fit;
    chosen = &candidate;
  }
  if (chosen == nullptr) return NotAcceptable(accept, {}, fhir_version);
  return Render(*chosen, best.names_version, fhir_version);
}

absl::StatusOr<std::string> NegotiateJson(std::string_view accept) {
  if (accept.empty() || FitOf(accept, kJson, {}).quality > 0) return std::string(kJsonContentType);
  return Fail(Reason::kNotAcceptable,
              base::Concat({"Cannot answer as '", Echo(accept, 100), "', only in ", kJson, "."}));
}

absl::Status CheckContentType(std::string_view content_type, std::string_view content_encoding,
                              BodyKind kind, std::string_view fhir_version) {
  const auto refuse = [](std::initializer_list<std::string_view> text) {
    return Fail(Reason::kUnsupportedMediaType, base::Concat(text));
  };
  if (!content_encoding.empty() && !base::EqualsIgnoringCase(content_encoding, "identity")) {
    return refuse({"A body with Content-Encoding '", Echo(content_encoding, 40),
                   "' is not read; send it plain."});
  }
  const MediaRange type = ParseRange(content_type);
  if (!IsUtf8(type.charset)) {
    return refuse({"A body in charset '", Echo(type.charset, 40), "' is not read; JSON is UTF-8."});
  }
  if (kind == BodyKind::kForm) {
    if (base::EqualsIgnoringCase(type.type, "application/x-www-form-urlencoded")) return {};
    return refuse({"A search body has the Content-Type application/x-www-form-urlencoded, not '",
                   Echo(content_type, 100), "'."});
  }
  if (kind == BodyKind::kJson) {
    if (base::EqualsIgnoringCase(type.type, kJson)) return {};
    return refuse(
        {"The body needs the Content-Type ", kJson, ", not '", Echo(content_type, 100), "'."});
  }
  bool is_json = false;
  for (const Candidate& candidate : kCandidates) {
    is_json = is_json || base::EqualsIgnoringCase(type.type, candidate.type);
  }
  if (!is_json) {
    return refuse({"The body needs the Content-Type application/fhir+json, not '",
                   Echo(content_type, 100), "'."});
  }
  if (VersionFits(type.fhir_version, fhir_version)) return {};
  return refuse(
      {"The body is FHIR ", Echo(type.fhir_version, 20), "; this base takes ", fhir_version, "."});
}

bool PrefersStrict(std::string_view prefer) {
  while (!prefer.empty()) {
    std::string_view preference = NextElement(prefer, ',');
    while (!preference.empty()) {
      const auto [name, value] = base::SplitOnce(NextElement(preference, ';'), '=');
      if (base::EqualsIgnoringCase(base::Trim(name), "handling") &&
          base::EqualsIgnoringCase(Unquote(base::Trim(value)), "strict")) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace chemoterm::gateway
