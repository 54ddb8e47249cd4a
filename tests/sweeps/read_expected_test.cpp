#include <gtest/gtest.h>

#include "sweeps/report_scope.h"

#include "tests/sweeps/report_texts.h"

namespace mlpsweep::sweeps {
namespace {

Expectation expectation_in(const std::string& sections) {
  const Report report = report_in(whole_spec(R"(base: {epochs: 100}
derived: {convergence_epoch: {metric: validation_accuracy, within: 0.001, of: last}}
experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    )" + sections + "\n"));
  EXPECT_EQ(report.expected.size(), 1U);
  return report.expected.at(0);
}

TEST(Expected, RowsKeepTheirFiguresInTheOrderOfTheFile) {
  const Expectation found = expectation_in(
      "expected: {rows: [{where: {optimizer.learning_rate: 0.05}, source: Table 3, test_accuracy: "
      "98 %, train_loss: 0.0690, seconds: about 90, convergence_epoch: \"< 50\"}]}");
  EXPECT_EQ(found.experiment, "rates");
  const ExpectedRow& row = found.rows.at(0);
  EXPECT_EQ(row.where, (Where{{"optimizer.learning_rate", {"0.05"}}}));
  EXPECT_EQ(row.source, "Table 3");
  EXPECT_FALSE(row.at_best);
  ASSERT_EQ(row.figures.size(), 4U);
  EXPECT_EQ(row.figures[0].figure, "test_accuracy");
  EXPECT_EQ(row.figures[0].printed.text, "98 %");
  EXPECT_EQ(row.figures[0].printed.value, 0.98);
  EXPECT_EQ(row.figures[1].printed.unit, 1e-4);
  EXPECT_EQ(row.figures[2].printed.kind, Printed::Kind::kAbout);
  EXPECT_EQ(row.figures[3].printed.kind, Printed::Kind::kBelow);
}

TEST(Expected, RowsMaySpeakOfTheBestEpochAndOfTheFirstAtALevel) {
  const ExpectedRow row = expectation_in(
                              "expected: {rows: [{at: best, first_epoch: {validation_accuracy: "
                              "0.988}, epoch: 74}]}")
                              .rows.at(0);
  EXPECT_TRUE(row.at_best);
  EXPECT_TRUE(row.where.empty());
  ASSERT_EQ(row.figures.size(), 1U);
  EXPECT_EQ(row.figures[0].figure, "validation_accuracy");
  EXPECT_EQ(row.figures[0].reaches, 0.988);
  EXPECT_EQ(row.figures[0].printed.value, 74);
}

TEST(Expected, RowsMayBeMeansOfSeveralRunsWhoseEpochsNeedNotBeWhole) {
  const Expectation found =
      expectation_in("expected: {rows: [{runs: 3, epochs_run: 36.7}, {epochs_run: 37}]}");
  EXPECT_EQ(found.rows.at(0).runs, 3);
  EXPECT_EQ(found.rows[0].figures.at(0).printed.value, 36.7);
  EXPECT_EQ(found.rows.at(1).runs, 1);
}

TEST(Expected, RowsRefuseAMeanOfNoRun) {
  EXPECT_EQ(faults_in(R"(expected: {rows: [{runs: 0, test_accuracy: 0.9}]}
)"),
            R"(s.yaml:2:26: 'runs' must be a whole number 1 to 1000000, got '0'
  expected: {rows: [{runs: 0, test_accuracy: 0.9}]}
                           ^)");
}

TEST(Expected, CurvesHoldEveryEpochAsPrinted) {
  const ExpectedCurve curve =
      expectation_in(
          "expected: {curves: [{source: Figure 3a, from_epoch: 0, train_loss: [1.968, 1.6], "
          "train_accuracy: [43.5 %, 43.75 %]}]}")
          .curves.at(0);
  EXPECT_EQ(curve.source, "Figure 3a");
  EXPECT_EQ(curve.from_epoch, 0);
  ASSERT_EQ(curve.figures.size(), 2U);
  EXPECT_EQ(curve.figures[0].first, "train_loss");
  EXPECT_EQ(curve.figures[0].second.at(1).unit, 0.1);
  EXPECT_EQ(curve.figures[1].second.at(1).value, 0.4375);
}

TEST(Expected, ClassesAreLabelsAndTheTwoAverages) {
  const Expectation found = expectation_in(
      "expected: {classification: {source: Table 1, exchanged: true, \"7\": {precision: 0.97, "
      "recall: 1.00, f1: 0.99, support: 101}, macro: {precision: 0.99}}}");
  ASSERT_TRUE(found.classification);
  EXPECT_TRUE(found.classification->exchanged);
  EXPECT_EQ(found.classification->source, "Table 1");
  const std::vector<ExpectedClass>& rows = found.classification->rows;
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].name, "7");
  ASSERT_EQ(rows[0].figures.size(), 4U);
  EXPECT_EQ(rows[0].figures[1].first, "recall");
  EXPECT_EQ(rows[0].figures[1].second.unit, 0.01);
  EXPECT_EQ(rows[0].figures[3].second.value, 101);
  EXPECT_EQ(rows[1].name, "macro");
}

TEST(Expected, GradientsNameHowManyWeightsOfEachKind) {
  const Expectation found = expectation_in(
      "gradcheck: {source: Table 1, epsilon: 1e-2, examples: 2, weights: {input_hidden: 3, "
      "hidden_output: 4, hidden_bias: 5, output_bias: 6}, at_most: 1e-4}");
  ASSERT_TRUE(found.gradients);
  EXPECT_EQ(found.gradients->source, "Table 1");
  EXPECT_EQ(found.gradients->epsilon, 0.01);
  EXPECT_EQ(found.gradients->examples, 2);
  EXPECT_EQ(found.gradients->input_hidden, 3);
  EXPECT_EQ(found.gradients->hidden_output, 4);
  EXPECT_EQ(found.gradients->hidden_bias, 5);
  EXPECT_EQ(found.gradients->output_bias, 6);
  EXPECT_EQ(found.gradients->at_most, 1e-4);
}

TEST(Expected, RefusesANumberThatIsNone) {
  EXPECT_EQ(
      faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      rows: [{test_accuracy: high}]
)"),
      R"(s.yaml:7:30: 'test_accuracy' must be a number as printed: 0.0690, 98 %, about 200, '> 0.98' or '< 50', got 'high'
        rows: [{test_accuracy: high}]
                               ^^^^)");
}

