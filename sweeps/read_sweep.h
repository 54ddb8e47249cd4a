// YAML text -> Sweep. The only door to yaml-cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sweeps/sweep.h"

namespace mlpsweep::sweeps {

/// Whether the user's own data files must be there. They need not where a sweep is only looked at.
enum class DataFiles { kMustExist, kMayBeGone };

struct ReadOptions {
  /// key=value or key=v1,v2 from the command line; a list makes (or replaces) an axis.
  std::vector<std::string> overrides;
  /// More trials than this are refused, with the exact count and its factors.
  std::uint64_t most_trials = 1'000'000;
  DataFiles data_files = DataFiles::kMustExist;
};

/// Reads and checks a whole sweep.
///
/// Errors   InputError with every fault of the text and of the overrides at once, in the order of
///          the file: file:line:column, the line, a caret, what was expected, the nearest name.
///          Data sets are checked by name and files by existence; their contents are read later.
[[nodiscard]] Sweep read_sweep(std::string_view file, std::string_view text,
                               const ReadOptions& options = {});

/// Reads the file, at most 1 MiB.
/// Errors   As read_sweep; InputError as well when there is no such file, or it is a folder.
[[nodiscard]] Sweep read_sweep_file(const std::string& path, const ReadOptions& options = {});

}  // namespace mlpsweep::sweeps
