#include "results/outcome_values.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "sweeps/setting_text.h"

namespace mlpsweep::results {
namespace {

const sweeps::Value* find_setting(const Configuration& configuration, std::string_view key) {
  const auto found =
      std::find_if(configuration.settings.begin(), configuration.settings.end(),
                   [&](const sweeps::Setting& setting) { return setting.key == key; });
  return found == configuration.settings.end() ? nullptr : &found->value;
}

std::optional<double> number_of(const Configuration& configuration, std::string_view key) {
  const sweeps::Value* value = find_setting(configuration, key);
  if (value == nullptr) {
    return std::nullopt;
  }
  if (const auto* whole = std::get_if<std::int64_t>(value)) {
    return static_cast<double>(*whole);
  }
  const auto* number = std::get_if<double>(value);
  return number != nullptr ? std::optional(*number) : std::nullopt;
}

/// Sorts a group by what `along` says; stable, so that the grid's order holds where nothing else
/// does.
void put_in_order(Configurations& group, const std::string& key,
                  std::span<const std::string> values) {
  const auto place = [&](const Configuration* configuration) {
    const auto at = std::find(values.begin(), values.end(), setting_text(*configuration, key));
    return at - values.begin();
  };
  if (!values.empty()) {
    group.erase(std::remove_if(group.begin(), group.end(),
                               [&](const Configuration* configuration) {
                                 return place(configuration) == std::ssize(values);
                               }),
                group.end());
    std::stable_sort(
        group.begin(), group.end(),
        [&](const Configuration* a, const Configuration* b) { return place(a) < place(b); });
    return;
  }
  const bool numbers =
      std::all_of(group.begin(), group.end(), [&](const Configuration* configuration) {
        return number_of(*configuration, key).has_value();
      });
  if (numbers) {
    std::stable_sort(group.begin(), group.end(),
                     [&](const Configuration* a, const Configuration* b) {
                       return *number_of(*a, key) < *number_of(*b, key);
                     });
  }
}

/// What a repeat's trials add up to.
struct RepeatSum {
  double sum = 0;
  int count = 0;
  int folds = 0;  ///< 0: no cross-validation.

