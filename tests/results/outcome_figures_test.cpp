// Published figures against records: every verdict, and everything that can be missing.
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "outcome_samples.h"

namespace mlpsweep::results {
namespace {

using Kind = sweeps::Printed::Kind;
using testing::HasSubstr;

// Five repeats with a deviation of 0.00158: h = 2.776 * 0.00158 * sqrt(1/5 + 1) + u/2 = 0.0049.
const std::vector<double> kNarrow = {0.850, 0.852, 0.848, 0.851, 0.849};
// A deviation of 0.0158: h = 0.049.
const std::vector<double> kWide = {0.85, 0.87, 0.83, 0.86, 0.84};

/// The outcome of one published test accuracy, held against one configuration.
FigureOutcome judged(const std::vector<double>& accuracies, sweeps::Printed published) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("rates", "optimizer.learning_rate");
  samples.add(part, 0.05, accuracies);
  samples.expect("rates", {}, "test_accuracy", std::move(published));
  return samples.outcome().figures.at(0);
}

TEST(PublishedFigure, IsReproducedWithinANarrowInterval) {
  const FigureOutcome figure = judged(kNarrow, printed("0.8520", 0.852, 1e-4));
  EXPECT_EQ(figure.verdict, Verdict::kReproduced);
  EXPECT_EQ(figure.source, "Table 1");
  EXPECT_EQ(figure.note, "over 5 repeats");
  ASSERT_EQ(figure.configurations.size(), 1U);
  EXPECT_EQ(figure.configurations[0].configuration, "learning_rate 0.05");
  EXPECT_NEAR(figure.configurations[0].interval.mean, 0.85, 1e-12);
  EXPECT_NEAR(figure.configurations[0].judgement.difference, -0.002, 1e-12);
}

TEST(PublishedFigure, IsCompatibleWhereTheDifferenceWouldNotMatter) {
  EXPECT_EQ(judged(kNarrow, printed("0.8590", 0.859, 1e-4)).verdict, Verdict::kCompatible);
  EXPECT_EQ(judged(kWide, printed("0.8520", 0.852, 1e-4)).verdict, Verdict::kCompatible);
}

TEST(PublishedFigure, CannotBeToldWhereTheRepeatsVaryAsMuch) {
  EXPECT_EQ(judged(kWide, printed("0.8800", 0.88, 1e-4)).verdict, Verdict::kCannotTell);
}

TEST(PublishedFigure, IsNotReproducedWhereTheDifferenceMattersAndNothingExplainsIt) {
  EXPECT_EQ(judged(kNarrow, printed("0.9900", 0.99, 1e-4)).verdict, Verdict::kNotReproduced);
}

TEST(PublishedFigure, IsHeldAgainstWhatMattersToItsKind) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("", "activation");
  samples.add(part, std::string("tanh"), kNarrow, [](Record& record, std::size_t r) {
    record.result.test_loss = 0.5 + 0.0001 * double(r);
  });
  // 0.54 is 0.04 away: under a tenth of it, and over an accuracy's 0.01.
  samples.expect("", {}, "test_loss", printed("0.54", 0.54, 0.01));
  // Two epochs of 2.4 printed: a quarter is 0.6.
  samples.expect("", {}, "epochs_run", printed("2.4", 2.4, 0.1));
  samples.expect("", {}, "epochs_run", printed("4", 4, 1));
  const Outcome outcome = samples.outcome();
  EXPECT_EQ(outcome.figures[0].verdict, Verdict::kCompatible);
  EXPECT_EQ(outcome.figures[1].verdict, Verdict::kCompatible);
  EXPECT_FALSE(outcome.figures[1].configurations[0].judgement.beyond);
  EXPECT_TRUE(outcome.figures[2].configurations[0].judgement.beyond);
}

TEST(PublishedFigure, OfAboutANumberHasTheUnitOfItsLastDigit) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("", "activation");
  samples.add(part, std::string("tanh"), kNarrow,
              [](Record& record, std::size_t r) { record.result.epochs.resize(240 + r); });
  samples.expect("", {}, "epochs_run", printed("about 200", 200, 100, Kind::kAbout));
  // h = 2.776 * 1.58 * 1.095 + 50 = 54.8, over a quarter of 200: compatible, 42 away.
  const FigureOutcome figure = samples.outcome().figures.at(0);
  EXPECT_EQ(figure.verdict, Verdict::kCompatible);
  EXPECT_NEAR(figure.configurations[0].judgement.half_width, 54.8, 0.1);
}

