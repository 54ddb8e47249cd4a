// Published classification reports against confusion matrices.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "outcome_samples.h"

namespace mlpsweep::results {
namespace {

/// Ten images of class "0", all found, and ten of "5", of which eight are found.
Outcome with_report(bool exchanged) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("report", "hidden");
  part.class_names = {"0", "5"};
  samples.add(part, std::string("128"), {0.9, 0.9, 0.9}, [](Record& record, std::size_t) {
    record.result.classes = 2;
    record.result.confusion = {10, 0, 2, 8};
  });
  sweeps::ExpectedClassification& expected = samples.expectation("report").classification.emplace();
  expected.source = "Table 1";
  expected.exchanged = exchanged;
  expected.rows = {
      {"0", {{"precision", printed("0.83", 0.83, 0.01)}, {"support", printed("10", 10, 1)}}},
      {"5", {{"recall", printed("0.80", 0.80, 0.01)}}},
      {"macro", {{"f1", printed("0.90", 0.90, 0.01)}}}};
  return samples.outcome();
}

TEST(ClassificationReport, IsJudgedNumberByNumber) {
  const Outcome outcome = with_report(/*exchanged=*/false);
  ASSERT_EQ(outcome.figures.size(), 4U);
  EXPECT_EQ(outcome.figures[0].figure, "precision of 0");
  EXPECT_NEAR(outcome.figures[0].configurations[0].interval.mean, 10.0 / 12, 1e-12);
  EXPECT_EQ(outcome.figures[0].verdict, Verdict::kReproduced);
  EXPECT_EQ(outcome.figures[2].verdict, Verdict::kReproduced);
  // f1 of 0: 20 / 22, of 5: 16 / 18; their mean is 0.899.
  EXPECT_NEAR(outcome.figures[3].configurations[0].interval.mean, (20.0 / 22 + 16.0 / 18) / 2,
              1e-12);
}

TEST(ClassificationReport, ShowsTheSupportAndDoesNotJudgeIt) {
  const FigureOutcome support = with_report(false).figures.at(1);
  EXPECT_EQ(support.figure, "support of 0");
  EXPECT_EQ(support.verdict, Verdict::kNotJudged);
  EXPECT_EQ(support.configurations[0].interval.mean, 10);
  EXPECT_EQ(support.note, "a count that the split draws: shown, not judged");
}

TEST(ClassificationReport, CanHaveLabelsAndPredictionsExchanged) {
  const Outcome outcome = with_report(/*exchanged=*/true);
  EXPECT_EQ(outcome.figures[0].figure, "precision of 0 (rows are predictions)");
  EXPECT_EQ(outcome.figures[0].configurations[0].interval.mean, 1);
  EXPECT_EQ(outcome.figures[1].configurations[0].interval.mean, 12);
}

}  // namespace
}  // namespace mlpsweep::results
