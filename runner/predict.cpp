#include "runner/predict.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/errors.h"
#include "results/statistics.h"
#include "runner/process_memory.h"

namespace mlpsweep::runner {
namespace {

/// Code and tables that are touched by training, the journal and results.h5 only: a rank with a
/// small network had 8 MiB more than `plan` with the same data (Debian 12, measured).
constexpr double kTrainingBytes = 8 * kMebibyte;
/// MPI's own (Open MPI 4.1, two ranks on one node, measured).
constexpr double kMpiBytes = 8 * kMebibyte;
/// Ranks that find each other, and share the data, take so much longer until a sweep of nothing has
/// ended than one alone: 0.57 s instead of 0.25 (two ranks on one node, medians of seven). What is
/// measured begins and ends there as well (MeasuredRound): mpirun's own time is in neither.
constexpr double kMpiSeconds = 0.3;

double seconds_of(const engine::Pace& pace, int epochs) {
  return pace.fixed + epochs * pace.epoch;
}

std::vector<TrialSeconds> trial_seconds(const std::vector<PlannedTrial>& trials,
                                        const std::vector<Paces>& paces,
                                        int PlannedTrial::*epochs) {
  std::vector<TrialSeconds> seconds;
  seconds.reserve(trials.size());
  for (const PlannedTrial& trial : trials) {
    const Paces& pace = paces.at(trial.kind);
    seconds.push_back({seconds_of(pace.busy, trial.*epochs), seconds_of(pace.alone, trial.*epochs),
                       seconds_of(pace.joined, trial.*epochs)});
  }
  return seconds;
}

/// One course for each round of calibration.
std::vector<Course> courses(const Workload& workload, const Layout& layout,
                            int PlannedTrial::*epochs) {
  std::vector<Course> all;
  for (const std::vector<Paces>& round : workload.calibration.rounds) {
    all.push_back(play(trial_seconds(workload.trials, round, epochs), layout, workload.cores));
  }
  return all;
}

Spread wall_of(const std::vector<Course>& courses, double startup) {
  std::vector<double> seconds;
  for (const Course& course : courses) {
    seconds.push_back(startup + course.seconds);
  }
  return spread_of(seconds);
}

}  // namespace

Spread spread_of(std::span<const double> rounds) {
  const results::Interval mean = results::interval_of(rounds);
  // That interval is for the mean, s / sqrt(n) wide; one more value scatters by s as well.
  const double half = (mean.high - mean.mean) * std::sqrt(static_cast<double>(rounds.size()) + 1);
  return {mean.mean, std::max(0.0, mean.mean - half), mean.mean + half};
}

Fit fit_of(const Spread& wall, double limit_seconds) {
  if (wall.high <= limit_seconds) {
    return Fit::kFits;
  }
  return wall.low <= limit_seconds ? Fit::kPerhaps : Fit::kTooLong;
}

MemoryNeed memory_need(const MemoryBase& base, std::span<const double> largest,
                       const Layout& layout) {
  const auto threads = std::min<std::size_t>(largest.size(), layout.threads);
  const double trials = std::accumulate(largest.begin(), largest.begin() + threads, 0.0);
  const bool several = layout.nodes * layout.ranks > 1;
  const double training = base.settled + kTrainingBytes + trials + (several ? kMpiBytes : 0);
  if (layout.ranks == 1) {
    const double most = std::max(base.peak, training);
    return {most, most};
  }
  // The first rank holds what it has read until the copy that all ranks map is written.
  const double first = base.settled + kMpiBytes + base.data;
  return {std::max({base.peak, first, training}),
          std::max(first, training) + (layout.ranks - 1) * (training - base.data)};
}

std::vector<PlannedTrial> planned_trials(const Planned& planned, const std::vector<Task>& tasks,
                                         const Kinds& kinds) {
  std::vector<PlannedTrial> trials;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const engine::TrainSpec spec = planned.sweep.trial(tasks[i].trial);
    const auto& patience = spec.early_stop.patience;
    const int more = spec.early_stop.stop_when == "reached" ? 0 : 1;
    const int soonest = patience ? std::min(spec.epochs, 1 + *patience + more) : spec.epochs;
    trials.push_back({kinds.of_task[i], spec.epochs, soonest});
  }
  return trials;
}

Prediction predict(const Workload& workload, const Layout& layout) {
  Prediction prediction{layout, {}, 0, memory_need(workload.memory, workload.largest, layout)};
  const bool several = layout.nodes * layout.ranks > 1;
  const double startup = workload.startup + (several ? kMpiSeconds : 0);
  const std::vector<Course> all = courses(workload, layout, &PlannedTrial::epochs);
  prediction.wall = wall_of(all, startup);
  for (const Course& course : all) {
    prediction.idle += course.idle / static_cast<double>(all.size());
  }
  const bool stops_early =
      std::any_of(workload.trials.begin(), workload.trials.end(),
                  [](const PlannedTrial& trial) { return trial.soonest < trial.epochs; });
  if (stops_early) {
    prediction.wall.low = wall_of(courses(workload, layout, &PlannedTrial::soonest), startup).low;
  }
  return prediction;
}

const Prediction& best_of(const std::vector<Prediction>& predictions) {
  MLPS_CHECK(!predictions.empty(), "0");
  const auto quicker = [](const Prediction& a, const Prediction& b) {
    return a.wall.seconds < b.wall.seconds;
  };
  const double least =
      std::min_element(predictions.begin(), predictions.end(), quicker)->wall.seconds;
  return *std::find_if(predictions.begin(), predictions.end(),
                       [&](const Prediction& one) { return one.wall.seconds <= 1.01 * least; });
}

}  // namespace mlpsweep::runner
