// The wrapper of HDF5, and what it refuses of files from elsewhere. The evil files are made with
// HDF5 itself, for the wrapper can't make them.
#include "results/hdf5_file.h"

#include <array>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>

#include "engine/errors.h"

#include "sample_record.h"

namespace mlpsweep::results {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A file made by `fill` through the wrapper.
template <typename Fill>
fs::path made(const ScratchFolder& folder, Fill fill) {
  OutputFile output(folder / "file.h5");
  Hdf5File file = Hdf5File::create(output);
  Hdf5Group root = file.root();
  fill(root);
  root.close();
  file.close();
  output.sync();
  output.publish();
  return folder / "file.h5";
}

/// What opening the data set "data" says, of a file made by `fill` with HDF5's own calls.
template <typename Fill>
std::string refusal(Fill fill) {
  const ScratchFolder folder;
  const fs::path path = folder / "evil.h5";
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  fill(file, folder);
  H5Fclose(file);
  const Hdf5File opened = Hdf5File::open(path);
  try {
    (void)opened.root().open_dataset("data");
  } catch (const MachineError& error) {
    return error.what();
  }
  return "nothing was refused";
}

void create(hid_t file, const char* name, hsize_t length, hid_t list) {
  const hid_t space = H5Screate_simple(1, &length, nullptr);
  H5Dclose(H5Dcreate2(file, name, H5T_STD_U8LE, space, H5P_DEFAULT, list, H5P_DEFAULT));
  H5Sclose(space);
}

TEST(Hdf5File, RowsInTheMiddleAreReadAlone) {
  const ScratchFolder folder;
  const fs::path path = made(folder, [](Hdf5Group& root) {
    Hdf5Dataset data = root.create_dataset("data", ElementType::kInt64, {{3, 2}, 2});
    const std::array<std::int64_t, 6> values = {1, 2, 3, 4, 5, -6};
    data.write(0, 3, values.data());
  });
  const Hdf5File file = Hdf5File::open(path);
  const Hdf5Dataset data = file.root().open_dataset("data");
  EXPECT_EQ(data.type(), ElementType::kInt64);
  EXPECT_THAT(data.dims(), ElementsAre(3U, 2U));
  std::array<std::int64_t, 4> read = {};
  data.read(1, 2, read.data());
  EXPECT_THAT(read, ElementsAre(3, 4, 5, -6));
}

TEST(Hdf5File, TextsReadBackEmptyOnesAndLongOnesToo) {
  const ScratchFolder folder;
  const std::vector<std::string> texts = {"", "Maß 温度 📈", std::string(100'000, 'x'), ""};
  const fs::path path = made(folder, [&](Hdf5Group& root) {
    Hdf5Dataset data = root.create_dataset("data", ElementType::kText, {{4}, 0});
    data.write_texts(0, texts);
    data.set_attribute("lines", texts);
    data.set_attribute("none", std::span<const std::string>());
  });
  const Hdf5File file = Hdf5File::open(path);
  const Hdf5Dataset data = file.root().open_dataset("data");
  EXPECT_EQ(data.read_texts(0, 4), texts);
  EXPECT_EQ(data.texts_attribute("lines"), texts);
  EXPECT_TRUE(data.texts_attribute("none").empty());
}

TEST(Hdf5File, ATextWithAZeroByteIsABugAndNotCutOff) {
  const ScratchFolder folder;
  const std::vector<std::string> texts = {std::string("a\0b", 3)};
  EXPECT_THROW(
      made(folder,
           [&](Hdf5Group& root) {
             root.create_dataset("data", ElementType::kText, {{1}, 0}).write_texts(0, texts);
           }),
      std::logic_error);
}

TEST(Hdf5File, AFailureCarriesHdf5sOwnWordsAndPrintsNothing) {
  const ScratchFolder folder;
  std::ofstream(folder / "text") << "no HDF5";
  ::testing::internal::CaptureStderr();
  try {
    (void)Hdf5File::open(folder / "text");
    FAIL() << "it was opened";
  } catch (const MachineError& error) {
    EXPECT_STREQ(error.what(), "can't open the file as HDF5 (HDF5: file signature not found)");
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(Hdf5File, AnAttributeOfAnotherKindIsRefused) {
  const ScratchFolder folder;
  const fs::path path = made(folder, [](Hdf5Group& root) {
    root.set_attribute("number", std::int64_t{7});
    root.set_attribute("text", std::string("seven"));
    root.set_attribute("texts", std::vector<std::string>{"a", "b"});
  });
  const Hdf5File file = Hdf5File::open(path);
  const Hdf5Group root = file.root();
  EXPECT_EQ(root.integer_attribute("number"), 7);
  EXPECT_THROW((void)root.text_attribute("number"), MachineError);
  EXPECT_THROW((void)root.integer_attribute("text"), MachineError);
  EXPECT_THROW((void)root.text_attribute("texts"), MachineError);
  EXPECT_THROW((void)root.integer_attribute("not there"), MachineError);
}

TEST(Hdf5File, ExternalStorageIsRefused) {
  EXPECT_THAT(refusal([](hid_t file, const ScratchFolder& folder) {
                std::ofstream(folder / "secret") << "root:x:0:0";
                const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
                H5Pset_external(list, (folder / "secret").c_str(), 0, 10);
                create(file, "data", 10, list);
                H5Pclose(list);
              }),
              HasSubstr("'data' keeps its data in a way that mlpsweep never does"));
}

TEST(Hdf5File, AVirtualDataSetIsRefused) {
  EXPECT_THAT(refusal([](hid_t file, const ScratchFolder&) {
                const hsize_t length = 10;
                const hid_t space = H5Screate_simple(1, &length, nullptr);
                const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
                H5Pset_virtual(list, space, "/etc/other.h5", "/secret", space);
                create(file, "data", length, list);
                H5Pclose(list);
                H5Sclose(space);
              }),
              HasSubstr("'data' keeps its data in a way that mlpsweep never does"));
}

TEST(Hdf5File, LinksToElsewhereAreRefused) {
  EXPECT_THAT(refusal([](hid_t file, const ScratchFolder&) {
                H5Lcreate_external("/etc/other.h5", "/secret", file, "data", H5P_DEFAULT,
                                   H5P_DEFAULT);
              }),
              HasSubstr("'data' is a link to elsewhere"));
  EXPECT_THAT(refusal([](hid_t file, const ScratchFolder&) {
                create(file, "other", 10, H5P_DEFAULT);
                H5Lcreate_soft("/other", file, "data", H5P_DEFAULT, H5P_DEFAULT);
              }),
              HasSubstr("'data' is a link to elsewhere"));
}

TEST(Hdf5File, MoreDataThanTheFileHoldsIsRefusedBeforeAnyIsRead) {
  for (const hsize_t claimed : {hsize_t{1} << 20U, hsize_t{8} << 40U, hsize_t{1} << 61U}) {
    EXPECT_THAT(refusal([claimed](hid_t file, const ScratchFolder&) {
                  const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
                  const hsize_t chunk = 1024;
                  H5Pset_chunk(list, 1, &chunk);
                  create(file, "data", claimed, list);
                  H5Pclose(list);
                }),
                HasSubstr("claims more"))
        << claimed;
  }
}

TEST(Hdf5File, AFilterThatIsNeitherShuffleNorDeflateIsRefused) {
  EXPECT_THAT(refusal([](hid_t file, const ScratchFolder&) {
                const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
                const hsize_t chunk = 10;
                H5Pset_chunk(list, 1, &chunk);
                H5Pset_fletcher32(list);
                create(file, "data", 10, list);
                H5Pclose(list);
              }),
              HasSubstr("'data' is packed in a way that mlpsweep never uses"));
}

}  // namespace
}  // namespace mlpsweep::results
