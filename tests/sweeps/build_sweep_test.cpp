#include "sweeps/build_sweep.h"

#include <gtest/gtest.h>

#include "tests/sweeps/complaints.h"

namespace mlpsweep::sweeps {
namespace {

TEST(BuildSweep, ChoosesByValidationOnly) {
  const std::string rest = R"(data: {set: mnist, split: {validation: 0.2}}
experiments:
  rates: {parameters: {l2: [0, 1]}}
  next: {from: {best_of: rates}}
)";
  EXPECT_EQ(complaints_about("mlpsweep: 1\nmetric: validation_accuracy\n" + rest), "");
  EXPECT_EQ(complaints_about("mlpsweep: 1\nmetric: test_loss\n" + rest),
            R"(s.yaml:6:26: a winner is chosen by a validation metric, and the metric is 'test_loss'
    next: {from: {best_of: rates}}
                           ^^^^^
  expected metric: validation_loss or validation_accuracy, or a pin for every key that the experiment sweeps)");
  EXPECT_EQ(
      complaints_about(R"(mlpsweep: 1
data: mnist
experiments:
  rates: {parameters: {l2: [0, 1]}}
  next: {from: {best_of: rates}}
)"),
      R"(s.yaml:5:26: a winner is chosen by a validation metric, and the metric is 'train_loss' (the default where some configuration has no validation part)
    next: {from: {best_of: rates}}
                           ^^^^^
  expected metric: validation_loss or validation_accuracy, or a pin for every key that the experiment sweeps)");
}

TEST(BuildSweep, CountsTheTrialsOfAllExperiments) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
repeats: 400000
readings: {x: {a: {l1: 0}, b: {l1: 1}}}
experiments:
  one: {parameters: {l2: [0, 1]}}
  two: {folds: 2, data: {split: {validation: none}}, readings: {y: {a: {epochs: 2}, b: {epochs: 3}}}}
)"),
            R"(s.yaml:1:1: 3200000 trials are more than 1000000
  mlpsweep: 1
  ^
  one: 2 (l2) x 400000 (repeats)
  one, x: b: 2 (l2) x 400000 (repeats)
  two: 1 x 400000 (repeats) x 2 (folds)
  two, y: b: 1 x 400000 (repeats) x 2 (folds)
  expected at most 1000000 trials; --yes allows more)");
}

TEST(BuildSweep, HoldsEveryPossibleWinnerAgainstTheRules) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
experiments:
  pairs: {zip: {output: [softmax, sigmoid], loss: [cross_entropy, binary_cross_entropy]}}
  next: {from: {best_of: pairs}, base: {loss: cross_entropy}}
)"),
            R"(s.yaml:5:47: loss: cross_entropy cannot stand behind output sigmoid
    next: {from: {best_of: pairs}, base: {loss: cross_entropy}}
                                                ^^^^^^^^^^^^^
  sigmoid takes binary_cross_entropy, mean_squared_error, and cross_entropy stands behind softmax)");
}

TEST(BuildSweep, HoldsNothingAgainstWinnersThatCannotBe) {
  const std::string head = R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {loss: mean_squared_error}
experiments:
)";
  EXPECT_EQ(complaints_about(head + R"(
  outputs: {parameters: {output: [softmax, sigmoid], l2: [0, 1]}, exclude: [{output: sigmoid}]}
  next: {from: {best_of: outputs}, base: {loss: cross_entropy}}
)"),
            "");
  // What the source leaves out may hang on the winner that it starts from itself.
  EXPECT_EQ(complaints_about(head + R"(
  outputs: {parameters: {output: [softmax, sigmoid]}}
  losses:
    from: {best_of: outputs}
    parameters: {loss: [mean_squared_error, cross_entropy]}
    exclude: [{output: sigmoid, loss: cross_entropy}]
  next: {from: {best_of: losses}, base: {epochs: 3}}
)"),
            "");
  // A member of a union that names the key itself has no winner's value for it.
  EXPECT_EQ(complaints_about(head + R"(
  outputs: {parameters: {output: [softmax, sigmoid]}}
  next: {from: {best_of: outputs}, parameters: [{output: softmax, loss: cross_entropy}, {l2: 1}]}
)"),
            "");
  // The first one may lose: that it would leave nothing is no fault.
  EXPECT_EQ(complaints_about(head + R"(
  outputs: {parameters: {output: [softmax, sigmoid]}}
  next: {from: {best_of: outputs}, base: {epochs: 3}, exclude: [{output: softmax}]}
)"),
            "");
}

TEST(BuildSweep, TellsAFaultThatManyPartsInheritOnce) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {output: softmax, loss: binary_cross_entropy}
experiments: {a: {}, b: {base: {l2: 1}}}
)"),
            R"(s.yaml:3:31: loss: binary_cross_entropy cannot stand behind output softmax
  base: {output: softmax, loss: binary_cross_entropy}
                                ^^^^^^^^^^^^^^^^^^^^
  softmax takes cross_entropy, mean_squared_error, and binary_cross_entropy stands behind sigmoid)");
}

TEST(BuildSweep, AnInheritedExclusionIsIdleOnlyIfItIsEverywhere) {
  const std::string head = R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
exclude: [{l2: 1}]
)";
  EXPECT_EQ(complaints_about(head + R"(experiments:
  a: {parameters: {l2: [0, 1]}}
  b: {parameters: {l1: [0, 1]}}
)"),
            "");
  EXPECT_EQ(complaints_about(head + R"(experiments:
  a: {parameters: {l2: [0, 2]}}
  b: {parameters: {l1: [0, 1]}}
)"),
            R"(s.yaml:3:12: this entry of 'exclude' leaves nothing out
  exclude: [{l2: 1}]
             ^^
  expected values that some configuration has)");
}

TEST(BuildSweep, AFoldIsTheValidationPart) {
  const Sweep sweep = read_sweep("s.yaml", R"(mlpsweep: 1
data: mnist
repeats: 2
folds: 3
base: {early_stop: 2}
parameters: {l2: [0, 1]}
)");
  EXPECT_EQ(sweep.metric.name, "validation_loss");
  ASSERT_EQ(sweep.trials(), 12U);
  EXPECT_EQ(sweep.trial(9).repeat, 1);  // (1 * 3 + 1) * 2 + 1
  EXPECT_EQ(sweep.trial(9).fold, 1);
  EXPECT_EQ(sweep.trial(9).folds, 3);
  EXPECT_EQ(sweep.trial(9).l2, 1);
  EXPECT_EQ(
      complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
folds: 5
)"),
      R"(s.yaml:2:40: 'folds' and data.split.validation exclude each other: a fold is the validation part
  data: {set: mnist, split: {validation: 0.2}}
                                         ^^^
  expected data.split.validation: none, or no folds)");
}

}  // namespace
}  // namespace mlpsweep::sweeps
