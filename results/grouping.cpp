#include "results/grouping.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "results/derived.h"
#include "results/select.h"

namespace mlpsweep::results {
namespace {

Repeat repeat_of(const Record& record) {
  return {record.seed, record.repeat};
}

bool is_number(const sweeps::Value& value) {
  return std::holds_alternative<double>(value) || std::holds_alternative<std::int64_t>(value);
}

double as_number(const sweeps::Value& value) {
  const auto* whole = std::get_if<std::int64_t>(&value);
  return whole != nullptr ? static_cast<double>(*whole) : std::get<double>(value);
}

/// A key's different values, in the order of a table.
std::vector<sweeps::Value> ordered_values(std::span<const Record* const> trials,
                                          std::string_view key) {
  std::vector<sweeps::Value> values;
  for (const Record* trial : trials) {
    sweeps::Value value = value_of(*trial, key);
    if (std::find(values.begin(), values.end(), value) == values.end()) {
      values.push_back(std::move(value));
    }
  }
  const auto less = [](const sweeps::Value& a, const sweeps::Value& b) {
    return as_number(a) < as_number(b);
  };
  if (std::all_of(values.begin(), values.end(), is_number) &&
      !std::is_sorted(values.rbegin(), values.rend(), less)) {
    std::sort(values.begin(), values.end(), less);
  }
  return values;
}

/// Which place each trial's combination of some keys has: ranks of its values, key by key.
class Ranks {
 public:
  Ranks(std::span<const Record* const> trials, std::span<const std::string> keys) : keys_(keys) {
    for (const std::string& key : keys) {
      values_.push_back(ordered_values(trials, key));
    }
  }

  [[nodiscard]] std::vector<std::size_t> of(const Record& trial) const {
    std::vector<std::size_t> ranks;
    for (std::size_t k = 0; k < keys_.size(); ++k) {
      const auto at = std::find(values_[k].begin(), values_[k].end(), value_of(trial, keys_[k]));
      ranks.push_back(static_cast<std::size_t>(at - values_[k].begin()));
    }
    return ranks;
  }

  [[nodiscard]] Combination combination(const std::vector<std::size_t>& ranks) const {
    Combination combination;
    for (std::size_t k = 0; k < ranks.size(); ++k) {
      combination.values.push_back(values_[k][ranks[k]]);
    }
    return combination;
  }

