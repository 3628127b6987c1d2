#include "load/wording.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "json/slice.h"
#include "json/writer.h"
#include "load/files.h"

namespace chemoterm::load {
namespace {

using json::Array;
using json::Elements;
using json::Member;
using json::Members;
using json::Object;

bool IsName(std::string_view key) {
  return key == "display" || key == "definition" || key == "designation" || key == "_display" ||
         key == "_definition";
}

// Names stand in codings of properties and extensions as well. No deeper than what was read.
std::string CopyWithoutNames(std::string_view value) {
  std::string copy;
  if (json::IsObject(value)) {
    Object object(&copy);
    for (Members member(value); member.Next();) {
      if (!IsName(member.key())) object.Raw(member.key(), CopyWithoutNames(member.value()));
    }
  } else if (json::IsArray(value)) {
    Array array(&copy);
    for (Elements each(value); each.Next();) array.Raw(CopyWithoutNames(each.value()));
  } else {
    copy = value;
  }
  return copy;
}

std::string CodeOf(std::string_view object) { return json::Unquote(Member(object, "code")); }

// The use of a name that is right beside the display.
void WriteSynonymUse(Object& designation) {
  Object use = designation.Sub("use");
  use.Text("system", "http://snomed.info/sct");
  use.Text("code", "900000000000013009");
  use.Text("display", "Synonym");
}

void CopyAll(std::string_view list, Array& to) {
  for (Elements each(list); each.Next();) to.Raw(each.value());
}

// FHIR has no empty lists.
void AddList(std::string_view key, std::string_view list, Object& to) {
  if (list != "[]") to.Raw(key, list);
}

// Objects of two lists that are told apart by their codes: those of `first`, then those of `second`
// with a code that `first` does not have.
void AddByCode(std::string_view key, std::string_view first, std::string_view second, Object& to) {
  std::string both;
  {
    Array list(&both);
    std::set<std::string> codes;
    for (Elements each(first); each.Next();) {
      codes.insert(CodeOf(each.value()));
      list.Raw(each.value());
    }
    for (Elements each(second); each.Next();) {
      if (!codes.contains(CodeOf(each.value()))) list.Raw(each.value());
    }
  }
  AddList(key, both, to);
}

// A concept that both have.
void WriteBoth(std::string_view owners, std::string_view own, std::string_view language,
               Object& to) {
  const std::string_view display = Member(owners, "display");
  const std::string_view own_display = Member(own, "display");
  to.Raw("code", Member(owners, "code"));
  to.Raw("display", display.empty() ? own_display : display);
  const std::string_view definition = Member(owners, "definition");
  to.Raw("definition", definition.empty() ? Member(own, "definition") : definition);
  std::string designations;
  {
    Array list(&designations);
    CopyAll(Member(owners, "designation"), list);
    if (!display.empty() && !own_display.empty() && own_display != display) {
      Object synonym = list.Sub();
      synonym.Raw("language", language);
      WriteSynonymUse(synonym);
      synonym.Raw("value", own_display);
    }
    CopyAll(Member(own, "designation"), list);
  }
  AddList("designation", designations, to);
  AddByCode("property", Member(own, "property"), Member(owners, "property"), to);
}

// The concepts of one list by their codes.
std::map<std::string, std::string_view, std::less<>> ByCode(std::string_view concepts) {
  std::map<std::string, std::string_view, std::less<>> by_code;
  for (Elements each(concepts); each.Next();) by_code.emplace(CodeOf(each.value()), each.value());
  return by_code;
}

// One call of LayOver.
class Layer {
 public:
  Layer(std::string_view owners, std::string_view own)
      : owners_(base::Trim(owners)),
        own_(base::Trim(own)),
        own_concepts_(ByCode(Member(own_, "concept"))) {}

  LaidOver Run() {
    Write();
    return std::move(laid_);
  }

