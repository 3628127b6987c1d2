#include "engine/translate_question.h"

#include <string>

#include "base/status_macros.h"
#include "base/text.h"
#include "chemoterm/reason.h"
#include "engine/resolve.h"

namespace chemoterm::engine {
namespace {

std::string_view FirstOf(std::string_view one, std::string_view other) {
  return one.empty() ? other : one;
}

// The one way in which the request names its code.
struct Subject {
  const std::string* code = nullptr;
  const Coding* coding = nullptr;
  const CodeableConcept* codeable_concept = nullptr;
  std::string_view name;  // of the parameter
  bool is_target = false;
};

class SubjectFinder {
 public:
  void Look(const std::string& code, std::string_view name, bool is_target) {
    if (!code.empty()) Found({&code, nullptr, nullptr, name, is_target});
  }
  void Look(const std::optional<Coding>& coding, std::string_view name, bool is_target) {
    if (coding) Found({nullptr, &*coding, nullptr, name, is_target});
  }
  void Look(const std::optional<CodeableConcept>& codes, std::string_view name, bool is_target) {
    if (codes) Found({nullptr, nullptr, &*codes, name, is_target});
  }
  absl::StatusOr<Subject> Take() const {
    if (subject_.name.empty()) {
      return Fail(Reason::kMissingParameter,
                  "A code is needed: sourceCode with its system, sourceCoding, "
                  "sourceCodeableConcept, or one of targetCode, targetCoding, "
                  "targetCodeableConcept",
                  "sourceCode");
    }
    if (second_.empty()) return subject_;
    return Fail(Reason::kConflictingParameters,
                base::Concat({subject_.name, " and ", second_, " exclude each other"}), second_);
  }

 private:
  void Found(const Subject& subject) {
    if (subject_.name.empty()) {
      subject_ = subject;
    } else {
      second_ = subject.name;
    }
  }

