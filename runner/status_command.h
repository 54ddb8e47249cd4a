// `status`: how far a sweep has come, once or until its end.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "runner/status.h"

namespace mlpsweep::runner {

struct StatusOptions {
  std::string path;
  bool exit_code = false;  ///< Exit with 0 all ended, 1 some failed, 75 some wait.
  bool watch = false;      ///< Again and again until all have ended, with `exit_code`'s exit code.
};
/// Errors   InputError, as read_status.
int status(const StatusOptions& options);

/// Counts and the run under way; then, if there is one, what each of its ranks does; parts; and
/// what failed, each list at most `most` lines long. `now` is seconds since 1970.
[[nodiscard]] std::vector<std::string> lines_of(const SweepStatus& status, std::size_t most,
                                                double now);

}  // namespace mlpsweep::runner
