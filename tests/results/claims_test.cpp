#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "results/verdict.h"

#include "reference_cases.h"

namespace mlpsweep::results {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

ClaimVerdict alone(const ClaimTest& claim) {
  return judge_claims(std::vector{claim}).front();
}

TEST(ClaimLess, IsSciPysOneSidedPairedTest) {
  for (const auto& c : comparison_cases("paired")) {
    const ClaimTest found = claim_less(c["a"].get<Values>(), c["b"].get<Values>());
    expect_same(found.p, c["p_below"], "p");
    expect_same(found.against, 1 - c["p_below"].get<double>(), "against");
    EXPECT_FALSE(found.decided);
  }
}

TEST(ClaimLess, OfDifferentDataIsSciPysWelch) {
  for (const auto& c : comparison_cases("welch")) {
    const ClaimTest found = claim_less(c["a"].get<Values>(), c["b"].get<Values>(), false);
    expect_same(found.p, c["p_below"], "p");
  }
}

TEST(ClaimLess, SaysWhatWasMeasured) {
  EXPECT_EQ(claim_less({0.2, 0.24}, {0.25, 0.26}).measured, "0.22 < 0.255 (2 pairs)");
  EXPECT_EQ(claim_less({0.3, 0.31}, {0.25, 0.26, 0.2}, false).measured,
            "0.305 > 0.2367 (2 and 3 repeats)");
  EXPECT_EQ(claim_less({10, 12}, {30, kNever}).measured, "11 < never (2 pairs)");
}

TEST(ClaimLess, AnEpochNeverReachedIsComparedBySigns) {
  const ClaimTest five = claim_less({1, 2, 3, 4, 5}, {9, kNever, kNever, 8, kNever});
  EXPECT_DOUBLE_EQ(five.p, 1.0 / 32);
  EXPECT_DOUBLE_EQ(five.against, 1);
  const ClaimTest four = claim_less({1, 2, 3, 4}, {9, kNever, kNever, 8});
  EXPECT_EQ(four.p, 1);
}

TEST(ClaimLess, TwoThatAreNeverReachedAreATie) {
  const ClaimTest found =
      claim_less({kNever, kNever, 3, 4, 5, 6, 7, 8}, {kNever, kNever, 9, 9, 9, 9, 9, 9});
  EXPECT_DOUBLE_EQ(found.p, 1.0 / 64);
}

TEST(ClaimLess, OneRepeatOrAMissingValueTellsNothing) {
  EXPECT_EQ(alone(claim_less({1}, {2})), ClaimVerdict::kCannotTell);
  EXPECT_EQ(alone(claim_less({1, std::nan("")}, {2, 3})), ClaimVerdict::kCannotTell);
  EXPECT_EQ(alone(claim_less({}, {})), ClaimVerdict::kCannotTell);
}

TEST(ClaimLess, WithoutAnySpreadGoesBySigns) {
  EXPECT_EQ(alone(claim_less({1, 1}, {2, 2})), ClaimVerdict::kCannotTell);
  EXPECT_EQ(alone(claim_less({2, 3, 4, 5}, {1, 2, 3, 4})), ClaimVerdict::kCannotTell);
  EXPECT_DOUBLE_EQ(claim_less(Values(5, 1), Values(5, 2)).p, 1.0 / 32);
  EXPECT_DOUBLE_EQ(claim_less(Values(5, 2), Values(5, 1)).against, 1.0 / 32);
  EXPECT_EQ(alone(claim_less(Values(9, 1), Values(9, 1))), ClaimVerdict::kCannotTell) << "a tie";
}

TEST(ClaimLess, OfDifferentDataWithoutAnySpreadGoesBySigns) {
  EXPECT_EQ(alone(claim_less({1, 1}, {2, 2, 2}, false)), ClaimVerdict::kCannotTell);
  EXPECT_DOUBLE_EQ(claim_less(Values(6, 1), Values(5, 2), false).p, 1.0 / 32);
}

const Values kLow = {1.0, 1.2, 0.9, 1.1, 1.05};
const Values kMiddle = {2.0, 2.15, 1.9, 2.2, 2.1};
const Values kHigh = {3.1, 3.2, 2.8, 3.1, 3.15};

TEST(ClaimLowest, HoldsIfItIsBelowEveryOther) {
  EXPECT_EQ(alone(claim_lowest({kMiddle, kLow, kHigh}, 1)), ClaimVerdict::kHolds);
  EXPECT_EQ(claim_lowest({kMiddle, kLow, kHigh}, 1).measured,
            "1.05 < 2.07, the lowest of the 2 others (5 pairs)");
}

TEST(ClaimLowest, IsContradictedByOneThatIsBelowIt) {
  EXPECT_EQ(alone(claim_lowest({kMiddle, kLow, kHigh}, 0)), ClaimVerdict::kContradicted);
}

TEST(ClaimLowest, CannotBeToldBesideAnEqual) {
  Values near = kLow;
  near[0] += 0.02;
  near[3] -= 0.03;
  const ClaimTest found = claim_lowest({kLow, near, kHigh}, 0);
  EXPECT_EQ(alone(found), ClaimVerdict::kCannotTell);
}

TEST(ClaimLowest, GoesByItsWeakestComponentAndTheirNumber) {
  // Never reached, so that components are sign tests: 6 of 6 and 5 of 6 pairs.
  const Values best = {1, 1, 1, 1, 1, 9};
  const ClaimTest found = claim_lowest({best, {2, 2, 2, 2, 2, kNever}, {3, 3, 3, 3, kNever, 4}}, 0);
  EXPECT_DOUBLE_EQ(found.p, 7.0 / 64);
  EXPECT_DOUBLE_EQ(found.against, 1);  // twice 63/64, at most 1
}

TEST(ClaimLowest, TwoEqualRepeatsDecideNothing) {
  EXPECT_EQ(alone(claim_lowest({{1, 1}, {2, 2}, {3, 3}}, 0)), ClaimVerdict::kCannotTell);
  EXPECT_EQ(alone(claim_lowest({{1, 1}, {2, 2}, {3, 3}}, 2)), ClaimVerdict::kCannotTell);
  EXPECT_EQ(alone(claim_increasing({{1, 1}, {2, 2}, {3, 3}})), ClaimVerdict::kCannotTell);
}

TEST(ClaimIncreasing, LooksAtEveryStep) {
  EXPECT_EQ(alone(claim_increasing({kLow, kMiddle, kHigh})), ClaimVerdict::kHolds);
  EXPECT_EQ(alone(claim_increasing({kLow, kHigh, kMiddle})), ClaimVerdict::kContradicted);
  EXPECT_EQ(claim_increasing({kLow, kHigh, kMiddle}).measured, "1.05 < 3.07 > 2.07 (5 pairs)");
}

TEST(ClaimAtMost, IsSciPysOneSidedTestOfTheMean) {
  for (const auto& c : comparison_cases("bound")) {
    const Values values = c["values"].get<Values>();
    expect_same(claim_at_most(values, c["bound"]).p, c["p_below"], "at most");
    expect_same(claim_at_least(values, c["bound"]).against, c["p_below"], "at least");
  }
}

TEST(ClaimAtLeast, ByEqualRepeatsTheMeanDecidesTheBoundIncluded) {
  EXPECT_EQ(alone(claim_at_least({1, 1, 1}, 1)), ClaimVerdict::kHolds);
  EXPECT_EQ(alone(claim_at_least({0.9, 0.9}, 1)), ClaimVerdict::kContradicted);
  EXPECT_EQ(alone(claim_at_most({0.9, 0.9}, 0.9)), ClaimVerdict::kHolds);
  EXPECT_EQ(alone(claim_at_least({1}, 0.5)), ClaimVerdict::kCannotTell);
}

TEST(ClaimAtLeast, OfAnEpochNeverReachedGoesBySigns) {
  EXPECT_DOUBLE_EQ(claim_at_least({90, 95, 100, 110, kNever}, 80).p, 1.0 / 32);
  EXPECT_EQ(alone(claim_at_most({kNever, kNever, kNever, kNever, kNever}, 80)),
            ClaimVerdict::kContradicted);
}

TEST(ClaimBetween, NeedsBothBounds) {
  EXPECT_EQ(alone(claim_between({24, 25, 26, 25}, 20, 30)), ClaimVerdict::kHolds);
  EXPECT_EQ(alone(claim_between({34, 35, 36, 35}, 20, 30)), ClaimVerdict::kContradicted);
  EXPECT_EQ(alone(claim_between({28, 32, 30, 29}, 20, 30)), ClaimVerdict::kCannotTell);
  EXPECT_EQ(claim_between({24, 26}, 20, 30).measured, "25 of 20 to 30 (2 repeats)");
}

TEST(ClaimSome, OneRepeatIsEnough) {
  EXPECT_EQ(alone(claim_some({0.99, 1.0, 0.98}, 1)), ClaimVerdict::kHolds);
  EXPECT_EQ(alone(claim_some(Values(19, 0.99), 1)), ClaimVerdict::kCannotTell);
  EXPECT_EQ(alone(claim_some(Values(20, 0.99), 1)), ClaimVerdict::kContradicted);
  EXPECT_EQ(alone(claim_some({}, 1)), ClaimVerdict::kCannotTell);
  EXPECT_EQ(claim_some({0.99, 1.0, 0.98}, 1).measured, "at least 1 in 1 of 3 repeats");
}

TEST(ClaimDiffers, IsTheFTestOfTheTable) {
  for (const auto& c : comparison_cases("f")) {
    const ClaimTest found = claim_differs(c["values"].get<std::vector<Values>>());
    expect_same(found.p, c["p"], "p");
    EXPECT_EQ(found.against, 1);
  }
}

TEST(ClaimDiffers, WithoutSpreadCannotBeTold) {
  EXPECT_EQ(alone(claim_differs({{1, 1}, {2, 2}})), ClaimVerdict::kCannotTell);
  EXPECT_EQ(alone(claim_differs({{1, 1}, {1, 1}})), ClaimVerdict::kCannotTell);
  EXPECT_EQ(alone(claim_differs({{1}, {2}})), ClaimVerdict::kCannotTell);
  EXPECT_EQ(claim_differs({{1, 1}, {2, 2}}).measured, "no F (2 configurations, 2 repeats)");
}

ClaimTest tested(double p, double against) {
  return {.p = p, .against = against, .measured = "m"};
}

TEST(ClaimAll, HoldsAsStronglyAsItsWeakestPart) {
  const ClaimTest both = claim_all(std::vector{tested(0.01, 0.99), tested(0.03, 0.97)});
  EXPECT_DOUBLE_EQ(both.p, 0.03);
  EXPECT_DOUBLE_EQ(both.against, 1);
  EXPECT_EQ(both.measured, "m; m");
}

TEST(ClaimAll, OneReversedPartSpeaksAgainstItTimesTheirNumber) {
  const ClaimTest both = claim_all(std::vector{tested(0.01, 0.99), tested(0.99, 0.01)});
  EXPECT_DOUBLE_EQ(both.against, 0.02);
}

TEST(ClaimAll, DecidedPartsCountAsTheyWereDecided) {
  const ClaimTest yes{.p = 0, .against = 1, .decided = true, .holds = true, .measured = "y"};
  const ClaimTest no{.p = 1, .against = 0, .decided = true, .holds = false, .measured = "n"};
  EXPECT_EQ(alone(claim_all(std::vector{yes, yes})), ClaimVerdict::kHolds);
  EXPECT_EQ(alone(claim_all(std::vector{yes, no})), ClaimVerdict::kContradicted);
  EXPECT_DOUBLE_EQ(claim_all(std::vector{yes, tested(0.2, 0.8)}).p, 0.2);
  EXPECT_EQ(alone(claim_all({})), ClaimVerdict::kCannotTell);
}

TEST(JudgeClaims, CorrectsOverTheClaimsOfAReport) {
  const std::vector<ClaimVerdict> found = judge_claims(
      std::vector{tested(0.01, 0.99), tested(0.03, 0.97), tested(0.04, 0.96), tested(1, 0.001)});
  EXPECT_EQ(found, (std::vector{ClaimVerdict::kHolds, ClaimVerdict::kCannotTell,
                                ClaimVerdict::kCannotTell, ClaimVerdict::kContradicted}));
}

TEST(JudgeClaims, DecidedOnesAreNoPartOfTheFamily) {
  const ClaimTest yes{.p = 0, .against = 1, .decided = true, .holds = true, .measured = ""};
  const std::vector<ClaimVerdict> found = judge_claims(std::vector{yes, tested(0.04, 0.96)});
  EXPECT_EQ(found, (std::vector{ClaimVerdict::kHolds, ClaimVerdict::kHolds}));
}

}  // namespace
}  // namespace mlpsweep::results
