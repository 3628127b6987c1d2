// Archives made in a test, good and bad.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace chemoterm::testing_support {

// An entry of an archive: a file unless it says otherwise.
struct TarEntry {
  std::string path, text = {};
  std::string link = {};  // target of a symbolic link
  std::string hard_link = {};
  bool is_device = false;
};

// A gzip-compressed tar archive; `gzips` is how often it is compressed.
inline std::string Tgz(const std::vector<TarEntry>& entries, int gzips = 1) {
  std::size_t room = 1 << 20;
  for (const TarEntry& entry : entries) room += entry.text.size() + 4096;
  std::string bytes(room, '\0');
  std::size_t used = 0;
  archive* writer = archive_write_new();
  archive_write_set_format_pax_restricted(writer);
  for (int i = 0; i < gzips; ++i) archive_write_add_filter_gzip(writer);
  archive_write_open_memory(writer, bytes.data(), bytes.size(), &used);
  for (const TarEntry& each : entries) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, each.path.c_str());
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_size(entry, static_cast<la_int64_t>(each.text.size()));
    if (!each.link.empty()) {
      archive_entry_set_filetype(entry, AE_IFLNK);
      archive_entry_set_symlink(entry, each.link.c_str());
    }
    if (!each.hard_link.empty()) archive_entry_set_hardlink(entry, each.hard_link.c_str());
    if (each.is_device) archive_entry_set_filetype(entry, AE_IFCHR);
    if (archive_write_header(writer, entry) != ARCHIVE_OK) {
      std::fprintf(stderr, "no archive: %s\n", archive_error_string(writer));
      std::abort();
    }
    if (!each.text.empty()) archive_write_data(writer, each.text.data(), each.text.size());
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  bytes.resize(used);
  return bytes;
}

inline TarEntry PackageJson(std::string_view name, std::string_view version,
                            std::string_view more = {}) {
  return {"package/package.json", "{\"name\":\"" + std::string(name) + "\",\"version\":\"" +
                                      std::string(version) + "\"" + std::string(more) + "}"};
}

}  // namespace chemoterm::testing_support
