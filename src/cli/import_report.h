// What the import commands share: where they import to, and what they say of it.
#pragma once

#include <absl/status/status.h>

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/session.h"
#include "import/cms_table.h"
#include "import/content_folder.h"

namespace chemoterm::cli {

// --content of an import.
void AddContentFolder(CLI::App& command, std::string& dir);
// The folder of --content or the default one; false, and reported, when there is none.
bool FindFolder(Session& session, std::string& dir);
// False, and reported, for a text that is not YYYY-MM-DD.
bool IsDay(Session& session, std::string_view option, std::string_view text);

// The bar only where a person looks at it.
bool ShowsProgress(const Session& session);

void RefuseImport(Session& session, const absl::Status& status);
void WritePaths(std::ostream& out, const imports::ImportResult& result, const std::string& dir);
// How many, and the first ten of them.
void WriteNames(std::ostream& out, std::string_view what, const std::vector<std::string>& names);

// Of a table: what was read and taken, and what is different now.
void WriteTableReport(std::ostream& out, const imports::CmsReport& report, const std::string& dir);

// import pfs | gpci | ncci | mue | addon | hcpcs FILE.
void AddTableImports(CLI::App& import, Session& session);
// import cpt --long FILE.
void AddCptImport(CLI::App& import, Session& session);

}  // namespace chemoterm::cli
