#include "results/comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "results/verdict.h"

#include "reference_cases.h"

namespace mlpsweep::results {
namespace {

const Compared& pair_of(const Comparison& comparison, std::size_t a, std::size_t b) {
  const auto found =
      std::find_if(comparison.all.begin(), comparison.all.end(), [&](const Compared& one) {
        return (one.a == a && one.b == b) || (one.a == b && one.b == a);
      });
  return found == comparison.all.end() ? comparison.all.front() : *found;
}

TEST(Compare, PoolsOverTheTableAsComputedOutside) {
  for (const auto& c : comparison_cases("pooled")) {
    const auto values = c["values"].get<std::vector<Values>>();
    const Comparison found = compare(values, Family::kAllPairs, 0);
    EXPECT_TRUE(found.spread.pooled);
    expect_same(found.spread.ratio, c["ratio"], "ratio");
    expect_same(found.spread.df, c["df"], "df");
    EXPECT_EQ(found.family(), c["pairs"].size());
    expect_same(found.detectable().first, c["detectable"], "detectable");
    for (std::size_t i = 0; i < c["pairs"].size(); ++i) {
      const Compared& one = pair_of(found, c["pairs"][i][0], c["pairs"][i][1]);
      expect_same(one.difference.error, c["error"], "error");
      expect_same(one.p, c["p"][i], "p");
      expect_same(one.adjusted, c["holm"][i], "adjusted");
    }
  }
}

TEST(Holm, AgreesWithThePapersProcedure) {
  for (const auto& c : comparison_cases("holm")) {
    const std::vector<double> found = holm(c["p"].get<std::vector<double>>());
    ASSERT_EQ(found.size(), c["adjusted"].size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      expect_same(found[i], c["adjusted"][i], "adjusted");
    }
  }
  EXPECT_TRUE(holm({}).empty());
}

/// Three configurations; the second one's deviation is `factor` times the others'.
std::vector<Values> with_spread(double factor) {
  return {{1.0, 2.0, 3.0, 4.0},
          {5 + factor, 5 + 2 * factor, 5 + 3 * factor, 5 + 4 * factor},
          {3.0, 1.0, 4.0, 2.0}};
}

TEST(Compare, PoolsUpToAFactorOfFourOfTheVariances) {
  EXPECT_TRUE(compare(with_spread(1.99), Family::kReference, 0).spread.pooled);
  EXPECT_FALSE(compare(with_spread(2.01), Family::kReference, 0).spread.pooled);
}

TEST(Compare, UnpooledEachPairHasItsOwnSpread) {
  const std::vector<Values> values = with_spread(3);
  const Comparison found = compare(values, Family::kReference, 0);
  const Difference alone = paired(values[1], values[0]);
  EXPECT_DOUBLE_EQ(found.all[0].difference.error, alone.error);
  EXPECT_DOUBLE_EQ(found.all[0].difference.df, 3);
  EXPECT_LT(found.detectable().first, found.detectable().second);
}

TEST(Compare, OneOfConstantValuesIsNotPooledWithTheOthers) {
  const std::vector<Values> values = {{1, 1, 1}, {1, 2, 4}, {2, 2, 3}};
  const Comparison found = compare(values, Family::kReference, 0);
  EXPECT_FALSE(found.spread.pooled);
  EXPECT_TRUE(std::isinf(found.spread.ratio));
  EXPECT_EQ(found.family(), 2U);
}

TEST(Compare, TheFamilyIsThatOfTheReferenceOrAllPairs) {
  const std::vector<Values> values = with_spread(1);
  const Comparison to_one = compare(values, Family::kReference, 1);
  EXPECT_EQ(to_one.all.size(), 2U);
  EXPECT_EQ(to_one.all[0].a, 0U);
  EXPECT_EQ(to_one.all[0].b, 1U);
  EXPECT_EQ(compare(values, Family::kAllPairs, 1).all.size(), 3U);
  // The same difference, three comparisons instead of two.
  EXPECT_DOUBLE_EQ(to_one.all[0].p * 2, to_one.all[0].adjusted);
}

TEST(Compare, WhatCannotBeTestedIsNoPartOfTheFamily) {
  // The second runs a constant below the first: no spread, so no test.
  const std::vector<Values> values = {{1, 2, 9}, {0.5, 1.5, 8.5}, {2, 2, 3}};
  const Comparison found = compare(values, Family::kReference, 0);
  EXPECT_EQ(found.family(), 1U);
  EXPECT_FALSE(found.all[0].tested);
  EXPECT_FALSE(found.all[0].apart());
  EXPECT_DOUBLE_EQ(found.all[1].p, found.all[1].adjusted);
}

TEST(Compare, OneRepeatTellsNothing) {
  const std::vector<Values> values = {{1}, {2}};
  const Comparison found = compare(values, Family::kReference, 0);
  EXPECT_EQ(found.family(), 0U);
  EXPECT_EQ(found.detectable(), std::pair(0.0, 0.0));
}

TEST(Compare, TooManyPairsAreCountedThoughNotLookedAt) {
  const std::vector<Values> values = {{1.0, 2.1, 3.0}, {1.5, 2.5, 3.6}, {1.1, 2.0, 3.2}};
  const Comparison all = compare(values, Family::kAllPairs, 0);
  const Comparison few = compare(values, Family::kAllPairs, 0, /*most_pairs=*/2);
  EXPECT_EQ(few.family(), 3U);
  ASSERT_EQ(few.all.size(), 2U);
  EXPECT_DOUBLE_EQ(few.all[0].adjusted, std::min(1.0, 3 * few.all[0].p));
  EXPECT_GE(few.all[0].adjusted, pair_of(all, 1, 0).adjusted);
}

TEST(Adjust, TakesReplacedPValuesIntoTheFamily) {
  const std::vector<Values> values = {{1}, {2}, {3}};
  Comparison found = compare(values, Family::kReference, 0);
  found.all[0].p = 0.01;
  found.all[0].tested = true;
  found.all[1].p = 0.04;
  found.all[1].tested = true;
  adjust(found);
  EXPECT_DOUBLE_EQ(found.all[0].adjusted, 0.02);
  EXPECT_DOUBLE_EQ(found.all[1].adjusted, 0.04);
}

}  // namespace
}  // namespace mlpsweep::results