TEST(PublishedFigure, AtTheBestEpochIsReadThere) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("", "activation");
  samples.add(part, std::string("tanh"), kNarrow, [](Record& record, std::size_t r) {
    record.result.best.validation_loss = 0.2 + 0.001 * double(r);
    record.result.epochs.back().validation_loss = 0.4 + 0.001 * double(r);
  });
  samples.expect("", {}, "validation_loss", printed("0.2", 0.2, 0.1));
  samples.expect("", {}, "validation_loss", printed("0.2", 0.2, 0.1));
  samples.report.expected[0].rows[0].at_best = true;
  const Outcome outcome = samples.outcome();
  EXPECT_EQ(outcome.figures[0].figure, "validation_loss (best epoch)");
  EXPECT_NEAR(outcome.figures[0].configurations[0].interval.mean, 0.202, 1e-12);
  EXPECT_NEAR(outcome.figures[1].configurations[0].interval.mean, 0.402, 1e-12);
}

TEST(PublishedFigure, ThatMatchesSeveralConfigurationsMustHoldForEach) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("", "hidden");
  samples.add(part, std::string("64"), kNarrow);
  samples.add(part, std::string("128"), {0.990, 0.992, 0.988, 0.991, 0.989});
  samples.expect("", {}, "test_accuracy", printed("0.85", 0.85, 0.01));
  const FigureOutcome figure = samples.outcome().figures.at(0);
  ASSERT_EQ(figure.configurations.size(), 2U);
  EXPECT_EQ(figure.configurations[0].judgement.verdict, Verdict::kReproduced);
  EXPECT_EQ(figure.configurations[1].judgement.verdict, Verdict::kNotReproduced);
  EXPECT_EQ(figure.verdict, Verdict::kNotReproduced);
}

TEST(PublishedFigure, SpeaksOnlyOfTheConfigurationsThatWhereNames) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("", "hidden");
  samples.add(part, std::string("64"), kNarrow);
  samples.add(part, std::string("128"), kNarrow);
  samples.add(part, std::string("256"), kNarrow);
  samples.expect("", {{"hidden", {"64", "256"}}}, "test_accuracy", printed("0.85", 0.85, 0.01));
  const FigureOutcome figure = samples.outcome().figures.at(0);
  ASSERT_EQ(figure.configurations.size(), 2U);
  EXPECT_EQ(figure.configurations[1].configuration, "hidden 256");
}

TEST(PublishedFigure, OfSeveralIsNotSettledByThoseThatHaveRun) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("", "hidden");
  samples.add(part, std::string("64"), kNarrow);
  samples.add(part, std::string("128"), {}).planned = 5;
  samples.expect("", {}, "test_accuracy", printed("0.85", 0.85, 0.01));
  const FigureOutcome figure = samples.outcome().figures.at(0);
  EXPECT_EQ(figure.verdict, Verdict::kCannotTell);
  EXPECT_EQ(figure.note, "over 5 repeats; not run; 5 trials not run yet");
}

TEST(PublishedFigure, WithoutARecordIsNotRun) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("", "hidden");
  samples.add(part, std::string("64"), {}).planned = 3;
  samples.expect("", {}, "test_accuracy", printed("0.85", 0.85, 0.01));
  const Outcome outcome = samples.outcome();
  EXPECT_FALSE(outcome.figures.at(0).run);
  EXPECT_EQ(outcome.figures[0].verdict, Verdict::kNotJudged);
  EXPECT_EQ(outcome.figures[0].note, "not run; 3 trials not run yet");
  EXPECT_EQ(counts_of(outcome).not_run, 1U);
}

void diverge(Record& record) {
  record.result = {};
  record.result.state = engine::State::kDiverged;
}

TEST(PublishedFigure, LeavesDivergedTrialsOutAndCountsThem) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("", "hidden");
  samples.add(part, std::string("64"), kNarrow, [](Record& record, std::size_t r) {
    if (r >= 3) {
      diverge(record);
    }
  });
  samples.expect("", {}, "test_accuracy", printed("0.85", 0.85, 0.01));
  const FigureOutcome figure = samples.outcome().figures.at(0);
  EXPECT_EQ(figure.configurations[0].values.size(), 3U);
  EXPECT_EQ(figure.configurations[0].diverged, 2U);
  EXPECT_EQ(figure.note, "over 3 repeats; 2 trials diverged (left out)");
}

