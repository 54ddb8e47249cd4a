// Tests of `compare` that need the rows: McNemar's, new images, new splits.
#include <algorithm>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/compare_parts.h"

namespace mlpsweep::results {
namespace {

/// Rows of a trial's parts, with the classes checked against its predictions.
ScoredRows rows_of(const Record& trial, const FindRows& find_rows) {
  ScoredRows rows = find_rows(trial);
  if (rows.test_classes.size() != trial.result.predictions.size()) {
    throw InputError(fmt::format("trial {} has {} predictions and its test part {} rows",
                                 trial.fingerprint.brief(), trial.result.predictions.size(),
                                 rows.test_classes.size()));
  }
  return rows;
}

/// Share of a group's trials that get each image right: the mean over repeats of the mean over the
/// trials of each.
std::vector<double> right_by_image(const Group& group, const FindRows& find_rows, bool shared) {
  std::map<Repeat, std::vector<const Record*>> repeats;
  for (const Record* trial : group.complete) {
    repeats[{trial->seed, trial->repeat}].push_back(trial);
  }
  std::vector<double> right;
  for (const auto& [repeat, trials] : repeats) {
    const double weight = 1 / (double(repeats.size()) * double(trials.size()));
    for (const Record* trial : trials) {
      const ScoredRows rows = rows_of(*trial, find_rows);
      if (shared && !rows.shared_test) {
        throw InputError(
            "--new-images: every repeat has test images of its own; --new-splits speaks of those");
      }
      right.resize(std::max(right.size(), rows.test_classes.size()), 0.0);
      for (std::size_t i = 0; i < rows.test_classes.size(); ++i) {
        right[i] += trial->result.predictions[i] == rows.test_classes[i] ? weight : 0;
      }
    }
  }
  return right;
}

void require_test_accuracy(const Differences& differences, std::string_view option) {
  if (differences.figure != "test_accuracy") {
    throw InputError(
        fmt::format("{}: expected the figure test_accuracy, got {}", option, differences.figure));
  }
}

/// Puts new differences in place of the t tests.
void replace(Differences& differences, const std::function<Difference(const Compared&)>& found) {
  for (Compared& one : differences.comparison.all) {
    one.difference = found(one);
    one.p = one.difference.p();
    one.tested = one.difference.tested();
  }
  differences.comparison.spread.pooled = false;
  adjust(differences.comparison);
}

}  // namespace

void test_by_images(Differences& differences, const FindRows& find_rows) {
  if (differences.figure != "test_accuracy") {
    differences.notes.push_back(
        fmt::format("One repeat: no test. (Of test_accuracy there is one, on the images.)"));
    return;
  }
  std::vector<std::vector<double>> right;
  try {
    for (const Group* group : differences.comparable.groups) {
      if (group->complete.size() != 1) {
        differences.notes.emplace_back(
            "One repeat with several trials in a configuration: no test. Name their keys with "
            "--rows.");
        return;
      }
      right.push_back(right_by_image(*group, find_rows, /*shared=*/false));
    }
  } catch (const InputError& error) {
    differences.notes.push_back(
        fmt::format("One repeat, so no test but on the images, and: {}", error.what()));
    return;
  }
  for (Compared& one : differences.comparison.all) {
    std::int64_t only_a = 0;
    std::int64_t only_b = 0;
    for (std::size_t i = 0; i < right[one.a].size(); ++i) {
      only_a += right[one.a][i] > right[one.b][i] ? 1 : 0;
      only_b += right[one.a][i] < right[one.b][i] ? 1 : 0;
    }
    one.p = mcnemar(only_a, only_b);
    one.tested = true;
  }
  differences.test = "McNemar";
  adjust(differences.comparison);
  differences.notes.push_back(fmt::format(
      "One repeat: McNemar's exact test on {} test images. Images only: it says nothing of other "
      "seeds and splits.",
      right.front().size()));
}

void widen_to_new_images(Differences& differences, const FindRows& find_rows) {
  require_test_accuracy(differences, "--new-images");
  std::vector<std::vector<double>> right;
  for (const Group* group : differences.comparable.groups) {
    right.push_back(right_by_image(*group, find_rows, /*shared=*/true));
  }
  const std::vector<Values>& values = differences.comparable.values;
  replace(differences, [&](const Compared& one) {
    std::vector<double> by_image(right[one.a].size());
    std::transform(right[one.a].begin(), right[one.a].end(), right[one.b].begin(), by_image.begin(),
                   std::minus<>());
    return paired_for_new_images(values[one.a], values[one.b], by_image);
  });
  differences.test = "paired t, new images";
  differences.notes.push_back(
      fmt::format("For other test images too: the spread over the {} shared ones is added, with "
                  "Satterthwaite's degrees of freedom.",
                  right.front().size()));
}

void widen_to_new_splits(Differences& differences, const FindRows& find_rows) {
  const bool of_test = differences.figure.starts_with("test_");
  const ScoredRows rows = rows_of(*differences.comparable.groups[0]->complete[0], find_rows);
  if (of_test && rows.shared_test) {
    throw InputError(
        "--new-splits: all repeats share their test images; --new-images speaks of others");
  }
  const std::size_t evaluated = of_test ? rows.test_classes.size() : rows.validation_rows;
  if (evaluated == 0 || rows.train_rows == 0 || differences.figure.starts_with("train_")) {
    throw InputError(
        fmt::format("--new-splits: {} has no split that it is evaluated on", differences.figure));
  }
  const double ratio = double(evaluated) / double(rows.train_rows);
  const std::vector<Values>& values = differences.comparable.values;
  replace(differences, [&](const Compared& one) {
    return paired_for_new_splits(values[one.a], values[one.b], ratio);
  });
  differences.test = "corrected t";
  differences.notes.push_back(fmt::format(
      "For other splits of {} to {} rows: Nadeau and Bengio's correction for training parts that "
      "overlap.",
      rows.train_rows, evaluated));
}

}  // namespace mlpsweep::results
