// `mlpsweep slurm`: the batch script under which Slurm runs a sweep to its end.
#pragma once

#include <string>
#include <vector>

namespace mlpsweep::runner {

/// What differs from site to site has a default that most would take.
struct SlurmOptions {
  std::string spec;
  std::vector<std::string> overrides;  ///< key=value
  std::string folder;                  ///< The sweep's directory; empty: runs/NAME.
  int nodes = 1;
  std::string time;                 ///< As sbatch takes it.
  std::string partition;            ///< Empty: the site's own.
  int ranks_per_node = 1;           ///< More than one: one a NUMA domain.
  int cores = 0;                    ///< A rank's; 0: whole nodes, used by nobody else.
  int shards = 0;                   ///< A job array of so many parts of the sweep; 0: one job.
  std::string launcher = "srun";    ///< Or mpirun.
  std::string mpi = "pmix";         ///< How srun and Open MPI meet: srun --mpi.
  int notice = 90;                  ///< Seconds before the time limit in which trials are put down.
  std::vector<std::string> setup;   ///< Lines before anything runs: "module load openmpi".
  std::vector<std::string> extras;  ///< Further options of sbatch: "--account=physics".
  std::vector<std::string> words;   ///< Further options of `mlpsweep run`.
  bool yes = false;                 ///< More than a million trials are meant.
  bool submit = false;
};

/// What a script needs to know beside the options: all paths whole, since a job may start
/// elsewhere.
struct SlurmJob {
  std::string name;
  std::string program;
  std::string spec;
  std::string folder;
};

/// Errors   InputError: an option that sbatch would not take.
[[nodiscard]] std::string batch_script(const SlurmOptions& options, const SlurmJob& job);

/// Prints the script, or hands it to sbatch.
/// Errors   InputError: as batch_script and `check`. MachineError: sbatch can't be started or
/// fails.
int slurm(const SlurmOptions& options);

}  // namespace mlpsweep::runner
