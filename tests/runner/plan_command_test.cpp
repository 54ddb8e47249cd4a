#include "runner/plan_command.h"

#include <gtest/gtest.h>

namespace mlpsweep::runner {
namespace {

TEST(ReadDuration, TakesUnitsFromTheLargestDown) {
  EXPECT_EQ(read_duration("2h"), 7200);
  EXPECT_EQ(read_duration("90min"), 5400);
  EXPECT_EQ(read_duration("45s"), 45);
  EXPECT_EQ(read_duration("1d12h"), 36 * 3600);
  EXPECT_EQ(read_duration("1.5h"), 5400);
}

TEST(ReadDuration, RefusesWhatCouldMeanSeveralThings) {
  for (const char* text : {"", "2", "h", "2m", "1h30", "30min1h", "1h1h", "-1h", "nanh", "infs",
                           "1 h", "2hours", "0s", "1e400s"}) {
    EXPECT_EQ(read_duration(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace mlpsweep::runner
