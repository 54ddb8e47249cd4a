// A comparison table as programs read it.
#include <cstdint>
#include <limits>

#include <fmt/format.h>

#include "results/table_parts.h"

namespace mlpsweep::results {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::string_view name_of(IntervalKind kind) {
  switch (kind) {
    case IntervalKind::kRepeats:
      return "repeats";
    case IntervalKind::kImages:
      return "images";
    case IntervalKind::kNone:
      break;
  }
  return "none";
}

void add_data_headings(Table& table, const TableRequest& request) {
  std::vector<std::string>& headings = table.data_headings;
  headings = request.rows;
  headings.insert(headings.end(), request.columns.begin(), request.columns.end());
  for (const std::string& value : request.values) {
    // A column whose unit hangs on an option must say so in its name.
    const std::string name = request.in_percent(value) ? value + "_percent" : value;
    for (const char* part : {"mean", "low", "high", "n", "interval"}) {
      headings.push_back(fmt::format("{}_{}", name, part));
    }
  }
  headings.insert(headings.end(), {"complete", "unfinished", "chosen", "tied"});
}

void add_interval(std::vector<sweeps::Value>& row, const Interval& interval, double unit) {
  const bool none = interval.kind == IntervalKind::kNone;
  row.emplace_back(interval.mean * unit);
  // statistics.h has low = high = mean there, which a program would take for certainty.
  row.emplace_back(none ? kNaN : interval.low * unit);
  row.emplace_back(none ? kNaN : interval.high * unit);
  row.emplace_back(static_cast<std::int64_t>(interval.n));
  row.emplace_back(std::string(name_of(interval.kind)));
}

}  // namespace

void add_data(Table& table, const Grouping& grouping, const TableRequest& request,
              std::span<const GroupFigures> figures, const Choice& choice, const Ties& ties) {
  add_data_headings(table, request);
  for (const GroupFigures& entry : figures) {
    const Group& group = *entry.group;
    std::vector<sweeps::Value> row = grouping.rows[group.row].values;
    const std::vector<sweeps::Value>& columns = grouping.columns[group.column].values;
    row.insert(row.end(), columns.begin(), columns.end());
    for (std::size_t v = 0; v < request.values.size(); ++v) {
      add_interval(row, entry.intervals[v], request.in_percent(request.values[v]) ? 100 : 1);
    }
    row.emplace_back(static_cast<std::int64_t>(group.complete.size() + group.partial.size()));
    row.emplace_back(static_cast<std::int64_t>(group.unfinished.size()));
    row.emplace_back(&group == choice.best);
    row.emplace_back(ties.holds(&group));
    table.data.push_back(std::move(row));
  }
}

}  // namespace mlpsweep::results
