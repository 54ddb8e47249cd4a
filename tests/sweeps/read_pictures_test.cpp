#include <gtest/gtest.h>

#include "sweeps/report_scope.h"

#include "tests/sweeps/report_texts.h"

namespace mlpsweep::sweeps {
namespace {

TEST(Entries, OfFiguresSayWhatIsDrawnAndOfWhat) {
  const Report report = report_in(with_experiments(R"(figures:
- {plot: [loss, accuracy], per: configuration, source: Figures 3-8}
- {plot: train_loss, lines: optimizer.learning_rate, in: rates}
- {plot: examples, of: validation, predicted: ["5", "0"], in: nets}
)"));
  ASSERT_EQ(report.pictures.size(), 3U);
  EXPECT_EQ(report.pictures[0].experiment, "");
  EXPECT_EQ(report.pictures[0].plot, (std::vector<std::string>{"loss", "accuracy"}));
  EXPECT_TRUE(report.pictures[0].per_configuration);
  EXPECT_EQ(report.pictures[0].source, "Figures 3-8");
  EXPECT_EQ(report.pictures[1].experiment, "rates");
  EXPECT_EQ(report.pictures[1].lines, "optimizer.learning_rate");
  EXPECT_EQ(report.pictures[1].of, "test");
  EXPECT_EQ(report.pictures[2].of, "validation");
  EXPECT_EQ(report.pictures[2].predicted, (std::vector<std::string>{"5", "0"}));
}

TEST(Entries, OfTablesAreNamedSetsOfOptions) {
  const Report report = report_in(with_experiments(R"(tables:
  nets: {in: nets, rows: hidden, columns: activation, values: [test_accuracy, seconds],
         where: {hidden: 64}, percent: true}
)"));
  const TablePreset& table = report.tables.at(0);
  EXPECT_EQ(table.name, "nets");
  EXPECT_EQ(table.experiment, "nets");
  EXPECT_EQ(table.rows, std::vector<std::string>{"hidden"});
  EXPECT_EQ(table.columns, std::vector<std::string>{"activation"});
  EXPECT_EQ(table.values, (std::vector<std::string>{"test_accuracy", "seconds"}));
  EXPECT_EQ(table.where, (Where{{"hidden", {"64"}}}));
  EXPECT_TRUE(table.percent);
}

TEST(Entries, OfFiguresNameWhatToPlot) {
  EXPECT_EQ(faults_of(R"(figures: [{source: Figure 1}]
)"),
            R"(s.yaml:5:11: this entry of 'figures' does not say what to plot
  figures: [{source: Figure 1}]
            ^
  expected plot: one or more of loss, accuracy, train_loss, train_accuracy, validation_loss, validation_accuracy, monitor_loss, monitor_accuracy, confusion, examples)");
}

TEST(Entries, OfFiguresRefuseAnUnknownPlot) {
  EXPECT_EQ(faults_of(R"(figures: [{plot: [los, accuracy]}]
)"),
            R"(s.yaml:5:19: 'plot' knows no 'los'
  figures: [{plot: [los, accuracy]}]
                    ^^^
  expected one of: loss, accuracy, train_loss, train_accuracy, validation_loss, validation_accuracy, monitor_loss, monitor_accuracy, confusion, examples
  nearest: loss)");
}

TEST(Entries, OfFiguresRefuseLinesOfAKeyThatIsNotSwept) {
  EXPECT_EQ(faults_of(R"(figures: [{plot: loss, lines: epochs, in: rates}]
)"),
            R"(s.yaml:5:31: 'lines' names epochs, which is not swept in experiment 'rates'
  figures: [{plot: loss, lines: epochs, in: rates}]
                                ^^^^^^
  expected one of: optimizer.learning_rate)");
}

TEST(Entries, OfFiguresDrawOnePictureOrOneForEach) {
  EXPECT_EQ(faults_of(R"(figures: [{plot: loss, lines: hidden, per: configuration, in: nets}]
)"),
            R"(s.yaml:5:39: 'lines' and 'per' exclude each other: one picture, or one for each
  figures: [{plot: loss, lines: hidden, per: configuration, in: nets}]
                                        ^^^)");
}

TEST(Entries, OfFiguresRefuseAnotherPer) {
  EXPECT_EQ(faults_of(R"(figures: [{plot: loss, per: repeat}]
)"),
            R"(s.yaml:5:29: 'per' must be one of: configuration, got 'repeat'
  figures: [{plot: loss, per: repeat}]
                              ^^^^^^)");
}

TEST(Entries, OfFiguresRefuseAPartOfTheDataForCurves) {
  EXPECT_EQ(faults_of(R"(figures: [{plot: loss, of: test}]
)"),
            R"(s.yaml:5:24: 'of' means nothing for a picture of loss
  figures: [{plot: loss, of: test}]
                         ^^
  expected plot: one of confusion, examples)");
}

TEST(Entries, OfFiguresRefuseClassesForAMatrix) {
  EXPECT_EQ(faults_of(R"(figures: [{plot: confusion, predicted: ["5"]}]
)"),
            R"(s.yaml:5:29: 'predicted' means nothing for a picture of confusion
  figures: [{plot: confusion, predicted: ["5"]}]
                              ^^^^^^^^^
  expected plot: one of examples)");
}

TEST(Entries, OfFiguresRefuseAClassThatIsNotKept) {
  EXPECT_EQ(faults_in(R"(data: {set: fashion-mnist, classes: ["0", "5"]}
figures: [{plot: examples, predicted: ["0", "6"]}]
)"),
            R"(s.yaml:3:45: unknown class '6'
  figures: [{plot: examples, predicted: ["0", "6"]}]
                                              ^^^
  expected one of: 0, 5)");
}

TEST(Entries, OfFiguresRefuseAnUnknownExperiment) {
  EXPECT_EQ(faults_of(R"(figures: [{plot: loss, in: rats}]
)"),
            R"(s.yaml:5:28: unknown experiment 'rats'
  figures: [{plot: loss, in: rats}]
                             ^^^^
  expected one of: rates, nets
  nearest: rates)");
}

TEST(Entries, OfTablesAreToldApartByName) {
  EXPECT_EQ(faults_in(R"(experiments:
  a: {parameters: {l2: [0, 1]}, tables: {best: {rows: l2, values: test_loss}}}
  b: {parameters: {l2: [0, 1]}, tables: {best: {rows: l2, values: test_loss}}}
)"),
            R"(s.yaml:4:42: a second table is called 'best'
    b: {parameters: {l2: [0, 1]}, tables: {best: {rows: l2, values: test_loss}}}
                                           ^^^^
  expected names that are told apart over all experiments)");
}

TEST(Entries, OfTablesAreAMapping) {
  EXPECT_EQ(faults_of(R"(tables: [{rows: hidden}]
)"),
            R"(s.yaml:5:9: 'tables' must be a mapping of named tables, got a list
  tables: [{rows: hidden}]
          ^
  expected such as tables: {rates: {rows: optimizer.learning_rate, values: test_accuracy}})");
}

TEST(Entries, OfTablesRefuseARowThatIsNotSwept) {
  EXPECT_EQ(faults_of(R"(tables: {a: {in: rates, rows: hidden, values: test_loss}}
)"),
            R"(s.yaml:5:31: 'rows' names hidden, which is not swept in experiment 'rates'
  tables: {a: {in: rates, rows: hidden, values: test_loss}}
                                ^^^^^^
  expected one of: optimizer.learning_rate)");
}

TEST(Entries, OfTablesRefuseAKeyInRowsAndColumns) {
  EXPECT_EQ(faults_of(R"(tables: {a: {in: nets, rows: hidden, columns: [activation, hidden]}}
)"),
            R"(s.yaml:5:60: 'columns' names hidden a second time
  tables: {a: {in: nets, rows: hidden, columns: [activation, hidden]}}
                                                             ^^^^^^)");
}

TEST(Entries, OfTablesRefuseAnUnknownFigure) {
  EXPECT_EQ(faults_of(R"(tables: {a: {in: rates, rows: optimizer.learning_rate, values: [test_lss]}}
)"),
            R"(s.yaml:5:65: unknown figure 'test_lss'
  tables: {a: {in: rates, rows: optimizer.learning_rate, values: [test_lss]}}
                                                                  ^^^^^^^^
  expected one of: train_loss, train_accuracy, validation_loss, validation_accuracy, monitor_loss, monitor_accuracy, best_train_loss, best_train_accuracy, best_validation_loss, best_validation_accuracy, best_monitor_loss, best_monitor_accuracy, test_loss, test_accuracy, last_test_loss, last_test_accuracy, epochs_run, best_epoch, train_seconds, plateau_until, oscillation, seconds
  nearest: test_loss)");
}

TEST(Entries, OfTablesRefuseAnotherPercentThanYesOrNo) {
  EXPECT_EQ(faults_of(R"(tables: {a: {in: rates, rows: optimizer.learning_rate, percent: 1}}
)"),
            R"(s.yaml:5:65: 'percent' must be one of: true, false, got '1'
  tables: {a: {in: rates, rows: optimizer.learning_rate, percent: 1}}
                                                                  ^)");
}

}  // namespace
}  // namespace mlpsweep::sweeps
