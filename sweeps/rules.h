// What settings demand of each other: one list of rules, held against every configuration.
#pragma once

#include <string>
#include <vector>

#include "sweeps/diagnostics.h"
#include "sweeps/part_outline.h"
#include "sweeps/sweep.h"

namespace mlpsweep::sweeps {

/// Reports every rule that some configuration of a part breaks, each once for each set of values,
/// and every axis that can have no effect. Only the axes that a rule asks for are walked.
/// Of the sweep only the metric is looked at.
void check_rules(const PartOutline& outline, const Part& part, const Sweep& sweep,
                 Diagnostics& diagnostics);

/// Reports every file that a part names and that is not there.
void check_files(const PartOutline& outline, Diagnostics& diagnostics);

/// What is legal and yet should be known before it runs.
[[nodiscard]] std::vector<std::string> warnings(const Sweep& sweep);

/// Whether no configuration lacks a validation part: then the metric can be a validation figure.
[[nodiscard]] bool all_have_validation(const Sweep& sweep);

}  // namespace mlpsweep::sweeps
