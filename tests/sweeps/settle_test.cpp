#include "sweeps/settle.h"

#include <cmath>

#include <gtest/gtest.h>

#include "sweeps/read_sweep.h"

namespace mlpsweep::sweeps {
namespace {

const char* const kText = R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
metric: validation_loss
repeats: 2
experiments:
  first: {parameters: {l2: [0, 1, 2]}}
  second: {from: {best_of: first}, parameters: {l1: [5, 6]}}
  third: {from: {best_of: second}, base: {epochs: 3}}
)";

/// Loss of a trial: the smaller, the nearer its l2 is to `best`; repeats differ a little.
MetricOf nearest_to(double best) {
  return [best](const engine::TrainSpec& trial) -> std::optional<double> {
    return std::abs(trial.l2 - best) + 0.01 * trial.repeat + trial.l1;
  };
}

TEST(Settle, GivesAWaitingPartItsTrials) {
  const Sweep read = read_sweep("s.yaml", kText);
  EXPECT_EQ(read.trials(), 6U);
  const Sweep settled = settle(read, {{"first", {{"l2", "1"}}}});
  EXPECT_EQ(settled.trials(), 6U + 4U);
  EXPECT_TRUE(settled.parts[1].settled);
  EXPECT_FALSE(settled.parts[2].settled);
  EXPECT_EQ(settled.parts[1].trial(1, 1).l2, 1);
  EXPECT_EQ(settled.parts[1].trial(1, 1).l1, 6);
}

TEST(Settle, DecidesAnewEachTime) {
  const Sweep once = settle(read_sweep("s.yaml", kText), {{"first", {{"l2", "1"}}}});
  const Sweep again = settle(once, {{"first", {{"l2", "2"}}}});
  EXPECT_EQ(again.parts[1].trial(0, 1).l2, 2);
  EXPECT_FALSE(settle(again, {}).parts[1].settled);
}

TEST(Settle, FiltersByWhatTheWinnerBrings) {
  const Sweep sweep = read_sweep("s.yaml", R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
experiments:
  first: {parameters: {l2: [0, 1]}}
  second: {from: {best_of: first}, parameters: {l1: [5, 6]}, exclude: [{l2: 1, l1: 6}]}
)");
  EXPECT_EQ(settle(sweep, {{"first", {{"l2", "0"}}}}).parts[1].trials(), 2U);
  EXPECT_EQ(settle(sweep, {{"first", {{"l2", "1"}}}}).parts[1].trials(), 1U);
}

TEST(Winners, FollowEachOther) {
  const Sweep read = read_sweep("s.yaml", kText);
  const Winners winners = winners_of(read, nearest_to(1));
  EXPECT_EQ(winners, (Winners{{"first", {{"l2", "1"}}}, {"second", {{"l1", "5"}}}}));
  const Part third = settle(read, winners).parts[2];
  EXPECT_TRUE(third.settled);
  EXPECT_EQ(third.trial(0, 1).l2, 1);
  EXPECT_EQ(third.trial(0, 1).l1, 5);
  EXPECT_EQ(third.trial(0, 1).epochs, 3);
}

TEST(Winners, AreNotToldBeforeEveryTrialHasEnded) {
  const auto all_but_one = [](const engine::TrainSpec& trial) -> std::optional<double> {
    if (trial.l2 == 2 && trial.repeat == 1)
      return std::nullopt;
    return trial.l2;
  };
  EXPECT_TRUE(winners_of(read_sweep("s.yaml", kText), all_but_one).empty());
}

TEST(Winners, AreCompleteInEveryRepeat) {
  const auto zero_diverges_once = [](const engine::TrainSpec& trial) -> std::optional<double> {
    return trial.l2 == 0 && trial.repeat == 1 ? NAN : trial.l2;
  };
  const Winners winners = winners_of(read_sweep("s.yaml", kText), zero_diverges_once);
  EXPECT_EQ(winners.at("first"), (Winner{{"l2", "1"}}));
  const auto all_diverge = [](const engine::TrainSpec&) -> std::optional<double> { return NAN; };
  EXPECT_TRUE(winners_of(read_sweep("s.yaml", kText), all_diverge).empty());
}

TEST(Winners, AreTheFirstOfEquals) {
  const auto all_equal = [](const engine::TrainSpec&) -> std::optional<double> { return 1; };
  EXPECT_EQ(winners_of(read_sweep("s.yaml", kText), all_equal).at("first"), (Winner{{"l2", "0"}}));
}

TEST(Winners, HaveTheHighestMeanWhereThatIsTheGoal) {
  const std::string text = std::string(kText).replace(std::string(kText).find("validation_loss"),
                                                      15, "validation_accuracy");
  // By single runs 2 would win (1.5), by the mean it is 1.
  const auto accuracy = [](const engine::TrainSpec& trial) -> std::optional<double> {
    return trial.l2 == 2 ? (trial.repeat == 0 ? 1.5 : 0) : trial.l2;
  };
  EXPECT_EQ(winners_of(read_sweep("s.yaml", text), accuracy).at("first"), (Winner{{"l2", "1"}}));
}

}  // namespace
}  // namespace mlpsweep::sweeps
