// JSON out. Scopes close themselves; empty members are left out; the caller only says what there
// is.
//
//   std::string body;
//   { json::Object root(&body); root.Text("resourceType", "Parameters"); auto list =
//   root.List("parameter"); ... }
//
// While a nested scope is open, nothing may be written to the outer one.
//
// The bytes are the same as rapidjson::Writer's (a test compares them); strings are scanned for
// escapes in runs, which is where that writer spends its time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace chemoterm::json {

class Array;

// What arrays and objects share: an open bracket that is closed on destruction.
class Scope {
 public:
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

 protected:
  Scope(std::string* out, char open, char close) : out_(out), close_(close) { *out_ += open; }
  ~Scope() { *out_ += close_; }
  void Next() {
    if (!first_) *out_ += ',';
    first_ = false;
  }
  void Key(std::string_view key);
  std::string* out_;

 private:
  char close_;
  bool first_ = true;
};

class Object : public Scope {
 public:
  // Appends to `out`, which must outlive it.
  explicit Object(std::string* out) : Scope(out, '{', '}') {}
  // Empty texts are left out.
  void Text(std::string_view key, std::string_view value);
  void Bool(std::string_view key, bool value);
  void Int(std::string_view key, std::int64_t value);
  // `value` must be a JSON value: a number kept as text, or a slice of JSON. Empty = left out.
  void Raw(std::string_view key, std::string_view value);
  Object Sub(std::string_view key);
  Array List(std::string_view key);
};

class Array : public Scope {
 public:
  explicit Array(std::string* out) : Scope(out, '[', ']') {}
  void Text(std::string_view value);
  void Raw(std::string_view value);
  Object Sub();
  Array List();
};

// Appends `text` as a JSON string with quotes. `text` must be valid UTF-8, as everything that was
// read is.
void AppendString(std::string& out, std::string_view text);

// True for a JSON number in FHIR's form of decimal ("0.80", "-1e3").
bool IsNumber(std::string_view text);

// The same JSON with line breaks and two blanks of indentation. `text` must be valid JSON.
std::string Pretty(std::string_view text);

}  // namespace chemoterm::json
