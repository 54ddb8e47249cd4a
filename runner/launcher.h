// What mpirun or srun tells a process of the job that it is part of.
#pragma once

namespace mlpsweep::runner {

/// Whether Open MPI's mpirun, srun --mpi=pmix or another process manager started this process.
[[nodiscard]] bool started_by_a_launcher();

/// Whether mpirun was given --enable-recovery: the death of a rank does not end the job then.
[[nodiscard]] bool outlives_ranks();

/// Whether a process of this node is that rank of this job: process numbers are given again.
[[nodiscard]] bool is_rank_of_this_job(int process, int rank);

}  // namespace mlpsweep::runner
