// FHIR NPM packages (.tgz): what they say of themselves, and their terminology resources.
#pragma once

#include <absl/status/statusor.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "load/archive.h"
#include "load/build.h"
#include "load/loader.h"

namespace chemoterm::load {

// package/package.json.
struct PackageHead {
  std::string name, version;
  std::string licence, title, date;  // empty where it has none; the date as YYYY-MM-DD
  std::vector<std::string> fhir_versions;
  std::vector<std::pair<std::string, std::string>> dependencies;  // name, version

  std::string Canonical() const { return name + "#" + version; }
};

// Goes through the whole archive once: it is readable, within the limits, and has a package.json
// that says name and version. Fails with kUnprocessable.
absl::StatusOr<PackageHead> CheckPackage(std::string_view bytes, const ArchiveLimits& limits = {});

// Puts the resources of the packages of one load into the snapshot. What is already there, from the
// content or from an earlier package, stays.
class PackageLoader {
 public:
  explicit PackageLoader(Build& build);

  // `file`: its name in messages. A package that CheckPackage refuses is a fault of the load;
  // resources that cannot be used are left out and told in the report. `date` is the day of
  // resources that name none.
  void Add(std::string_view file, std::string_view bytes, std::string_view date);

  // Looks for the dependencies among the packages that were added; after the last Add.
  std::vector<PackageReport> Finish();

 private:
  void NoteContent();
  void AddFile(std::string_view path, std::string text, PackageReport& report);
  void AddResource(std::string_view path, std::string text, std::string_view type,
                   PackageReport& report);
  bool IsTaken(std::string_view type, std::string_view canonical, const std::string& where,
               const FileFaults& faults);
  std::string FreeId(std::string_view type, std::string_view id, std::string_view url,
                     std::string_view version) const;

  Build& build_;
  std::string date_;
  std::vector<PackageReport> reports_;
  std::vector<PackageHead> heads_;
  std::map<std::pair<std::string, std::string>, std::string> places_;  // type, canonical -> where
};

}  // namespace chemoterm::load
