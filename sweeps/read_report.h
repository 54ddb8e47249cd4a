// The sections of a spec that quote a report -> Report. They change no trial.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/spec.h"
#include "sweeps/diagnostics.h"
#include "sweeps/report.h"
#include "sweeps/report_node.h"
#include "sweeps/sweep.h"

namespace mlpsweep::sweeps {

/// An experiment that rows and claims may speak of, with all its configurations.
struct KnownExperiment {
  std::string name;  ///< Empty: the spec has no experiments, and this is the only one.
  engine::TrainSpec base;
  std::vector<Block> blocks;
  /// Keys whose values are not held against rows and claims: they wait for another experiment's
  /// winner, were refused, or are set on the command line, which may narrow a sweep.
  std::vector<std::string> open;
};

/// expected, gradcheck, figures, claims, derived, same, tables, matters.
[[nodiscard]] std::vector<std::string_view> report_section_names();

/// Whether a section of that name may stand in an experiment as well as at the top level.
[[nodiscard]] bool may_stand_in_experiment(std::string_view section);

/// Reads all of them. What is illegal is reported at its place and left out.
[[nodiscard]] Report read_report(const std::vector<ReportNode>& sections,
                                 const std::vector<KnownExperiment>& experiments,
                                 Diagnostics& diagnostics);

}  // namespace mlpsweep::sweeps
