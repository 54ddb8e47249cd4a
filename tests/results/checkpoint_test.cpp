#include "results/checkpoint.h"

#include <cmath>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/errors.h"
#include "results/file_io.h"
#include "results/frame.h"

#include "sample_record.h"

namespace mlpsweep::results {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr CheckpointOwner kOwner{{0x0123456789ABCDEFU, 7}, {8, 9}};
const engine::StateShape kShape{9, {3, 0, 2}};
constexpr std::size_t kHeaderBytes = 56;

engine::TrainState sample_state() {
  engine::TrainState state;
  state.epochs = {{0.1, 0.5, 0.30000000000000004, 0.25, 1, 2}, {engine::kNaN, 1, -0.0, 1e-310}};
  state.epochs[0].only_class = 255;
  state.arrays = {{1.F, -0.F, 1e-45F}, {}, {3.4e38F, -7.F}};
  state.train_seconds = 12.5;
  return state;
}

/// One checkpoint in a sweep's folder.
class CheckpointTest : public testing::Test {
 protected:
  void write(const engine::TrainState& state, int attempt = 1, int rank = 0) const {
    write_checkpoint(file_, folder_.checkpoint_temporary(kOwner.trial, attempt, rank), kOwner,
                     state);
  }
  [[nodiscard]] std::optional<engine::TrainState> read(
      const CheckpointOwner& owner = kOwner, const engine::StateShape& shape = kShape) const {
    return read_checkpoint(file_, owner, shape);
  }
  [[nodiscard]] std::string complaint(const CheckpointOwner& owner = kOwner,
                                      const engine::StateShape& shape = kShape) const {
    try {
      (void)read(owner, shape);
    } catch (const MachineError& error) {
      return error.what();
    }
    return "accepted";
  }
  void put(const std::string& bytes) const { std::ofstream(file_, std::ios::binary) << bytes; }
  [[nodiscard]] int epochs() const { return checkpoint_epochs(folder_, kOwner.trial); }
  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_.checkpoints()), fs::directory_iterator()));
  }

  ScratchFolder scratch_;
  SweepFolder folder_ = SweepFolder::create(scratch_ / "sweep");
  fs::path file_ = folder_.checkpoint(kOwner.trial);
};

TEST_F(CheckpointTest, IsReadAsItWasWrittenBitForBit) {
  EXPECT_FALSE(read()) << "there is none yet";
  EXPECT_EQ(epochs(), 0);
  const engine::TrainState state = sample_state();
  write(state);
  const auto found = read();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->train_seconds, 12.5);
  ASSERT_EQ(found->arrays.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(found->arrays[i], state.arrays[i]);
  }
  EXPECT_TRUE(std::signbit(found->arrays[0][1]));
  ASSERT_EQ(found->epochs.size(), 2U);
  EXPECT_EQ(found->epochs[0].validation_loss, 0.30000000000000004);
  EXPECT_EQ(found->epochs[0].monitor_loss, 1);
  EXPECT_EQ(found->epochs[0].monitor_accuracy, 2);
  EXPECT_EQ(found->epochs[0].only_class, 255);
  EXPECT_TRUE(std::isnan(found->epochs[1].train_loss));
  EXPECT_TRUE(std::signbit(found->epochs[1].validation_loss));
  EXPECT_EQ(found->epochs[1].validation_accuracy, 1e-310);
  EXPECT_EQ(found->epochs[1].only_class, engine::kSeveralClasses);
  EXPECT_EQ(epochs(), 2);
}

TEST_F(CheckpointTest, IsReplacedByALaterOneAndNothingElseIsLeft) {
  write(sample_state());
  engine::TrainState later = sample_state();
  later.epochs.emplace_back();
  write(later);
  EXPECT_EQ(read()->epochs.size(), 3U);
  EXPECT_EQ(epochs(), 3);
  EXPECT_EQ(files(), 1U);
}

TEST_F(CheckpointTest, WithAnyOneBitFlippedIsNeverAccepted) {
  write(sample_state());
  const std::string good = read_whole(file_);
  const Descriptor file = open_file(file_, O_WRONLY);
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      const char bad = static_cast<char>(good[at] ^ (1 << bit));
      ASSERT_EQ(::pwrite(file.get(), &bad, 1, static_cast<off_t>(at)), 1);
      ASSERT_THAT(complaint(), HasSubstr(file_.string() + ": ")) << "bit " << bit << " at " << at;
      if (at < kHeaderBytes) {
        ASSERT_EQ(epochs(), 0) << "bit " << bit << " at " << at;
      }
    }
    ASSERT_EQ(::pwrite(file.get(), &good[at], 1, static_cast<off_t>(at)), 1);
  }
  EXPECT_EQ(complaint(), "accepted");
}

TEST_F(CheckpointTest, CutAtAnyLengthIsNeverAccepted) {
  write(sample_state());
  const std::string good = read_whole(file_);
  for (std::size_t length = 0; length < good.size(); ++length) {
    put(good.substr(0, length));
    ASSERT_THAT(complaint(), HasSubstr("is cut short")) << "length " << length;
    ASSERT_EQ(epochs(), 0) << "length " << length;
  }
  put(good + '\0');
  EXPECT_THAT(complaint(), HasSubstr("bytes too many"));
}

