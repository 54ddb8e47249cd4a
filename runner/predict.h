// What a sweep will take: wall time, core time and memory, by calibration and arithmetic.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/cost.h"
#include "runner/calibrate.h"
#include "runner/course.h"
#include "runner/kinds.h"
#include "runner/plan_trials.h"

namespace mlpsweep::runner {

/// Seconds, with a 95 % interval for one more measurement like those that it comes from: their
/// scatter alone, no error of the model that leads from them to these seconds.
struct Spread {
  double seconds = 0;
  double low = 0;
  double high = 0;
};

/// Mean of the rounds +- t(.975, n-1) s sqrt(1 + 1/n), never below 0.
/// Source   Student's prediction interval; e.g. NIST/SEMATECH e-Handbook 2.3.6.
[[nodiscard]] Spread spread_of(std::span<const double> rounds);

enum class Fit { kFits, kPerhaps, kTooLong };  ///< kPerhaps: the limit lies in the interval.
[[nodiscard]] Fit fit_of(const Spread& wall, double limit_seconds);

/// What this process holds with the data in memory, before it trains.
///
/// Units    Bytes.
struct MemoryBase {
  double settled = 0;  ///< Data, program and libraries.
  double peak = 0;     ///< While the data were read.
  double data = 0;     ///< Images alone, which the ranks of a node share.
};

struct MemoryNeed {
  double rank = 0;  ///< Of the rank that takes most, the shared data counted whole.
  double node = 0;  ///< All ranks of a node, the shared data counted once.
};

/// What trials of a sweep take beside the data, as far as a rank's peak hangs on it.
///
/// Units    Bytes.
struct TrialMemory {
  std::vector<double> largest;  ///< While they train; of those that take most, in falling order.
  double record = 0;  ///< Of a trial that ends, where its record keeps weights: the most there is.
};

/// Finds that in trials of any number.
class LargestTrials {
 public:
  /// One more than `threads` are kept: one may be ending while so many train.
  explicit LargestTrials(int threads) : most_(static_cast<std::size_t>(threads) + 1) {}

  /// `checkpoints` says whether it writes its state to the disk now and then.
  void add(const engine::Cost& cost, bool checkpoints);
  [[nodiscard]] TrialMemory memory() const;

 private:
  std::size_t most_;
  std::vector<double> largest_;  // a heap, the smallest on top
  double record_ = 0;
};

[[nodiscard]] MemoryNeed memory_need(const MemoryBase& base, const TrialMemory& trials,
                                     const Layout& layout);

/// A trial as a schedule sees it.
struct PlannedTrial {
  std::size_t kind = 0;
  int epochs = 0;
  int soonest = 0;  ///< Epochs after which early stopping can end it; `epochs` without.
};
/// Of each trial, with the other cores busy; the mean of the rounds.
[[nodiscard]] std::vector<double> mean_seconds(const std::vector<PlannedTrial>& trials,
                                               const Calibration& calibration);
[[nodiscard]] std::vector<PlannedTrial> planned_trials(const Planned& planned,
                                                       const std::vector<Task>& tasks,
                                                       const Kinds& kinds);

/// All that predictions for one sweep share.
struct Workload {
  std::vector<PlannedTrial> trials;  ///< In the order in which they are handed out.
  TrialMemory largest;
  Calibration calibration;
  MemoryBase memory;
  double startup = 0;  ///< Seconds from reading the spec until the first trial can begin.
  int cores = 1;       ///< On which it was calibrated.
};

struct Prediction {
  Layout layout;
  Spread wall;      ///< Where trials may stop early: all epochs at its high end, none before `low`.
  double idle = 0;  ///< Core-seconds at the end.
  MemoryNeed memory;
};
[[nodiscard]] Prediction predict(const Workload& workload, const Layout& layout);

/// The quickest; of those within one per cent of it the one with fewest ranks. At least one.
[[nodiscard]] const Prediction& best_of(const std::vector<Prediction>& predictions);

}  // namespace mlpsweep::runner
