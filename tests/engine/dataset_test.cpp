#include "engine/dataset.h"

#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"
#include "engine/known_sets.h"

#include "tests/engine/data_files.h"

namespace mlpsweep::engine {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;

namespace fs = std::filesystem;

// Three training and two test images of 2 x 2, classes 0 to 2.
const Bytes kTrainImages = idx_bytes({3, 2, 2}, {0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 255});
const Bytes kTrainLabels = idx_bytes({3}, {0, 1, 2});
const Bytes kTestImages = idx_bytes({2, 2, 2}, {5, 5, 5, 5, 6, 6, 6, 6});
const Bytes kTestLabels = idx_bytes({2}, {1, 0});

/// Writes the four files of a known set, the images packed.
void write_set(const ScratchFolder& folder, const std::string& inside) {
  static_cast<void>(folder.write(inside + "train-images-idx3-ubyte.gz", gz_bytes(kTrainImages)));
  static_cast<void>(folder.write(inside + "train-labels-idx1-ubyte", kTrainLabels));
  static_cast<void>(folder.write(inside + "t10k-images-idx3-ubyte.gz", gz_bytes(kTestImages)));
  static_cast<void>(folder.write(inside + "t10k-labels-idx1-ubyte", kTestLabels));
}

DataSpec known(const std::string& name) {
  DataSpec spec;
  spec.set = name;
  return spec;
}

DataSpec own(const std::string& train, const std::string& test = "") {
  DataSpec spec;
  spec.train = train;
  spec.test = test;
  return spec;
}

std::string complaint(const DataSpec& spec, const std::string& folder = "") {
  return message_of<InputError>([&] { static_cast<void>(DatasetCache(folder).get(spec)); });
}

/// MLPSWEEP_DATA for one test.
class DatasetTest : public ::testing::Test {
 protected:
  void SetUp() override {
    unsetenv("MLPSWEEP_DATA");
    setenv("XDG_DATA_HOME", "/no/home", 1);
  }
  void TearDown() override { unsetenv("MLPSWEEP_DATA"); }

