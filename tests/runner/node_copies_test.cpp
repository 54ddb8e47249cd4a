#include "runner/node_copies.h"

#include <csignal>
#include <fstream>
#include <numeric>
#include <stdexcept>
#include <vector>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "engine/errors.h"

#include "tests/results/sample_record.h"

namespace mlpsweep::runner {
namespace {

namespace fs = std::filesystem;
using engine::Dataset;
using results::ScratchFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const std::string kSum = "0123456789abcdef0123456789abcdef";

/// Three training rows and one test row of 2 x 3.
Dataset small_data() {
  Dataset data;
  data.name = "small";
  data.height = 2;
  data.width = 3;
  data.classes = 2;
  data.class_names = {"cat", "größer"};
  std::vector<std::uint8_t> pixels(18);
  std::iota(pixels.begin(), pixels.end(), std::uint8_t{100});
  data.train = {3, pixels, {0, 1, 1}};
  data.test = {1, std::vector<std::uint8_t>{9, 8, 7, 6, 5, 255}, {0}};
  data.checksum = kSum;
  data.files = {"a", "b"};
  data.notes = {"a note"};
  return data;
}

void expect_small(const Dataset& data) {
  const Dataset wanted = small_data();
  EXPECT_EQ(data.train.pixels, wanted.train.pixels);
  EXPECT_EQ(data.test.pixels, wanted.test.pixels);
  EXPECT_EQ(data.train.labels, wanted.train.labels);
  EXPECT_EQ(data.test.labels, wanted.test.labels);
  EXPECT_EQ(data.train.rows, wanted.train.rows);
  EXPECT_EQ(data.test.rows, wanted.test.rows);
  EXPECT_EQ(data.inputs(), wanted.inputs());
  EXPECT_EQ(data.height, wanted.height);
  EXPECT_EQ(data.classes, wanted.classes);
  EXPECT_EQ(data.class_names, wanted.class_names);
  EXPECT_EQ(data.name, wanted.name);
  EXPECT_EQ(data.checksum, wanted.checksum);
  EXPECT_EQ(data.files, wanted.files);
  EXPECT_EQ(data.notes, wanted.notes);
}

Dataset never() {
  throw std::logic_error("made again");
}

class NodeCopiesTest : public ::testing::Test {
 protected:
  [[nodiscard]] fs::path folder() const { return scratch_ / "copies"; }

  [[nodiscard]] NodeCopies copies() const {
    return NodeCopies({folder(), std::chrono::milliseconds(50),
                       [this](const std::string& text) { warnings_.push_back(text); }});
  }

  /// Locks of one process's open files exclude each other, so that this stands for another process.
  [[nodiscard]] Dataset get(const std::string& checksum,
                            const std::function<Dataset()>& make = small_data,
                            const std::string& choice = "") const {
    return copies().get(checksum, choice, make);
  }

  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    if (fs::exists(folder())) {
      names = results::names_in(folder());
    }
    return names;
  }

  void put(const std::string& name, const std::string& text) const {
    std::ofstream(folder() / name, std::ios::binary) << text;
  }

