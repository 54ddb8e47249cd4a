// A sweep's records -> what a report is held against.
#pragma once

#include <string>
#include <vector>

#include "engine/dataset.h"
#include "results/outcome.h"
#include "results/store.h"
#include "runner/part_results.h"

namespace mlpsweep::runner {

/// All parts of the sweep with their records, class names from the data, and the gradient checks
/// that the spec asks for, made here. Points into `stored` and `results`, which must outlive it.
/// Errors   As DatasetCache::get and engine::check_single_weights.
[[nodiscard]] results::OutcomeInput outcome_input(const results::StoredResults& stored,
                                                  const SweepResults& results,
                                                  engine::DatasetCache& data);

}  // namespace mlpsweep::runner
