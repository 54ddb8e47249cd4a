#include "runner/kinds.h"

#include <gtest/gtest.h>

#include "runner/sweep_data.h"

#include "small_sweep.h"

namespace mlpsweep::runner {
namespace {

class KindsOfASweep : public testing::Test {
 protected:
  Kinds kinds(const std::vector<std::string>& overrides) {
    const sweeps::Sweep sweep = small_.read(overrides);
    const Planned planned = propose(sweep, data_sources(sweep, data_), {});
    return kinds_of(planned, waiting_tasks(planned, {}, {}));
  }

  SmallSweep small_;
  engine::DatasetCache data_;
};

TEST_F(KindsOfASweep, RatesRepeatsPenaltiesAndEpochsMakeNoDifference) {
  const Kinds found = kinds({"repeats=2", "optimizer.learning_rate=0.1,0.5", "l2=0.1,0.2",
                             "optimizer.momentum=0.5,0.9", "epochs=1,2", "hidden=3"});
  EXPECT_EQ(found.kinds.size(), 1U);
  EXPECT_EQ(found.of_task, std::vector<std::size_t>(32, 0));
}

TEST_F(KindsOfASweep, WhetherThereIsAMomentumOrAPenaltyDoes) {
  EXPECT_EQ(kinds({"hidden=3", "l2=0,0.1", "optimizer.momentum=0,0.9"}).kinds.size(), 4U);
}

TEST_F(KindsOfASweep, OfSeveralBlocksPartsAndFoldsAreThoseOfTheirTrials) {
  const sweeps::Sweep sweep = sweeps::read_sweep("small.yaml", small_.text("{}") + R"(repeats: 2
experiments:
  zipped: {zip: {hidden: [3, 7, 9], l2: [0, 0.1, 0.2]}, exclude: [{hidden: 9}]}
  blocks: {parameters: [{l1: 0.1, hidden: [3, 7]}, {l1: 0, epochs: [1, 2]}]}
  folded: {folds: 3, data: {split: {validation: none}}, parameters: {optimizer.learning_rate: [0.1, 0.2]}}
)",
                                                 {});
  const Planned planned = propose(sweep, data_sources(sweep, data_), {});
  const std::vector<Task> tasks = waiting_tasks(planned, {}, {});
  const Kinds found = kinds_of(planned, tasks);
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const engine::TrainSpec trial = planned.sweep.trial(tasks[i].trial);
    const engine::TrainSpec& kind = found.kinds.at(found.of_task.at(i)).spec;
    EXPECT_EQ(kind.hidden, trial.hidden);
    EXPECT_EQ(kind.l1 > 0, trial.l1 > 0);
    EXPECT_EQ(kind.l2 > 0, trial.l2 > 0);
    EXPECT_EQ(kind.folds, trial.folds);
  }
  // 3 without and 7 with a penalty; 3 and 7 with the other one, the base's without; the folds'.
  EXPECT_EQ(found.kinds.size(), 6U);
}

TEST_F(KindsOfASweep, TopologiesOfOneFamilyStandTogetherInTheOrderOfTheirOperations) {
  const Kinds found = kinds({"hidden=3,7", "activation=tanh,relu"});
  ASSERT_EQ(found.kinds.size(), 4U);
  EXPECT_EQ(found.kinds[0].family, found.kinds[1].family);
  EXPECT_NE(found.kinds[1].family, found.kinds[2].family);
  EXPECT_LT(found.kinds[0].flop, found.kinds[1].flop);
  // The largest come first among the tasks: both families' second ones.
  EXPECT_EQ(found.of_task.front() % 2, 1U);
}

TEST(ChosenKinds, AreAllOrSpreadOverThemWithBothEnds) {
  EXPECT_EQ(chosen_kinds(3, 16), (std::vector<std::size_t>{0, 1, 2}));
  EXPECT_EQ(chosen_kinds(9, 3), (std::vector<std::size_t>{0, 4, 8}));
  EXPECT_EQ(chosen_kinds(5, 1), (std::vector<std::size_t>{0}));
}

Paces paces(double epoch) {
  return {{0, epoch}, {0, epoch / 2}, {0, epoch / 4}};
}

TEST(PacesOfAll, FollowAPowerLawWithinAFamily) {
  const std::vector<Kind> kinds = {{{}, "a", 1}, {{}, "a", 10}, {{}, "a", 100}};
  // 100 times the operations take 16 times as long, so 10 times 4.
  const auto all = paces_of_all(kinds, {0, 2}, {paces(1), paces(16)});
  ASSERT_EQ(all.size(), 3U);
  EXPECT_NEAR(all[1].busy.epoch, 4, 1e-12);
  EXPECT_NEAR(all[1].alone.epoch, 2, 1e-12);
  EXPECT_NEAR(all[1].joined.epoch, 1, 1e-12);
  EXPECT_DOUBLE_EQ(all[1].busy.fixed, 0);
  EXPECT_DOUBLE_EQ(all[2].busy.epoch, 16);
}

TEST(PacesOfAll, AreProportionalBeyondWhatWasMeasured) {
  const std::vector<Kind> kinds = {{{}, "a", 1}, {{}, "a", 3}, {{}, "b", 2}};
  const auto all = paces_of_all(kinds, {0}, {paces(5)});
  EXPECT_DOUBLE_EQ(all[0].busy.epoch, 5);
  EXPECT_DOUBLE_EQ(all[1].busy.epoch, 15);
  EXPECT_DOUBLE_EQ(all[2].joined.epoch, 2.5);
}

}  // namespace
}  // namespace mlpsweep::runner
