// What a sweep's records are of: each experiment and reading with its own trials.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "results/store.h"
#include "sweeps/sweep.h"

namespace mlpsweep::runner {

/// A part of a sweep (sweeps::Part) with its results.
struct PartResults {
  std::string experiment;  ///< Empty: the spec has no experiments.
  std::string reading;     ///< Empty: the one that is judged.
  std::string title;       ///< "rates (bias: as_printed)"; empty: there is this part only.
  /// The sweep's, but for name ("r4: rates (bias: as_printed)"), swept keys and planned trials.
  results::SweepInfo info;
  std::vector<std::size_t> records;  ///< Indices into StoredResults::records, in trial order.
  /// Why it has no trials (sweeps::size_text): "waits for the winner of rates"; empty: it has some.
  std::string without_trials;
};

/// The parts of a sweep in the order of its spec; a trial that two of them name is in both. From
/// the spec and the records alone, so that a results.h5 tells as much as a directory.
///
/// A spec that this version can't read gives one part with all that is in the plan: its records can
/// be compared all the same.
[[nodiscard]] std::vector<PartResults> part_results(const results::StoredResults& stored);

/// A part as the sweep has it, with the place of each of its trials among the records.
struct PartGrid {
  sweeps::Part part;
  std::vector<std::optional<std::size_t>> trials;  ///< By the part's trial index; empty: no record.
};

/// The sweep behind some results, its winners known as far as the records decide them.
struct SweepResults {
  sweeps::Sweep sweep;
  std::vector<PartGrid> parts;  ///< In the order of sweep.parts.
};

/// Errors   InputError: the spec is none that this version can read.
[[nodiscard]] SweepResults sweep_results(const results::StoredResults& stored);

}  // namespace mlpsweep::runner