TEST(Expected, RefusesACommaInANumber) {
  EXPECT_EQ(
      faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      rows: [{test_accuracy: '0,94'}]
)"),
      R"(s.yaml:7:30: 'test_accuracy' must be a number as printed: 0.0690, 98 %, about 200, '> 0.98' or '< 50', got '0,94'
        rows: [{test_accuracy: '0,94'}]
                               ^^^^^^
  a point, not a comma, parts the decimals)");
}

TEST(Expected, RefusesASizeAboutZero) {
  EXPECT_EQ(
      faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      rows: [{train_loss: about 0}]
)"),
      R"(s.yaml:7:27: 'train_loss' must be a number as printed: 0.0690, 98 %, about 200, '> 0.98' or '< 50', got 'about 0'
        rows: [{train_loss: about 0}]
                            ^^^^^^^
  about 0 has no size: write what it is below, such as '< 0.05')");
}

TEST(Expected, RefusesAnAccuracyInPerCentWithoutTheSign) {
  EXPECT_EQ(
      faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      rows: [{test_accuracy: 94}]
)"),
      R"(s.yaml:7:30: 'test_accuracy' must be a share between 0 and 1 (write 94 % or 0.94), got '94'
        rows: [{test_accuracy: 94}]
                               ^^)");
}

TEST(Expected, RefusesALossBelowZero) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      rows: [{test_loss: -0.1}]
)"),
            R"(s.yaml:7:26: 'test_loss' must be a number >= 0, got '-0.1'
        rows: [{test_loss: -0.1}]
                           ^^^^)");
}

