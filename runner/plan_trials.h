// A sweep meets its data: fingerprints, costs, and what is still to do.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/dataset.h"
#include "results/journal.h"
#include "results/run_header.h"
#include "runner/coordinator.h"
#include "sweeps/fingerprint.h"
#include "sweeps/settle.h"
#include "sweeps/sweep.h"

namespace mlpsweep::runner {

/// Trials at most where the user said --yes: they are numbered with 32 bits in places.
inline constexpr std::uint64_t kNoLimit = 0xffffffff;

/// The figure (results::figure) that a sweep's metric names: at: best reads the best epoch's.
[[nodiscard]] std::string metric_figure(const sweeps::Metric& metric);

/// The data sets of all trials of a sweep, in order of first use; of parts that wait for a winner
/// as well.
[[nodiscard]] std::vector<results::DataSource> data_sources(const sweeps::Sweep& sweep,
                                                            engine::DatasetCache& data);

/// Key and checksum of each, one after the other: what two ranks must agree on.
[[nodiscard]] std::vector<std::string> data_identities(
    const std::vector<results::DataSource>& sources);

/// Holds the parts that trials ask for against the data itself: each way of splitting once. Gives
/// what a user should know of them: how the files were taken, and how many images of the test and
/// validation part stand in the training part as well.
/// Errors   InputError: more rows than there are, a class too small to be stratified, or no
///          validation rows where the metric or early stopping needs them.
[[nodiscard]] std::vector<std::string> check_parts(const sweeps::Sweep& sweep,
                                                   engine::DatasetCache& data);

/// What earlier runs left of the plan.
struct Earlier {
  std::size_t ended = 0;
  std::size_t diverged = 0;
  double best = engine::kNaN;  ///< Best metric of a complete trial, and which trial that is.
  std::uint64_t best_trial = 0;
};
[[nodiscard]] Earlier earlier_trials(const sweeps::Sweep& sweep,
                                     const std::vector<sweeps::Fingerprint>& fingerprints,
                                     const results::JournalIndex& journals);

/// Whether `value` is the better one; any number is better than none.
[[nodiscard]] bool is_better(const sweeps::Metric& metric, double value, double than);

/// The fingerprint of each trial, by trial index; a trial that several parts name has several
/// indices. 16 bytes a trial.
[[nodiscard]] std::vector<sweeps::Fingerprint> fingerprints(
    const sweeps::Sweep& sweep, const std::vector<results::DataSource>& sources);

/// How many different trials these are.
[[nodiscard]] std::uint64_t distinct(const std::vector<sweeps::Fingerprint>& fingerprints);

/// The winners that ended trials decide (sweeps/settle.h).
[[nodiscard]] sweeps::Winners recorded_winners(const sweeps::Sweep& sweep,
                                               const std::vector<results::DataSource>& sources,
                                               const results::JournalIndex& journals);

/// "experiment penalties waits for the winner of rates" for each judged part that is not settled.
[[nodiscard]] std::vector<std::string> waiting_parts(const sweeps::Sweep& sweep);

/// Trials that no record ends, each once, in the order in which they are handed out.
[[nodiscard]] std::vector<Task> waiting_tasks(const sweeps::Sweep& sweep,
                                              const std::vector<results::DataSource>& sources,
                                              const std::vector<sweeps::Fingerprint>& fingerprints,
                                              const results::JournalIndex& journals);

/// Recorded trials that the sweep has no more, told as a difference: which keys lost which values.
/// Empty when the sweep includes all that was recorded. What it would include had a winner of an
/// earlier run won again is not missed: those records stay, marked as not in the plan.
[[nodiscard]] std::string dropped_trials(const sweeps::Sweep& sweep,
                                         const std::vector<results::DataSource>& sources,
                                         const std::vector<sweeps::Fingerprint>& fingerprints,
                                         const results::JournalIndex& journals);

}  // namespace mlpsweep::runner
