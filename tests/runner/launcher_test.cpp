#include "runner/launcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mlpsweep::runner {
namespace {

using ::testing::ElementsAre;

TEST(WithoutRanks, LeavesOutTheOptionAndItsNumberInEitherForm) {
  EXPECT_THAT(without_ranks({"run", "--ranks", "3", "s.yaml", "-o", "d"}),
              ElementsAre("run", "s.yaml", "-o", "d"));
  EXPECT_THAT(without_ranks({"run", "s.yaml", "--ranks=3"}), ElementsAre("run", "s.yaml"));
  EXPECT_THAT(without_ranks({"run", "s.yaml", "--ranks"}), ElementsAre("run", "s.yaml"));
}

TEST(WithoutRanks, LeavesWhatOnlyLooksLikeIt) {
  EXPECT_THAT(without_ranks({"run", "s.yaml", "ranks=3", "--threads", "2"}),
              ElementsAre("run", "s.yaml", "ranks=3", "--threads", "2"));
}

}  // namespace
}  // namespace mlpsweep::runner
