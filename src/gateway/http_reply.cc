#include "gateway/http_reply.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace chemoterm::gateway::http {
namespace {

constexpr std::size_t kCopiedBody = 64 * 1024;

// Empty for a status we do not use; a client may not depend on it (RFC 9112, 4).
std::string_view ReasonPhrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 499:
      return "Client Closed Request";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "";
  }
}

void AppendStatusLine(std::string& out, int status) {
  const std::array<char, 3> digits = {static_cast<char>('0' + status / 100),
                                      static_cast<char>('0' + status / 10 % 10),
                                      static_cast<char>('0' + status % 10)};
  out += "HTTP/1.1 ";
  out.append(digits.data(), digits.size());
  out += ' ';
  out += ReasonPhrase(status);
  out += "\r\n";
}

void AppendHeader(std::string& out, std::string_view name, std::string_view value) {
  const auto is_forbidden = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
  out += name;
  out += ": ";
  const auto start = static_cast<std::ptrdiff_t>(out.size());
  out += value;
  std::replace_if(out.begin() + start, out.end(), is_forbidden, ' ');
  out += "\r\n";
}

bool IsServersOwn(std::string_view name) {
  for (const std::string_view own : {"content-length", "connection", "transfer-encoding"}) {
    if (base::EqualsIgnoringCase(name, own)) return true;
  }
  return false;
}

void Encode(std::string& body, bool accepts_gzip, GzipCompressor& gzip, std::string& out) {
  out += "vary: accept-encoding\r\n";  // also where this client gets it plain: caches have to know
  std::string compressed;
  if (!accepts_gzip || !gzip.Compress(body, compressed)) return;
  out += "content-encoding: gzip\r\n";
  body = std::move(compressed);
}

}  // namespace

int StatusOf(TransportError error) {
  switch (error) {
    case TransportError::kMalformed:
      return 400;
    case TransportError::kHeaderTooLarge:
      return 431;
    case TransportError::kTargetTooLong:
      return 414;
    case TransportError::kBodyTooLarge:
      return 413;
    case TransportError::kTimeout:
      return 408;
    case TransportError::kOverloaded:
      return 503;
    case TransportError::kUnsupportedTransferEncoding:
      return 501;
  }
  return 500;
}

void CompressAhead(HttpReply& reply, std::size_t min_bytes, bool accepts_gzip) {
  const auto is_encoding = [](const auto& header) {
    return base::EqualsIgnoringCase(header.first, "content-encoding");
  };
  if (!accepts_gzip || reply.body.size() < min_bytes) return;
  if (std::any_of(reply.headers.begin(), reply.headers.end(), is_encoding)) return;
  std::string compressed;
  if (!GzipCompressor().Compress(reply.body, compressed)) return;
  reply.body = std::move(compressed);
  reply.headers.emplace_back("content-encoding", "gzip");
  reply.headers.emplace_back("vary", "accept-encoding");
}

std::string AppendReply(HttpReply reply, const ReplyContext& context, GzipCompressor& gzip,
                        std::string& out) {
  if (reply.status < 200 || reply.status > 999) reply.status = 500;
  const bool bodiless = reply.status == 204 || reply.status == 304;
  bool encoded = false;
  AppendStatusLine(out, reply.status);
  AppendHeader(out, "date", context.date);
  for (const auto& [name, value] : reply.headers) {
    if (IsServersOwn(name)) continue;
    encoded = encoded || base::EqualsIgnoringCase(name, "content-encoding");
    AppendHeader(out, name, value);
  }
  if (!bodiless && !encoded && reply.body.size() >= context.gzip_min_bytes) {
    Encode(reply.body, context.accepts_gzip, gzip, out);
  }
  if (!bodiless) {
    if (!reply.content_type.empty()) AppendHeader(out, "content-type", reply.content_type);
    AppendHeader(out, "content-length", base::ToText(reply.body.size()));
  }
  if (context.closing) out += "connection: close\r\n";
  if (!context.closing && context.is_http10) out += "connection: keep-alive\r\n";
  out += "\r\n";
  if (bodiless || context.is_head) return {};
  if (reply.body.size() >= kCopiedBody) return std::move(reply.body);
  out += reply.body;
  return {};
}

}  // namespace chemoterm::gateway::http
