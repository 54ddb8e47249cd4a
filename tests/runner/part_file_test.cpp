#include "runner/part_file.h"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <optional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "engine/errors.h"

#include "tests/engine/data_files.h"

namespace mlpsweep::runner {
namespace {

namespace fs = std::filesystem;

class PartFileTest : public ::testing::Test {
 protected:
  engine::ScratchFolder folder_;
  fs::path target_ = folder_.path() / "a";
  fs::path part_ = folder_.path() / "a.part";
};

TEST_F(PartFileTest, IsGoneUnlessItIsKept) {
  {
    const PartFile part(target_);
    EXPECT_TRUE(fs::exists(part_));
  }
  EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(PartFileTest, KeptItReplacesTheTarget) {
  static_cast<void>(folder_.write("a", engine::text_bytes("old")));
  {
    PartFile part(target_);
    ASSERT_EQ(write(part.descriptor(), "new", 3), 3);
    EXPECT_EQ(results::read_whole(target_), "old");
    part.keep();
  }
  EXPECT_EQ(results::read_whole(target_), "new");
  EXPECT_FALSE(fs::exists(part_));
}

TEST_F(PartFileTest, WhatAKillLeftIsTakenOverAndEmptied) {
  static_cast<void>(folder_.write("a.part", engine::text_bytes("half of another download")));
  const PartFile part(target_);
  EXPECT_EQ(fs::file_size(part_), 0U);
}

TEST_F(PartFileTest, OneAtATimeHoldsIt) {
  std::optional<PartFile> first(target_);
  ASSERT_EQ(write(first->descriptor(), "half", 4), 4);
  EXPECT_EQ(engine::message_of<MachineError>([&] { const PartFile second(target_); }),
            target_.string() + ": another fetch is bringing this file");
  EXPECT_EQ(results::read_whole(part_), "half");
  first.reset();
  const PartFile third(target_);
}

// Between another's opening and locking, the part may become the target: that one must not be
// emptied.
TEST_F(PartFileTest, WhoComesLateNeverEmptiesWhatWasKept) {
  std::atomic<bool> done = false;
  std::thread late([&] {
    while (!done) {
      try {
        const PartFile part(target_);
      } catch (const MachineError&) {  // held
      }
    }
  });
  int kept = 0;
  int empty = 0;
  while (kept < 20) {
    try {
      PartFile part(target_);
      if (write(part.descriptor(), "whole", 5) == 5) {
        part.keep();
        ++kept;
      }
    } catch (const MachineError&) {  // held
      continue;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    empty += results::read_whole(target_) == "whole" ? 0 : 1;
  }
  done = true;
  late.join();
  EXPECT_EQ(empty, 0) << "of " << kept;
}

}  // namespace
}  // namespace mlpsweep::runner
