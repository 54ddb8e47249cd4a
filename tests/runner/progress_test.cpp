#include "runner/progress.h"

#include <gtest/gtest.h>

namespace mlpsweep::runner {
namespace {

TEST(DurationText, ShowsTheTwoLargestUnitsRoundedUp) {
  EXPECT_EQ(duration_text(0.2), "1 s");
  EXPECT_EQ(duration_text(59.2), "1 min 00 s");
  EXPECT_EQ(duration_text(61), "1 min 01 s");
  EXPECT_EQ(duration_text(3600 * 26 + 61), "26 h 01 min");
}

TEST(LineOf, SaysOnlyWhatIsKnown) {
  Standing standing;
  standing.planned = 48;
  EXPECT_EQ(line_of(standing), "0/48 done");
}

TEST(LineOf, ShowsRateRemainingTimeFaultsAndTheBestSoFar) {
  Standing standing{12, 48, 2, 1, 3, 3.14159, 75, "validation_loss 0.35 (hidden=64)"};
  EXPECT_EQ(line_of(standing),
            "12/48 done, 2 running, 1 diverged, 3 failed, 3.14 trials/s, 1 min 15 s left, best "
            "validation_loss 0.35 (hidden=64)");
}

TEST(LineOf, PredictsNothingOnceAllIsDone) {
  Standing standing;
  standing.done = standing.planned = 5;
  standing.seconds_left = 3;
  EXPECT_EQ(line_of(standing), "5/5 done");
}

}  // namespace
}  // namespace mlpsweep::runner
