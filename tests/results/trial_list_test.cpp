#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"
#include "results/figure_text.h"
#include "results/table.h"

#include "table_samples.h"

namespace mlpsweep::results {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string rendered(const Table& table) {
  return find_table_format("text")->render(table);
}

/// Four trials under names that a reader can tell apart, the last one diverged.
std::vector<Record> four_trials() {
  std::vector<Record> records = sample_grid();
  records.resize(4);
  records[3] = make_unfinished({0.05, "relu", 0}, engine::State::kDiverged,
                               "train_loss is nan after epoch 1");
  for (std::size_t i = 0; i < records.size(); ++i) {
    records[i].fingerprint = {0x1111111111111111U * (i + 1), 0};
  }
  return records;
}

TEST(TrialList, HasARowATrialWithItsNameSettingsStateAndFigures) {
  EXPECT_EQ(rendered(trial_list(grid_info(), four_trials(), {})), R"(kmnist

trial     learning_rate  activation  repeat  state     epochs  best_validation_loss  best_validation_accuracy  test_accuracy  seconds  reason
--------  -------------  ----------  ------  --------  ------  --------------------  ------------------------  -------------  -------  -------------------------------
11111111  0.01           tanh             0  complete       2                0.5000                    0.7500         0.8500      1.5
22222222  0.01           relu             0  complete       2                0.4600                    0.7500         0.8700      1.5
33333333  0.05           tanh             0  complete       2                0.4400                    0.7500         0.8650      1.5
44444444  0.05           relu             0  diverged       0                     -                         -              -        0  train_loss is nan after epoch 1

4 trials: 3 complete, 1 diverged.
Missing: 8 of 12 planned trials are not finished yet.
)");
}

TEST(TrialList, ShowsReasonsAndFoldsOnlyWhereThereIsSomethingToTell) {
  std::vector<Record> records = four_trials();
  records.pop_back();
  const Table plain = trial_list(grid_info(), records, {});
  EXPECT_THAT(plain.headings, ::testing::Not(Contains("reason")));
  EXPECT_THAT(plain.headings, ::testing::Not(Contains("fold")));
  records[0].fold = 1;
  EXPECT_THAT(trial_list(grid_info(), records, {}).headings, Contains("fold"));
}

TEST(TrialList, FiltersByState) {
  const Table table = trial_list(grid_info(), four_trials(), {.where = {{"state", "diverged"}}});
  ASSERT_EQ(table.cells.size(), 1U);
  EXPECT_EQ(table.cells[0][0], "44444444");
  EXPECT_THAT(table.footer, ElementsAre("1 trial: 0 complete, 1 diverged.",
                                        "Only trials with state = diverged: 1 of 4.",
                                        "Missing: 8 of 12 planned trials are not finished yet."));
}

TEST(TrialList, ShowsTheSettingsAndFiguresThatAreAskedFor) {
  const Table table =
      trial_list(grid_info(), four_trials(),
                 {.rows = {"hidden"}, .values = {"test_accuracy"}, .percent = true});
  EXPECT_THAT(table.headings, ElementsAre("trial", "hidden", "repeat", "state", "epochs",
                                          "test_accuracy (%)", "seconds", "reason"));
  EXPECT_EQ(table.cells[0][5], "85.00");
}

TEST(TrialList, MachinesGetWholeNamesAndAllDigits) {
  const Table table = trial_list(grid_info(), four_trials(), {.values = {"validation_loss"}});
  EXPECT_THAT(table.data_headings, ElementsAre("trial", "optimizer.learning_rate", "activation",
                                               "seed", "repeat", "fold", "state", "reason",
                                               "epochs_run", "validation_loss", "train_seconds"));
  EXPECT_EQ(table.data[0][0], sweeps::Value("11111111111111110000000000000000"));
  EXPECT_EQ(table.data[0][9], sweeps::Value(0.5 + 0.1));
}

TEST(TrialList, TellsTheExperimentsOfATrialWhereThereAreSome) {
  const std::vector<std::string> experiments = {"rates", "rates; nets", "nets", ""};
  const TableOptions options{.where = {{"learning_rate", "0.01"}}};
  const Table table = trial_list(grid_info(), four_trials(), options, experiments);
  EXPECT_EQ(table.headings[1], "experiment");
  EXPECT_EQ(table.data_headings[1], "experiment");
  ASSERT_EQ(table.cells.size(), 2U);
  EXPECT_EQ(table.cells[1][1], "rates; nets");
  EXPECT_EQ(table.data[0][1], sweeps::Value("rates"));
  EXPECT_THAT(trial_list(grid_info(), four_trials(), {}).headings,
              ::testing::Not(Contains("experiment")));
}

TEST(TrialList, HasNoFigureTwice) {
  const Table table =
      trial_list(grid_info(), four_trials(), {.values = {"train_seconds", "epochs_run"}});
  EXPECT_THAT(table.data_headings, Contains("train_seconds").Times(1));
  EXPECT_THAT(table.data_headings, Contains("epochs_run").Times(1));
  EXPECT_THAT(table.headings, ::testing::Not(Contains("train_seconds")));
}

TEST(TrialList, ShowsFiguresThatTheSpecDerives) {
  SweepInfo info = grid_info();
  info.derived = {{"settled", "validation_loss", 0.05}};
  const Table table =
      trial_list(info, four_trials(), {.values = {"settled", "plateau_until", "oscillation"}});
  EXPECT_EQ(table.cells[0][6], "2");
  EXPECT_EQ(table.cells[0][8], "-");
  EXPECT_EQ(table.data_headings[9], "settled");
  EXPECT_EQ(table.data[0][9], sweeps::Value(2.0));
}

TEST(TrialList, RefusesUnknownNames) {
  const TableOptions options{.rows = {"activaton"}, .values = {"loss"}};
  const std::string message =
      message_of<InputError>([&] { (void)trial_list(grid_info(), four_trials(), options); });
  EXPECT_THAT(message, HasSubstr("rows: unknown key 'activaton'\n  nearest: activation"));
  EXPECT_THAT(message, HasSubstr("values: unknown figure 'loss'"));
}

TEST(FigureText, HasTheDigitsThatAFigureCanTell) {
  EXPECT_EQ(figure_text("test_accuracy", 0.87654), "0.8765");
  EXPECT_EQ(figure_text("test_accuracy", 0.8765, /*percent=*/true), "87.65");
  EXPECT_EQ(figure_text("test_loss", 0.5, /*percent=*/true), "0.5000");
  EXPECT_EQ(figure_text("test_loss", 1.23456e-7), "1.235e-07");
  EXPECT_EQ(figure_text("epochs_run", 12), "12");
  EXPECT_EQ(figure_text("train_seconds", 12.34), "12.3");
  EXPECT_EQ(figure_text("train_seconds", 0.0412), "0.041");
  EXPECT_EQ(figure_text("convergence_epoch", 12), "12");
  EXPECT_EQ(figure_text("plateau_until", std::numeric_limits<double>::infinity()), "never");
  EXPECT_EQ(figure_text("test_loss", engine::kNaN), "-");
}

}  // namespace
}  // namespace mlpsweep::results
