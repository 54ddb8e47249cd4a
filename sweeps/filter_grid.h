// What a grid leaves out: excluded configurations, and in a union what an earlier block holds.
#pragma once

#include <vector>

#include "sweeps/diagnostics.h"
#include "sweeps/part_outline.h"
#include "sweeps/sweep.h"

namespace mlpsweep::sweeps {

/// Fills Part::kept: leaves out what is excluded, and in a union what an earlier block already
/// holds. Walks the whole grid, so it comes after the check of its size; memory 8 bytes a
/// configuration for the result, and while it walks a union 24 more. Tells of each exclusion
/// whether some configuration matched it (nothing where there was nothing to walk).
std::vector<bool> filter_grid(Part& part);

/// Filters every part and reports entries of `exclude` that leave out nothing anywhere, or all of a
/// part that waits for no winner. `outlines` are those of the parts.
void filter_grids(const std::vector<PartOutline>& outlines, Sweep& sweep, Diagnostics& diagnostics);

}  // namespace mlpsweep::sweeps