TEST(Expected, RefusesHalfAnEpoch) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      rows: [{epochs_run: 20.5}]
)"),
            R"(s.yaml:7:27: 'epochs_run' must be a whole number >= 0 (epochs), got '20.5'
        rows: [{epochs_run: 20.5}]
                            ^^^^)");
}

TEST(Expected, RefusesAnUnknownFigureAndNamesTheNearest) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      rows: [{test_acuracy: 0.94}]
)"),
            R"(s.yaml:7:15: unknown key 'test_acuracy' in 'rows'
        rows: [{test_acuracy: 0.94}]
                ^^^^^^^^^^^^
  expected one of: where, source, at, runs, first_epoch, epoch, train_loss, train_accuracy, validation_loss, validation_accuracy, monitor_loss, monitor_accuracy, best_train_loss, best_train_accuracy, best_validation_loss, best_validation_accuracy, best_monitor_loss, best_monitor_accuracy, test_loss, test_accuracy, last_test_loss, last_test_accuracy, epochs_run, best_epoch, train_seconds, plateau_until, oscillation, seconds
  nearest: test_accuracy)");
}

TEST(Expected, NeedsARuleForTheConvergenceEpoch) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      rows: [{convergence_epoch: about 200}]
)"),
            R"(s.yaml:7:15: unknown figure 'convergence_epoch'
        rows: [{convergence_epoch: about 200}]
                ^^^^^^^^^^^^^^^^^
  expected a rule for it, such as derived: {convergence_epoch: {metric: validation_accuracy, within: 0.001, of: last}})");
}

TEST(Expected, RefusesARowWithoutAFigure) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      rows: [{where: {optimizer.learning_rate: 0.05}, source: Table 3}]
)"),
            R"(s.yaml:7:14: this row of 'expected' has no figure
        rows: [{where: {optimizer.learning_rate: 0.05}, source: Table 3}]
               ^
  expected one or more, such as test_accuracy: 0.8546)");
}

TEST(Expected, RefusesAFigureWithoutAValue) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      rows: [{test_accuracy: }]
)"),
            R"(s.yaml:7:15: 'test_accuracy' has no value
        rows: [{test_accuracy: }]
                ^^^^^^^^^^^^^)");
}

TEST(Expected, RefusesAnotherTimeThanBestOrLast) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      rows: [{at: lst, test_accuracy: 0.94}]
)"),
            R"(s.yaml:7:19: 'at' must be one of: last, best, got 'lst'
        rows: [{at: lst, test_accuracy: 0.94}]
                    ^^^
  nearest: last)");
}

TEST(Expected, RefusesASourceThatIsNoText) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      rows: [{source: [Table 3], test_accuracy: 0.94}]
)"),
            R"(s.yaml:7:23: 'source' must be a text of one line, got a list
        rows: [{source: [Table 3], test_accuracy: 0.94}]
                        ^)");
}

TEST(Expected, RefusesALevelWithoutItsEpoch) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      rows: [{first_epoch: {validation_accuracy: 0.988}}]
)"),
            R"(s.yaml:7:15: 'first_epoch' needs the epoch that was published
        rows: [{first_epoch: {validation_accuracy: 0.988}}]
                ^^^^^^^^^^^
  expected first_epoch: {validation_accuracy: 0.988}, epoch: 74)");
}

TEST(Expected, RefusesAnEpochWithoutItsLevel) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      rows: [{epoch: 74}]
)"),
            R"(s.yaml:7:15: 'epoch' needs the level that was reached
        rows: [{epoch: 74}]
                ^^^^^
  expected first_epoch: {validation_accuracy: 0.988}, epoch: 74)");
}

TEST(Expected, RefusesTwoLevelsForOneEpoch) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      rows: [{first_epoch: {validation_accuracy: 0.988, validation_loss: 0.1}, epoch: 74}]
)"),
            R"(s.yaml:7:28: 'first_epoch' must be one figure and its level, got a mapping
        rows: [{first_epoch: {validation_accuracy: 0.988, validation_loss: 0.1}, epoch: 74}]
                             ^
  expected first_epoch: {validation_accuracy: 0.988}, epoch: 74)");
}