 private:
  void Write() {
    Object root(&laid_.text);
    const bool is_same_version = Member(owners_, "version") == Member(own_, "version");
    for (Members member(owners_); member.Next();) {
      const std::string_view key = member.key();
      if (key == "property" || key == "concept" || key == "count") continue;
      root.Raw(key, key == "id" && is_same_version ? Member(own_, "id") : member.value());
    }
    AddByCode("property", Member(own_, "property"), Member(owners_, "property"), root);
    const auto count = WriteConcepts(root);
    root.Int("count", count);
  }

  std::int64_t WriteConcepts(Object& root) {
    std::int64_t count = 0;
    std::set<std::string_view> both;
    Array list = root.List("concept");
    for (Elements each(Member(owners_, "concept")); each.Next(); ++count) {
      const auto own = own_concepts_.find(CodeOf(each.value()));
      if (own == own_concepts_.end()) {
        list.Raw(each.value());
        continue;
      }
      both.insert(own->first);
      if (Member(each.value(), "display").empty()) laid_.own_worded.push_back(own->first);
      Object object = list.Sub();
      WriteBoth(each.value(), own->second, Member(own_, "language"), object);
    }
    for (Elements each(Member(own_, "concept")); each.Next();) {
      std::string code = CodeOf(each.value());
      if (both.contains(code)) continue;
      list.Raw(each.value());
      laid_.own_worded.push_back(std::move(code));
      ++count;
    }
    return count;
  }

  std::string_view owners_, own_;
  std::map<std::string, std::string_view, std::less<>> own_concepts_;
  LaidOver laid_;
};

// The text of the file that `file` lies over, when it can. What is wrong with it alone is found
// where it is read for itself.
std::optional<std::string> TextUnder(const Build& build, const ContentFile& file,
                                     const model::CodeSystem& system) {
  auto text = ReadContentFile(build.options().dir, file.entry.over);
  if (!text.ok()) return std::nullopt;
  Faults ignored(/*lenient=*/true);
  const auto own = ParseCodeSystem(*text, build.rebase(), {}, FileFaults(ignored, {}));
  if (own == nullptr) return std::nullopt;
  const bool is_same = own->info().url == system.info().url &&
                       own->info().case_sensitive == system.info().case_sensitive;
  if (!is_same || !own->hierarchy().empty() || !system.hierarchy().empty()) {
    file.faults.Add(0, base::Concat({"lies over ", file.entry.over,
                                     is_same ? ", but one of the two has codes below others"
                                             : ", which is another code system"}));
    return std::nullopt;
  }
  return *std::move(text);
}

}  // namespace

std::string WithoutNames(std::string_view text) { return CopyWithoutNames(base::Trim(text)); }

LaidOver LayOver(std::string_view owners, std::string_view own) { return Layer(owners, own).Run(); }

std::optional<std::string> WordedText(const Build& build, const ContentFile& file,
                                      const model::CodeSystem& system, CodeSystemNotes& notes) {
  const Displays displays = build.options().displays;
  const bool is_over = !file.entry.over.empty();
  if (!is_over) {
    if (!file.entry.own_wording || displays != Displays::kCodeOnly) return std::string();
    return WithoutNames(file.text);
  }
  auto own = TextUnder(build, file, system);
  if (!own) return std::nullopt;
  if (displays == Displays::kCodeOnly) own = WithoutNames(*own);
  LaidOver laid = displays == Displays::kLicensed ? LayOver(file.text, *own)
                                                  : LayOver(WithoutNames(file.text), *own);
  notes.own_wording = displays != Displays::kLicensed;
  if (notes.own_wording) notes.expansion_concepts = 0;  // of the owner's names only
  notes.own_worded = std::move(laid.own_worded);
  return std::move(laid.text);
}

bool IsLaidUnder(const Manifest& manifest, const ManifestFile& file) {
  return std::any_of(manifest.files.begin(), manifest.files.end(),
                     [&](const ManifestFile& each) { return each.over == file.path; });
}

}  // namespace chemoterm::load
