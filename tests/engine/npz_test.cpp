// npz and npy files, through the data set that comes of them.
#include <algorithm>
#include <bit>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/dataset.h"
#include "engine/errors.h"
#include "engine/npy.h"

#include "tests/engine/data_files.h"

namespace mlpsweep::engine {
namespace {

using ::testing::HasSubstr;

const Bytes kImages = npy_bytes("|u1", "3, 4", {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255});
const Bytes kLabels = npy_bytes("<U1", "3,", {'8', 0, 0, 0, '7', 0, 0, 0, '8', 0, 0, 0});

class NpzTest : public ::testing::Test {
 protected:
  std::shared_ptr<const Dataset> read(const Bytes& file) {
    DataSpec spec = spec_;
    spec.format = "npz";
    spec.train = folder_.write("a.npz", file);
    return DatasetCache().get(spec);
  }
  std::string complaint(const Bytes& file) {
    const std::string text = message_of<InputError>([&] { static_cast<void>(read(file)); });
    const std::string path = (folder_.path() / "a.npz").string();
    const std::size_t at = text.find(path);
    return at == std::string::npos ? text : "FILE" + text.substr(at + path.size());
  }
  std::string image_complaint(const Bytes& images) {
    return complaint(zip_bytes({{"x.npy", images}, {"y.npy", kLabels}}));
  }

