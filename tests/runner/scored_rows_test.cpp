#include "runner/scored_rows.h"

#include <gtest/gtest.h>

#include "engine/errors.h"
#include "sweeps/fingerprint.h"
#include "sweeps/keys.h"

#include "small_sweep.h"

namespace mlpsweep::runner {
namespace {

TEST(SpecOf, GivesBackEverySettingOfARecord) {
  engine::TrainSpec spec;
  spec.hidden = {24, 12};
  spec.optimizer.learning_rate = 0.2;
  spec.data.set = "kmnist";
  spec.data.split.validation = 0.2;
  spec.early_stop.patience = 7;
  spec.seed = 3;
  spec.repeat = 2;
  spec.folds = 5;
  spec.fold = 3;
  results::Record record;
  record.settings = sweeps::settings_of(spec);
  record.seed = 3;
  record.repeat = 2;
  record.folds = 5;
  record.fold = 3;
  EXPECT_EQ(sweeps::canonical_text(spec_of(record), "data"), sweeps::canonical_text(spec, "data"));
}

TEST(SpecOf, RefusesASettingThatItCannotRead) {
  results::Record record;
  record.settings = {{"optimizer.learning_rate", std::string("fast")}};
  EXPECT_THROW((void)spec_of(record), InputError);
  record.settings = {{"optimizer.colour", std::string("red")}};
  EXPECT_THROW((void)spec_of(record), InputError);
}

/// A record of the small sweep's data with a test part of 10 rows.
results::Record record_on(const SmallSweep& small, const std::string& checksum) {
  engine::TrainSpec spec;
  spec.data.train = small.images();
  spec.data.split.test = 10;
  spec.data.split.validation = 5;
  spec.seed = 1;
  results::Record record;
  record.settings = sweeps::settings_of(spec);
  record.seed = 1;
  record.data_checksum = checksum;
  return record;
}

TEST(RowsFromData, FindsTheClassesOfADrawnTestPart) {
  const SmallSweep small;
  engine::DatasetCache cache;
  engine::DataSpec data;
  data.train = small.images();
  const results::ScoredRows rows = rows_from_data("")(record_on(small, cache.get(data)->checksum));
  EXPECT_EQ(rows.test_classes.size(), 10U);
  EXPECT_FALSE(rows.shared_test);
  EXPECT_EQ(rows.validation_rows, 5U);
  EXPECT_EQ(rows.train_rows, 25U);
}

TEST(RowsFromData, CountsTheRowsOfAFold) {
  const SmallSweep small;
  engine::DatasetCache cache;
  engine::TrainSpec spec;
  spec.data.train = small.images();
  spec.data.split.test = 10;
  results::Record record = record_on(small, cache.get(spec.data)->checksum);
  record.settings = sweeps::settings_of(spec);
  record.folds = 4;
  for (record.fold = 0; record.fold < record.folds; ++record.fold) {
    const results::ScoredRows rows = rows_from_data("")(record);
    EXPECT_EQ(rows.validation_rows, record.fold < 2 ? 8U : 7U);
    EXPECT_EQ(rows.train_rows + rows.validation_rows, 30U);
    EXPECT_EQ(rows.test_classes.size(), 10U);
  }
}

TEST(RowsFromData, RefusesOtherDataThanTheRecords) {
  const SmallSweep small;
  EXPECT_THROW((void)rows_from_data("")(record_on(small, "another")), InputError);
}

}  // namespace
}  // namespace mlpsweep::runner
