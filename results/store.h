// results.h5: derived from the journals, rewritten whole, opens anywhere. FORMAT.md describes it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "results/record.h"
#include "sweeps/report.h"

namespace mlpsweep::results {

/// What the file says of the sweep as a whole.
struct SweepInfo {
  std::string name;
  std::string spec;  ///< The YAML as given.
  std::vector<std::string> overrides;
  std::string metric;  ///< Name of the figure that trials are compared by.
  bool minimize = true;
  bool at_best = false;
  std::vector<std::string> swept;  ///< Keys that take more than one value.
  std::uint64_t planned = 0;       ///< Trials in the plan.
  std::vector<std::pair<std::string, std::string>> provenance;  ///< program, libraries, host, ...
  /// What the spec names for tables; in the file as part of `spec` only, so that who reads one has
  /// to read that again.
  std::vector<sweeps::DerivedFigure> derived = {};
  std::vector<sweeps::TablePreset> tables = {};
};

/// The i-th record in trial order; called for 0 .. count - 1, possibly more than once.
using RecordSource = std::function<Record(std::size_t index)>;

/// Marks a record that no trial of the present plan has.
using InPlan = std::function<bool(std::size_t index)>;

/// The records of one experiment under one reading. A record may be in several.
struct StoredPart {
  std::string experiment;            ///< Empty: the spec has none.
  std::string reading;               ///< "bias: as_printed"; empty: the one that is judged.
  std::vector<std::size_t> records;  ///< Indices in trial order.
};

/// Writes `file` anew: to a temporary name beside it, every return code checked, synced, reopened
/// and verified, then renamed, so that a reader at any time finds a whole file.
///
/// Records are read one at a time: memory does not grow with their number but for the curves'
/// chunk. Errors   MachineError with the path and HDF5's own message; the old file stays as it was.
void write_results(const std::filesystem::path& file, const SweepInfo& info, std::size_t count,
                   const RecordSource& source, const InPlan& in_plan,
                   const std::vector<StoredPart>& parts = {});

struct StoredResults {
  SweepInfo info;
  std::vector<Record> records;  ///< In trial order.
  std::vector<bool> in_plan;
};

/// Reads a whole file back, to the same digest: in a child process with limits, since the file may
/// come from anywhere and the HDF5 library is known to crash on hostile ones. Its records come over
/// a pipe; HDF5 never sees the file in this process.
/// Errors   InputError: no such file, no HDF5 file, not one of ours, a newer schema version, or one
///          on which its reader crashed. MachineError: there can be no child process.
[[nodiscard]] StoredResults read_results(const std::filesystem::path& file);

}  // namespace mlpsweep::results
