#include "engine/rng.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

namespace mlpsweep::engine {
namespace {

// The published vectors of philox4x32 with ten rounds (Random123, kat_vectors), whose counter words
// are ours: counter low, counter high, index, repeat and purpose. bits() is output words 0 and 1.
TEST(Stream, GivesThePublishedPhiloxVectors) {
  EXPECT_EQ(Stream(0, 0, Purpose{0}, 0).bits(0), 0xe169c58d'6627e8d5U);
  EXPECT_EQ(Stream(~0ULL, 0xffffff, Purpose{0xff}, 0xffffffff).bits(~0ULL), 0x41c83b0e'408f276dU);
  EXPECT_EQ(
      Stream(0x299f31d0'a4093822U, 0x037073, Purpose{0x44}, 0x13198a2e).bits(0x85a308d3'243f6a88U),
      0x94fdcceb'd16cfe09U);
}

// The second half of the same block, words 2 and 3, is seen through normal().
TEST(Stream, NormalIsBoxAndMullerOfBothHalvesOfABlock) {
  const double radius = 0xe169c58d'6627ep-52 + 0x1p-53;
  const double angle = 0x9b00dbd8'bc57ap-52 + 0x1p-53;
  EXPECT_DOUBLE_EQ(Stream(0, 0, Purpose{0}, 0).normal(0),
                   std::sqrt(-2 * std::log(radius)) * std::cos(2 * std::acos(-1.0) * angle));
}

// Every recorded trial hangs on these: a change here must raise kNumericsVersion.
TEST(Stream, ItsNumbersNeverChange) {
  const Stream stream(42, 3, Purpose::kWeights, 1);
  EXPECT_EQ(stream.bits(0), 0x2b9b2b8b5eabe554U);
  EXPECT_EQ(stream.bits(1'000'000), 0x8bfa4246520d87baU);
  EXPECT_DOUBLE_EQ(stream.uniform(7), 0.52142655678604244);
  EXPECT_DOUBLE_EQ(stream.normal(7), -0.26514069359786518);
  EXPECT_EQ(Stream(42, 3, Purpose::kOrder, 1).permutation(8),
            (std::vector<std::uint32_t>{0, 1, 6, 2, 5, 3, 7, 4}));
}

TEST(Stream, EachPartOfItsNameMakesAnotherStream) {
  std::set<std::uint64_t> firsts;
  int streams = 0;
  for (const std::uint64_t seed : {0ULL, 1ULL, 1ULL << 32}) {
    for (const int repeat : {0, 1, 255, 256}) {
      for (const Purpose purpose : {Purpose::kSplit, Purpose::kOrder, Purpose::kWeights}) {
        for (const std::uint32_t index : {0U, 1U, 1U << 24, 0xffffffffU}) {
          firsts.insert(Stream(seed, repeat, purpose, index).bits(0));
          ++streams;
        }
      }
    }
  }
  EXPECT_EQ(firsts.size(), static_cast<std::size_t>(streams));
}

TEST(Stream, ARepeatThatDoesNotFitItsNameIsRefused) {
  EXPECT_THROW(Stream(1, -1, Purpose::kSplit, 0), std::logic_error);
  EXPECT_THROW(Stream(1, 1 << 24, Purpose::kSplit, 0), std::logic_error);
}

// 100,000 draws: the mean's own deviation is 0.29 / 316 = 0.0009, a tenth's count's is 95.
TEST(Stream, UniformFillsTheOpenIntervalEvenly) {
  const Stream stream(1, 0, Purpose::kWeights, 0);
  constexpr int kDraws = 100'000;
  double sum = 0;
  std::vector<int> tenths(10);
  for (int i = 0; i < kDraws; ++i) {
    const double u = stream.uniform(static_cast<std::uint64_t>(i));
    ASSERT_GT(u, 0);
    ASSERT_LT(u, 1);
    sum += u;
    ++tenths[static_cast<std::size_t>(u * 10)];
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 5 * 0.0009);
  for (const int count : tenths) {
    EXPECT_NEAR(count, kDraws / 10, 5 * 95);
  }
}

// Deviations of the estimates from 100,000 draws: mean 0.0032, variance 0.0045, fourth moment
// 0.031.
TEST(Stream, NormalHasTheMomentsOfTheNormalDistribution) {
  const Stream stream(1, 0, Purpose::kWeights, 0);
  constexpr int kDraws = 100'000;
  double first = 0;
  double second = 0;
  double fourth = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double z = stream.normal(static_cast<std::uint64_t>(i));
    first += z;
    second += z * z;
    fourth += z * z * z * z;
  }
  EXPECT_NEAR(first / kDraws, 0, 5 * 0.0032);
  EXPECT_NEAR(second / kDraws, 1, 5 * 0.0045);
  EXPECT_NEAR(fourth / kDraws, 3, 5 * 0.031);
}

TEST(Permutation, HoldsEachRowOnce) {
  for (const std::size_t n : {0U, 1U, 2U, 1000U}) {
    std::vector<std::uint32_t> order = Stream(5, 0, Purpose::kOrder, 0).permutation(n);
    ASSERT_EQ(order.size(), n);
    std::sort(order.begin(), order.end());
    for (std::size_t i = 0; i < n; ++i) {
      ASSERT_EQ(order[i], i);
    }
  }
}

// 24,000 permutations of four rows: 24 orders, each due 1,000 times with a deviation of 31. A
// shuffle that swaps with any row instead of those up to i would be 150 and more off.
TEST(Permutation, EveryOrderIsEquallyLikely) {
  std::vector<int> seen(256);
  constexpr std::uint32_t kPermutations = 24'000;
  for (std::uint32_t i = 0; i < kPermutations; ++i) {
    const auto order = Stream(9, 0, Purpose::kOrder, i).permutation(4);
    ++seen[order[0] << 6 | order[1] << 4 | order[2] << 2 | order[3]];
  }
  EXPECT_EQ(std::count_if(seen.begin(), seen.end(), [](int count) { return count > 0; }), 24);
  for (const int count : seen) {
    if (count > 0) {
      EXPECT_NEAR(count, 1000, 5 * 31);
    }
  }
}

}  // namespace
}  // namespace mlpsweep::engine
