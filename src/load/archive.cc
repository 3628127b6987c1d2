#include "load/archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"

namespace chemoterm::load {
namespace {

struct Free {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
using Reader = std::unique_ptr<archive, Free>;

absl::Status Refuse(std::string_view why) { return Fail(Reason::kUnprocessable, why); }

absl::Status Damaged(archive* reader) {
  const char* why = archive_error_string(reader);
  return Refuse(base::Concat(
      {"damaged or cut: ", why == nullptr ? "no reason given" : base::Clip(why, 200)}));
}

// The path below the archive's folder, without "./" before it; empty for one that must not be.
std::string_view SafePath(std::string_view path) {
  while (path.starts_with("./")) path.remove_prefix(2);
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.empty() || path.size() > 1000) return {};
  if (path.find_first_of(std::string_view("\\\0:", 3)) != std::string_view::npos) return {};
  for (const std::string_view part : base::Split(path, '/')) {
    if (part.empty() || part == "." || part == "..") return {};
  }
  return path;
}

class Walk {
 public:
  Walk(std::string_view bytes, const ArchiveLimits& limits, const WantsEntry& wants,
       const TakeEntry& take)
      : bytes_(bytes), limits_(limits), wants_(wants), take_(take), reader_(archive_read_new()) {}

  absl::Status Run() {
    RETURN_IF_ERROR(Open());
    for (std::uint64_t count = 1;; ++count) {
      archive_entry* entry = nullptr;
      const int code = archive_read_next_header(reader_.get(), &entry);
      if (code == ARCHIVE_EOF) return CheckUnpacked(0);
      if (code < ARCHIVE_WARN) return Damaged(reader_.get());
      if (count == 1) RETURN_IF_ERROR(CheckFilters());
      if (count > limits_.entries) return TooMany();
      RETURN_IF_ERROR(ReadEntry(entry));
    }
  }

 private:
  absl::Status Open() {
    if (bytes_.size() > limits_.compressed_bytes) {
      return Refuse(base::Concat(
          {"larger than ", base::ToText(limits_.compressed_bytes >> 20), " MiB compressed"}));
    }
    if (!bytes_.starts_with("\x1f\x8b")) return Refuse("not a gzip-compressed archive");
    archive_read_support_filter_gzip(reader_.get());
    archive_read_support_format_tar(reader_.get());
    if (archive_read_open_memory(reader_.get(), bytes_.data(), bytes_.size()) != ARCHIVE_OK) {
      return Damaged(reader_.get());
    }
    return {};
  }

  // One gzip and the bytes under it; libarchive would unwrap as many as there are.
  absl::Status CheckFilters() {
    if (archive_filter_count(reader_.get()) == 2) return {};
    return Refuse("compressed more than once");
  }

  absl::Status TooMany() const {
    return Refuse(base::Concat({"more than ", base::ToText(limits_.entries), " entries"}));
  }

  // `more`: bytes about to be unpacked.
  absl::Status CheckUnpacked(std::uint64_t more) {
    const auto unpacked = static_cast<std::uint64_t>(
                              std::max<std::int64_t>(0, archive_filter_bytes(reader_.get(), 0))) +
                          more;
    if (unpacked > limits_.unpacked_bytes) {
      return Refuse(base::Concat(
          {"more than ", base::ToText(limits_.unpacked_bytes >> 20), " MiB unpacked"}));
    }
    if (unpacked > limits_.free_bytes && unpacked / limits_.ratio > bytes_.size()) {
      return Refuse(base::Concat({"unpacks to more than ", base::ToText(limits_.ratio),
                                  " times its size: no package does"}));
    }
    return {};
  }

  absl::Status ReadEntry(archive_entry* entry) {
    const char* name = archive_entry_pathname_utf8(entry);
    if (name == nullptr) name = archive_entry_pathname(entry);
    const std::string path(SafePath(name == nullptr ? std::string_view() : name));
    if (path.empty() || !base::IsValidUtf8(path)) {
      return Refuse(base::Concat({"the path '", base::Clip(name == nullptr ? "" : name, 100),
                                  "' leads out of the archive or is none"}));
    }
    const auto type = archive_entry_filetype(entry);
    if (type == AE_IFDIR) return {};
    if (type != AE_IFREG || archive_entry_hardlink(entry) != nullptr) {
      return Refuse(base::Concat(
          {"'", base::Clip(path, 100), "' is neither a file nor a folder (a link or a device)"}));
    }
    const auto size =
        static_cast<std::uint64_t>(std::max<std::int64_t>(0, archive_entry_size(entry)));
    if (size > limits_.entry_bytes) return TooLarge(path);
    RETURN_IF_ERROR(CheckUnpacked(size));
    if (!wants_(path, size)) return Skip();
    return TakeText(path);
  }

  absl::Status TooLarge(std::string_view path) const {
    return Refuse(base::Concat({"'", base::Clip(path, 100), "' is larger than ",
                                base::ToText(limits_.entry_bytes >> 20), " MiB"}));
  }

  absl::Status Skip() {
    if (archive_read_data_skip(reader_.get()) < ARCHIVE_WARN) return Damaged(reader_.get());
    return {};
  }

  absl::Status TakeText(const std::string& path) {
    std::string text;
    for (;;) {
      const void* block = nullptr;
      std::size_t size = 0;
      la_int64_t at = 0;
      const int code = archive_read_data_block(reader_.get(), &block, &size, &at);
      if (code == ARCHIVE_EOF) return take_(path, std::move(text));
      if (code < ARCHIVE_WARN) return Damaged(reader_.get());
      // A sparse file has holes, which cost nothing in the archive.
      if (at < 0 || static_cast<std::uint64_t>(at) + size > limits_.entry_bytes) {
        return TooLarge(path);
      }
      if (static_cast<std::uint64_t>(at) != text.size()) {
        return Refuse(base::Concat({"'", base::Clip(path, 100), "' is a sparse file"}));
      }
      text.append(static_cast<const char*>(block), size);
      RETURN_IF_ERROR(CheckUnpacked(0));
    }
  }

  std::string_view bytes_;
  const ArchiveLimits& limits_;
  const WantsEntry& wants_;
  const TakeEntry& take_;
  Reader reader_;
};

}  // namespace

absl::Status ReadArchive(std::string_view bytes, const ArchiveLimits& limits,
                         const WantsEntry& wants, const TakeEntry& take) {
  return Walk(bytes, limits, wants, take).Run();
}

}  // namespace chemoterm::load
