#include "engine/partition.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <span>
#include <string_view>

#include <fmt/core.h>

#include "engine/cost.h"
#include "engine/errors.h"
#include "engine/rng.h"
#include "engine/scaling.h"

namespace mlpsweep::engine {
namespace {

// A share is rounded to the nearest row, halves up: 0.2 of 60,000 is 12,000 although 0.2 itself is
// no double.
std::size_t rows_of(PartSize size, std::size_t from, std::string_view part) {
  if (!std::isfinite(size) || size < 0 || (size >= 1 && size != std::floor(size))) {
    throw InputError(fmt::format(
        "split.{}: expected a share below 1 or a whole number of rows, found {}", part, size));
  }
  // Compared as a double: 1e300 rows fit no integer.
  const double rows = size < 1 ? std::floor(size * static_cast<double>(from) + 0.5) : size;
  if (rows > static_cast<double>(from)) {
    throw InputError(
        fmt::format("split.{}: expected at most the {} training rows, found {}", part, from, size));
  }
  return static_cast<std::size_t>(rows);
}

// Shares that make a whole leave no row over and ask for none that isn't there, though each of them
// is rounded by itself.
bool shares_make_a_whole(const Split& split) {
  const auto is_share = [](std::optional<PartSize> size) { return !size || *size < 1; };
  const double sum =
      split.train.value_or(0) + split.validation.value_or(0) + split.test.value_or(0);
  return is_share(split.train) && is_share(split.validation) && is_share(split.test) &&
         std::abs(sum - 1) < 1e-9;
}

// -------------------------------------------------------------------------------- dealing out rows

/// Rows of each class that a part gets.
using Quota = std::vector<std::size_t>;

// Largest remainder (Hamilton's method), in whole numbers so that it is the same everywhere; equal
// remainders go to the lower class.
Quota share_out(std::size_t rows, const Quota& left) {
  const std::size_t total = std::accumulate(left.begin(), left.end(), std::size_t{0});
  Quota quota(left.size(), 0);
  std::vector<std::size_t> by_remainder(left.size());
  std::iota(by_remainder.begin(), by_remainder.end(), std::size_t{0});
  std::size_t dealt = 0;
  for (std::size_t k = 0; k < left.size(); ++k) {
    quota[k] = rows * left[k] / total;
    dealt += quota[k];
  }
  std::stable_sort(by_remainder.begin(), by_remainder.end(), [&](std::size_t a, std::size_t b) {
    return rows * left[a] % total > rows * left[b] % total;
  });
  for (std::size_t i = 0; dealt < rows; ++i, ++dealt) {
    ++quota[by_remainder[i]];
  }
  return quota;
}

Quota count_classes(const Dataset& data) {
  Quota count(static_cast<std::size_t>(data.classes), 0);
  for (const std::uint8_t label : data.train.labels) {
    ++count[label];
  }
  return count;
}

/// A part to be filled from the training file.
struct Part {
  std::string_view name;
  std::size_t rows;
  std::vector<std::uint32_t>* to;
};

void deal_plain(std::span<const std::uint32_t> order, std::span<const Part> parts) {
  std::size_t at = 0;
  for (const Part& part : parts) {
    const auto from = order.subspan(at, part.rows);
    part.to->assign(from.begin(), from.end());
    at += part.rows;
  }
}

// Each part takes, in the split's order, the rows of each class that it is due.
void deal_stratified(std::span<const std::uint32_t> order, std::span<const Part> parts,
                     const Dataset& data) {
  const Quota have = count_classes(data);
  Quota left = have;
  std::vector<Quota> due;
  for (const Part& part : parts) {
    due.push_back(share_out(part.rows, left));
    part.to->reserve(part.rows);
    for (std::size_t k = 0; k < left.size(); ++k) {
      if (have[k] > 0 && part.rows > 0 && due.back()[k] == 0) {
        throw InputError(
            fmt::format("split.stratify: class {} has {} rows, too few for one in the "
                        "{} part of {} rows",
                        k, have[k], part.name, part.rows));
      }
      left[k] -= due.back()[k];
    }
  }
  for (const std::uint32_t row : order) {
    const std::uint8_t label = data.train.labels[row];
    for (std::size_t p = 0; p < parts.size(); ++p) {
      if (due[p][label] > 0) {
        --due[p][label];
        parts[p].to->push_back(row);
        break;
      }
    }
  }
}

// ------------------------------------------------------------------------------------------- folds

void check_folds(const TrainSpec& spec, std::size_t rows) {
  const std::optional<PartSize>& validation = spec.data.split.validation;
  if (validation.value_or(0) > 0) {
    throw InputError(fmt::format(
        "split.validation: expected none, since each of the {} folds validates in turn, found {}",
        spec.folds, *validation));
  }
  if (spec.folds < 2 || static_cast<std::size_t>(spec.folds) > rows) {
    throw InputError(
        fmt::format("folds: expected 2 to {}, the rows to train on, found {}", rows, spec.folds));
  }
  if (spec.fold < 0 || spec.fold >= spec.folds) {
    throw InputError(fmt::format("fold: expected 0 to {}, found {}", spec.folds - 1, spec.fold));
  }
}

/// Rows of one fold: the first ones take what is left over.
std::size_t fold_rows(std::size_t rows, int folds, int fold) {
  const auto count = static_cast<std::size_t>(folds);
  return rows / count + (static_cast<std::size_t>(fold) < rows % count ? 1 : 0);
}

/// Takes the fold out of the training rows; both keep the split's order.
void take_fold(const TrainSpec& spec, const Dataset& data, Partition& parts) {
  const std::vector<std::uint32_t> rows = std::move(parts.train);
  check_folds(spec, rows.size());
  // Dealt out like cards, row by row; stratified: class by class, going on where the last one
  // ended.
  std::vector<std::size_t> by_turn(rows.size());
  std::iota(by_turn.begin(), by_turn.end(), std::size_t{0});
  if (spec.data.split.stratify) {
    std::stable_sort(by_turn.begin(), by_turn.end(), [&](std::size_t a, std::size_t b) {
      return data.train.labels[rows[a]] < data.train.labels[rows[b]];
    });
  }
  std::vector<bool> in_fold(rows.size());
  for (std::size_t turn = static_cast<std::size_t>(spec.fold); turn < rows.size();
       turn += static_cast<std::size_t>(spec.folds)) {
    in_fold[by_turn[turn]] = true;
  }
  parts.train.clear();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    (in_fold[i] ? parts.validation : parts.train).push_back(rows[i]);
  }
}

}  // namespace

