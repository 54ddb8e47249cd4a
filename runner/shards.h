// A sweep in parts, each run by itself in a directory of its own (results/sweep_folder.h: shard-N).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "results/journal.h"
#include "results/run_header.h"
#include "runner/plan_trials.h"
#include "sweeps/sweep.h"

namespace mlpsweep::runner {

[[nodiscard]] inline bool is_part(const results::Shard& shard) {
  return shard.of > 1;
}

/// "2/8".
/// Errors   InputError: another text, or a number beyond what it is of.
[[nodiscard]] results::Shard read_shard(const std::string& text);

/// The part's own plan (keep_shard), without what has ended in the parts beside `folder` or in the
/// sweep that they were merged into. It settles no winner: that is for all parts together.
[[nodiscard]] Planned propose_part(const sweeps::Sweep& sweep,
                                   const std::vector<results::DataSource>& sources,
                                   const results::JournalIndex& own, const results::Shard& shard,
                                   const std::filesystem::path& folder);

/// Whether a part in a sweep's directory has ended a trial that the sweep has not.
[[nodiscard]] bool has_unmerged(const std::filesystem::path& sweep);

}  // namespace mlpsweep::runner
