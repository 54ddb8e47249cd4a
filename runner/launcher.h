// `run --ranks N`: ranks on this machine, started again while that brings the sweep forward.
#pragma once

#include <string>
#include <vector>

namespace mlpsweep::runner {

/// Starts this program with `words` on its command line as so many ranks, by mpirun where they are
/// several, and waits for rank 0's own word on how it ended. Open MPI ends a job whose rank 0 dies,
/// and its exit code says little: a job that ends without that word, or whose rank 0 falls silent,
/// is cleared away and started again, until four starts in a row found no more done than the one
/// before. INT, TERM, HUP and USR1 are passed on and end it with exit code 75; no process stays
/// behind, however this one ends.
///
/// Errors   MachineError: no mpirun, or the ranks came to nothing again and again.
/// Returns the exit code.
int launch(int ranks, const std::vector<std::string>& words);

/// The words of a command line without --ranks and its number.
[[nodiscard]] std::vector<std::string> without_ranks(std::vector<std::string> words);

}  // namespace mlpsweep::runner
