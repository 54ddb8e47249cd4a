// The words of a command line, sorted by what they are for.
#pragma once

#include <string>
#include <vector>

#include "runner/commands.h"
#include "runner/data_command.h"
#include "runner/gradcheck_command.h"
#include "runner/inspect.h"
#include "runner/merge_command.h"
#include "runner/report_command.h"
#include "runner/reproduce.h"
#include "runner/slurm_command.h"
#include "runner/status_command.h"
#include "runner/tables.h"

namespace mlpsweep::runner {

/// What several commands take is there once, with the first of them.
struct Arguments {
  std::vector<std::string> words;  ///< All of them, as given.
  RunOptions run;
  std::string isa;
  PlanOptions plan;
  std::string path;
  std::string trial;
  std::vector<std::string> trials;
  StatusOptions status;
  TableCommand table;
  CompareCommand compare;
  std::vector<std::string> where;
  std::vector<std::string> to;
  bool new_images = false;
  bool new_splits = false;
  ReportOptions report;
  bool methods = false;
  GradcheckOptions gradcheck;
  ReproduceOptions reproduce;
  SlurmOptions slurm;
  MergeOptions merge;
  DataOptions data;
  std::string data_action;
};

}  // namespace mlpsweep::runner
