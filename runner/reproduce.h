// `mlpsweep reproduce`: published figure, measured figure, verdict.
#pragma once

#include <string>
#include <vector>

#include "runner/commands.h"

namespace mlpsweep::runner {

struct ReproduceOptions {
  std::vector<std::string> words;  ///< Specs, and key=value for all of them.
  std::string folder = "runs";     ///< Each sweep's directory, and `outcome` with the page.
  std::string format = "svg";      ///< Of the pictures.
  bool strict = false;             ///< Exit code 4 where a figure or a claim speaks against it.
  RunOptions run;                  ///< What `run` takes as well; target and folder play no part.
};

/// Runs each spec (what is recorded is not trained again), holds its records against what it
/// quotes, prints that, and writes one page of outcomes with pictures.
///
/// Runs on every rank, as run().
/// Errors   InputError: a spec that is wrong, before anything is trained; no gnuplot.
/// Returns the exit code.
int reproduce(const World& world, const ReproduceOptions& options);

}  // namespace mlpsweep::runner
