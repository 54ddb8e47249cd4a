// How a sweep's trials fall onto the threads of its ranks, played through without training any.
#pragma once

#include <cstddef>
#include <vector>

namespace mlpsweep::runner {

/// How a sweep's threads are shared out.
struct Layout {
  int nodes = 1;
  int ranks = 1;    ///< Of each node.
  int threads = 1;  ///< Of each rank.

  [[nodiscard]] int cores() const { return nodes * ranks * threads; }
  bool operator==(const Layout&) const = default;
};

/// Seconds that a whole trial takes: see Paces.
struct TrialSeconds {
  double busy = 0;
  double alone = 0;
  double joined = 0;
};

/// Units    Seconds; core-seconds.
struct Course {
  double seconds = 0;  ///< From the first trial's begin to the last one's end.
  double idle = 0;     ///< Core time at the end in which nothing is left for a core to do.
};

/// Plays the trials through, handed out in this order as Coordinator does: each rank gets one a
/// thread, then one whenever one ends; its threads join what still runs there when nothing is left.
/// `joined_cores` threads were at work where `joined` was measured.
[[nodiscard]] Course play(const std::vector<TrialSeconds>& trials, const Layout& layout,
                          int joined_cores);

/// The ways to share the cores of each of so many nodes between ranks and threads, one rank first.
[[nodiscard]] std::vector<Layout> layouts(int nodes, int cores);

}  // namespace mlpsweep::runner
