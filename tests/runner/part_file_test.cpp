#include "runner/part_file.h"

#include <filesystem>
#include <optional>

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

}  // namespace
}  // namespace mlpsweep::runner
