// results.h5 from the journals: at the end of a sweep, and now and then while it runs.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include "results/store.h"
#include "sweeps/fingerprint.h"
#include "sweeps/sweep.h"

namespace mlpsweep::runner {

/// The trials of a sweep, as far as a results file tells of them.
struct TrialPlan {
  struct Part {
    std::string experiment;
    std::string reading;
    std::uint64_t trials = 0;
  };
  std::vector<sweeps::Fingerprint> fingerprints;  ///< By trial index: part after part.
  std::vector<Part> parts;
};
[[nodiscard]] TrialPlan trial_plan(const sweeps::Sweep& sweep,
                                   std::vector<sweeps::Fingerprint> fingerprints);

/// Writes `folder`/results.h5 from the journals: the plan's trials in their order, then records
/// that the plan has no more, by fingerprint. Errors   MachineError; the old file stays.
void derive_results(const std::filesystem::path& folder, const results::SweepInfo& info,
                    const TrialPlan& plan);

/// Derives the file on a thread of its own, when records grew by a tenth and the last time took
/// under 1 % of the time since; not at the sweep's end, where whoever runs it writes it in any
/// case.
///
/// Threads  One thread calls it.
class ResultsKeeper {
 public:
  ResultsKeeper(std::filesystem::path folder, results::SweepInfo info, TrialPlan plan);
  ~ResultsKeeper();

  /// `ended` trials have ended. A failure while the sweep goes on is logged, not thrown: the
  /// journals hold everything.
  void grown(std::size_t ended, bool at_end = false);

 private:
  using Clock = std::chrono::steady_clock;
  void collect();

  std::filesystem::path folder_;
  results::SweepInfo info_;
  TrialPlan plan_;
  std::optional<std::future<Clock::duration>> under_way_;
  std::size_t written_ended_ = 0;
  Clock::time_point written_;
  Clock::duration cost_{};
};

}  // namespace mlpsweep::runner
