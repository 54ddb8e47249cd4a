// Files that are HDF5 and yet not what FORMAT.md says: each is refused with what is wrong.
#include "results/store_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>

#include "engine/errors.h"

#include "sample_record.h"
#include "store_samples.h"

namespace mlpsweep::results {
namespace {

using ::testing::HasSubstr;

/// What reading says of a good file after `spoil` changed it with HDF5's own calls.
template <typename Spoil>
std::string refusal_after(Spoil spoil) {
  const ScratchFolder folder;
  const auto path = folder / "results.h5";
  const std::vector<Record> records = records_of_many_shapes();
  write_results(path, sample_info(), records.size(), source_of(records),
                [](std::size_t) { return true; });
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  spoil(file);
  H5Fclose(file);
  try {
    (void)read_results(path);
  } catch (const InputError& error) {
    return error.what();
  }
  return "nothing was refused";
}

void set_schema(hid_t file, std::int64_t version) {
  const hid_t attribute = H5Aopen(file, "mlpsweep_schema", H5P_DEFAULT);
  H5Awrite(attribute, H5T_NATIVE_INT64, &version);
  H5Aclose(attribute);
}

void set_first_row(hid_t file, const char* name, std::int64_t value) {
  const hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
  const hid_t space = H5Dget_space(dataset);
  const hsize_t start = 0;
  const hsize_t count = 1;
  H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, nullptr, &count, nullptr);
  const hid_t one = H5Screate_simple(1, &count, nullptr);
  H5Dwrite(dataset, H5T_NATIVE_INT64, one, space, H5P_DEFAULT, &value);
  H5Sclose(one);
  H5Sclose(space);
  H5Dclose(dataset);
}

TEST(StoreReader, AGoodFileIsTaken) {
  EXPECT_EQ(refusal_after([](hid_t) {}), "nothing was refused");
}

TEST(StoreReader, ANewerSchemaIsRefusedByItsNumber) {
  EXPECT_THAT(refusal_after([](hid_t file) { set_schema(file, kStoreSchema + 1); }),
              HasSubstr("it has schema version 2, and this mlpsweep reads up to 1"));
}

TEST(StoreReader, Hdf5OfAnotherProgramIsRefused) {
  EXPECT_THAT(refusal_after([](hid_t file) { H5Adelete(file, "mlpsweep_schema"); }),
              HasSubstr("no results file of mlpsweep: no attribute mlpsweep_schema"));
}

TEST(StoreReader, AMissingColumnIsNamed) {
  EXPECT_THAT(
      refusal_after([](hid_t file) { H5Ldelete(file, "trials/test_accuracy", H5P_DEFAULT); }),
      HasSubstr("can't find 'test_accuracy'"));
}

TEST(StoreReader, AFileOfAnOlderProgramIsTakenWithoutTheColumnsThatCameLater) {
  EXPECT_EQ(refusal_after([](hid_t file) {
              for (const char* name :
                   {"trials/folds", "trials/monitor_loss", "trials/monitor_accuracy",
                    "trials/only_class", "trials/best_monitor_loss", "trials/best_monitor_accuracy",
                    "trials/best_only_class", "trials/last_test_loss", "trials/last_test_accuracy",
                    "curves/monitor_loss", "curves/monitor_accuracy", "curves/only_class"}) {
                ASSERT_GE(H5Ldelete(file, name, H5P_DEFAULT), 0) << name;
              }
            }),
            "nothing was refused");
}

TEST(StoreReader, AColumnOfAnotherLengthIsNamed) {
  EXPECT_THAT(refusal_after([](hid_t file) {
                H5Ldelete(file, "trials/test_loss", H5P_DEFAULT);
                H5Lcreate_hard(file, "curves/epoch", file, "trials/test_loss", H5P_DEFAULT,
                               H5P_DEFAULT);
              }),
              HasSubstr("'test_loss' has another type or shape than expected"));
}

TEST(StoreReader, SizesThatTheArraysDoNotHaveAreRefusedBeforeAnyMemoryIsTaken) {
  EXPECT_THAT(
      refusal_after([](hid_t file) { set_first_row(file, "curves/epochs_run", 1LL << 60); }),
      HasSubstr("the arrays have 7 places"));
  EXPECT_THAT(refusal_after([](hid_t file) { set_first_row(file, "test/images", -1); }),
              HasSubstr("a trial of size -1"));
  EXPECT_THAT(refusal_after([](hid_t file) { set_first_row(file, "test/confusion_classes", 4); }),
              HasSubstr("the arrays have 3 places"));
}

TEST(StoreReader, ALayoutThatIsNotThereIsRefused) {
  EXPECT_THAT(refusal_after([](hid_t file) { set_first_row(file, "layouts/layout_of_trial", 99); }),
              HasSubstr("there is no layout 99"));
}

TEST(StoreReader, ANumberBeyondItsColumnsRangeIsRefused) {
  EXPECT_THAT(
      refusal_after([](hid_t file) { set_first_row(file, "trials/best_epoch", 1LL << 40); }),
      HasSubstr("1099511627776 is beyond the range of its column"));
}

TEST(StoreReader, AChangedSettingIsNoticedByTheDigest) {
  EXPECT_THAT(refusal_after([](hid_t file) { set_first_row(file, "trials/repeat", 5); }),
              HasSubstr("something changed it since"));
}

TEST(StoreReader, VerifyingFindsADataSetThatDiffersFromWhatWasWritten) {
  const ScratchFolder folder;
  const std::vector<Record> records = {with_weights(0)};
  write_results(folder / "results.h5", sample_info(), 1, source_of(records),
                [](std::size_t) { return true; });
  StoreChecksums sums;
  sums.datasets.push_back({"trials", "train_seconds", {1, 2}});
  EXPECT_THROW(verify_store(folder / "results.h5", sums), MachineError);
  sums.datasets.clear();
  sums.weights = sweeps::Fingerprint{1, 2};
  EXPECT_THROW(verify_store(folder / "results.h5", sums), MachineError);
}

}  // namespace
}  // namespace mlpsweep::results
