#include "runner/roll_call.h"

#include <gtest/gtest.h>

namespace mlpsweep::runner {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Listens four times a second.
void listen(RollCall& roll, Clock::time_point& now, seconds duration) {
  for (const Clock::time_point end = now + duration; now < end; now += milliseconds(250)) {
    roll.listen(now);
  }
  roll.listen(now);
}

TEST(RollCall, CountsTheSilenceOfEachRankFromItsLastWord) {
  RollCall roll;
  Clock::time_point now;
  roll.listen(now);
  roll.heard(1);
  listen(roll, now, seconds(3));
  roll.heard(2);
  listen(roll, now, seconds(2));
  EXPECT_EQ(roll.silence(1), seconds(5));
  EXPECT_EQ(roll.silence(2), seconds(2));
}

TEST(RollCall, TakesARankThatWasNeverHeardForSilentSinceTheBeginning) {
  RollCall roll;
  Clock::time_point now;
  listen(roll, now, seconds(4));
  EXPECT_EQ(roll.silence(7), seconds(4));
}

TEST(RollCall, BlamesNobodyForTheTimeInWhichItDidNotListenItself) {
  RollCall roll;
  Clock::time_point now;
  roll.listen(now);
  roll.heard(1);
  now += std::chrono::hours(8);  // the laptop slept
  roll.listen(now);
  EXPECT_EQ(roll.silence(1), seconds(1));
}

}  // namespace
}  // namespace mlpsweep::runner