TEST(Expected, RefusesALevelOfAFigureWithoutACurve) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      rows: [{first_epoch: {test_accuracy: 0.988}, epoch: 74}]
)"),
            R"(s.yaml:7:29: 'test_accuracy' has no value an epoch
        rows: [{first_epoch: {test_accuracy: 0.988}, epoch: 74}]
                              ^^^^^^^^^^^^^
  expected one of: train_loss, train_accuracy, validation_loss, validation_accuracy, monitor_loss, monitor_accuracy)");
}

TEST(Expected, RefusesRowsThatAreNoList) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      rows: 0.94
)"),
            R"(s.yaml:7:13: 'rows' must be a mapping or a list of mappings, got '0.94'
        rows: 0.94
              ^^^^)");
}

TEST(Expected, RefusesCurvesOfUnequalLength) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      curves: [{train_loss: [0.3, 0.2, 0.1], train_accuracy: [0.8, 0.9]}]
)"),
            R"(s.yaml:7:46: train_accuracy has 2 epochs, train_loss has 3
        curves: [{train_loss: [0.3, 0.2, 0.1], train_accuracy: [0.8, 0.9]}]
                                               ^^^^^^^^^^^^^^
  expected curves of one run, equally long)");
}

TEST(Expected, RefusesACurveThatIsLongerThanAnyRun) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      curves: [{train_loss: [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.01]}]
)"),
            R"(s.yaml:7:17: train_loss has 11 epochs, a run has 10 at most
        curves: [{train_loss: [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.01]}]
                  ^^^^^^^^^^)");
}

TEST(Expected, RefusesACurveThatIsNoList) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      curves: [{train_loss: 0.3}]
)"),
            R"(s.yaml:7:29: 'train_loss' must be a list of numbers, one an epoch, got '0.3'
        curves: [{train_loss: 0.3}]
                              ^^^)");
}

TEST(Expected, RefusesACurveOfWhatHasNone) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      curves: [{test_loss: [0.3, 0.2]}]
)"),
            R"(s.yaml:7:17: unknown key 'test_loss' in 'curves'
        curves: [{test_loss: [0.3, 0.2]}]
                  ^^^^^^^^^
  expected one of: where, source, from_epoch, train_loss, train_accuracy, validation_loss, validation_accuracy, monitor_loss, monitor_accuracy)");
}

TEST(Expected, RefusesAnEntryWithoutACurve) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      curves: [{source: Figure 3}]
)"),
            R"(s.yaml:7:16: this entry of 'curves' has no curve
        curves: [{source: Figure 3}]
                 ^
  expected one or more of: train_loss, train_accuracy, validation_loss, validation_accuracy, monitor_loss, monitor_accuracy)");
}

TEST(Expected, RefusesABoundInACurve) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      curves: [{train_loss: [0.3, about 0.2]}]
)"),
            R"(s.yaml:7:35: 'train_loss' must be a number such as 0.05 or 98 %, got 'about 0.2'
        curves: [{train_loss: [0.3, about 0.2]}]
                                    ^^^^^^^^^)");
}

TEST(Expected, RefusesAnEpochBelowZeroToBeginWith) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      curves: [{from_epoch: -1, train_loss: [0.3, 0.2]}]
)"),
            R"(s.yaml:7:29: 'from_epoch' must be a whole number 0 to 1000000, got '-1'
        curves: [{from_epoch: -1, train_loss: [0.3, 0.2]}]
                              ^^)");
}

TEST(Expected, RefusesAClassThatIsNotKept) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      classification: {"7": {recall: 0.97}, "9": {recall: 0.97}}
)"),
            R"(s.yaml:7:45: unknown class '9'
        classification: {"7": {recall: 0.97}, "9": {recall: 0.97}}
                                              ^^^
  expected one of: 7, 8, macro, weighted)");
}

