// Payers and their plans, and the notes on what they say.
#include <algorithm>

#include "base/text.h"
#include "load/build.h"
#include "load/record_node.h"

namespace chemoterm::load {
namespace {

const std::vector<std::string_view> kPayerTypes = {"federal",
                                                   "federal-contractor",
                                                   "medicaid",
                                                   "medicaid-managed-care",
                                                   "medicare-advantage",
                                                   "commercial",
                                                   "bcbs",
                                                   "coding-standard"};
const std::vector<std::string_view> kCodeBases = {"code-in-source", "range-in-source", "topic"};
const std::vector<std::string_view> kCovered = {"covered", "conditional", "not-covered"};
const std::vector<std::string_view> kPaNeeded = {"auth-needed", "no-auth", "conditional"};
const std::vector<std::string_view> kDocNeeded = {"clinical", "admin", "patient", "conditional"};
const std::vector<std::string_view> kStatuses = {"active", "historic", "retired", "unknown"};
const std::vector<std::string_view> kConfidences = {"high", "medium", "low"};

// "US" or "US-PA".
bool IsJurisdiction(std::string_view text) {
  if (!text.starts_with("US")) return false;
  text.remove_prefix(2);
  return text.empty() || (text.size() == 3 && text[0] == '-' && text[1] >= 'A' && text[1] <= 'Z' &&
                          text[2] >= 'A' && text[2] <= 'Z');
}

void CheckJurisdictions(const std::vector<std::string>& places, const RecordNode& node,
                        const FileFaults& faults) {
  if (places.empty()) faults.Add(node.LineOf("jurisdiction"), "'jurisdiction' is empty");
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (IsJurisdiction(places[i])) continue;
    faults.Add(node.LineOf("jurisdiction", i),
               base::Concat({"'", base::Clip(places[i], 60), "' is neither US nor US-xx"}));
  }
}

void CheckSlug(std::string_view key, std::string_view slug, const RecordNode& node,
               const FileFaults& faults) {
  if (slug.empty() || (IsSlug(slug) && IsFhirId(slug))) return;
  faults.Add(node.LineOf(key),
             base::Concat({"'", key, "' is '", base::Clip(slug, 80), "', which is no slug"}));
}

void CheckUrl(std::string_view url, const RecordNode& node, const FileFaults& faults) {
  if (url.empty() || url.starts_with("https://") || url.starts_with("http://")) return;
  faults.Add(node.LineOf("url"), "'url' must begin with http:// or https://");
}

// Index of the entry with that slug; entries are found by slug only here, so that a name never
// stands in for it.
template <class Entries>
std::optional<std::uint32_t> BySlug(const Entries& entries, std::string_view slug) {
  const auto it = std::find_if(entries.begin(), entries.end(),
                               [&](const auto& entry) { return entry.slug == slug; });
  if (it == entries.end()) return std::nullopt;
  return static_cast<std::uint32_t>(it - entries.begin());
}

class NotesReader {
 public:
  NotesReader(Build& build, const ContentFile& file)
      : build_(build), file_(file), effective_(file.faults), node_(file.faults) {
    effective_.Text("start", &note_.effective_start).Text("end", &note_.effective_end);
    node_.Text("id", &note_.id, Need::kRequired)
        .Text("payer", &payer_, Need::kRequired)
        .Text("plan", &plan_)
        .List("jurisdiction", &note_.jurisdictions, Need::kRequired)
        .List("codes", &note_.codes, Need::kRequired)
        .List("codesNamed", &note_.codes_named)
        .Text("codeBasis", &note_.code_basis, Need::kRequired)
        .List("topics", &note_.topics, Need::kRequired)
        .Text("title", &note_.title, Need::kRequired)
        .Text("covered", &note_.covered)
        .Text("paNeeded", &note_.pa_needed)
        .List("docNeeded", &note_.doc_needed)
        .Text("information", &note_.information, Need::kRequired)
        .Text("criteria", &note_.criteria)
        .Text("limits", &note_.limits)
        .Text("appliesWhen", &note_.applies_when)
        .Text("resultWhenApplies", &note_.result_when_applies)
        .List("documentation", &note_.documentation)
        .Text("status", &note_.status, Need::kRequired)
        .Text("statusText", &note_.status_text)
        .Text("policyNumber", &note_.policy_number)
        .Text("policyTitle", &note_.policy_title)
        .Text("url", &note_.url)
        .Nested("effective", &effective_)
        .Text("effectiveText", &note_.effective_text)
        .Text("lastReview", &note_.last_review)
        .Text("retrieved", &note_.retrieved)
        .Text("confidence", &note_.confidence, Need::kRequired)
        .Text("sourceSeen", &note_.source_seen, Need::kRequired)
        .Text("source", &source_)
        .Text("verification", &note_.verification)
        .Then([this] { Finish(); });
  }

