// The job that a process is part of: what mpirun, srun, Slurm or the launcher tell it, and what
// rank 0 tells the launcher.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>

namespace mlpsweep::runner {

/// Whether this is another rank than the first. Only what trains is for many ranks; under mpirun or
/// srun the other commands, and all refusals, speak once.
[[nodiscard]] bool is_extra_rank();

/// Whether Open MPI's mpirun, srun --mpi=pmix or another process manager started this process.
[[nodiscard]] bool started_by_a_launcher();

/// Whether mpirun was given --enable-recovery: the death of a rank does not end the job then.
[[nodiscard]] bool outlives_ranks();

/// Whether a process of this node is that rank of this job: process numbers are given again.
[[nodiscard]] bool is_rank_of_this_job(int process, int rank);

/// Where MPI waits for a rank that is stopped (SIGSTOP), so does a launcher that outlives ranks:
/// those of this node are killed then. One that merely hangs ends by its own clock.
void kill_stopped_ranks();

/// What the user started: a launcher starts ranks again, and Slurm requeues jobs, and all of these
/// are parts of one run. Without either the run is nameless and has one part.
struct RunIdentity {
  std::string run;
  int part = 0;
};
[[nodiscard]] RunIdentity run_identity();

/// The environment by which the launcher names the run to its ranks, and the folder for what rank 0
/// tells.
inline constexpr const char* kRunVariable = "MLPSWEEP_RUN";
inline constexpr const char* kPartVariable = "MLPSWEEP_RUN_PART";
inline constexpr const char* kReportVariable = "MLPSWEEP_REPORT";

/// Starts in a row that bring nothing, after which a run is given up: three for a trial that kills
/// what trains it, and one that records its failure.
inline constexpr int kMostIdleStarts = 4;

/// Files in that folder; without a launcher nothing is told.
struct LauncherFiles {
  std::filesystem::path folder;
  [[nodiscard]] std::filesystem::path alive() const { return folder / "alive"; }
  [[nodiscard]] std::filesystem::path standing() const { return folder / "standing"; }
  [[nodiscard]] std::filesystem::path outcome() const { return folder / "outcome"; }
};

/// Rank 0, at the beginning of each sweep: how far it has come already. Where a start finds no more
/// than the one before, that one brought nothing.
void tell_launcher_standing(std::size_t come_so_far);

/// Rank 0, at its end: what mpirun's own exit code doesn't tell.
void tell_launcher_outcome(int code);

/// Rank 0's sign of life to the launcher, every other second while it lives.
class SignOfLife {
 public:
  SignOfLife();
  ~SignOfLife();
  SignOfLife(const SignOfLife&) = delete;
  SignOfLife& operator=(const SignOfLife&) = delete;

 private:
  void give();

  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace mlpsweep::runner
