// A sweep in parts, each run by itself in a directory of its own (results/sweep_folder.h: shard-N).
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "results/run_header.h"
#include "sweeps/fingerprint.h"

namespace mlpsweep::runner {

[[nodiscard]] inline bool is_part(const results::Shard& shard) {
  return shard.of > 1;
}

/// "2/8".
/// Errors   InputError: another text, or a number beyond what it is of.
[[nodiscard]] results::Shard read_shard(const std::string& text);

/// Trials that have ended in the parts beside this one, or in the sweep that they were merged into.
[[nodiscard]] std::set<sweeps::Fingerprint> ended_in_others(const std::filesystem::path& shard);

}  // namespace mlpsweep::runner
