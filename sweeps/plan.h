// What a sweep will cost, told before anything is trained; pure data, the runner prints it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/cost.h"
#include "sweeps/fingerprint.h"
#include "sweeps/sweep.h"
#include "sweeps/value.h"

namespace mlpsweep::sweeps {

/// What a plan must know of a data set.
struct DataFacts {
  std::size_t inputs = 0;
  int classes = 0;
  std::size_t train_rows = 0;
  std::size_t test_rows = 0;
  std::string checksum;
};
using FindData = std::function<DataFacts(const engine::DataSpec&)>;

struct PlanRow {
  Fingerprint fingerprint;
  std::size_t part = 0;  ///< Of the sweep; of a trial that several parts name, the first.
  int repeat = 0;
  int fold = 0;
  std::vector<Setting> settings;  ///< The swept ones.
  engine::PartRows rows;
  engine::Cost cost;
};

/// Units    flop counts a multiply-add as two; bytes are of one trial, without the data.
struct Plan {
  std::uint64_t trials = 0;          ///< Each counted once.
  std::vector<std::uint64_t> fresh;  ///< Of each part: trials that no part before it has.
  double flop = 0;                   ///< Of all trials.
  std::int64_t most_parameters = 0;
  double most_bytes = 0;  ///< Of the largest trial.
};

/// Goes through all trials in order, gives each to `take`, and adds them up. Memory doesn't grow
/// with the sweep, but for 16 bytes a trial where it has several parts.
///
/// Errors   InputError: a split asks for more rows than a data set has; what find_data throws.
Plan make_plan(const Sweep& sweep, const FindData& find_data,
               const std::function<void(const PlanRow&)>& take);

/// "rates", "rates (delta: plain)", "(delta: plain)"; empty for the only part of a plain sweep.
[[nodiscard]] std::string title_of(const Part& part);

/// "3 configurations x 5 repeats = 15 trials"; of a part without trials why it has none: "waits for
/// the winner of rates", or what its exclusions had to do with the winner.
[[nodiscard]] std::string size_text(const Part& part);

/// The size of the whole sweep: as size_text where it has one part, else "7 parts, 96 trials".
[[nodiscard]] std::string size_text(const Sweep& sweep);

/// "rates: 3 configurations x ..." for each part; nothing for a plain sweep.
[[nodiscard]] std::vector<std::string> part_lines(const Sweep& sweep);

/// Trials of the settled parts, each counted once, told without reading any data: files of another
/// name count as other data.
[[nodiscard]] std::uint64_t distinct_trials(const Sweep& sweep);

/// All settings of every configuration and the sweep's own (seed, repeats, metric) as JSON, numbers
/// as numbers: for readers whose YAML takes 1e-4 for a text. Settings that all configurations share
/// stand once, under "settings"; the others in "configurations", of a sweep with several parts
/// under "parts". A part that starts from a winner says what it took, or for whom it waits.
[[nodiscard]] std::string resolved_json(const Sweep& sweep);

}  // namespace mlpsweep::sweeps
