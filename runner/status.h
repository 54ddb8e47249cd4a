// Where a sweep stands: written by rank 0 every two seconds, read by `mlpsweep status`.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "results/sweep_folder.h"
#include "runner/progress.h"
#include "runner/serve.h"
#include "sweeps/fingerprint.h"

namespace mlpsweep::runner {

/// Replaces status.json whole, so that a reader never sees half of it. `fingerprints` by trial.
void write_status(const results::SweepFolder& folder, const Standing& standing,
                  std::span<const RankStanding> ranks,
                  std::span<const sweeps::Fingerprint> fingerprints);

struct RankLine {
  std::size_t rank = 0;
  std::string text;  ///< "rank 1 on n2, 4 threads: ..."
};

/// A sweep's standing by its journals, and by its status.json where a run is under way.
struct SweepStatus {
  Standing standing;
  std::string name;
  std::string owner;                ///< Of the run under way; empty: none.
  std::string updated;              ///< When that run last wrote of itself, UTC; empty: not yet.
  std::vector<RankLine> ranks;      ///< What each of its ranks does that is heard.
  std::vector<std::string> parts;   ///< "rates: 3/15 done"; empty where the sweep has no parts.
  std::vector<std::string> failed;  ///< Trials of the plan, with what they died of.
  bool stuck = false;               ///< All have ended, and some part has no trials at all.
};
/// Errors   InputError: `target` is no sweep's directory, and no spec that was run.
[[nodiscard]] SweepStatus read_status(const std::string& target);

}  // namespace mlpsweep::runner
