#include <gtest/gtest.h>

#include "sweeps/claim_reader.h"

#include "tests/sweeps/report_texts.h"

namespace mlpsweep::sweeps {
namespace {

/// The one claim in `text`, a flow mapping.
Claim claim_in(const std::string& text) {
  const Report report =
      report_in(with_experiments("derived: {convergence_epoch: {metric: "
                                 "validation_accuracy, within: 0.001, of: last}}\n"
                                 "claims:\n- " +
                                 text + "\n"));
  return report.claims.at(0);
}

TEST(Claims, OfAnOrderNameBothSides) {
  const Claim claim = claim_in(
      "{source: section 5.5, greater: convergence_epoch, in: nets, where: {activation: tanh}, "
      "than: {where: {activation: relu}}}");
  EXPECT_EQ(claim.form, Claim::Form::kGreater);
  EXPECT_EQ(claim.source, "section 5.5");
  EXPECT_EQ(claim.metric, "convergence_epoch");
  EXPECT_EQ(claim.experiment, "nets");
  EXPECT_EQ(claim.where, (Where{{"activation", {"tanh"}}}));
  EXPECT_EQ(claim.than_experiment, "nets");
  EXPECT_EQ(claim.than, (Where{{"activation", {"relu"}}}));
  EXPECT_EQ(claim.line, 7);
}

TEST(Claims, LendTheirConfigurationsToAnotherExperiment) {
  const Claim plain = claim_in("{less: train_loss, in: rates, where: {epochs: 9}, than: nets}");
  EXPECT_EQ(plain.form, Claim::Form::kLess);
  EXPECT_EQ(plain.than_experiment, "nets");
  EXPECT_EQ(plain.than, plain.where);
  const Claim mapping =
      claim_in("{less: train_loss, in: rates, where: {epochs: 9}, than: {in: nets}}");
  EXPECT_EQ(mapping.than_experiment, "nets");
  EXPECT_EQ(mapping.than, plain.where);
}

TEST(Claims, OfAnExtremeNameTheWinnerByItsValueOrItsSettings) {
  const Claim value =
      claim_in("{lowest: validation_loss, in: rates, along: optimizer.learning_rate, is: 5e-2}");
  EXPECT_EQ(value.form, Claim::Form::kLowest);
  EXPECT_EQ(value.along, std::vector<std::string>{"optimizer.learning_rate"});
  EXPECT_EQ(value.is, (Where{{"optimizer.learning_rate", {"0.05"}}}));
  const Claim settings =
      claim_in("{highest: test_accuracy, in: nets, is: {hidden: 64, activation: relu}}");
  EXPECT_EQ(settings.form, Claim::Form::kHighest);
  EXPECT_TRUE(settings.along.empty());
  EXPECT_EQ(settings.is, (Where{{"hidden", {"64"}}, {"activation", {"relu"}}}));
}

TEST(Claims, OfAnOrderAlongAKeyKeepTheOrderOfTheirValues) {
  const Claim claim =
      claim_in("{increasing: test_accuracy, along: hidden, values: [203x203, 64], in: nets}");
  EXPECT_EQ(claim.form, Claim::Form::kIncreasing);
  EXPECT_EQ(claim.values, (std::vector<std::string>{"203x203", "64"}));
  const Claim curve = claim_in("{decreasing: train_loss, along: epoch, in: rates}");
  EXPECT_EQ(curve.form, Claim::Form::kDecreasing);
  EXPECT_EQ(curve.along, std::vector<std::string>{"epoch"});
}

TEST(Claims, OfASizeHoldTheirBounds) {
  const Claim least =
      claim_in("{at_least: 98 %, metric: test_accuracy, in: rates, share: \"> 0\"}");
  EXPECT_EQ(least.form, Claim::Form::kAtLeast);
  EXPECT_EQ(least.low, 0.98);
  EXPECT_EQ(least.share, "> 0");
  const Claim most = claim_in("{at_most: 20, metric: epochs_run, in: rates}");
  EXPECT_EQ(most.form, Claim::Form::kAtMost);
  EXPECT_EQ(most.high, 20);
  const Claim between =
      claim_in("{between: [0.95, 0.97], metric: train_accuracy, epochs: [18, 20], in: rates}");
  EXPECT_EQ(between.form, Claim::Form::kBetween);
  EXPECT_EQ(between.low, 0.95);
  EXPECT_EQ(between.high, 0.97);
  EXPECT_EQ(between.first_epoch, 18);
  EXPECT_EQ(between.last_epoch, 20);
}

TEST(Claims, OfClassesNameThemOrMeanEveryOne) {
  const Claim every = claim_in("{at_least: 0.97, metric: precision, in: rates}");
  EXPECT_EQ(every.metric, "precision");
  EXPECT_TRUE(every.classes.empty());
  const Claim named =
      claim_in("{less: recall, class: [\"5\", macro], in: rates, than: {in: nets, where: {}}}");
  EXPECT_EQ(named.classes, (std::vector<std::string>{"5", "macro"}));
}

TEST(Claims, OfTwoFiguresNameTheOther) {
  const Claim claim =
      claim_in("{less: convergence_epoch, in: nets, than: {metric: plateau_until}}");
  EXPECT_EQ(claim.metric, "convergence_epoch");
  EXPECT_EQ(claim.than_metric, "plateau_until");
  EXPECT_EQ(claim.than_experiment, "nets");
  EXPECT_EQ(claim.than, claim.where);
}

TEST(Claims, OfADifferenceNameTheirKeys) {
  const Claim claim = claim_in("{differs: test_loss, along: [hidden, activation], in: nets}");
  EXPECT_EQ(claim.form, Claim::Form::kDiffers);
  EXPECT_EQ(claim.along, (std::vector<std::string>{"hidden", "activation"}));
}

TEST(Claims, OfAnExperimentNeedNotNameIt) {
  const Report report = report_in(whole_spec(R"(experiments:
  a: {claims: [{at_most: 1, metric: test_loss}]}
)"));
  EXPECT_EQ(report.claims.at(0).experiment, "a");
}

TEST(Claims, RefuseAnUnknownExperimentAndNameTheNearest) {
  EXPECT_EQ(faults_of(R"(claims:
- {at_most: 1, metric: test_loss, in: rate}
)"),
            R"(s.yaml:6:39: unknown experiment 'rate'
  - {at_most: 1, metric: test_loss, in: rate}
                                        ^^^^
  expected one of: rates, nets
  nearest: rates)");
}

TEST(Claims, NeedAnExperimentWhereThereAreSeveral) {
  EXPECT_EQ(faults_of(R"(claims:
- {at_most: 1, metric: test_loss}
)"),
            R"(s.yaml:6:3: no experiment is named
  - {at_most: 1, metric: test_loss}
    ^
  expected in: one of rates, nets)");
}

TEST(Claims, NeedAForm) {
  EXPECT_EQ(faults_of(R"(claims:
- {metric: test_loss, in: rates}
)"),
            R"(s.yaml:6:3: this claim has no form
  - {metric: test_loss, in: rates}
    ^
  expected one of: less, greater, lowest, highest, increasing, decreasing, at_least, at_most, between, differs)");
}

TEST(Claims, HaveOneForm) {
  EXPECT_EQ(faults_of(R"(claims:
- {less: test_loss, at_most: 1, in: rates, than: nets}
)"),
            R"(s.yaml:6:21: a claim has one form, this one has 'less' and 'at_most'
  - {less: test_loss, at_most: 1, in: rates, than: nets}
                      ^^^^^^^
  expected two claims)");
}

TEST(Claims, NeedAMetric) {
  EXPECT_EQ(faults_of(R"(claims:
- {at_most: 1, in: rates}
)"),
            R"(s.yaml:6:3: a claim 'at_most' needs a metric
  - {at_most: 1, in: rates}
    ^
  expected such as metric: test_accuracy)");
}

TEST(Claims, RefuseAnUnknownMetricAndNameTheNearest) {
  EXPECT_EQ(faults_of(R"(claims:
- {at_most: 1, metric: test_los, in: rates}
)"),
            R"(s.yaml:6:24: unknown figure 'test_los'
  - {at_most: 1, metric: test_los, in: rates}
                         ^^^^^^^^
  expected one of: train_loss, train_accuracy, validation_loss, validation_accuracy, monitor_loss, monitor_accuracy, best_train_loss, best_train_accuracy, best_validation_loss, best_validation_accuracy, best_monitor_loss, best_monitor_accuracy, test_loss, test_accuracy, last_test_loss, last_test_accuracy, epochs_run, best_epoch, train_seconds, plateau_until, oscillation, seconds, precision, recall, f1
  nearest: test_loss)");
}

TEST(Claims, NeedARuleForTheConvergenceEpoch) {
  EXPECT_EQ(faults_of(R"(claims:
- {at_most: 80, metric: convergence_epoch, in: rates}
)"),
            R"(s.yaml:6:25: unknown figure 'convergence_epoch'
  - {at_most: 80, metric: convergence_epoch, in: rates}
                          ^^^^^^^^^^^^^^^^^
  expected a rule for it, such as derived: {convergence_epoch: {metric: validation_accuracy, within: 0.001, of: last}})");
}

TEST(Claims, RefuseAFormWithoutItsMetric) {
  EXPECT_EQ(faults_of(R"(claims:
- {less: , in: rates, than: nets}
)"),
            R"(s.yaml:6:4: 'less' has no value
  - {less: , in: rates, than: nets}
     ^^^^)");
}

TEST(Claims, NeedAnotherSide) {
  EXPECT_EQ(faults_of(R"(claims:
- {less: test_loss, in: rates}
)"),
            R"(s.yaml:6:3: a claim 'less' needs its other side
  - {less: test_loss, in: rates}
    ^
  expected than: EXPERIMENT, or than: {where: {...}})");
}

TEST(Claims, RefuseTwoSidesThatAreTheSame) {
  EXPECT_EQ(faults_of(R"(claims:
- {less: test_loss, in: rates, than: {where: {}}}
)"),
            R"(s.yaml:6:38: both sides of this claim are the same
  - {less: test_loss, in: rates, than: {where: {}}}
                                       ^
  expected another experiment, another 'where' or another 'metric')");
}

TEST(Claims, RefuseAnUnknownExperimentOnTheOtherSide) {
  EXPECT_EQ(faults_of(R"(claims:
- {less: test_loss, in: rates, than: net}
)"),
            R"(s.yaml:6:38: unknown experiment 'net'
  - {less: test_loss, in: rates, than: net}
                                       ^^^
  expected one of: rates, nets
  nearest: nets)");
}

TEST(Claims, RefuseAnotherSideWithoutTheConfigurationsOfTheFirst) {
  EXPECT_EQ(faults_of(R"(claims:
- {less: test_loss, in: rates, where: {optimizer.learning_rate: 0.05}, than: nets}
)"),
            R"(s.yaml:6:78: no configuration of experiment 'nets' has optimizer.learning_rate = 0.05
  - {less: test_loss, in: rates, where: {optimizer.learning_rate: 0.05}, than: nets}
                                                                               ^^^^
  expected one of: 0.01)");
}

TEST(Claims, RefuseAnUnknownKeyOfTheOtherSide) {
  EXPECT_EQ(faults_of(R"(claims:
- {less: test_loss, in: rates, than: {on: nets}}
)"),
            R"(s.yaml:6:39: unknown key 'on' in 'than'
  - {less: test_loss, in: rates, than: {on: nets}}
                                        ^^
  expected one of: in, where, metric
  nearest: in)");
}

TEST(Claims, GoAlongKeysThatAreSwept) {
  EXPECT_EQ(faults_of(R"(claims:
- {differs: test_loss, along: [hidden, epochs], in: nets}
)"),
            R"(s.yaml:6:40: 'along' names epochs, which is not swept in experiment 'nets'
  - {differs: test_loss, along: [hidden, epochs], in: nets}
                                         ^^^^^^
  expected one of: hidden, activation)");
}

TEST(Claims, GoAlongSettings) {
  EXPECT_EQ(faults_of(R"(claims:
- {differs: test_loss, along: learning_rate, in: rates}
)"),
            R"(s.yaml:6:31: 'along' names 'learning_rate', which is no setting
  - {differs: test_loss, along: learning_rate, in: rates}
                                ^^^^^^^^^^^^^
  expected one of: optimizer.learning_rate
  nearest: optimizer.learning_rate)");
}

TEST(Claims, NeedAKeyToGoAlong) {
  EXPECT_EQ(faults_of(R"(claims:
- {increasing: test_loss, in: rates}
)"),
            R"(s.yaml:6:3: a claim 'increasing' goes along one key
  - {increasing: test_loss, in: rates}
    ^
  expected along: KEY, or along: epoch)");
}

TEST(Claims, GoAlongOneKeyOnly) {
  EXPECT_EQ(faults_of(R"(claims:
- {increasing: test_loss, along: [hidden, activation], in: nets}
)"),
            R"(s.yaml:6:27: a claim 'increasing' goes along one key
  - {increasing: test_loss, along: [hidden, activation], in: nets}
                            ^^^^^
  expected along: KEY, or along: epoch)");
}

TEST(Claims, RefuseAWinnerThatIsNotOnTheAxis) {
  EXPECT_EQ(
      faults_of(R"(claims:
- {lowest: test_loss, along: optimizer.learning_rate, is: 0.02, in: rates}
)"),
      R"(s.yaml:6:59: no configuration of experiment 'rates' has optimizer.learning_rate = 0.02
  - {lowest: test_loss, along: optimizer.learning_rate, is: 0.02, in: rates}
                                                            ^^^^
  expected one of: 0.005, 0.05, 0.01
  nearest: 0.01)");
}

TEST(Claims, NeedAKeyForAPlainWinner) {
  EXPECT_EQ(
      faults_of(R"(claims:
- {lowest: test_loss, is: 0.05, in: rates}
)"),
      R"(s.yaml:6:27: 'is' must be a mapping of settings where 'along' names not one key, got '0.05'
  - {lowest: test_loss, is: 0.05, in: rates}
                            ^^^^
  expected such as is: {KEY: 0.05})");
}

TEST(Claims, NeedAWinner) {
  EXPECT_EQ(faults_of(R"(claims:
- {highest: test_accuracy, along: hidden, in: nets}
)"),
            R"(s.yaml:6:3: a claim 'highest' needs the configuration that is it
  - {highest: test_accuracy, along: hidden, in: nets}
    ^
  expected is: VALUE of the key in 'along', or is: {KEY: VALUE})");
}

TEST(Claims, RefuseAWinnerThatIsNotAmongTheValues) {
  EXPECT_EQ(faults_of(R"(claims:
- {lowest: test_loss, along: optimizer.learning_rate, values: [0.005, 0.01], is: 0.05, in: rates}
)"),
            R"(s.yaml:6:82: 'is' is 0.05, which is none of 'values'
  - {lowest: test_loss, along: optimizer.learning_rate, values: [0.005, 0.01], is: 0.05, in: rates}
                                                                                   ^^^^
  expected one of: 0.005, 0.01
  nearest: 0.01)");
}

TEST(Claims, CompareTwoValuesOrMore) {
  EXPECT_EQ(faults_of(R"(claims:
- {increasing: test_loss, along: hidden, values: [64], in: nets}
)"),
            R"(s.yaml:6:50: 'values' names one value: there is nothing to compare
  - {increasing: test_loss, along: hidden, values: [64], in: nets}
                                                   ^
  expected two or more)");
}

TEST(Claims, RefuseValuesThatAreNotOnTheAxis) {
  EXPECT_EQ(faults_of(R"(claims:
- {increasing: test_loss, along: hidden, values: [64, 128], in: nets}
)"),
            R"(s.yaml:6:55: no configuration of experiment 'nets' has hidden = 128
  - {increasing: test_loss, along: hidden, values: [64, 128], in: nets}
                                                        ^^^
  expected one of: 64, 203x203
  nearest: 64)");
}

TEST(Claims, RefuseValuesOfNoKey) {
  EXPECT_EQ(faults_of(R"(claims:
- {decreasing: train_loss, along: epoch, values: [1, 2], in: nets}
)"),
            R"(s.yaml:6:42: 'values' are those of one key
  - {decreasing: train_loss, along: epoch, values: [1, 2], in: nets}
                                           ^^^^^^
  expected along: KEY beside it)");
}

TEST(Claims, RefuseBoundsInTheWrongOrder) {
  EXPECT_EQ(faults_of(R"(claims:
- {between: [30, 20], metric: epochs_run, in: rates}
)"),
            R"(s.yaml:6:13: 'between' begins above its end: 30 > 20
  - {between: [30, 20], metric: epochs_run, in: rates}
              ^)");
}

TEST(Claims, RefuseOneBoundOfTwo) {
  EXPECT_EQ(faults_of(R"(claims:
- {between: [20], metric: epochs_run, in: rates}
)"),
            R"(s.yaml:6:13: 'between' must be two numbers, got 1 of them
  - {between: [20], metric: epochs_run, in: rates}
              ^
  expected such as between: [0.95, 0.97])");
}

TEST(Claims, RefuseABoundThatIsNoNumber) {
  EXPECT_EQ(faults_of(R"(claims:
- {at_least: much, metric: test_accuracy, in: rates}
)"),
            R"(s.yaml:6:14: 'at_least' must be a number such as 0.05 or 98 %, got 'much'
  - {at_least: much, metric: test_accuracy, in: rates}
               ^^^^)");
}

TEST(Claims, RefuseABoundThatIsNoPlainNumber) {
  EXPECT_EQ(faults_of(R"(claims:
- {at_least: about 0.9, metric: test_accuracy, in: rates}
)"),
            R"(s.yaml:6:14: 'at_least' must be a number such as 0.05 or 98 %, got 'about 0.9'
  - {at_least: about 0.9, metric: test_accuracy, in: rates}
               ^^^^^^^^^)");
}

TEST(Claims, RefuseAnAccuracyAboveOne) {
  EXPECT_EQ(
      faults_of(R"(claims:
- {at_least: 98, metric: test_accuracy, in: rates}
)"),
      R"(s.yaml:6:14: 'at_least' must be a share between 0 and 1 (write 94 % or 0.94), got '98'
  - {at_least: 98, metric: test_accuracy, in: rates}
               ^^)");
}

TEST(Claims, TakeOneShareOnly) {
  EXPECT_EQ(faults_of(R"(claims:
- {at_least: 1, metric: test_accuracy, in: rates, share: "> 0.5"}
)"),
            R"(s.yaml:6:58: 'share' must be '> 0', got '> 0.5'
  - {at_least: 1, metric: test_accuracy, in: rates, share: "> 0.5"}
                                                           ^^^^^^^
  it says that some run is enough; without it the mean is meant)");
}

TEST(Claims, RefuseWhatTheirFormDoesNotTake) {
  EXPECT_EQ(faults_of(R"(claims:
- {at_most: 1, metric: test_accuracy, in: rates, share: "> 0"}
)"),
            R"(s.yaml:6:50: 'share' means nothing in a claim 'at_most'
  - {at_most: 1, metric: test_accuracy, in: rates, share: "> 0"}
                                                   ^^^^^
  expected beside it: in, where, source, metric, epochs)");
}

TEST(Claims, RefuseEpochsInTheWrongOrder) {
  EXPECT_EQ(faults_of(R"(claims:
- {at_least: 0.9, metric: train_accuracy, epochs: [20, 18], in: rates}
)"),
            R"(s.yaml:6:51: 'epochs' must be the first and the last epoch, got a list
  - {at_least: 0.9, metric: train_accuracy, epochs: [20, 18], in: rates}
                                                    ^
  expected such as epochs: [18, 20])");
}

TEST(Claims, RefuseEpochsOfAFigureWithoutACurve) {
  EXPECT_EQ(faults_of(R"(claims:
- {at_least: 0.9, metric: test_accuracy, epochs: [18, 20], in: rates}
)"),
            R"(s.yaml:6:27: 'test_accuracy' has no value an epoch
  - {at_least: 0.9, metric: test_accuracy, epochs: [18, 20], in: rates}
                            ^^^^^^^^^^^^^
  expected one of: train_loss, train_accuracy, validation_loss, validation_accuracy, monitor_loss, monitor_accuracy)");
}

TEST(Claims, GoAlongTheEpochsOfACurveOnly) {
  EXPECT_EQ(faults_of(R"(claims:
- {decreasing: test_loss, along: epoch, in: rates}
)"),
            R"(s.yaml:6:16: 'test_loss' has no value an epoch
  - {decreasing: test_loss, along: epoch, in: rates}
                 ^^^^^^^^^
  expected one of: train_loss, train_accuracy, validation_loss, validation_accuracy, monitor_loss, monitor_accuracy)");
}

TEST(Claims, RefuseAnUnknownKey) {
  EXPECT_EQ(faults_of(R"(claims:
- {at_most: 1, metric: test_loss, on: rates}
)"),
            R"(s.yaml:6:35: unknown key 'on' in 'claims'
  - {at_most: 1, metric: test_loss, on: rates}
                                    ^^
  expected one of: less, greater, lowest, highest, increasing, decreasing, at_least, at_most, between, differs, source, in, where, than, along, values, is, metric, share, epochs, class
  nearest: in)");
}

TEST(Claims, RefuseAnEntryThatIsNoMapping) {
  EXPECT_EQ(faults_of(R"(claims: [at_most]
)"),
            R"(s.yaml:5:10: each entry of 'claims' must be a mapping, got 'at_most'
  claims: [at_most]
           ^^^^^^^)");
}

TEST(Claims, OfAnExperimentSpeakOfItAlone) {
  EXPECT_EQ(faults_in(R"(experiments:
  a: {parameters: {l2: [0, 1]}, claims: [{at_most: 1, metric: test_loss, in: b}]}
  b: {parameters: {l2: [0, 1]}}
)"),
            R"(s.yaml:3:78: this stands in experiment 'a' and speaks of 'b'
    a: {parameters: {l2: [0, 1]}, claims: [{at_most: 1, metric: test_loss, in: b}]}
                                                                               ^
  what speaks of another experiment belongs to the top level)");
}

TEST(Claims, OfASpecWithoutExperimentsNameNone) {
  EXPECT_EQ(faults_in(R"(claims: [{at_most: 1, metric: test_loss, in: rates}]
)"),
            R"(s.yaml:2:46: unknown experiment 'rates'
  claims: [{at_most: 1, metric: test_loss, in: rates}]
                                               ^^^^^
  this spec has no 'experiments')");
}

TEST(Claims, AreToldAllAtOnce) {
  EXPECT_EQ(faults_of(R"(claims:
- {at_most: 1, metric: test_los, in: rates, where: {optimizer.learning_rate: 0.04}}
- {at_most: , metric: test_loss, in: nets}
)"),
            R"(s.yaml:6:24: unknown figure 'test_los'
  - {at_most: 1, metric: test_los, in: rates, where: {optimizer.learning_rate: 0.04}}
                         ^^^^^^^^
  expected one of: train_loss, train_accuracy, validation_loss, validation_accuracy, monitor_loss, monitor_accuracy, best_train_loss, best_train_accuracy, best_validation_loss, best_validation_accuracy, best_monitor_loss, best_monitor_accuracy, test_loss, test_accuracy, last_test_loss, last_test_accuracy, epochs_run, best_epoch, train_seconds, plateau_until, oscillation, seconds, precision, recall, f1
  nearest: test_loss
s.yaml:6:78: no configuration of experiment 'rates' has optimizer.learning_rate = 0.04
  - {at_most: 1, metric: test_los, in: rates, where: {optimizer.learning_rate: 0.04}}
                                                                               ^^^^
  expected one of: 0.005, 0.05, 0.01
  nearest: 0.05
s.yaml:7:4: 'at_most' has no value
  - {at_most: , metric: test_loss, in: nets}
     ^^^^^^^)");
}

TEST(Claims, RefuseTwoFiguresOfDifferentKinds) {
  EXPECT_EQ(faults_of(R"(claims:
- {less: epochs_run, in: nets, than: {metric: test_accuracy}}
)"),
            R"(s.yaml:6:47: 'epochs_run' and 'test_accuracy' can't be compared
  - {less: epochs_run, in: nets, than: {metric: test_accuracy}}
                                                ^^^^^^^^^^^^^
  expected two shares, two losses, two epochs or two times; both of a class or neither)");
}

TEST(Claims, RefuseAClassOfAnotherFigure) {
  EXPECT_EQ(faults_of(R"(claims:
- {at_least: 0.9, metric: test_accuracy, class: "5", in: rates}
)"),
            R"(s.yaml:6:42: 'test_accuracy' is no figure of a class
  - {at_least: 0.9, metric: test_accuracy, class: "5", in: rates}
                                           ^^^^^
  expected one of: precision, recall, f1)");
}

TEST(Claims, RefuseAClassThatTheExperimentDoesNotKeep) {
  EXPECT_EQ(faults_in(R"(data: {set: fashion-mnist, classes: ["0", "5"]}
claims:
- {at_least: 0.9, metric: recall, class: "7"}
)"),
            R"(s.yaml:4:42: unknown class '7'
  - {at_least: 0.9, metric: recall, class: "7"}
                                           ^^^
  expected one of: 0, 5, macro, weighted)");
}

}  // namespace
}  // namespace mlpsweep::sweeps
