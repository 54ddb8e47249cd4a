// Which rows train, validate and test, and how bytes become inputs.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/dataset.h"
#include "engine/spec.h"

namespace mlpsweep::engine {

/// x = (byte - mean[d]) * factor[d]; with per_image each row's own mean and factor, found when it
/// is gathered. A pixel (or image) that never changes gets factor 0, so x = 0: no division by zero.
///
/// Shapes   mean, factor (D), empty with per_image.
struct Scaler {
  std::vector<float> mean;
  std::vector<float> factor;
  bool per_image = false;
};

/// Row numbers into Dataset::train (or, for test, into Dataset::test when own_test).
///
/// The order of `train` is that of the split's stream; a repeat has the same one in every
/// configuration that splits alike.
struct Partition {
  std::vector<std::uint32_t> train;
  std::vector<std::uint32_t> validation;
  std::vector<std::uint32_t> test;
  bool own_test = true;
  Scaler scaler;             ///< Of the training part.
  Scaler validation_scaler;  ///< The same, unless each part is scaled by its own numbers.
  Scaler test_scaler;        ///< The same, unless each part or each file is.
};

/// With folds the test part is dealt out first, then those rows that train are cut into folds; the
/// one that is asked for validates, the others train. Folds differ by one row at most, and
/// stratified by one row of each class.
///
/// Errors   InputError: more rows asked for than there are; a class too small to be stratified; a
///          fold that there is not, or a validation part beside the folds.
[[nodiscard]] Partition make_partition(const TrainSpec& spec, const Dataset& data);

/// The same, its rows alone: no scaler is fitted.
[[nodiscard]] Partition partition_rows(const TrainSpec& spec, const Dataset& data);

}  // namespace mlpsweep::engine
