// What a sweep is to do, by what was recorded of it: its winners, its trials, and what is left.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "results/journal.h"
#include "results/run_header.h"
#include "runner/coordinator.h"
#include "runner/job.h"
#include "runner/messages.h"
#include "sweeps/fingerprint.h"
#include "sweeps/settle.h"
#include "sweeps/sweep.h"

namespace mlpsweep::runner {

/// Trials at most where the user said --yes: they are numbered with 32 bits in places.
inline constexpr std::uint64_t kNoLimit = 0xffffffff;

/// The figure (results::figure) that a sweep's metric names: at: best reads the best epoch's.
[[nodiscard]] std::string metric_figure(const sweeps::Metric& metric);

/// Whether `value` is the better one; any number is better than none.
[[nodiscard]] bool is_better(const sweeps::Metric& metric, double value, double than);

/// A sweep that has met its data, and the records that decide what waits for them.
struct Planned {
  sweeps::Sweep sweep;  ///< Settled by `winners`.
  sweeps::Winners winners;
  std::vector<results::DataSource> sources;
  /// By trial index; a trial that several parts name has several indices.
  std::vector<sweeps::Fingerprint> fingerprints;
  results::Shard shard = {};
  std::set<sweeps::Fingerprint> others = {};  ///< Trials that are not this shard's.
};

/// The winners that ended trials decide (sweeps/settle.h). `sources` as in propose().
[[nodiscard]] sweeps::Winners recorded_winners(const sweeps::Sweep& sweep,
                                               const std::vector<results::DataSource>& sources,
                                               const results::JournalIndex& journals);

/// Parts whose winner the records decide have their trials. `sources` are the data of all possible
/// winners (sweep_data.h).
[[nodiscard]] Planned propose(const sweeps::Sweep& sweep,
                              const std::vector<results::DataSource>& sources,
                              const results::JournalIndex& journals);

/// Leaves a plan one part of its trials: those that it has ended, and those that are dealt to it
/// and have not ended elsewhere. They are dealt one by one in the order in which they are handed
/// out, so that all parts take about as long.
void keep_shard(Planned& planned, const results::Shard& shard, const results::JournalIndex& own,
                const std::set<sweeps::Fingerprint>& elsewhere);

/// The plan's trials, each once, without those of other parts.
[[nodiscard]] std::vector<sweeps::Fingerprint> own_trials(const Planned& planned);

/// How many different trials a plan has.
[[nodiscard]] std::uint64_t distinct_trials(const Planned& planned);

/// Whether the last run read the same spec and the same data: what that drops was agreed to then.
[[nodiscard]] bool is_last_spec(const Planned& planned, const results::JournalIndex& journals);

/// Whether it came as far as these winners as well.
[[nodiscard]] bool is_last_plan(const Planned& planned, const results::JournalIndex& journals);

/// Trials that this run has handed out already: one that failed waits for the next run.
using Tried = std::set<sweeps::Fingerprint>;

/// How often ranks died over each trial since its checkpoint.
using TriesOfTrials = std::map<sweeps::Fingerprint, Tries>;

/// What the parts of this run before the one that asks came to; `epoch_of` tells where a trial's
/// checkpoint stands.
struct EarlierParts {
  Tried failed;
  TriesOfTrials tries;
};
[[nodiscard]] EarlierParts earlier_parts(
    const RunIdentity& run, const results::JournalIndex& journals,
    const std::function<int(const sweeps::Fingerprint&)>& epoch_of);

/// What there is of the plan already.
struct Earlier {
  std::size_t ended = 0;
  std::size_t diverged = 0;
  std::size_t failed = 0;      ///< Of those that were tried; not among `ended`.
  double best = engine::kNaN;  ///< Best metric of a complete trial, and which trial that is.
  std::uint64_t best_trial = 0;
};
[[nodiscard]] Earlier earlier_trials(const Planned& planned, const results::JournalIndex& journals,
                                     const Tried& tried);

/// What is told of a trial that has this record.
[[nodiscard]] Outcome outcome_of(std::uint64_t trial, const results::Record& record,
                                 const sweeps::Metric& metric);

/// What the records of these trials came to, of those that have one.
[[nodiscard]] std::vector<Outcome> recorded_outcomes(const std::vector<std::uint64_t>& trials,
                                                     const Planned& planned,
                                                     const results::JournalIndex& journals);

/// Trials that no record ends and that were not tried, each once, in the order in which they are
/// handed out.
[[nodiscard]] std::vector<Task> waiting_tasks(const Planned& planned,
                                              const results::JournalIndex& journals,
                                              const Tried& tried, const TriesOfTrials& tries = {});

/// Each experiment that has no trials after a run, and why: "experiment penalties waits for the
/// winner of rates, and there is none: ...". Of its readings only where the judged one has some.
[[nodiscard]] std::vector<std::string> parts_without_trials(const Planned& planned,
                                                            const results::JournalIndex& journals);

/// Recorded trials that the sweep has no more, told as a difference: which keys lost which values.
/// Empty when the sweep includes all that was recorded. What it would include had a winner of an
/// earlier run won again is not missed: those records stay, marked as not in the plan.
[[nodiscard]] std::string dropped_trials(const Planned& planned,
                                         const results::JournalIndex& journals);

}  // namespace mlpsweep::runner
