#include "engine/nearest.h"

#include <array>
#include <string_view>

#include <gtest/gtest.h>

namespace mlpsweep::engine {
namespace {

TEST(EditDistance, CountsLettersInsertedRemovedAndReplaced) {
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);  // the textbooks' example
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("same", "same"), 0U);
}

TEST(NearestName, IsTheFirstOfTheNearestWithinThreeLetters) {
  constexpr std::array<std::string_view, 3> names = {"fashion-mnist", "mnist", "kmnist"};
  EXPECT_EQ(nearest_name("fashon-mnist", names), "fashion-mnist");
  EXPECT_EQ(nearest_name("minst", names), "mnist");
  EXPECT_EQ(nearest_name("emnist", names), "mnist");  // as far from kmnist, which comes later
  EXPECT_EQ(nearest_name("xyz-mnist", names), "");    // four letters
  EXPECT_EQ(nearest_name("cifar10", names), "");
  EXPECT_EQ(nearest_name("", names), "");
}

// With three letters to replace, any word of three would be near.
TEST(NearestName, IsNoneWhenNothingOfTheWordIsLeft) {
  constexpr std::array<std::string_view, 1> names = {"sgd"};
  EXPECT_EQ(nearest_name("xyz", names), "");
  EXPECT_EQ(nearest_name("sgf", names), "sgd");
}

}  // namespace
}  // namespace mlpsweep::engine
