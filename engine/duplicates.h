// Identical images: a random split puts some into the test part that were trained on.
#pragma once

#include <cstddef>

#include "engine/dataset.h"
#include "engine/partition.h"

namespace mlpsweep::engine {

[[nodiscard]] Twins count_twins(const Dataset& data);

/// Rows of a split whose image stands in its training part as well.
struct SharedRows {
  std::size_t validation = 0;
  std::size_t test = 0;
};
[[nodiscard]] SharedRows count_shared(const Partition& partition, const Dataset& data);

}  // namespace mlpsweep::engine