  void add(double value, const Record& record) {
    sum += value;
    ++count;
    folds = record.folds;
  }
  [[nodiscard]] bool is_whole() const { return count >= folds; }
};

bool is_in(std::span<const std::string> keys, std::string_view key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

}  // namespace

const PartRecords* PartsOfReading::find(std::string_view experiment) const {
  const PartRecords* judged = nullptr;
  for (const PartRecords& part : parts_) {
    if (part.experiment != experiment) {
      continue;
    }
    if (part.reading == reading_) {
      return &part;
    }
    if (part.reading.empty()) {
      judged = &part;
    }
  }
  return judged;
}

bool matches(const Configuration& configuration, const sweeps::Where& where) {
  return std::all_of(where.begin(), where.end(), [&](const auto& condition) {
    const sweeps::Value* value = find_setting(configuration, condition.first);
    return value != nullptr && is_in(condition.second, sweeps::text_of(*value));
  });
}

Configurations matching(const PartRecords& part, const sweeps::Where& where) {
  Configurations found;
  for (const Configuration& configuration : part.configurations) {
    if (matches(configuration, where)) {
      found.push_back(&configuration);
    }
  }
  return found;
}

std::string setting_text(const Configuration& configuration, std::string_view key) {
  const sweeps::Value* value = find_setting(configuration, key);
  return value != nullptr ? sweeps::text_of(*value) : std::string();
}

std::string name_of(const PartRecords& part, const Configuration& configuration) {
  std::vector<std::string> parts;
  for (const std::string& key : part.swept) {
    parts.push_back(std::string(sweeps::last_part(key)) + ' ' + setting_text(configuration, key));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

ValueByRepeat values_of(const Configuration& configuration, const FigureFunction& figure) {
  std::map<Repeat, RepeatSum> sums;
  for (const Record* record : configuration.records) {
    if (record->result.state != engine::State::kComplete) {
      continue;
    }
    const double value = figure(*record);
    if (!std::isnan(value)) {
      sums[{record->seed, record->repeat}].add(value, *record);
    }
  }
  ValueByRepeat values;
  for (const auto& [repeat, sum] : sums) {
    if (sum.is_whole()) {
      values[repeat] = sum.sum / sum.count;
    }
  }
  return values;
}

std::size_t count_partial_repeats(const Configuration& configuration) {
  std::map<Repeat, RepeatSum> sums;
  for (const Record* record : configuration.records) {
    if (record->result.state == engine::State::kComplete) {
      sums[{record->seed, record->repeat}].add(0, *record);
    }
  }
  return static_cast<std::size_t>(std::count_if(
      sums.begin(), sums.end(), [](const auto& entry) { return !entry.second.is_whole(); }));
}

Values plain(const ValueByRepeat& values) {
  Values numbers;
  for (const auto& [repeat, value] : values) {
    numbers.push_back(value);
  }
  return numbers;
}

std::vector<Values> aligned(std::span<const ValueByRepeat> configurations) {
  std::vector<Values> rows(configurations.size());
  if (configurations.empty()) {
    return rows;
  }
  for (const auto& [repeat, value] : configurations.front()) {
    const bool common = std::all_of(
        configurations.begin(), configurations.end(),
        [&, name = repeat](const ValueByRepeat& other) { return other.count(name) > 0; });
    for (std::size_t c = 0; common && c < configurations.size(); ++c) {
      rows[c].push_back(configurations[c].at(repeat));
    }
  }
  return rows;
}

std::size_t count_state(const Configuration& configuration, engine::State state) {
  return static_cast<std::size_t>(
      std::count_if(configuration.records.begin(), configuration.records.end(),
                    [&](const Record* record) { return record->result.state == state; }));
}

bool has_own_test_part(const Configuration& configuration) {
  const std::string test = setting_text(configuration, "data.split.test");
  return (test.empty() || test == "own") && setting_text(configuration, "data.pool") != "true";
}

bool differ_in_data(const Configuration& a, const Configuration& b) {
  const auto decides = [](std::string_view key) {
    return key.starts_with("data.") && !key.starts_with("data.scale") && key != "data.monitor";
  };
  const auto one_way = [&](const Configuration& from, const Configuration& to) {
    return std::any_of(from.settings.begin(), from.settings.end(),
                       [&](const sweeps::Setting& setting) {
                         return decides(setting.key) &&
                                sweeps::text_of(setting.value) != setting_text(to, setting.key);
                       });
  };
  return one_way(a, b) || one_way(b, a);
}

std::int64_t test_images(const Configuration& configuration) {
  std::size_t images = 0;
  for (const Record* record : configuration.records) {
    if (record->result.state != engine::State::kComplete) {
      continue;
    }
    const std::size_t here = record->result.predictions.size();
    if (images != 0 && here != images) {
      return 0;
    }
    images = here;
  }
  return static_cast<std::int64_t>(images);
}

std::vector<Configurations> groups_along(const PartRecords& part,
                                         const Configurations& configurations,
                                         std::span<const std::string> along,
                                         std::span<const std::string> values) {
  std::vector<Configurations> groups;
  std::map<std::string, std::size_t> group_of;
  for (const Configuration* configuration : configurations) {
    std::string others;
    for (const std::string& key : part.swept) {
      if (!along.empty() && !is_in(along, key)) {
        others += setting_text(*configuration, key) + '\n';
      }
    }
    const auto [at, is_new] = group_of.emplace(others, groups.size());
    if (is_new) {
      groups.emplace_back();
    }
    groups[at->second].push_back(configuration);
  }
  // A key that moves together with another (zip) leaves groups of one: then all are one group.
  const bool alone = std::all_of(groups.begin(), groups.end(),
                                 [](const Configurations& group) { return group.size() == 1; });
  if (alone && groups.size() > 1) {
    groups = {configurations};
  }
  for (Configurations& group : groups) {
    if (along.size() == 1) {
      put_in_order(group, along.front(), values);
    }
  }
  return groups;
}

}  // namespace mlpsweep::results
