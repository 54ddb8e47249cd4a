#include "runner/journal_thread.h"

#include <csignal>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "engine/errors.h"

#include "tests/engine/data_files.h"

namespace mlpsweep::runner {
namespace {

JournalEntry entry(std::uint64_t trial, const std::string& payload = "payload") {
  return {results::FrameType::kRecord,
          {trial, 1},
          payload,
          Outcome{trial, engine::State::kComplete, 1, 0.5}};
}

TEST(JournalThread, WhatItTellsIsOnTheDisk) {
  const engine::ScratchFolder folder;
  JournalThread journal(folder.path() / "run.mlj", "header");
  std::size_t told = 0;
  for (std::uint64_t trial = 0; trial < 100; ++trial) {
    journal.put(entry(trial));
    for (const Outcome& outcome : journal.take_durable()) {
      ++told;
      EXPECT_TRUE(results::read_journals(folder.path()).records.contains({outcome.trial, 1}));
    }
  }
  while (told < 100) {
    told += journal.take_durable().size();
  }
  EXPECT_EQ(results::read_journals(folder.path()).records.size(), 100U);
  EXPECT_FALSE(journal.failure());
}

TEST(JournalThread, WritesWhatWasPutBeforeItEnds) {
  const engine::ScratchFolder folder;
  {
    JournalThread journal(folder.path() / "run.mlj", "header");
    for (std::uint64_t trial = 0; trial < 50; ++trial) {
      journal.put(entry(trial));
    }
  }
  EXPECT_EQ(results::read_journals(folder.path()).records.size(), 50U);
}

TEST(JournalThread, RemovesACheckpointOnceTheRecordIsDurable) {
  const engine::ScratchFolder folder;
  const std::filesystem::path checkpoint = folder.write("checkpoint", {});
  const std::filesystem::path other = folder.write("other", {});
  {
    JournalThread journal(folder.path() / "run.mlj", "header");
    JournalEntry record = entry(1);
    record.checkpoint = checkpoint;
    journal.put(std::move(record));
    while (journal.take_durable().empty()) {
    }
    EXPECT_FALSE(std::filesystem::exists(checkpoint)) << "before anybody is told of the record";
    journal.put({results::FrameType::kBegun, {2, 1}, "", {}, other});
  }
  EXPECT_TRUE(std::filesystem::exists(other)) << "a trial that has begun has not ended";
}

TEST(JournalThread, TellsNothingAnyMoreOnceTheDiskIsFull) {
  const engine::ScratchFolder folder;
  std::signal(SIGXFSZ, SIG_IGN);
  const std::filesystem::path checkpoint = folder.write("checkpoint", {});
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{4096, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  std::vector<Outcome> told;
  {
    JournalThread journal(folder.path() / "run.mlj", "header");
    for (std::uint64_t trial = 0; trial < 10; ++trial) {
      journal.put(entry(trial, std::string(1000, 'x')));
    }
    while (!journal.failure()) {
    }
    JournalEntry lost = entry(10);
    lost.checkpoint = checkpoint;
    journal.put(std::move(lost));
    told = journal.take_durable();
    EXPECT_NE(words_of(journal.failure()).find("run.mlj"), std::string::npos);
  }
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_TRUE(std::filesystem::exists(checkpoint)) << "its record is not durable";
  const auto journals = results::read_journals(folder.path());
  EXPECT_TRUE(journals.faults.empty()) << "the part of a frame was not cut off";
  EXPECT_LT(told.size(), 10U);
  for (const Outcome& outcome : told) {
    EXPECT_TRUE(journals.records.contains({outcome.trial, 1})) << outcome.trial;
  }
}

}  // namespace
}  // namespace mlpsweep::runner