TEST(Expected, RefusesAnUnknownFigureOfAClass) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      classification: {"7": {recal: 0.97}}
)"),
            R"(s.yaml:7:30: unknown key 'recal' in '7'
        classification: {"7": {recal: 0.97}}
                               ^^^^^
  expected one of: precision, recall, f1, support
  nearest: recall)");
}

TEST(Expected, RefusesASupportThatIsNoNumberOfImages) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      classification: {"7": {support: 99.5}}
)"),
            R"(s.yaml:7:39: 'support' must be a whole number 0 to 1000000, got '99.5'
        classification: {"7": {support: 99.5}}
                                        ^^^^)");
}

TEST(Expected, RefusesARecallAboveOne) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      classification: {"7": {recall: 97}}
)"),
            R"(s.yaml:7:38: 'recall' must be a share between 0 and 1 (write 94 % or 0.94), got '97'
        classification: {"7": {recall: 97}}
                                       ^^)");
}

TEST(Expected, RefusesAnotherExchangeThanYesOrNo) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      classification: {exchanged: yes, "7": {recall: 0.97}}
)"),
            R"(s.yaml:7:35: 'exchanged' must be one of: true, false, got 'yes'
        classification: {exchanged: yes, "7": {recall: 0.97}}
                                    ^^^)");
}

TEST(Expected, RefusesAnUnknownPart) {
  EXPECT_EQ(faults_in(R"(experiments:
  rates:
    data: {classes: ["7", "8"]}
    parameters: {optimizer.learning_rate: [0.005, 0.05]}
    expected:
      row: [{test_accuracy: 0.94}]
)"),
            R"(s.yaml:7:7: unknown key 'row' in 'expected'
        row: [{test_accuracy: 0.94}]
        ^^^
  expected one of: rows, curves, classification
  nearest: rows)");
}

TEST(Expected, NeedsTheBoundOfAGradientCheck) {
  EXPECT_EQ(faults_in(R"(experiments:
  a: {gradcheck: {epsilon: 1e-2, weights: {input_hidden: 2, hidden_bias: -1, bias: 1}}}
)"),
            R"(s.yaml:3:18: 'gradcheck' needs at_most
    a: {gradcheck: {epsilon: 1e-2, weights: {input_hidden: 2, hidden_bias: -1, bias: 1}}}
                   ^
  expected the largest absolute error, such as at_most: 1e-4
s.yaml:3:74: 'hidden_bias' must be a whole number 0 to 1000000, got '-1'
    a: {gradcheck: {epsilon: 1e-2, weights: {input_hidden: 2, hidden_bias: -1, bias: 1}}}
                                                                           ^^
s.yaml:3:78: unknown key 'bias' in 'weights'
    a: {gradcheck: {epsilon: 1e-2, weights: {input_hidden: 2, hidden_bias: -1, bias: 1}}}
                                                                               ^^^^
  expected one of: input_hidden, hidden_output, hidden_bias, output_bias)");
}

TEST(Expected, RefusesAStepOfNothing) {
  EXPECT_EQ(faults_in(R"(experiments:
  a: {gradcheck: {epsilon: 0, at_most: 1e-4}}
)"),
            R"(s.yaml:3:28: 'epsilon' must be a number > 0, got '0'
    a: {gradcheck: {epsilon: 0, at_most: 1e-4}}
                             ^)");
}

TEST(Expected, BelongsInAnExperiment) {
  EXPECT_EQ(faults_of(R"(expected: {rows: [{test_accuracy: 0.94}]}
)"),
            R"(s.yaml:5:1: 'expected' belongs in an experiment
  expected: {rows: [{test_accuracy: 0.94}]}
  ^^^^^^^^
  it says what one of 'experiments' is to give)");
}

TEST(Expected, NeedsAValue) {
  EXPECT_EQ(faults_of(R"(figures:
)"),
            R"(s.yaml:5:1: 'figures' has no value
  figures:
  ^^^^^^^)");
}

}  // namespace
}  // namespace mlpsweep::sweeps
