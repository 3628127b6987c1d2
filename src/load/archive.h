// Compressed tar archives (.tgz) from others, read as a stream and never unpacked to disk.
#pragma once

#include <absl/status/status.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace chemoterm::load {

// What an archive may cost. The largest FHIR packages that are published (value sets of a nation)
// have some 25 MB, 30,000 files, 700 MB unpacked and a ratio below 40; each limit leaves several
// times that.
struct ArchiveLimits {
  std::uint64_t compressed_bytes = std::uint64_t{256} << 20;
  std::uint64_t unpacked_bytes = std::uint64_t{4} << 30;
  std::uint64_t entry_bytes = std::uint64_t{256} << 20;  // held in memory, one at a time
  std::uint64_t entries = 200'000;
  // Unpacked to compressed; gzip can reach 1,030, JSON with much white space some 60. Small
  // archives are let through up to `free_bytes`, which harm nobody.
  std::uint64_t ratio = 200;
  std::uint64_t free_bytes = std::uint64_t{16} << 20;
};

// Says whether the text of a file is wanted; its size is what the archive claims.
using WantsEntry = std::function<bool(std::string_view path, std::uint64_t size)>;
// Takes a file; the text lives for the call only. A failure stops the reading.
using TakeEntry = std::function<absl::Status(std::string_view path, std::string text)>;

// Goes through a gzip-compressed tar archive from its start to its end. Refused, with
// kUnprocessable, are: other formats, compression inside compression, a damaged or cut archive, an
// archive over a limit, and any entry that is neither a file nor a folder (links, devices) or whose
// path leads out of the archive's folder (absolute, "..", backslash). Archives inside are files
// like others. Files before the fault have been taken by then.
absl::Status ReadArchive(std::string_view bytes, const ArchiveLimits& limits,
                         const WantsEntry& wants, const TakeEntry& take);

}  // namespace chemoterm::load
