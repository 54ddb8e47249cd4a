// Comparison tables: plain data first, one function a format after.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "results/record.h"
#include "results/store.h"

namespace mlpsweep::results {

/// A table as plain data; every format is one function Table -> text.
struct Table {
  std::string title;
  std::vector<std::string> headings;
  std::vector<bool> numeric;                    ///< One a column: aligned to the right.
  std::vector<std::vector<std::string>> cells;  ///< Rows of text, as wide as headings.
  /// The same cells for machines (CSV, JSON): mean, low, high and n apart, all digits.
  std::vector<std::string> data_headings;
  std::vector<std::vector<sweeps::Value>> data;
  /// What the intervals are, what was chosen from what, what is missing.
  std::vector<std::string> footer;
  /// What goes with it unseen: the command and the digest of the records. LaTeX has them.
  std::vector<std::string> comments;
};

struct TableFormat {
  std::string_view name;  ///< text, markdown, csv, latex, json
  std::string (*render)(const Table&);
};
[[nodiscard]] std::span<const TableFormat> table_formats();
[[nodiscard]] const TableFormat* find_table_format(std::string_view name);

/// Words as LaTeX shows them, on one line.
[[nodiscard]] std::string latex_text(std::string_view words);

/// How `table` groups trials and what it shows. Each member has an initializer so that callers can
/// name only the ones they set.
struct TableOptions {
  /// Keys; empty: every swept key that is no column.
  std::vector<std::string> rows = {};
  /// Keys; each combination of their values becomes a column.
  std::vector<std::string> columns = {};
  /// Figures; empty: the metric, its accuracy, and test_accuracy if there is one.
  std::vector<std::string> values = {};
  /// Key and text: only these trials.
  std::vector<std::pair<std::string, std::string>> where = {};
  /// Shares as per cent.
  bool percent = false;
};

/// Groups trials and gives mean, 95 % interval and n over repeats for each group: values of a
/// repeat are averaged first, so n counts repeats.
///
/// The group with the best mean metric is marked, and only where the metric is a validation figure.
/// Diverged and failed trials are counted, never averaged in. `records` are those of the present
/// plan, in trial order: who calls leaves out the others, so that info.planned less their number is
/// what is missing.
/// Errors   InputError: an unknown key or figure, with the nearest; all at once.
[[nodiscard]] Table compare_table(const SweepInfo& info, std::span<const Record> records,
                                  const TableOptions& options);

/// One row a trial: short name, swept settings (or options.rows), repeat, state, epochs, main
/// figures (or options.values), seconds. options.columns play no part. `experiments`, if any: of
/// each record. Errors   As compare_table.
[[nodiscard]] Table trial_list(const SweepInfo& info, std::span<const Record> records,
                               const TableOptions& options,
                               std::span<const std::string> experiments = {});

}  // namespace mlpsweep::results
