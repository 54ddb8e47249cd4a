#include "runner/plan_command.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "results/file_io.h"
#include "results/lock.h"
#include "results/sweep_folder.h"
#include "runner/costs_file.h"
#include "runner/exit_codes.h"

#include "small_sweep.h"
#include "tests/results/lock_holder.h"

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

class PlanInADirectory : public testing::Test {
 protected:
  PlanInADirectory() {
    options_.spec = (small_.folder() / "small.yaml").string();
    results::write_whole(options_.spec, small_.text());
    options_.folder = folder_.root().string();
    options_.time = true;
    options_.calibration_seconds = 0;
    options_.cores = 1;
  }

  void run_plan() {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    EXPECT_EQ(plan(options_), kExitDone);
    printed_ = testing::internal::GetCapturedStdout();
    log_ = testing::internal::GetCapturedStderr();
  }

  SmallSweep small_;
  results::SweepFolder folder_ = results::SweepFolder::create(small_.folder() / "sweep");
  PlanOptions options_;
  std::string printed_;
  std::string log_;
};

TEST_F(PlanInADirectory, KeepsItsPredictionAndGivesTheLockBack) {
  run_plan();
  EXPECT_TRUE(read_costs(folder_).predicted);
  EXPECT_THAT(printed_, testing::HasSubstr("kept: mlpsweep run "));
  EXPECT_FALSE(results::lock_owner(folder_.root()));
}

TEST_F(PlanInADirectory, KeepsNothingWhileARunHoldsIt) {
  const results::LockHolder<results::SweepLock> holder(folder_.root());
  run_plan();
  EXPECT_FALSE(read_costs(folder_).predicted);
  EXPECT_THAT(printed_, testing::HasSubstr("best: 1 rank x 1 thread"));
  EXPECT_THAT(printed_, testing::Not(testing::HasSubstr("kept: ")));
  EXPECT_THAT(log_, testing::HasSubstr("the prediction is not kept: "));
  EXPECT_THAT(log_, testing::HasSubstr("in use by process " + std::to_string(holder.process())));
}

TEST_F(PlanInADirectory, LeavesAFileOfANewerVersionAlone) {
  results::write_whole(folder_.costs(), R"({"version": 2})");
  run_plan();
  EXPECT_EQ(results::read_whole(folder_.costs()), R"({"version": 2})");
  EXPECT_THAT(log_, testing::HasSubstr("the prediction is not kept: "));
  EXPECT_THAT(log_, testing::HasSubstr("is of version 2"));
}

}  // namespace
}  // namespace mlpsweep::runner