  ScratchFolder scratch_;
  mutable std::vector<std::string> warnings_;
};

TEST_F(NodeCopiesTest, AreMadeOnceAndMappedByAll) {
  const Dataset first = get("");
  const Dataset second = get(kSum, never);
  expect_small(first);
  expect_small(second);
  EXPECT_THAT(names(), ElementsAre(kSum));
  struct stat found {};
  ASSERT_EQ(stat(folder().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0700);
}

TEST_F(NodeCopiesTest, TakeTheirBytesFromTheFileEvenWhereTheyMadeThem) {
  const Dataset first = get("");
  std::ifstream maps("/proc/self/maps");
  const std::string all{std::istreambuf_iterator<char>(maps), {}};
  EXPECT_THAT(all, HasSubstr((folder() / kSum).string()));
  const Dataset again = get("");  // as rank 0 of another run would, which doesn't know the checksum
  EXPECT_NE(again.train.pixels.data(), first.train.pixels.data()) << "a mapping of its own";
  expect_small(again);
}

TEST_F(NodeCopiesTest, GoWithTheLastWhoUsesThem) {
  {
    const Dataset first = get("");
    { const Dataset second = get(kSum, never); }
    EXPECT_THAT(names(), ElementsAre(kSum)) << "the first still reads";
    expect_small(first);
  }
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(NodeCopiesTest, OfAChoiceOfClassesHaveANameOfTheirOwn) {
  const Dataset whole = get("");
  const Dataset view = get(
      kSum,
      [] {
        Dataset data = small_data();
        data.name = "view";
        return data;
      },
      " | positive cat");
  EXPECT_EQ(view.name, "view");
  EXPECT_EQ(names().size(), 2U);
  EXPECT_EQ(get(kSum, never).name, "small");
  EXPECT_EQ(get(kSum, never, " | positive cat").name, "view");
}

TEST_F(NodeCopiesTest, OfAViewMayBeMadeFromASetThatIsMadeMeanwhile) {
  NodeCopies all = copies();
  const Dataset view = all.get(kSum, "view", [&all] { return all.get(kSum, "", small_data); });
  expect_small(view);
  EXPECT_THAT(warnings_, IsEmpty()) << "it waits for no lock of its own";
  EXPECT_EQ(names().size(), 1U) << "the whole set is not used";
}

TEST_F(NodeCopiesTest, AreNotBelievedOnceAByteIsAnother) {
  const std::string good = [this] {
    const Dataset kept = get("");
    return results::read_whole(folder() / kSum);
  }();
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x10);
    put(kSum, bad);
    int made = 0;
    const Dataset data = get(kSum, [&made] {
      ++made;
      return small_data();
    });
    EXPECT_EQ(made, 1) << "byte " << at;
    expect_small(data);
  }
}

TEST_F(NodeCopiesTest, AreNotBelievedWhereTheyAreCutShortOrEmpty) {
  const std::string good = [this] {
    const Dataset kept = get("");
    return results::read_whole(folder() / kSum);
  }();
  for (std::size_t size = 0; size < good.size(); ++size) {
    put(kSum, good.substr(0, size));
    int made = 0;
    expect_small(get(kSum, [&made] {
      ++made;
      return small_data();
    }));
    EXPECT_EQ(made, 1) << size << " bytes";
  }
}

TEST_F(NodeCopiesTest, OfKilledProcessesAreRemovedAndThoseInUseAreNot) {
  {
    const Dataset kept = get("");  // makes the folder
  }
  const std::string other = "fedcba9876543210fedcba9876543210";
  put(other + "-1", "whatever was there");
  put(other + ".123", "half of it");
  put(other, "another run's");
  put("results.h5", "the user's own");
  const results::Descriptor used = results::open_file(folder() / other, O_RDONLY);
  ASSERT_EQ(flock(used.get(), LOCK_SH), 0);
  {
    const Dataset data = get("");
    EXPECT_THAT(names(), UnorderedElementsAre(other, kSum, "results.h5"));
  }
  put(other + "-2", "of a run before");
  copies().remove_unused();
  EXPECT_THAT(names(), UnorderedElementsAre(other, "results.h5"));
}

TEST_F(NodeCopiesTest, AreNotMadeInAFolderThatOthersMayEnter) {
  fs::create_directory(folder());
  ASSERT_EQ(chmod(folder().c_str(), 0755), 0);
  NodeCopies all = copies();
  expect_small(all.get("", "", small_data));
  expect_small(all.get(kSum, "", small_data));
  EXPECT_THAT(warnings_,
              ElementsAre("the ranks of this node hold the data once each: " + folder().string() +
                          ": expected a folder that only this user may enter (TMPDIR "
                          "names another folder)"))
      << "said once";
  EXPECT_THAT(names(), IsEmpty());
  ASSERT_EQ(chmod(folder().c_str(), 0700), 0);
  ASSERT_EQ(chmod(scratch_.path().c_str(), 0777), 0);
  expect_small(get(""));
  EXPECT_THAT(warnings_.back(), HasSubstr("others may rename what is in it"));
}

TEST_F(NodeCopiesTest, FollowNoLink) {
  fs::create_directory(scratch_ / "elsewhere");
  ASSERT_EQ(chmod((scratch_ / "elsewhere").c_str(), 0700), 0);
  fs::create_symlink(scratch_ / "elsewhere", folder());
  expect_small(get(""));
  EXPECT_THAT(warnings_.back(), HasSubstr("only this user may enter"));
  fs::remove(folder());
  { const Dataset kept = get(""); }
  put("../victim", "untouched");
  fs::create_symlink(scratch_ / "victim", folder() / kSum);
  expect_small(get(kSum));
  EXPECT_EQ(results::read_whole(scratch_ / "victim"), "untouched");
}

TEST_F(NodeCopiesTest, AreDoneWithoutWhereTheDiskIsFull) {
  rlimit usual{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &usual), 0);
  const rlimit small{64, usual.rlim_max};
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const Dataset data = get("");
  setrlimit(RLIMIT_FSIZE, &usual);
  std::signal(SIGXFSZ, before);
  EXPECT_THAT(warnings_.back(), HasSubstr("cannot write: File too large"));
  expect_small(data);
  EXPECT_THAT(names(), IsEmpty()) << "nothing half-written stays";
}

