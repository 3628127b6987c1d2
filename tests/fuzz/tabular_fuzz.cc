// Bytes as an ICD-10-CM tabular list: a CodeSystem in JSON, or a reason.
#include "fuzz/support.h"
#include "import/icd10cm.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace chemoterm;
  const std::string_view xml(reinterpret_cast<const char*>(data), size);
  const auto list = imports::ReadTabular(
      xml, {.url = "http://x.example", .edition = {}, .date = "2026-04-01", .code_list = {}}, {},
      [](std::string_view, std::size_t, std::size_t) {});
  fuzz::RequireNoFaultOfOurs(list.status());
  if (list.ok()) fuzz::RequireJson(list->json);
  return 0;
}
