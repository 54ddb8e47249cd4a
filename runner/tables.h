// The commands that print tables: one an experiment, over any number of sweeps.
#pragma once

#include <optional>
#include <string>

#include "results/compare.h"
#include "results/methods.h"
#include "results/table.h"
#include "runner/part_choice.h"

namespace mlpsweep::runner {

/// A table on stdout. Errors   InputError: no format of that name, with the nearest.
void print(const results::Table& table, const std::string& format);

/// Each prints to stdout and returns the exit code. Errors: InputError, as the readers.

/// What `table` and `list` share.
struct TableCommand {
  PartChoice from = {};
  results::TableOptions options = {};  ///< As typed, but for percent.
  std::optional<bool> percent = {};    ///< Not typed: as the preset says, else no.
  std::string preset = {};             ///< A table of the spec's; what was typed goes before it.
  std::string format = "text";
  std::string command_line = {};  ///< Told in what goes into a paper.
};
/// One table an experiment.
int table(const TableCommand& command);
int list(const TableCommand& command);

/// Every configuration against one of them.
struct CompareCommand {
  PartChoice from = {};
  results::CompareOptions options = {};
  std::string format = "text";
  std::string data_folder = {};
  std::string command_line = {};
};
int compare(const CompareCommand& command);

/// The paragraph that a paper's section on methods needs, one an experiment.
int methods(const PartChoice& from, const std::string& format);

}  // namespace mlpsweep::runner
