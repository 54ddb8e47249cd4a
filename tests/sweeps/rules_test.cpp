#include "sweeps/rules.h"

#include <gtest/gtest.h>

#include "engine/errors.h"
#include "sweeps/keys.h"
#include "sweeps/read_sweep.h"

#include "tests/sweeps/complaints.h"

namespace mlpsweep::sweeps {
namespace {

TEST(Rules, TakesAnIllegalPairThatIsExcluded) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: mnist
parameters: {output: [softmax, sigmoid], loss: [cross_entropy, mean_squared_error]}
exclude: [{output: sigmoid, loss: cross_entropy}]
)"),
            "");
}

TEST(Rules, ConcludeNothingFromAKeyThatIsMisspelt) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validaton: 0.2}}
base: {early_stop: {patience: 3}}
)"),
            R"(s.yaml:2:28: unknown key 'validaton' in 'data.split'
  data: {set: mnist, split: {validaton: 0.2}}
                             ^^^^^^^^^
  expected one of: train, validation, test, stratify
  nearest: validation)");
}

TEST(Rules, RefusesALossThatCannotStandBehindTheOutput) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {output: softmax, loss: binary_cross_entropy}
)"),
            R"(s.yaml:3:31: loss: binary_cross_entropy cannot stand behind output softmax
  base: {output: softmax, loss: binary_cross_entropy}
                                ^^^^^^^^^^^^^^^^^^^^
  softmax takes cross_entropy, mean_squared_error, and binary_cross_entropy stands behind sigmoid)");
}

TEST(Rules, RefusesAnIllegalPairThatOnlyTheGridMakes) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
parameters:
  output: [softmax, sigmoid]
  loss: [cross_entropy, mean_squared_error]
  l2: [0, 1]
)"),
            R"(s.yaml:5:10: loss: cross_entropy cannot stand behind output sigmoid
    loss: [cross_entropy, mean_squared_error]
           ^^^^^^^^^^^^^
  sigmoid takes binary_cross_entropy, mean_squared_error, and cross_entropy stands behind softmax)");
}

TEST(Rules, RefusesEarlyStoppingWithoutAValidationPart) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: mnist
base: {early_stop: {patience: 3}}
)"),
            R"(s.yaml:3:31: early stopping needs a validation part
  base: {early_stop: {patience: 3}}
                                ^
  expected data.split.validation, such as 0.2)");
}

TEST(Rules, RefusesADeltaThatCannotStandBehindTheOutput) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {output_delta: logistic}
)"),
            R"(s.yaml:3:22: output_delta: logistic cannot stand behind output softmax
  base: {output_delta: logistic}
                       ^^^^^^^^
  it takes output sigmoid, and output softmax takes output_delta loss)");
}

TEST(Rules, RefusesAClipWithoutALogarithm) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {loss: mean_squared_error, clip: 1e-15}
)"),
            R"(s.yaml:3:40: clip: mean_squared_error has no logarithm to hold
  base: {loss: mean_squared_error, clip: 1e-15}
                                         ^^^^^
  only binary_cross_entropy and cross_entropy take a clip)");
}

TEST(Rules, RefusesTheBestWeightsWithoutAPartToFindThem) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: mnist
metric: {name: train_loss}
base: {early_stop: {restore: best}}
)"),
            R"(s.yaml:4:30: the best weights need a validation part
  base: {early_stop: {restore: best}}
                               ^^^^
  expected data.split.validation, such as 0.2)");
}

TEST(Rules, RefusesAPatienceThatIsReachedAtTheBest) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {early_stop: {patience: 0, stop_when: reached}}
)"),
            R"(s.yaml:3:31: a patience of 0 is reached at the best epoch itself
  base: {early_stop: {patience: 0, stop_when: reached}}
                                ^
  expected 1 or more where early_stop.stop_when is reached)");
}

constexpr const char* kMonitored = R"(mlpsweep: 1
data: {set: mnist, monitor: test}
metric: {name: monitor_loss, goal: minimize, at: best}
base: {early_stop: {patience: 3, restore: best}}
)";

TEST(Rules, TakesTheTestPartForTheWatchedOneAndWarns) {
  EXPECT_EQ(complaints_about(kMonitored), "");
  const std::vector<std::string> told = warnings(read_sweep("s.yaml", kMonitored));
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].substr(0, 18), "data.monitor: test");
  EXPECT_TRUE(warnings(read_sweep("s.yaml", R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
)"))
                  .empty());
}

TEST(Rules, RefusesAMonitorMetricWithoutAMonitor) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
metric: {name: monitor_loss}
)"),
            R"(s.yaml:3:16: metric 'monitor_loss' needs a monitored part
  metric: {name: monitor_loss}
                 ^^^^^^^^^^^^
  expected data.monitor: test, or a validation_ metric)");
}

TEST(Rules, RefusesAPenaltyFormAxisWithoutMomentum) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {l2: 1e-4}
parameters: {penalty_form: [gradient, outside_momentum]}
)"),
            R"(s.yaml:4:14: 'penalty_form' is swept but changes nothing: momentum is 0 everywhere
  parameters: {penalty_form: [gradient, outside_momentum]}
               ^^^^^^^^^^^^)");
}

TEST(Rules, RefusesAValidationMetricWithoutAValidationPart) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: mnist
metric: {name: validation_loss}
)"),
            R"(s.yaml:3:16: metric 'validation_loss' needs a validation part
  metric: {name: validation_loss}
                 ^^^^^^^^^^^^^^^
  expected data.split.validation, such as 0.2, or a train_ metric)");
}

