#include "runner/load_results.h"

#include <gtest/gtest.h>

#include "engine/errors.h"
#include "results/file_io.h"
#include "results/sweep_folder.h"
#include "runner/commands.h"
#include "runner/results_keeper.h"
#include "runner/status.h"

#include "small_sweep.h"

namespace mlpsweep::runner {
namespace {

/// A finished sweep in a folder of its own.
class LoadResults : public testing::Test {
 protected:
  LoadResults() : root_((small_.folder() / "sweep").string()) {
    spec_ = small_.folder() / "small.yaml";
    results::write_whole(spec_, small_.text());
    run({});
  }

  void run(const std::vector<std::string>& overrides, bool extend = false) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    RunOptions options{
        .target = spec_.string(), .folder = root_, .overrides = overrides, .data_folder = ""};
    options.extend = extend;
    EXPECT_EQ(runner::run(World(), options), 0);
    (void)testing::internal::GetCapturedStdout();
    (void)testing::internal::GetCapturedStderr();
  }

  static std::string digest(const results::StoredResults& stored) {
    results::Digest digest;
    for (const results::Record& record : stored.records) {
      digest.add(record);
    }
    return digest.hex();
  }

  SmallSweep small_;
  std::string root_;
  std::filesystem::path spec_;
};

TEST_F(LoadResults, JournalsAndResultsFileTellTheSame) {
  const auto live = load_results(root_);
  const auto file = load_results(root_ + "/results.h5");
  ASSERT_EQ(live.records.size(), 4U);
  EXPECT_EQ(digest(live), digest(file));
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(live.records[i].fingerprint, file.records[i].fingerprint) << "trial order, " << i;
  }
  EXPECT_EQ(live.info.swept, file.info.swept);
  EXPECT_EQ(live.info.metric, "validation_loss");
}

TEST_F(LoadResults, RecordsThatLeftThePlanAreKeptAndMarked) {
  run({"hidden=3"}, true);
  for (const std::string& path : {root_, root_ + "/results.h5"}) {
    const auto stored = load_results(path);
    ASSERT_EQ(stored.records.size(), 4U) << path;
    EXPECT_EQ(stored.in_plan, (std::vector<bool>{true, true, false, false})) << path;
    EXPECT_EQ(planned_records(stored).size(), 2U) << path;
  }
  run({"hidden=3"});  // the plan that was agreed to is not asked about again
}

TEST_F(LoadResults, ASweepCanBeReadWhenItsDataIsGone) {
  std::filesystem::remove(small_.folder() / "train-images-idx3-ubyte");
  EXPECT_EQ(load_results(root_).records.size(), 4U);
}

TEST_F(LoadResults, AFolderWithoutASweepIsRefused) {
  EXPECT_THROW((void)load_results(small_.folder().string()), InputError);
  EXPECT_THROW((void)load_results(root_ + "/absent"), InputError);
}

TEST_F(LoadResults, StatusCountsTheJournals) {
  const SweepStatus status = read_status(root_);
  EXPECT_EQ(status.standing.done, 4U);
  EXPECT_EQ(status.standing.planned, 4U);
  EXPECT_EQ(status.standing.failed, 0U);
  EXPECT_EQ(status.owner, "");
}

TEST_F(LoadResults, TheResultsFileIsMadeAgainFromTheJournals) {
  const auto before = load_results(root_ + "/results.h5");
  std::filesystem::remove(root_ + "/results.h5");
  ResultsKeeper keeper(root_, before.info, TrialPlan());
  keeper.grown(4);  // all at once: more than a tenth
  while (!std::filesystem::exists(root_ + "/results.h5")) {
  }
  EXPECT_EQ(digest(load_results(root_ + "/results.h5")), digest(before));
}

TEST_F(LoadResults, TheLastTrialLeavesTheResultsFileToTheRunsEnd) {
  const auto before = load_results(root_ + "/results.h5");
  std::filesystem::remove(root_ + "/results.h5");
  { ResultsKeeper(root_, before.info, TrialPlan()).grown(4, true); }
  EXPECT_FALSE(std::filesystem::exists(root_ + "/results.h5"));
}

}  // namespace
}  // namespace mlpsweep::runner
