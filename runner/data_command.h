// `mlpsweep data`: what sets there are, whether they are whole, and bringing those that are
// missing.
#pragma once

#include <string>
#include <vector>

namespace mlpsweep::runner {

struct DataOptions {
  std::vector<std::string> sets;  ///< Empty: all known ones.
  std::string data_folder;        ///< Looked in first, as by `run --data`.
  std::string to;  ///< Of fetch; empty: $MLPSWEEP_DATA, else the user's own folder of data sets.
  std::string mirror;  ///< Of fetch: an address or a folder, instead of the published addresses.
  int silent_seconds = 30;  ///< Of fetch: a server that sends nothing for so long is given up.
};

/// Each known set: where it was found, or where it was looked for and how to get it; licence and
/// attribution. Returns the exit code.
int data_list(const DataOptions& options);

/// Holds the unpacked bytes of what is there against the published checksums. Exit code 2 if some
/// differ, or a set that was named is not there.
int data_check(const DataOptions& options);

/// Brings what is missing into TO/NAME/. A file is loaded under a temporary name, its unpacked
/// bytes are held against the published checksum, then it is renamed: a wrong or half one never
/// stays, a good one that is there is left alone. Errors   MachineError: not reachable, cut off,
/// wrong bytes; all files are tried first.
int data_fetch(const DataOptions& options);

}  // namespace mlpsweep::runner
