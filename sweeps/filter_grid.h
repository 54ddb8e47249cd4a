// What a grid leaves out: excluded configurations, and in a union what an earlier block holds.
#pragma once

#include "sweeps/diagnostics.h"
#include "sweeps/outline.h"
#include "sweeps/sweep.h"

namespace mlpsweep::sweeps {

/// Fills Sweep::kept: leaves out what is excluded, and in a union what an earlier block already
/// holds. Walks the whole grid, so it comes after the check of its size; memory 8 bytes a
/// configuration for the result, and while it walks a union 24 more.
void filter_grid(const Outline& outline, Sweep& sweep, Diagnostics& diagnostics);

}  // namespace mlpsweep::sweeps
