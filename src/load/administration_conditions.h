// The conditions of the rows of administration rules.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "load/build.h"
#include "load/record_node.h"
#include "model/administration_rules.h"

namespace chemoterm::load {

// Reads the conditions among the members of one kind of row. The node must not outlive it.
class ConditionsReader {
 public:
  ConditionsReader(const Build& build, const FileFaults& faults) : build_(build), faults_(faults) {}

  void Bind(RecordNode& node);
  // Those of the row that the node has just read; codes that are not known are faults.
  model::administration::Conditions Take(const RecordNode& node) const;

 private:
  using Literals = std::vector<AnyScalar>;

  template <class Code>
  void Take(const RecordNode& node, std::string_view key, const Literals& literals,
            model::administration::Choice<Code>& to) const;
  void Take(const RecordNode& node, std::string_view key, const Literals& literals,
            model::administration::Choice<bool>& to) const;
  void Take(const RecordNode& node, std::string_view key, const Literals& literals,
            std::optional<model::administration::Range>& to) const;
  void TakePayers(const RecordNode& node, std::vector<std::string>& to) const;

  const Build& build_;
  const FileFaults& faults_;
  Literals route_, technique_, class_, purpose_, device_, approach_, pump_owner_, payer_,
      concurrent_, lesions_, minutes_;
};

}  // namespace chemoterm::load
