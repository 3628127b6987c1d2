// Indexes with the type of what they index. They are valid within one snapshot.
#pragma once

#include <cstddef>
#include <cstdint>

namespace chemoterm::model {

enum class ConceptId : std::uint32_t {};  // within its code system
enum class SystemId : std::uint32_t {};   // within the snapshot
enum class NodeId : std::uint32_t {};     // end of relations: a code of any system, loaded or not
enum class SourceId : std::uint32_t {};
enum class NoteId : std::uint32_t {};

template <class Id>
constexpr std::size_t Index(Id id) {
  return static_cast<std::size_t>(id);
}

}  // namespace chemoterm::model
