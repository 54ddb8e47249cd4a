#include "results/grouping.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>
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

/// A key's different values over some trials, in the order of a table, and where each trial's
/// stands.
class KeyValues {
 public:
  KeyValues(std::span<const Record* const> trials, const std::string& key)
      : key_(key), place_(key) {
    for (const Record* trial : trials) {
      const sweeps::Setting* setting = place_.find(*trial);
      if (setting == nullptr) {
        add(own_value(*trial, key));
      } else if (known_.try_emplace(setting, 0).second) {
        add(setting->value);
      }
    }
    order();
    for (auto& [setting, rank] : known_) {
      rank = rank_of(setting->value);
    }
  }

  /// `trial` is one of the trials.
  [[nodiscard]] std::size_t rank(const Record& trial) {
    const sweeps::Setting* setting = place_.find(trial);
    return setting != nullptr ? known_.at(setting) : rank_of(own_value(trial, key_));
  }

  [[nodiscard]] const sweeps::Value& at(std::size_t rank) const { return values_[rank]; }

 private:
  void add(sweeps::Value value) {
    if (std::find(values_.begin(), values_.end(), value) == values_.end()) {
      values_.push_back(std::move(value));
    }
  }

  void order() {
    const auto less = [](const sweeps::Value& a, const sweeps::Value& b) {
      return as_number(a) < as_number(b);
    };
    if (std::all_of(values_.begin(), values_.end(), is_number) &&
        !std::is_sorted(values_.rbegin(), values_.rend(), less)) {
      std::sort(values_.begin(), values_.end(), less);
    }
  }

  [[nodiscard]] std::size_t rank_of(const sweeps::Value& value) const {
    return static_cast<std::size_t>(std::find(values_.begin(), values_.end(), value) -
                                    values_.begin());
  }

  std::string key_;
  SettingPlace place_;
  std::vector<sweeps::Value> values_;
  std::unordered_map<const sweeps::Setting*, std::size_t> known_;  ///< Shared by many trials.
};

using Place = std::vector<std::size_t>;  ///< Ranks of the values of some keys.

struct PlaceHash {
  std::size_t operator()(const Place& place) const {
    const auto* bytes = reinterpret_cast<const char*>(place.data());
    return sweeps::hash_bytes({bytes, place.size() * sizeof(std::size_t)}).low;
  }
};

/// The combinations of some keys' values that occur, each with a number of its own.
class Combinations {
 public:
  Combinations(std::span<const Record* const> trials, std::span<const std::string> keys) {
    for (const std::string& key : keys) {
      values_.emplace_back(trials, key);
    }
  }

  /// Numbers go by the first trial until order() was called.
  [[nodiscard]] std::size_t number(const Record& trial) {
    place_.clear();
    for (KeyValues& key : values_) {
      place_.push_back(key.rank(trial));
    }
    return numbers_.emplace(place_, numbers_.size()).first->second;
  }

  /// The combinations in the order of a table; `places`: where each number's stands in it.
  [[nodiscard]] std::vector<Combination> order(std::vector<std::size_t>& places) const {
    std::vector<const std::pair<const Place, std::size_t>*> sorted;
    for (const auto& entry : numbers_) {
      sorted.push_back(&entry);
    }
    std::sort(sorted.begin(), sorted.end(),
              [](const auto* a, const auto* b) { return a->first < b->first; });
    places.resize(sorted.size());
    std::vector<Combination> combinations;
    for (const auto* entry : sorted) {
      places[entry->second] = combinations.size();
      Combination& combination = combinations.emplace_back();
      for (std::size_t k = 0; k < values_.size(); ++k) {
        combination.values.push_back(values_[k].at(entry->first[k]));
      }
    }
    return combinations;
  }

 private:
  std::vector<KeyValues> values_;
  Place place_;
  std::unordered_map<Place, std::size_t, PlaceHash> numbers_;
};

/// Numbers configurations: one for all trials whose settings are spelt alike.
class Configurations {
 public:
  [[nodiscard]] std::size_t number(const Record& record) {
    ids_.clear();
    for (std::size_t place = 0; place < record.settings.size(); ++place) {
      ids_.push_back(id_of(record.settings[place], place));
    }
    return numbers_.emplace(ids_, numbers_.size()).first->second;
  }

 private:
  /// Equal settings may have come from two sweeps, and 1 and 1.0 are spelt alike.
  std::size_t id_of(const sweeps::Setting& setting, std::size_t place) {
    latest_.resize(std::max(latest_.size(), place + 1));
    auto& [last, id] = latest_[place];
    if (last != &setting) {
      const auto [known, is_new] = by_setting_.try_emplace(&setting, 0);
      if (is_new) {
        known->second =
            by_text_.emplace(setting.key + '=' + sweeps::text_of(setting.value), by_text_.size())
                .first->second;
      }
      last = &setting;
      id = known->second;
    }
    return id;
  }

  std::vector<std::pair<const sweeps::Setting*, std::size_t>> latest_;  ///< By place.
  std::unordered_map<const sweeps::Setting*, std::size_t> by_setting_;
  std::unordered_map<std::string, std::size_t> by_text_;
  Place ids_;
  std::unordered_map<Place, std::size_t, PlaceHash> numbers_;
};