/// Trials r = 0, 1, ... as folds 0 and 1 of repeats 0, 1, ...
void in_two_folds(Record& record, std::size_t r) {
  record.repeat = static_cast<int>(r / 2);
  record.fold = static_cast<int>(r % 2);
  record.folds = 2;
}

TEST(PublishedFigure, LeavesRepeatsWithoutAllFoldsOutAndCountsThem) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("", "hidden");
  samples.add(part, std::string("64"), {0.85, 0.85, 0.84, 0.86, 0.99}, in_two_folds).planned = 6;
  samples.expect("", {}, "test_accuracy", printed("0.85", 0.85, 0.01));
  const FigureOutcome figure = samples.outcome().figures.at(0);
  EXPECT_EQ(figure.configurations[0].values.size(), 2U);
  EXPECT_NEAR(figure.configurations[0].interval.mean, 0.85, 1e-12);
  EXPECT_EQ(figure.note,
            "over 2 equal repeats; 1 trial not run yet, 1 repeat without all folds (left out)");
}

TEST(PublishedFigure, WithoutAWholeRepeatIsNotJudged) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("", "hidden");
  samples.add(part, std::string("64"), {0.85, 0.85}, [](Record& record, std::size_t r) {
    if (r == 1) {
      diverge(record);
    }
    in_two_folds(record, r);
  });
  samples.expect("", {}, "test_accuracy", printed("0.85", 0.85, 0.01));
  const FigureOutcome figure = samples.outcome().figures.at(0);
  EXPECT_EQ(figure.verdict, Verdict::kNotJudged);
  EXPECT_EQ(figure.note, "no repeat has all of its folds; 1 repeat without all folds (left out)");
}

TEST(PublishedFigure, ThatIsTheMeanOfSeveralRunsNarrowsTheInterval) {
  OutcomeSamples samples;
  samples.add(samples.part("", "hidden"), std::string("64"), kNarrow);
  samples.expect("", {}, "test_accuracy", printed("0.85", 0.85, 0.01));
  const double one = samples.outcome().figures.at(0).configurations[0].judgement.half_width;
  samples.report.expected[0].rows[0].runs = 4;
  const FigureOutcome figure = samples.outcome().figures.at(0);
  const double four = figure.configurations[0].judgement.half_width;
  EXPECT_NEAR((four - 0.005) / (one - 0.005), std::sqrt((0.2 + 0.25) / (0.2 + 1)), 1e-9);
  EXPECT_EQ(figure.note, "over 5 repeats, published as the mean of 4 runs");
}

TEST(PublishedFigure, OfASettingThatAlwaysDivergesIsNotReproduced) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("", "hidden");
  samples.add(part, std::string("64"), kNarrow,
              [](Record& record, std::size_t) { diverge(record); });
  samples.expect("", {}, "test_accuracy", printed("0.85", 0.85, 0.01));
  const Outcome outcome = samples.outcome();
  EXPECT_EQ(outcome.figures.at(0).verdict, Verdict::kNotReproduced);
  EXPECT_EQ(outcome.figures[0].note, "all 5 trials diverged");
}

TEST(PublishedFigure, OfTrialsThatFailedIsNotJudged) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("", "hidden");
  samples.add(part, std::string("64"), kNarrow, [](Record& record, std::size_t) {
    record.result = {};
    record.result.state = engine::State::kFailed;
  });
  samples.expect("", {}, "test_accuracy", printed("0.85", 0.85, 0.01));
  const FigureOutcome figure = samples.outcome().figures.at(0);
  EXPECT_EQ(figure.verdict, Verdict::kNotJudged);
  EXPECT_EQ(figure.note, "all 5 trials failed");
}

