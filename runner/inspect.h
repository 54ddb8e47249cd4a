// The commands that look and train nothing.
#pragma once

#include <string>

#include "runner/plan_command.h"

namespace mlpsweep::runner {

/// Each prints to stdout and returns the exit code. Errors: InputError, as the readers.

/// Takes of the options what it shares with `plan`.
int check(const PlanOptions& options);

int keys();

int show(const std::string& path, const std::string& trial);

/// The digest over all records.
int verify(const std::string& target);

}  // namespace mlpsweep::runner
