#include "hooks/token.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/base64url.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "hooks/body.h"
#include "json/slice.h"

namespace chemoterm::hooks {
namespace {

constexpr std::size_t kMaxToken = 8 * 1024;         // as much as web servers take in a header
constexpr std::size_t kMaxId = 200;                 // ids are kept until the token is over
constexpr std::int64_t kMaxTime = 253'402'300'799;  // the last second of the year 9999

// The JSON object that a part of the token encodes.
absl::StatusOr<std::string> DecodeObject(std::string_view part, std::string_view name) {
  auto bytes = base::DecodeBase64Url(part);
  if (bytes.has_value() && BodyObject::Read(*bytes).ok()) return *std::move(bytes);
  return RefuseToken(base::Concat({"The token's ", name, " is not a JSON object in base64url."}));
}

// The members of such an object.
class TokenPart {
 public:
  static absl::StatusOr<TokenPart> Of(const std::string& json) {
    ASSIGN_OR_RETURN(const BodyObject object, BodyObject::Read(json));
    return TokenPart(object);
  }

  std::string_view Value(std::string_view key) const { return object_.Value(key); }

  absl::Status ReadText(std::string_view key, std::string& text) const {
    text = json::Unquote(Value(key));
    return text.empty() ? Lacks(key, "a text") : absl::Status();
  }

  absl::Status ReadTextIfAny(std::string_view key, std::string& text) const {
    return Value(key).empty() ? absl::Status() : ReadText(key, text);
  }

  absl::Status ReadTime(std::string_view key, std::int64_t& time) const {
    const auto [seconds, fraction] = base::SplitOnce(Value(key), '.');
    const auto number = base::ParseInt<std::int64_t>(seconds);
    const bool is_plain = std::all_of(fraction.begin(), fraction.end(), base::IsDigit);
    if (!number || *number < 0 || *number > kMaxTime || !is_plain) {
      return Lacks(key, "a time in seconds since 1970");
    }
    time = *number;
    return {};
  }

  absl::Status ReadTimeIfAny(std::string_view key, std::int64_t& time) const {
    return Value(key).empty() ? absl::Status() : ReadTime(key, time);
  }

  // A text, or an array of texts.
  absl::Status ReadTexts(std::string_view key, std::vector<std::string>& texts) const {
    if (!json::IsArray(Value(key))) return ReadText(key, texts.emplace_back());
    for (json::Elements each(Value(key)); each.Next();) {
      texts.push_back(json::Unquote(each.value()));
    }
    return {};
  }

 private:
  explicit TokenPart(BodyObject object) : object_(std::move(object)) {}

  static absl::Status Lacks(std::string_view key, std::string_view what) {
    return RefuseToken(base::Concat({"The token needs '", key, "', ", what, "."}));
  }

  BodyObject object_;
};

absl::Status ReadHeader(const std::string& json, Token& token) {
  ASSIGN_OR_RETURN(const TokenPart header, TokenPart::Of(json));
  std::string type;
  RETURN_IF_ERROR(header.ReadText("alg", token.algorithm));
  RETURN_IF_ERROR(header.ReadText("kid", token.key_id));
  RETURN_IF_ERROR(header.ReadText("typ", type));
  RETURN_IF_ERROR(header.ReadTextIfAny("jku", token.key_url));
  if (!base::EqualsIgnoringCase(type, "JWT")) return RefuseToken("The token's 'typ' is not JWT.");
  // What it names must be understood (RFC 7515, 4.1.11), and we know no extension.
  if (!header.Value("crit").empty()) return RefuseToken("The token has a 'crit'.");
  return {};
}

absl::Status ReadClaims(const std::string& json, Token& token) {
  ASSIGN_OR_RETURN(const TokenPart claims, TokenPart::Of(json));
  RETURN_IF_ERROR(claims.ReadText("iss", token.issuer));
  RETURN_IF_ERROR(claims.ReadTexts("aud", token.audience));
  RETURN_IF_ERROR(claims.ReadTime("exp", token.expires));
  RETURN_IF_ERROR(claims.ReadTime("iat", token.issued));
  RETURN_IF_ERROR(claims.ReadTimeIfAny("nbf", token.not_before));
  RETURN_IF_ERROR(claims.ReadText("jti", token.id));
  RETURN_IF_ERROR(claims.ReadTextIfAny("tenant", token.tenant));
  if (token.id.size() > kMaxId) {
    return RefuseToken(
        base::Concat({"The token's 'jti' is longer than ", base::ToText(kMaxId), " bytes."}));
  }
  return {};
}

}  // namespace

absl::Status RefuseToken(std::string_view why) { return Fail(Reason::kUnauthenticated, why); }

absl::StatusOr<Token> ReadToken(std::string_view text) {
  if (text.size() > kMaxToken) {
    return RefuseToken(
        base::Concat({"The token is longer than ", base::ToText(kMaxToken), " bytes."}));
  }
  const std::vector<std::string_view> parts = base::Split(text, '.');
  if (parts.size() != 3) return RefuseToken("The token is not three parts with dots between them.");
  ASSIGN_OR_RETURN(const std::string header, DecodeObject(parts[0], "header"));
  ASSIGN_OR_RETURN(const std::string claims, DecodeObject(parts[1], "payload"));
  auto signature = base::DecodeBase64Url(parts[2]);
  if (!signature.has_value()) return RefuseToken("The token's signature is not in base64url.");
  Token token;
  token.signed_text = text.substr(0, parts[0].size() + 1 + parts[1].size());
  token.signature = *std::move(signature);
  RETURN_IF_ERROR(ReadHeader(header, token));
  RETURN_IF_ERROR(ReadClaims(claims, token));
  return token;
}

}  // namespace chemoterm::hooks
