#include "results/lock.h"

#include <csignal>
#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/errors.h"

#include "sample_record.h"

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

/// A process that holds the lock until it is killed.
class Holder {
 public:
  explicit Holder(const std::filesystem::path& folder) {
    int ready[2];
    if (::pipe(ready) != 0) {
      throw std::runtime_error("pipe");
    }
    process_ = ::fork();
    if (process_ == 0) {
      const SweepLock lock(folder);
      (void)!::write(ready[1], "x", 1);
      for (;;) {
        ::pause();
      }
    }
    char byte = 0;
    (void)!::read(ready[0], &byte, 1);
    ::close(ready[0]);
    ::close(ready[1]);
  }
  ~Holder() { kill(); }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;

  [[nodiscard]] int process() const { return process_; }

  void kill() {
    if (process_ > 0) {
      ::kill(process_, SIGKILL);
      ::waitpid(process_, nullptr, 0);
      process_ = -1;
    }
  }

 private:
  pid_t process_ = -1;
};

TEST(SweepLock, ASecondTakerIsRefusedAndToldWhoHoldsIt) {
  const ScratchFolder folder;
  ::unsetenv("SLURM_JOB_ID");
  const SweepLock lock(folder.path());
  EXPECT_THAT(
      refusal(folder.path()),
      MatchesRegex(folder.path().string() + " is in use by process " + std::to_string(::getpid()) +
                   " on .+ since [0-9-]{10}T[0-9:]{8}Z; 'mlpsweep status " +
                   folder.path().string() + "' shows how far it is"));
}

TEST(SweepLock, AnotherProcessIsNamedByItsOwnNumber) {
  const ScratchFolder folder;
  const Holder holder(folder.path());
  EXPECT_THAT(refusal(folder.path()),
              HasSubstr("in use by process " + std::to_string(holder.process()) + " on "));
}

TEST(SweepLock, NamesTheJobUnderSlurm) {
  const ScratchFolder folder;
  ::setenv("SLURM_JOB_ID", "4711", 1);
  const SweepLock lock(folder.path());
  ::unsetenv("SLURM_JOB_ID");
  EXPECT_THAT(refusal(folder.path()), HasSubstr(" of job 4711 on "));
}

TEST(SweepLock, IsFreeAgainAfterItsOwnerIsDone) {
  const ScratchFolder folder;
  { const SweepLock lock(folder.path()); }
  const SweepLock again(folder.path());
  EXPECT_EQ(again.taken_over(), std::nullopt);
}

TEST(SweepLock, OfAKilledProcessIsTakenOverAndSaid) {
  const ScratchFolder folder;
  Holder holder(folder.path());
  const int dead = holder.process();
  holder.kill();
  const SweepLock lock(folder.path());
  ASSERT_TRUE(lock.taken_over().has_value());
  EXPECT_EQ(lock.taken_over()->process, dead);
}

TEST(SweepLock, ARefusedTakerChangesNothing) {
  const ScratchFolder folder;
  const Holder holder(folder.path());
  EXPECT_NE(refusal(folder.path()), "");
  const auto owner = lock_owner(folder.path());
  ASSERT_TRUE(owner.has_value());
  EXPECT_EQ(owner->process, holder.process());
}

TEST(SweepLock, ARecordOfRubbishBlocksNobody) {
  const ScratchFolder folder;
  for (const char* rubbish : {"{\"process\": \"no number\"}", "\x01\x02", "[]"}) {
    std::ofstream(folder / "lock") << rubbish;
    EXPECT_EQ(refusal(folder.path()), "");
  }
}

TEST(LockOwner, IsNobodyWhereNobodyHoldsIt) {
  const ScratchFolder folder;
  EXPECT_EQ(lock_owner(folder.path()), std::nullopt);  // no lock file at all
  Holder holder(folder.path());
  EXPECT_TRUE(lock_owner(folder.path()).has_value());
  holder.kill();
  EXPECT_EQ(lock_owner(folder.path()), std::nullopt);  // the record is there, the owner is dead
  EXPECT_EQ(refusal(folder.path()), "");               // and asking has taken nothing
}

}  // namespace
}  // namespace mlpsweep::results
