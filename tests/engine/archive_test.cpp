#include "engine/archive.h"

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"

#include "tests/engine/data_files.h"

namespace mlpsweep::engine {
namespace {

using ::testing::HasSubstr;

Bytes read_all(const std::string& path) {
  PackedFile file(path);
  Bytes bytes;
  file.read_until(bytes, 1'000'000);
  return bytes;
}

std::string complaint(const std::string& path) {
  return message_of<InputError>([&] { read_all(path); });
}

TEST(PackedFile, GivesTheSameBytesPlainAndGz) {
  const ScratchFolder folder;
  const Bytes bytes = {1, 2, 3, 0, 255};
  EXPECT_EQ(read_all(folder.write("plain", bytes)), bytes);
  EXPECT_EQ(read_all(folder.write("packed", gz_bytes(bytes))), bytes);  // whatever its name says
}

// Made by gzip 1.12: "aaaa" 25 times, deflated for real.
TEST(PackedFile, UnpacksWhatGzipPacked) {
  const ScratchFolder folder;
  const std::string file = folder.write(
      "a.gz",
      {31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 75, 76, 164, 61, 0, 0, 100, 122, 112, 175, 100, 0, 0, 0});
  EXPECT_EQ(read_all(file), Bytes(100, 'a'));
}

TEST(PackedFile, ReadsNoMoreThanIsAskedFor) {
  const ScratchFolder folder;
  Bytes plain(60'000);
  for (std::size_t i = 0; i < plain.size(); ++i) {
    plain[i] = static_cast<std::uint8_t>(i);
  }
  PackedFile file(folder.write("long.gz", gz_bytes(plain)));
  Bytes bytes;
  file.read_until(bytes, 4);
  EXPECT_EQ(bytes, (Bytes{0, 1, 2, 3}));
  file.read_until(bytes, 50'000);  // goes on where it stopped
  EXPECT_EQ(bytes, Bytes(plain.begin(), plain.begin() + 50'000));
}

TEST(PackedFile, AnEmptyFileHasNoBytes) {
  const ScratchFolder folder;
  EXPECT_EQ(read_all(folder.write("empty", {})), Bytes{});
}

TEST(PackedFile, RefusesAGzFileCutShortAtAnyByte) {
  const ScratchFolder folder;
  const Bytes whole = gz_bytes({10, 20, 30, 40});
  for (std::size_t length = 2; length < whole.size(); ++length) {  // with one it is no gz file yet
    const Bytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    const std::string file = folder.write("cut.gz", part);
    EXPECT_THAT(complaint(file), HasSubstr(file)) << length << " bytes";
  }
}

TEST(PackedFile, NoticesEveryFlippedBitOfTheDataAndItsTrailer) {
  const ScratchFolder folder;
  const Bytes whole = gz_bytes({10, 20, 30, 40});
  for (std::size_t at = 15; at < whole.size(); ++at) {  // behind the two headers
    for (int bit = 0; bit < 8; ++bit) {
      Bytes damaged = whole;
      damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ 1U << bit);
      EXPECT_NE(complaint(folder.write("damaged.gz", damaged)), "") << "byte " << at;
    }
  }
}

TEST(PackedFile, RefusesBytesBehindTheDataThatEndLikeItsTrailer) {
  const ScratchFolder folder;
  Bytes file = gz_bytes({1, 2, 3});
  const std::size_t packed = file.size();
  file.insert(file.end(), 10, 'x');
  file.insert(file.end(), file.begin() + static_cast<std::ptrdiff_t>(packed) - 8,
              file.begin() + static_cast<std::ptrdiff_t>(packed));
  EXPECT_THAT(complaint(folder.write("a.gz", file)),
              HasSubstr("it ends at byte " + std::to_string(packed) + ", and more follows"));
}

// Found by fuzzing: what unpacks the second as a continuation asks for no checksum in between.
TEST(PackedFile, ChecksTheFirstOfTwoJoinedFilesAndRefusesTheSecond) {
  const ScratchFolder folder;
  const Bytes one = gz_bytes({1, 2, 3});
  Bytes two = one;
  two.insert(two.end(), one.begin(), one.end());
  EXPECT_THAT(complaint(folder.write("two.gz", two)), HasSubstr("several were joined"));
  two[one.size() - 8] ^= 1;
  PackedFile file(folder.write("bad.gz", two));
  Bytes bytes;
  EXPECT_THAT(message_of<InputError>([&] { file.read_until(bytes, 4); }),
              HasSubstr("incorrect data check"));
}

TEST(PackedFile, ChecksAGzFileThatHoldsNothing) {
  const ScratchFolder folder;
  Bytes file = gz_bytes({});
  EXPECT_THAT(read_all(folder.write("good.gz", file)), Bytes());
  file.back() = 1;
  EXPECT_THAT(complaint(folder.write("bad.gz", file)), HasSubstr("incorrect length check"));
}

TEST(PackedFile, NamesAFileThatCannotBeRead) {
  const ScratchFolder folder;
  EXPECT_EQ(complaint("/no/such/file"),
            "/no/such/file: cannot be opened: No such file or directory");
  EXPECT_EQ(complaint(folder.path().string()),
            folder.path().string() + ": expected a file, found a folder");
}

}  // namespace
}  // namespace mlpsweep::engine