  void Run() {
    const auto alias =
        file_.entry.system.empty() ? kDefaultSystem : std::string_view(file_.entry.system);
    system_ = build_.SystemOf(alias, 0, file_.faults);
    const std::string_view before = build_.coverage.coverage().system();
    if (!before.empty() && before != system_)
      file_.faults.Add(0, "notes must all be on codes of one system");
    build_.coverage.SetSystem(system_);
    RecordNode root(file_.faults);
    root.Nested("notes", &node_, Need::kRequired);
    ReadRecord(file_.text, root, file_.faults);
  }

 private:
  void Finish() {
    if (!effective_.seen()) note_.effective_start = note_.effective_end = {};
    CheckEnums();
    CheckDates();
    CheckIdentity();
    CheckCodes();
    if (!source_.empty()) build_.SourceOf(source_, node_.LineOf("source"), file_.faults);
    if (note_.verification.empty()) note_.verification = file_.entry.verification;
    if (note_.verification.empty())
      file_.faults.Add(node_.line(), "no 'verification' in the note or the manifest");
    const auto payer = BySlug(build_.coverage.coverage().payers(), payer_);
    if (!payer || note_.id.empty() || build_.IsHidden(note_.verification)) return;
    note_.payer = *payer;
    if (!build_.coverage.AddNote(note_)) {
      file_.faults.Add(node_.LineOf("id"),
                       base::Concat({"the note '", note_.id, "' appears twice"}));
    }
  }

  void CheckEnums() {
    const FileFaults& faults = file_.faults;
    CheckOneOf("codeBasis", note_.code_basis, kCodeBases, node_.LineOf("codeBasis"), faults);
    CheckOneOf("covered", note_.covered, kCovered, node_.LineOf("covered"), faults);
    CheckOneOf("paNeeded", note_.pa_needed, kPaNeeded, node_.LineOf("paNeeded"), faults);
    for (std::size_t i = 0; i < note_.doc_needed.size(); ++i) {
      CheckOneOf("docNeeded", note_.doc_needed[i], kDocNeeded, node_.LineOf("docNeeded", i),
                 faults);
    }
    CheckOneOf("status", note_.status, kStatuses, node_.LineOf("status"), faults);
    CheckOneOf("confidence", note_.confidence, kConfidences, node_.LineOf("confidence"), faults);
    CheckOneOf("verification", note_.verification, kVerifications, node_.LineOf("verification"),
               faults);
    for (std::size_t i = 0; i < note_.topics.size(); ++i) {
      if (IsSlug(note_.topics[i])) continue;
      faults.Add(node_.LineOf("topics", i),
                 base::Concat({"the topic '", base::Clip(note_.topics[i], 60), "' is not a slug"}));
    }
  }

  void CheckDates() {
    const FileFaults& faults = file_.faults;
    CheckDate("start", note_.effective_start, effective_.LineOf("start"), faults);
    CheckDate("end", note_.effective_end, effective_.LineOf("end"), faults);
    CheckPeriod(note_.effective_start, note_.effective_end, node_.LineOf("effective"), faults);
    CheckDate("lastReview", note_.last_review, node_.LineOf("lastReview"), faults);
    CheckDate("retrieved", note_.retrieved, node_.LineOf("retrieved"), faults);
    const auto start = base::ParseDate(note_.effective_start);
    const auto end = base::ParseDate(note_.effective_end);
    const auto review = base::ParseDate(note_.last_review);
    note_.start = start ? start->first : 0;
    note_.end = end ? end->last : 0;
    note_.reviewed_on = review ? review->first : note_.start;
  }

  // Id, payer and plan.
  void CheckIdentity() {
    const FileFaults& faults = file_.faults;
    if (!note_.id.empty() && !(IsSlug(note_.id, true) && IsFhirId(note_.id))) {
      faults.Add(node_.LineOf("id"), base::Concat({"'id' is '", base::Clip(note_.id, 80),
                                                   "', which is no id of a note"}));
    }
    CheckUrl(note_.url, node_, faults);
    CheckJurisdictions(note_.jurisdictions, node_, faults);
    const model::Coverage& coverage = build_.coverage.coverage();
    const auto payer = BySlug(coverage.payers(), payer_);
    if (!payer_.empty() && !payer) {
      faults.Add(node_.LineOf("payer"),
                 base::Concat({"the payer '", base::Clip(payer_, 60), "' is not in the payers"}));
    }
    note_.plan = model::Note::kNoPlan;
    if (plan_.empty()) return;
    const auto plan = BySlug(coverage.plans(), plan_);
    if (!plan) {
      return faults.Add(node_.LineOf("plan"), base::Concat({"the plan '", base::Clip(plan_, 60),
                                                            "' is not in the payers"}));
    }
    if (payer && coverage.plans()[*plan].payer != *payer) {
      faults.Add(node_.LineOf("plan"),
                 base::Concat({"the plan '", plan_, "' is not one of the payer '", payer_, "'"}));
    }
    note_.plan = *plan;
  }

