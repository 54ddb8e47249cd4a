// From an outline to a grid: axes, the size of their product, what it excludes.
#pragma once

#include <cstdint>
#include <vector>

#include "sweeps/diagnostics.h"
#include "sweeps/part_outline.h"
#include "sweeps/sweep.h"

namespace mlpsweep::sweeps {

/// Whether a grid may be walked.
enum class GridSize { kGood, kTooLarge };

/// The grid that an outline describes, its axes checked: zips of unequal length, an axis named
/// twice. Nothing is left out of the grid yet (filter_grid.h).
[[nodiscard]] Part build_grid(const PartOutline& outline, Diagnostics& diagnostics);

/// Reports, at `place`, more trials than `most_trials` in all parts together, with their factors.
[[nodiscard]] GridSize check_size(const std::vector<Part>& parts, Place place,
                                  std::uint64_t most_trials, Diagnostics& diagnostics);

}  // namespace mlpsweep::sweeps
