// A comparison table as people read it.
#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "results/table_parts.h"

namespace mlpsweep::results {
namespace {

using engine::State;

/// The groups of one line of the table.
using Line = std::span<const GroupFigures* const>;

/// What holds for all cells of a table.
struct Look {
  bool mixed_kinds = false;  ///< Some intervals are over repeats and some over images.
  const Group* best = nullptr;
  const Ties* ties = nullptr;

  /// "* " before the chosen group's first value, "~ " before what can't be told apart from it.
  [[nodiscard]] std::string mark(const Group* group, std::size_t v) const {
    const bool chosen = group == best && v == 0;
    return chosen ? "* " : v == ties->value && ties->holds(group) ? "~ " : "";
  }
};

Look look_at(std::span<const GroupFigures> rows, const Group* best, const Ties& ties) {
  bool repeats = false;
  bool images = false;
  for (const GroupFigures& row : rows) {
    for (const Interval& interval : row.intervals) {
      repeats = repeats || interval.kind == IntervalKind::kRepeats;
      images = images || interval.kind == IntervalKind::kImages;
    }
  }
  return {.mixed_kinds = repeats && images, .best = best, .ties = &ties};
}

/// "85.4 ± 0.4", or why there is no number.
std::string cell_of(const GroupFigures& row, std::size_t v, const TableRequest& request,
                    const Look& look) {
  const Interval& interval = row.intervals[v];
  if (interval.n == 0) {
    const bool none_complete = row.group->complete.empty() && !row.group->unfinished.empty();
    return none_complete ? std::string(name_of(row.group->unfinished.front()->result.state)) : "-";
  }
  if (std::isinf(interval.mean)) {
    return "never";
  }
  std::string text = text_of(interval, request.in_percent(request.values[v]));
  if (const std::size_t at = text.find(" +- "); at != std::string::npos) {
    text.replace(at, 4, " ± ");
  }
  if (look.mixed_kinds && interval.kind == IntervalKind::kImages) {
    text += " (images only)";
  }
  return text;
}

/// n of all cells of one row if they agree; cells without a number don't count.
std::optional<std::size_t> common_n(Line row) {
  std::optional<std::size_t> n;
  for (const GroupFigures* cell : row) {
    for (const Interval& interval : cell->intervals) {
      if (interval.n != 0 && n.value_or(interval.n) != interval.n) {
        return std::nullopt;
      }
      n = interval.n != 0 ? interval.n : n;
    }
  }
  return n.value_or(0);
}

/// The state's trials in one row of the table.
std::size_t count(Line row, State state) {
  std::size_t trials = 0;
  for (const GroupFigures* cell : row) {
    for (const Record* trial : cell->group->unfinished) {
      trials += trial->result.state == state ? 1 : 0;
    }
  }
  return trials;
}

/// States, other than complete, that get a column of counts because a trial has them.
std::vector<State> unfinished_states(std::span<const GroupFigures> rows) {
  std::vector<State> states;
  for (const GroupFigures& row : rows) {
    for (const Record* trial : row.group->unfinished) {
      states.push_back(trial->result.state);
    }
  }
  std::sort(states.begin(), states.end());
  states.erase(std::unique(states.begin(), states.end()), states.end());
  return states;
}

std::string heading_of_column(const TableRequest& request, const Combination& column) {
  std::vector<std::string> parts;
  for (std::size_t k = 0; k < request.columns.size(); ++k) {
    parts.push_back(fmt::format("{}={}", request.names.heading(request.columns[k]),
                                sweeps::text_of(column.values[k])));
  }
  return fmt::format("{}", fmt::join(parts, " "));
}

void add_headings(Table& table, const Grouping& grouping, const TableRequest& request,
                  std::span<const State> states) {
  const auto add = [&](std::string heading, bool numeric) {
    table.headings.push_back(std::move(heading));
    table.numeric.push_back(numeric);
  };
  for (std::size_t k = 0; k < request.rows.size(); ++k) {
    add(request.names.heading(request.rows[k]),
        std::all_of(grouping.rows.begin(), grouping.rows.end(), [&](const Combination& row) {
          return !std::holds_alternative<std::string>(row.values[k]);
        }));
  }
  for (const Combination& column : grouping.columns) {
    for (const std::string& value : request.values) {
      std::string heading = heading_of_value(request, value);
      if (!request.columns.empty()) {
        const std::string of_column = heading_of_column(request, column);
        // A single value stands in the title.
        heading = request.values.size() == 1 ? of_column : of_column + " " + heading;
      }
      add(std::move(heading), /*numeric=*/true);
    }
  }
  add("n", /*numeric=*/true);
  for (const State state : states) {
    add(std::string(name_of(state)), /*numeric=*/true);
  }
}

/// One line of the table: all groups that share the row keys.
std::vector<std::string> cells_of_row(const Grouping& grouping, const TableRequest& request,
                                      Line row, const Look& look) {
  std::vector<std::string> cells;
  for (const sweeps::Value& value : grouping.rows[row.front()->group->row].values) {
    cells.push_back(sweeps::text_of(value));
  }
  const std::optional<std::size_t> n = common_n(row);
  for (std::size_t column = 0; column < grouping.columns.size(); ++column) {
    const auto cell = std::find_if(row.begin(), row.end(), [&](const GroupFigures* candidate) {
      return candidate->group->column == column;
    });
    for (std::size_t v = 0; v < request.values.size(); ++v) {
      if (cell == row.end()) {
        cells.emplace_back("-");
        continue;
      }
      std::string text = cell_of(**cell, v, request, look);
      if (!n && (*cell)->intervals[v].n != 0) {
        text += fmt::format(" (n={})", (*cell)->intervals[v].n);
      }
      cells.push_back(look.mark((*cell)->group, v) + text);
    }
  }
  cells.push_back(n ? std::to_string(*n) : "");
  return cells;
}

}  // namespace

void add_cells(Table& table, const Grouping& grouping, const TableRequest& request,
               std::span<const GroupFigures> figures, const Choice& choice, const Ties& ties) {
  const std::vector<State> states = unfinished_states(figures);
  const Look look = look_at(figures, choice.best, ties);
  add_headings(table, grouping, request, states);
  for (std::size_t first = 0; first < figures.size();) {
    std::vector<const GroupFigures*> line;
    for (; first < figures.size() &&
           (line.empty() || figures[first].group->row == line[0]->group->row);
         ++first) {
      line.push_back(&figures[first]);
    }
    std::vector<std::string> cells = cells_of_row(grouping, request, line, look);
    for (const State state : states) {
      cells.push_back(std::to_string(count(line, state)));
    }
    table.cells.push_back(std::move(cells));
  }
}

}  // namespace mlpsweep::results
