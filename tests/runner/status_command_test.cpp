#include "runner/status_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mlpsweep::runner {
namespace {

using ::testing::ElementsAre;

constexpr double kNow = 1'794'997'600;  // 2026-11-18T10:26:40Z

SweepStatus half_done() {
  SweepStatus status;
  status.name = "small";
  status.standing.done = 3;
  status.standing.planned = 6;
  return status;
}

TEST(StatusLines, WithoutARunAreTheCounts) {
  SweepStatus status = half_done();
  status.parts = {"rates: 3/6 done"};
  EXPECT_THAT(lines_of(status, 10, kNow),
              ElementsAre("small: 3/6 done", "no run is under way", "  rates: 3/6 done"));
}

TEST(StatusLines, OfARunHaveItsExpectedEndAndWhatItsRanksDo) {
  SweepStatus status = half_done();
  status.owner = "process 7 on n1";
  status.updated = "2026-11-18T10:26:38Z";
  status.standing.seconds_left = 62;
  status.ranks = {{0, "rank 0 on n1, 2 threads: waits"}, {1, "rank 1 on n2, 2 threads: waits"}};
  EXPECT_THAT(lines_of(status, 1, kNow),
              ElementsAre("small: 3/6 done, 1 min 02 s left",
                          "running: process 7 on n1; expected end 2026-11-18T10:27:40Z",
                          "  rank 0 on n1, 2 threads: waits", "  ... and 1 more"));
}

TEST(StatusLines, OfARunThatIsSilentSayForHowLong) {
  SweepStatus status = half_done();
  status.owner = "process 7 on n1";
  status.updated = "2026-11-18T10:25:00Z";
  EXPECT_THAT(lines_of(status, 10, kNow),
              ElementsAre("small: 3/6 done",
                          "running: process 7 on n1; it last wrote of itself 1 min 40 s ago"));
  status.updated = "yesterday";
  EXPECT_THAT(lines_of(status, 10, kNow),
              ElementsAre("small: 3/6 done", "running: process 7 on n1"));
}

TEST(StatusLines, NameWhatFailedAndWhy) {
  SweepStatus status = half_done();
  status.standing.failed = 1;
  status.failed = {"3f2a9c1b hidden=64 repeat=0: out of memory"};
  EXPECT_THAT(lines_of(status, 10, kNow),
              ElementsAre("small: 3/6 done, 1 failed", "no run is under way",
                          "failed:", "  3f2a9c1b hidden=64 repeat=0: out of memory"));
}

TEST(StatusLines, CountTheFailedTrialsThatAreNotNamed) {
  SweepStatus status = half_done();
  status.standing.failed = 100;
  status.failed = {"one", "two", "three"};
  EXPECT_THAT(lines_of(status, 2, kNow),
              ElementsAre("small: 3/6 done, 100 failed", "no run is under way", "failed:", "  one",
                          "  two", "  ... and 98 more"));
  EXPECT_THAT(lines_of(status, 10, kNow),
              ElementsAre("small: 3/6 done, 100 failed", "no run is under way", "failed:", "  one",
                          "  two", "  three", "  ... and 97 more"));
}

}  // namespace
}  // namespace mlpsweep::runner
