#include "results/table.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"

#include "table_samples.h"

namespace mlpsweep::results {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string text_of(const Table& table) {
  return find_table_format("text")->render(table);
}

Table compare(const std::vector<Record>& records, const TableOptions& options = {},
              const SweepInfo& info = grid_info()) {
  return compare_table(info, records, options);
}

// The half widths are 4.302653 s / sqrt(3), Student's t at .975 with two degrees of freedom: with
// s = 0.01 that is 0.0248.
TEST(CompareTable, ShowsMeanIntervalAndRepeatsOfEveryConfiguration) {
  EXPECT_EQ(text_of(compare(sample_grid())), R"(kmnist by learning_rate, activation

learning_rate  activation  best_validation_loss  best_validation_accuracy  test_accuracy  n
-------------  ----------  --------------------  ------------------------  -------------  -
         0.01  tanh                 0.51 ± 0.02                      0.75  0.850 ± 0.005  3
         0.01  relu                 0.47 ± 0.02                      0.75  0.868 ± 0.005  3
         0.05  tanh                 0.45 ± 0.02                      0.75  0.863 ± 0.005  3
         0.05  relu               * 0.41 ± 0.02                      0.75  0.887 ± 0.007  3

±: 95 % interval over 3 repeats (seeds and splits), Student's t.
No interval where there is one repeat, or all repeats are equal.
* chosen by the lowest mean best_validation_loss of 4 groups; test figures play no part.
~ cannot be told apart from * by test_accuracy: paired over 3 repeats, Holm's correction over 3 comparisons, p >= 0.05.
)");
}

TEST(CompareTable, ColumnsSetOneKeyAcross) {
  const TableOptions options{.rows = {"learning_rate"},
                             .columns = {"activation"},
                             .values = {"test_accuracy"},
                             .where = {},
                             .percent = true};
  EXPECT_EQ(text_of(compare(sample_grid(), options)),
            R"(kmnist: test_accuracy (%) by learning_rate, across activation

learning_rate  activation=tanh  activation=relu  n
-------------  ---------------  ---------------  -
         0.01       85.0 ± 0.5       86.8 ± 0.5  3
         0.05       86.3 ± 0.5     * 88.7 ± 0.7  3

±: 95 % interval over 3 repeats (seeds and splits), Student's t.
* chosen by the lowest mean best_validation_loss of 4 groups; test figures play no part.
~ cannot be told apart from * by test_accuracy: paired over 3 repeats, Holm's correction over 3 comparisons, p >= 0.05.
)");
}

TEST(CompareTable, SeveralValuesAcrossAreNamedInEveryHeading) {
  const TableOptions options{.rows = {"learning_rate"},
                             .columns = {"activation"},
                             .values = {"test_accuracy", "epochs_run"}};
  EXPECT_THAT(
      compare(sample_grid(), options).headings,
      ElementsAre("learning_rate", "activation=tanh test_accuracy", "activation=tanh epochs_run",
                  "activation=relu test_accuracy", "activation=relu epochs_run", "n"));
}

TEST(CompareTable, OneRepeatGivesWilsonsIntervalAndSaysSo) {
  std::vector<Record> records = sample_grid();
  records.resize(4);
  SweepInfo info = grid_info();
  info.planned = 4;
  EXPECT_EQ(text_of(compare(records, {.values = {"test_accuracy"}}, info)),
            R"(kmnist by learning_rate, activation

learning_rate  activation  test_accuracy  n
-------------  ----------  -------------  -
         0.01  tanh          0.85 ± 0.02  1
         0.01  relu          0.87 ± 0.02  1
         0.05  tanh          0.86 ± 0.02  1
         0.05  relu        * 0.89 ± 0.02  1

±: 95 % interval of a share of 1000 test images, Wilson's: images only, it says nothing of other seeds and splits.
* chosen by the lowest mean best_validation_loss of 4 groups; test figures play no part.
One repeat tells no differences of configurations; compare tests on the images.
)");
}

TEST(CompareTable, TwoKindsOfIntervalInOneTableAreToldApartInTheCells) {
  std::vector<Record> records = sample_grid();
  records.pop_back();  // 0.05 relu has two repeats then
  records.erase(records.begin() + 7);
  const Table table = compare(records, {.values = {"test_accuracy"}});
  EXPECT_THAT(table.cells[3], ElementsAre("0.05", "relu", HasSubstr("(images only)"), "1"));
  EXPECT_THAT(table.cells[0], ElementsAre("0.01", "tanh", Not(HasSubstr("images")), "3"));
}

TEST(CompareTable, MarksWhatCannotBeToldApartFromTheChosenGroup) {
  std::vector<Record> records = sample_grid();
  const double beside[] = {0.888, 0.885, 0.886};  // the chosen one has 0.890 0.884 0.887
  for (std::size_t repeat = 0; repeat < 3; ++repeat) {
    records[4 * repeat + 2].result.test_accuracy = beside[repeat];
  }
  const Table table = compare(records);
  EXPECT_THAT(table.cells[2][4], HasSubstr("~ 0.886"));
  EXPECT_THAT(table.cells[0][4], Not(HasSubstr("~")));
  EXPECT_THAT(table.cells[3][4], Not(HasSubstr("~")));
  EXPECT_EQ(table.data[2].back(), sweeps::Value(true));
  EXPECT_EQ(table.data[0].back(), sweeps::Value(false));
}

TEST(CompareTable, TiesByAValidationFigureCountAllPairs) {
  EXPECT_THAT(compare(sample_grid(), {.values = {"validation_loss"}}).footer,
              Contains(HasSubstr("over 6 comparisons")));
}

// Two configurations a repeat: n is 3, not 6, and the spread is that of the repeats' means.
TEST(CompareTable, AveragesWithinARepeatBeforeItCounts) {
  const Table table = compare(sample_grid(), {.rows = {"activation"}, .values = {"test_loss"}});
  // tanh: (0.50 + 0.44) / 2, (0.52 + 0.45) / 2, (0.51 + 0.46) / 2 = 0.47, 0.485, 0.485
  const double mean = 0.48;
  const double half = 4.302652729911275 * std::sqrt(0.000075) / std::sqrt(3.0);
  EXPECT_NEAR(std::get<double>(table.data[0][1]), mean, 1e-12);
  EXPECT_NEAR(std::get<double>(table.data[0][2]), mean - half, 1e-12);
  EXPECT_NEAR(std::get<double>(table.data[0][3]), mean + half, 1e-12);
  EXPECT_EQ(std::get<std::int64_t>(table.data[0][4]), 3);
  EXPECT_THAT(table.footer, Contains("Averaged within each repeat first, over: "
                                     "optimizer.learning_rate."));
}

TEST(CompareTable, LeavesOutRepeatsWithoutAllOfTheirFoldsAndSaysSo) {
  const std::vector<Record> records = {
      make_fold({.repeat = 0, .test_accuracy = 0.84}, 0, 2),
      make_fold({.repeat = 0, .test_accuracy = 0.86}, 1, 2),
      make_fold({.repeat = 1, .test_accuracy = 0.99}, 0, 2),
  };
  const Table table = compare(records, {.values = {"test_accuracy"}});
  EXPECT_NEAR(std::get<double>(table.data[0][2]), 0.85, 1e-12);
  EXPECT_EQ(table.cells[0].back(), "1");
  EXPECT_EQ(std::get<std::int64_t>(table.data[0][7]), 3) << "complete trials";
  EXPECT_THAT(table.footer, Contains("Left out of the means: 1 repeat without all of its folds."));
}

TEST(CompareTable, SaysWhereRepeatsAverageDifferentConfigurations) {
  std::vector<Record> records = sample_grid();
  records.erase(records.begin() + 4);  // tanh has one learning rate only in repeat 1
  EXPECT_THAT(compare(records, {.rows = {"activation"}}).footer,
              Contains("Uneven: in 1 of 2 groups the repeats average different configurations, "
                       "because some are not complete."));
}

TEST(CompareTable, TheSameRepeatUnderTwoSeedsCountsTwice) {
  std::vector<Record> records = {make_record({.repeat = 0, .test_accuracy = 0.8}),
                                 make_record({.repeat = 0, .test_accuracy = 0.9})};
  records[1].seed = 2;
  EXPECT_EQ(compare(records).cells[0].back(), "2");
}

TEST(CompareTable, DivergedAndFailedTrialsAreCountedAndNeverAveraged) {
  std::vector<Record> records = sample_grid();
  records[3] = make_unfinished({0.05, "relu", 0}, engine::State::kDiverged, "train_loss is nan");
  for (const std::size_t index : {0, 4, 8}) {
    const int repeat = static_cast<int>(index) / 4;
    records[index] = make_unfinished({0.01, "tanh", repeat}, engine::State::kFailed, "no memory");
  }
  SweepInfo info = grid_info();
  info.planned = 15;
  EXPECT_EQ(text_of(compare(records, {}, info)), R"(kmnist by learning_rate, activation

learning_rate  activation  best_validation_loss  best_validation_accuracy  test_accuracy  n  diverged  failed
-------------  ----------  --------------------  ------------------------  -------------  -  --------  ------
         0.01  tanh                      failed                    failed         failed  0         0       3
         0.01  relu                 0.47 ± 0.02                      0.75  0.868 ± 0.005  3         0       0
         0.05  tanh               * 0.45 ± 0.02                      0.75  0.863 ± 0.005  3         0       0
         0.05  relu                 0.41 ± 0.06                      0.75  0.885 ± 0.019  2         1       0

±: 95 % interval over 2 or 3 repeats (seeds and splits), Student's t.
No interval where there is one repeat, or all repeats are equal.
* chosen by the lowest mean best_validation_loss of 2 groups; test figures play no part. Not considered: 2 with diverged or failed trials.
Nothing is compared: the differences by test_accuracy are equal in all repeats.
Left out of the means: 1 diverged, 3 failed.
Missing: 3 of 15 planned trials are not finished yet.
)");
}

TEST(CompareTable, NUnequalWithinARowStandsInTheCells) {
  std::vector<Record> records = sample_grid();
  records.pop_back();
  const Table table = compare(
      records, {.rows = {"learning_rate"}, .columns = {"activation"}, .values = {"test_accuracy"}});
  EXPECT_THAT(table.cells[0].back(), "3");
  EXPECT_THAT(table.cells[1], ElementsAre("0.05", HasSubstr(" (n=3)"), HasSubstr(" (n=2)"), ""));
}

TEST(CompareTable, ACombinationWithoutTrialsIsADash) {
  std::vector<Record> records = sample_grid();
  std::erase_if(records, [](const Record& record) {
    return record.settings[1].value == sweeps::Value("relu") &&
           record.settings[3].value == sweeps::Value(0.01);
  });
  const Table table = compare(
      records, {.rows = {"learning_rate"}, .columns = {"activation"}, .values = {"test_accuracy"}});
  EXPECT_EQ(table.cells[0][2], "-");
  EXPECT_EQ(table.data.size(), 3U);
}

TEST(CompareTable, WhereTakesAnySpellingOfANumberAndIsTold) {
  const Table table = compare(sample_grid(), {.where = {{"learning_rate", "5e-2"}}});
  EXPECT_EQ(table.cells.size(), 2U);
  EXPECT_THAT(table.footer, Contains("Only trials with optimizer.learning_rate = 0.05: 6 of 12."));
}

TEST(CompareTable, GroupsByRepeatToo) {
  const Table table = compare(sample_grid(), {.rows = {"repeat"}, .values = {"test_accuracy"}});
  ASSERT_EQ(table.cells.size(), 3U);
  EXPECT_EQ(table.cells[2][0], "2");
}

TEST(CompareTable, WithoutSweptKeysThereIsOneRow) {
  SweepInfo info = grid_info();
  info.swept.clear();
  const Table table = compare({make_record({.repeat = 0}), make_record({.repeat = 1})}, {}, info);
  EXPECT_EQ(table.title, "kmnist");
  EXPECT_EQ(table.cells.size(), 1U);
}

TEST(CompareTable, WithoutRecordsTellsWhatIsMissing) {
  const Table table = compare({});
  EXPECT_TRUE(table.cells.empty());
  EXPECT_THAT(table.footer, ElementsAre("Missing: 12 of 12 planned trials are not finished yet."));
}

TEST(CompareTable, WithoutATestPartShowsValidationOnly) {
  std::vector<Record> records = sample_grid();
  for (Record& record : records) {
    record.result.test_accuracy = engine::kNaN;
    record.result.predictions.clear();
  }
  EXPECT_THAT(compare(records).headings,
              ElementsAre("learning_rate", "activation", "best_validation_loss",
                          "best_validation_accuracy", "n"));
}

/// Watched rows get one class in epoch 1, and another in epoch `leaves`; 0: never.
void leave_plateau(Record& record, int leaves) {
  for (std::size_t e = 0; e < record.result.epochs.size(); ++e) {
    record.result.epochs[e].only_class = leaves == static_cast<int>(e) + 1 ? 1 : 0;
  }
}

TEST(CompareTable, ShowsFiguresThatTheSpecDerivesAndThoseThatAreNeverReached) {
  std::vector<Record> records = sample_grid();
  for (std::size_t i = 0; i < records.size(); ++i) {
    leave_plateau(records[i], i == 4 ? 0 : 2);
  }
  SweepInfo info = grid_info();
  info.derived = {{"settled", "validation_loss", 0.05}};
  const Table table = compare_table(info, records, {.values = {"settled", "plateau_until"}});
  EXPECT_THAT(table.cells[0], ElementsAre("0.01", "tanh", "2", "never", "3"));
  EXPECT_THAT(table.cells[1], ElementsAre("0.01", "relu", "2", "2", "3"));
  EXPECT_THAT(table.footer,
              Contains("never: some repeat does not reach it in the epochs that it was trained."));
  EXPECT_THAT(find_table_format("json")->render(table), HasSubstr("null"));
  const Table ties = compare_table(info, records, {.values = {"plateau_until"}});
  EXPECT_THAT(ties.footer, Contains(HasSubstr("equal in all repeats")));
}

TEST(CompareTable, RefusesEveryUnknownNameAtOnceWithTheNearest) {
  const TableOptions options{.rows = {"learning_rat", "hidden", "hidden"},
                             .columns = {"data.slpit.train"},
                             .values = {"test_acuracy"},
                             .where = {{"optimizer.learning_rate", "fast"}, {"sedd", "1"}}};
  EXPECT_EQ(message_of<InputError>([&] { (void)compare(sample_grid(), options); }),
            R"(rows: unknown key 'learning_rat'
  nearest: learning_rate
rows: 'hidden' is named twice
columns: unknown key 'data.slpit.train'
  nearest: data.split.train
values: unknown figure 'test_acuracy'
  expected one of: train_loss, train_accuracy, validation_loss, validation_accuracy, monitor_loss, monitor_accuracy, best_train_loss, best_train_accuracy, best_validation_loss, best_validation_accuracy, best_monitor_loss, best_monitor_accuracy, test_loss, test_accuracy, last_test_loss, last_test_accuracy, epochs_run, best_epoch, train_seconds, plateau_until, oscillation, seconds
  nearest: test_accuracy
where: 'optimizer.learning_rate' must be a number > 0 (per step), got 'fast'
where: unknown key 'sedd'
  nearest: seed)");
}

TEST(CompareTable, RefusesAShortNameThatTwoKeysHave) {
  EXPECT_THAT(
      message_of<InputError>([&] { (void)compare(sample_grid(), {.rows = {"train"}}); }),
      HasSubstr("rows: 'train' can mean data.train or data.labels.train or data.split.train"));
}

TEST(CompareTable, MachinesGetOneLineAGroupWithFullNamesAndAllDigits) {
  const Table table = compare(sample_grid(), {.rows = {"learning_rate"},
                                              .columns = {"activation"},
                                              .values = {"test_accuracy"},
                                              .where = {},
                                              .percent = true});
  EXPECT_THAT(table.data_headings,
              ElementsAre("optimizer.learning_rate", "activation", "test_accuracy_percent_mean",
                          "test_accuracy_percent_low", "test_accuracy_percent_high",
                          "test_accuracy_percent_n", "test_accuracy_percent_interval", "complete",
                          "unfinished", "chosen", "tied"));
  ASSERT_EQ(table.data.size(), 4U);
  EXPECT_NEAR(std::get<double>(table.data[3][2]), 88.7, 1e-9);
  EXPECT_EQ(table.data[3][6], sweeps::Value("repeats"));
  EXPECT_EQ(table.data[3][9], sweeps::Value(true));
  EXPECT_EQ(table.data[0][9], sweeps::Value(false));
}

TEST(CompareTable, MachinesGetNoBoundsWhereThereIsNoInterval) {
  std::vector<Record> records = sample_grid();
  records.resize(4);
  const Table table = compare(records, {.values = {"validation_loss"}});
  EXPECT_TRUE(std::isnan(std::get<double>(table.data[0][3])));
  EXPECT_EQ(table.data[0][6], sweeps::Value("none"));
}

}  // namespace
}  // namespace mlpsweep::results
