// A section that quotes a report, as the file gives it: it changes no trial, and is read by itself.
#pragma once

#include <string>

#include "sweeps/node.h"

namespace mlpsweep::sweeps {

struct ReportNode {
  std::string name;        ///< One of report_section_names() (read_report.h).
  std::string experiment;  ///< That it stands in; empty: the top level.
  Node key;
  Node value;
};

}  // namespace mlpsweep::sweeps
