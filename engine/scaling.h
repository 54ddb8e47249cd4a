// How bytes become inputs: mean and factor of each part of a split.
#pragma once

#include "engine/dataset.h"
#include "engine/partition.h"
#include "engine/spec.h"

namespace mlpsweep::engine {

/// Fills in the scalers of a partition whose rows are dealt out.
///
/// Errors   InputError: a method, a `per` or a `fit` that is none.
void fit_scalers(const Scale& scale, const Dataset& data, Partition& parts);

}  // namespace mlpsweep::engine
