#include "runner/trial_checkpoint.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "results/checkpoint.h"
#include "results/record.h"

#include "tests/engine/data_files.h"
#include "tests/engine/toy_data.h"

namespace mlpsweep::runner {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

constexpr sweeps::Fingerprint kTrial{1, 2};

class TrialCheckpointTest : public testing::Test {
 protected:
  TrialCheckpointTest() {
    spec_.epochs = 6;
    spec_.optimizer.momentum = 0.9;
  }

  /// Stops after so many epochs of this part; 0: not before the end.
  engine::TrialResult train(int epochs = 0) {
    int asked = 0;
    return train_with_checkpoints(policy_, kTrial, spec_, data_, [&] { return ++asked == epochs; });
  }

  /// The same, and what is told meanwhile.
  std::pair<engine::TrialResult, std::string> train_and_listen(int epochs = 0) {
    testing::internal::CaptureStderr();
    engine::TrialResult result = train(epochs);
    return {std::move(result), testing::internal::GetCapturedStderr()};
  }

  static std::string digest(engine::TrialResult result) {
    results::Record record;
    record.result = std::move(result);
    return results::digest_of(record).hex();
  }
  [[nodiscard]] std::string undisturbed() const { return digest(engine::train(spec_, data_)); }
  [[nodiscard]] int epochs() const { return results::checkpoint_epochs(policy_.folder, kTrial); }

  engine::ScratchFolder scratch_;
  engine::Dataset data_ = engine::toy_data(160, 40);
  engine::TrainSpec spec_ = engine::toy_spec();
  CheckpointPolicy policy_{results::SweepFolder::create(scratch_.path() / "sweep"), 1, 0, 0, {}};
};

TEST_F(TrialCheckpointTest, TheTrialGoesOnFromItsLastEpochToTheSameDigest) {
  EXPECT_EQ(train(2).state, engine::State::kInterrupted);
  EXPECT_EQ(epochs(), 2);
  EXPECT_EQ(train(1).state, engine::State::kInterrupted);
  EXPECT_EQ(epochs(), 3);
  const auto [result, told] = train_and_listen();
  EXPECT_EQ(digest(result), undisturbed());
  EXPECT_THAT(told, HasSubstr("trial 00000000 goes on after epoch 3 of 6"));
  EXPECT_EQ(epochs(), 5) << "it is left to whoever makes the record durable";
}

TEST_F(TrialCheckpointTest, ShortTrialsHaveNone) {
  policy_.every_seconds = 60;
  EXPECT_EQ(train().state, engine::State::kComplete);
  EXPECT_EQ(train(1).state, engine::State::kInterrupted);
  EXPECT_FALSE(fs::exists(policy_.folder.checkpoints()));
}

TEST_F(TrialCheckpointTest, AStopKeepsWhatTookMoreThanASecond) {
  policy_.every_seconds = 60;
  spec_.epochs = 1000000;
  const auto begun = std::chrono::steady_clock::now();
  int trained = 0;
  const auto result = train_with_checkpoints(policy_, kTrial, spec_, data_, [&] {
    ++trained;
    return std::chrono::steady_clock::now() - begun > std::chrono::milliseconds(1200);
  });
  EXPECT_EQ(result.state, engine::State::kInterrupted);
  EXPECT_EQ(epochs(), trained);
}

TEST_F(TrialCheckpointTest, OneThatIsDamagedIsToldAndTheTrialBeginsAnew) {
  (void)train(2);
  const fs::path file = policy_.folder.checkpoint(kTrial);
  fs::resize_file(file, fs::file_size(file) - 1);
  const auto [result, told] = train_and_listen();
  EXPECT_EQ(digest(result), undisturbed());
  EXPECT_THAT(told, HasSubstr("warning: " + file.string() + ": is cut short"));
  EXPECT_THAT(told, HasSubstr("; the trial begins anew"));
}

TEST_F(TrialCheckpointTest, OneOfAnotherProgramIsToldAndTheTrialBeginsAnew) {
  (void)train(2);
  policy_.program = {3, 4};
  const auto [result, told] = train_and_listen();
  EXPECT_EQ(digest(result), undisturbed());
  EXPECT_THAT(told, HasSubstr("another instruction set"));
  EXPECT_THAT(told, Not(HasSubstr("goes on after")));
}

TEST_F(TrialCheckpointTest, OneThatCannotBeWrittenIsToldOnceAndStopsNothing) {
  std::ofstream(policy_.folder.checkpoints()) << "a file in the folder's place";
  const auto [result, told] = train_and_listen();
  EXPECT_EQ(digest(result), undisturbed());
  const std::string warning = "warning: " + policy_.folder.checkpoints().string() + ": cannot make";
  EXPECT_THAT(told, HasSubstr(warning));
  EXPECT_EQ(told.find("warning"), told.rfind("warning")) << told;
}

}  // namespace
}  // namespace mlpsweep::runner