TEST(Rules, RefusesTheBestEpochWithoutAValidationPart) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: mnist
metric: {name: train_loss, at: best}
)"),
            R"(s.yaml:3:32: at: best needs a validation part: it finds the best epoch
  metric: {name: train_loss, at: best}
                                 ^^^^
  expected data.split.validation, such as 0.2, or at: last)");
}

TEST(Rules, RefusesSharesThatLeaveNothingToTrainOn) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.5, test: 0.5}}
)"),
            R"(s.yaml:2:40: the shares of data.split add up to 1
  data: {set: mnist, split: {validation: 0.5, test: 0.5}}
                                         ^^^
  expected less than 1, so that rows are left to train on)");
}

TEST(Rules, RefusesASweepWithoutData) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
base: {epochs: 3}
)"),
            R"(s.yaml:1:1: no data are named
  mlpsweep: 1
  ^
  expected data: {set: NAME} or data: {train: FILE, test: FILE})");
}

TEST(Rules, RefusesAKnownSetBesideOwnFiles) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, train: README.md}
)"),
            R"(s.yaml:2:13: a known data set and files of your own exclude each other
  data: {set: mnist, train: README.md}
              ^^^^^
  expected data.set or data.train)");
}

TEST(Rules, RefusesLabelsOfATestPartThatIsNotThere) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {train: CMakeLists.txt, labels: {test: CMakeLists.txt}}
)"),
            R"(s.yaml:2:46: labels of a test part that is not there
  data: {train: CMakeLists.txt, labels: {test: CMakeLists.txt}}
                                               ^^^^^^^^^^^^^^
  expected data.test as well)");
}

TEST(Rules, RefusesAPositiveClassThatIsNotKept) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, classes: [7, 8], positive: 9}
)"),
            R"(s.yaml:2:47: data.positive is not among data.classes, got '9'
  data: {set: mnist, classes: [7, 8], positive: 9}
                                                ^
  expected one of: 7, 8)");
}

TEST(Rules, RefusesAPositiveClassOfThree) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, classes: [7, 8, 9], positive: 9}
)"),
            R"(s.yaml:2:50: data.positive needs two classes, got 3
  data: {set: mnist, classes: [7, 8, 9], positive: 9}
                                                   ^
  expected two in data.classes, or data.against: rest)");
}

TEST(Rules, RefusesTheRestWithoutAPositiveClass) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {set: mnist, against: rest}
)"),
            R"(s.yaml:2:29: data.against without the class that it is about
  data: {set: mnist, against: rest}
                              ^^^^
  expected data.positive, such as 5)");
}

TEST(Rules, RefusesSettingsOfAnotherFormat) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {train: CMakeLists.txt, format: csv, arrays: {inputs: x}}
)"),
            R"(s.yaml:2:39: data.arrays is about npz files, got data.format csv
  data: {train: CMakeLists.txt, format: csv, arrays: {inputs: x}}
                                        ^^^
  expected data.format: npz)");
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {train: CMakeLists.txt, labels: {column: last}}
)"),
            R"(s.yaml:2:48: data.labels.column is about csv files, got data.format idx
  data: {train: CMakeLists.txt, labels: {column: last}}
                                                 ^^^^
  expected data.format: csv)");
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {train: CMakeLists.txt, header: false}
)"),
            R"(s.yaml:2:39: data.header is about csv files, got data.format idx
  data: {train: CMakeLists.txt, header: false}
                                        ^^^^^
  expected data.format: csv)");
}

TEST(Rules, RefusesFilesThatAreNotThereAndFolders) {
  EXPECT_EQ(complaints_about(R"(mlpsweep: 1
data: {train: no/such.gz, test: sweeps}
)"),
            R"(s.yaml:2:15: data.train: no such file: 'no/such.gz'
  data: {train: no/such.gz, test: sweeps}
                ^^^^^^^^^^
  expected a file, named from the directory that the program is started in
s.yaml:2:33: data.test: not a file but a folder: 'sweeps'
  data: {train: no/such.gz, test: sweeps}
                                  ^^^^^^
  expected a file, named from the directory that the program is started in)");
}

TEST(Rules, RefusesAnActivationAxisWithoutHiddenLayers) {
  EXPECT_EQ(
      complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {hidden: none}
parameters: {activation: [tanh, relu]}
)"),
      R"(s.yaml:4:14: 'activation' is swept but changes nothing: no configuration has a hidden layer
  parameters: {activation: [tanh, relu]}
               ^^^^^^^^^^)");
}

TEST(Rules, RefusesAMomentumFormAxisWithoutMomentum) {
  EXPECT_EQ(
      complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
parameters: {optimizer.momentum_form: [classical, averaged]}
)"),
      R"(s.yaml:3:14: 'optimizer.momentum_form' is swept but changes nothing: momentum is 0 everywhere
  parameters: {optimizer.momentum_form: [classical, averaged]}
               ^^^^^^^^^^^^^^^^^^^^^^^)");
}

TEST(Rules, RefusesAScalePerAxisWithoutZscore) {
  EXPECT_EQ(
      complaints_about(R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
parameters: {data.scale.per: [pixel, all]}
)"),
      R"(s.yaml:3:14: 'data.scale.per' is swept but changes nothing: no configuration scales by zscore
  parameters: {data.scale.per: [pixel, all]}
               ^^^^^^^^^^^^^^)");
}

}  // namespace
}  // namespace mlpsweep::sweeps
