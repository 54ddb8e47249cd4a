// Where a sweep stands: written by rank 0 every two seconds, read by `mlpsweep status`.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "results/journal.h"
#include "results/run_header.h"
#include "results/sweep_folder.h"
#include "runner/plan_trials.h"
#include "runner/progress.h"
#include "runner/serve.h"
#include "sweeps/fingerprint.h"

namespace mlpsweep::runner {

/// Replaces status.json whole, so that a reader never sees half of it. `fingerprints` by trial.
void write_status(const results::SweepFolder& folder, const Standing& standing,
                  std::span<const RankStanding> ranks,
                  std::span<const sweeps::Fingerprint> fingerprints);

struct RankLine {
  std::size_t rank = 0;
  std::string text;  ///< "rank 1 on n2, 4 threads: ..."
};

/// A sweep's standing by its journals, and by its status.json where a run is under way.
struct SweepStatus {
  Standing standing;
  std::string name;
  std::string owner;                ///< Of the run under way; empty: none.
  std::string updated;              ///< When that run last wrote of itself, UTC; empty: not yet.
  std::vector<RankLine> ranks;      ///< What each of its ranks does that is heard.
  std::vector<std::string> parts;   ///< "rates: 3/15 done"; empty where the sweep has no parts.
  std::vector<std::string> failed;  ///< The plan's first ones, with what they died of.
  std::vector<std::string> costs;   ///< Time and memory, predicted and measured; may be empty.
  bool stuck = false;               ///< All have ended, and some part has no trials at all.
};

/// Failed trials that are told one by one; standing.failed counts all.
inline constexpr std::size_t kMostFailedTold = 10;

/// Looks at a sweep as often as it is asked, and reads only what is new: of the journals what was
/// appended since the last look, the spec and its plan once a run has begun or a winner is known.
/// Of a record only its state is read; of the failed ones that are told all of it.
///
/// Threads  Not safe. The sweep may run meanwhile.
class StatusReader {
 public:
  /// Errors   InputError: `target` is no sweep's directory, and no spec that was run.
  explicit StatusReader(const std::string& target);

  /// Errors   InputError: the directory holds no sweep (any more), or one that this version can't
  ///          read. MachineError: it can't be read; another look may be luckier.
  [[nodiscard]] SweepStatus look();

 private:
  void read_on();
  void count();

  std::string path_;
  results::JournalReader journals_;
  std::string header_;  ///< Of the newest journal when the plan was made; empty: there is none.
  Planned plan_;
  std::vector<sweeps::Fingerprint> trials_;  ///< The plan's, each once, in its order.
  SweepStatus counted_;                      ///< By the journals alone.
};

/// One look.
/// Errors   As StatusReader.
[[nodiscard]] SweepStatus read_status(const std::string& target);

}  // namespace mlpsweep::runner
