#include "results/file_io.h"

#include <fstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/errors.h"

#include "sample_record.h"

namespace mlpsweep::results {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

template <class Error>
std::string words_of_fail(std::string_view doing, int error_number) {
  try {
    fail("d/file", doing, error_number);
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(Fail, BlamesTheFileWhereReadingIsNotAllowed) {
  EXPECT_EQ(words_of_fail<InputError>("open", EACCES),
            "d/file: cannot open: Permission denied; expected one that you may read");
  EXPECT_EQ(words_of_fail<MachineError>("open", EIO),
            "d/file: cannot open: Input/output error; the disk reports a fault: see the system's "
            "log, then run the same command again");
}

TEST(Fail, NamesAnotherFolderWhereWritingIsNotAllowed) {
  EXPECT_EQ(words_of_fail<MachineError>("create", EACCES),
            "d/file: cannot create: Permission denied; choose a folder that you may write to "
            "(-o DIR)");
}

TEST(NamesIn, AreThoseOfFilesFoldersAndLinks) {
  const ScratchFolder folder;
  write_whole(folder / "file", "");
  fs::create_directory(folder / ".folder");
  fs::create_symlink("nowhere", folder / "link");
  EXPECT_THAT(names_in(folder.path()), testing::UnorderedElementsAre("file", ".folder", "link"));
}

TEST(NamesIn, OfWhatIsNoFolderAreRefusedOrNone) {
  const ScratchFolder folder;
  write_whole(folder / "file", "");
  EXPECT_THROW(static_cast<void>(names_in(folder / "file")), MachineError);
  int error_number = 0;
  EXPECT_THAT(names_in(folder / "gone", error_number), testing::IsEmpty());
  EXPECT_EQ(error_number, ENOENT);
  EXPECT_THAT(names_in(folder.path(), error_number), testing::SizeIs(1));
  EXPECT_EQ(error_number, 0);
}

TEST(WriteWhole, ReplacesTheTextAndLeavesNothingElse) {
  const ScratchFolder folder;
  write_whole(folder / "status.json", "a longer text");
  write_whole(folder / "status.json", "short");
  EXPECT_EQ(read_whole(folder / "status.json"), "short");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
}

TEST(WriteWhole, AReaderThatHasTheOldFileOpenKeepsIt) {
  const ScratchFolder folder;
  write_whole(folder / "status.json", "old");
  std::ifstream reader(folder / "status.json");
  write_whole(folder / "status.json", "new");
  std::string text;
  reader >> text;
  EXPECT_EQ(text, "old");
}

TEST(WriteWhole, ThatFailsLeavesTheOldFileAndNoTemporaryOne) {
  const ScratchFolder folder;
  fs::create_directories(folder / "status.json" / "occupied");  // so that rename() is refused
  EXPECT_THROW(write_whole(folder / "status.json", "new"), MachineError);
  EXPECT_TRUE(fs::exists(folder / "status.json" / "occupied"));
  EXPECT_FALSE(fs::exists(folder / "status.json.tmp"));
}

TEST(WriteWhole, DoesNotWriteThroughALinkInItsPlace) {
  const ScratchFolder folder;
  write_whole(folder / "precious", "precious");
  fs::create_symlink(folder / "precious", folder / "status.json.tmp");
  EXPECT_THROW(write_whole(folder / "status.json", "new"), MachineError);
  EXPECT_EQ(read_whole(folder / "precious"), "precious");
}

TEST(WriteAll, ToAFullDiskNamesTheFileAndWhatToDo) {
  const Descriptor full = open_file("/dev/full", O_WRONLY);
  try {
    write_all(full, "text", "/dev/full");
    FAIL();
  } catch (const MachineError& error) {
    EXPECT_STREQ(error.what(),
                 "/dev/full: cannot write: No space left on device; free some space and run the "
                 "same command again: all finished trials are kept");
  }
}

TEST(WriteAll, TriesTheRestAfterAShortWrite) {
  const ScratchFolder folder;
  const auto pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  // A pipe that takes its 64 KiB and then nothing until someone reads: writes fall short.
  const Descriptor reader(::open(pipe.c_str(), O_RDONLY | O_NONBLOCK));
  const Descriptor writer = open_file(pipe, O_WRONLY | O_NONBLOCK);
  try {
    write_all(writer, std::string(std::size_t{1} << 20, 'x'), pipe);
    FAIL();
  } catch (const MachineError& error) {
    EXPECT_THAT(error.what(), HasSubstr("Resource temporarily unavailable"));
  }
  std::string taken(std::size_t{1} << 20, '\0');
  EXPECT_GE(::read(reader.get(), taken.data(), taken.size()), 4096);  // the first part arrived
}

TEST(ReadAt, StopsAtTheEndOfTheFile) {
  const ScratchFolder folder;
  write_whole(folder / "file", "0123456789");
  const Descriptor file = open_file(folder / "file", O_RDONLY);
  char bytes[8] = {};
  EXPECT_EQ(read_at(file, 4, bytes, sizeof bytes, "file"), 6U);
  EXPECT_STREQ(bytes, "456789");
  EXPECT_EQ(read_at(file, 99, bytes, sizeof bytes, "file"), 0U);
}

TEST(OpenFile, ThatIsNotThereSaysSo) {
  const ScratchFolder folder;
  try {
    (void)open_file(folder / "none", O_RDONLY);
    FAIL();
  } catch (const MachineError& error) {
    EXPECT_EQ(error.what(),
              (folder / "none").string() + ": cannot open: No such file or directory");
  }
}

}  // namespace
}  // namespace mlpsweep::results
