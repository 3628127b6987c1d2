// Bytes as a FHIR package: as the archive itself, or as a file in one that is well made; the first
// byte says which. Loading gives a snapshot or a list of faults, and a resource that is broken is
// told.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "base/text.h"
#include "fuzz/support.h"
#include "load/loader.h"
#include "support/tgz.h"

namespace chemoterm::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kManifest =
    R"({"canonicalBase":"https://x.example","version":"1","systems":{},"files":[]})";

void Write(const fs::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary)
      .write(text.data(), static_cast<std::streamsize>(text.size()));
}

// An empty content with a folder for the package.
const fs::path& Folder() {
  static const auto* const folder = [] {
    const fs::path base = fs::exists("/dev/shm") ? "/dev/shm" : fs::temp_directory_path();
    auto* path =
        new fs::path(base / base::Concat({"chemoterm-package-fuzz-", base::ToText(getpid())}));
    fs::create_directories(*path / "p");
    Write(*path / "manifest.json", kManifest);
    std::atexit([] { fs::remove_all(Folder()); });
    return path;
  }();
  return *folder;
}

void Load(std::string_view package) {
  Write(Folder() / "p/p.tgz", package);
  load::LoadOptions options;
  options.dir = Folder();
  options.packages_dir = (Folder() / "p").string();
  std::vector<load::ContentError> errors;
  std::vector<load::PackageReport> reports;
  const auto snapshot = load::LoadSnapshot(options, &errors, &reports);
  Require(snapshot.ok() == errors.empty(), "no snapshot without a fault, and the reverse");
  for (const load::PackageReport& report : reports) {
    Require(report.left_out.size() == report.left_out_count, "what is left out is told");
  }
}

std::string PackageWith(std::string_view path, std::string_view text) {
  return testing_support::Tgz(
      {testing_support::PackageJson("a", "1"),
       {std::string(path), std::string(text)},
       {"package/ValueSet-v.json",
        R"({"resourceType":"ValueSet","id":"v","url":"http://v","status":"active"})"}});
}

}  // namespace
}  // namespace chemoterm::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace chemoterm;
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      fuzz::Load(rest);
      break;
    case 1:
      fuzz::Load(fuzz::PackageWith("package/Any-x.json", rest));
      break;
    case 2:
      fuzz::Load(testing_support::Tgz({{"package/package.json", std::string(rest)}}));
      break;
  }
  return 0;
}
