#include "results/classification.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/errors.h"

#include "table_samples.h"

namespace mlpsweep::results {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Printed by tests/reference/classification_reference.py; the tests run in the project's folder.
nlohmann::json scikit_learn() {
  std::ifstream file("tests/reference/classification.json");
  return nlohmann::json::parse(file);
}

void expect_figures(const Classification& report, const std::string& row,
                    const nlohmann::json& expected) {
  constexpr double kRounding = 1e-14;  // sums of a few products in another order
  EXPECT_NEAR(classification_figure(report, row, "precision"), expected.at("precision"), kRounding);
  EXPECT_NEAR(classification_figure(report, row, "recall"), expected.at("recall"), kRounding);
  EXPECT_NEAR(classification_figure(report, row, "f1"), expected.at("f1-score"), kRounding);
  EXPECT_EQ(classification_figure(report, row, "support"), expected.at("support").get<double>());
}

TEST(Classification, TextAndNumbersAreScikitLearns) {
  const nlohmann::json all = scikit_learn();
  ASSERT_EQ(all.size(), 7U);
  for (const nlohmann::json& expected : all) {
    SCOPED_TRACE(expected.at("name").get<std::string>());
    const auto confusion = expected.at("confusion").get<std::vector<double>>();
    const auto names = expected.at("names").get<std::vector<std::string>>();
    const Classification report = classify(confusion, names);
    EXPECT_EQ(text_of(report), expected.at("text").get<std::string>());
    EXPECT_EQ(text_of(report, 4), expected.at("text4").get<std::string>());
    const nlohmann::json& figures = expected.at("figures");
    for (const std::string& name : names) {
      expect_figures(report, name, figures.at(name));
    }
    expect_figures(report, "macro", figures.at("macro avg"));
    expect_figures(report, "weighted", figures.at("weighted avg"));
    EXPECT_NEAR(report.accuracy, figures.at("accuracy").get<double>(), 1e-15);
  }
}

TEST(Classification, DivisionsByZeroAreToldAndCountAsZero) {
  const std::vector<double> confusion = {5, 0, 2, 0, 0, 0, 1, 0, 3};
  const Classification report = classify(confusion);
  EXPECT_EQ(classification_figure(report, "1", "precision"), 0);
  EXPECT_EQ(classification_figure(report, "1", "recall"), 0);
  EXPECT_EQ(classification_figure(report, "1", "f1"), 0);
  EXPECT_THAT(report.notes, ElementsAre(HasSubstr("precision of 1 is set to 0: no image was given"),
                                        HasSubstr("recall of 1 is set to 0: no image has")));
}

TEST(Classification, ExchangedIsTheReportOfTheTransposedMatrixAndSaysSo) {
  const std::vector<double> confusion = {98, 3, 0, 99};
  const std::vector<double> transposed = {98, 0, 3, 99};
  const Classification exchanged = classify(confusion, {}, MatrixRows::kPredictions);
  EXPECT_EQ(text_of(exchanged), text_of(classify(transposed)));
  EXPECT_EQ(classification_figure(exchanged, "0", "precision"), 98.0 / 101);
  EXPECT_EQ(classification_figure(exchanged, "0", "support"), 98);
  EXPECT_THAT(exchanged.notes, ElementsAre(HasSubstr("labels and predictions exchanged")));
}

TEST(Classification, AnUnknownRowHasNoFigureAndAnUnknownFigureIsRefused) {
  const Classification report = classify(std::vector<double>{1, 0, 0, 1});
  EXPECT_TRUE(std::isnan(classification_figure(report, "7", "recall")));
  EXPECT_THAT(
      message_of<InputError>([&] { (void)classification_figure(report, "0", "recal"); }),
      HasSubstr("'recal'; expected one of: precision, recall, f1, support\n  nearest: recall"));
}

TEST(Classification, AMatrixThatIsNoSquareIsABug) {
  EXPECT_THROW((void)classify(std::vector<double>{1, 2, 3}), std::logic_error);
  const std::vector<std::string> one = {"a"};
  EXPECT_THROW((void)classify(std::vector<double>{1, 2, 3, 4}, one), std::logic_error);
}

Record with_confusion(int repeat, std::vector<std::int64_t> confusion) {
  Record record = make_record({.repeat = repeat});
  record.result.confusion = std::move(confusion);
  return record;
}

TEST(MeanConfusion, AveragesWithinARepeatFirst) {
  const Record a = with_confusion(0, {8, 2, 0, 10});
  const Record b = with_confusion(0, {6, 4, 2, 8});
  const Record c = with_confusion(1, {10, 0, 5, 5});
  const Record* const trials[] = {&a, &b, &c};
  EXPECT_THAT(mean_confusion(trials), ElementsAre(8.5, 1.5, 3, 7));
}

TEST(MeanConfusion, LeavesOutTrialsThatAreNotComplete) {
  const Record a = with_confusion(0, {8, 2, 0, 10});
  Record diverged = with_confusion(1, {0, 10, 0, 10});
  diverged.result.state = engine::State::kDiverged;
  const Record* const trials[] = {&a, &diverged};
  EXPECT_THAT(mean_confusion(trials), ElementsAre(8, 2, 0, 10));
}

TEST(MeanConfusion, OfOtherClassesIsNone) {
  const Record a = with_confusion(0, {8, 2, 0, 10});
  const Record b = with_confusion(1, {1, 0, 0, 0, 1, 0, 0, 0, 1});
  const Record* const trials[] = {&a, &b};
  EXPECT_TRUE(mean_confusion(trials).empty());
  EXPECT_TRUE(mean_confusion({}).empty());
}

TEST(MeanConfusion, ThirdsMakeWholeSupports) {
  const Record a = with_confusion(0, {7, 3, 1, 9});
  const Record b = with_confusion(1, {7, 3, 1, 9});
  const Record c = with_confusion(2, {8, 2, 1, 9});
  const Record* const trials[] = {&a, &b, &c};
  const std::string text = text_of(classify(mean_confusion(trials)));
  EXPECT_THAT(text, HasSubstr("        10\n           1"));
  EXPECT_THAT(text, HasSubstr("        20\n   macro avg"));
}

}  // namespace
}  // namespace mlpsweep::results
