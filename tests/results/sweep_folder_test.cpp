#include "results/sweep_folder.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"
#include "results/file_io.h"

#include "sample_record.h"

namespace mlpsweep::results {
namespace {

namespace fs = std::filesystem;

template <class Action>
std::string complaint_of(Action action) {
  try {
    action();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no InputError";
}

void touch(const fs::path& file) {
  std::ofstream(file) << "x";
}

TEST(SweepFolder, PartsAreToldByTheirNumbers) {
  const ScratchFolder folder;
  for (const char* name : {"shard-10", "shard-2", "shard-", "shard-x", "shard-0", "shard-3x"}) {
    fs::create_directory(folder / name);
  }
  EXPECT_EQ(SweepFolder::shards(folder.path()),
            (std::vector<fs::path>{folder / "shard-2", folder / "shard-10"}));
  EXPECT_EQ(SweepFolder::shard(folder.path(), 2), folder / "shard-2");
  EXPECT_TRUE(SweepFolder::shards(folder / "absent").empty());
}

TEST(SweepFolder, OneThatHoldsPartsAloneIsTaken) {
  const ScratchFolder folder;
  fs::create_directory(folder / "shard-2");
  EXPECT_NO_THROW(SweepFolder::refuse_other_things(folder.path()));
  EXPECT_NO_THROW(SweepFolder::refuse_other_things(folder / "absent"));
  fs::create_directory(folder / "shard-two");
  EXPECT_THROW(SweepFolder::refuse_other_things(folder.path()), InputError);
}

TEST(SweepFolder, IsMadeWithAllFoldersAboveAndBelow) {
  const ScratchFolder scratch;
  const SweepFolder folder = SweepFolder::create(scratch / "runs" / "small");
  EXPECT_TRUE(fs::is_directory(folder.journals()));
  EXPECT_EQ(folder.spec(), folder.root() / "sweep.yaml");
  EXPECT_EQ(SweepFolder::open(folder.root()).root(), folder.root());
}

TEST(SweepFolder, ThatIsThereIsTakenAsItIs) {
  const ScratchFolder scratch;
  touch(SweepFolder::create(scratch.path()).spec());
  const SweepFolder again = SweepFolder::create(scratch.path());
  EXPECT_TRUE(fs::exists(again.spec()));
}

TEST(SweepFolder, WithOtherThingsInItIsRefusedUntouched) {
  const ScratchFolder scratch;
  touch(scratch / "thesis.tex");
  EXPECT_EQ(complaint_of([&] { (void)SweepFolder::create(scratch.path()); }),
            scratch.path().string() +
                ": holds other things (such as 'thesis.tex') and no sweep; name a new or an empty "
                "folder (-o DIR)");
  EXPECT_FALSE(fs::exists(scratch / "journal"));
}

TEST(SweepFolder, ThatIsAFileIsRefused) {
  const ScratchFolder scratch;
  touch(scratch / "file");
  EXPECT_EQ(
      complaint_of([&] { (void)SweepFolder::create(scratch / "file"); }),
      (scratch / "file").string() + ": is a file, and should be a folder for the results (-o DIR)");
}

TEST(SweepFolder, BelowAFileCannotBeMade) {
  const ScratchFolder scratch;
  touch(scratch / "file");
  EXPECT_THROW((void)SweepFolder::create(scratch / "file" / "sweep"), MachineError);
}

TEST(SweepFolder, ThatHoldsNoSweepIsNotOpened) {
  const ScratchFolder scratch;
  EXPECT_EQ(complaint_of([&] { (void)SweepFolder::open(scratch / "none"); }),
            (scratch / "none").string() + ": no such folder; 'mlpsweep run' makes one for a sweep");
  EXPECT_EQ(complaint_of([&] { (void)SweepFolder::open(scratch.path()); }),
            scratch.path().string() + ": is no sweep's folder: there is no 'journal' in it");
}

TEST(SweepFolder, ALinkInsideIsRefusedAndTheFolderItselfMayBeOne) {
  const ScratchFolder scratch;
  const SweepFolder folder = SweepFolder::create(scratch / "sweep");
  fs::create_directory_symlink("sweep", scratch / "link");
  EXPECT_EQ(SweepFolder::create(scratch / "link").root(), scratch / "link");
  for (const fs::path& name :
       {folder.spec(), folder.resolved(), folder.status(), folder.results(), folder.lock()}) {
    fs::create_symlink("../elsewhere", name);
    const std::string expected = name.string() + ": expected a plain file, found a symbolic link";
    EXPECT_THAT(complaint_of([&] { (void)SweepFolder::create(folder.root()); }),
                ::testing::StartsWith(expected));
    EXPECT_THAT(complaint_of([&] { (void)SweepFolder::open(folder.root()); }),
                ::testing::StartsWith(expected));
    fs::remove(name);
  }
  fs::create_directory_symlink("..", folder.checkpoints());
  EXPECT_THAT(complaint_of([&] { (void)SweepFolder::open(folder.root()); }),
              ::testing::HasSubstr("checkpoints: expected a plain folder, found a symbolic link"));
  fs::remove(folder.checkpoints());
  fs::rename(folder.journals(), scratch / "journals");
  fs::create_directory_symlink("../journals", folder.journals());
  EXPECT_THAT(complaint_of([&] { (void)SweepFolder::open(folder.root()); }),
              ::testing::HasSubstr("expected a plain folder, found a symbolic link"));
}

TEST(SweepFolder, NamesJournalsByAttemptAndRank) {
  const ScratchFolder scratch;
  const SweepFolder folder = SweepFolder::create(scratch.path());
  EXPECT_EQ(folder.journal(7, 3), folder.journals() / "run-0007-rank-0003.mlj");
}

TEST(SweepFolder, TheNextAttemptFollowsTheLargestThatHasAJournal) {
  const ScratchFolder scratch;
  const SweepFolder folder = SweepFolder::create(scratch.path());
  EXPECT_EQ(folder.next_attempt(), 1);
  touch(folder.journal(2, 0));
  touch(folder.journal(10, 1));
  touch(folder.journal(9, 0));
  touch(folder.journals() / "run-0099.mlj");  // none of our names
  touch(folder.journals() / "run-0098-rank-0000.bak");
  EXPECT_EQ(folder.next_attempt(), 11);
  touch(folder.journal(10000, 0));
  EXPECT_EQ(folder.next_attempt(), 10001);
}

TEST(SweepFolder, WhatAKilledRunWasWritingIsClearedAwayAndNothingElse) {
  const ScratchFolder scratch;
  const SweepFolder folder = SweepFolder::create(scratch.path());
  for (const auto& file : {folder.spec(), folder.resolved(), folder.status(), folder.costs()}) {
    touch(file);
    touch(temporary_of(file));
  }
  touch(scratch.path() / "notes.tmp");
  folder.remove_leftovers();
  for (const auto& file : {folder.spec(), folder.resolved(), folder.status(), folder.costs()}) {
    EXPECT_TRUE(fs::exists(file));
    EXPECT_FALSE(fs::exists(temporary_of(file)));
  }
  EXPECT_TRUE(fs::exists(scratch.path() / "notes.tmp"));
}

}  // namespace
}  // namespace mlpsweep::results
