// Identical images: a random split puts some into the test part that were trained on.
#pragma once

#include <cstddef>

#include "engine/dataset.h"
#include "engine/partition.h"

namespace mlpsweep::engine {

/// Identical: the same bytes, whatever the label. Told apart by XXH3-128, so that two different
/// images count as one with a chance of 2^-100.
struct Twins {
  std::size_t images = 0;     ///< Of both parts of the set.
  std::size_t distinct = 0;   ///< Different ones among them.
  std::size_t with_twin = 0;  ///< Images to which there is an identical other one.
};
[[nodiscard]] Twins count_twins(const Dataset& data);

/// Rows of a split whose image stands in its training part as well.
struct SharedRows {
  std::size_t validation = 0;
  std::size_t test = 0;
};
[[nodiscard]] SharedRows count_shared(const Partition& partition, const Dataset& data);

}  // namespace mlpsweep::engine
