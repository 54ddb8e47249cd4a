// What Linux tells of a process by its number.
#pragma once

#include <cstdint>
#include <vector>

namespace mlpsweep::results {

/// All as they are where nothing is told: no such process, or one that /proc hides.
struct ProcessState {
  char state = '?';         ///< 'R', 'S', 'T', 'Z', ...
  int parent = 0;
  std::uint64_t start = 0;  ///< In ticks since the machine's own start.
};

/// Source   proc(5), /proc/PID/stat: fields 3, 4 and 22.
[[nodiscard]] ProcessState state_of(int process);

/// Every process of this node that /proc shows.
[[nodiscard]] std::vector<int> all_processes();

}  // namespace mlpsweep::results
