// `explain`: why a trial waits, failed or was not run.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace mlpsweep::runner {

struct ExplainOptions {
  std::string path;
  std::string trial;  ///< The first letters of its fingerprint; or, if empty,
  std::vector<std::pair<std::string, std::string>> where;  ///< settings that it has.
};

/// One trial in full, several in a line each.
///
/// Errors   InputError: no sweep's directory; or no such trial, with what the sweep has instead
///          (the values of a setting, the exclusion that leaves it out, the winner that it waits
///          for).
int explain(const ExplainOptions& options);

}  // namespace mlpsweep::runner