  Subject subject_;
  std::string_view second_;
};

absl::StatusOr<Subject> FindSubject(const TranslateRequest& request) {
  SubjectFinder finder;
  finder.Look(request.source_code, "sourceCode", false);
  finder.Look(request.source_coding, "sourceCoding", false);
  finder.Look(request.source_codeable_concept, "sourceCodeableConcept", false);
  finder.Look(request.code, "code", false);
  finder.Look(request.coding, "coding", false);
  finder.Look(request.codeable_concept, "codeableConcept", false);
  finder.Look(request.target_code, "targetCode", true);
  finder.Look(request.target_coding, "targetCoding", true);
  finder.Look(request.target_codeable_concept, "targetCodeableConcept", true);
  return finder.Take();
}

// The codes of the subject, each with the system that it has or else is said to have.
absl::StatusOr<std::vector<AskedCode>> CodesOf(const Scope& scope, const Subject& subject,
                                               std::string_view system, std::string_view version) {
  std::vector<AskedCode> codes;
  if (subject.codeable_concept != nullptr) {
    for (const Coding& coding : subject.codeable_concept->coding) {
      if (coding.code.empty() || coding.system.empty()) continue;
      codes.push_back({Unalias(scope, coding.system), coding.version, coding.code});
    }
    if (!codes.empty()) return codes;
    return Fail(Reason::kMissingParameter, "No coding has both a system and a code", subject.name);
  }
  std::string_view code;
  if (subject.coding != nullptr) {
    const Coding& coding = *subject.coding;
    if (coding.code.empty()) {
      return Fail(Reason::kMissingParameter, "The coding has no code", subject.name);
    }
    if (!system.empty() && !coding.system.empty() &&
        Unalias(scope, coding.system) != Unalias(scope, system)) {
      return Fail(Reason::kConflictingParameters,
                  base::Concat({subject.name, " has another system than the request says"}),
                  subject.name);
    }
    code = coding.code;
    system = FirstOf(coding.system, system);
    version = FirstOf(coding.version, version);
  } else {
    code = *subject.code;
  }
  if (system.empty()) {
    return Fail(Reason::kMissingParameter, "A code needs its system",
                subject.is_target ? "targetSystem" : "system");
  }
  const auto [url, bar_version] = base::SplitOnce(system, '|');
  codes.push_back({Unalias(scope, url), FirstOf(bar_version, version), code});
  return codes;
}

bool UsesR4Names(const TranslateRequest& request) {
  return !request.code.empty() || request.coding || request.codeable_concept ||
         !request.source.empty() || !request.target.empty() || !request.targetsystem.empty() ||
         request.reverse;
}

}  // namespace

absl::StatusOr<Question> ReadQuestion(const Scope& scope, const TranslateRequest& request) {
  ASSIGN_OR_RETURN(const Subject subject, FindSubject(request));
  Question question;
  question.in_r4 = UsesR4Names(request);
  question.is_reverse = request.reverse.value_or(false);
  question.is_back = question.is_reverse || subject.is_target;
  if (question.is_reverse && subject.is_target) {
    return Fail(Reason::kConflictingParameters,
                base::Concat({"reverse and ", subject.name, " exclude each other"}), "reverse");
  }
  model::MapSides& sides = question.sides;
  const std::string_view source_scope = FirstOf(request.source_scope, request.source);
  const std::string_view target_scope = FirstOf(request.target_scope, request.target);
  // `reverse` turns the meaning of all of R4's names round; R5's name the sides of the map.
  sides.source_scope = question.is_reverse ? target_scope : source_scope;
  sides.target_scope = question.is_reverse ? source_scope : target_scope;
  const std::string_view target_system = FirstOf(request.target_system, request.targetsystem);
  std::string_view system;
  if (subject.is_target) {
    system = FirstOf(target_system, request.system);
    sides.source_system = request.source_system;
    if (!target_system.empty() && sides.source_system.empty()) sides.source_system = request.system;
  } else {
    system = FirstOf(request.system, request.source_system);
    if (!request.source_system.empty() && request.source_system != system) {
      return Fail(Reason::kConflictingParameters, "system and sourceSystem differ", "sourceSystem");
    }
    (question.is_reverse ? sides.source_system : sides.target_system) = target_system;
  }
  sides.source_system = Unalias(scope, sides.source_system);
  sides.target_system = Unalias(scope, sides.target_system);
  ASSIGN_OR_RETURN(question.codes, CodesOf(scope, subject, system, request.version));
  return question;
}

absl::StatusOr<const model::ConceptMap*> NamedMap(const Scope& scope,
                                                  const TranslateRequest& request) {
  const auto [url, bar_version] = base::SplitOnce(request.url, '|');
  const std::string_view version = FirstOf(bar_version, request.concept_map_version);
  if (!request.concept_map_version.empty() && version != request.concept_map_version) {
    return Fail(Reason::kConflictingParameters,
                "The version after the bar and conceptMapVersion differ", "conceptMapVersion");
  }
  const model::ConceptMap* const given = scope.catalog.given_map();
  if (given != nullptr && !url.empty() && given->url != url) {
    return Fail(Reason::kConflictingParameters, "url and conceptMap name different concept maps",
                "conceptMap");
  }
  if (given != nullptr || url.empty()) return given;
  if (const auto* found = scope.catalog.FindConceptMap(url, version); found != nullptr) {
    return found;
  }
  const auto versions = scope.catalog.VersionsOfConceptMap(url);
  const std::string_view message =
      versions.empty() ? "UNKNOWN_CONCEPTMAP" : "UNKNOWN_CONCEPTMAP_VERSION";
  return Fail(Reason::kUnknownConceptMap,
              scope.Say(message, {{"url", base::Clip(url, 200)},
                                  {"version", base::Clip(version, 60)},
                                  {"versions", ListOr(versions)}}),
              "url");
}

}  // namespace chemoterm::engine
