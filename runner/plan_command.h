// `mlpsweep plan`: what a sweep is, and with --time what it will take.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sweeps/sweep.h"

namespace mlpsweep::runner {

struct PlanOptions {
  std::string spec;
  std::vector<std::string> overrides;
  std::string data_folder;
  bool yes = false;
  int cores = 0;                   ///< Of a node; 0: those that this process may use.
  double checkpoint_seconds = 60;  ///< As of `run`: a trial that trains longer writes its state.
  bool time = false;
  // With `time`:
  double calibration_seconds = 6;  ///< More where that is too short to tell anything.
  int nodes = 1;
  std::string limit;   ///< Wall time that the sweep should fit into: "2h"; empty: none.
  std::string folder;  ///< Keep the prediction in this sweep's directory; empty: only print it.
};

/// Trials with parameters and floating-point operations of each, and the totals; with options.time
/// wall time, core time and memory of each way to share the cores.
/// Errors   InputError, as the readers.
/// Returns the exit code.
int plan(const PlanOptions& options);

/// Seconds of "2h", "90min", "1d12h" or "45s"; none of any other text.
[[nodiscard]] std::optional<double> read_duration(std::string_view text);

/// The spec as `check` and `plan` read it.
[[nodiscard]] sweeps::Sweep read_planned_spec(const PlanOptions& options);

}  // namespace mlpsweep::runner
