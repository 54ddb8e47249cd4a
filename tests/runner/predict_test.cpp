// Predictions from made-up measurements, by hand.
#include "runner/predict.h"

#include <array>

#include <gtest/gtest.h>

#include "runner/process_memory.h"

namespace mlpsweep::runner {
namespace {

TEST(SpreadOf, IsStudentsPredictionInterval) {
  // s = 2 of 5 values around 10; t(.975, 4) = 2.776445; sqrt(1 + 1/5) = 1.095445.
  const std::array values = {8.0, 8.0, 10.0, 12.0, 12.0};
  const Spread spread = spread_of(values);
  EXPECT_DOUBLE_EQ(spread.seconds, 10);
  EXPECT_NEAR(spread.high - 10, 2.776445 * 2 * 1.095445, 1e-5);
  EXPECT_NEAR(10 - spread.low, 2.776445 * 2 * 1.095445, 1e-5);
}

TEST(SpreadOf, NeverGoesBelowNoTimeAtAll) {
  const std::array values = {1.0, 100.0};
  EXPECT_DOUBLE_EQ(spread_of(values).low, 0);
}

TEST(FitOf, TellsByTheWholeInterval) {
  const Spread wall{10, 8, 12};
  EXPECT_EQ(fit_of(wall, 12), Fit::kFits);
  EXPECT_EQ(fit_of(wall, 11.9), Fit::kPerhaps);
  EXPECT_EQ(fit_of(wall, 8), Fit::kPerhaps);
  EXPECT_EQ(fit_of(wall, 7.9), Fit::kTooLong);
}

constexpr double kMiB = kMebibyte;

TEST(MemoryNeed, IsThatOfReadingOrThatOfTheLargestTrials) {
  const MemoryBase base{80 * kMiB, 125 * kMiB, 52 * kMiB};
  const TrialMemory small{{3 * kMiB, 2 * kMiB, 1 * kMiB}};
  EXPECT_DOUBLE_EQ(memory_need(base, small, {1, 1, 2}).rank, 125 * kMiB);
  const TrialMemory large{{100 * kMiB, 90 * kMiB, 80 * kMiB}};
  // 15 MiB of code and tables that only training touches.
  EXPECT_DOUBLE_EQ(memory_need(base, large, {1, 1, 2}).rank, (80 + 15 + 100 + 90) * kMiB);
  EXPECT_DOUBLE_EQ(memory_need(base, large, {1, 1, 8}).rank, (80 + 15 + 270) * kMiB);
}

TEST(MemoryNeed, OfANodeCountsTheDataOnce) {
  const MemoryBase base{80 * kMiB, 90 * kMiB, 52 * kMiB};
  const TrialMemory large{{100 * kMiB, 100 * kMiB}};
  const MemoryNeed need = memory_need(base, large, {1, 2, 1});
  // A rank's: settled, training's, MPI's, one trial.
  EXPECT_DOUBLE_EQ(need.rank, (80 + 15 + 8 + 100) * kMiB);
  EXPECT_DOUBLE_EQ(need.node, (2 * 203 - 52) * kMiB);
}

TEST(MemoryNeed, HasARecordThatKeepsWeightsBesideTrialsThatGoOn) {
  const MemoryBase base{80 * kMiB, 90 * kMiB, 52 * kMiB};
  const auto beside_the_base = [&](const std::vector<double>& trials, int threads) {
    return memory_need(base, {trials, 130 * kMiB}, {1, 1, threads}).rank / kMiB - 95;
  };
  EXPECT_DOUBLE_EQ(beside_the_base({100 * kMiB}, 1), 130);
  EXPECT_DOUBLE_EQ(beside_the_base({100 * kMiB, 100 * kMiB}, 1), 100 + 130);
  EXPECT_DOUBLE_EQ(beside_the_base({100 * kMiB, 100 * kMiB}, 2), 100 + 130);
  EXPECT_DOUBLE_EQ(beside_the_base({100 * kMiB, 100 * kMiB, 100 * kMiB}, 2), 200 + 130);
}

TEST(LargestTrials, AreOneMoreThanThereAreThreads) {
  LargestTrials largest(2);
  for (const double mebibytes : {5., 1., 9., 3., 7.}) {
    largest.add({.bytes = mebibytes * kMiB, .checkpoint_bytes = 100 * kMiB}, false);
  }
  EXPECT_EQ(largest.memory().largest, (std::vector<double>{9 * kMiB, 7 * kMiB, 5 * kMiB}));
  largest.add({.bytes = kMiB, .checkpoint_bytes = 100 * kMiB}, true);
  EXPECT_EQ(largest.memory().largest.front(), 101 * kMiB);
}

TEST(LargestTrials, HaveRecordsInSeveralCopies) {
  LargestTrials largest(2);
  largest.add({.bytes = 30 * kMiB}, false);
  EXPECT_EQ(largest.memory().record, 0);
  largest.add({.bytes = 30 * kMiB, .kept_bytes = 20 * kMiB}, false);
  EXPECT_EQ(largest.memory().record, 3 * 20 * kMiB);
  // With a network that takes more, its own end is the peak: the final weights beside it.
  largest.add({.bytes = 80 * kMiB, .kept_bytes = 20 * kMiB}, false);
  EXPECT_EQ(largest.memory().record, 90 * kMiB);
}

/// Two trials of two epochs that take a second to prepare and two an epoch, in both rounds.
Workload two_trials() {
  Workload workload;
  workload.trials = {{0, 2, 2}, {0, 2, 2}};
  workload.largest = {{kMiB, kMiB}};
  const engine::Pace pace{1, 2};
  workload.calibration.rounds = {{Paces{pace, pace, pace}}, {Paces{pace, pace, pace}}};
  workload.startup = 0.5;
  workload.cores = 2;
  return workload;
}

TEST(Predict, AddsUpStartScheduleAndTail) {
  const Prediction one = predict(two_trials(), {1, 1, 1});
  EXPECT_DOUBLE_EQ(one.wall.seconds, 0.5 + 2 * 5);
  EXPECT_DOUBLE_EQ(one.wall.low, one.wall.high);  // both rounds say the same
  EXPECT_DOUBLE_EQ(predict(two_trials(), {1, 1, 2}).wall.seconds, 0.5 + 5);
  EXPECT_DOUBLE_EQ(predict(two_trials(), {1, 2, 1}).wall.seconds, 0.3 + 0.5 + 5);  // MPI begins
}

TEST(Predict, AveragesTheRoundsAndSpansThem) {
  Workload workload = two_trials();
  workload.calibration.rounds[1][0].busy.epoch = 4;
  workload.calibration.rounds[1][0].alone.epoch = 4;
  const Prediction got = predict(workload, {1, 1, 1});
  EXPECT_DOUBLE_EQ(got.wall.seconds, 0.5 + (10 + 18) / 2.);
  EXPECT_LT(got.wall.low, 10.5);
  EXPECT_GT(got.wall.high, 18.5);
}

TEST(Predict, EarlyStoppingLowersTheLowEndAlone) {
  Workload workload = two_trials();
  workload.trials[0].soonest = 1;
  const Prediction got = predict(workload, {1, 1, 1});
  EXPECT_DOUBLE_EQ(got.wall.seconds, 10.5);
  EXPECT_DOUBLE_EQ(got.wall.high, 10.5);
  EXPECT_DOUBLE_EQ(got.wall.low, 8.5);
}

TEST(BestOf, IsTheQuickestAndOfNearlyEqualOnesTheFirst) {
  const auto of = [](int ranks, double seconds) {
    return Prediction{{1, ranks, 1}, {seconds, seconds, seconds}, 0, {}};
  };
  EXPECT_EQ(best_of({of(1, 12), of(2, 10), of(4, 11)}).layout.ranks, 2);
  EXPECT_EQ(best_of({of(1, 10.05), of(2, 10)}).layout.ranks, 1);
}

}  // namespace
}  // namespace mlpsweep::runner
