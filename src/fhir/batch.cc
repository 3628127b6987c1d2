#include "fhir/batch.h"

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "json/node_reader.h"
#include "json/writer.h"

namespace chemoterm::fhir {
namespace {

using json::Cursor;
using json::Scalar;

class RequestNode final : public json::Node {
 public:
  void Reset(BatchRequest* entry) { entry_ = entry; }
  absl::Status OnScalar(std::string_view key, const Scalar& value, const Cursor&) override {
    std::string* member = key == "method"            ? &entry_->method
                          : key == "url"             ? &entry_->url
                          : key == "ifNoneMatch"     ? &entry_->if_none_match
                          : key == "ifModifiedSince" ? &entry_->if_modified_since
                                                     : nullptr;
    if (member == nullptr) return {};
    if (value.type != json::ScalarType::kString) {
      return Fail(Reason::kMalformedBody, base::Concat({"request.", key, " must be a string"}),
                  "Bundle.entry.request");
    }
    *member = value.text;
    return {};
  }
  json::Node* Child(std::string_view, bool*, const Cursor&) override { return nullptr; }

 private:
  BatchRequest* entry_ = nullptr;
};

class EntryNode final : public json::Node {
 public:
  void Reset(BatchRequest* entry) {
    entry_ = entry;
    request_.Reset(entry);
  }
  absl::Status OnScalar(std::string_view, const Scalar&, const Cursor&) override { return {}; }
  json::Node* Child(std::string_view key, bool* slice_wanted, const Cursor&) override {
    *slice_wanted = key == "resource";
    return key == "request" ? &request_ : nullptr;
  }
  absl::Status OnSlice(std::string_view, std::string_view text) override {
    entry_->resource = text;
    return {};
  }

 private:
  BatchRequest* entry_ = nullptr;
  RequestNode request_;
};

class BundleNode final : public json::Node {
 public:
  absl::Status OnScalar(std::string_view key, const Scalar& value, const Cursor&) override {
    if (key == "resourceType") resource_type_ = value.text;
    if (key == "type") type_ = value.text;
    if (key != "entry") return {};
    return Fail(Reason::kMalformedBody, "entry must be an array of objects", "Bundle.entry");
  }
  json::Node* Child(std::string_view key, bool*, const Cursor&) override {
    if (key != "entry") return nullptr;
    // Over the limit entries are only counted; the rest of the body need not be kept.
    if (++count_ <= kMaxBatchEntries) entries_.emplace_back();
    entry_.Reset(&entries_.back());
    return &entry_;
  }
  absl::Status End(const Cursor&) override {
    if (resource_type_ != "Bundle") {
      return Fail(Reason::kMalformedBody, "a Bundle of type batch is expected",
                  "Bundle.resourceType");
    }
    if (type_ == "transaction") {
      return Fail(Reason::kUnprocessable,
                  "transactions are not offered: send a batch, nothing is changed here",
                  "Bundle.type");
    }
    if (type_ != "batch") {
      return Fail(
          Reason::kMalformedBody,
          base::Concat({"a Bundle of type batch is expected, not '", base::Clip(type_, 40), "'"}),
          "Bundle.type");
    }
    if (count_ <= kMaxBatchEntries) return {};
    return Fail(Reason::kTooLarge,
                base::Concat({"more than ", base::ToText(kMaxBatchEntries), " entries"}),
                "Bundle.entry");
  }
  std::vector<BatchRequest> Take() { return std::move(entries_); }

 private:
  std::string resource_type_;
  std::string type_;
  std::size_t count_ = 0;
  std::vector<BatchRequest> entries_;
  EntryNode entry_;
};

}  // namespace

absl::StatusOr<std::vector<BatchRequest>> ReadBatch(std::string_view body) {
  if (base::Trim(body).empty()) {
    return Fail(Reason::kMalformedBody, "the body is empty; a Bundle of type batch is expected");
  }
  BundleNode root;
  RETURN_IF_ERROR(json::ReadObject(body, {}, root));
  return root.Take();
}

std::string WriteBatchResponse(std::span<const BatchReply> replies) {
  std::string text;
  {
    json::Object bundle(&text);
    bundle.Text("resourceType", "Bundle");
    bundle.Text("type", "batch-response");
    if (!replies.empty()) {
      auto list = bundle.List("entry");
      for (const BatchReply& reply : replies) {
        const bool failed = reply.status >= 400;
        auto entry = list.Sub();
        if (!failed) entry.Raw("resource", reply.body);
        auto response = entry.Sub("response");
        response.Text("status", base::ToText(reply.status));
        response.Text("etag", reply.etag);
        response.Text("lastModified", reply.last_modified);
        if (failed) response.Raw("outcome", reply.body);
      }
    }
  }
  return text;
}

}  // namespace chemoterm::fhir
