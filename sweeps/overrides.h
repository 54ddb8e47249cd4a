// Settings from the command line, put where the spec's file would have them.
#pragma once

#include <string>

#include "sweeps/diagnostics.h"
#include "sweeps/node.h"
#include "sweeps/outline.h"

namespace mlpsweep::sweeps {

/// One key=value or key=v1,v2 of the command line.
struct Override {
  std::string name;
  Place place;  ///< Of the name.
  Node values;  ///< A list of what stands between the commas.
};

/// Changes the outline as if the file had been edited. One value: it replaces the axis, or the
/// value in `base`. Several: they replace the axis where there is one, else they become the last
/// axis of every block. In a spec with experiments a change holds for all of them, whatever they
/// say of the key themselves; experiments.NAME.key changes one. What is illegal is reported.
void apply_override(const Override& change, Outline& outline, Diagnostics& diagnostics);

}  // namespace mlpsweep::sweeps