TEST_F(CheckpointTest, OfAnotherTrialProgramVersionOrShapeIsRefusedWithTheReason) {
  write(sample_state());
  EXPECT_THAT(complaint({{1, 2}, kOwner.program}),
              HasSubstr("is of trial 0123456789abcdef0000000000000007, and this one is "
                        "00000000000000010000000000000002"));
  EXPECT_THAT(complaint({kOwner.trial, {1, 2}}), HasSubstr("another instruction set"));
  EXPECT_THAT(complaint(kOwner, {1, kShape.arrays}),
              HasSubstr("was taken after 2 epochs; expected 1 to 1"));
  EXPECT_THAT(complaint(kOwner, {9, {3, 0, 3}}),
              HasSubstr("holds a state of 128 bytes; expected 132 of this trial"));
  std::string other = read_whole(file_);
  other[4] = 2;
  put(other);
  EXPECT_THAT(complaint(), HasSubstr("of version 2, and this program reads version 1"));
  put("MLPJ" + other.substr(4));
  EXPECT_THAT(complaint(), HasSubstr("is no checkpoint: expected 'MLPC'"));
}

// A header that promises exabytes, in a file that has them (sparse), with checksums that hold.
TEST_F(CheckpointTest, TakesNoMemoryForWhatItsTrialCannotHave) {
  write(sample_state());
  std::string header = read_whole(file_).substr(0, 52);
  const std::uint64_t promised = std::uint64_t{1} << 42;
  std::memcpy(header.data() + 8, &promised, sizeof promised);
  const std::uint32_t checksum = crc32c(header);
  header.append(reinterpret_cast<const char*>(&checksum), sizeof checksum);
  put(header);
  std::error_code failed;
  fs::resize_file(file_, promised + 60, failed);
  if (failed) {
    GTEST_SKIP() << "no sparse files here: " << failed.message();
  }
  EXPECT_THAT(complaint(), HasSubstr("expected 128 of this trial"));
}

TEST_F(CheckpointTest, ThatIsNoPlainFileIsNeitherFollowedNorWaitedFor) {
  write(sample_state());
  fs::rename(file_, scratch_ / "elsewhere");
  fs::create_symlink(scratch_ / "elsewhere", file_);
  EXPECT_THAT(complaint(), HasSubstr("is no plain file"));
  fs::remove(file_);
  ASSERT_EQ(::mkfifo(file_.c_str(), 0600), 0);
  EXPECT_THAT(complaint(), HasSubstr("is no plain file"));
  fs::remove(file_);
  fs::create_directory(file_);
  EXPECT_THAT(complaint(), HasSubstr("is no plain file"));
  EXPECT_EQ(epochs(), 0);
}

TEST_F(CheckpointTest, ThatCannotBeWrittenLeavesTheOldOneAndNoTemporary) {
  write(sample_state());
  engine::TrainState later = sample_state();
  later.epochs.emplace_back();
  const fs::path temporary = folder_.checkpoint_temporary(kOwner.trial, 1, 0);
  fs::create_symlink(scratch_ / "elsewhere", temporary);
  EXPECT_THROW(write(later), MachineError);
  EXPECT_FALSE(fs::exists(scratch_ / "elsewhere"));
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(read()->epochs.size(), 2U);
}

TEST_F(CheckpointTest, OfOneTrialIsWrittenByTwoRanksUnderDifferentTemporaries) {
  EXPECT_EQ(folder_.checkpoint_temporary(kOwner.trial, 2, 3).filename(),
            "0123456789abcdef0000000000000007.run-0002-rank-0003.tmp");
  write(sample_state(), 1, 0);
  write(sample_state(), 1, 1);
  EXPECT_EQ(files(), 1U);
}

TEST_F(CheckpointTest, IsALeftoverOnceItsTrialHasARecord) {
  write(sample_state());
  const sweeps::Fingerprint ended{1, 1};
  const sweeps::Fingerprint failed{1, 2};
  const auto touch = [](const fs::path& file) { std::ofstream(file) << "x"; };
  touch(folder_.checkpoint(ended));
  touch(folder_.checkpoint(failed));
  touch(folder_.checkpoint_temporary(kOwner.trial, 1, 0));
  touch(folder_.checkpoints() / "notes.tmp");
  JournalWriter journal(folder_.journal(1, 0));
  journal.append(FrameType::kRecord, ended, encode(sample_record()));
  journal.append(FrameType::kFailed, failed, encode(sample_record()));
  remove_leftover_checkpoints(folder_, read_journals(folder_.journals()));
  EXPECT_TRUE(read()) << "that of a trial without a record";
  EXPECT_TRUE(fs::exists(folder_.checkpoint(failed))) << "a failed trial is tried again";
  EXPECT_TRUE(fs::exists(folder_.checkpoints() / "notes.tmp")) << "none of ours";
  EXPECT_EQ(files(), 3U);
}

TEST_F(CheckpointTest, LeftoversOfASweepThatHasNoneAreNothing) {
  remove_leftover_checkpoints(folder_, {});
  EXPECT_FALSE(fs::exists(folder_.checkpoints()));
}

}  // namespace
}  // namespace mlpsweep::results
