#include "results/grouping.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "results/select.h"

#include "sample_record.h"
#include "table_samples.h"

namespace mlpsweep::results {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> first_values(const std::vector<Record>& records, const std::string& key) {
  const std::vector<const Record*> trials = select(records, {});
  const std::vector<std::string> keys = {key};
  std::vector<std::string> texts;
  for (const Combination& row : group_trials(trials, keys, {}).rows) {
    texts.push_back(sweeps::text_of(row.values[0]));
  }
  return texts;
}

TEST(Grouping, KeepsTheOrderOfTheSpecForWords) {
  EXPECT_THAT(first_values(sample_grid(), "activation"), ElementsAre("tanh", "relu"));
}

TEST(Grouping, KeepsFallingNumbersFalling) {
  EXPECT_THAT(
      first_values({make_record({.learning_rate = 0.1}), make_record({.learning_rate = 0.05}),
                    make_record({.learning_rate = 0.01})},
                   "optimizer.learning_rate"),
      ElementsAre("0.1", "0.05", "0.01"));
}

// As text 0.1 would come before 1e-05.
TEST(Grouping, SortsNumbersAsNumbersWhenTheyComeMixed) {
  EXPECT_THAT(
      first_values({make_record({.learning_rate = 0.1}), make_record({.learning_rate = 1e-5}),
                    make_record({.learning_rate = 0.01})},
                   "optimizer.learning_rate"),
      ElementsAre("1e-5", "0.01", "0.1"));
}

// While a sweep runs, repeat 1 of a configuration can be there before repeat 0 of another.
TEST(Grouping, AHoleDoesNotMoveARow) {
  std::vector<Record> records = sample_grid();
  records.erase(records.begin() + 1);  // the first relu at 0.01
  const std::vector<const Record*> trials = select(records, {});
  const std::vector<std::string> keys = {"optimizer.learning_rate", "activation"};
  const Grouping grouping = group_trials(trials, keys, {});
  ASSERT_EQ(grouping.rows.size(), 4U);
  EXPECT_EQ(grouping.rows[1].values[1], sweeps::Value("relu"));
  EXPECT_EQ(grouping.rows[1].values[0], sweeps::Value(0.01));
}

TEST(Grouping, AtFindsExactlyTheGroupsThatThereAre) {
  std::vector<Record> records = sample_grid();
  records.erase(records.begin());
  records.resize(2);  // relu at 0.01 and tanh at 0.05
  const std::vector<const Record*> trials = select(records, {});
  const std::vector<std::string> rows = {"optimizer.learning_rate"};
  const std::vector<std::string> columns = {"activation"};
  const Grouping grouping = group_trials(trials, rows, columns);
  ASSERT_NE(grouping.at(0, 0), nullptr);
  EXPECT_EQ(grouping.at(0, 1), nullptr);
  EXPECT_EQ(grouping.at(1, 0), nullptr);
  ASSERT_NE(grouping.at(1, 1), nullptr);
  EXPECT_EQ(grouping.at(1, 1)->complete.front(), &records[1]);
}

TEST(Grouping, AFigureThatSomeTrialsLackCountsOnlyTheOthers) {
  std::vector<Record> records = {make_record({.repeat = 0}), make_record({.repeat = 1})};
  records[1].result.test_accuracy = engine::kNaN;
  const std::vector<const Record*> trials = select(records, {});
  const Grouping grouping = group_trials(trials, {}, {});
  EXPECT_EQ(interval_of_group(grouping.groups[0], "test_accuracy").n, 1U);
  EXPECT_EQ(interval_of_group(grouping.groups[0], "test_loss").n, 2U);
}

TEST(Grouping, WithoutTheFigureThereIsNoMean) {
  const std::vector<Record> records = {
      make_unfinished({}, engine::State::kDiverged, "train_loss is nan")};
  const std::vector<const Record*> trials = select(records, {});
  const Interval interval = interval_of_group(group_trials(trials, {}, {}).groups[0], "test_loss");
  EXPECT_EQ(interval.n, 0U);
  EXPECT_TRUE(std::isnan(interval.mean));
}

// A validation part's size isn't known and it may have chosen the weights: no Wilson interval.
TEST(Grouping, OnlyTestAccuracyGetsAnIntervalOverImages) {
  std::vector<Record> records = {make_record({})};
  records[0].result.last_test_accuracy = 0.8;
  const std::vector<const Record*> trials = select(records, {});
  const Grouping grouping = group_trials(trials, {}, {});
  EXPECT_EQ(interval_of_group(grouping.groups[0], "test_accuracy").kind, IntervalKind::kImages);
  EXPECT_EQ(interval_of_group(grouping.groups[0], "last_test_accuracy").kind,
            IntervalKind::kImages);
  EXPECT_EQ(interval_of_group(grouping.groups[0], "validation_accuracy").kind, IntervalKind::kNone);
  EXPECT_EQ(interval_of_group(grouping.groups[0], "test_loss").kind, IntervalKind::kNone);
}

/// Two repeats of three folds; the last fold of repeat 1 is not there yet.
std::vector<Record> five_of_six_folds() {
  std::vector<Record> records;
  for (const int repeat : {0, 1}) {
    for (int fold = 0; fold < 3 - repeat; ++fold) {
      records.push_back(make_fold({.repeat = repeat, .test_accuracy = 0.8 + 0.03 * fold}, fold, 3));
    }
  }
  return records;
}

TEST(Grouping, ARepeatCountsWhenAllOfItsFoldsAreComplete) {
  const std::vector<Record> records = five_of_six_folds();
  const std::vector<const Record*> trials = select(records, {});
  const Grouping grouping = group_trials(trials, {}, {});
  const RepeatValues found = values_of_group(grouping.groups[0], "test_accuracy");
  EXPECT_THAT(found.repeats, ElementsAre(Repeat{1, 0}));
  EXPECT_THAT(found.values, ElementsAre(testing::DoubleNear(0.83, 1e-12)));
  EXPECT_EQ(grouping.groups[0].partial.size(), 2U);
  EXPECT_EQ(text_of_left_out(grouping.groups), "1 repeat without all of its folds");
}

TEST(Grouping, ADivergedFoldLeavesItsRepeatWithoutAValue) {
  std::vector<Record> records = five_of_six_folds();
  records[0].result.state = engine::State::kDiverged;
  const std::vector<const Record*> trials = select(records, {});
  const Grouping grouping = group_trials(trials, {}, {});
  EXPECT_EQ(interval_of_group(grouping.groups[0], "test_accuracy").n, 0U);
  EXPECT_EQ(text_of_left_out(grouping.groups), "1 diverged, 2 repeats without all of their folds");
}

TEST(Grouping, EachConfigurationOfAGroupNeedsItsOwnFolds) {
  std::vector<Record> records = five_of_six_folds();
  for (const Record& fold : five_of_six_folds()) {
    records.push_back(fold);
    change_settings(records.back(),
                    [](auto& settings) { settings[1].value = std::string("relu"); });
  }
  const std::vector<const Record*> trials = select(records, {});
  EXPECT_EQ(text_of_left_out(group_trials(trials, {}, {}).groups),
            "2 repeats without all of their folds");
}

TEST(Grouping, FoldsThatAreAskedForOneByOneAreValuesOfTheirOwn) {
  const std::vector<Record> records = five_of_six_folds();
  const std::vector<Filter> first = {{"fold", {"0"}}};
  const std::vector<const Record*> trials = select(records, first);
  const Grouping filtered = group_trials(trials, {}, {}, folds_asked(first));
  EXPECT_EQ(interval_of_group(filtered.groups[0], "test_accuracy").n, 2U);
  const std::vector<const Record*> all = select(records, {});
  const std::vector<std::string> keys = {"fold"};
  const Grouping by_fold = group_trials(all, keys, {});
  EXPECT_EQ(interval_of_group(by_fold.groups[2], "test_accuracy").n, 1U);
  EXPECT_EQ(text_of_left_out(by_fold.groups), "");
}

}  // namespace
}  // namespace mlpsweep::results
