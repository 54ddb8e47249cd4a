#include "results/journal.h"

#include <csignal>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "engine/errors.h"
#include "results/frame.h"

#include "sample_record.h"

namespace mlpsweep::results {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// Holds the process to files of `bytes`, as a full disk would, with SIGXFSZ ignored as in the
/// program.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit = {bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_ = {};
  void (*handler_)(int);
};

std::string complaint_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const MachineError& error) {
    return error.what();
  }
  return "no MachineError";
}

void append(JournalWriter& writer, const Record& record) {
  writer.append(FrameType::kRecord, record.fingerprint, encode(record));
}

TEST(Journal, AThousandRecordsComeBackWithOneSync) {
  const ScratchFolder folder;
  JournalWriter writer(folder / "a.mlj");
  Digest written;
  for (int number = 0; number < 1000; ++number) {
    append(writer, sample_record(number));
    written.add(sample_record(number));
  }
  writer.sync();

  const JournalIndex index = read_journals(folder.path());
  EXPECT_EQ(index.records.size(), 1000U);
  EXPECT_TRUE(index.faults.empty());
  EXPECT_TRUE(index.contradictions.empty());
  Digest read;
  for (const auto& [fingerprint, place] : index.records) {
    read.add(index.read(fingerprint));
  }
  EXPECT_EQ(read.hex(), written.hex());
}

TEST(Journal, IsNeverWrittenByASecondWriter) {
  const ScratchFolder folder;
  const auto file = folder / "a.mlj";
  JournalWriter first(file);
  append(first, sample_record());
  EXPECT_EQ(complaint_of([&] { JournalWriter second(file); }),
            file.string() +
                ": cannot create: File exists; it is never written over: see "
                "'mlpsweep status' for who else is at work there");
  EXPECT_EQ(read_journals(folder.path()).records.size(), 1U);
}

TEST(Journal, DoesNotFollowALinkToAnotherPlace) {
  const ScratchFolder folder;
  std::filesystem::create_symlink(folder / "elsewhere", folder / "a.mlj");
  EXPECT_THAT(complaint_of([&] { JournalWriter writer(folder / "a.mlj"); }),
              HasSubstr("File exists"));
  EXPECT_FALSE(std::filesystem::exists(folder / "elsewhere"));
}

TEST(Journal, WithoutItsFolderNamesTheFile) {
  const ScratchFolder folder;
  const auto file = folder / "none" / "a.mlj";
  EXPECT_EQ(complaint_of([&] { JournalWriter writer(file); }),
            file.string() + ": cannot create: No such file or directory");
}

TEST(Journal, ThatMayNotGrowKeepsItsWholeFramesAndTakesNoMore) {
  const ScratchFolder folder;
  const auto file = folder / "a.mlj";
  JournalWriter writer(file);
  append(writer, sample_record(0));
  const auto one_frame = std::filesystem::file_size(file);
  std::string complaint;
  {
    const FileSizeLimit limit(2 * one_frame + one_frame / 2);  // the third frame fits by half
    append(writer, sample_record(1));
    complaint = complaint_of([&] { append(writer, sample_record(2)); });
  }
  EXPECT_THAT(complaint, AllOf(HasSubstr(file.string() + ": cannot write: File too large"),
                               HasSubstr("raise the limit on file sizes")));
  EXPECT_EQ(std::filesystem::file_size(file), 2 * one_frame);  // the half is cut off again

  // There is room again, and still nothing may follow what the error left undone.
  EXPECT_EQ(complaint_of([&] { append(writer, sample_record(3)); }),
            file.string() + ": takes nothing more after an earlier error");
  writer.sync();  // what it took before may still be acknowledged
  const JournalIndex index = read_journals(folder.path());
  EXPECT_EQ(index.records.size(), 2U);
  EXPECT_TRUE(index.faults.empty());
}

TEST(Journal, ARecordTooLargeLeavesTheWriterAsItWas) {
  const ScratchFolder folder;
  JournalWriter writer(folder / "a.mlj");
  EXPECT_THROW(writer.append(FrameType::kRecord, {}, std::string(kMostPayloadBytes + 1, 'x')),
               InputError);
  append(writer, sample_record());
  EXPECT_EQ(read_journals(folder.path()).records.size(), 1U);
}

}  // namespace
}  // namespace mlpsweep::results
