#include "results/owner_file.h"

#include <fstream>
#include <functional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/errors.h"

#include "lock_holder.h"
#include "sample_record.h"

namespace {

std::function<void()> before_link;  // what others do in the meantime; once

}  // namespace

/// The program's link in this test.
extern "C" int link(const char* from, const char* to) noexcept {
  if (auto now = std::exchange(before_link, nullptr)) {
    now();
  }
  return ::linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

namespace mlpsweep::results {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.insert(entry.path().filename().string());
  }
  return names;
}

void put_record(const fs::path& file, const LockOwner& owner) {
  write_owner(open_file(file, O_WRONLY | O_CREAT | O_APPEND), owner, file);
}

LockOwner dead_process() {
  LockOwner owner = this_process();
  owner.start += 1;
  return owner;
}

TEST(OwnerFile, OfADeadOwnerIsFollowedByTheNextNumber) {
  const ScratchFolder folder;
  LockHolder<OwnerFile> holder(folder.path());
  EXPECT_THROW(OwnerFile(folder.path()), InputError);
  const int dead = holder.process();
  holder.kill();
  const OwnerFile file(folder.path());
  EXPECT_EQ(file.taken_over()->process, dead);
  EXPECT_THAT(names_in(folder.path()), ElementsAre("lock.2"));
}

TEST(OwnerFile, StaysEmptyWhenItIsGivenBack) {
  const ScratchFolder folder;
  { const OwnerFile file(folder.path()); }
  EXPECT_EQ(fs::file_size(folder / "lock.1"), 0U);
  EXPECT_EQ(OwnerFile(folder.path()).taken_over(), std::nullopt);
}

TEST(OwnerFile, ClearsAwayWhatWasKilledWhileItWasTaken) {
  const ScratchFolder folder;
  for (const char* name : {"lock.new-abcdef", "lock.3", "lock.12", "lock.x", "lock.12.old"}) {
    std::ofstream(folder / name);
  }
  const OwnerFile file(folder.path());
  EXPECT_THAT(names_in(folder.path()), ElementsAre("lock.12.old", "lock.13", "lock.x"));
}

TEST(OwnerFile, WithARecordOfRubbishIsNotTakenOver) {
  const ScratchFolder folder;
  std::ofstream(folder / "lock.1") << "{\"host";
  EXPECT_THROW(OwnerFile(folder.path()), InputError);
}

TEST(OwnerFile, OfSomebodyFasterIsRespected) {
  const ScratchFolder folder;
  put_record(folder / "lock.1", dead_process());
  before_link = [&] { put_record(folder / "lock.2", this_process()); };
  EXPECT_THROW(OwnerFile(folder.path()), InputError);
  EXPECT_THAT(names_in(folder.path()), ElementsAre("lock.1", "lock.2"));
}

// Two others have come and cleared away the name that this one was going to make.
TEST(OwnerFile, OfSomebodyMuchFasterIsRespected) {
  const ScratchFolder folder;
  put_record(folder / "lock.1", dead_process());
  before_link = [&] {
    put_record(folder / "lock.3", this_process());
    fs::remove(folder / "lock.1");
  };
  EXPECT_THROW(OwnerFile(folder.path()), InputError);
  EXPECT_THAT(names_in(folder.path()), ElementsAre("lock.3"));
}

// The holder clears away the new file of one that is still about to link it.
TEST(OwnerFile, IsMadeAnewWhenItsNewRecordWasClearedAway) {
  const ScratchFolder folder;
  before_link = [&] {
    for (const std::string& name : names_in(folder.path())) {
      fs::remove(folder / name);
    }
  };
  const OwnerFile file(folder.path());
  EXPECT_THAT(names_in(folder.path()), ElementsAre("lock.1"));
}

/// Tries to have it together with others, says 'h' (holds it) or 'r' (refused), and ends when all
/// have said so.
[[noreturn]] void try_with_others(const fs::path& folder, int start, int answers, int end) {
  char byte = 0;
  (void)!::read(start, &byte, 1);
  try {
    const OwnerFile file(folder);
    (void)!::write(answers, "h", 1);
    (void)!::read(end, &byte, 1);
  } catch (const InputError&) {
    (void)!::write(answers, "r", 1);
  }
  ::_exit(0);
}

/// How many of so many processes hold it at once.
int holders_of(const fs::path& folder, int processes) {
  int start[2];
  int answers[2];
  int end[2];
  if (::pipe(start) != 0 || ::pipe(answers) != 0 || ::pipe(end) != 0) {
    throw std::runtime_error("pipe");
  }
  for (int i = 0; i < processes; ++i) {
    if (::fork() == 0) {
      ::close(start[1]);
      ::close(end[1]);
      try_with_others(folder, start[0], answers[1], end[0]);
    }
  }
  for (const int closed : {start[0], start[1], answers[1], end[0]}) {
    ::close(closed);
  }
  int holders = 0;
  for (char answer = 0; processes > 0 && ::read(answers[0], &answer, 1) == 1; --processes) {
    holders += answer == 'h';
  }
  ::close(answers[0]);
  ::close(end[1]);
  while (::wait(nullptr) > 0) {
  }
  return holders;
}

TEST(OwnerFile, OfADeadOwnerIsTakenOverByExactlyOneOfMany) {
  const ScratchFolder folder;
  for (int round = 1; round <= 20; ++round) {
    put_record(folder / fmt::format("lock.{}", 2 * round - 1), dead_process());
    EXPECT_EQ(holders_of(folder.path(), 12), 1);
    EXPECT_THAT(names_in(folder.path()), ElementsAre(fmt::format("lock.{}", 2 * round)));
  }
}

}  // namespace
}  // namespace mlpsweep::results