 private:
  std::span<const std::string> keys_;
  std::vector<std::vector<sweeps::Value>> values_;
};

using Place = std::vector<std::size_t>;

/// The combinations that occur, in order; fills in each place's number.
std::vector<Combination> number(std::map<Place, std::size_t>& places, const Ranks& ranks) {
  std::vector<Combination> combinations;
  for (auto& [place, index] : places) {
    index = combinations.size();
    combinations.push_back(ranks.combination(place));
  }
  return combinations;
}

/// All settings of a trial as one text: equal for the repeats of one configuration.
std::string configuration_text(const Record& record) {
  std::string text;
  for (const sweeps::Setting& setting : record.settings) {
    text += setting.key + '=' + sweeps::text_of(setting.value) + '\n';
  }
  return text;
}

/// One repeat of one configuration, cut into so many folds.
using CrossValidation = std::tuple<Repeat, int, std::string>;

CrossValidation cross_validation_of(const Record& record) {
  return {repeat_of(record), record.folds, configuration_text(record)};
}

/// k of n folds are no value of a repeat: their trials leave `complete`.
void set_partial_apart(Group& group) {
  std::map<CrossValidation, std::set<int>> folds;
  for (const Record* trial : group.complete) {
    if (trial->folds > 0) {
      folds[cross_validation_of(*trial)].insert(trial->fold);
    }
  }
  const auto is_whole = [&](const Record* trial) {
    return trial->folds == 0 || std::ssize(folds.at(cross_validation_of(*trial))) >= trial->folds;
  };
  const auto rest = std::stable_partition(group.complete.begin(), group.complete.end(), is_whole);
  group.partial.assign(rest, group.complete.end());
  group.complete.erase(rest, group.complete.end());
}

constexpr std::string_view kFoldKey = "fold";

bool names_fold(std::span<const std::string> keys) {
  return std::find(keys.begin(), keys.end(), kFoldKey) != keys.end();
}

}  // namespace

const Group* Grouping::at(std::size_t row, std::size_t column) const {
  const auto found = std::lower_bound(groups.begin(), groups.end(), std::pair(row, column),
                                      [](const Group& group, const auto& place) {
                                        return std::pair(group.row, group.column) < place;
                                      });
  return found != groups.end() && found->row == row && found->column == column ? &*found : nullptr;
}

Folds folds_asked(std::span<const Filter> filters) {
  const bool one_by_one = std::any_of(filters.begin(), filters.end(), [](const Filter& filter) {
    return filter.key == kFoldKey;
  });
  return one_by_one ? Folds::kApart : Folds::kTogether;
}

Grouping group_trials(std::span<const Record* const> trials, std::span<const std::string> row_keys,
                      std::span<const std::string> column_keys, Folds folds) {
  const Ranks row_ranks(trials, row_keys);
  const Ranks column_ranks(trials, column_keys);
  std::map<std::pair<Place, Place>, Group> by_place;
  std::map<Place, std::size_t> rows;
  std::map<Place, std::size_t> columns;
  for (const Record* trial : trials) {
    const Place row = row_ranks.of(*trial);
    const Place column = column_ranks.of(*trial);
    rows.emplace(row, 0);
    columns.emplace(column, 0);
    Group& group = by_place[{row, column}];
    const bool complete = trial->result.state == engine::State::kComplete;
    (complete ? group.complete : group.unfinished).push_back(trial);
  }
  Grouping grouping;
  grouping.rows = number(rows, row_ranks);
  grouping.columns = number(columns, column_ranks);
  const bool together =
      folds == Folds::kTogether && !names_fold(row_keys) && !names_fold(column_keys);
  for (auto& [place, group] : by_place) {
    if (together) {
      set_partial_apart(group);
    }
    group.row = rows.at(place.first);
    group.column = columns.at(place.second);
    grouping.groups.push_back(std::move(group));
  }
  return grouping;
}

std::string text_of_left_out(std::span<const Group> groups) {
  std::vector<const Record*> unfinished;
  std::set<CrossValidation> partial;
  for (const Group& group : groups) {
    unfinished.insert(unfinished.end(), group.unfinished.begin(), group.unfinished.end());
    for (const Record* trial : group.partial) {
      partial.insert(cross_validation_of(*trial));
    }
  }
  std::string text = count_unfinished(unfinished);
  if (!partial.empty()) {
    text += fmt::format("{}{} repeat{} without all of {} folds", text.empty() ? "" : ", ",
                        partial.size(), partial.size() == 1 ? "" : "s",
                        partial.size() == 1 ? "its" : "their");
  }
  return text;
}

RepeatValues values_of_group(const Group& group, std::string_view figure_name,
                             std::span<const sweeps::DerivedFigure> derived) {
  struct Sum {
    double sum = 0;
    double count = 0;
  };
  std::map<Repeat, Sum> repeats;
  for (const Record* trial : group.complete) {
    const double value = figure_of(*trial, figure_name, derived);
    if (!std::isnan(value)) {
      Sum& repeat = repeats[repeat_of(*trial)];
      repeat.sum += value;
      repeat.count += 1;
    }
  }
  RepeatValues found;
  for (const auto& [repeat, sum] : repeats) {
    found.repeats.push_back(repeat);
    found.values.push_back(sum.sum / sum.count);
  }
  return found;
}

Interval interval_of_group(const Group& group, std::string_view figure_name,
                           std::span<const sweeps::DerivedFigure> derived) {
  const std::vector<double> values = values_of_group(group, figure_name, derived).values;
  // Wilson's interval is for a share of images that took no part in training or choosing; a record
  // doesn't say how many rows its validation part had, and under early stopping they chose weights.
  const bool of_test = figure_name == "test_accuracy" || figure_name == "last_test_accuracy";
  return interval_of(values, of_test ? test_images(group) : 0);
}

std::int64_t test_images(const Group& group) {
  std::size_t images = 0;
  for (const Record* trial : group.complete) {
    const std::size_t here = trial->result.predictions.size();
    if (images != 0 && here != images) {
      return 0;
    }
    images = here;
  }
  return static_cast<std::int64_t>(images);
}

std::vector<std::string> averaged_keys(const Grouping& grouping) {
  std::vector<std::string> keys;
  for (const Group& group : grouping.groups) {
    for (const Record* trial : group.complete) {
      for (const sweeps::Setting& setting : trial->settings) {
        if (setting.value != value_of(*group.complete.front(), setting.key) &&
            std::find(keys.begin(), keys.end(), setting.key) == keys.end()) {
          keys.push_back(setting.key);
        }
      }
    }
  }
  return keys;
}

bool is_uneven(const Group& group) {
  std::map<Repeat, std::set<std::string>> configurations;
  for (const Record* trial : group.complete) {
    configurations[repeat_of(*trial)].insert(configuration_text(*trial));
  }
  return std::any_of(configurations.begin(), configurations.end(), [&](const auto& entry) {
    return entry.second != configurations.begin()->second;
  });
}

}  // namespace mlpsweep::results
