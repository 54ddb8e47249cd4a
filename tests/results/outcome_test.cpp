// A whole outcome: readings, counts, what --strict fails on, what was run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"

#include "outcome_samples.h"
#include "table_samples.h"

namespace mlpsweep::results {
namespace {

using testing::ElementsAre;

const std::vector<double> kValues = {0.850, 0.852, 0.848, 0.851, 0.849};
const std::vector<double> kHigher = {0.880, 0.883, 0.878, 0.881, 0.879};

/// The judged reading gives 0.85, another one 0.88; published is 0.88.
OutcomeSamples two_readings() {
  OutcomeSamples samples;
  samples.add(samples.part("rates", "optimizer.learning_rate"), 0.05, kValues);
  samples.add(samples.part("rates", "optimizer.learning_rate", "bias: as_printed"), 0.05, kHigher);
  samples.expect("rates", {}, "test_accuracy", printed("0.8800", 0.88, 1e-4));
  sweeps::Claim& claim = samples.claim(sweeps::Claim::Form::kAtLeast, "test_accuracy", "rates");
  claim.low = 0.87;
  return samples;
}

TEST(Readings, AreShownPostHocWithWhatTheyCost) {
  const Outcome outcome = two_readings().outcome();
  ASSERT_EQ(outcome.figures.size(), 1U);
  EXPECT_EQ(outcome.figures[0].verdict, Verdict::kNotReproduced);
  ASSERT_EQ(outcome.readings.size(), 1U);
  const ReadingOutcome& reading = outcome.readings[0];
  EXPECT_EQ(reading.reading, "bias: as_printed");
  EXPECT_EQ(reading.figures.at(0).verdict, Verdict::kReproduced);
  EXPECT_EQ(reading.claims.at(0).verdict, ClaimVerdict::kHolds);
  const Interval& cost = reading.costs.at(0).at(0);
  EXPECT_EQ(cost.n, 5U);
  EXPECT_NEAR(cost.mean, 0.0302, 1e-12);
  // Paired: the deviation of 0.030, 0.031, 0.030, 0.030, 0.030 is 0.00045.
  EXPECT_NEAR(cost.high - cost.mean, 2.776 * 0.000447 / std::sqrt(5.0), 1e-5);
}

TEST(Readings, OtherThanTheFirstAreNotCounted) {
  const Outcome outcome = two_readings().outcome();
  const VerdictCounts counts = counts_of(outcome);
  EXPECT_EQ(counts.reproduced, 0U);
  EXPECT_EQ(counts.not_reproduced, 1U);
  EXPECT_EQ(counts.claims_contradicted, 1U);
  EXPECT_EQ(counts.claims_hold, 0U);
}

TEST(Strict, FailsByTheJudgedReadingOnly) {
  EXPECT_TRUE(two_readings().outcome().fails_strictly);
  OutcomeSamples good = two_readings();
  std::swap(good.input.parts[0].configurations, good.input.parts[1].configurations);
  EXPECT_FALSE(good.outcome().fails_strictly);
}

TEST(Strict, PassesWhatCannotBeTold) {
  OutcomeSamples samples;
  samples.add(samples.part("", "hidden"), std::string("64"), {0.85, 0.87, 0.83, 0.86, 0.84});
  samples.expect("", {}, "test_accuracy", printed("0.8800", 0.88, 1e-4));
  const Outcome outcome = samples.outcome();
  EXPECT_EQ(outcome.figures[0].verdict, Verdict::kCannotTell);
  EXPECT_EQ(counts_of(outcome).cannot_tell, 1U);
  EXPECT_FALSE(outcome.fails_strictly);
}

TEST(Strict, FailsOnAContradictedClaimAlone) {
  OutcomeSamples samples;
  samples.add(samples.part("", "hidden"), std::string("64"), kValues);
  samples.claim(sweeps::Claim::Form::kAtLeast, "test_accuracy", "").low = 0.9;
  EXPECT_TRUE(samples.outcome().fails_strictly);
}

TEST(Outcome, TellsWhatWasRunOfEachExperiment) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("rates", "optimizer.learning_rate");
  samples.add(part, 0.01, kValues, [](Record& record, std::size_t r) {
    if (r == 4) {
      record.result = {};
      record.result.state = engine::State::kDiverged;
    }
  });
  samples.add(part, 0.05, {0.85, 0.86}).planned = 5;
  for (Configuration& configuration : part.configurations) {
    configuration.settings.push_back({"batch_size", std::int64_t{32}});
    configuration.settings.push_back({"optimizer.momentum", 0.0});  // the default: not told
  }
  const Outcome outcome = samples.outcome();
  ASSERT_EQ(outcome.experiments.size(), 1U);
  const ExperimentOutcome& experiment = outcome.experiments[0];
  EXPECT_EQ(experiment.planned, 10U);
  EXPECT_EQ(experiment.complete, 6U);
  EXPECT_EQ(experiment.diverged, 1U);
  EXPECT_EQ(experiment.repeats, 5U);
  EXPECT_EQ(experiment.seconds.mean, 2);
  EXPECT_THAT(experiment.fixed, ElementsAre("batch_size 32"));
  EXPECT_THAT(experiment.swept, ElementsAre("optimizer.learning_rate 0.01, 0.05"));
}

TEST(Outcome, OfAFigureOfNoKnownNameIsAnError) {
  OutcomeSamples samples;
  samples.add(samples.part("", "hidden"), std::string("64"), kValues);
  samples.expect("", {}, "test_acuracy", printed("0.9", 0.9, 0.1));
  EXPECT_THAT(message_of<InputError>([&] { (void)samples.outcome(); }),
              testing::HasSubstr("nearest: test_accuracy"));
}

}  // namespace
}  // namespace mlpsweep::results