TEST(PublishedFigure, ThatSomeRepeatNeverReachesCannotBeTold) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("", "hidden");
  samples.add(part, std::string("64"), kNarrow, [](Record& record, std::size_t r) {
    record.result.epochs[1].validation_accuracy = r == 0 ? 0.5 : 0.99;
    record.result.epochs[0].validation_accuracy = 0.1;
  });
  samples.expect("", {}, "validation_accuracy", printed("2", 2, 1));
  samples.report.expected[0].rows[0].figures[0].reaches = 0.9;
  const FigureOutcome figure = samples.outcome().figures.at(0);
  EXPECT_EQ(figure.figure, "first epoch of validation_accuracy 0.9");
  EXPECT_EQ(figure.verdict, Verdict::kCannotTell);
  EXPECT_EQ(figure.note, "not reached in 1 of 5 repeats");
  EXPECT_EQ(figure.configurations[0].interval.mean, std::numeric_limits<double>::infinity());
}

TEST(PublishedFigure, AboveANumberIsAClaim) {
  EXPECT_EQ(judged(kNarrow, printed("> 0.84", 0.84, 0.01, Kind::kAbove)).verdict,
            Verdict::kReproduced);
  EXPECT_EQ(judged(kNarrow, printed("> 0.86", 0.86, 0.01, Kind::kAbove)).verdict,
            Verdict::kNotReproduced);
  EXPECT_EQ(judged(kNarrow, printed("> 0.85", 0.85, 0.01, Kind::kAbove)).verdict,
            Verdict::kCannotTell);
  EXPECT_EQ(judged(kNarrow, printed("< 0.86", 0.86, 0.01, Kind::kBelow)).verdict,
            Verdict::kReproduced);
}

TEST(PublishedFigure, AboveANumberMustHoldForEachConfiguration) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("", "hidden");
  samples.add(part, std::string("64"), kNarrow);
  samples.add(part, std::string("128"), {0.830, 0.832, 0.828, 0.831, 0.829});
  samples.expect("", {}, "test_accuracy", printed("> 0.84", 0.84, 0.01, Kind::kAbove));
  const Outcome outcome = samples.outcome();
  EXPECT_EQ(outcome.figures.at(0).verdict, Verdict::kNotReproduced);
  EXPECT_TRUE(outcome.fails_strictly);
}

TEST(PublishedFigure, InSecondsIsShownAndNeverJudged) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("", "hidden");
  samples.add(part, std::string("64"), kNarrow);
  samples.expect("", {}, "seconds", printed("about 90", 90, 10, Kind::kAbout));
  const Outcome outcome = samples.outcome();
  EXPECT_TRUE(outcome.figures.empty());
  ASSERT_EQ(outcome.timings.size(), 1U);
  EXPECT_EQ(outcome.timings[0].verdict, Verdict::kNotJudged);
  EXPECT_EQ(outcome.timings[0].configurations[0].interval.mean, 2);
  EXPECT_FALSE(outcome.fails_strictly);
}

TEST(PublishedFigure, OfOneRepeatOnTheReportsImagesCannotBeTold) {
  const FigureOutcome figure = judged({0.85}, printed("0.85", 0.85, 0.01));
  EXPECT_EQ(figure.verdict, Verdict::kCannotTell);
}

TEST(PublishedFigure, OfOneRepeatOnOtherImagesIsAtBestCompatible) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("", "hidden");
  Configuration& configuration = samples.add(part, std::string("64"), {0.85});
  configuration.settings[1].value = 0.2;  // data.split.test: drawn from the training rows
  samples.expect("", {}, "test_accuracy", printed("0.85", 0.85, 0.01));
  const FigureOutcome figure = samples.outcome().figures.at(0);
  EXPECT_EQ(figure.verdict, Verdict::kCompatible);
  EXPECT_EQ(figure.note, "images only");
}

TEST(PublishedFigure, AveragesTheFoldsOfARepeatFirst) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("", "hidden");
  samples.add(part, std::string("64"), {0.80, 0.90, 0.82, 0.92}, [](Record& record, std::size_t r) {
    record.repeat = static_cast<int>(r / 2);
    record.fold = static_cast<int>(r % 2);
  });
  samples.expect("", {}, "test_accuracy", printed("0.86", 0.86, 0.01));
  const Measured measured = samples.outcome().figures.at(0).configurations.at(0);
  ASSERT_EQ(measured.values.size(), 2U);
  EXPECT_NEAR(measured.values.at({1, 0}), 0.85, 1e-12);
  EXPECT_NEAR(measured.values.at({1, 1}), 0.87, 1e-12);
}

}  // namespace
}  // namespace mlpsweep::results
