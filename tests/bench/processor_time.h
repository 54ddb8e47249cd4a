// The clock of the benches that count what a thread costs.
#pragma once

#include <ctime>

/// Seconds of a core that this thread has used.
inline double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}