  void CheckCodes() {
    const FileFaults& faults = file_.faults;
    const auto check = [&](std::string_view key, const std::vector<std::string>& codes) {
      for (std::size_t i = 0; i < codes.size(); ++i) {
        const int line = node_.LineOf(key, i);
        if (!system_.empty()) build_.CheckKnown(system_, codes[i], line, faults);
        if (std::find(codes.begin(), codes.begin() + static_cast<std::ptrdiff_t>(i), codes[i]) !=
            codes.begin() + static_cast<std::ptrdiff_t>(i)) {
          faults.Add(line, base::Concat({"the code '", codes[i], "' is listed twice"}));
        }
      }
    };
    check("codes", note_.codes);
    check("codesNamed", note_.codes_named);
  }

  Build& build_;
  const ContentFile& file_;
  model::Note note_;
  std::string payer_, plan_, source_, system_;
  RecordNode effective_, node_;
};

// Payers, and plans as they are read: a plan may stand before its payer.
struct PlanRow {
  model::Plan plan;
  std::string payer;
  int line = 0;
  int payer_line = 0;
};

void AddPlans(Build& build, const std::vector<PlanRow>& rows, const FileFaults& faults) {
  for (PlanRow row : rows) {
    const auto payer = BySlug(build.coverage.coverage().payers(), row.payer);
    if (!payer) {
      faults.Add(row.payer_line, base::Concat({"the payer '", base::Clip(row.payer, 60),
                                               "' is not in the payers"}));
      continue;
    }
    row.plan.payer = *payer;
    const std::string slug = row.plan.slug;
    if (!build.coverage.AddPlan(std::move(row.plan))) {
      faults.Add(row.line,
                 base::Concat({"the plan '", slug, "' has a slug, name or alias of another plan"}));
    }
  }
}

}  // namespace

void ReadPayers(Build& build, const ContentFile& file) {
  const FileFaults& faults = file.faults;
  model::Payer payer;
  RecordNode payer_node(faults);
  payer_node.Text("slug", &payer.slug, Need::kRequired)
      .Text("name", &payer.name, Need::kRequired)
      .List("aliases", &payer.aliases, Need::kRequired)
      .Text("type", &payer.type, Need::kRequired)
      .List("jurisdiction", &payer.jurisdictions, Need::kRequired)
      .Text("url", &payer.url)
      .Then([&] {
        CheckSlug("slug", payer.slug, payer_node, faults);
        CheckOneOf("type", payer.type, kPayerTypes, payer_node.LineOf("type"), faults);
        CheckJurisdictions(payer.jurisdictions, payer_node, faults);
        CheckUrl(payer.url, payer_node, faults);
        if (!payer.slug.empty() && !build.coverage.AddPayer(payer)) {
          faults.Add(payer_node.line(),
                     base::Concat({"the payer '", payer.slug,
                                   "' has a slug, name or alias of another payer"}));
        }
      });
  PlanRow row;
  std::vector<PlanRow> plans;
  RecordNode plan_node(faults);
  plan_node.Text("slug", &row.plan.slug, Need::kRequired)
      .Text("payer", &row.payer, Need::kRequired)
      .Text("name", &row.plan.name, Need::kRequired)
      .List("aliases", &row.plan.aliases, Need::kRequired)
      .Text("lineOfBusiness", &row.plan.line_of_business, Need::kRequired)
      .Then([&] {
        CheckSlug("slug", row.plan.slug, plan_node, faults);
        row.line = plan_node.line();
        row.payer_line = plan_node.LineOf("payer");
        if (!row.payer.empty() && !row.plan.slug.empty()) plans.push_back(row);
      });
  RecordNode root(faults);
  root.Nested("payers", &payer_node, Need::kRequired).Nested("plans", &plan_node, Need::kRequired);
  ReadRecord(file.text, root, faults);
  AddPlans(build, plans, faults);
  build.payers_as_of = std::max(build.payers_as_of, file.entry.as_of);
}

void ReadCoverage(Build& build, const ContentFile& file) {
  NotesReader(build, file).Run();
  build.note_dates.resize(build.coverage.coverage().notes().size(), file.entry.as_of);
}

}  // namespace chemoterm::load