TEST_F(NodeCopiesTest, LeaveBadInputToWhoeverAsked) {
  EXPECT_THROW((void)get("", []() -> Dataset { throw InputError("no such file"); }), InputError);
  EXPECT_THAT(names(), IsEmpty());
}

// A set's checksum says nothing of the rows that were chosen from it.
TEST_F(NodeCopiesTest, OfAnotherChoiceAreNotTakenWhateverTheirName) {
  const auto other_rows = [] {
    Dataset data = small_data();
    data.train = {1, std::vector<std::uint8_t>(6, 1), {1}};
    return data;
  };
  std::string view;
  {
    const Dataset kept = get(kSum, other_rows, "a view");
    view = results::read_whole(folder() / names().front());
  }
  put(kSum, view);
  expect_small(get(kSum));
  put(kSum, view);
  expect_small(get(""));
}

TEST_F(NodeCopiesTest, AreReplacedByWhoeverReadOtherBytesOfThatName) {
  const Dataset first = get(kSum, [] {  // as an older program might have made it
    Dataset data = small_data();
    data.train.pixels = std::vector<std::uint8_t>(18, 1);
    return data;
  });
  expect_small(get(""));
  EXPECT_EQ(first.train.pixels[0], 1) << "who has it keeps it";
}

TEST_F(NodeCopiesTest, AreDoneWithoutWhereAnotherProcessKeepsMakingOne) {
  { const Dataset kept = get(""); }
  put(kSum + ".lock", "");
  const results::Descriptor held = results::open_file(folder() / (kSum + ".lock"), O_RDWR);
  ASSERT_EQ(flock(held.get(), LOCK_EX), 0);
  NodeCopies all = copies();
  expect_small(all.get(kSum, "", small_data));
  expect_small(all.get(kSum, "a view", small_data));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("another process is still making it")));
  EXPECT_THAT(names(), ElementsAre(kSum + ".lock"));
}

TEST_F(NodeCopiesTest, AreTakenFromAMakerAsSoonAsTheyAreThere) {
  const Dataset first = get("");
  put(kSum + ".lock", "");  // it has not let go of its lock yet
  const results::Descriptor held = results::open_file(folder() / (kSum + ".lock"), O_RDWR);
  ASSERT_EQ(flock(held.get(), LOCK_EX), 0);
  expect_small(get(kSum, never));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(NodeCopiesTest, OfOtherFilesHereAreLeftToTheCheckOfTheChecksums) {
  EXPECT_EQ(get("ffffffffffffffffffffffffffffffff").checksum, kSum);
  EXPECT_THAT(names(), IsEmpty());
}

TEST(ShareAmong, IsForSeveralRanksOnly) {
  EXPECT_EQ(share_among(1, true), nullptr);
  EXPECT_NE(share_among(2, true), nullptr);
}

}  // namespace
}  // namespace mlpsweep::runner
