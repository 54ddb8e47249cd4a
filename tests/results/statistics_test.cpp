#include "results/statistics.h"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

namespace mlpsweep::results {
namespace {

// Both sides are in double; SciPy's quantile and Boost's agree to about 1e-12.
constexpr double kTolerance = 1e-11;

void expect_near(double found, double expected) {
  EXPECT_NEAR(found, expected, kTolerance * std::abs(expected) + 1e-300);
}

TEST(IntervalOf, AgreesWithSciPy) {
  struct Case {
    std::vector<double> values;
    double mean, low, high;
  };
  const Case cases[] = {
      // printed by tests/reference/intervals.py
      {{0.851, 0.858}, 0.8545, 0.8100282834224877, 0.8989717165775124},
      {{0.851, 0.858, 0.849}, 0.8526666666666666, 0.840927089850272, 0.8644062434830612},
      {{0.4312, 0.4298, 0.4401, 0.4275, 0.4333},
       0.43238000000000004,
       0.42641522914838176,
       0.4383447708516183},
      {{1e-09, 2e-09, 4e-09, 8e-09},
       3.7500000000000005e-09,
       -1.1759430482311521e-09,
       8.675943048231154e-09},
      {{1000000.1, 1000000.2, 1000000.4},
       1000000.2333333333,
       999999.8538750298,
       1000000.6127916367},
  };
  for (const Case& expected : cases) {
    const Interval found = interval_of(expected.values, 10000);
    expect_near(found.mean, expected.mean);
    expect_near(found.low, expected.low);
    expect_near(found.high, expected.high);
    EXPECT_EQ(found.n, expected.values.size());
    EXPECT_EQ(found.kind, IntervalKind::kRepeats);
  }
}

TEST(Wilson, AgreesWithSciPy) {
  struct Case {
    double right;
    std::int64_t images;
    double low, high;
  };
  const Case cases[] = {
      // printed by tests/reference/intervals.py
      {8541, 10000, 0.8470452292580153, 0.8608828230958716},
      {0, 10000, 0.0, 0.00038399837067659573},
      {10000, 10000, 0.9996160016293234, 1.0},
      {1, 3, 0.06149194472039626, 0.7923403991979523},
      {9999, 10000, 0.9994337311025987, 0.9999823473263989},
  };
  for (const Case& expected : cases) {
    const Interval found = wilson(expected.right / double(expected.images), expected.images);
    expect_near(found.low, expected.low);
    expect_near(found.high, expected.high);
    EXPECT_EQ(found.kind, IntervalKind::kImages);
  }
}

TEST(Wilson, OfNoShareIsABug) {
  EXPECT_THROW((void)wilson(1.5, 10), std::logic_error);
  EXPECT_THROW((void)wilson(0.5, 0), std::logic_error);
}

TEST(IntervalOf, OneRepeatSpeaksOfImagesOnly) {
  const double one[] = {0.8541};
  const Interval found = interval_of(one, 10000);
  EXPECT_EQ(found.kind, IntervalKind::kImages);
  EXPECT_EQ(found.n, 1U);
  expect_near(found.high, 0.8608828230958716);
}

TEST(IntervalOf, EqualRepeatsSpeakOfImagesOnly) {
  // The mean of three times 0.1 is not 0.1 in double, and their deviation not 0.
  const double equal[] = {0.1, 0.1, 0.1};
  const Interval found = interval_of(equal, 10000);
  EXPECT_EQ(found.kind, IntervalKind::kImages);
  EXPECT_EQ(found.n, 3U);
  EXPECT_EQ(found.mean, 0.1);
}

TEST(IntervalOf, RepeatsThatAreEqualButForRoundingAreEqual) {
  // The means of folds 0.1, 0.2, 0.3 in two orders.
  const std::vector<double> values = {(0.1 + 0.2 + 0.3) / 3, (0.3 + 0.2 + 0.1) / 3};
  ASSERT_NE(values[0], values[1]);
  EXPECT_EQ(interval_of(values, 100).kind, IntervalKind::kImages);
  EXPECT_EQ(interval_of(values).kind, IntervalKind::kNone);
}

TEST(IntervalOf, WithoutRepeatsOrImagesThereIsNone) {
  const double one[] = {2.3};  // a loss: no share of images
  const Interval found = interval_of(one);
  EXPECT_EQ(found.kind, IntervalKind::kNone);
  EXPECT_EQ(found.mean, 2.3);
  EXPECT_EQ(found.low, 2.3);
  EXPECT_EQ(found.high, 2.3);
}

TEST(IntervalOf, NothingHasNoMean) {
  const Interval found = interval_of({}, 10000);
  EXPECT_TRUE(std::isnan(found.mean));
  EXPECT_EQ(found.n, 0U);
  EXPECT_EQ(found.kind, IntervalKind::kNone);
}

TEST(IntervalOf, AValueThatIsNotFiniteLeavesNoInterval) {
  for (const double value :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    const double values[] = {0.5, value};
    const Interval found = interval_of(values, 10000);
    EXPECT_FALSE(std::isfinite(found.mean));
    EXPECT_EQ(found.kind, IntervalKind::kNone);
  }
}

/// An interval of mean +- half.
Interval around(double mean, double half) {
  return {.mean = mean,
          .low = mean - half,
          .high = mean + half,
          .n = 3,
          .kind = IntervalKind::kRepeats};
}

TEST(TextOfInterval, ShowsAsManyDigitsAsTheUncertaintyAllows) {
  EXPECT_EQ(text_of(around(85.4321, 0.43), false), "85.4 +- 0.4");
  EXPECT_EQ(text_of(around(85.4321, 0.143), false), "85.43 +- 0.14");
  EXPECT_EQ(text_of(around(85.4321, 0.21), false), "85.4 +- 0.2");
  EXPECT_EQ(text_of(around(85.4321, 0.96), false), "85.4 +- 1.0");
  EXPECT_EQ(text_of(around(85.4321, 4.4), false), "85 +- 4");
  EXPECT_EQ(text_of(around(85.4321, 43.0), false), "85 +- 43");
  EXPECT_EQ(text_of(around(0.00012345, 0.0000123), false), "0.000123 +- 0.000012");
}

TEST(TextOfInterval, GivesSharesInPerCentWhenAsked) {
  EXPECT_EQ(text_of(around(0.854321, 0.0043), true), "85.4 +- 0.4");
  EXPECT_EQ(text_of(around(0.854321, 0.0043), false), "0.854 +- 0.004");
}

TEST(TextOfInterval, OfImagesShowsTheLongerArm) {
  EXPECT_EQ(text_of(wilson(1, 10000), true), "100.00 +- 0.04");
  EXPECT_EQ(text_of(wilson(0.8541, 10000), true), "85.4 +- 0.7");
}

TEST(TextOfInterval, WithoutAnIntervalShowsTheMeanAlone) {
  const Interval alone = {.mean = 2.302585, .low = 2.302585, .high = 2.302585, .n = 1};
  EXPECT_EQ(text_of(alone, false), "2.303");
  EXPECT_EQ(text_of(interval_of({}), false), "nan");
}

TEST(TextOfInterval, AnExplodedLossStaysShort) {
  EXPECT_EQ(text_of(around(1.234e30, 5.6e29), false), "1.234e+30 +- 6e+29");
  EXPECT_EQ(text_of(around(1.5e-15, 5e-16), false), "1.5e-15 +- 5e-16");
}

}  // namespace
}  // namespace mlpsweep::results
