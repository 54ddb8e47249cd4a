// The family of a report's claims: winners taken as given and gradient checks belong to it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "outcome_samples.h"

namespace mlpsweep::results {
namespace {

/// Two rates of which 0.05 has the lower validation loss by `gap`, and an experiment that takes it.
OutcomeSamples pinned(double gap) {
  OutcomeSamples samples;
  samples.input.metric = "validation_loss";
  PartRecords& rates = samples.part("rates", "optimizer.learning_rate");
  for (const double rate : {0.01, 0.05}) {
    samples.add(rates, rate, std::vector<double>(5, 0.85), [&](Record& record, std::size_t r) {
      record.result.epochs.back().validation_loss =
          0.2 + 0.001 * double((r * (rate < 0.02 ? 3 : 7)) % 5) + (rate < 0.02 ? gap : 0);
    });
  }
  PartRecords& penalties = samples.part("penalties", "l2");
  penalties.winner_of = "rates";
  penalties.pinned = {{"optimizer.learning_rate", {"0.05"}}, {"batch_size", {"128"}}};
  PartRecords& activations = samples.part("activations", "activation");
  activations.winner_of = "rates";
  activations.pinned = {{"optimizer.learning_rate", {"0.05"}}};
  return samples;
}

TEST(PinnedWinner, IsJudgedOnceAsAClaimByTheSweepsMetric) {
  const Outcome outcome = pinned(0.05).outcome();
  ASSERT_EQ(outcome.claims.size(), 1U);
  EXPECT_EQ(outcome.claims[0].text,
            "the winner of rates: validation_loss is lowest at learning_rate 0.05 in rates");
  EXPECT_EQ(outcome.claims[0].source, "pinned by penalties, activations");
  EXPECT_EQ(outcome.claims[0].verdict, ClaimVerdict::kHolds);
  EXPECT_EQ(pinned(-0.05).outcome().claims[0].verdict, ClaimVerdict::kContradicted);
}

TEST(GradientCheck, DecidesByItsNumbers) {
  OutcomeSamples samples;
  samples.part("gradients", "hidden");
  sweeps::GradientClaim& claim = samples.expectation("gradients").gradients.emplace();
  claim.source = "Table 1";
  claim.at_most = 1e-4;
  EXPECT_FALSE(samples.outcome().claims.at(0).run);
  samples.input.gradients = {{"gradients", {4.7e-10, 8.0e-7}}};
  const ClaimOutcome within = samples.outcome().claims.at(0);
  EXPECT_EQ(within.verdict, ClaimVerdict::kHolds);
  EXPECT_EQ(within.text,
            "every absolute error of the gradient check (epsilon 0.01) is at most 0.0001");
  EXPECT_EQ(within.measured, "largest of 2 errors: 8e-07");
  samples.input.gradients[0].absolute.push_back(2e-4);
  EXPECT_EQ(samples.outcome().claims.at(0).verdict, ClaimVerdict::kContradicted);
}

// One claim with p = .03 holds by itself; beside another one of p = .5 its adjusted p is .06.
TEST(Claims, OfOneReportAreOneFamily) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("", "hidden");
  // t = 2.6 with 4 degrees of freedom: one-sided p = .03.
  samples.add(part, std::string("64"), {0.850, 0.852, 0.848, 0.851, 0.849});
  const auto at_least = [&](double bound) {
    samples.claim(sweeps::Claim::Form::kAtLeast, "test_accuracy", "").low = bound;
  };
  at_least(0.84816);
  const Outcome alone = samples.outcome();
  EXPECT_NEAR(alone.claims[0].test.p, 0.03, 0.005);
  EXPECT_EQ(alone.claims[0].verdict, ClaimVerdict::kHolds);
  at_least(0.85);
  const Outcome together = samples.outcome();
  EXPECT_EQ(together.claims[0].verdict, ClaimVerdict::kCannotTell);
  EXPECT_NEAR(together.claims[0].adjusted, 2 * together.claims[0].test.p, 1e-12);
}

TEST(Claims, AmongTheFiguresBelongToTheFamily) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("", "hidden");
  samples.add(part, std::string("64"), {0.850, 0.852, 0.848, 0.851, 0.849});
  samples.claim(sweeps::Claim::Form::kAtLeast, "test_accuracy", "").low = 0.84816;
  samples.expect("", {}, "test_accuracy",
                 printed("> 0.85", 0.85, 0.01, sweeps::Printed::Kind::kAbove));
  EXPECT_EQ(samples.outcome().claims[0].verdict, ClaimVerdict::kCannotTell);
}

}  // namespace
}  // namespace mlpsweep::results
