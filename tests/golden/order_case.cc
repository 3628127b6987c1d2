#include "golden/order_case.h"

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
};

class Converter {
 public:
  explicit Converter(rapidjson::Document::AllocatorType& memory) : memory_(memory) {}

  // The parameters of an order.
  Value Order(const Value& order) {
    Value parameters(rapidjson::kArrayType);
    for (const auto& [name, value] : order.GetObject()) {
      const std::string_view key(name.GetString());
      if (key == "lines") {
        for (const auto& line : value.GetArray()) Append(parameters, Parts("line", Line(line)));
      } else if (key == "diagnosis") {
        for (const auto& code : value.GetArray())
          Append(parameters,
                 Typed("diagnosis", "valueCoding", Coding(code.GetString(), "icd10cm")));
      } else if (key == "payer" || key == "plan") {
        Append(parameters, Typed(key, "valueString", Copy(value)));
      } else if (key == "setting") {
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
      AddList(each, "line", finding["lines"], [&](const Value& line) { return Copy(line); });
      if (finding.HasMember("fix")) {
        AddList(each, "fix", finding["fix"], [&](const Value& fix) { return Fix(fix); });
      } else {
        Add(each, "fix", Value());
      }
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
      const bool is_text = value.IsString();
      const std::string_view text = is_text ? value.GetString() : "";
      if (key == "code") {
        Append(parts, Typed("coding", "valueCoding", Coding(text, "cpt")));
      } else if (key == "modifiers") {
        for (const auto& each : value.GetArray())
          Append(parts, Typed("modifier", "valueCode", Copy(each)));
      } else if (key == "units" || key == "minutes" || key == "lesions") {
        Append(parts, Typed(key, "valueInteger", Copy(value)));
      } else if (key == "start" || key == "stop") {
        Append(parts, Typed(key, "valueDateTime", Copy(value)));
      } else if (key == "access") {
        Append(parts, Typed(key, "valueString", Copy(value)));
      } else if (key == "drug" && text.find('|') != std::string_view::npos) {
        Append(parts, Typed(key, "valueCoding", Coding(text, {})));
      } else if (key == "drug") {
        Append(parts, Typed(key, "valueString", Copy(value)));
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
  result.AddMember("expect", converter.Expected(file["verdict"], file["findings"]), memory);
  *problem = converter.problem();
  return result;
}

}  // namespace chemoterm::test
