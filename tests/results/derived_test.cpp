#include "results/derived.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"

#include "table_samples.h"

namespace mlpsweep::results {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
const sweeps::DerivedFigure kConvergence = {"convergence_epoch", "validation_accuracy", 0.001};

Record with_validation(const std::vector<double>& accuracies,
                       const std::vector<double>& losses = {}) {
  Record record;
  for (std::size_t e = 0; e < std::max(accuracies.size(), losses.size()); ++e) {
    engine::Figures& epoch = record.result.epochs.emplace_back();
    epoch.validation_accuracy = e < accuracies.size() ? accuracies[e] : engine::kNaN;
    epoch.validation_loss = e < losses.size() ? losses[e] : 1;
  }
  if (!record.result.epochs.empty()) {
    record.result.last = record.result.epochs.back();
  }
  return record;
}

TEST(ConvergenceEpoch, IsTheFirstFromWhichTheCurveStaysNearItsEnd) {
  // 0.9915 touches the band at epoch 2, leaves it, and comes back for good at epoch 4.
  EXPECT_EQ(settling_epoch(with_validation({0.9, 0.9915, 0.98, 0.9925, 0.992}), kConvergence), 4);
}

TEST(ConvergenceEpoch, CountsAValueOnTheBoundAsWithin) {
  // 0.992 - 0.991 is 0.0010000000000000009 in binary.
  EXPECT_EQ(settling_epoch(with_validation({0.9, 0.991, 0.992}), kConvergence), 2);
}

TEST(ConvergenceEpoch, OfOneEpochIsThatEpoch) {
  EXPECT_EQ(settling_epoch(with_validation({0.5}), kConvergence), 1);
}

TEST(ConvergenceEpoch, IsNoNumberWithoutTheCurve) {
  EXPECT_TRUE(std::isnan(settling_epoch(with_validation({}), kConvergence)));
  EXPECT_TRUE(std::isnan(settling_epoch(with_validation({engine::kNaN}), kConvergence)));
}

const sweeps::DerivedFigure kParting = {.name = "parting_epoch",
                                        .metric = "validation_accuracy",
                                        .distance = 0.01,
                                        .stays = sweeps::DerivedFigure::Stays::kBeyond,
                                        .of = "train_accuracy"};

Record with_training(const std::vector<double>& validation, const std::vector<double>& training) {
  Record record = with_validation(validation);
  for (std::size_t e = 0; e < training.size(); ++e) {
    record.result.epochs[e].train_accuracy = training[e];
  }
  return record;
}

TEST(PartingEpoch, IsTheFirstFromWhichTwoCurvesStayApart) {
  // Apart at epoch 2, together again at 3, on the bound at 4, apart for good from 5 on.
  EXPECT_EQ(settling_epoch(with_training({0.5, 0.70, 0.80, 0.90, 0.91, 0.91},
                                         {0.5, 0.72, 0.80, 0.91, 0.93, 0.88}),
                           kParting),
            5);
}

TEST(PartingEpoch, IsInfiniteWhereTheCurvesEndTogether) {
  EXPECT_EQ(settling_epoch(with_training({0.5, 0.7, 0.8}, {0.6, 0.8, 0.805}), kParting), kNever);
}

TEST(PartingEpoch, IsNoNumberWithoutEitherCurve) {
  EXPECT_TRUE(std::isnan(settling_epoch(with_training({0.5}, {engine::kNaN}), kParting)));
  EXPECT_TRUE(std::isnan(settling_epoch(with_validation({}), kParting)));
}

TEST(MeetingEpoch, IsTheFirstFromWhichTwoCurvesStayTogether) {
  sweeps::DerivedFigure meeting = kParting;
  meeting.stays = sweeps::DerivedFigure::Stays::kWithin;
  EXPECT_EQ(settling_epoch(with_training({0.5, 0.8, 0.9}, {0.9, 0.8, 0.9}), meeting), 2);
}

TEST(FirstEpoch, IsWhereAnAccuracyReachesTheValueFromBelow) {
  const Record record = with_validation({0.9, 0.988, 0.97, 0.99});
  EXPECT_EQ(first_epoch(record, "validation_accuracy", 0.988), 2);
  EXPECT_EQ(first_epoch(record, "validation_accuracy", 0.99), 4);
}

TEST(FirstEpoch, IsWhereALossReachesTheValueFromAbove) {
  EXPECT_EQ(first_epoch(with_validation({}, {2, 1, 0.5}), "validation_loss", 1), 2);
}

TEST(FirstEpoch, IsInfiniteWhereTheValueIsNeverReached) {
  EXPECT_EQ(first_epoch(with_validation({0.9}), "validation_accuracy", 0.95), kNever);
}

TEST(FirstEpoch, IsNoNumberWithoutTheCurve) {
  EXPECT_TRUE(std::isnan(first_epoch(with_validation({}, {1}), "validation_accuracy", 0.5)));
}

Record with_only_classes(const std::vector<std::int16_t>& classes) {
  Record record = with_validation(std::vector<double>(classes.size(), 0.9));
  for (std::size_t e = 0; e < classes.size(); ++e) {
    record.result.epochs[e].only_class = classes[e];
  }
  return record;
}

TEST(PlateauUntil, IsTheFirstEpochWithAnotherClassThanTheFirstEpochsOne) {
  EXPECT_EQ(plateau_until(with_only_classes({0, 0, engine::kSeveralClasses, 0})), 3);
  EXPECT_EQ(plateau_until(with_only_classes({0, 1})), 2);
}

TEST(PlateauUntil, IsTheFirstEpochWhereThereIsNoPlateau) {
  EXPECT_EQ(plateau_until(with_only_classes({engine::kSeveralClasses, 0})), 1);
}

TEST(PlateauUntil, IsInfiniteWhereOneClassIsAllThatIsEverGiven) {
  EXPECT_EQ(plateau_until(with_only_classes({0, 0, 0})), kNever);
}

TEST(PlateauUntil, IsNoNumberWhereNothingIsWatched) {
  Record record;
  record.result.epochs.resize(3);
  EXPECT_TRUE(std::isnan(plateau_until(record)));
}

TEST(Oscillation, IsTheDeviationOfTheDifferencesOfTheValidationLoss) {
  // Differences -1, 1, -1: mean -1/3, squares 4/9 + 16/9 + 4/9 = 24/9, over n - 1 = 2: 4/3.
  EXPECT_NEAR(oscillation(with_validation({}, {3, 2, 3, 2})), std::sqrt(4.0 / 3), 1e-12);
}

TEST(Oscillation, OfASteadyFallIsNothing) {
  EXPECT_NEAR(oscillation(with_validation({}, {4, 3, 2, 1})), 0, 1e-12);
}

TEST(Oscillation, NeedsThreeEpochs) {
  EXPECT_TRUE(std::isnan(oscillation(with_validation({}, {2, 1}))));
}

TEST(Curve, OfTheMonitoredPartIsTheValidationPartsWhereNothingElseIsMonitored) {
  Record record = with_validation({}, {2, 1});
  EXPECT_THAT(curve_of(record, "monitor_loss"), testing::ElementsAre(2, 1));
  record.result.epochs[0].monitor_loss = 7;
  EXPECT_THAT(curve_of(record, "monitor_loss"), testing::ElementsAre(7, 1));
}

TEST(FigureOf, KnowsRecordedFiguresDerivedOnesAndTheSpecsOwn) {
  const std::vector<sweeps::DerivedFigure> derived = {kConvergence};
  Record record = with_validation({0.9, 0.99}, {3, 2});
  record.result.test_accuracy = 0.875;
  record.result.train_seconds = 12;
  EXPECT_EQ(figure_of(record, "test_accuracy", derived), 0.875);
  EXPECT_EQ(figure_of(record, "epochs_run", derived), 2);
  EXPECT_EQ(figure_of(record, "convergence_epoch", derived), 2);
  EXPECT_EQ(figure_of(record, "monitor_accuracy", derived), 0.99);
  EXPECT_EQ(figure_of(record, "monitor_loss", derived), 2);
  EXPECT_EQ(figure_of(record, "seconds", derived), 12);
  EXPECT_TRUE(std::isnan(figure_of(record, "oscillation", derived)));
}

TEST(FigureOf, NamesWhatThereIsAndTheNearest) {
  const std::vector<sweeps::DerivedFigure> derived = {kConvergence};
  const std::string message =
      message_of<InputError>([&] { (void)figure_of(Record(), "convergence_epochs", derived); });
  EXPECT_THAT(message, testing::HasSubstr("no figure is called 'convergence_epochs'"));
  EXPECT_THAT(message, testing::HasSubstr("plateau_until, oscillation"));
  EXPECT_THAT(message, testing::HasSubstr("nearest: convergence_epoch"));
}

TEST(Curve, NamesWhatThereIsAndTheNearest) {
  EXPECT_EQ(message_of<InputError>([] { (void)curve_of(Record(), "train_los"); }),
            "no curve is called 'train_los'; expected one of: train_loss, train_accuracy, "
            "validation_loss, validation_accuracy, monitor_loss, monitor_accuracy; nearest: "
            "train_loss");
}

}  // namespace
}  // namespace mlpsweep::results
