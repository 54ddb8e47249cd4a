#include "results/lock.h"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/errors.h"

#include "lock_holder.h"
#include "sample_record.h"

namespace {

int flock_refusal = 0;  // errno's number, of a file system without locks

}  // namespace

/// The program's flock in this test.
extern "C" int flock(int file, int operation) noexcept {
  if (flock_refusal != 0) {
    errno = flock_refusal;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_flock, file, operation));
}

namespace mlpsweep::results {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;

/// What a second taker is told, or "" if it gets the lock.
std::string refusal(const std::filesystem::path& folder) {
  try {
    const SweepLock lock(folder);
    return "";
  } catch (const InputError& error) {
    return error.what();
  }
}

using Holder = LockHolder<SweepLock>;

/// Twice: with locks, and on a file system that has none.
class SweepLockForms : public testing::TestWithParam<int> {
 protected:
  SweepLockForms() { flock_refusal = GetParam(); }
  ~SweepLockForms() override { flock_refusal = 0; }
};

INSTANTIATE_TEST_SUITE_P(FlockSays, SweepLockForms,
                         testing::Values(0, ENOLCK, ENOSYS, EOPNOTSUPP, EINVAL, 524));

TEST_P(SweepLockForms, ASecondTakerIsRefusedAndToldWhoHoldsIt) {
  const ScratchFolder folder;
  ::unsetenv("SLURM_JOB_ID");
  const SweepLock lock(folder.path());
  EXPECT_THAT(
      refusal(folder.path()),
      MatchesRegex(folder.path().string() + " is in use by process " + std::to_string(::getpid()) +
                   " on .+ since [0-9-]{10}T[0-9:]{8}Z; 'mlpsweep status " +
                   folder.path().string() + "' shows how far it is"));
}

TEST_P(SweepLockForms, AnotherProcessIsNamedByItsOwnNumber) {
  const ScratchFolder folder;
  const Holder holder(folder.path());
  EXPECT_THAT(refusal(folder.path()),
              HasSubstr("in use by process " + std::to_string(holder.process()) + " on "));
}

TEST_P(SweepLockForms, NamesTheJobUnderSlurm) {
  const ScratchFolder folder;
  ::setenv("SLURM_JOB_ID", "4711", 1);
  const SweepLock lock(folder.path());
  ::unsetenv("SLURM_JOB_ID");
  EXPECT_THAT(refusal(folder.path()), HasSubstr(" of job 4711 on "));
}

TEST_P(SweepLockForms, IsFreeAgainAfterItsOwnerIsDone) {
  const ScratchFolder folder;
  { const SweepLock lock(folder.path()); }
  const SweepLock again(folder.path());
  EXPECT_EQ(again.taken_over(), std::nullopt);
}

TEST_P(SweepLockForms, OfAKilledProcessIsTakenOverAndSaid) {
  const ScratchFolder folder;
  Holder holder(folder.path());
  const int dead = holder.process();
  holder.kill();
  const SweepLock lock(folder.path());
  ASSERT_TRUE(lock.taken_over().has_value());
  EXPECT_EQ(lock.taken_over()->process, dead);
}

std::map<std::string, std::pair<std::string, std::filesystem::file_time_type>> all_of(
    const std::filesystem::path& folder) {
  std::map<std::string, std::pair<std::string, std::filesystem::file_time_type>> all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    all[entry.path().filename().string()] = {read_whole(entry.path()), entry.last_write_time()};
  }
  all["."] = {"", std::filesystem::last_write_time(folder)};
  return all;
}

TEST_P(SweepLockForms, ARefusedTakerChangesNothing) {
  const ScratchFolder folder;
  const Holder holder(folder.path());
  const auto before = all_of(folder.path());
  EXPECT_NE(refusal(folder.path()), "");
  EXPECT_EQ(all_of(folder.path()), before);
  const auto owner = lock_owner(folder.path());
  ASSERT_TRUE(owner.has_value());
  EXPECT_EQ(owner->process, holder.process());
}

TEST_P(SweepLockForms, OneThatWasTakenOverIsNotToldOfAgain) {
  const ScratchFolder folder;
  Holder(folder.path()).kill();
  { const SweepLock lock(folder.path()); }
  EXPECT_EQ(SweepLock(folder.path()).taken_over(), std::nullopt);
}

TEST(SweepLock, ARecordOfRubbishBlocksNobody) {
  const ScratchFolder folder;
  for (const char* rubbish : {"{\"process\": \"no number\"}", "\x01\x02", "[]"}) {
    std::ofstream(folder / "lock") << rubbish;
    EXPECT_EQ(refusal(folder.path()), "");
  }
}

TEST_P(SweepLockForms, TheOwnerIsNobodyWhereNobodyHoldsIt) {
  const ScratchFolder folder;
  EXPECT_EQ(lock_owner(folder.path()), std::nullopt);  // no lock file at all
  Holder holder(folder.path());
  EXPECT_TRUE(lock_owner(folder.path()).has_value());
  holder.kill();
  EXPECT_EQ(lock_owner(folder.path()), std::nullopt);  // the record is there, the owner is dead
  EXPECT_EQ(refusal(folder.path()), "");               // and asking has taken nothing
}

// flock may fail on one node only, or for a while.
TEST(SweepLock, TheFormsRespectEachOther) {
  const ScratchFolder folder;
  for (const int first : {0, ENOLCK}) {
    flock_refusal = first;
    Holder holder(folder.path());
    flock_refusal = ENOLCK - first;
    EXPECT_THAT(refusal(folder.path()),
                HasSubstr("in use by process " + std::to_string(holder.process())));
    holder.kill();
    const SweepLock lock(folder.path());
    EXPECT_TRUE(lock.taken_over().has_value());
    flock_refusal = 0;
  }
  EXPECT_EQ(SweepLock(folder.path()).taken_over(), std::nullopt);
}

}  // namespace
}  // namespace mlpsweep::results