  ScratchFolder folder_;
  DataSpec spec_;
};

TEST_F(NpzTest, HoldsImagesAndTextLabelsOfOneFile) {
  const auto data = read(zip_bytes({{"x.npy", kImages}, {"y.npy", kLabels}}));
  EXPECT_EQ(data->train.rows, 3U);
  EXPECT_EQ(data->height, 2);  // four inputs are a square
  EXPECT_EQ(data->width, 2);
  EXPECT_EQ(data->train.pixels, (Bytes{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255}));
  EXPECT_EQ(data->class_names, (std::vector<std::string>{"7", "8"}));
  EXPECT_EQ(data->train.labels, (Bytes{1, 0, 1}));
  EXPECT_TRUE(data->notes.empty());
}

TEST_F(NpzTest, ReadsEveryTypeOfNumber) {
  struct Case {
    std::string type;
    Bytes one_item;  ///< 7
  };
  for (const Case& number : {Case{"|u1", {7}},
                             {"|i1", {7}},
                             {"<u2", {7, 0}},
                             {">u2", {0, 7}},
                             {"<i4", {7, 0, 0, 0}},
                             {"<i8", {7, 0, 0, 0, 0, 0, 0, 0}},
                             {"<f4", {0, 0, 0xE0, 0x40}},
                             {">f4", {0x40, 0xE0, 0, 0}},
                             {"<f8", {0, 0, 0, 0, 0, 0, 0x1C, 0x40}}}) {
    Bytes values;
    for (int i = 0; i < 12; ++i) {
      values.insert(values.end(), number.one_item.begin(), number.one_item.end());
    }
    const auto data =
        read(zip_bytes({{"x.npy", npy_bytes(number.type, "3, 2, 2", values)}, {"y.npy", kLabels}}));
    EXPECT_EQ(data->train.pixels, Bytes(12, 7)) << number.type;
    EXPECT_EQ(data->classes, 2);
  }
}

TEST_F(NpzTest, LabelsMayBeNumbersAndAreSortedAsSuch) {
  const auto data = read(
      zip_bytes({{"x.npy", kImages}, {"y.npy", npy_bytes("<i2", "3,", {10, 0, 9, 0, 255, 255})}}));
  EXPECT_EQ(data->class_names, (std::vector<std::string>{"-1", "9", "10"}));
  EXPECT_EQ(data->train.labels, (Bytes{2, 1, 0}));
}

TEST_F(NpzTest, SharesOf255BecomeBytesAndAreTold) {
  Bytes values;
  for (const double value : {0.0, 1.0, 51.0 / 255, 254.0 / 255}) {
    append_little_endian(values, std::bit_cast<std::uint64_t>(value), 8);
  }
  const auto data = read(zip_bytes(
      {{"x.npy", npy_bytes("<f8", "2, 2", values)}, {"y.npy", npy_bytes("|u1", "2,", {0, 1})}}));
  EXPECT_EQ(data->train.pixels, (Bytes{0, 255, 51, 254}));
  ASSERT_EQ(data->notes.size(), 1U);
  EXPECT_THAT(data->notes[0], HasSubstr("kept as bytes"));
}

TEST_F(NpzTest, RefusesNumbersThatAreNoPixels) {
  EXPECT_EQ(image_complaint(npy_bytes("<i2", "3, 1", {0, 0, 1, 0, 0, 1})),
            "FILE, array 'x': expected whole numbers 0 to 255, or numbers 0 to 1 that are whole "
            "255ths (bytes / 255), found 256 in row 2, input 0 (counted from 0)");
  EXPECT_THAT(image_complaint(npy_bytes("<f4", "3, 1", {0, 0, 0, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0})),
              HasSubstr("found 0.5 in row 0"));
  EXPECT_THAT(image_complaint(npy_bytes("<f4", "3, 1", {0, 0, 0xC0, 0x7F, 0, 0, 0, 0, 0, 0, 0, 0})),
              HasSubstr("found nan in row 0"));
}

TEST_F(NpzTest, NamesArraysWhereSeveralCouldBeMeant) {
  const Bytes file = zip_bytes({{"x.npy", kImages}, {"z.npy", kImages}, {"y.npy", kLabels}});
  EXPECT_EQ(
      complaint(file),
      "FILE: expected one array of images (rows, inputs) or (rows, height, width), or its "
      "name in data.arrays.inputs; found:\n    x: (3, 4) of |u1\n    z: (3, 4) of |u1\n    y: "
      "(3) of <U1");
  spec_.arrays.inputs = "zz";
  EXPECT_THAT(complaint(file), HasSubstr("no array 'zz' (data.arrays.inputs); found:"));
  spec_.arrays.inputs = "y";
  EXPECT_EQ(
      complaint(file),
      "FILE, array 'y': expected images (rows, inputs) or (rows, height, width), found (3) of "
      "<U1");
  spec_.arrays.inputs = "z";
  EXPECT_EQ(read(file)->train.rows, 3U);
}

TEST_F(NpzTest, TrainAndTestMayLieInOneFile) {
  spec_.arrays = {"x_train", "y_train", "x_test", "y_test"};
  const auto data = read(zip_bytes({{"x_test.npy", npy_bytes("|u1", "1, 4", {9, 9, 9, 9})},
                                    {"x_train.npy", kImages},
                                    {"y_test.npy", npy_bytes("<U1", "1,", {'9', 0, 0, 0})},
                                    {"y_train.npy", kLabels}}));
  EXPECT_EQ(data->train.rows, 3U);
  EXPECT_EQ(data->test.pixels, Bytes(4, 9));
  EXPECT_EQ(data->class_names, (std::vector<std::string>{"7", "8", "9"}));
}

TEST_F(NpzTest, RefusesDamageNamingFileAndArray) {
  EXPECT_THAT(image_complaint({1, 2, 3}), HasSubstr("FILE, array 'x': expected an array of NumPy"));
  Bytes images = kImages;
  images.pop_back();
  EXPECT_EQ(image_complaint(images),
            "FILE, array 'x': cut short: expected 140 bytes ((3, 4) of |u1 and a header of 128), "
            "found 139");
  images = kImages;
  images.push_back(0);
  EXPECT_THAT(image_complaint(images), HasSubstr("array 'x': expected 140 bytes"));
  images = kImages;
  images[6] = 9;
  EXPECT_EQ(image_complaint(images),
            "FILE, array 'x': expected version 1 to 3 of the npy format, found 9");
  EXPECT_THAT(image_complaint(npy_bytes("<c16", "3, 4", {})), HasSubstr("found type '<c16'"));
  EXPECT_THAT(image_complaint(npy_bytes("|u1", "3, 0", {})),
              HasSubstr("expected data, found (3, 0)"));
  EXPECT_THAT(image_complaint(npy_bytes("|u1", "9999999999, 9999999999", {})),
              HasSubstr("more than memory can address"));
  EXPECT_THAT(image_complaint(npy_bytes("|u1", "x", {})), HasSubstr("a header that is none"));
  EXPECT_EQ(complaint(zip_bytes({{"folder/", {}}})),
            "FILE: expected arrays, found an empty npz file");
  EXPECT_THAT(complaint(zip_bytes({})), HasSubstr("FILE: cannot be opened as a zip file"));
}

TEST_F(NpzTest, RefusesAFileCutShortAndAMemberWhoseChecksumIsWrong) {
  Bytes file = zip_bytes({{"x.npy", kImages}, {"y.npy", kLabels}});
  Bytes half(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(file.size() / 2));
  EXPECT_THAT(complaint(half), HasSubstr("zip file"));
  file[30 + 5 + kImages.size() - 1] ^= 1;  // the last pixel
  EXPECT_THAT(complaint(file), HasSubstr("x.npy: cannot be unpacked: ZIP bad CRC"));
}

TEST_F(NpzTest, RefusesLabelsThatDoNotFit) {
  const auto labels = [&](const Bytes& of) {
    return complaint(zip_bytes({{"x.npy", kImages}, {"y.npy", of}}));
  };
  EXPECT_EQ(labels(npy_bytes("|u1", "2,", {0, 1})),
            "FILE, array 'y': expected 3 labels, one for each row of " +
                (folder_.path() / "a.npz").string() + ", array 'x', found 2");
  EXPECT_THAT(labels(npy_bytes("|S2", "3,", {'a', ',', 'b', 0, 'c', 0})),
              HasSubstr("without commas or line breaks, found 'a,'"));
  EXPECT_THAT(labels(npy_bytes("|S1", "3,", {0, 'b', 'c'})), HasSubstr("found an empty one"));
  EXPECT_THAT(labels(npy_bytes("|S1", "3,", {0xFF, 'b', 'c'})), HasSubstr("found other bytes"));
  EXPECT_THAT(labels(npy_bytes("<f4", "3,", {0, 0, 0, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0})),
              HasSubstr("whole numbers or texts, found 0.5 in row 0"));
}

TEST_F(NpzTest, RefusesRowsThatLieInColumns) {
  Bytes images = kImages;
  const std::string no = "False";
  const auto at = std::search(images.begin(), images.end(), no.begin(), no.end());
  std::copy_n("True ", 5, at);
  EXPECT_THAT(image_complaint(images), HasSubstr("Fortran's order"));
}

// Found by fuzzing.
TEST_F(NpzTest, RefusesRubbishBehindTheDictionaryOfAHeader) {
  Bytes images = kImages;
  images[100] = 8;  // among the spaces in front of the data
  EXPECT_THAT(image_complaint(images), HasSubstr("expected spaces up to the header's end"));
}

// Found by fuzzing: its complaint divided by a length that it has not.
TEST(AddNpyPixels, RefusesANumberThatStandsAlone) {
  const Bytes file = npy_bytes("|i1", "", {0xFF});
  const NpyHeader header = parse_npy_header(file, "a.npy");
  PixelSink sink;
  EXPECT_THAT(message_of<InputError>([&] { add_npy_pixels(header, file, "a.npy", sink); }),
              HasSubstr("found -1 in row 0, input 0"));
}

TEST_F(NpzTest, NpyFilesHoldOneArrayEach) {
  DataSpec spec;
  spec.format = "npz";
  spec.train = folder_.write("x.npy", kImages);
  EXPECT_THAT(message_of<InputError>([&] { static_cast<void>(DatasetCache().get(spec)); }),
              HasSubstr("expected its labels in data.labels"));
  spec.train_labels = folder_.write("y.npy", kLabels);
  const auto data = DatasetCache().get(spec);
  EXPECT_EQ(data->train.labels, (Bytes{1, 0, 1}));
  EXPECT_EQ(data->files.size(), 2U);
  spec.format = "idx";
  EXPECT_THAT(message_of<InputError>([&] { static_cast<void>(DatasetCache().get(spec)); }),
              HasSubstr("expected data.format: npz, found idx"));
}

// The published files of both forms hold the same images: one checksum, so one fingerprint.
TEST(KnownNpz, KmnistIsTheSameSetAsNpzAndAsIdx) {
  const std::string folder = "../shared/data/kmnist/";
  if (!std::filesystem::exists(folder + "kmnist-test-imgs.npz")) {
    GTEST_SKIP() << "no folder " << folder;
  }
  DataSpec npz;
  npz.format = "npz";
  npz.train = folder + "kmnist-test-imgs.npz";
  npz.train_labels = folder + "kmnist-test-labels.npz";
  DataSpec idx;
  idx.train = folder + "t10k-images-idx3-ubyte.gz";
  EXPECT_EQ(DatasetCache().get(npz)->checksum, DatasetCache().get(idx)->checksum);
}

}  // namespace
}  // namespace mlpsweep::engine
