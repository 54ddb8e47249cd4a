#include "sweeps/fingerprint_map.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mlpsweep::sweeps {
namespace {

using testing::ElementsAre;
using testing::Pair;
using testing::Pointee;

TEST(FingerprintMap, HoldsWhatAMapHolds) {
  FingerprintMap<int> found;
  std::map<Fingerprint, int> expected;
  std::uint64_t word = 1;
  for (int i = 0; i < 10'000; ++i) {
    word = word * 6364136223846793005U + 1442695040888963407U;
    const Fingerprint name{word >> 52U, i % 3 == 0 ? 7U : word >> 62U};  // some come again
    found[name] += i;
    expected[name] += i;
    EXPECT_FALSE(found.contains({word, 11}));
  }
  ASSERT_LT(expected.size(), 10'000U);
  ASSERT_EQ(found.size(), expected.size());
  std::vector<std::pair<Fingerprint, int>> sorted;
  for (const auto* entry : found.sorted()) {
    sorted.push_back(*entry);
    EXPECT_EQ(found.find(entry->first), found.begin() + (entry - &*found.begin()));
  }
  EXPECT_TRUE(std::equal(
      sorted.begin(), sorted.end(), expected.begin(),
      [](const auto& a, const auto& b) { return a.first == b.first && a.second == b.second; }));
}

TEST(FingerprintMap, GivesWhatCameFirstFirst) {
  FingerprintMap<int> map;
  EXPECT_TRUE(map.empty());
  EXPECT_FALSE(map.contains({1, 2}));
  EXPECT_THAT(map.try_emplace({5, 5}, 1), Pair(Pointee(1), true));
  EXPECT_THAT(map.try_emplace({1, 2}, 2), Pair(Pointee(2), true));
  EXPECT_THAT(map.try_emplace({5, 5}, 3), Pair(Pointee(1), false));
  EXPECT_THAT(map, ElementsAre(Pair(Fingerprint{5, 5}, 1), Pair(Fingerprint{1, 2}, 2)));
  EXPECT_EQ(map.at({1, 2}), 2);
  EXPECT_THROW((void)map.at({2, 1}), std::logic_error);
}

TEST(FingerprintMap, HasNoPlaceInWhichChosenNamesMeet) {
  std::set<std::uint64_t> places;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    places.insert(table_hash({i, i}) & 0xffffU);
  }
  EXPECT_GT(places.size(), 950U);  // 992 of 1,000 expected by chance
}

}  // namespace
}  // namespace mlpsweep::sweeps