PartRows part_rows(const Split& split, std::size_t train_rows, std::size_t test_rows) {
  const std::size_t validation = rows_of(split.validation.value_or(0), train_rows, "validation");
  const std::size_t cut_for_test = rows_of(split.test.value_or(0), train_rows, "test");
  const std::size_t test = split.test ? cut_for_test : test_rows;
  if (validation + cut_for_test > train_rows) {
    throw InputError(fmt::format(
        "split: expected at most the {} training rows, found {} for validation and {} for test",
        train_rows, validation, cut_for_test));
  }
  const std::size_t rest = train_rows - validation - cut_for_test;
  std::size_t train = rest;
  if (split.train && !shares_make_a_whole(split)) {
    train = rows_of(*split.train, train_rows, "train");
    if (train > rest) {
      throw InputError(fmt::format(
          "split: expected at most the {} training rows, found {} to train, {} for validation and "
          "{} for test",
          train_rows, train, validation, cut_for_test));
    }
  }
  if (train == 0) {
    throw InputError(fmt::format(
        "split: no row is left to train on: of {} rows {} are for validation and {} for "
        "test",
        train_rows, validation, cut_for_test));
  }
  return {train, validation, test};
}

PartRows part_rows(const TrainSpec& spec, std::size_t train_rows, std::size_t test_rows) {
  PartRows rows = part_rows(spec.data.split, train_rows, test_rows);
  if (spec.folds == 0) {
    return rows;
  }
  check_folds(spec, rows.train);
  rows.validation = fold_rows(rows.train, spec.folds, spec.fold);
  rows.train -= rows.validation;
  return rows;
}

Partition partition_rows(const TrainSpec& spec, const Dataset& data) {
  const Split& split = spec.data.split;
  const PartRows rows = part_rows(split, data.train.rows, data.test.rows);
  Partition partition;
  partition.own_test = !split.test.has_value();
  // Test before validation before training: a part does not move when a later one changes its size.
  const std::array<Part, 3> parts = {
      Part{"test", partition.own_test ? 0 : rows.test, &partition.test},
      Part{"validation", rows.validation, &partition.validation},
      Part{"training", rows.train, &partition.train}};
  // One order for all folds of a repeat: that is what makes them folds.
  const std::vector<std::uint32_t> order =
      Stream(spec.seed, spec.repeat, Purpose::kSplit, 0).permutation(data.train.rows);
  if (split.stratify) {
    deal_stratified(order, parts, data);
  } else {
    deal_plain(order, parts);
  }
  if (partition.own_test) {
    partition.test.resize(rows.test);
    std::iota(partition.test.begin(), partition.test.end(), 0U);
  } else {
    // Predictions are kept in the set's order.
    std::sort(partition.test.begin(), partition.test.end());
  }
  if (spec.folds != 0) {
    take_fold(spec, data, partition);
  }
  return partition;
}

Partition make_partition(const TrainSpec& spec, const Dataset& data) {
  Partition partition = partition_rows(spec, data);
  fit_scalers(spec.data.scale, data, partition);
  return partition;
}

}  // namespace mlpsweep::engine
