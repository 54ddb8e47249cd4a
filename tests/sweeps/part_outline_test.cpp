#include "sweeps/part_outline.h"

#include <gtest/gtest.h>

#include "sweeps/plan.h"
#include "sweeps/read_sweep.h"

#include "tests/sweeps/complaints.h"

namespace mlpsweep::sweeps {
namespace {

const std::string kHead =
    "mlpsweep: 1\ndata: {set: mnist, split: {validation: 0.2}}\nmetric: validation_loss\n";

Sweep read(const std::string& text, const std::vector<std::string>& overrides = {}) {
  return read_sweep("s.yaml", kHead + text, {.overrides = overrides});
}

/// "rates (delta: plain)" of each part.
std::vector<std::string> titles(const Sweep& sweep) {
  std::vector<std::string> titles;
  for (const Part& part : sweep.parts)
    titles.push_back(title_of(part));
  return titles;
}

TEST(PartOutline, APlainSpecIsOnePart) {
  const Sweep sweep = read("repeats: 3\nparameters: {l2: [0, 1]}\n");
  ASSERT_EQ(sweep.parts.size(), 1U);
  EXPECT_EQ(sweep.parts[0].experiment, "");
  EXPECT_EQ(sweep.parts[0].reading, "");
  EXPECT_EQ(sweep.trials(), 6U);
}

TEST(PartOutline, AnExperimentInheritsWhatItDoesNotSay) {
  const Sweep sweep = read(R"(repeats: 4
base: {epochs: 5, l1: 0.5}
parameters: {l2: [0, 1]}
experiments:
  plain: {}
  own:
    data: {split: {validation: 0.3}}
    base: {epochs: 7}
    parameters: {batch_size: [8, 16, 32]}
    repeats: 2
)");
  ASSERT_EQ(titles(sweep), (std::vector<std::string>{"plain", "own"}));
  EXPECT_EQ(sweep.parts[0].trials(), 8U);
  EXPECT_EQ(sweep.parts[1].trials(), 6U);
  const engine::TrainSpec own = sweep.trial(8);
  EXPECT_EQ(own.epochs, 7);
  EXPECT_EQ(own.l1, 0.5);
  EXPECT_EQ(own.batch_size, 8);
  EXPECT_EQ(own.data.set, "mnist");
  EXPECT_EQ(own.data.split.validation, 0.3);
  EXPECT_EQ(sweep.parts[1].swept_keys(), (std::vector<std::string>{"batch_size"}));
}

TEST(PartOutline, WhatAnExperimentSetsIsNoInheritedAxisThere) {
  const Sweep sweep = read(R"(parameters: {l2: [0, 1], epochs: [2, 3]}
zip: {l1: [0, 1], batch_size: [8, 16]}
experiments:
  fixed: {base: {l2: 4, l1: 5}}
)");
  EXPECT_EQ(sweep.parts[0].swept_keys(), (std::vector<std::string>{"epochs", "batch_size"}));
  EXPECT_EQ(sweep.trial(0).l2, 4);
  EXPECT_EQ(sweep.trial(0).l1, 5);
}

TEST(PartOutline, ReadingsAreTriedOneAtATimeAndNotAsAProduct) {
  const Sweep sweep = read(R"(readings:
  rate: {a: {optimizer.learning_rate: 0.1}, b: {optimizer: {learning_rate: 0.2}}}
  delta: {plain: {l2: 0}, squared: {l2: 1}, other: {l2: 2}}
)");
  EXPECT_EQ(titles(sweep),
            (std::vector<std::string>{"", "(rate: b)", "(delta: squared)", "(delta: other)"}));
  EXPECT_EQ(sweep.trial(0).optimizer.learning_rate, 0.1);
  EXPECT_EQ(sweep.trial(0).l2, 0);
  EXPECT_EQ(sweep.trial(1).optimizer.learning_rate, 0.2);
  EXPECT_EQ(sweep.trial(1).l2, 0);
  EXPECT_EQ(sweep.trial(3).optimizer.learning_rate, 0.1);
  EXPECT_EQ(sweep.trial(3).l2, 2);
}

TEST(PartOutline, AReadingBeatsTheBaseOfItsOwnLevelAndGivesWayToTheExperiments) {
  const Sweep sweep = read(R"(base: {l2: 9, l1: 9}
readings:
  penalty: {printed: {l2: 1}, coded: {l2: 0}}
experiments:
  open: {}
  swept: {parameters: {l2: [3, 4]}}
  set: {base: {l2: 5}}
  other: {readings: {l1: {a: {l1: 1}, b: {l1: 2}}}}
)");
  // Where an experiment decides the key itself, a reading of it changes nothing and makes no part.
  EXPECT_EQ(titles(sweep), (std::vector<std::string>{"open", "open (penalty: coded)", "swept",
                                                     "set", "other", "other (l1: b)"}));
  EXPECT_EQ(sweep.trial(0).l2, 1);
  EXPECT_EQ(sweep.trial(1).l2, 0);
  EXPECT_EQ(sweep.trial(2).l2, 3);
  EXPECT_EQ(sweep.trial(4).l2, 5);
  EXPECT_EQ(sweep.trial(5).l2, 9);  // its own readings stand for the inherited ones
  EXPECT_EQ(sweep.trial(5).l1, 1);
}

TEST(PartOutline, AllPinnedIsSettledFromTheBeginning) {
  const Sweep sweep = read(R"(base: {epochs: 2}
experiments:
  rates: {base: {l1: 0.5}, parameters: {optimizer.learning_rate: [0.1, 0.2], batch_size: 8}}
  next:
    from: {best_of: rates, pin: {optimizer.learning_rate: 0.2}}
    parameters: {activation: [tanh, relu]}
)");
  const Part& next = sweep.parts[1];
  EXPECT_TRUE(next.settled);
  ASSERT_TRUE(next.from);
  EXPECT_EQ(next.from->experiment, "rates");
  const engine::TrainSpec trial = next.trial(1, 1);
  EXPECT_EQ(trial.optimizer.learning_rate, 0.2);
  EXPECT_EQ(trial.l1, 0.5);
  EXPECT_EQ(trial.batch_size, 8);
  EXPECT_EQ(trial.activation, "relu");
}

TEST(PartOutline, WaitsForWhatIsNeitherPinnedNorItsOwn) {
  const Sweep sweep = read(R"(experiments:
  rates: {parameters: {optimizer.learning_rate: [0.1, 0.2], l2: [0, 1], l1: [0, 1], epochs: [1, 2]}}
  next:
    from: {best_of: rates, pin: {optimizer.learning_rate: 0.2}}
    base: {l1: 3}
    parameters: {epochs: [5, 6]}
)");
  const Part& next = sweep.parts[1];
  EXPECT_FALSE(next.settled);
  EXPECT_EQ(next.trials(), 0U);
  EXPECT_EQ(next.waits, (std::vector<std::pair<std::string, std::string>>{{"l2", "rates"}}));
  EXPECT_EQ(sweep.trials(), 16U);
}

TEST(PartOutline, StartsFromTheSameReadingOfItsSource) {
  const Sweep sweep = read(R"(readings: {bias: {coded: {l1: 1}, printed: {l1: 2}}}
experiments:
  rates: {parameters: {l2: [0, 1]}}
  next: {from: {best_of: rates, pin: {l2: 1}}}
)");
  EXPECT_EQ(titles(sweep), (std::vector<std::string>{"rates", "rates (bias: printed)", "next",
                                                     "next (bias: printed)"}));
  EXPECT_EQ(sweep.parts[2].trial(0, 1).l1, 1);
  EXPECT_EQ(sweep.parts[3].trial(0, 1).l1, 2);
}

TEST(PartOutline, RefusesAPinOfWhatIsNotSwept) {
  const std::string text = R"(experiments:
  rates: {parameters: {l2: [0, 1]}}
  next: {from: {best_of: rates, pin: {l2: 0, l1: 3}}}
)";
  EXPECT_EQ(complaints_about(kHead + text),
            R"(s.yaml:6:46: 'l1' is pinned, but 'rates' does not sweep it
    next: {from: {best_of: rates, pin: {l2: 0, l1: 3}}}
                                               ^^
  expected one of: l2
  other settings belong in 'base')");
  // The command line may have taken the axis away.
  EXPECT_EQ(complaints_about(kHead + text, {"experiments.rates.l2=0"}), "");
}

TEST(PartOutline, AReadingOfTheSourceMakesNoPartWhereTheAxesDecideItsKey) {
  const Sweep sweep = read(R"(readings: {penalty: {printed: {l2: 1}, coded: {l2: 0}}}
experiments:
  rates: {parameters: {optimizer.learning_rate: [0.1, 0.2]}}
  penalties:
    from: {best_of: rates, pin: {optimizer.learning_rate: 0.1}}
    parameters: [{l2: [3, 4], l1: 0}, {l1: [3, 4], l2: 0}]
)");
  EXPECT_EQ(titles(sweep),
            (std::vector<std::string>{"rates", "rates (penalty: coded)", "penalties"}));
}

}  // namespace
}  // namespace mlpsweep::sweeps
