// `mlpsweep report`: curves, confusion matrices, classification reports and examples of a sweep.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "runner/part_choice.h"

namespace mlpsweep::runner {

struct ReportOptions {
  PartChoice from = {};     ///< One path; without an experiment or reading, the whole sweep.
  std::string folder = {};  ///< Empty: `report` in the directory, or NAME-report beside the file;
                            ///< one experiment in a folder of its own there.
  std::string format = "svg";
  std::string data_folder = {};                                 ///< For the example images.
  std::vector<std::pair<std::string, std::string>> where = {};  ///< Key and text: only these.
  std::string lines = {};  ///< A swept key whose values are lines of one picture as well.
  bool yes = false;        ///< More than kMostConfigurations are meant.
};

/// Three to five pictures each, a tenth of a second a picture.
inline constexpr std::size_t kMostConfigurations = 60;

/// Writes pictures and a page (index.md, index.html) over them; what was there under these names is
/// replaced, one whole file at a time.
/// Errors   InputError: no gnuplot, no such format or key, nothing to show; before anything is
///          written. MachineError: a file that can't be written, gnuplot's own words.
/// Returns the exit code.
int report(const ReportOptions& options);

}  // namespace mlpsweep::runner
