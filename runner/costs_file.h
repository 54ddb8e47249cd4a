// costs.json in a sweep's directory: the time and memory that were predicted, and those it took.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "results/sweep_folder.h"
#include "runner/plan_trials.h"
#include "runner/predict.h"

namespace mlpsweep::runner {

/// What `plan --time -o DIR` said of the trials that wait there.
struct PredictedCosts {
  std::string made;    ///< UTC, ISO 8601.
  std::string trials;  ///< task_list_hash() of them.
  std::uint64_t count = 0;
  bool may_stop_early = false;
  std::vector<Prediction> layouts;

  /// For that layout; null where none was made.
  [[nodiscard]] const Prediction* find(const Layout& layout) const;
};

/// What a run took from its beginning to the last record of these trials.
struct MeasuredRound {
  std::string trials;  ///< As above, of those that it trained.
  std::uint64_t count = 0;
  double seconds = 0;     ///< Wall time, from the search for other ranks (World) on.
  double rank_bytes = 0;  ///< The largest peak of a rank; see ProcessMemory.
};

/// What the last run that was not interrupted took.
struct MeasuredCosts {
  std::string ended;  ///< UTC, ISO 8601.
  Layout layout;
  MeasuredRound whole;
  /// Of a run that went on with trials which waited for a winner: what it trained before. A
  /// prediction knows of these alone.
  std::optional<MeasuredRound> first;

  /// Takes in a round: its trials and their number, and time and memory since the run began.
  void add(const MeasuredRound& round);
};

struct Costs {
  std::optional<PredictedCosts> predicted;
  std::optional<MeasuredCosts> measured;
  /// Why the file was not read and is not to be replaced: a newer version wrote it. Mostly empty.
  std::string refused = {};
};

/// Raised when a reader of the older file would go wrong; a file without one is of version 1.
inline constexpr std::uint64_t kCostsVersion = 1;

/// Tells whether a prediction and a run were of the same trials.
[[nodiscard]] std::string task_list_hash(const Planned& planned, const std::vector<Task>& tasks);

/// Of a file that isn't there, or that can't be read, nothing: no result hangs on it.
[[nodiscard]] Costs read_costs(const results::SweepFolder& folder);

/// Only for whoever holds the lock: what is there was read before. Leaves a file alone that was
/// refused.
/// Errors   MachineError.
void write_costs(const results::SweepFolder& folder, const Costs& costs);

/// "24 trials took 42 s on 1 rank x 2 threads, a rank at most 126 MiB"; of a run in several rounds
/// the same of the first; below it, if the prediction was of these trials on that layout, what it
/// said.
[[nodiscard]] std::vector<std::string> lines_of(const Costs& costs);

/// One line of JSON; as the file has it, but of the predictions only the one for the layout that
/// was run.
[[nodiscard]] std::string text_of(const Costs& costs);

/// "12.3 s" below 100 s, else as duration_text().
[[nodiscard]] std::string seconds_text(double seconds);

/// "1 rank x 2 threads", "2 nodes x 1 rank x 2 threads"
[[nodiscard]] std::string text_of(const Layout& layout);

}  // namespace mlpsweep::runner
