#include "runner/announce.h"

#include <string>

#include <fmt/core.h>

#include "engine/isa.h"
#include "runner/progress.h"
#include "runner/shards.h"
#include "sweeps/plan.h"
#include "sweeps/rules.h"

namespace mlpsweep::runner {
namespace {

void tell_winners(const sweeps::Winners& winners) {
  for (const auto& [experiment, winner] : winners) {
    std::string text;
    for (const auto& [key, value] : winner) {
      text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", key, value);
    }
    log_info(fmt::format("the winner of {}: {}", experiment, text));
  }
}

}  // namespace

void tell_faults(const results::JournalIndex& journals) {
  for (const results::JournalFault& fault : journals.faults) {
    log_warning(
        fmt::format("{}: {} ({} bytes at {}); trials without a whole record are trained again",
                    fault.file, fault.what, fault.bytes, fault.offset));
  }
  for (const sweeps::Fingerprint& fingerprint : journals.contradictions) {
    log_warning(
        fmt::format("determinism error: trial {} has two records that differ; the first one holds",
                    fingerprint.brief()));
  }
}

void tell_taken_over(const results::SweepLock& lock) {
  if (lock.taken_over()) {
    log_info("the last run here ended without giving its lock back: " + lock.taken_over()->text());
  }
}

void tell_surroundings(const World& world, const WorkerOptions& own, const sweeps::Sweep& sweep) {
  log_info(fmt::format("{} rank{} x {} thread{}, {} on {}", world.ranks(),
                       world.ranks() > 1 ? "s" : "", own.threads, own.threads > 1 ? "s" : "",
                       engine::isa_in_use(), engine::processor_name()));
  for (const std::string& warning : sweeps::warnings(sweep)) {
    log_warning(warning);
  }
  if (world.idle_cores() > 0) {
    log_warning(
        fmt::format("{} cores of this machine lie idle: the launcher has bound the ranks; "
                    "start it with --bind-to none, or with --map-by slot:PE=CORES",
                    world.idle_cores()));
  }
  if (own.threads > world.cores()) {
    log_warning(
        fmt::format("{} threads on a rank that may use {} cores", own.threads, world.cores()));
  }
}

void tell_plan(const Planned& planned, const std::filesystem::path& folder, std::size_t waiting) {
  tell_winners(planned.winners);
  const sweeps::Sweep& sweep = planned.sweep;
  const std::string part =
      is_part(planned.shard)
          ? fmt::format(", part {} of {}", planned.shard.number, planned.shard.of)
          : "";
  log_info(fmt::format("{}: {}{}, {} to train, in {}", sweep.name, sweeps::size_text(sweep), part,
                       waiting, folder.string()));
  for (const std::string& line : sweeps::part_lines(sweep)) {
    log_info("  " + line);
  }
}

}  // namespace mlpsweep::runner
