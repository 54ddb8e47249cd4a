// The commands `table` and `list`: one table an experiment, over any number of sweeps.
#pragma once

#include <string>
#include <vector>

#include "results/table.h"

namespace mlpsweep::runner {

/// Each prints to stdout and returns the exit code. Errors: InputError, as the readers.

/// What `table` and `list` share.
struct TableCommand {
  std::vector<std::string> paths;
  results::TableOptions options = {};
  std::string format = "text";
  std::string experiment = {};  ///< Only this one; empty: each.
  std::string reading = {};     ///< "delta: plain"; empty: the judged ones.
};
/// One table an experiment.
int table(const TableCommand& command);
int list(const TableCommand& command);

}  // namespace mlpsweep::runner
