// What people see while a sweep runs: one live line on a terminal, a plain line now and then in a
// log.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace mlpsweep::runner {

/// Where a sweep stands, as progress, status.json and `status` show it.
struct Standing {
  std::size_t done = 0;  ///< Ended trials of the plan, earlier runs included.
  std::size_t planned = 0;
  std::size_t running = 0;
  std::size_t diverged = 0;
  std::size_t failed = 0;
  double trials_per_second = 0;  ///< Of this run; 0: unknown yet.
  double seconds_left = -1;      ///< Predicted from the operations still to do; below 0: unknown.
  std::string best;              ///< "validation_loss 0.3512 (hidden=128 ...)", or empty.
};

/// "12/48 done, 2 running, 3.1 trials/s, 12 s left, best ..."
[[nodiscard]] std::string line_of(const Standing& standing);

/// "2 h 05 min", "3 min 20 s", "12 s"
[[nodiscard]] std::string duration_text(double seconds);

/// Writes to stderr: where that is a terminal, one line that is redrawn (cut to its width); else a
/// whole line at most every ten seconds. No colour anywhere.
///
/// Threads  Not safe.
class Progress {
 public:
  Progress();
  ~Progress();  ///< Leaves the cursor on a line of its own.
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Call as often as you like; draws only when it is time.
  void show(const Standing& standing);

  /// Draws now: the first and the last state.
  void show_now(const Standing& standing);

 private:
  bool terminal_ = false;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point last_;
};

/// One line to stderr, with the time: what a log keeps.
void log_info(const std::string& text);
void log_warning(const std::string& text);

}  // namespace mlpsweep::runner
