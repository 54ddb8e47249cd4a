// Topologies that are named by their size become widths, once the part's data are known.
#pragma once

#include "sweeps/diagnostics.h"

namespace mlpsweep::sweeps {

struct PartOutline;

/// Gives every matched topology of `hidden` its text ("203x203"). Reports one whose inputs or
/// classes are not known, or that would hang on a swept setting, and one that is in its axis twice.
void resolve_topologies(PartOutline& part, Diagnostics& diagnostics);

}  // namespace mlpsweep::sweeps
