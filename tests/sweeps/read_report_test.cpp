#include "sweeps/read_report.h"

#include <gtest/gtest.h>

#include "tests/sweeps/report_texts.h"

namespace mlpsweep::sweeps {
namespace {

TEST(ReadReport, ReadsWhatSpeaksOfTheWholeReport) {
  const Report report = report_in(with_experiments(R"(claims:
- {at_most: 80, metric: settled, in: rates}
derived: {settled: {metric: validation_accuracy, within: 0.1 %, of: last}}
same: [{rates: {optimizer.learning_rate: 0.05}, nets: {hidden: 64, activation: tanh}}]
matters: {accuracy: 0.5 %, loss: 20 %, epochs: 0.3}
)"));
  EXPECT_EQ(report.claims.at(0).metric, "settled");  // its rule comes later in the file
  ASSERT_EQ(report.derived.size(), 1U);
  EXPECT_EQ(report.derived[0].name, "settled");
  EXPECT_EQ(report.derived[0].metric, "validation_accuracy");
  EXPECT_EQ(report.derived[0].distance, 0.001);
  EXPECT_EQ(report.derived[0].stays, DerivedFigure::Stays::kWithin);
  EXPECT_EQ(report.derived[0].of, "last");
  ASSERT_EQ(report.same.at(0).runs.size(), 2U);
  EXPECT_EQ(report.same[0].runs[0].first, "rates");
  EXPECT_EQ(report.same[0].runs[1].second, (Where{{"hidden", {"64"}}, {"activation", {"tanh"}}}));
  EXPECT_EQ(report.matters.accuracy, 0.005);
  EXPECT_EQ(report.matters.loss, 0.2);
  EXPECT_EQ(report.matters.epochs, 0.3);
}

TEST(ReadReport, GathersWhatOneExperimentExpects) {
  const Report report = report_in(whole_spec(R"(experiments:
  a:
    expected: {rows: [{test_accuracy: 0.94}]}
    gradcheck: {at_most: 1e-4}
  b:
    expected: {rows: [{test_accuracy: 0.98}]}
)"));
  ASSERT_EQ(report.expected.size(), 2U);
  EXPECT_EQ(report.expected[0].experiment, "a");
  EXPECT_EQ(report.expected[0].rows.size(), 1U);
  EXPECT_TRUE(report.expected[0].gradients);
  EXPECT_EQ(report.expected[1].experiment, "b");
  EXPECT_FALSE(report.expected[1].gradients);
}

TEST(ReadReport, TakesExpectationsAtTheTopOfASpecWithoutExperiments) {
  const Report report = report_in(whole_spec(R"(expected: {rows: [{test_accuracy: 0.94}]}
claims: [{at_least: 0.9, metric: test_accuracy}]
)"));
  EXPECT_EQ(report.expected.at(0).experiment, "");
  EXPECT_EQ(report.claims.at(0).experiment, "");
}

TEST(ReadReport, SaysWhichSectionsAnExperimentMayHold) {
  EXPECT_TRUE(may_stand_in_experiment("expected"));
  EXPECT_TRUE(may_stand_in_experiment("claims"));
  EXPECT_FALSE(may_stand_in_experiment("same"));
  EXPECT_FALSE(may_stand_in_experiment("base"));
}

TEST(ReadReport, DerivesTheEpochAtWhichTwoCurvesPart) {
  const Report report = report_in(whole_spec(R"(derived:
  parting: {metric: validation_loss, beyond: 0.01, of: train_loss}
)"));
  EXPECT_EQ(report.derived.at(0).stays, DerivedFigure::Stays::kBeyond);
  EXPECT_EQ(report.derived[0].distance, 0.01);
  EXPECT_EQ(report.derived[0].of, "train_loss");
}

TEST(ReadReport, RefusesToBeWithinAndBeyondAtOnce) {
  EXPECT_EQ(
      faults_of(R"(derived: {parting: {metric: train_loss, within: 1, beyond: 2, of: monitor_loss}}
)"),
      R"(s.yaml:5:11: 'parting' needs one of within and beyond
  derived: {parting: {metric: train_loss, within: 1, beyond: 2, of: monitor_loss}}
            ^^^^^^^
  expected {metric: validation_accuracy, within: 0.001, of: last}, or {..., beyond: 0.001, of: train_accuracy})");
}

TEST(ReadReport, LetsACurvePartFromAnotherOfItsKindOnly) {
  EXPECT_EQ(faults_of(R"(derived: {parting: {metric: train_loss, beyond: 0.1, of: last}}
)"),
            R"(s.yaml:5:58: 'of' must be one of: validation_loss, monitor_loss, got 'last'
  derived: {parting: {metric: train_loss, beyond: 0.1, of: last}}
                                                           ^^^^)");
  EXPECT_EQ(faults_of(R"(derived: {parting: {metric: train_loss, beyond: 0.1}}
)"),
            R"(s.yaml:5:11: 'parting' needs of
  derived: {parting: {metric: train_loss, beyond: 0.1}}
            ^^^^^^^
  expected of: one of validation_loss, monitor_loss)");
}

TEST(ReadReport, RefusesADerivedFigureThatIsOneAlready) {
  EXPECT_EQ(faults_of(R"(derived: {best_epoch: {metric: validation_accuracy, within: 0.001}}
)"),
            R"(s.yaml:5:11: 'best_epoch' is a figure already
  derived: {best_epoch: {metric: validation_accuracy, within: 0.001}}
            ^^^^^^^^^^)");
}

TEST(ReadReport, RefusesADerivedFigureWithABadName) {
  EXPECT_EQ(faults_of(R"(derived: {Convergence: {metric: validation_accuracy, within: 0.001}}
)"),
            R"(s.yaml:5:11: a figure's name has small letters, digits and '_', got 'Convergence'
  derived: {Convergence: {metric: validation_accuracy, within: 0.001}}
            ^^^^^^^^^^^)");
}

TEST(ReadReport, NeedsTheMetricAndTheWidthOfADerivedFigure) {
  EXPECT_EQ(faults_of(R"(derived: {settled: {of: last}}
)"),
            R"(s.yaml:5:11: 'settled' needs metric
  derived: {settled: {of: last}}
            ^^^^^^^
  expected {metric: validation_accuracy, within: 0.001, of: last}, or {..., beyond: 0.001, of: train_accuracy}
s.yaml:5:11: 'settled' needs within or beyond
  derived: {settled: {of: last}}
            ^^^^^^^
  expected {metric: validation_accuracy, within: 0.001, of: last}, or {..., beyond: 0.001, of: train_accuracy})");
}

TEST(ReadReport, DerivesFiguresFromCurvesOnly) {
  EXPECT_EQ(faults_of(R"(derived: {settled: {metric: test_accuracy, within: 0.001}}
)"),
            R"(s.yaml:5:29: 'test_accuracy' has no value an epoch
  derived: {settled: {metric: test_accuracy, within: 0.001}}
                              ^^^^^^^^^^^^^
  expected one of: train_loss, train_accuracy, validation_loss, validation_accuracy, monitor_loss, monitor_accuracy)");
}

TEST(ReadReport, RefusesAWidthOfNothing) {
  EXPECT_EQ(faults_of(R"(derived: {settled: {metric: validation_accuracy, within: 0, of: best}}
)"),
            R"(s.yaml:5:58: 'within' must be a number > 0, got '0'
  derived: {settled: {metric: validation_accuracy, within: 0, of: best}}
                                                           ^
s.yaml:5:65: 'of' must be one of: last, train_accuracy, monitor_accuracy, got 'best'
  derived: {settled: {metric: validation_accuracy, within: 0, of: best}}
                                                                  ^^^^
  nearest: last)");
}

TEST(ReadReport, RefusesSectionsOfTheWholeReportInAnExperiment) {
  EXPECT_EQ(faults_in(R"(experiments:
  a: {parameters: {l2: [0, 1]}, matters: {loss: 5 %}}
)"),
            R"(s.yaml:3:33: 'matters' belongs to the top level
    a: {parameters: {l2: [0, 1]}, matters: {loss: 5 %}}
                                  ^^^^^^^)");
}

TEST(ReadReport, RefusesOneRunOfAModel) {
  EXPECT_EQ(faults_of(R"(same: [{rates: {optimizer.learning_rate: 0.05}}]
)"),
            R"(s.yaml:5:8: 'same' names one run: there is nothing to compare
  same: [{rates: {optimizer.learning_rate: 0.05}}]
         ^
  expected two experiments or more that publish one model)");
}

TEST(ReadReport, RefusesAnUnknownExperimentOfAModel) {
  EXPECT_EQ(faults_of(R"(same: [{rates: {optimizer.learning_rate: 0.05}, net: {activation: tanh}}]
)"),
            R"(s.yaml:5:49: unknown experiment 'net'
  same: [{rates: {optimizer.learning_rate: 0.05}, net: {activation: tanh}}]
                                                  ^^^
  expected one of: rates, nets
  nearest: nets)");
}

TEST(ReadReport, RefusesAConfigurationOfAModelThatIsNotThere) {
  EXPECT_EQ(faults_of(R"(same: [{rates: {optimizer.learning_rate: 0.5}, nets: {activation: tanh}}]
)"),
            R"(s.yaml:5:42: no configuration of experiment 'rates' has optimizer.learning_rate = 0.5
  same: [{rates: {optimizer.learning_rate: 0.5}, nets: {activation: tanh}}]
                                           ^^^
  expected one of: 0.005, 0.05, 0.01
  nearest: 0.05)");
}

TEST(ReadReport, RefusesAToleranceOfNothing) {
  EXPECT_EQ(faults_of(R"(matters: {accuracy: 0, loss: 10 %}
)"),
            R"(s.yaml:5:21: 'accuracy' must be a number > 0, got '0'
  matters: {accuracy: 0, loss: 10 %}
                      ^)");
}

TEST(ReadReport, RefusesAnUnknownTolerance) {
  EXPECT_EQ(faults_of(R"(matters: {accurracy: 0.01}
)"),
            R"(s.yaml:5:11: unknown key 'accurracy' in 'matters'
  matters: {accurracy: 0.01}
            ^^^^^^^^^
  expected one of: accuracy, loss, epochs
  nearest: accuracy)");
}

}  // namespace
}  // namespace mlpsweep::sweeps