/// One repeat of one configuration, cut into so many folds.
using CrossValidation = std::tuple<Repeat, int, std::size_t>;

CrossValidation cross_validation_of(const Record& record, Configurations& configurations) {
  return {repeat_of(record), record.folds, configurations.number(record)};
}

/// k of n folds are no value of a repeat: their trials leave `complete`.
void set_partial_apart(Group& group) {
  std::map<CrossValidation, std::set<int>> folds;
  Configurations configurations;
  for (const Record* trial : group.complete) {
    if (trial->folds > 0) {
      folds[cross_validation_of(*trial, configurations)].insert(trial->fold);
    }
  }
  const auto is_whole = [&](const Record* trial) {
    return trial->folds == 0 ||
           std::ssize(folds.at(cross_validation_of(*trial, configurations))) >= trial->folds;
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
  const bool one_by_one = std::any_of(filters.begin(), filters.end(),
                                      [](const Filter& filter) { return filter.key == kFoldKey; });
  return one_by_one ? Folds::kApart : Folds::kTogether;
}

Grouping group_trials(std::span<const Record* const> trials, std::span<const std::string> row_keys,
                      std::span<const std::string> column_keys, Folds folds) {
  Combinations rows(trials, row_keys);
  Combinations columns(trials, column_keys);
  std::unordered_map<std::size_t, std::size_t> places;  // of groups, by row and column
  Grouping grouping;
  std::vector<Group>& groups = grouping.groups;
  for (const Record* trial : trials) {
    const std::size_t row = rows.number(*trial);
    const std::size_t column = columns.number(*trial);
    // No sweep has 2^32 trials, so no table as many columns.
    const auto [place, is_new] = places.emplace(row << 32U | column, groups.size());
    if (is_new) {
      groups.push_back(
          {.row = row, .column = column, .complete = {}, .unfinished = {}, .partial = {}});
    }
    Group& group = groups[place->second];
    const bool complete = trial->result.state == engine::State::kComplete;
    (complete ? group.complete : group.unfinished).push_back(trial);
  }
  std::vector<std::size_t> row_places;
  std::vector<std::size_t> column_places;
  grouping.rows = rows.order(row_places);
  grouping.columns = columns.order(column_places);
  const bool together =
      folds == Folds::kTogether && !names_fold(row_keys) && !names_fold(column_keys);
  for (Group& group : groups) {
    if (together) {
      set_partial_apart(group);
    }
    group.row = row_places[group.row];
    group.column = column_places[group.column];
  }
  std::sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
    return std::pair(a.row, a.column) < std::pair(b.row, b.column);
  });
  return grouping;
}

std::string text_of_left_out(std::span<const Group> groups) {
  std::vector<const Record*> unfinished;
  std::set<CrossValidation> partial;
  Configurations configurations;
  for (const Group& group : groups) {
    unfinished.insert(unfinished.end(), group.unfinished.begin(), group.unfinished.end());
    for (const Record* trial : group.partial) {
      partial.insert(cross_validation_of(*trial, configurations));
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
  RepeatValues found;  // sums until the end
  std::vector<double> counts;
  const NamedFigures figures(figure_name, derived);
  for (const Record* trial : group.complete) {
    const double value = figures.of(*trial);
    if (std::isnan(value)) {
      continue;
    }
    const Repeat repeat = repeat_of(*trial);
    const auto at = std::lower_bound(found.repeats.begin(), found.repeats.end(), repeat);
    const auto place = at - found.repeats.begin();
    if (at == found.repeats.end() || *at != repeat) {
      found.repeats.insert(at, repeat);
      found.values.insert(found.values.begin() + place, 0.0);
      counts.insert(counts.begin() + place, 0.0);
    }
    found.values[static_cast<std::size_t>(place)] += value;
    counts[static_cast<std::size_t>(place)] += 1;
  }
  for (std::size_t r = 0; r < counts.size(); ++r) {
    found.values[r] /= counts[r];
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
    const std::size_t here = test_images(*trial);
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
      const Record& front = *group.complete.front();
      for (std::size_t place = 0; place < trial->settings.size(); ++place) {
        const sweeps::Setting& setting = trial->settings[place];
        const bool shared = place < front.settings.size() && &front.settings[place] == &setting;
        if (!shared && std::find(keys.begin(), keys.end(), setting.key) == keys.end() &&
            setting.value != value_of(front, setting.key)) {
          keys.push_back(setting.key);
        }
      }
    }
  }
  return keys;
}

bool is_uneven(const Group& group) {
  const auto is_front = [&](const Record* trial) {
    return trial->settings == group.complete.front()->settings;
  };
  if (std::all_of(group.complete.begin(), group.complete.end(), is_front)) {
    return false;
  }
  Configurations configurations;
  std::map<Repeat, std::set<std::size_t>> of_repeats;
  for (const Record* trial : group.complete) {
    of_repeats[repeat_of(*trial)].insert(configurations.number(*trial));
  }
  return std::any_of(of_repeats.begin(), of_repeats.end(),
                     [&](const auto& entry) { return entry.second != of_repeats.begin()->second; });
}

}  // namespace mlpsweep::results
