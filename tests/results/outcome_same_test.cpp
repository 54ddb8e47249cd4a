// Published runs of one model: the report's own noise.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "outcome_samples.h"

namespace mlpsweep::results {
namespace {

/// One model in two experiments, published as 0.8546 and 0.8516; measured by `accuracies`.
OutcomeSamples twice_published(const std::vector<double>& accuracies) {
  OutcomeSamples samples;
  PartRecords& rates = samples.part("rates", "optimizer.learning_rate");
  samples.add(rates, 0.01, {0.83});
  samples.add(rates, 0.05, accuracies);
  PartRecords& activations = samples.part("activations", "activation");
  samples.add(activations, std::string("tanh"), accuracies);
  samples.expect("rates", {{"optimizer.learning_rate", {"0.05"}}}, "test_accuracy",
                 printed("0.8546", 0.8546, 1e-4));
  samples.expect("activations", {{"activation", {"tanh"}}}, "test_accuracy",
                 printed("0.8516", 0.8516, 1e-4));
  samples.report.same = {{{{"rates", {{"optimizer.learning_rate", {"0.05"}}}},
                           {"activations", {{"activation", {"tanh"}}}}}}};
  return samples;
}

TEST(PublishedRunsOfOneModel, AreShownBesideOurs) {
  const Outcome outcome = twice_published({0.85, 0.86, 0.84}).outcome();
  ASSERT_EQ(outcome.same.size(), 1U);
  const SameOutcome& same = outcome.same[0];
  EXPECT_EQ(same.figure, "test_accuracy");
  EXPECT_THAT(same.published, testing::ElementsAre("0.8546", "0.8516"));
  EXPECT_NEAR(same.mean, 0.8531, 1e-12);
  EXPECT_NEAR(same.deviation, 0.002121, 1e-6);  // 0.003 / sqrt(2)
  EXPECT_NEAR(same.ours.mean, 0.85, 1e-12);
  EXPECT_NEAR(same.our_deviation, 0.01, 1e-12);
}

TEST(PublishedRunsOfOneModel, JudgeASingleRepeatOfOurs) {
  // h = t(.975, 1) * 0.002121 * sqrt(2) + u/2 = 12.706 * 0.003 = 0.0382.
  const Outcome outcome = twice_published({0.854}).outcome();
  EXPECT_EQ(outcome.figures.at(0).note, "by 2 published runs of one model");
  EXPECT_EQ(outcome.figures[0].verdict, Verdict::kCompatible);
  EXPECT_EQ(twice_published({0.80}).outcome().figures.at(0).verdict, Verdict::kNotReproduced);
}

TEST(PublishedRunsOfOneModel, PlayNoPartWithSeveralRepeatsOfOurs) {
  EXPECT_EQ(twice_published({0.85, 0.86, 0.84}).outcome().figures.at(0).note, "over 3 repeats");
}

TEST(PublishedRunsOfOneModel, AreSingleRunsAndNoMeans) {
  OutcomeSamples samples = twice_published({0.85, 0.86, 0.84});
  samples.expectation("activations").rows[0].runs = 3;
  EXPECT_TRUE(samples.outcome().same.empty());
}

}  // namespace
}  // namespace mlpsweep::results
