// Outline -> Sweep: the order of all steps behind the text.
#pragma once

#include "sweeps/diagnostics.h"
#include "sweeps/outline.h"
#include "sweeps/read_sweep.h"
#include "sweeps/sweep.h"

namespace mlpsweep::sweeps {

/// Builds the parts and checks them; faults are reported. File, text and a default name are the
/// caller's.
[[nodiscard]] Sweep build_sweep(const Outline& outline, const ReadOptions& options,
                                Diagnostics& diagnostics);

}  // namespace mlpsweep::sweeps
