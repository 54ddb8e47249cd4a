// Where a sweep stands: written by rank 0 every two seconds, read by `mlpsweep status`.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "results/sweep_folder.h"
#include "runner/coordinator.h"
#include "runner/progress.h"

namespace mlpsweep::runner {

/// Replaces status.json whole, so that a reader never sees half of it.
void write_status(const results::SweepFolder& folder, const Standing& standing,
                  const std::map<int, Coordinator::Rank>& ranks);

/// A sweep's standing by its journals, and by its status.json where a run is under way.
struct SweepStatus {
  Standing standing;
  std::string name;
  std::string owner;               ///< Of the run under way; empty: none.
  std::vector<std::string> parts;  ///< "rates: 3/15 done"; empty where the sweep has no parts.
  bool stuck = false;              ///< All have ended, and some part has no trials at all.
};
/// Errors   InputError: `target` is no sweep's directory, and no spec that was run.
[[nodiscard]] SweepStatus read_status(const std::string& target);

}  // namespace mlpsweep::runner
