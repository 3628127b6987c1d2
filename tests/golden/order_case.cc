#include "golden/order_case.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

namespace chemoterm::test {
namespace {

using rapidjson::Value;

// The systems that codes name by an alias.
struct Alias {
  std::string_view alias, system;
};
constexpr Alias kAliases[] = {
    {"cpt", "http://www.ama-assn.org/go/cpt"},
    {"hcpcs", "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"},
    {"icd10cm", "http://hl7.org/fhir/sid/icd-10-cm"},
    {"icd10pcs", "http://www.cms.gov/Medicare/Coding/ICD10"},
    {"pos", "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"},
    {"relation-kind", "https://chemoterm.example/fhir/CodeSystem/relation-kind"},
    {"chemo-group", "https://chemoterm.example/fhir/CodeSystem/chemo-group"},
    {"pos", "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"},
    {"relation-kind", "https://chemoterm.example/fhir/CodeSystem/relation-kind"},
};

// How the members of an administration are written as parts.
struct Member {
  std::string_view key, name, type;
};
constexpr Member kAdministrationMembers[] = {
    {"class", "drugClass", "valueCode"},
    {"route", "route", "valueCode"},
    {"technique", "technique", "valueCode"},
    {"start", "start", "valueDateTime"},
    {"stop", "stop", "valueDateTime"},
    {"minutes", "minutes", "valueInteger"},
    {"plannedMinutes", "plannedMinutes", "valueInteger"},
    {"access", "access", "valueString"},
    {"lesions", "lesions", "valueInteger"},
    {"approach", "approach", "valueCode"},
    {"device", "device", "valueCode"},
    {"pumpOwner", "pumpOwner", "valueCode"},
    {"purpose", "purpose", "valueCode"},
    {"mainReason", "mainReason", "valueBoolean"},
    {"concurrentWith", "concurrentWith", "valueInteger"},
};

class Converter {
 public:
  explicit Converter(rapidjson::Document::AllocatorType& memory) : memory_(memory) {}

  // The parameters of an order, or of administrations.
  Value Order(const Value& order) {
    Value parameters(rapidjson::kArrayType);
    for (const auto& [name, value] : order.GetObject()) {
      const std::string_view key(name.GetString());
      if (key == "lines") {
        for (const auto& line : value.GetArray()) Append(parameters, Parts("line", Line(line)));
      } else if (key == "administrations") {
        for (const auto& each : value.GetArray())
          Append(parameters, Parts("administration", Administration(each)));
      } else if (key == "diagnosis") {
        for (const auto& code : value.GetArray())
          Append(parameters,
                 Typed("diagnosis", "valueCoding", Coding(code.GetString(), "icd10cm")));
      } else if (key == "payer" || key == "plan") {
        Append(parameters, Typed(key, "valueString", Copy(value)));
      } else if (key == "setting" || key == "jurisdiction") {
        Append(parameters, Typed(key, "valueCode", Copy(value)));
      } else if (key == "place") {
        Append(parameters, Typed("placeOfService", "valueCode", Copy(value)));
      } else if (key == "date") {
        Append(parameters, Typed(key, "valueDate", Copy(value)));
      } else {
        problem_ = "an order has a member that is not known";
      }
    }
    return parameters;
  }

  // What an answer must hold: these findings in this order and no other.
  Value Expected(const Value& verdict, const Value& findings) {
    Value expected(rapidjson::kObjectType);
    Add(expected, "verdict", Copy(verdict));
    AddList(expected, "finding", findings, [&](const Value& finding) {
      Value each(rapidjson::kObjectType);
      Add(each, "rule", Copy(finding["rule"]));
      Add(each, "severity", Copy(finding["severity"]));
      AddCopies(each, "line", finding["lines"]);
      if (finding.HasMember("fix")) {
        AddList(each, "fix", finding["fix"], [&](const Value& fix) { return Fix(fix); });
      } else {
        Add(each, "fix", Value());
      }
      return each;
    });
    return expected;
  }

  // Of administrations: all lines, all that is uncoded, and the findings about administrations,
  // each in this order and no other.
  Value Expected(const Value& lines, const Value& uncoded, const Value& findings) {
    Value expected(rapidjson::kObjectType);
    AddList(expected, "line", lines, [&](const Value& line) {
      Value each(rapidjson::kObjectType);
      Add(each, "coding", Coding(Expression(line), "cpt"));
      Add(each, "units", Copy(line["units"]));
      AddCopies(each, "administration", line["administrations"]);
      AddCopies(each, "rule", line["rules"]);
      return each;
    });
    AddList(expected, "uncoded", uncoded, [&](const Value& entry) {
      Value each(rapidjson::kObjectType);
      Add(each, "administration", Copy(entry["administration"]));
      Add(each, "rule", Copy(entry["rule"]));
      AddList(each, "likely", entry["likely"],
              [&](const Value& code) { return Coding(code.GetString(), "cpt"); });
      return each;
    });
    AddList(expected, "finding[administration]", findings, [&](const Value& finding) {
      Value each(rapidjson::kObjectType);
      Add(each, "rule", Copy(finding["rule"]));
      Add(each, "severity", Copy(finding["severity"]));
      AddCopies(each, "administration", finding["administrations"]);
      return each;
    });
    return expected;
  }

  const char* problem() const { return problem_; }

 private:
  Value Text(std::string_view text) {
    return {text.data(), static_cast<rapidjson::SizeType>(text.size()), memory_};
  }
  Value Copy(const Value& value) { return {value, memory_}; }
  void Append(Value& array, Value value) { array.PushBack(value, memory_); }
  void Add(Value& object, std::string_view name, Value value) {
    object.AddMember(Text(name), value, memory_);
  }

