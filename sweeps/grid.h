// From an outline to a grid: axes, their product's size, what it excludes.
#pragma once

#include <cstdint>

#include "sweeps/diagnostics.h"
#include "sweeps/outline.h"
#include "sweeps/sweep.h"

namespace mlpsweep::sweeps {

/// Whether a grid may be walked.
enum class GridSize { kGood, kTooLarge };

/// The sweep that an outline describes, its axes checked: zips of unequal length, an axis named
/// twice, more trials than `most_trials`. Nothing is left out of the grid yet (filter_grid.h).
[[nodiscard]] Sweep build_grid(const Outline& outline, std::uint64_t most_trials, GridSize& size,
                               Diagnostics& diagnostics);

}  // namespace mlpsweep::sweeps
