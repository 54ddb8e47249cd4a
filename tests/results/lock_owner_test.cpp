#include "results/lock_owner.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "engine/errors.h"

#include "lock_holder.h"
#include "sample_record.h"

namespace mlpsweep::results {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// Holds nothing; a process that lives.
struct Nothing {
  explicit Nothing(const std::filesystem::path& /*folder*/) {}
};

TEST(LockOwner, ThatIsThisProcessLives) {
  EXPECT_EQ(fate_of(this_process()), Fate::kAlive);
}

TEST(LockOwner, IsGoneOnceItsProcessIs) {
  LockHolder<Nothing> other("");
  LockOwner owner = this_process();
  owner.process = other.process();
  owner.start = 0;  // not known: any process of that number counts
  EXPECT_EQ(fate_of(owner), Fate::kAlive);
  other.kill_unseen();
  EXPECT_EQ(fate_of(owner), Fate::kGone);
  other.kill();
  EXPECT_EQ(fate_of(owner), Fate::kGone);
}

TEST(LockOwner, IsGoneWhereItsNumberWasGivenToAnotherProcess) {
  LockOwner owner = this_process();
  ASSERT_NE(owner.start, 0U);
  owner.start += 1;
  EXPECT_EQ(fate_of(owner), Fate::kGone);
}

TEST(LockOwner, IsGoneWhereItsMachineWasStartedAnew) {
  LockOwner owner = this_process();
  owner.boot = "9f0c0b0e-5f0a-4d4a-8a9e-0d7d7f3c1a11";
  EXPECT_EQ(fate_of(owner), Fate::kGone);
}

TEST(LockOwner, OfAnotherHostOrContainerIsNotKnown) {
  LockOwner elsewhere = this_process();
  elsewhere.host += "2";
  EXPECT_EQ(fate_of(elsewhere), Fate::kUnknown);
  LockOwner contained = this_process();
  contained.process_space = "pid:[1]";
  EXPECT_EQ(fate_of(contained), Fate::kUnknown);
  EXPECT_EQ(fate_of(LockOwner()), Fate::kUnknown);
}

TEST(LockOwner, IsReadAsItWasWritten) {
  const ScratchFolder folder;
  const auto file = open_file(folder / "lock", O_RDWR | O_CREAT | O_APPEND);
  EXPECT_EQ(read_owner(file, folder / "lock"), std::nullopt);
  LockOwner owner = this_process();
  owner.job = "4711";
  owner.host = "node7";
  write_owner(file, this_process(), folder / "lock");
  write_owner(file, owner, folder / "lock");
  const auto read = read_owner(file, folder / "lock");
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->text(), owner.text());
  EXPECT_EQ(read->boot, owner.boot);
  EXPECT_EQ(read->process_space, owner.process_space);
  EXPECT_EQ(read->start, owner.start);
  give_back(file);
  EXPECT_EQ(read_owner(file, folder / "lock"), std::nullopt);
}

TEST(LockOwner, WithAFractionForANumberIsNone) {
  const ScratchFolder folder;
  const auto file = open_file(folder / "lock", O_RDWR | O_CREAT | O_APPEND);
  write_all(file, R"({"host": "node7", "process": 1e300})", folder / "lock");
  EXPECT_EQ(read_owner(file, folder / "lock"), std::nullopt);
}

TEST(LockOwner, ThatCannotBeJudgedIsToldWithTheFileToRemove) {
  LockOwner owner = this_process();
  owner.host = "node7";
  try {
    refuse_unless_gone("sweep", owner, "sweep/lock.3");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("sweep is in use by process"), HasSubstr("on node7"),
                                    HasSubstr("If it surely runs no more, remove sweep/lock.3")));
  }
}

}  // namespace
}  // namespace mlpsweep::results
