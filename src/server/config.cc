#include "server/config.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>
#include <variant>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "json/node_reader.h"
#include "json/writer.h"

namespace chemoterm::server {
namespace {

using Strings = std::vector<std::string>;
using Issuers = std::vector<JwtIssuer>;
using Member =
    std::variant<Endpoint Config::*, std::string Config::*, Strings Config::*,
                 std::int32_t Config::*, bool Config::*, Displays Config::*, Issuers Config::*>;

// What a text may be, beside being a text.
enum class Form { kAny, kBaseUrl, kOrigin, kHeader, kDisplaysOf };

// A key of the file; a dot separates the section from the key in it.
struct Field {
  std::string_view key;
  Member member;
  std::int32_t min = 0;
  std::int32_t max = 0;
  Form form = Form::kAny;
};

constexpr std::int32_t kMiB = 1024 * 1024;
constexpr std::int32_t kHour = 3600;

const Field kFields[] = {
    {"http", &Config::http},
    {"grpc", &Config::grpc},
    {"admin", &Config::admin},
    {"content", &Config::content},
    {"packages", &Config::packages},
    {"canonicalBase", &Config::canonical_base, 0, 0, Form::kBaseUrl},
    {"baseUrl", &Config::base_url, 0, 0, Form::kBaseUrl},
    {"corsOrigins", &Config::cors_origins, 0, 0, Form::kOrigin},
    {"threads", &Config::threads, 0, 1024},
    {"heavyThreads", &Config::heavy_threads, 0, 1024},
    {"watchSeconds", &Config::watch_seconds, 0, 24 * kHour},
    {"requestLog", &Config::request_log},
    {"hideUnverified", &Config::hide_unverified},
    {"displays", &Config::displays},
    {"displaysHeader", &Config::displays_header, 0, 0, Form::kHeader},
    {"displaysByHeader", &Config::displays_by_header, 0, 0, Form::kDisplaysOf},
    {"forbiddenWordsFile", &Config::forbidden_words_file},
    {"limits.bodyBytes", &Config::max_body_bytes, 1024, 1024 * kMiB},
    {"limits.headerBytes", &Config::max_header_bytes, 1024, kMiB},
    {"limits.targetBytes", &Config::max_target_bytes, 256, kMiB},
    {"limits.connections", &Config::max_connections, 1, 1'000'000},
    {"limits.bufferedBytes", &Config::max_buffered_bytes, 1024, 2047 * kMiB},
    {"limits.grpcMessageBytes", &Config::max_message_bytes, 1024, 1024 * kMiB},
    {"limits.heavyQueue", &Config::heavy_queue, 0, 100'000},
    {"limits.expansionConcepts", &Config::expansion_concepts, 1, 10'000'000},
    {"limits.workSteps", &Config::work_steps, 1000, 2'000'000'000},
    {"timeouts.requestSeconds", &Config::request_seconds, 1, kHour},
    {"timeouts.headerSeconds", &Config::header_seconds, 1, kHour},
    {"timeouts.bodySeconds", &Config::body_seconds, 1, kHour},
    {"timeouts.idleSeconds", &Config::idle_seconds, 1, kHour},
    {"timeouts.writeSeconds", &Config::write_seconds, 1, kHour},
    {"timeouts.drainDelaySeconds", &Config::drain_delay_seconds, 0, kHour},
    {"timeouts.drainSeconds", &Config::drain_seconds, 0, kHour},
    {"cdsHooks.jwtIssuers", &Config::jwt_issuers},
    {"cdsHooks.jwtLeewaySeconds", &Config::jwt_leeway_seconds, 0, 600},
    {"cdsHooks.jwtLifetimeSeconds", &Config::jwt_lifetime_seconds, 1, 24 * kHour},
    {"cdsHooks.jwtRemembered", &Config::jwt_remembered, 1, 10'000'000},
};

absl::Status Bad(std::string_view key, std::string_view what) {
  return Fail(Reason::kInvalidParameter, base::Concat({key, ": ", what}), key);
}

const Field* FindField(std::string_view key) {
  for (const Field& field : kFields) {
    if (field.key == key) return &field;
  }
  return nullptr;
}

bool IsSection(std::string_view name) {
  for (const Field& field : kFields) {
    if (field.key.size() > name.size() && field.key.starts_with(name) &&
        field.key[name.size()] == '.')
      return true;
  }
  return false;
}

// scheme://authority, then a path without trailing slash where one is allowed.
bool IsUrl(std::string_view text, bool path_allowed) {
  const auto scheme_end = text.find("://");
  if (scheme_end != 4 && scheme_end != 5) return false;
  if (text.substr(0, scheme_end) != "http" && text.substr(0, scheme_end) != "https") return false;
  const auto rest = text.substr(scheme_end + 3);
  if (rest.empty() || rest.front() == '/' || rest.back() == '/') return false;
  for (const char c : rest) {
    if (c <= ' ' || c >= 0x7F || c == '?' || c == '#' || c == '"' || c == '\\' || c == '@')
      return false;
  }
  return path_allowed || rest.find('/') == std::string_view::npos;
}

absl::Status CheckText(const Field& field, std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return Bad(field.key, "must not hold a NUL");
  switch (field.form) {
    case Form::kAny:
      return {};
    case Form::kBaseUrl:
      if (text.empty() || IsUrl(text, true)) return {};
      return Bad(field.key,
                 "must be an http or https URL without query, fragment and trailing slash");
    case Form::kOrigin:
      if (text == "*" || IsUrl(text, false)) return {};
      return Bad(field.key, "must be \"*\" or an origin such as https://ehr.example:8443");
    case Form::kHeader:
      if (std::all_of(text.begin(), text.end(),
                      [](char c) { return c == '-' || base::IsAlnum(c); })) {
        return {};
      }
      return Bad(field.key, "must be a header's name: letters, digits and hyphens");
    case Form::kDisplaysOf:
      if (ParseDisplaysOf(text)) return {};
      return Bad(field.key, "must be VALUE=licensed, VALUE=own-wording or VALUE=code-only");
  }
  return {};
}

absl::Status SetEndpoint(const Field& field, Endpoint Config::* member, std::string_view text,
                         Config* config) {
  auto endpoint = ParseEndpoint(text);
  if (!endpoint.ok()) return Bad(field.key, base::FromAbsl(endpoint.status().message()));
  config->*member = *std::move(endpoint);
  return {};
}

absl::Status SetNumber(const Field& field, std::int32_t Config::* member, std::string_view text,
                       Config* config) {
  const auto number = base::ParseInt<std::int32_t>(text);
  if (!number || *number < field.min || *number > field.max) {
    return Bad(field.key, base::Concat({"must be a whole number from ", base::ToText(field.min),
                                        " to ", base::ToText(field.max)}));
  }
  config->*member = *number;
  return {};
}

absl::Status SetText(const Field& field, std::string_view text, Config* config) {
  if (std::holds_alternative<Issuers Config::*>(field.member)) {
    return Bad(field.key, "must be an array of objects");
  }
  if (const auto* member = std::get_if<Endpoint Config::*>(&field.member)) {
    return SetEndpoint(field, *member, text, config);
  }
  if (const auto* member = std::get_if<std::int32_t Config::*>(&field.member)) {
    return SetNumber(field, *member, text, config);
  }
  if (const auto* member = std::get_if<bool Config::*>(&field.member)) {
    if (text != "true" && text != "false") return Bad(field.key, "must be true or false");
    config->** member = text == "true";
    return {};
  }
  if (const auto* member = std::get_if<Displays Config::*>(&field.member)) {
    const auto displays = ParseDisplays(text);
    if (!displays) return Bad(field.key, "must be licensed, own-wording or code-only");
    config->** member = *displays;
    return {};
  }
  RETURN_IF_ERROR(CheckText(field, text));
  if (const auto* member = std::get_if<std::string Config::*>(&field.member))
    config->** member = text;
  if (const auto* member = std::get_if<Strings Config::*>(&field.member))
    (config->**member).emplace_back(text);
  return {};
}

// Whether a JSON value of `type` can be the field's: texts are not numbers, and the reverse.
absl::Status CheckType(const Field& field, json::ScalarType type) {
  if (std::holds_alternative<std::int32_t Config::*>(field.member)) {
    return type == json::ScalarType::kNumber ? absl::Status() : Bad(field.key, "must be a number");
  }
  if (std::holds_alternative<bool Config::*>(field.member)) {
    return type == json::ScalarType::kBoolean ? absl::Status()
                                              : Bad(field.key, "must be true or false");
  }
  return type == json::ScalarType::kString ? absl::Status() : Bad(field.key, "must be a text");
}

// Fails at its end: an object where none may be.
class RefuseNode final : public json::Node {
 public:
  void Prepare(std::string path, bool is_known) {
    path_ = std::move(path);
    is_known_ = is_known;
  }
  absl::Status OnScalar(std::string_view, const json::Scalar&,
                        const json::Cursor& cursor) override {
    return End(cursor);
  }
  json::Node* Child(std::string_view, bool*, const json::Cursor&) override { return nullptr; }
  absl::Status End(const json::Cursor&) override {
    return Bad(path_, is_known_ ? "must not be an object" : "is not a known key");
  }

 private:
  std::string path_;
  bool is_known_ = false;
};

// One of the issuers, which it appends.
class IssuerNode final : public json::Node {
 public:
  IssuerNode(std::string_view list, Issuers& issuers, int* line)
      : path_(base::Concat({list, "[", base::ToText(issuers.size()), "]"})),
        issuers_(issuers),
        line_(line) {}

  absl::Status OnScalar(std::string_view key, const json::Scalar& value,
                        const json::Cursor& cursor) override {
    *line_ = cursor.line();
    const std::string path = PathOf(key);
    const bool is_list = key == "tenants";
    std::string* text = TextOf(key);
    if (text == nullptr && !is_list) return Bad(path, "is not a known key");
    if (value.type != json::ScalarType::kString) return Bad(path, "must be a text");
    if (cursor.array_depth() != (is_list ? 1 : 0)) {
      return Bad(path, is_list ? "must be an array of texts" : "must not be an array");
    }
    if (std::any_of(value.text.begin(), value.text.end(), [](char c) { return c >= 0 && c < ' '; }))
      return Bad(path, "must not hold control characters");
    if (is_list) issuer_.tenants.emplace_back(value.text);
    if (!is_list) *text = value.text;
    return {};
  }

  json::Node* Child(std::string_view key, bool*, const json::Cursor& cursor) override {
    *line_ = cursor.line();
    refuse_.Prepare(PathOf(key), TextOf(key) != nullptr || key == "tenants");
    return &refuse_;
  }

  absl::Status End(const json::Cursor& cursor) override {
    *line_ = cursor.line();
    if (issuer_.issuer.empty()) return Bad(PathOf("issuer"), "is needed");
    if (issuer_.keys_file.empty()) return Bad(PathOf("keysFile"), "is needed");
    for (const JwtIssuer& other : issuers_) {
      if (other.issuer == issuer_.issuer) return Bad(PathOf("issuer"), "appears twice");
    }
    issuers_.push_back(std::move(issuer_));
    return {};
  }

 private:
  std::string PathOf(std::string_view key) const { return base::Concat({path_, ".", key}); }

  std::string* TextOf(std::string_view key) {
    if (key == "issuer") return &issuer_.issuer;
    if (key == "keysFile") return &issuer_.keys_file;
    return key == "jku" ? &issuer_.jku : nullptr;
  }

  const std::string path_;
  Issuers& issuers_;
  int* line_;
  JwtIssuer issuer_;
  RefuseNode refuse_;
};

// The file, or one section of it.
class SectionNode final : public json::Node {
 public:
  SectionNode(std::string prefix, Config* config, int* line)
      : prefix_(std::move(prefix)), config_(config), line_(line) {}

  absl::Status OnScalar(std::string_view key, const json::Scalar& value,
                        const json::Cursor& cursor) override {
    *line_ = cursor.line();
    const std::string path = prefix_ + std::string(key);
    const Field* field = FindField(path);
    if (field == nullptr)
      return Bad(path, IsSection(path) ? "must be an object" : "is not a known key");
    if (std::holds_alternative<Strings Config::*>(field->member) && !lists_.contains(path)) {
      return Bad(path, "must be an array of texts");
    }
    RETURN_IF_ERROR(CheckType(*field, value.type));
    return SetText(*field, value.text, config_);
  }

  absl::Status OnArray(std::string_view key, const json::Cursor& cursor) override {
    *line_ = cursor.line();
    const std::string path = prefix_ + std::string(key);
    const Field* field = FindField(path);
    if (field == nullptr)
      return Bad(path, IsSection(path) ? "must be an object" : "is not a known key");
    const auto* texts = std::get_if<Strings Config::*>(&field->member);
    const auto* issuers = std::get_if<Issuers Config::*>(&field->member);
    if ((texts == nullptr && issuers == nullptr) || !lists_.insert(path).second)
      return Bad(path, "must not be an array here");
    if (texts != nullptr) (config_->**texts).clear();
    if (issuers != nullptr) (config_->**issuers).clear();
    return {};
  }

  json::Node* Child(std::string_view key, bool*, const json::Cursor& cursor) override {
    *line_ = cursor.line();
    const std::string path = prefix_ + std::string(key);
    if (IsSection(path) && prefix_.empty()) {
      section_ = std::make_unique<SectionNode>(path + ".", config_, line_);
      return section_.get();
    }
    if (lists_.contains(path) && cursor.array_depth() == 1) {
      const auto* issuers = std::get_if<Issuers Config::*>(&FindField(path)->member);
      if (issuers != nullptr) {
        issuer_ = std::make_unique<IssuerNode>(path, config_->**issuers, line_);
        return issuer_.get();
      }
    }
    refuse_.Prepare(path, FindField(path) != nullptr);
    return &refuse_;
  }

 private:
  std::string prefix_;
  Config* config_;
  int* line_;
  std::set<std::string> lists_;
  RefuseNode refuse_;
  std::unique_ptr<SectionNode> section_;
  std::unique_ptr<IssuerNode> issuer_;
};

void PrintTexts(const Strings& texts, std::string_view key, json::Object& out) {
  auto list = out.List(key);
  for (const std::string& text : texts) list.Text(text);
}

// An empty text is shown as well.
void PrintText(std::string_view text, std::string_view key, json::Object& out) {
  std::string quoted;
  json::AppendString(quoted, text);
  out.Raw(key, quoted);
}

void PrintIssuers(const Issuers& issuers, std::string_view key, json::Object& out) {
  auto list = out.List(key);
  for (const JwtIssuer& issuer : issuers) {
    auto object = list.Sub();
    PrintText(issuer.issuer, "issuer", object);
    PrintText(issuer.keys_file, "keysFile", object);
    PrintText(issuer.jku, "jku", object);
    PrintTexts(issuer.tenants, "tenants", object);
  }
}

void PrintField(const Field& field, std::string_view key, const Config& config, json::Object& out) {
  if (const auto* member = std::get_if<Endpoint Config::*>(&field.member))
    out.Text(key, ToText(config.**member));
  if (const auto* member = std::get_if<std::int32_t Config::*>(&field.member))
    out.Int(key, config.**member);
  if (const auto* member = std::get_if<bool Config::*>(&field.member))
    out.Bool(key, config.**member);
  if (const auto* member = std::get_if<Displays Config::*>(&field.member))
    out.Text(key, ToText(config.**member));
  if (const auto* member = std::get_if<std::string Config::*>(&field.member))
    PrintText(config.**member, key, out);
  if (const auto* member = std::get_if<Strings Config::*>(&field.member))
    PrintTexts(config.**member, key, out);
  if (const auto* member = std::get_if<Issuers Config::*>(&field.member))
    PrintIssuers(config.**member, key, out);
}

// A header, and what is shown to whom by it.
absl::Status CheckDisplays(const Config& config) {
  if (config.displays_header.empty() != config.displays_by_header.empty()) {
    return Bad("displaysHeader", "and displaysByHeader go together");
  }
  std::set<std::string> values;
  for (const std::string& text : config.displays_by_header) {
    const auto each = ParseDisplaysOf(text);
    if (each && !values.insert(each->first).second) {
      return Bad("displaysByHeader", base::Concat({"has the value '", each->first, "' twice"}));
    }
  }
  return {};
}

}  // namespace

std::string ToText(const Endpoint& endpoint) {
  if (!endpoint.on) return "off";
  const bool v6 = endpoint.host.find(':') != std::string::npos;
  return base::Concat({v6 ? "[" : "", endpoint.host, v6 ? "]:" : ":", base::ToText(endpoint.port)});
}

std::optional<std::pair<std::string, Displays>> ParseDisplaysOf(std::string_view text) {
  const auto at = text.rfind('=');
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  const auto displays = ParseDisplays(text.substr(at + 1));
  if (!displays) return std::nullopt;
  return std::pair(std::string(text.substr(0, at)), *displays);
}

absl::StatusOr<Endpoint> ParseEndpoint(std::string_view text) {
  if (text == "off") return Endpoint{.on = false, .host = {}, .port = 0};
  const auto bad = [] {
    return Fail(Reason::kInvalidParameter,
                "must be HOST:PORT (port 0 to 65535; 0 = a free one) or off");
  };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return bad();
  auto host = text.substr(0, colon);
  const auto port = base::ParseInt<std::uint16_t>(text.substr(colon + 1));
  if (!port) return bad();
  if (host.front() == '[') {
    if (host.size() < 3 || host.back() != ']') return bad();
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return bad();
  }
  for (const char c : host) {
    if (!base::IsAlnum(c) && c != '.' && c != '-' && c != ':' && c != '_' && c != '%') return bad();
  }
  return Endpoint{.on = true, .host = std::string(host), .port = *port};
}

absl::Status ReadConfig(std::string_view json, std::string_view name, Config* config) {
  int line = 0;
  SectionNode root("", config, &line);
  const absl::Status status = json::ReadObject(json, {.max_depth = 8}, root);
  if (status.ok()) return status;
  const Failure failure = FailureOf(status);
  // The reader's own failures carry their line in the text.
  const bool ours = failure.reason == Reason::kInvalidParameter;
  return Fail(
      failure.reason,
      base::Concat({name, ": ", ours ? base::Concat({"line ", base::ToText(line), ": "}) : "",
                    failure.text}),
      failure.where);
}

absl::Status ReadConfigFile(const std::string& path, Config* config) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return Fail(Reason::kInvalidParameter, base::Concat({path, ": ", std::strerror(errno)}),
                "config");
  std::ostringstream text;
  text << file.rdbuf();  // sets a flag where the iterator would throw, as for a folder
  if (file.bad() || text.bad()) {
    return Fail(Reason::kInvalidParameter, base::Concat({path, ": cannot be read"}), "config");
  }
  return ReadConfig(text.view(), path, config);
}

absl::Status SetConfig(std::string_view key, std::string_view value, Config* config) {
  const Field* field = FindField(key);
  if (field == nullptr) return Bad(key, "is not a known key");
  return SetText(*field, value, config);
}

absl::Status CheckConfig(const Config& config) {
  if (!config.http.on && !config.grpc.on)
    return Bad("http", "at least one of http and grpc must be on");
  if (!config.jwt_issuers.empty() && config.base_url.empty())
    return Bad("cdsHooks.jwtIssuers", "needs baseUrl: a token names the URL that is called");
  RETURN_IF_ERROR(CheckDisplays(config));
  const Field* taken = nullptr;
  for (const Field& field : kFields) {
    const auto* member = std::get_if<Endpoint Config::*>(&field.member);
    if (member == nullptr) continue;
    for (const Field* other = kFields; other != &field; ++other) {
      const auto& a = config.*std::get<Endpoint Config::*>(other->member);
      const auto& b = config.**member;
      if (a.on && b.on && a.port != 0 && a.port == b.port && a.host == b.host) taken = other;
    }
    if (taken != nullptr) return Bad(field.key, base::Concat({"uses the address of ", taken->key}));
  }
  return {};
}

std::string PrintConfig(const Config& config) {
  std::string text;
  {
    json::Object root(&text);
    std::string_view open;
    for (const Field& field : kFields) {
      const auto dot = field.key.find('.');
      if (dot == std::string_view::npos) {
        PrintField(field, field.key, config, root);
        continue;
      }
      const auto section = field.key.substr(0, dot);
      if (section == open) continue;
      open = section;
      json::Object inner = root.Sub(section);
      for (const Field& member : kFields) {
        if (member.key.size() > dot &&
            member.key.substr(0, dot + 1) == field.key.substr(0, dot + 1)) {
          PrintField(member, member.key.substr(dot + 1), config, inner);
        }
      }
    }
  }
  return json::Pretty(text) + "\n";
}

}  // namespace chemoterm::server
