#include "results/compare.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"
#include "results/significance.h"

#include "table_samples.h"

namespace mlpsweep::results {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

ScoredRows no_rows(const Record& /*record*/) {
  throw InputError("the data set is not here");
}

/// A shared test part of class 1 throughout: predictions of 1 are right, of 0 wrong.
ScoredRows shared_rows(const Record& record) {
  return {.test_classes = std::vector<std::uint8_t>(record.result.predictions.size(), 1),
          .shared_test = true,
          .train_rows = 4000,
          .validation_rows = 1000};
}

ScoredRows drawn_rows(const Record& record) {
  ScoredRows rows = shared_rows(record);
  rows.shared_test = false;
  return rows;
}

Table differences(const std::vector<Record>& records, const CompareOptions& options = {},
                  const FindRows& rows = no_rows, const SweepInfo& info = grid_info()) {
  return difference_table(info, records, options, rows);
}

std::string text_of(const Table& table) {
  return find_table_format("text")->render(table);
}

/// The sample grid with predictions that score its test accuracies; each repeat's errors begin
/// elsewhere.
std::vector<Record> with_predictions() {
  std::vector<Record> records = sample_grid();
  for (Record& record : records) {
    std::vector<std::uint8_t>& classes = record.result.predictions;
    const auto wrong =
        static_cast<std::size_t>(std::lround((1 - record.result.test_accuracy) * kSampleImages));
    std::fill(classes.begin(), classes.end(), std::uint8_t{1});
    for (std::size_t i = 0; i < wrong; ++i) {
      classes[(i + 10 * static_cast<std::size_t>(record.repeat)) % kSampleImages] = 0;
    }
  }
  return records;
}

// s_e of the 4 x 3 table is 0.00122...; t(.975, 6) = 2.447, so that each half width is 0.24 %.
TEST(DifferenceTable, ComparesTestFiguresWithTheConfigurationChosenByValidation) {
  EXPECT_EQ(text_of(differences(sample_grid(), {.percent = true})),
            R"(kmnist: test_accuracy (%) compared with learning_rate = 0.05, activation = relu

learning_rate  activation  test_accuracy (%)  difference  p (Holm)  n
-------------  ----------  -----------------  ----------  --------  -
         0.01  tanh               85.0 ± 0.5  -3.7 ± 0.2   <0.0001  3
         0.01  relu               86.8 ± 0.5  -1.9 ± 0.2   <0.0001  3
         0.05  tanh               86.3 ± 0.5  -2.4 ± 0.2   <0.0001  3
         0.05  relu               88.7 ± 0.7   reference         -  3

difference: the configuration's less the reference's, paired over 3 repeats; ± its own 95 % interval, not adjusted.
Reference: chosen by the lowest mean best_validation_loss; test figures play no part.
p: two-sided, Holm's correction over the 3 comparisons with the reference.
~ cannot be told apart from the reference: p >= 0.05.
Pooled over the table, 6 degrees of freedom: the variances lie within a factor of 4 (2.2).
Smallest difference that this table could have told: 0.32.
Where all repeats share their test images, it speaks of these; --new-images of others too.
)");
}

TEST(DifferenceTable, TheReferenceCanBeNamed) {
  const Table table =
      differences(sample_grid(), {.to = {{"learning_rate", "1e-2"}, {"activation", "tanh"}}});
  EXPECT_THAT(table.title, HasSubstr("compared with learning_rate = 0.01, activation = tanh"));
  EXPECT_EQ(table.cells[0][3], "reference");
  EXPECT_THAT(table.cells[3][3], StartsWith("+0.037"));
  EXPECT_THAT(table.footer, Contains("Reference: named with --to."));
}

TEST(DifferenceTable, TheBestByTheFigureItselfMakesAllPairsTheFamily) {
  const Table table = differences(sample_grid(), {.best = true});
  EXPECT_EQ(table.cells[3][3], "reference");
  EXPECT_THAT(table.footer, Contains(HasSubstr("Holm's correction over all 6 pairs")));
}

TEST(DifferenceTable, AValidationFigureComparedAfterAChoiceByValidationIsNoFreshFigure) {
  const Table table = differences(sample_grid(), {.figure = "validation_loss"});
  EXPECT_THAT(table.footer, Contains(HasSubstr("Holm's correction over all 6 pairs")));
}

TEST(DifferenceTable, MarksWhatCannotBeToldApart) {
  std::vector<Record> records = sample_grid();
  const double beside[] = {0.888, 0.885, 0.886};  // 0.05 relu has 0.890 0.884 0.887
  for (std::size_t repeat = 0; repeat < 3; ++repeat) {
    records[4 * repeat + 2].result.test_accuracy = beside[repeat];
  }
  const Table table = differences(records);
  EXPECT_THAT(table.cells[2][3], StartsWith("~ -0.001 "));
  EXPECT_THAT(table.cells[0][3], StartsWith("-0.037"));
  EXPECT_EQ(table.data[2].back(), sweeps::Value("tied"));
  EXPECT_EQ(table.data[0].back(), sweeps::Value("apart"));
  EXPECT_EQ(table.data[3].back(), sweeps::Value("reference"));
}

TEST(DifferenceTable, MachinesGetTheTestsNumbers) {
  const Table table = differences(sample_grid());
  EXPECT_THAT(table.data_headings,
              ElementsAre("optimizer.learning_rate", "activation", "test_accuracy_mean",
                          "test_accuracy_difference", "test_accuracy_difference_low",
                          "test_accuracy_difference_high", "test_accuracy_difference_error", "df",
                          "p", "p_holm", "n", "outcome"));
  EXPECT_NEAR(std::get<double>(table.data[0][3]), -0.037, 1e-12);
  EXPECT_EQ(std::get<double>(table.data[0][7]), 6);
}

TEST(DifferenceTable, GroupsWithoutAllRepeatsAreNotCompared) {
  std::vector<Record> records = sample_grid();
  records[0] = make_unfinished({0.01, "tanh", 0}, engine::State::kDiverged, "train_loss is nan");
  records.erase(records.begin() + 5);  // 0.01 relu lacks a repeat
  const Table table = differences(records);
  EXPECT_EQ(table.cells[0][3], "not compared");
  EXPECT_EQ(table.cells[1][3], "not compared");
  EXPECT_THAT(table.footer, Contains("Not compared: 1 with diverged or failed trials, 1 with fewer "
                                     "or other repeats."));
}

TEST(DifferenceTable, LeavesOutRepeatsWithoutAllOfTheirFoldsAndSaysSo) {
  std::vector<Record> records = sample_grid();
  for (Record& record : records) {
    record.folds = 1;
  }
  records[0].folds = 2;  // the other fold of 0.01 tanh, repeat 0, is not there
  const Table table = differences(records);
  EXPECT_EQ(table.cells[0][3], "not compared");
  EXPECT_THAT(table.footer, Contains("Left out of the means: 1 repeat without all of its folds."));
}

std::vector<Record> one_repeat() {
  std::vector<Record> records = with_predictions();
  records.resize(4);
  return records;
}

SweepInfo info_of_four() {
  SweepInfo info = grid_info();
  info.planned = 4;
  return info;
}

TEST(DifferenceTable, OneRepeatIsTestedOnItsImages) {
  const Table table = differences(one_repeat(), {}, shared_rows, info_of_four());
  // 0.05 tanh has 135 errors, 0.05 relu the first 110 of these: 25 images to none.
  EXPECT_EQ(std::get<double>(table.data[2][8]), mcnemar(25, 0));
  EXPECT_THAT(table.footer, Contains("One repeat: McNemar's exact test on 1000 test images. Images "
                                     "only: it says nothing of other seeds and splits."));
}

TEST(DifferenceTable, OneRepeatWithoutTheDataIsNotTestedAndSaysWhy) {
  const Table table = differences(one_repeat(), {}, no_rows, info_of_four());
  EXPECT_EQ(table.cells[0][4], "-");
  EXPECT_THAT(table.footer, Contains(HasSubstr("the data set is not here")));
}

TEST(DifferenceTable, OneRepeatOfALossIsNotTested) {
  const Table table =
      differences(one_repeat(), {.figure = "test_loss"}, shared_rows, info_of_four());
  EXPECT_EQ(table.data[0].back(), sweeps::Value("not tested"));
}

TEST(DifferenceTable, ForNewImagesTheirSpreadIsAdded) {
  const Table here = differences(with_predictions(), {}, shared_rows);
  const Table anywhere = differences(with_predictions(), {.scope = Scope::kNewImages}, shared_rows);
  // Of 1000 images relu alone has about 25 right: sqrt(0.025 * 0.975 / 1000) = 0.005.
  EXPECT_LT(std::get<double>(here.data[2][6]), 0.0015);
  // Less, since the three repeats' images are not all the same.
  EXPECT_GT(std::get<double>(anywhere.data[2][6]), 0.0035);
  EXPECT_LT(std::get<double>(anywhere.data[2][6]), 0.005);
  EXPECT_THAT(anywhere.footer, Contains(HasSubstr("the 1000 shared ones")));
}

TEST(DifferenceTable, NewImagesNeedSharedOnesAndNewSplitsDrawnOnes) {
  EXPECT_THAT(message_of<InputError>([] {
                (void)differences(with_predictions(), {.scope = Scope::kNewImages}, drawn_rows);
              }),
              HasSubstr("test images of its own"));
  EXPECT_THAT(message_of<InputError>([] {
                (void)differences(with_predictions(), {.scope = Scope::kNewSplits}, shared_rows);
              }),
              HasSubstr("share their test images"));
}

TEST(DifferenceTable, ForNewSplitsTheErrorIsNadeauAndBengios) {
  const Table table = differences(with_predictions(), {.scope = Scope::kNewSplits}, drawn_rows);
  // 1000 test images to 4000 of training. Differences of 0.05 tanh: -.025 -.023 -.024.
  EXPECT_NEAR(std::get<double>(table.data[2][6]), 0.001 * std::sqrt(1.0 / 3 + 0.25), 1e-9);
  EXPECT_EQ(std::get<double>(table.data[2][7]), 2);
}

std::string refusal(const CompareOptions& options,
                    const std::vector<Record>& records = sample_grid(),
                    const SweepInfo& info = grid_info()) {
  return message_of<InputError>([&] { (void)differences(records, options, no_rows, info); });
}

TEST(DifferenceTable, RefusesAReferenceThatIsNoneOrSeveral) {
  EXPECT_THAT(refusal({.to = {{"activation", "tanh"}}}), HasSubstr("found 2 of 4"));
  EXPECT_THAT(refusal({.to = {{"activation", "sigmoid"}}}), HasSubstr("found 0 of 4"));
  EXPECT_THAT(refusal({.to = {{"activatoin", "tanh"}}}), HasSubstr("nearest: activation"));
  EXPECT_THAT(refusal({.to = {{"activation", "tanh"}}, .best = true}), HasSubstr("one of them"));
}

TEST(DifferenceTable, RefusesToChooseByTest) {
  SweepInfo info = grid_info();
  info.metric = "test_accuracy";
  info.minimize = false;
  EXPECT_THAT(refusal({}, sample_grid(), info), HasSubstr("--to KEY=VALUE"));
}

TEST(DifferenceTable, RefusesConfigurationsOnDifferentData) {
  std::vector<Record> records = sample_grid();
  for (const std::size_t index : {0, 4, 8}) {
    records[index].data_checksum = "other";
  }
  EXPECT_THAT(refusal({}, records), HasSubstr("one data set"));
}

TEST(DifferenceTable, RefusesASingleConfiguration) {
  EXPECT_THAT(refusal({.where = {{"activation", "tanh"}, {"learning_rate", "0.01"}}}),
              HasSubstr("two or more configurations"));
}

}  // namespace
}  // namespace mlpsweep::results
