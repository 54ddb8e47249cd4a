#include "results/verdict.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "reference_cases.h"

namespace mlpsweep::results {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

TEST(Judge, TheIntervalIsThatOfTwoMeansAndHalfAPrintedUnit) {
  for (const auto& c : comparison_cases("published")) {
    const Judgement found =
        judge({.value = c["number"], .unit = c["unit"], .matters = 0.01, .runs = c["runs"]},
              c["values"].get<Values>());
    expect_same(found.half_width, c["half_width"], "h");
  }
}

/// Three repeats around 0.85 with a deviation of 0.01 * spread: h is 4.9684 times that, and u/2.
Judgement judged(double published, double spread, double matters = 0.01) {
  const Values values = {0.85 - 0.01 * spread, 0.85, 0.85 + 0.01 * spread};
  return judge({.value = published, .unit = 0.001, .matters = matters}, values);
}

TEST(Judge, HasTheFourWords) {
  EXPECT_EQ(judged(0.852, 0.1).verdict, Verdict::kReproduced);     // d .002 <= h .0055 <= .01
  EXPECT_EQ(judged(0.857, 0.1).verdict, Verdict::kCompatible);     // h .0055 < d .007 <= .01
  EXPECT_EQ(judged(0.852, 1).verdict, Verdict::kCompatible);       // h .05 > .01
  EXPECT_EQ(judged(0.870, 1).verdict, Verdict::kCannotTell);       // .01 < d .02 <= h .05
  EXPECT_EQ(judged(0.870, 0.1).verdict, Verdict::kNotReproduced);  // d .02 > .01 and > .0055
  EXPECT_EQ(judged(0.852, 0.1).basis, "over 3 repeats");
}

TEST(Judge, PIsBelowFivePerCentExactlyWhereTheDifferenceLeavesTheInterval) {
  const double h = judged(0.87, 0.5).half_width;
  EXPECT_LT(judged(0.85 + h + 1e-6, 0.5).p, 0.05);
  EXPECT_GT(judged(0.85 + h - 1e-6, 0.5).p, 0.05);
}

TEST(Judge, ADifferenceOfExactlyWhatMattersIsNotBeyondIt) {
  const Judgement found = judge({.value = 0.94, .unit = 0.01, .matters = 0.01},
                                Values{0.95, 0.95, 0.95});  // 0.95 - 0.94 > 0.01 in double
  EXPECT_FALSE(found.beyond);
  EXPECT_EQ(found.verdict, Verdict::kCompatible);
}

TEST(Judge, MorePublishedRunsNarrowTheInterval) {
  const Values values = {0.84, 0.85, 0.86};
  const double one = judge({.value = 0.85, .runs = 1}, values).half_width;
  const double many = judge({.value = 0.85, .runs = 1000000}, values).half_width;
  EXPECT_NEAR(one / many, 2, 1e-5);  // sqrt(1/3 + 1) / sqrt(1/3)
  EXPECT_EQ(judge({.value = 0.85, .runs = 3}, values).basis,
            "over 3 repeats, published as the mean of 3 runs");
}

TEST(Judge, OneRepeatBesideAMeanOfRunsGoesByTheirNumberToo) {
  for (const auto& c : comparison_cases("published_once")) {
    const Judgement found =
        judge({.value = c["number"], .unit = c["unit"], .matters = 0.01, .runs = c["runs"]},
              Values{c["value"]}, {.same_deviation = c["deviation"], .same_runs = c["same"]});
    expect_same(found.half_width, c["half_width"], "h");
  }
}

TEST(Judge, OneRepeatOnTheSameImagesCannotTell) {
  const Judgement found = judge({.value = 0.85, .unit = 0.01, .matters = 0.01}, Values{0.85});
  EXPECT_EQ(found.verdict, Verdict::kCannotTell);
  EXPECT_EQ(found.p, 1);
}

TEST(Judge, OneRepeatGoesByPublishedRunsOfOneModel) {
  const SingleRun single{.same_deviation = 0.0005, .same_runs = 4};
  const PublishedNumber published{.value = 0.8546, .unit = 0.0001, .matters = 0.01};
  const Judgement found = judge(published, Values{0.8550}, single);
  // t(.975, 3) = 3.182446 times .0005 sqrt 2, and .00005
  EXPECT_NEAR(found.half_width, 3.18244631 * 0.0005 * std::sqrt(2.0) + 0.00005, 1e-10);
  EXPECT_EQ(found.verdict, Verdict::kReproduced);
  EXPECT_EQ(found.basis, "by 4 published runs of one model");
  EXPECT_EQ(judge(published, Values{0.80}, single).verdict, Verdict::kNotReproduced);
}

TEST(Judge, OneRepeatOnOtherImagesIsAtBestCompatible) {
  const SingleRun single{.same_images = false, .images = 200};
  const PublishedNumber published{.value = 0.94, .unit = 0.01, .matters = 0.01};
  EXPECT_EQ(judge(published, Values{0.94}, single).verdict, Verdict::kCompatible);
  EXPECT_EQ(judge(published, Values{0.96}, single).verdict, Verdict::kCannotTell);
  const Judgement far = judge(published, Values{0.80}, single);
  EXPECT_EQ(far.verdict, Verdict::kNotReproduced);
  EXPECT_EQ(far.basis, "images only");
  EXPECT_LT(far.p, 0.001);
}

TEST(Judge, OfImagesTheBoundIsAgrestiAndCaffosInterval) {
  // The published share sits u/2 = 0 beyond the interval's end: just outside.
  const ShareDifference shares = agresti_caffo(0.80, 200, 0.90, 200);
  const Judgement found =
      judge({.value = 0.90, .matters = 0.01}, Values{0.80}, {.same_images = false, .images = 200});
  const double center_drawn_in = 200.0 / 202;
  EXPECT_NEAR(shares.high() - shares.center, found.half_width * center_drawn_in, 1e-12);
}

TEST(Judge, EqualRepeatsSpeakAgainstAShareByItsImagesOnly) {
  const PublishedNumber published{.value = 0.94, .unit = 0.01, .matters = 0.01};
  const SingleRun single{.same_images = false, .images = 200};
  EXPECT_EQ(judge(published, Values{0.955, 0.955}, single).verdict, Verdict::kCannotTell);
  EXPECT_EQ(judge(published, Values{0.94, 0.94}, single).verdict, Verdict::kReproduced);
}

TEST(Judge, EqualRepeatsWithoutImagesSpeakAgainstANumberFromSevenOn) {
  for (const auto& c : comparison_cases("equal")) {
    const auto n = c["n"].get<std::size_t>();
    const Judgement found = judge({.value = 200, .unit = 1, .matters = 50}, Values(n, 90));
    expect_same(found.p, c["p"], "p");
    EXPECT_EQ(found.half_width, 0.5);
    EXPECT_EQ(found.verdict, n < 7 ? Verdict::kCannotTell : Verdict::kNotReproduced) << n;
  }
  EXPECT_EQ(judge({.value = 200, .unit = 1, .matters = 50}, Values{90, 90}).basis,
            "over 2 equal repeats, too few to speak against it");
}

TEST(Judge, EqualRepeatsThatAreTheNumberReproduceIt) {
  const Judgement found = judge({.value = 100, .unit = 1, .matters = 25}, Values{100, 100});
  EXPECT_EQ(found.verdict, Verdict::kReproduced);
  EXPECT_EQ(found.p, 1);
  EXPECT_EQ(judge({.value = 100, .unit = 1, .matters = 25}, Values{90, 90}).verdict,
            Verdict::kCompatible);
}

TEST(Judge, PublishedRunsOfOneModelThatAreAllEqualTellNothingOfTheirSpread) {
  const SingleRun single{.same_deviation = 0, .same_runs = 3};
  const Judgement found =
      judge({.value = 0.85, .unit = 1e-4, .matters = 0.01}, Values{0.80}, single);
  EXPECT_EQ(found.verdict, Verdict::kCannotTell);
  EXPECT_EQ(found.p, 1);
}

TEST(Judge, AnEpochNeverReachedCannotBeTold) {
  const Judgement found =
      judge({.value = 200, .unit = 1, .matters = 50}, Values{190, kInfinite, 210});
  EXPECT_EQ(found.verdict, Verdict::kCannotTell);
  EXPECT_EQ(found.basis, "not reached in 1 of 3 repeats");
  EXPECT_FALSE(found.beyond);
}

TEST(Judge, NothingMeasuredIsNotJudged) {
  EXPECT_EQ(judge({.value = 1}, {}).verdict, Verdict::kNotJudged);
}

TEST(JudgeCurve, TheFarthestOfNineteenAndOneHasP05) {
  std::vector<Values> runs;
  for (int run = 0; run < 19; ++run) {
    const double factor = 1 + 0.01 * run;
    runs.push_back({2 * factor, 1 * factor, 0.5 * factor});
  }
  const CurveTest far = judge_curve(Values{2, 5, 0.5}, runs);
  EXPECT_DOUBLE_EQ(far.p, 1.0 / 20);
  EXPECT_EQ(far.n, 19U);
  const CurveTest inside = judge_curve(Values{2.18, 1.09, 0.545}, runs);
  EXPECT_DOUBLE_EQ(inside.p, 1);
  EXPECT_LT(inside.distance, 0.1);
}

TEST(JudgeCurve, TheDistanceIsInDeviationsOfTheLogarithm) {
  const std::vector<Values> runs = {{std::exp(1.0)}, {std::exp(3.0)}};
  const CurveTest found = judge_curve(Values{std::exp(5.0)}, runs);
  EXPECT_NEAR(found.distance, 3 / std::sqrt(2.0), 1e-12);  // mean 2, deviation sqrt 2
}

TEST(JudgeCurve, OneRunOrACurveThatReachesZeroTellsNothing) {
  EXPECT_EQ(judge_curve(Values{1, 2}, {{1, 2}}).p, 1);
  EXPECT_EQ(judge_curve(Values{1, 2}, {{1, 0}, {1, 2}}).p, 1);
  EXPECT_EQ(judge_curve(Values{1, 2}, {{1}, {1, 2}}).p, 1);
}

Judgement beyond(double p) {
  return {.verdict = Verdict::kNotReproduced, .p = p, .beyond = true, .basis = ""};
}

TEST(FailsStrictly, OnAFigureBeyondWithHolmsPBelowFivePerCent) {
  const Judgement fine{.verdict = Verdict::kReproduced, .p = 0.6, .basis = ""};
  EXPECT_TRUE(fails_strictly(std::vector{beyond(0.01), fine}, {}));
  EXPECT_FALSE(fails_strictly(std::vector{beyond(0.03), fine}, {}));  // 2 x 0.03
  EXPECT_FALSE(fails_strictly(std::vector{fine}, {}));
}

TEST(FailsStrictly, NotOnADifferenceThatDoesNotMatter) {
  const Judgement small{.verdict = Verdict::kCompatible, .p = 1e-6, .basis = ""};
  EXPECT_FALSE(fails_strictly(std::vector{small}, {}));
}

TEST(FailsStrictly, WhatIsNotJudgedIsNoPartOfTheFamily) {
  EXPECT_TRUE(fails_strictly(std::vector{beyond(0.03), Judgement{}}, {}));
}

TEST(FailsStrictly, OnAClaimContradicted) {
  EXPECT_TRUE(fails_strictly({}, std::vector{ClaimVerdict::kContradicted}));
  EXPECT_FALSE(fails_strictly({}, std::vector{ClaimVerdict::kCannotTell, ClaimVerdict::kHolds}));
}

TEST(NameOf, VerdictsReadAsTheyArePrinted) {
  EXPECT_EQ(name_of(Verdict::kNotReproduced), "not reproduced");
  EXPECT_EQ(name_of(Verdict::kNotJudged), "not judged");
  EXPECT_EQ(name_of(ClaimVerdict::kCannotTell), "cannot tell");
}

}  // namespace
}  // namespace mlpsweep::results
