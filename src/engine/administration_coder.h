// The coder: from the administrations of one encounter to code lines, step by step.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "chemoterm/ops/code_administration.h"
#include "engine/administered.h"
#include "engine/administration_services.h"
#include "engine/rule_book.h"

namespace chemoterm::engine {

// A code with what it stands for.
struct AdministrationLine {
  model::SystemCode code;
  std::string_view modifier = {};
  std::int64_t units = 1;
  std::vector<std::int32_t> administrations = {};  // ascending
  std::vector<Citation> cited = {};
  std::string_view access = {};
  std::int64_t lesions = 0;  // of the session, where they were counted
};

// Each administration is in lines or uncoded, never in both.
struct CodedEncounter {
  std::vector<AdministrationLine> lines;
  std::vector<UncodedAdministration> uncoded;   // by administration
  std::vector<AdministrationFinding> findings;  // by administrations, then rule
};

inline constexpr std::size_t kMaxOverlaps = 10'000;

// Lives for one call.
class AdministrationCoder {
 public:
  // Needs loaded rules. Changes the administrations, which must outlive it.
  AdministrationCoder(const Scope& scope, std::vector<Administered>& all)
      : snapshot_(scope.snapshot),
        rules_(scope.snapshot.administration_rules),
        book_(scope),
        all_(all) {}

  // Fails when more than kMaxOverlaps pairs overlap in time: each is a finding.
  absl::StatusOr<CodedEncounter> Run();

 private:
  using Circumstances = model::administration::Circumstances;
  using Route = model::administration::Route;
  using Technique = model::administration::Technique;
  using Role = model::administration::Role;
  using Step = model::administration::Step;
  using Items = std::vector<Administered*>;
  using ConstItems = std::vector<const Administered*>;
  using Services = std::vector<Service*>;
  using Lines = std::vector<AdministrationLine>;

  // What an encounter has beside a flush or a refill.
  struct Surroundings {
    bool has_drug = false;  // or anything else of which a flush is a part
    bool has_only_disconnects = true;
    bool has_pump_start = false;
  };

  // Functions that answer bool tell whether they left the administration uncoded.
  bool LeaveOutside(const Administered& item, const Surroundings& around);
  bool LeaveFlush(const Administered& item, const Surroundings& around);
  bool LeaveUnclassed(const Administered& item);
  bool LeaveUntimed(Administered& item);
  bool LeaveWithoutCode(const Administered& item);
  Surroundings SurroundingsOf(const Items& items) const;
  void AddLesions(const Items& items);
  void FindOnCoded(const Administered& item);

  // administration_times.cc
  absl::Status FindOverlaps();
  // What is left without those that belong to another encounter.
  Items LeaveOtherEncounters();
  bool LeaveByTimes(const Administered& item);

  // administration_lines.cc
  std::vector<Service> VesselServices(const ConstItems& items);
  void CodeVeins(const Items& items);
  void CodeSite(const Services& services, bool is_second);
  void AddInitialLine(Service& leading, bool is_second);
  // All but infusions and pushes by vein.
  void CodeRest(const Items& items);
  std::vector<Lines> ArteryBlocks(const ConstItems& items);
  Lines HipecBlock(const ConstItems& items);
  // Of administrations that take the same code, not by time.
  AdministrationLine PlainLine(const ConstItems& items) const;
  // Of the hours beyond the first that the services earn, each by its own minutes.
  std::optional<AdministrationLine> HoursLine(const Services& services) const;
  // A unit for each service. Without a row for the role they are left uncoded, and there is no
  // line.
  std::optional<AdministrationLine> RoleLine(Role role, const Services& services);
  AdministrationLine LineOf(const model::CodeRow& row, const Services& services,
                            std::int64_t units) const;

  // The first row that fits, of any role or of that one; nullptr when there is none.
  const model::CodeRow* RowFor(const Circumstances& how, std::optional<Role> role = {}) const;
  std::vector<CodingView> CodingsOf(const std::vector<model::SystemCode>& codes) const;

  void Find(Step step, std::vector<std::int32_t> numbers, const Particulars& of);
  void Find(model::RuleIndex rule, std::vector<std::int32_t> numbers, const Particulars& of);
  void Find(Step step, const Administered& item);
  // By a step's rule: its title is the reason.
  void Leave(const Administered& item, Step step, std::vector<CodingView> likely = {});
  void Leave(const Administered& item, model::RuleIndex rule, std::string_view reason,
             std::vector<CodingView> likely);

  struct Found {
    model::RuleIndex rule = 0;
    AdministrationFinding finding;
  };

  const model::Snapshot& snapshot_;
  const model::AdministrationRules& rules_;
  const RuleBook book_;
  std::vector<Administered>& all_;
  CodedEncounter coded_;
  std::vector<Found> found_;
};

}  // namespace chemoterm::engine
