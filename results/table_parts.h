// The steps of a comparison table: asked for, grouped, told to people, told to machines.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "results/choice.h"
#include "results/grouping.h"
#include "results/select.h"
#include "results/statistics.h"
#include "results/table.h"

namespace mlpsweep::results {

/// What was asked for, with all names resolved.
struct TableRequest {
  KeyNames names;
  std::vector<std::string> rows;
  std::vector<std::string> columns;
  std::vector<std::string> values;
  std::vector<Filter> filters;
  bool percent = false;
  std::vector<sweeps::DerivedFigure> derived = {};  ///< The spec's own; values may name them.

  [[nodiscard]] bool in_percent(std::string_view value) const { return percent && is_share(value); }
};

/// Errors   InputError with every unknown name at once.
[[nodiscard]] TableRequest read_request(const SweepInfo& info, std::span<const Record> records,
                                        const TableOptions& options);

/// A group with the intervals of all values that were asked for.
struct GroupFigures {
  const Group* group = nullptr;
  std::vector<Interval> intervals;
};

/// The groups that can't be told apart from the chosen one, by one of the values shown.
struct Ties {
  std::size_t value = 0;  ///< test_accuracy if it is shown, else the first.
  std::vector<const Group*> groups;  ///< Sorted.
  std::string note;  ///< By which test, or why there is none; empty where nothing was chosen.

  [[nodiscard]] bool holds(const Group* group) const;
};
[[nodiscard]] Ties find_ties(const Grouping& grouping, const TableRequest& request,
                             const Choice& choice);

/// Headings and cells for people: one line for each combination of row keys.
void add_cells(Table& table, const Grouping& grouping, const TableRequest& request,
               std::span<const GroupFigures> figures, const Choice& choice, const Ties& ties);

/// Headings and values for machines: one line a group, so that column keys are columns of their
/// own; full names, all digits, and what people read in the footer (chosen, kind of interval) as
/// columns.
void add_data(Table& table, const Grouping& grouping, const TableRequest& request,
              std::span<const GroupFigures> figures, const Choice& choice, const Ties& ties);

/// The value's name as a heading: "test_accuracy (%)".
[[nodiscard]] std::string heading_of_value(const TableRequest& request, const std::string& value);

}  // namespace mlpsweep::results
