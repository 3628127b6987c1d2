// What the readers of FHIR resources share: their objects differ too much for RecordNode.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/node_reader.h"
#include "load/faults.h"

namespace chemoterm::load {

// Members that an object of a FHIR resource may have. Unknown ones are faults: mostly they are
// misspelt.
class KnownMembers {
 public:
  explicit KnownMembers(std::vector<std::string_view> names) : names_(std::move(names)) {}
  // Allows also the underscore twin of a primitive, and id, extension and modifierExtension.
  void Check(std::string_view key, int line, const FileFaults& faults) const;
  bool Has(std::string_view key) const;

 private:
  std::vector<std::string_view> names_;
};

// The members of R4 and R5 that canonical resources share.
std::vector<std::string_view> WithSharedMembers(std::vector<std::string_view> own);

// A Coding, or any object with scalar members, as texts.
class TextsNode final : public json::Node {
 public:
  void Begin(int line) {
    line_ = line;
    members_.clear();
  }
  // Empty if absent.
  std::string_view Text(std::string_view key) const;
  int line() const { return line_; }

  absl::Status OnScalar(std::string_view key, const json::Scalar& value,
                        const json::Cursor& cursor) override;
  Node* Child(std::string_view, bool*, const json::Cursor&) override { return nullptr; }

 private:
  int line_ = 0;
  std::vector<std::pair<std::string, std::string>> members_;
};

}  // namespace chemoterm::load
