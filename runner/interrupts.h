// Signals become a flag; whoever trains or waits asks for it.
#pragma once

namespace mlpsweep::runner {

/// From now on INT, TERM, HUP and USR1 set the flag, and an INT after any of them ends the program
/// at once with exit code 75 (all finished trials are durable already). A HUP that is ignored, as
/// under nohup, stays so. PIPE and XFSZ are ignored, so that a write that fails says so where it
/// fails.
void catch_signals();

/// As above, but an INT after any of them only says so: the launcher has ranks to end first.
void catch_signals_of_launcher();

/// Whether a signal has come. Threads: any.
[[nodiscard]] bool interrupted();

/// Whether an INT has come after another signal.
[[nodiscard]] bool must_end_at_once();

}  // namespace mlpsweep::runner
