// The page of outcomes: several reports, each with its published numbers beside the measured ones.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "results/outcome.h"
#include "results/report_page.h"

namespace mlpsweep::results {

/// A picture that stands beside the page.
struct OutcomePicture {
  std::string file;     ///< Relative to the page.
  std::string caption;  ///< "rates: loss, learning_rate 0.05"
  std::string source;   ///< "Figures 3-30"; may be empty.
};

/// One report on the page; texts that are empty are left out.
struct ReportedOutcome {
  Outcome outcome;
  std::string spec;                ///< "sweeps/reports/r4-kmnist.yaml"
  std::string digest;              ///< Of the records.
  std::string machine;             ///< "2 cores of ..., avx512"
  std::string program;             ///< "mlpsweep 0.3.0 ..."
  std::string last_begun;          ///< When the last trial began. UTC, ISO 8601.
  double seconds = 0;              ///< Wall time of the run; 0: not told.
  std::vector<Table> tables;       ///< Those that the spec names, of what was measured.
  std::vector<std::string> notes;  ///< Warnings of the data check, quirks, what was left out.
  std::vector<OutcomePicture> pictures;
};

/// Summary first, then each report: what was fixed, figures, curves, claims, readings, timings,
/// what did not come out and what was tried. markdown_of, html_of and text_of are its forms.
[[nodiscard]] ReportPage outcome_page(std::span<const ReportedOutcome> reports);

/// The short form for a terminal: of each report the tables of figures, curves and claims, then the
/// counts.
[[nodiscard]] ReportPage outcome_summary(std::span<const ReportedOutcome> reports);

}  // namespace mlpsweep::results
