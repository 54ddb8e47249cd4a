// The program's exit codes; main.cpp is the only place that chooses one.
#pragma once

namespace mlpsweep::runner {

inline constexpr int kExitDone = 0;  ///< All trials ended; a diverged one is an outcome.
/// Some trials failed, or an experiment has none since no winner came; the rest is done.
inline constexpr int kExitTrialsFailed = 1;
inline constexpr int kExitBadInput = 2;      ///< Nothing was started.
inline constexpr int kExitMachine = 3;       ///< Disk or library failed; mend it and run again.
inline constexpr int kExitVerdict = 4;       ///< --strict, and a figure or claim speaks against it.
inline constexpr int kExitInterrupted = 75;  ///< Stopped on request; run again to go on.

}  // namespace mlpsweep::runner
