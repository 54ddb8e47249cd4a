// The commands that look and train nothing.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "results/compare.h"
#include "results/methods.h"
#include "results/table.h"

namespace mlpsweep::runner {

/// A table on stdout. Errors   InputError: no format of that name, with the nearest.
void print(const results::Table& table, const std::string& format);

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

/// `exit_code`: 0 all ended, 1 some failed, 75 some wait.
int status(const std::string& path, bool exit_code);

/// What `table` and `list` share.
struct TableCommand {
  std::vector<std::string> paths;
  results::TableOptions options;
  std::string format = "text";
  std::string command_line;  ///< Told in what goes into a paper.
};
int table(const TableCommand& command);
int list(const TableCommand& command);

/// Every configuration against one of them.
struct CompareCommand {
  std::vector<std::string> paths;
  results::CompareOptions options;
  std::string format = "text";
  std::string data_folder;
  std::string command_line;
};
int compare(const CompareCommand& command);

/// The paragraph that a paper's section on methods needs.
int methods(const std::vector<std::string>& paths, const std::string& format);

int show(const std::string& path, const std::string& trial);

/// The digest over all records.
int verify(const std::string& path);

}  // namespace mlpsweep::runner
