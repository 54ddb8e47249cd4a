// What a trial will cost, told before it runs: orders the sweep and fills `plan`.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/spec.h"

namespace mlpsweep::engine {

/// Rows of the three parts that a split makes.
struct PartRows {
  std::size_t train = 0;
  std::size_t validation = 0;
  std::size_t test = 0;
};

/// Errors   InputError: the parts ask for more rows than there are, or leave none to train on; a
///          fold that there is not, or a validation part beside the folds.
[[nodiscard]] PartRows part_rows(const Split& split, std::size_t train_rows, std::size_t test_rows);
/// Of one fold, where the spec asks for folds.
[[nodiscard]] PartRows part_rows(const TrainSpec& spec, std::size_t train_rows,
                                 std::size_t test_rows);

struct Cost {
  std::int64_t parameters = 0;  ///< Weights and biases, without padding.
  double flop = 0;        ///< All epochs with their evaluations, an upper bound under early stop.
  double bytes = 0;       ///< Peak memory of the trial while it trains, without the data set.
  double kept_bytes = 0;  ///< Of the weights in its record, the initial and the final ones.
  double checkpoint_bytes = 0;  ///< Beside `bytes` while its state is written; 0: it never is.
};

/// How many rows a trial passes through its network.
struct RowCounts {
  std::size_t trained = 0;      ///< An epoch's.
  std::size_t scored = 0;       ///< After each epoch.
  std::size_t scored_last = 0;  ///< After the last one: the test part, once or twice.
};
[[nodiscard]] RowCounts count_rows(const TrainSpec& spec, const PartRows& rows);

/// Units    A multiply-add counts as two operations; only matrix products are counted.
[[nodiscard]] Cost predict_cost(const TrainSpec& spec, std::size_t inputs, int classes,
                                const PartRows& rows);

/// Units of the output layer: one for sigmoid with two classes, else one a class.
[[nodiscard]] int output_units(const TrainSpec& spec, int classes);

}  // namespace mlpsweep::engine