  // "name#": n and "name@i" for each, or "name": null.
  template <class F>
  void AddList(Value& object, const std::string& name, const Value& list, F&& each) {
    if (list.Empty()) return Add(object, name, Value());
    Add(object, name + "#", Value(list.Size()));
    for (rapidjson::SizeType i = 0; i < list.Size(); ++i) {
      Add(object, name + "@" + std::to_string(i), each(list[i]));
    }
  }

  void AddCopies(Value& object, const std::string& name, const Value& list) {
    AddList(object, name, list, [&](const Value& each) { return Copy(each); });
  }

  Value Typed(std::string_view name, std::string_view type, Value value) {
    Value parameter(rapidjson::kObjectType);
    Add(parameter, "name", Text(name));
    Add(parameter, type, std::move(value));
    return parameter;
  }
  Value Parts(std::string_view name, Value parts) { return Typed(name, "part", std::move(parts)); }

  // "hcpcs|J9045", "http://a/b|x" or a code of the default system.
  Value Coding(std::string_view text, std::string_view system) {
    const auto bar = text.rfind('|');
    if (bar != std::string_view::npos) {
      system = text.substr(0, bar);
      text = text.substr(bar + 1);
    }
    for (const auto& [alias, canonical] : kAliases) {
      if (system == alias) system = canonical;
    }
    Value coding(rapidjson::kObjectType);
    Add(coding, "system", Text(system));
    Add(coding, "code", Text(text));
    return coding;
  }

  Value Line(const Value& line) {
    Value parts(rapidjson::kArrayType);
    for (const auto& [name, value] : line.GetObject()) {
      const std::string_view key(name.GetString());
      if (key == "code") {
        Append(parts, Typed("coding", "valueCoding", Coding(value.GetString(), "cpt")));
      } else if (key == "modifiers") {
        for (const auto& each : value.GetArray())
          Append(parts, Typed("modifier", "valueCode", Copy(each)));
      } else if (key == "units" || key == "minutes" || key == "lesions") {
        Append(parts, Typed(key, "valueInteger", Copy(value)));
      } else if (key == "start" || key == "stop") {
        Append(parts, Typed(key, "valueDateTime", Copy(value)));
      } else if (key == "access") {
        Append(parts, Typed(key, "valueString", Copy(value)));
      } else if (key == "drug") {
        Append(parts, Drug(value));
      } else if (key == "class" || key == "place") {
        Append(parts,
               Typed(key == "class" ? "drugClass" : "placeOfService", "valueCode", Copy(value)));
      } else if (key == "date") {
        Append(parts, Typed(key, "valueDate", Copy(value)));
      } else {
        problem_ = "a line has a member that is not known";
      }
    }
    return parts;
  }

  // "96413:59" of a golden line.
  static std::string Expression(const Value& line) {
    std::string code = line["code"].GetString();
    for (const auto& modifier : line["modifiers"].GetArray()) {
      code += std::string(":") + modifier.GetString();
    }
    return code;
  }

  Value Administration(const Value& administration) {
    Value parts(rapidjson::kArrayType);
    for (const auto& [name, value] : administration.GetObject()) {
      const std::string_view key(name.GetString());
      const auto* member =
          std::find_if(std::begin(kAdministrationMembers), std::end(kAdministrationMembers),
                       [&](const Member& each) { return each.key == key; });
      if (member != std::end(kAdministrationMembers)) {
        Append(parts, Typed(member->name, member->type, Copy(value)));
      } else if (key == "drug") {
        Append(parts, Drug(value));
      } else {
        problem_ = "an administration has a member that is not known";
      }
    }
    return parts;
  }

  Value Drug(const Value& drug) {
    const std::string_view text = drug.GetString();
    const bool is_code = text.find('|') != std::string_view::npos;
    return is_code ? Typed("drug", "valueCoding", Coding(text, {}))
                   : Typed("drug", "valueString", Copy(drug));
  }

  Value Fix(const Value& fix) {
    Value each(rapidjson::kObjectType);
    for (const auto& [name, value] : fix.GetObject()) {
      const std::string_view key(name.GetString());
      Add(each, key == "code" ? "coding" : key,
          key == "code" ? Coding(value.GetString(), "cpt") : Copy(value));
    }
    for (const char* absent : {"line", "code", "units", "modifier"}) {
      if (fix.HasMember(absent)) continue;
      Add(each, std::string_view(absent) == "code" ? "coding" : absent, Value());
    }
    return each;
  }

  rapidjson::Document::AllocatorType& memory_;
  const char* problem_ = nullptr;
};

}  // namespace

Value ReadOrderCase(const rapidjson::Document& file, rapidjson::Document::AllocatorType& memory,
                    const char** problem) {
  Converter converter(memory);
  Value result(rapidjson::kObjectType);
  result.AddMember("request", converter.Order(file["order"]), memory);
  Value expected = converter.Expected(file["verdict"], file["findings"]);
  if (file.HasMember("expect")) {
    for (const auto& [name, value] : file["expect"].GetObject())
      expected.AddMember(Value(name, memory), Value(value, memory), memory);
  }
  result.AddMember("expect", expected, memory);
  *problem = converter.problem();
  return result;
}

Value ReadAdministrationCase(const rapidjson::Document& file,
                             rapidjson::Document::AllocatorType& memory, const char** problem) {
  Converter converter(memory);
  Value result(rapidjson::kObjectType);
  result.AddMember("request", converter.Order(file["request"]), memory);
  result.AddMember("expect", converter.Expected(file["lines"], file["uncoded"], file["findings"]),
                   memory);
  *problem = converter.problem();
  return result;
}

}  // namespace chemoterm::test
