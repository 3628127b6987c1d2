// Bytes as a JSON Web Token; those that begin with a brace as a JWK set.
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/support.h"
#include "hooks/token_checker.h"

namespace {

using namespace chemoterm;

std::string CorpusFile(const std::string& name) {
  std::ifstream file(CHEMOTERM_SOURCE_DIR "/tests/fuzz/corpus/jwt_fuzz/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The keys of the two good tokens of the corpus. The private ones were not kept.
const std::vector<hooks::PublicKey>& CorpusKeys() {
  static const auto* const keys = [] {
    auto read = hooks::ReadKeySet(CorpusFile("keys.json"));
    fuzz::Require(read.ok(), "the keys of the corpus are read");
    return new std::vector<hooks::PublicKey>(*std::move(read));
  }();
  return *keys;
}

// Sends a token twice; true when it was accepted.
bool Play(std::string_view token) {
  hooks::TokenRules rules;
  rules.now = [] { return std::int64_t{1050}; };
  hooks::TokenChecker checker(
      {{.issuer = "i", .keys = CorpusKeys(), .key_url = "k", .tenants = {}}}, rules);
  std::string detail;
  const absl::Status first = checker.Check(token, "u", &detail);
  const absl::Status second = checker.Check(token, "u", &detail);
  fuzz::Require(!second.ok(), "a token is good once");
  for (const absl::Status& status : {first, second}) {
    fuzz::Require(status.ok() || FailureOf(status).reason == Reason::kUnauthenticated,
                  status.ToString());
  }
  return first.ok();
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  for (const char* name : {"es384", "rs384"}) fuzz::Require(Play(CorpusFile(name)), name);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.starts_with('{')) {
    fuzz::RequireNoFaultOfOurs(hooks::ReadKeySet(text).status());
  } else {
    Play(text);
  }
  return 0;
}
