// The list of trials: one row each.
#include <algorithm>
#include <cstdint>
#include <map>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/derived.h"
#include "results/figure_text.h"
#include "results/select.h"
#include "results/table.h"

namespace mlpsweep::results {
namespace {

/// What the list shows beside the trial's name, repeat and state.
struct Columns {
  std::map<const Record*, std::string> experiments;  ///< Empty: no such column.
  std::vector<std::string> keys;
  std::vector<std::string> figures;
  std::vector<sweeps::DerivedFigure> derived;  ///< The spec's own; figures may name them.
  bool fold = false;                           ///< Some trial isn't fold 0.
  bool reason = false;                         ///< Some trial isn't complete.
};

Columns read_columns(const SweepInfo& info, std::span<const Record> records,
                     const TableOptions& options, const KeyNames& names, Complaints& complaints) {
  Columns columns;
  for (const std::string& text : options.rows) {
    columns.keys.push_back(names.resolve(text, "rows", complaints));
  }
  if (options.rows.empty()) {
    columns.keys = info.swept;
  }
  columns.figures = figures_to_show(info, records, options.values, complaints);
  std::erase_if(columns.figures, [](const std::string& name) {
    return name == "epochs_run" || name == "train_seconds" || name == "seconds";  // always there
  });
  columns.derived = info.derived;
  return columns;
}

void add_headings(Table& table, const Columns& columns, const KeyNames& names, bool percent) {
  const auto add = [&](const std::string& heading, bool numeric) {
    table.headings.push_back(heading);
    table.numeric.push_back(numeric);
  };
  add("trial", false);
  if (!columns.experiments.empty()) {
    add("experiment", false);
  }
  for (const std::string& key : columns.keys) {
    add(names.heading(key), false);
  }
  add("repeat", true);
  if (columns.fold) {
    add("fold", true);
  }
  add("state", false);
  add("epochs", true);
  for (const std::string& name : columns.figures) {
    add(percent && is_share(name) ? name + " (%)" : name, true);
  }
  add("seconds", true);
  if (columns.reason) {
    add("reason", false);
  }
}

/// A program always gets the same columns of one sweep, and figures in their own unit unless the
/// name says so.
void add_data_headings(Table& table, const Columns& columns, bool percent) {
  std::vector<std::string>& headings = table.data_headings;
  headings = {"trial"};
  if (!columns.experiments.empty()) {
    headings.emplace_back("experiment");
  }
  headings.insert(headings.end(), columns.keys.begin(), columns.keys.end());
  headings.insert(headings.end(), {"seed", "repeat", "fold", "state", "reason", "epochs_run"});
  for (const std::string& name : columns.figures) {
    headings.push_back(percent && is_share(name) ? name + "_percent" : name);
  }
  headings.emplace_back("train_seconds");
}

std::vector<std::string> cells_of(const Record& trial, const Columns& columns, bool percent) {
  std::vector<std::string> cells = {trial.fingerprint.brief()};
  if (!columns.experiments.empty()) {
    cells.push_back(columns.experiments.at(&trial));
  }
  for (const std::string& key : columns.keys) {
    cells.push_back(sweeps::text_of(value_of(trial, key)));
  }
  cells.push_back(std::to_string(trial.repeat));
  if (columns.fold) {
    cells.push_back(std::to_string(trial.fold));
  }
  cells.emplace_back(name_of(trial.result.state));
  cells.push_back(std::to_string(epochs_run(trial)));
  for (const std::string& name : columns.figures) {
    cells.push_back(figure_text(name, figure_of(trial, name, columns.derived), percent));
  }
  cells.push_back(figure_text("train_seconds", trial.result.train_seconds));
  if (columns.reason) {
    // What stands for "nothing special" would only fill the lines of the trials that went well.
    const bool complete = trial.result.state == engine::State::kComplete;
    cells.push_back(complete ? "" : trial.result.reason);
  }
  return cells;
}

std::vector<sweeps::Value> data_of(const Record& trial, const Columns& columns, bool percent) {
  std::vector<sweeps::Value> row = {trial.fingerprint.hex()};
  if (!columns.experiments.empty()) {
    row.emplace_back(columns.experiments.at(&trial));
  }
  for (const std::string& key : columns.keys) {
    row.push_back(value_of(trial, key));
  }
  for (const char* key : {"seed", "repeat", "fold", "state"}) {
    row.push_back(value_of(trial, key));
  }
  row.emplace_back(trial.result.reason);
  row.emplace_back(static_cast<std::int64_t>(epochs_run(trial)));
  for (const std::string& name : columns.figures) {
    row.emplace_back(figure_of(trial, name, columns.derived) *
                     (percent && is_share(name) ? 100 : 1));
  }
  row.emplace_back(trial.result.train_seconds);
  return row;
}

std::string count_of(std::span<const Record* const> trials) {
  const std::string unfinished = count_unfinished(trials);
  const auto complete = std::count_if(trials.begin(), trials.end(), [](const Record* trial) {
    return trial->result.state == engine::State::kComplete;
  });
  return fmt::format("{} trial{}: {} complete{}{}.", trials.size(), trials.size() == 1 ? "" : "s",
                     complete, unfinished.empty() ? "" : ", ", unfinished);
}

}  // namespace

Table trial_list(const SweepInfo& info, std::span<const Record> records,
                 const TableOptions& options, std::span<const std::string> experiments) {
  MLPS_CHECK(experiments.empty() || experiments.size() == records.size(),
             fmt::format("experiments of {} records, not {}", experiments.size(), records.size()));
  Complaints complaints;
  const KeyNames names(records);
  Columns columns = read_columns(info, records, options, names, complaints);
  const std::vector<Filter> filters = read_filters(names, options.where, complaints);
  complaints.throw_if_any();

  const std::vector<const Record*> trials = select(records, filters);
  for (std::size_t i = 0; i < experiments.size(); ++i) {
    columns.experiments.emplace(&records[i], experiments[i]);
  }
  for (const Record* trial : trials) {
    columns.fold = columns.fold || trial->fold != 0;
    columns.reason = columns.reason || trial->result.state != engine::State::kComplete;
  }
  Table table;
  table.title = info.name;
  add_headings(table, columns, names, options.percent);
  add_data_headings(table, columns, options.percent);
  for (const Record* trial : trials) {
    table.cells.push_back(cells_of(*trial, columns, options.percent));
    table.data.push_back(data_of(*trial, columns, options.percent));
  }
  table.footer = {count_of(trials)};
  const std::vector<std::string> absent =
      notes_on_absent(info, records.size(), trials.size(), filters);
  table.footer.insert(table.footer.end(), absent.begin(), absent.end());
  return table;
}

}  // namespace mlpsweep::results
