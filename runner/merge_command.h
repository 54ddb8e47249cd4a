// `mlpsweep merge`: the parts of a sweep, or sweeps run apart, as one.
#pragma once

#include <string>
#include <vector>

namespace mlpsweep::runner {

struct MergeOptions {
  std::string folder;  ///< The sweep that they become; what it has already stays.
  std::vector<std::string>
      from;  ///< Directories of sweeps; empty: folder's own shard-1, shard-2, ...
};

/// Joins records by fingerprint: each trial once, bit by bit as it was recorded; where two differ
/// both are kept, the first one holds, and it is told. The spec is that of the newest run of all.
/// What the others go on to record is joined by merging again.
///
/// Errors   InputError: nothing to merge, or no sweep there. MachineError: what was there is kept.
/// Returns the exit code: 0, or 3 where two records of one trial differ.
int merge(const MergeOptions& options);

}  // namespace mlpsweep::runner
