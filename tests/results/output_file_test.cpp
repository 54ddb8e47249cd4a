// The file that HDF5 writes through: nothing of a failure reaches HDF5, nothing of it gets lost.
#include "results/output_file.h"

#include <csignal>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "engine/errors.h"

#include "sample_record.h"

namespace mlpsweep::results {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;

std::string text_of_file(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::string read_back(OutputFile& file, std::uint64_t offset, std::size_t count) {
  std::string bytes(count, '?');
  file.read(offset, bytes.data(), count);
  return bytes;
}

/// For its lifetime no file of this process grows beyond `bytes`: a full disk, as far as write(2)
/// tells.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : old_action_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit = {bytes, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_action_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit old_ = {};
  void (*old_action_)(int);
};

TEST(OutputFile, TakesItsTargetsPlaceOnlyWhenPublished) {
  const ScratchFolder folder;
  std::ofstream(folder / "file") << "old";
  OutputFile file(folder / "file");
  file.write(0, "brand new", 9);
  file.sync();
  EXPECT_EQ(text_of_file(folder / "file"), "old");
  file.publish();
  EXPECT_EQ(text_of_file(folder / "file"), "brand new");
  EXPECT_FALSE(fs::exists(file.temporary()));
}

TEST(OutputFile, IsGoneWhenItIsNotPublished) {
  const ScratchFolder folder;
  fs::path temporary;
  {
    OutputFile file(folder / "file");
    temporary = file.temporary();
    EXPECT_TRUE(fs::exists(temporary));
  }
  EXPECT_FALSE(fs::exists(temporary));
}

TEST(OutputFile, NeverFollowsALinkThatStandsUnderItsName) {
  const ScratchFolder folder;
  std::ofstream(folder / "victim") << "precious";
  fs::path temporary;
  { temporary = OutputFile(folder / "file").temporary(); }
  fs::create_symlink(folder / "victim", temporary);
  OutputFile file(folder / "file");  // the link is a leftover: removed, not followed
  file.write(0, "xxxxxxxx", 8);
  EXPECT_EQ(text_of_file(folder / "victim"), "precious");
}

TEST(OutputFile, ReadsZerosWhereNothingWasWritten) {
  const ScratchFolder folder;
  OutputFile file(folder / "file");
  file.write(4, "abc", 3);
  EXPECT_EQ(file.size(), 7U);
  EXPECT_EQ(read_back(file, 2, 8), std::string("\0\0abc\0\0\0", 8));
}

TEST(OutputFile, CanBeCutAndGrown) {
  const ScratchFolder folder;
  OutputFile file(folder / "file");
  file.write(0, "abcdef", 6);
  file.truncate(3);
  EXPECT_EQ(file.size(), 3U);
  EXPECT_EQ(read_back(file, 0, 6), std::string("abc\0\0\0", 6));
  file.truncate(5);
  file.sync();
  EXPECT_EQ(fs::file_size(file.temporary()), 5U);
}

TEST(OutputFile, AfterAFailureItReadsBackWhatCouldNotBeWritten) {
  const ScratchFolder folder;
  OutputFile file(folder / "file");
  file.write(0, "0123456789", 10);
  {
    const FileSizeLimit limit(12);
    file.write(8, "abcdefgh", 8);  // four fit
  }
  file.write(2, "xy", 2);  // would fit again, but the file is lost all the same
  EXPECT_EQ(file.size(), 16U);
  EXPECT_EQ(read_back(file, 0, 18), std::string("01xy4567abcdefgh\0\0", 18));
}

TEST(OutputFile, AFailureIsToldByNameAndIsNeverForgotten) {
  const ScratchFolder folder;
  OutputFile file(folder / "file");
  {
    const FileSizeLimit limit(4);
    file.write(0, "abcdefgh", 8);
  }
  file.write(0, "ok", 2);
  for (int times = 0; times < 2; ++times) {
    try {
      file.throw_if_failed();
      FAIL() << "no error";
    } catch (const MachineError& error) {
      EXPECT_THAT(error.what(), HasSubstr(file.temporary().string()));
      EXPECT_THAT(error.what(), HasSubstr("cannot write: File too large"));
    }
  }
  EXPECT_THROW(file.sync(), MachineError);
}

TEST(OutputFile, AFolderThatIsNotThereIsTold) {
  EXPECT_THROW(OutputFile("/no/such/folder/file"), MachineError);
}

}  // namespace
}  // namespace mlpsweep::results
