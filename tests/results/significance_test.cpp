#include "results/significance.h"

#include <cmath>
#include <limits>
#include <stdexcept>

#include <gtest/gtest.h>

#include "reference_cases.h"

namespace mlpsweep::results {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

TEST(Paired, AgreesWithSciPy) {
  for (const auto& c : comparison_cases("paired")) {
    const Difference found = paired(c["a"].get<Values>(), c["b"].get<Values>());
    expect_same(found.mean, c["mean"], "mean");
    expect_same(found.error, c["error"], "error");
    expect_same(found.df, c["df"], "df");
    expect_same(found.p(), c["p"], "p");
    expect_same(found.p_below(), c["p_below"], "p_below");
    expect_same(found.p_above(), 1 - c["p_below"].get<double>(), "p_above");
    expect_same(found.half_width(), c["half_width"], "half_width");
  }
}

TEST(Welch, AgreesWithSciPy) {
  for (const auto& c : comparison_cases("welch")) {
    const Difference found = welch(c["a"].get<Values>(), c["b"].get<Values>());
    expect_same(found.df, c["df"], "df");
    expect_same(found.p(), c["p"], "p");
    expect_same(found.p_below(), c["p_below"], "p_below");
  }
}

TEST(AgainstBound, AgreesWithSciPy) {
  for (const auto& c : comparison_cases("bound")) {
    expect_same(against_bound(c["values"].get<Values>(), c["bound"]).p_below(), c["p_below"], "p");
  }
}

TEST(PairedForNewSplits, IsNadeauAndBengiosForm) {
  for (const auto& c : comparison_cases("corrected")) {
    const Difference found =
        paired_for_new_splits(c["a"].get<Values>(), c["b"].get<Values>(), c["ratio"]);
    expect_same(found.error, c["error"], "error");
    expect_same(found.p(), c["p"], "p");
  }
}

TEST(PairedForNewImages, AddsTheImagesVarianceWithSatterthwaitesDegreesOfFreedom) {
  for (const auto& c : comparison_cases("new_images")) {
    const Difference found = paired_for_new_images(c["a"].get<Values>(), c["b"].get<Values>(),
                                                   c["by_image"].get<Values>());
    expect_same(found.error, c["error"], "error");
    expect_same(found.df, c["df"], "df");
    expect_same(found.p(), c["p"], "p");
  }
}

TEST(PairedForNewImages, OneRepeatLeavesTheImagesAlone) {
  const Difference found = paired_for_new_images(Values{0.5}, Values{0.25}, Values{1, 0, 0, 0});
  EXPECT_DOUBLE_EQ(found.mean, 0.25);
  EXPECT_DOUBLE_EQ(found.error, 0.25);  // deviation 0.5 over the root of 4 images
  EXPECT_DOUBLE_EQ(found.df, 3);
}

TEST(SignTest, AgreesWithSciPy) {
  for (const auto& c : comparison_cases("sign")) {
    Values a;
    Values b;
    for (int i = 0; i < c["below"].get<int>(); ++i) {
      a.push_back(i);
      b.push_back(kNever);
    }
    for (int i = 0; i < c["above"].get<int>(); ++i) {
      a.push_back(2);
      b.push_back(1);
    }
    const SignTest found = sign_test(a, b);
    EXPECT_EQ(found.below, c["below"].get<std::size_t>());
    expect_same(found.p_below, c["p_below"], "p_below");
  }
}

TEST(SignTest, LeavesOutTies) {
  const SignTest found = sign_test(Values{1, kNever, 3}, Values{2, kNever, 3});
  EXPECT_EQ(found.below, 1U);
  EXPECT_EQ(found.above, 0U);
  EXPECT_DOUBLE_EQ(found.p_below, 0.5);
  EXPECT_DOUBLE_EQ(found.p_above, 1);
}

TEST(SignTest, APairThatDiffersByRoundingAloneIsATie) {
  const std::vector<double> a = {0.1 + 0.2, 1, 0};
  const std::vector<double> b = {0.3, 2, 1e-300};
  const SignTest found = sign_test(a, b);
  EXPECT_EQ(found.above, 0U);
  EXPECT_EQ(found.below, 2U);
}

TEST(McNemar, AgreesWithSciPy) {
  for (const auto& c : comparison_cases("mcnemar")) {
    expect_same(mcnemar(c["only_a"], c["only_b"]), c["p"], "p");
  }
}

TEST(McNemar, WithoutDiscordantImagesTellsNothing) {
  EXPECT_EQ(mcnemar(0, 0), 1);
}

TEST(FTest, AgreesWithLeastSquaresAndSciPy) {
  for (const auto& c : comparison_cases("f")) {
    const FTest found = f_test(c["values"].get<std::vector<Values>>());
    expect_same(found.f, c["f"], "F");
    expect_same(found.df_configurations, c["df"][0], "df");
    expect_same(found.df_residual, c["df"][1], "residual df");
    expect_same(found.residual, c["residual"], "residual");
    expect_same(found.p, c["p"], "p");
  }
}

TEST(FTest, WithoutResidualsIsNone) {
  // Configurations a constant apart in every repeat, but for the rounding of 0.1.
  const std::vector<Values> parallel = {{0.1, 0.2, 0.4}, {0.2, 0.3, 0.5}};
  const FTest found = f_test(parallel);
  EXPECT_EQ(found.residual, 0);
  EXPECT_EQ(found.df_residual, 0);
  EXPECT_EQ(found.p, 1);
}

TEST(AgrestiCaffo, IsThePapersInterval) {
  for (const auto& c : comparison_cases("agresti_caffo")) {
    const ShareDifference found =
        agresti_caffo(c["share_a"], c["images_a"], c["share_b"], c["images_b"]);
    expect_same(found.low(), c["low"], "low");
    expect_same(found.high(), c["high"], "high");
  }
}

TEST(Deviation, OfEqualRepeatsIsExactlyZero) {
  EXPECT_EQ(deviation(Values{0.1, 0.1, 0.1}), 0);  // their mean is not 0.1 in double
  EXPECT_EQ(deviation(Values{0.1}), 0);
  EXPECT_GT(deviation(Values{1e-9, 2e-9}), 0);
}

// 0.85 - 0.84 and 0.86 - 0.85 differ in their last bits: t would be 1e14.
TEST(Paired, AConstantDifferenceIsNoTest) {
  const Difference found = paired(Values{0.85, 0.86, 0.5}, Values{0.84, 0.85, 0.49});
  EXPECT_FALSE(found.tested());
  EXPECT_EQ(found.p(), 1);
  EXPECT_EQ(found.half_width(), 0);
}

TEST(Paired, OneRepeatIsNoTest) {
  EXPECT_FALSE(paired(Values{1}, Values{2}).tested());
  EXPECT_FALSE(welch(Values{1}, Values{2, 3}).tested());
}

TEST(Paired, AValueThatIsNotFiniteIsNoTest) {
  EXPECT_FALSE(paired(Values{1, kNever, 2}, Values{2, 3, 5}).tested());
  EXPECT_FALSE(paired(Values{1, std::nan(""), 2}, Values{2, 3, 5}).tested());
}

TEST(Paired, SidesOfOtherLengthsAreABug) {
  EXPECT_THROW((void)paired(Values{1, 2}, Values{1}), std::logic_error);
}

}  // namespace
}  // namespace mlpsweep::results
