// `mlpsweep run`: a sweep from its YAML to its table.
#pragma once

#include <string>
#include <vector>

#include "runner/world.h"

namespace mlpsweep::runner {

struct RunOptions {
  std::string target;                  ///< A spec, or the directory of a sweep to go on with.
  std::string folder;                  ///< Empty: runs/NAME.
  std::vector<std::string> overrides;  ///< key=value
  std::string shard = {};  ///< "2/8": that part of the trials, in a directory of its own.
  std::string data_folder;
  int ranks = 0;        ///< Started by this process (launcher.h); 0: this process is a rank itself.
  int threads = 0;      ///< 0: the cores that this rank is given.
  bool extend = false;  ///< Recorded trials may leave the plan.
  bool yes = false;     ///< More than a million trials are meant.
  bool tables = true;   ///< Comparison tables at the end.
  double checkpoint_seconds = 60;  ///< Of training between two checkpoints; 0: every epoch.
};

/// Runs on every rank: rank 0 reads, coordinates and trains, the others train.
/// Errors   InputError: nothing was started. MachineError: what was acknowledged is kept.
/// Returns the exit code.
int run(const World& world, const RunOptions& options);

/// Stands for a run that is not going to happen: the other ranks, waiting in theirs, leave it.
void skip_run(const World& world);

}  // namespace mlpsweep::runner
