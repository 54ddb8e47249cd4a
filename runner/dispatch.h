// From the words of a command line to the command that they name, and its exit code.
#pragma once

#include <string>

#include "runner/arguments.h"

namespace mlpsweep::runner {

/// A line on stderr, printable: complaints quote files and words that anybody may have written.
void tell(const std::string& text);

/// Runs the command of that name. What it throws is told on stderr; output that can't be written is
/// no success. Returns the exit code.
int dispatch(const std::string& command, Arguments& arguments);

}  // namespace mlpsweep::runner
