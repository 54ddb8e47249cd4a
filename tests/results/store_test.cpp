// write_results and read_results: what goes in comes out, and a failure leaves the old file.
#include "results/store.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/errors.h"
#include "results/hdf5_file.h"

#include "sample_record.h"
#include "store_samples.h"

namespace mlpsweep::results {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;

bool always(std::size_t) {
  return true;
}

void write(const fs::path& file, const std::vector<Record>& records) {
  write_results(file, sample_info(), records.size(), source_of(records), always);
}

std::string bytes_of_file(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// The digest says nothing of provenance; these are all the rest.
void expect_same(const Record& read, const Record& written) {
  EXPECT_EQ(digest_of(read), digest_of(written)) << written.result.reason;
  EXPECT_EQ(read.settings, written.settings);
  EXPECT_EQ(read.result.reason, written.result.reason);
  EXPECT_EQ(read.result.train_seconds, written.result.train_seconds);
  EXPECT_EQ(read.provenance.started, written.provenance.started);
  EXPECT_EQ(read.provenance.host, written.provenance.host);
  EXPECT_EQ(read.provenance.processor, written.provenance.processor);
  EXPECT_EQ(read.provenance.isa, written.provenance.isa);
  EXPECT_EQ(read.provenance.program, written.provenance.program);
  EXPECT_EQ(read.provenance.rank, written.provenance.rank);
  EXPECT_EQ(read.provenance.ranks, written.provenance.ranks);
  EXPECT_EQ(read.provenance.threads, written.provenance.threads);
  EXPECT_EQ(read.provenance.attempt, written.provenance.attempt);
}

void expect_round_trip(const std::vector<Record>& records) {
  const ScratchFolder folder;
  write(folder / "results.h5", records);
  const StoredResults stored = read_results(folder / "results.h5");
  ASSERT_EQ(stored.records.size(), records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    expect_same(stored.records[i], records[i]);
  }
}

std::string refusal(const fs::path& file) {
  try {
    (void)read_results(file);
  } catch (const InputError& error) {
    return error.what();
  }
  return "nothing was refused";
}

TEST(Store, RecordsOfManyShapesReadBackToTheSameDigest) {
  expect_round_trip(records_of_many_shapes());
}

TEST(Store, ARecordWithSomethingInEveryFieldReadsBackToTheSameDigest) {
  expect_round_trip({sample_record(0), sample_record(1)});
}

TEST(Store, WhatTheFirstVersionHadNotReadsBackToTheSameDigest) {
  expect_round_trip({sample_with_later_fields(), sample_record(1), sample_with_later_fields(2)});
}

TEST(Store, TrialsThatAllFailedReadBack) {
  expect_round_trip({failed(0), failed(1)});
}

TEST(Store, ASweepWithoutAnyTestPartReadsBack) {
  expect_round_trip({without_test(0), diverged(1)});
}

TEST(Store, NoRecordsAtAllReadBack) {
  expect_round_trip({});
}

TEST(Store, MoreTrialsThanABlockReadBack) {
  std::vector<Record> records;
  for (int i = 0; i < 4500; ++i) {  // blocks have at most 4,096 rows, texts 1,024
    records.push_back(trained_record(i, 1 + i % 3, i % 5));
  }
  expect_round_trip(records);
}

TEST(Store, RowsLargerThanABlockReadBack) {
  expect_round_trip({trained_record(0, 40'000, 300'000), trained_record(1, 2, 299'999)});
}

TEST(Store, ASettingNamedLikeAnotherColumnKeepsItsOwn) {
  std::vector<Record> records = {trained_record(0), trained_record(1)};
  for (Record& record : records) {
    change_settings(record, [](auto& settings) {
      settings.push_back({"seed", std::string("a word")});
      settings.push_back({"trial", 0.5});
    });
  }
  expect_round_trip(records);
}

TEST(Store, SettingsInAnotherOrderKeepIt) {
  std::vector<Record> records = {trained_record(0), trained_record(1)};
  change_settings(records[1],
                  [](auto& settings) { std::reverse(settings.begin(), settings.end()); });
  expect_round_trip(records);
}

TEST(Store, WhatIsSaidOfTheSweepReadsBack) {
  const ScratchFolder folder;
  const std::vector<Record> records = {trained_record(0), trained_record(1), trained_record(2)};
  const SweepInfo info = sample_info();
  write_results(folder / "results.h5", info, 3, source_of(records),
                [](std::size_t index) { return index != 1; });
  const StoredResults stored = read_results(folder / "results.h5");
  EXPECT_EQ(stored.info.name, info.name);
  EXPECT_EQ(stored.info.spec, info.spec);
  EXPECT_EQ(stored.info.overrides, info.overrides);
  EXPECT_EQ(stored.info.metric, info.metric);
  EXPECT_EQ(stored.info.minimize, info.minimize);
  EXPECT_EQ(stored.info.at_best, info.at_best);
  EXPECT_EQ(stored.info.swept, info.swept);
  EXPECT_EQ(stored.info.planned, info.planned);
  EXPECT_EQ(stored.info.provenance, info.provenance);
  EXPECT_EQ(stored.in_plan, (std::vector<bool>{true, false, true}));
}

TEST(Store, ASpecLargerThanAnAttributeReadsBack) {
  const ScratchFolder folder;
  SweepInfo info = sample_info();
  info.spec = std::string(1U << 20U, '#');  // an attribute that is no vlen text ends at 64 KiB
  info.overrides.clear();
  info.minimize = false;
  const std::vector<Record> records = {trained_record(0)};
  write_results(folder / "results.h5", info, 1, source_of(records), always);
  const StoredResults stored = read_results(folder / "results.h5");
  EXPECT_EQ(stored.info.spec, info.spec);
  EXPECT_TRUE(stored.info.overrides.empty());
  EXPECT_FALSE(stored.info.minimize);
}

TEST(Store, TheSameRecordsGiveTheSameBytes) {
  const ScratchFolder folder;
  const std::vector<Record> records = records_of_many_shapes();
  write(folder / "first.h5", records);
  ::sleep(1);  // object times have whole seconds
  write(folder / "second.h5", records);
  EXPECT_TRUE(bytes_of_file(folder / "first.h5") == bytes_of_file(folder / "second.h5"));
}

TEST(Store, ARewriteReplacesTheFileAndLeavesNoOther) {
  const ScratchFolder folder;
  write(folder / "results.h5", {trained_record(0)});
  std::ofstream(folder / "results.h5.123.partial") << "left behind by a killed writer";
  std::ofstream(folder / "results.h5.mine.partial") << "somebody else's";
  write(folder / "results.h5", {trained_record(0), trained_record(1)});
  EXPECT_EQ(read_results(folder / "results.h5").records.size(), 2U);
  EXPECT_EQ(names_in(folder.path()),
            (std::vector<std::string>{"results.h5", "results.h5.mine.partial"}));
}

TEST(Store, AReaderOfTheOldFileIsNotDisturbedByARewrite) {
  const ScratchFolder folder;
  write(folder / "results.h5", {trained_record(0)});
  std::ifstream open_before(folder / "results.h5", std::ios::binary);
  const std::string old_bytes = bytes_of_file(folder / "results.h5");
  write(folder / "results.h5", {trained_record(1), trained_record(2)});
  std::ostringstream seen;
  seen << open_before.rdbuf();
  EXPECT_TRUE(seen.str() == old_bytes);
}

/// Runs in a child process, which then exits as programs do, through the library's own clean-up.
int exit_code_of_writing_on_a_full_disk(const fs::path& file, std::size_t most_bytes) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {most_bytes, most_bytes};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    std::vector<Record> records;
    for (int i = 0; i < 300; ++i) {
      records.push_back(trained_record(i, 100, 5000));
    }
    int code = 0;
    try {
      write(file, records);
    } catch (const MachineError& error) {
      const std::string what = error.what();
      code = what.find("File too large") != std::string::npos && what.find(file) == 0 ? 3 : 4;
    }
    std::exit(code);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST(Store, AFullDiskLeavesTheOldFileAndAProcessThatExitsInPeace) {
  const ScratchFolder folder;
  write(folder / "results.h5", {trained_record(0)});
  const std::string old_bytes = bytes_of_file(folder / "results.h5");
  for (const std::size_t most : {0U, 1U, 2'000U, 20'000U, 70'000U, 150'000U, 250'000U}) {
    EXPECT_EQ(exit_code_of_writing_on_a_full_disk(folder / "results.h5", most), 3) << most;
    EXPECT_TRUE(bytes_of_file(folder / "results.h5") == old_bytes) << most;
    EXPECT_EQ(names_in(folder.path()), (std::vector<std::string>{"results.h5"})) << most;
  }
}

TEST(Store, AFaultOfTheSourceLeavesTheOldFileAndNoOther) {
  const ScratchFolder folder;
  write(folder / "results.h5", {trained_record(0)});
  std::size_t calls = 0;
  const RecordSource source = [&calls](std::size_t index) {
    if (++calls == 15) {  // in the second pass over 10
      throw MachineError("journal/0-1.mlj: cannot read: Input/output error");
    }
    return trained_record(static_cast<int>(index));
  };
  try {
    write_results(folder / "results.h5", sample_info(), 10, source, always);
    FAIL() << "no error";
  } catch (const MachineError& error) {
    EXPECT_THAT(error.what(), HasSubstr("0-1.mlj: cannot read"));
  }
  EXPECT_EQ(read_results(folder / "results.h5").records.size(), 1U);
  EXPECT_EQ(names_in(folder.path()), (std::vector<std::string>{"results.h5"}));
}

TEST(Store, AFolderThatIsNotThereIsAMachineError) {
  EXPECT_THROW(write("/no/such/folder/results.h5", {}), MachineError);
}

TEST(Store, AFileThatIsNotThereIsToldSo) {
  EXPECT_THAT(refusal("/no/such/results.h5"), HasSubstr("/no/such/results.h5: no such file"));
}

TEST(Store, AFileThatIsNoHdf5IsToldSo) {
  const ScratchFolder folder;
  std::ofstream(folder / "results.h5") << "rows,columns\n1,2\n";
  EXPECT_THAT(refusal(folder / "results.h5"), HasSubstr("can't open the file as HDF5"));
  EXPECT_THAT(refusal(folder.path()), HasSubstr("can't be read as results"));
}

TEST(Store, ATruncatedFileIsRefusedWhereverItIsCut) {
  const ScratchFolder folder;
  write(folder / "results.h5", records_of_many_shapes());
  const auto bytes = fs::file_size(folder / "results.h5");
  for (std::uintmax_t kept = 0; kept < bytes; kept += 1 + bytes / 23) {
    fs::copy_file(folder / "results.h5", folder / "cut.h5", fs::copy_options::overwrite_existing);
    fs::resize_file(folder / "cut.h5", kept);
    EXPECT_THAT(refusal(folder / "cut.h5"), HasSubstr("cut.h5 can't be read as results")) << kept;
  }
}

TEST(Store, AChangedFigureIsNoticed) {
  const ScratchFolder folder;
  Record record = trained_record(0);
  record.result.test_accuracy = 0.12345678901234567;
  write(folder / "results.h5", {record});
  std::string bytes = bytes_of_file(folder / "results.h5");
  const double accuracy = record.result.test_accuracy;
  const std::string_view figure(reinterpret_cast<const char*>(&accuracy), sizeof accuracy);
  const std::size_t at = bytes.find(figure);
  ASSERT_NE(at, std::string::npos);
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  std::ofstream(folder / "results.h5", std::ios::binary) << bytes;
  EXPECT_THAT(refusal(folder / "results.h5"), HasSubstr("something changed it since"));
}

// What guards against files that unpack without bounds must not meet these.
TEST(Store, TrialsWhoseFiguresPackWellReadBack) {
  std::vector<Record> records = {trained_record(0, 3000, 10'000)};  // the others' curves are padded
  for (int i = 1; i < 400; ++i) {
    records.push_back(trained_record(i, 2, 10'000));
  }
  for (Record& record : records) {
    std::ranges::fill(record.result.predictions, record.result.predictions.front());
  }
  expect_round_trip(records);
}

TEST(Store, ARowThatStandsTwiceIsRefused) {
  const ScratchFolder folder;
  write(folder / "results.h5", {trained_record(0), trained_record(1), trained_record(0)});
  EXPECT_THAT(refusal(folder / "results.h5"), HasSubstr("two rows of the trial"));
}

TEST(Store, TenThousandTrialsTakeASecondOrTwo) {
  const ScratchFolder folder;
  const auto start = std::chrono::steady_clock::now();
  write_results(
      folder / "results.h5", sample_info(), 10'000,
      [](std::size_t index) { return trained_record(static_cast<int>(index), 10, 0); }, always);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  RecordProperty("write_seconds", std::to_string(taken.count()));
  EXPECT_LT(taken.count(), 30) << "on two busy cores under sanitizers; a free core takes 0.3";
  EXPECT_EQ(read_results(folder / "results.h5").records.size(), 10'000U);
}

TEST(Store, TellsWhichRecordsAreOfWhichExperiment) {
  const ScratchFolder folder;
  const std::vector<Record> records = records_of_many_shapes();
  write_results(folder / "results.h5", sample_info(), records.size(), source_of(records), always,
                {{"rates", "", {0, 3}}, {"rates", "bias: summed", {1}}, {"nets", "", {3, 0, 2}}});
  const Hdf5File file = Hdf5File::open(folder / "results.h5");
  const Hdf5Group parts = file.root().open_group("parts");
  EXPECT_THAT(parts.open_dataset("experiment").read_texts(0, 6),
              ElementsAre("rates", "rates", "rates", "nets", "nets", "nets"));
  EXPECT_THAT(parts.open_dataset("reading").read_texts(0, 6),
              ElementsAre("", "", "bias: summed", "", "", ""));
  std::vector<std::int64_t> trials(6);
  parts.open_dataset("trial").read(0, 6, trials.data());
  EXPECT_THAT(trials, ElementsAre(0, 3, 1, 3, 0, 2));
}

}  // namespace
}  // namespace mlpsweep::results
