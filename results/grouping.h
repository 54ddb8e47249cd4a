// Trials -> groups -> one value per repeat: the arithmetic under a comparison table.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "results/record.h"
#include "results/select.h"
#include "results/statistics.h"
#include "sweeps/report.h"
#include "sweeps/value.h"

namespace mlpsweep::results {

/// The different values of some keys together, in the order in which a table shows them.
struct Combination {
  std::vector<sweeps::Value> values;  ///< One a key.
  bool operator==(const Combination&) const = default;
};

/// All trials that share a combination of row keys and one of column keys.
struct Group {
  std::size_t row = 0;     ///< Index into Grouping::rows.
  std::size_t column = 0;  ///< Index into Grouping::columns.
  std::vector<const Record*> complete;
  std::vector<const Record*> unfinished;  ///< Diverged, failed: counted, never averaged.
  /// Complete, and other folds of their repeat are not: counted, never averaged.
  std::vector<const Record*> partial;
};

/// How the folds of a cross-validation are taken.
enum class Folds {
  kTogether,  ///< Averaged: a repeat counts when all of its folds are complete.
  kApart,     ///< Asked for one by one (`--where fold=0`): each is a value of its own.
};
[[nodiscard]] Folds folds_asked(std::span<const Filter> filters);

struct Grouping {
  std::vector<Combination> rows;
  std::vector<Combination> columns;  ///< One empty combination where there are no column keys.
  std::vector<Group> groups;         ///< By row, then column; only those that have a trial.

  /// Null where no trial has this combination.
  [[nodiscard]] const Group* at(std::size_t row, std::size_t column) const;
};

/// A key's values come in the order of their first trial, which is the spec's; numbers that arrive
/// neither rising nor falling are sorted. Rows follow the first key, then the second, ...: not the
/// first trial of each row, because a running sweep has holes. A key "fold" takes folds apart.
[[nodiscard]] Grouping group_trials(std::span<const Record* const> trials,
                                    std::span<const std::string> row_keys,
                                    std::span<const std::string> column_keys,
                                    Folds folds = Folds::kTogether);

/// What the means of the groups leave out: "3 diverged, 1 failed, 2 repeats without all of their
/// folds", or nothing.
[[nodiscard]] std::string text_of_left_out(std::span<const Group> groups);

/// Two sweeps in one table may both have a repeat 0, under different seeds.
using Repeat = std::pair<std::uint64_t, int>;

/// One value a repeat, ordered by seed and repeat.
struct RepeatValues {
  std::vector<Repeat> repeats;
  std::vector<double> values;
};

/// A figure's value in each repeat of a group: what a repeat has more than one trial for (folds,
/// configurations of the group) is averaged first. Without repeats that don't have the figure.
/// `figure_name` is one that figure_of() takes with the spec's `derived`.
[[nodiscard]] RepeatValues values_of_group(const Group& group, std::string_view figure_name,
                                           std::span<const sweeps::DerivedFigure> derived = {});

/// Mean, interval and n of a figure over a group's repeats; n = 0 and a mean of NaN where no
/// complete trial has the figure; an infinite mean where some repeat never reaches it.
[[nodiscard]] Interval interval_of_group(const Group& group, std::string_view figure_name,
                                         std::span<const sweeps::DerivedFigure> derived = {});

/// Images in the test part of the group's trials; 0 where they differ or there are none.
[[nodiscard]] std::int64_t test_images(const Group& group);

/// Settings that take more than one value within a group, so that its mean is over them too.
[[nodiscard]] std::vector<std::string> averaged_keys(const Grouping& grouping);

/// Whether the repeats of a group average different configurations, because some are missing: then
/// their spread isn't that of seeds and splits alone.
[[nodiscard]] bool is_uneven(const Group& group);

}  // namespace mlpsweep::results
