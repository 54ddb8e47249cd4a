// The commands that look and train nothing.
#pragma once

#include <string>
#include <vector>

namespace mlpsweep::runner {

/// Each prints to stdout and returns the exit code. Errors: InputError, as the readers.

/// What `check` and `plan` share.
struct PlanOptions {
  std::string spec;
  std::vector<std::string> overrides;
  std::string data_folder;
  bool yes = false;
};
int check(const PlanOptions& options);

/// Trials with parameters and floating-point operations of each, and the totals.
int plan(const PlanOptions& options);

int keys();

int show(const std::string& path, const std::string& trial);

/// The digest over all records.
int verify(const std::string& target);

}  // namespace mlpsweep::runner
