#include "runner/predict.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "engine/errors.h"
#include "results/statistics.h"
#include "runner/process_memory.h"

namespace mlpsweep::runner {
namespace {

/// Code and tables that are touched by training, the journal and results.h5 only: ranks had 10 to
/// 17 MiB more than `plan` with the same data and their trials' arrays (Debian 12, measured).
constexpr double kTrainingBytes = 15 * kMebibyte;
/// MPI's own (Open MPI 4.1, two ranks on one node, measured).
constexpr double kMpiBytes = 8 * kMebibyte;
/// Ranks that find each other, and share the data, take so much longer until a sweep of nothing has
/// ended than one alone: 0.57 s instead of 0.25 (two ranks on one node, medians of seven). What is
/// measured begins and ends there as well (MeasuredRound): mpirun's own time is in neither.
constexpr double kMpiSeconds = 0.3;

/// Copies of what a record keeps that are in memory at once where a trial ends: its own, the items
/// that it is encoded from, and their text. Writing it has two, copying it to results.h5 three.
constexpr double kRecordCopies = 3;

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

void LargestTrials::add(const engine::Cost& cost, bool checkpoints) {
  largest_.push_back(cost.bytes + (checkpoints ? cost.checkpoint_bytes : 0));
  std::push_heap(largest_.begin(), largest_.end(), std::greater<>());
  if (largest_.size() > most_) {
    std::pop_heap(largest_.begin(), largest_.end(), std::greater<>());
    largest_.pop_back();
  }
  if (cost.kept_bytes > 0) {
    // The network is still there when the final weights are taken from it.
    record_ =
        std::max({record_, kRecordCopies * cost.kept_bytes, cost.bytes + cost.kept_bytes / 2});
  }
}

TrialMemory LargestTrials::memory() const {
  TrialMemory memory{largest_, record_};
  std::sort(memory.largest.begin(), memory.largest.end(), std::greater<>());
  return memory;
}

MemoryNeed memory_need(const MemoryBase& base, const TrialMemory& all, const Layout& layout) {
  const auto bytes_of = [&](std::size_t count) {
    const auto first = all.largest.begin();
    return std::accumulate(
        first, first + static_cast<std::ptrdiff_t>(std::min(count, all.largest.size())), 0.0);
  };
  const auto threads = static_cast<std::size_t>(layout.threads);
  const std::size_t others = all.largest.empty() ? 0 : all.largest.size() - 1;
  const double trials =
      std::max(bytes_of(threads), bytes_of(std::min(threads, others)) + all.record);
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

std::vector<double> mean_seconds(const std::vector<PlannedTrial>& trials,
                                 const Calibration& calibration) {
  std::vector<double> seconds;
  seconds.reserve(trials.size());
  for (const PlannedTrial& trial : trials) {
    double sum = 0;
    for (const std::vector<Paces>& round : calibration.rounds) {
      sum += seconds_of(round.at(trial.kind).busy, trial.epochs);
    }
    seconds.push_back(sum / static_cast<double>(calibration.rounds.size()));
  }
  return seconds;
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
