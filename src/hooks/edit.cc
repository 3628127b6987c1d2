#include "hooks/edit.h"

#include "base/text.h"
#include "json/slice.h"
#include "json/writer.h"

namespace chemoterm::hooks {
namespace {

std::string Quoted(std::string_view text) {
  std::string quoted;
  json::AppendString(quoted, text);
  return quoted;
}

// The object with the member replaced, or added at its end.
std::string WithMember(std::string_view object, std::string_view key, std::string_view value) {
  std::string changed;
  {
    json::Object copy(&changed);
    bool is_there = false;
    for (json::Members each(object); each.Next();) {
      const bool is_meant = each.key() == key;
      copy.Raw(each.key(), is_meant ? value : each.value());
      is_there = is_there || is_meant;
    }
    if (!is_there) copy.Raw(key, value);
  }
  return changed;
}

std::string WithElement(std::string_view array, std::size_t at, std::string_view value) {
  std::string changed;
  {
    json::Array copy(&changed);
    std::size_t i = 0;
    for (json::Elements each(array); each.Next(); ++i) copy.Raw(i == at ? value : each.value());
  }
  return changed;
}

std::string_view ElementAt(std::string_view array, std::size_t at) {
  json::Elements elements(array);
  for (std::size_t i = 0; elements.Next(); ++i) {
    if (i == at) return elements.value();
  }
  return {};
}

std::string_view ConceptOf(std::string_view resource, const CodePlace& place) {
  const std::string_view element = json::Member(resource, place.element);
  return place.in_concept ? json::Member(element, "concept") : element;
}

std::string WithConcept(std::string_view resource, const CodePlace& place,
                        std::string_view concept_text) {
  if (!place.in_concept) return WithMember(resource, place.element, concept_text);
  const std::string element =
      WithMember(json::Member(resource, place.element), "concept", concept_text);
  return WithMember(resource, place.element, element);
}

std::string ConceptWith(const CodingView& coding) {
  std::string text;
  {
    json::Object root(&text);
    auto codings = root.List("coding");
    auto object = codings.Sub();
    object.Text("system", coding.system);
    object.Text("code", coding.code);
    object.Text("display", coding.display);
  }
  return text;
}

// When `like` is, as a date: its minutes are its own.
std::string_view DayOf(const OrderLine& like) {
  return like.date.empty() ? std::string_view(like.start).substr(0, like.start.find('T'))
                           : std::string_view(like.date);
}

}  // namespace

std::string WithCode(std::string_view resource, const CodePlace& place, const CodingView& coding) {
  return WithConcept(resource, place, ConceptWith(coding));
}

std::string WithModifiedCode(std::string_view resource, const CodePlace& place,
                             std::string_view code) {
  const std::string_view concept_text = ConceptOf(resource, place);
  const std::string_view codings = json::Member(concept_text, "coding");
  const std::string coding = WithMember(ElementAt(codings, place.coding), "code", Quoted(code));
  return WithConcept(
      resource, place,
      WithMember(concept_text, "coding", WithElement(codings, place.coding, coding)));
}

std::string WithUnits(std::string_view resource, std::int32_t units) {
  constexpr std::string_view kQuantity = "quantityQuantity";
  const std::string_view quantity = json::Member(resource, kQuantity);
  return WithMember(resource, kQuantity, WithMember(quantity, "value", base::ToText(units)));
}

std::string NewServiceRequest(const DraftLine& like, const CodingView& coding, std::int32_t units) {
  std::string text;
  {
    json::Object root(&text);
    const auto copy = [&](std::string_view key) {
      root.Raw(key, json::Member(like.resource, key));
    };
    root.Text("resourceType", "ServiceRequest");
    root.Text("status", "draft");
    copy("intent");
    if (like.place.in_concept) {
      root.Sub("code").Raw("concept", ConceptWith(coding));
    } else {
      root.Raw("code", ConceptWith(coding));
    }
    root.Sub("quantityQuantity").Int("value", units);
    copy("subject");
    copy("encounter");
    root.Text("occurrenceDateTime", DayOf(like.order));
    copy("authoredOn");
  }
  return text;
}

}  // namespace chemoterm::hooks