  ScratchFolder folder_;
};

TEST_F(DatasetTest, HoldsPixelsLabelsAndShapesOfAllFourFiles) {
  write_set(folder_, "mnist/");
  const auto data = DatasetCache(folder_.path().string()).get(known("mnist"));
  EXPECT_EQ(data->name, "mnist");
  EXPECT_EQ(data->height, 2);
  EXPECT_EQ(data->width, 2);
  EXPECT_EQ(data->inputs(), 4U);
  EXPECT_EQ(data->classes, 3);
  EXPECT_EQ(data->train.rows, 3U);
  EXPECT_EQ(data->train.pixels, (Bytes{0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 255}));
  EXPECT_EQ(data->train.labels, (Bytes{0, 1, 2}));
  EXPECT_EQ(data->test.rows, 2U);
  EXPECT_EQ(data->test.pixels, (Bytes{5, 5, 5, 5, 6, 6, 6, 6}));
  EXPECT_EQ(data->test.labels, (Bytes{1, 0}));
  ASSERT_EQ(data->files.size(), 4U);
  EXPECT_THAT(data->files[0], EndsWith("mnist/train-images-idx3-ubyte.gz"));
  EXPECT_THAT(data->files[3], EndsWith("mnist/t10k-labels-idx1-ubyte"));
}

TEST_F(DatasetTest, LooksInTheNamedFolderBeforeTheEnvironment) {
  write_set(folder_, "named/");
  write_set(folder_, "environment/kmnist/");
  setenv("MLPSWEEP_DATA", (folder_.path() / "environment").c_str(), 1);
  const std::string named = (folder_.path() / "named").string();
  EXPECT_THAT(DatasetCache(named).get(known("kmnist"))->files[0], HasSubstr("/named/"));
  EXPECT_THAT(DatasetCache("").get(known("kmnist"))->files[0], HasSubstr("/environment/kmnist/"));
}

TEST_F(DatasetTest, TakesAllFilesFromOneFolder) {
  static_cast<void>(folder_.write("mnist/train-images-idx3-ubyte", kTrainImages));
  write_set(folder_, "");
  const auto data = DatasetCache(folder_.path().string()).get(known("mnist"));
  EXPECT_EQ(fs::path(data->files[0]).parent_path(), folder_.path());
}

TEST_F(DatasetTest, NamesTheNearestOfTheKnownSets) {
  EXPECT_EQ(complaint(known("fashion_mnist")),
            "unknown data set 'fashion_mnist'\n"
            "  expected one of: fashion-mnist, mnist, kmnist, sign-digits\n"
            "  nearest: fashion-mnist");
  EXPECT_EQ(complaint(known("cifar10")),
            "unknown data set 'cifar10'\n"
            "  expected one of: fashion-mnist, mnist, kmnist, sign-digits");
}

TEST_F(DatasetTest, SaysWhereItLookedAndWhereToGetASet) {
  static_cast<void>(folder_.write("train-images-idx3-ubyte", kTrainImages));
  setenv("MLPSWEEP_DATA", "/no/data", 1);
  const std::string here = folder_.path().string();
  EXPECT_EQ(
      complaint(known("mnist"), here),
      "data set 'mnist' was not found\n"
      "  looked in:\n"
      "    " +
          here +
          "/mnist: no such folder\n"
          "    " +
          here +
          ": no train-labels-idx1-ubyte[.gz]\n"
          "    /no/data/mnist: no such folder\n"
          "    /no/data: no such folder\n"
          "    /no/home/mlpsweep/mnist: no such folder\n"
          "  get it from: http://yann.lecun.com/exdb/mnist/ or "
          "https://ossci-datasets.s3.amazonaws.com/mnist/ (CC BY-SA 3.0, Yann LeCun and Corinna "
          "Cortes)\n"
          "  or: mlpsweep data fetch mnist\n"
          "  then name its folder by --data DIR or MLPSWEEP_DATA");
  unsetenv("MLPSWEEP_DATA");
  EXPECT_THAT(complaint(known("kmnist")),
              AllOf(HasSubstr("looked in:\n    /no/home/mlpsweep/kmnist: no such folder\n"),
                    HasSubstr("CC BY-SA 4.0")));
}

TEST_F(DatasetTest, TheChecksumIsOfTheUnpackedBytesAndNotOfThePath) {
  write_set(folder_, "a/");
  static_cast<void>(folder_.write("b/train-images-idx3-ubyte", kTrainImages));
  static_cast<void>(folder_.write("b/train-labels-idx1-ubyte", kTrainLabels));
  static_cast<void>(folder_.write("b/t10k-images-idx3-ubyte", kTestImages));
  static_cast<void>(folder_.write("b/t10k-labels-idx1-ubyte", kTestLabels));
  const auto a = DatasetCache((folder_.path() / "a").string()).get(known("mnist"));
  const auto b = DatasetCache((folder_.path() / "b").string()).get(known("kmnist"));
  EXPECT_EQ(a->checksum, b->checksum);
  // Part of every fingerprint. Found apart from this code: one call of XXH3_128bits over 3, 2, 2, 2
  // as little-endian 64-bit numbers, then pixels and labels of both parts.
  EXPECT_EQ(a->checksum, "c5cae6b597a8952dcbd9af403ea7d8d6");
}

TEST_F(DatasetTest, TheChecksumChangesWithEachDimension) {
  const auto checksum = [&](const std::vector<std::uint32_t>& shape) {
    const std::string images = folder_.write(
        "images", idx_bytes(shape, Bytes(kTrainImages.begin() + 16, kTrainImages.end())));
    static_cast<void>(folder_.write("labels", kTrainLabels));
    return DatasetCache().get(own(images))->checksum;
  };
  const std::string square = checksum({3, 2, 2});
  EXPECT_NE(checksum({3, 4, 1}), square);
  EXPECT_NE(checksum({3, 1, 4}), square);
  EXPECT_EQ(checksum({3, 1, 4}), checksum({3, 4}));  // rows of one line are images of height 1
}

TEST_F(DatasetTest, FindsTheLabelsOfOwnFilesByTheirName) {
  write_set(folder_, "");
  const auto path = [&](const char* name) { return (folder_.path() / name).string(); };
  const auto data = DatasetCache().get(
      own(path("train-images-idx3-ubyte.gz"), path("t10k-images-idx3-ubyte.gz")));
  EXPECT_EQ(data->name, "train-images-idx3-ubyte.gz");
  EXPECT_EQ(data->files[1], path("train-labels-idx1-ubyte"));  // plain beside packed images
  EXPECT_EQ(data->test.rows, 2U);
}

TEST_F(DatasetTest, OwnFilesNeedNoTestPart) {
  const std::string images = folder_.write("images", kTrainImages);
  static_cast<void>(folder_.write("labels", kTrainLabels));
  const auto data = DatasetCache().get(own(images));
  EXPECT_EQ(data->test.rows, 0U);
  EXPECT_EQ(data->files.size(), 2U);
}

TEST_F(DatasetTest, LabelsMayBeNamed) {
  DataSpec spec = own(folder_.write("pictures", kTrainImages));
  EXPECT_THAT(complaint(spec), HasSubstr("can't be guessed"));
  spec.train_labels = folder_.write("answers", kTrainLabels);
  EXPECT_EQ(DatasetCache().get(spec)->train.labels, (Bytes{0, 1, 2}));
}

TEST_F(DatasetTest, SaysWhichLabelsItMisses) {
  const std::string images = folder_.write("a-images-idx3-ubyte.gz", gz_bytes(kTrainImages));
  const std::string labels = (folder_.path() / "a-labels-idx1-ubyte").string();
  EXPECT_EQ(complaint(own(images)),
            images + ": its labels are neither in " + labels + " nor in " + labels + ".gz");
}

TEST_F(DatasetTest, RefusesLabelsOfAnotherCount) {
  const std::string images = folder_.write("images", kTrainImages);
  const std::string labels = folder_.write("labels", idx_bytes({2}, {0, 1}));
  EXPECT_EQ(complaint(own(images)),
            labels + ": expected 3 labels, one for each row of " + images + ", found 2");
}

TEST_F(DatasetTest, RefusesFilesOfTheWrongDimensions) {
  const std::string labels = folder_.write("labels", kTrainLabels);
  std::string images = folder_.write("images", kTrainLabels);
  EXPECT_EQ(complaint(own(images)),
            images +
                ": expected images (rows, height, width) or (rows, inputs), found 1 dimensions "
                "(3)");
  images = folder_.write("images", kTrainImages);
  static_cast<void>(folder_.write("labels", kTrainImages));
  EXPECT_EQ(complaint(own(images)),
            labels + ": expected labels (rows), found 3 dimensions (3 x 2 x 2)");
}

TEST_F(DatasetTest, RefusesATestPartOfAnotherShape) {
  const std::string train = folder_.write("train-images", kTrainImages);
  static_cast<void>(folder_.write("train-labels", kTrainLabels));
  const std::string test = folder_.write("test-images", idx_bytes({2, 4, 1}, Bytes(8)));
  static_cast<void>(folder_.write("test-labels", kTestLabels));
  EXPECT_EQ(complaint(own(train, test)),
            test + ": expected images of 2 x 2 as in " + train + ", found 4 x 1");
}

TEST_F(DatasetTest, RefusesDataOfOneClass) {
  const std::string images = folder_.write("images", kTrainImages);
  const std::string labels = folder_.write("labels", idx_bytes({3}, {0, 0, 0}));
  EXPECT_EQ(complaint(own(images)),
            labels + ": expected at least two classes, found label 0 alone");
}

// The header declares twelve bytes; the packed megabytes behind them are not unpacked.
TEST_F(DatasetTest, RefusesAPackedFileThatHoldsMoreThanItDeclares) {
  Bytes bytes = kTrainImages;
  bytes.resize(65'000);
  const std::string images = folder_.write("images.gz", gz_bytes(bytes));
  static_cast<void>(folder_.write("labels", kTrainLabels));
  EXPECT_EQ(complaint(own(images)),
            images + ": expected 28 bytes (3 x 2 x 2 and a header of 16), found more");
}

TEST_F(DatasetTest, RefusesASetAndAFileAtOnceAndNeither) {
  DataSpec both = known("mnist");
  both.train = "images";
  EXPECT_EQ(complaint(both), "data: expected either a known set or a training file, found both");
  EXPECT_EQ(complaint(DataSpec{}),
            "data: expected either a known set or a training file, found neither");
}

TEST_F(DatasetTest, IsReadOnceForManyThreads) {
  write_set(folder_, "mnist/");
  DatasetCache cache(folder_.path().string());
  std::vector<std::shared_ptr<const Dataset>> got(8);
  {
    std::vector<std::jthread> threads;
    for (auto& slot : got) {
      threads.emplace_back([&] { slot = cache.get(known("mnist")); });
    }
  }
  for (const auto& data : got) {
    EXPECT_EQ(data, got.front());
  }
  // How it is split and scaled makes no other data set of it.
  DataSpec split = known("mnist");
  split.split.validation = 0.5;
  EXPECT_EQ(cache.get(split), got.front());
}

TEST_F(DatasetTest, TriesAgainAfterAFault) {
  DatasetCache cache(folder_.path().string());
  EXPECT_THROW(static_cast<void>(cache.get(known("mnist"))), InputError);
  write_set(folder_, "mnist/");
  EXPECT_EQ(cache.get(known("mnist"))->train.rows, 3U);
}

// ----------------------------------------------------------------------------------- the real ones

struct Real {
  const char* name;
  const char* folder;    ///< From the project's root, where tests run; empty: Debian's.
  const char* checksum;  ///< Found as above, from files with the published md5.
};

void PrintTo(const Real& real, std::ostream* to) {
  *to << real.name;
}

class RealSet : public ::testing::TestWithParam<Real> {};

// Counts as published; each class has a tenth of Fashion-MNIST's and KMNIST's rows.
TEST_P(RealSet, HasThePublishedBytesAndClasses) {
  unsetenv("MLPSWEEP_DATA");
  const Real real = GetParam();
  const fs::path folder = *real.folder ? fs::path(real.folder) : known_sets()[0].debian_folder;
  if (!fs::is_directory(folder)) {
    GTEST_SKIP() << "no folder " << folder;
  }
  const auto data = DatasetCache(folder.string()).get(known(real.name));
  EXPECT_EQ(data->train.rows, 60'000U);
  EXPECT_EQ(data->test.rows, 10'000U);
  EXPECT_EQ(data->inputs(), 784U);
  EXPECT_EQ(data->classes, 10);
  EXPECT_EQ(data->checksum, real.checksum);
  std::vector<int> count(10);
  for (const std::uint8_t label : data->test.labels) {
    ++count[label];
  }
  if (std::string(real.name) != "mnist") {
    EXPECT_EQ(count, std::vector<int>(10, 1000));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Published, RealSet,
    ::testing::Values(Real{"fashion-mnist", "", "9ac90dc5cd15a92b52b8b66430025bbc"},
                      Real{"mnist", "../shared/data/mnist", "9feb9d505aec17f834a8424a9502dbc6"},
                      Real{"kmnist", "../shared/data/kmnist", "52688cf1d6ed1286cce61ab8228734c3"}),
    [](const auto& set) {
      return set.index == 0 ? std::string("fashion") : std::string(set.param.name);
    });

/// Tells what it is asked for, and has nothing.
class NotingShare : public DatasetShare {
 public:
  explicit NotingShare(std::vector<std::string>& asked) : asked_(asked) {}
  Dataset get(const std::string& checksum, const std::string& choice,
              const std::function<Dataset()>& make) override {
    asked_.push_back(checksum + ";" + choice);
    return make();
  }

 private:
  std::vector<std::string>& asked_;
};

TEST_F(DatasetTest, AreAskedOfAShareByTheirChecksumAndChoice) {
  write_set(folder_, "mnist/");
  std::vector<std::string> asked;
  DatasetCache cache(folder_.path().string(), std::make_unique<NotingShare>(asked));
  DataSpec view = known("mnist");
  view.classes = {"2", "0"};
  cache.expect(data_key(view), "its checksum");
  (void)cache.get(view);
  (void)cache.get(view);
  (void)cache.get(known("mnist"));
  EXPECT_THAT(asked, testing::ElementsAre("its checksum; | classes 2,0", ";"));
}

TEST(DataKey, TellsLabelsApartThatLookLikeTwoOrLikeMoreOfTheKey) {
  const auto key_of = [](const std::vector<std::string>& classes, const std::string& positive) {
    DataSpec spec = known("mnist");
    spec.classes = classes;
    spec.positive = positive;
    return data_key(spec);
  };
  EXPECT_EQ(key_of({"7", "8"}, "8"), "mnist | classes 7,8 | positive 8");  // as in old journals
  EXPECT_NE(key_of({"a", "b,c"}, ""), key_of({"a,b", "c"}, ""));
  EXPECT_NE(key_of({"a", "b | positive b"}, ""), key_of({"a", "b"}, "b"));
  EXPECT_NE(key_of({"a\"", "b,"}, ""), key_of({"a", "\"b,"}, ""));
}

}  // namespace
}  // namespace mlpsweep::engine
