#include "engine/partition.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/cost.h"
#include "engine/errors.h"
#include "engine/rng.h"

#include "tests/engine/data_files.h"

namespace mlpsweep::engine {
namespace {

Split split_of(std::optional<PartSize> train, std::optional<PartSize> validation,
               std::optional<PartSize> test, bool stratify = false) {
  return Split{train, validation, test, stratify};
}

/// Sizes of the three parts as text, or the complaint.
std::string sizes(const Split& split, std::size_t train_rows, std::size_t test_rows) {
  std::string text;
  const std::string complaint = message_of<InputError>([&] {
    const PartRows rows = part_rows(split, train_rows, test_rows);
    text = std::to_string(rows.train) + " " + std::to_string(rows.validation) + " " +
           std::to_string(rows.test);
  });
  return complaint.empty() ? text : complaint;
}

constexpr std::nullopt_t kUnset = std::nullopt;

TEST(PartRows, WithoutSizesAllRowsAreTrainedOnAndTheOwnTestPartIsKept) {
  EXPECT_EQ(sizes(Split{}, 60'000, 10'000), "60000 0 10000");
}

TEST(PartRows, SharesAreOfTheTrainingFile) {
  EXPECT_EQ(sizes(split_of(kUnset, 0.2, kUnset), 60'000, 10'000), "48000 12000 10000");
  EXPECT_EQ(sizes(split_of(0.6, 0.2, 0.2), 60'000, 10'000), "36000 12000 12000");
  EXPECT_EQ(sizes(split_of(0.5, 0.1, kUnset), 60'000, 10'000), "30000 6000 10000");
}

TEST(PartRows, CountsAreRows) {
  EXPECT_EQ(sizes(split_of(40'000, 20'000, kUnset), 60'000, 10'000), "40000 20000 10000");
  EXPECT_EQ(sizes(split_of(800, 0, 200), 60'000, 10'000), "800 0 200");
  EXPECT_EQ(sizes(split_of(kUnset, 1, kUnset), 60'000, 0), "59999 1 0");  // one row, not all
}

TEST(PartRows, ATestSizeOfZeroMeansNoTestPart) {
  EXPECT_EQ(sizes(split_of(kUnset, kUnset, 0), 60'000, 10'000), "60000 0 0");
}

TEST(PartRows, SharesAreRoundedToTheNearestRowHalvesUp) {
  EXPECT_EQ(sizes(split_of(kUnset, 0.25, kUnset), 10, 0), "7 3 0");     // 2.5
  EXPECT_EQ(sizes(split_of(kUnset, 0.24, kUnset), 10, 0), "8 2 0");     // 2.4
  EXPECT_EQ(sizes(split_of(kUnset, 0.29, kUnset), 100, 0), "71 29 0");  // 28.999... as a double
}

TEST(PartRows, SharesThatMakeAWholeUseEveryRowOnce) {
  EXPECT_EQ(sizes(split_of(0.5, 0.5, kUnset), 5, 0), "2 3 0");  // both halves round up to 3
  EXPECT_EQ(sizes(split_of(1.0 / 3, 1.0 / 3, 1.0 / 3), 100, 0), "34 33 33");
}

TEST(PartRows, RefusesMoreRowsThanThereAre) {
  EXPECT_EQ(sizes(split_of(kUnset, 101, kUnset), 100, 0),
            "split.validation: expected at most the 100 training rows, found 101");
  EXPECT_EQ(
      sizes(split_of(kUnset, 60, 60), 100, 0),
      "split: expected at most the 100 training rows, found 60 for validation and 60 for test");
  EXPECT_EQ(
      sizes(split_of(80, 0.3, kUnset), 100, 0),
      "split: expected at most the 100 training rows, found 80 to train, 30 for validation and "
      "0 for test");
  EXPECT_EQ(sizes(split_of(kUnset, 1e300, kUnset), 100, 0),
            "split.validation: expected at most the 100 training rows, found 1e+300");
}

TEST(PartRows, RefusesASplitThatLeavesNothingToTrainOn) {
  EXPECT_EQ(sizes(split_of(kUnset, 60, 40), 100, 0),
            "split: no row is left to train on: of 100 rows 60 are for validation and 40 for test");
  EXPECT_NE(sizes(split_of(0, kUnset, kUnset), 100, 0).find("no row is left"), std::string::npos);
}

TEST(PartRows, RefusesSizesThatAreNone) {
  for (const double size : {-1.0, -0.1, 1.5, std::nan(""), HUGE_VAL}) {
    EXPECT_NE(sizes(split_of(kUnset, size, kUnset), 100, 0).find("split.validation: expected"),
              std::string::npos)
        << size;
  }
}

// ---------------------------------------------------------------------------------- which row
// where

/// Rows of two pixels; labels as given.
Dataset data_of(const Bytes& labels, const Bytes& pixels = {}, std::size_t test_rows = 0) {
  Dataset data;
  data.height = 1;
  data.width = 2;
  data.classes = *std::max_element(labels.begin(), labels.end()) + 1;
  data.train = {labels.size(), pixels.empty() ? Bytes(2 * labels.size()) : pixels, labels};
  data.test = {test_rows, Bytes(2 * test_rows), Bytes(test_rows)};
  return data;
}

/// 0 1 2 0 1 2 ...
Bytes labels_in_turn(std::size_t rows, int classes) {
  Bytes labels(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    labels[i] = static_cast<std::uint8_t>(i % static_cast<std::size_t>(classes));
  }
  return labels;
}

TrainSpec spec_of(const Split& split, int repeat = 0) {
  TrainSpec spec;
  spec.seed = 7;
  spec.repeat = repeat;
  spec.data.split = split;
  return spec;
}

void expect_disjoint(const Partition& partition, std::size_t rows) {
  std::set<std::uint32_t> seen;
  std::size_t count = 0;
  for (const auto* part : {&partition.train, &partition.validation, &partition.test}) {
    seen.insert(part->begin(), part->end());
    count += part->size();
  }
  EXPECT_EQ(seen.size(), count);
  EXPECT_LT(*seen.rbegin(), rows);
}

TEST(Partition, PartsHaveTheirSizesAndShareNoRow) {
  const Dataset data = data_of(labels_in_turn(1000, 3), {}, 50);
  for (const bool stratify : {false, true}) {
    const Partition p = make_partition(spec_of(split_of(600, 0.2, 0.15, stratify)), data);
    EXPECT_EQ(p.train.size(), 600U);
    EXPECT_EQ(p.validation.size(), 200U);
    EXPECT_EQ(p.test.size(), 150U);
    EXPECT_FALSE(p.own_test);
    expect_disjoint(p, 1000);
  }
}

TEST(Partition, TheOwnTestPartStaysInItsOrder) {
  const Partition p = make_partition(spec_of(Split{}), data_of({0, 1, 0, 1}, {}, 3));
  EXPECT_TRUE(p.own_test);
  EXPECT_EQ(p.test, (std::vector<std::uint32_t>{0, 1, 2}));
  EXPECT_TRUE(p.validation.empty());
}

TEST(Partition, ACutTestPartIsInTheSetsOrder) {
  const Partition p =
      make_partition(spec_of(split_of(kUnset, kUnset, 40)), data_of(labels_in_turn(100, 2)));
  EXPECT_TRUE(std::is_sorted(p.test.begin(), p.test.end()));
}

TEST(Partition, TrainingRowsComeInTheOrderOfTheSplitsStream) {
  const Dataset data = data_of(labels_in_turn(100, 2));
  const auto order = Stream(7, 4, Purpose::kSplit, 0).permutation(100);
  EXPECT_EQ(make_partition(spec_of(Split{}, 4), data).train, order);

  // Stratified parts keep that order too.
  std::vector<std::size_t> place(100);
  for (std::size_t i = 0; i < 100; ++i) {
    place[order[i]] = i;
  }
  const Partition p = make_partition(spec_of(split_of(kUnset, 30, kUnset, true), 4), data);
  EXPECT_TRUE(std::is_sorted(p.train.begin(), p.train.end(),
                             [&](auto a, auto b) { return place[a] < place[b]; }));
}

TEST(Partition, DependsOnTheRepeatAndTheSeedAndOnNothingElse) {
  const Dataset data = data_of(labels_in_turn(100, 2));
  const TrainSpec spec = spec_of(split_of(kUnset, 0.3, kUnset));
  const auto validation = make_partition(spec, data).validation;

  TrainSpec other = spec;
  other.hidden = {5, 5};
  other.optimizer.learning_rate = 1;
  other.batch_size = 0;
  EXPECT_EQ(make_partition(other, data).validation, validation);
  for (auto change : {+[](TrainSpec& s) { ++s.repeat; }, +[](TrainSpec& s) { ++s.seed; }}) {
    other = spec;
    change(other);
    EXPECT_NE(make_partition(other, data).validation, validation);
  }
}

TEST(Partition, TheTestPartDoesNotMoveWhenTheValidationPartGrows) {
  const Dataset data = data_of(labels_in_turn(100, 2));
  EXPECT_EQ(make_partition(spec_of(split_of(kUnset, 10, 20)), data).test,
            make_partition(spec_of(split_of(kUnset, 30, 20)), data).test);
}

// ------------------------------------------------------------------------------------- stratified

std::vector<int> classes_of(const std::vector<std::uint32_t>& rows, const Dataset& data) {
  std::vector<int> count(static_cast<std::size_t>(data.classes));
  for (const std::uint32_t row : rows) {
    ++count[data.train.labels[row]];
  }
  return count;
}

// 50, 30 and 20 rows of three classes; 15 rows for validation are due 7.5, 4.5 and 3: the row left
// over goes to the larger remainder, and of the equal ones to the lower class.
TEST(Stratified, KeepsEachClasssShareByTheLargestRemainder) {
  Bytes labels(100, 0);
  std::fill(labels.begin() + 50, labels.begin() + 80, std::uint8_t{1});
  std::fill(labels.begin() + 80, labels.end(), std::uint8_t{2});
  const Dataset data = data_of(labels);
  for (int repeat = 0; repeat < 3; ++repeat) {
    const Partition p = make_partition(spec_of(split_of(kUnset, 15, kUnset, true), repeat), data);
    EXPECT_EQ(classes_of(p.validation, data), (std::vector<int>{8, 4, 3}));
    EXPECT_EQ(classes_of(p.train, data), (std::vector<int>{42, 26, 17}));
  }
}

TEST(Stratified, LeavesSomeRowsOutWhenTheTrainingPartIsSmaller) {
  const Dataset data = data_of(labels_in_turn(90, 3));
  const Partition p = make_partition(spec_of(split_of(30, 15, 15, true)), data);
  EXPECT_EQ(classes_of(p.train, data), (std::vector<int>{10, 10, 10}));
  EXPECT_EQ(classes_of(p.validation, data), (std::vector<int>{5, 5, 5}));
  EXPECT_EQ(classes_of(p.test, data), (std::vector<int>{5, 5, 5}));
}

TEST(Stratified, RefusesAClassThatIsTooSmall) {
  Bytes labels = labels_in_turn(100, 2);
  labels[17] = 3;  // no row is of class 2: that is no fault
  const Dataset data = data_of(labels);
  EXPECT_EQ(
      message_of<InputError>([&] {
        static_cast<void>(make_partition(spec_of(split_of(kUnset, 20, kUnset, true)), data));
      }),
      "split.stratify: class 3 has 1 rows, too few for one in the validation part of 20 rows");
  EXPECT_NO_THROW(static_cast<void>(make_partition(spec_of(split_of(kUnset, 20, kUnset)), data)));
}

// ------------------------------------------------------------------------------------------- folds

TrainSpec fold_of(const Split& split, int folds, int fold) {
  TrainSpec spec = spec_of(split);
  spec.folds = folds;
  spec.fold = fold;
  return spec;
}

TEST(Folds, EachRowValidatesOnceAndFoldsDifferByOneRowAtMost) {
  const Dataset data = data_of(labels_in_turn(103, 3));
  for (const bool stratify : {false, true}) {
    const Split split = split_of(kUnset, kUnset, 20, stratify);  // 83 rows are left for 4 folds
    std::set<std::uint32_t> validated;
    for (int fold = 0; fold < 4; ++fold) {
      const Partition p = make_partition(fold_of(split, 4, fold), data);
      EXPECT_EQ(p.validation.size(), fold < 3 ? 21U : 20U);
      EXPECT_EQ(p.train.size(), 83 - p.validation.size());
      EXPECT_EQ(p.test, make_partition(fold_of(split, 4, 0), data).test);
      expect_disjoint(p, 103);
      validated.insert(p.validation.begin(), p.validation.end());
      const PartRows rows = part_rows(fold_of(split, 4, fold), 103, 0);
      EXPECT_EQ(rows.train, p.train.size());
      EXPECT_EQ(rows.validation, p.validation.size());
    }
    EXPECT_EQ(validated.size(), 83U);
  }
}

TEST(Folds, StratifiedTheyDifferByOneRowOfAClassAtMost) {
  const Dataset data = data_of(labels_in_turn(100, 3));  // 34, 33 and 33 rows
  for (int fold = 0; fold < 5; ++fold) {
    const Partition p =
        make_partition(fold_of(split_of(kUnset, kUnset, kUnset, true), 5, fold), data);
    for (const int count : classes_of(p.validation, data)) {
      EXPECT_GE(count, 6);
      EXPECT_LE(count, 7);
    }
  }
}

TEST(Folds, RefuseAValidationPartBesideThemAndMoreFoldsThanRows) {
  const auto complaint = [](const TrainSpec& spec) {
    return message_of<InputError>([&] {
      static_cast<void>(make_partition(spec, data_of({0, 1, 0, 1})));
    });
  };
  EXPECT_EQ(
      complaint(fold_of(split_of(kUnset, 1, kUnset), 2, 0)),
      "split.validation: expected none, since each of the 2 folds validates in turn, found 1");
  EXPECT_EQ(complaint(fold_of(Split{}, 5, 0)),
            "folds: expected 2 to 4, the rows to train on, found 5");
  EXPECT_EQ(complaint(fold_of(Split{}, 2, 2)), "fold: expected 0 to 1, found 2");
}

// ----------------------------------------------------------------------------------------- scaling

Scaler scaler_of(const std::string& method, const std::string& per, const Dataset& data,
                 const Split& split = {}) {
  TrainSpec spec = spec_of(split);
  spec.data.scale.method = method;
  spec.data.scale.per = per;
  return make_partition(spec, data).scaler;
}

// Pixel 0 is 1, 2, 3, 6: mean 3, population deviation sqrt(14/4). Pixel 1 is always 9.
const Dataset kFour = data_of({0, 1, 0, 1}, {1, 9, 2, 9, 3, 9, 6, 9});

TEST(Scaler, NoneKeepsTheBytesAndUnitMakesThemShares) {
  const Scaler none = scaler_of("none", "pixel", kFour);
  EXPECT_EQ(none.mean, (std::vector<float>{0, 0}));
  EXPECT_EQ(none.factor, (std::vector<float>{1, 1}));
  const Scaler unit = scaler_of("unit", "pixel", kFour);
  EXPECT_EQ(unit.mean, (std::vector<float>{0, 0}));
  EXPECT_EQ(unit.factor, (std::vector<float>(2, 1.F / 255.F)));
}

TEST(Scaler, ZscorePerPixelTakesThePopulationDeviation) {
  const Scaler scaler = scaler_of("zscore", "pixel", kFour);
  EXPECT_FLOAT_EQ(scaler.mean[0], 3);
  EXPECT_FLOAT_EQ(scaler.factor[0], static_cast<float>(1 / std::sqrt(14.0 / 4)));
  EXPECT_FALSE(scaler.per_image);
}

TEST(Scaler, APixelThatNeverChangesBecomesZero) {
  const Scaler scaler = scaler_of("zscore", "pixel", kFour);
  EXPECT_EQ(scaler.mean[1], 9);
  EXPECT_EQ(scaler.factor[1], 0);
}

// All eight bytes: sum 48, squares 374, so mean 6 and variance 374/8 - 36 = 10.75.
TEST(Scaler, ZscoreOverAllTakesOneMeanForAllPixels) {
  const Scaler scaler = scaler_of("zscore", "all", kFour);
  EXPECT_EQ(scaler.mean, (std::vector<float>{6, 6}));
  EXPECT_FLOAT_EQ(scaler.factor[0], static_cast<float>(1 / std::sqrt(10.75)));
  EXPECT_EQ(scaler.factor[0], scaler.factor[1]);
}

TEST(Scaler, ZscorePerImageIsLeftToWhoGathersTheImage) {
  const Scaler scaler = scaler_of("zscore", "image", kFour);
  EXPECT_TRUE(scaler.per_image);
  EXPECT_TRUE(scaler.mean.empty());
}

TEST(Scaler, TakesItsFiguresFromTheTrainingPartAlone) {
  const Split half = split_of(kUnset, 2, kUnset);
  const Partition p = make_partition(spec_of(half), kFour);
  float sum = 0;
  for (const std::uint32_t row : p.train) {
    sum += kFour.train.pixels[2 * row];
  }
  EXPECT_FLOAT_EQ(scaler_of("zscore", "pixel", kFour, half).mean[0], sum / 2);
}

/// Means of pixel 0 that training, validation and test part are scaled by.
std::vector<float> means_of(const std::string& fit, const Dataset& data, const Split& split) {
  TrainSpec spec = spec_of(split);
  spec.data.scale = {"zscore", "pixel", fit};
  const Partition p = make_partition(spec, data);
  return {p.scaler.mean[0], p.validation_scaler.mean[0], p.test_scaler.mean[0]};
}

float mean_of(const ImageSet& set, const std::vector<std::uint32_t>& rows) {
  float sum = 0;
  for (const std::uint32_t row : rows) {
    sum += set.pixels[2 * row];
  }
  return sum / static_cast<float>(rows.size());
}

TEST(Scaler, FitSaysWhatEachPartIsScaledBy) {
  Dataset data = kFour;
  data.test = {2, Bytes{10, 0, 20, 0}, {0, 1}};  // mean 15
  const Split half = split_of(kUnset, 2, kUnset);
  const Partition p = make_partition(spec_of(half), data);
  const float train = mean_of(data.train, p.train);
  const float validation = mean_of(data.train, p.validation);
  ASSERT_NE(train, validation);
  EXPECT_EQ(means_of("training", data, half), (std::vector<float>{train, train, train}));
  EXPECT_EQ(means_of("each_part", data, half), (std::vector<float>{train, validation, 15}));
  EXPECT_EQ(means_of("each_file", data, half), (std::vector<float>{3, 3, 15}));
  // A test part that is cut from the training file belongs to that file.
  EXPECT_EQ(means_of("each_file", data, split_of(kUnset, 1, 1)), (std::vector<float>{3, 3, 3}));
}

// 70,000 rows of 255 overflow a 32-bit sum of squares unless it is emptied in time.
TEST(Scaler, SumsOverManyRowsAreExact) {
  const std::size_t rows = 70'000;
  Bytes pixels(2 * rows, 255);
  pixels[1] = 254;
  const Scaler scaler = scaler_of("zscore", "pixel", data_of(labels_in_turn(rows, 2), pixels));
  EXPECT_EQ(scaler.mean[0], 255);
  EXPECT_EQ(scaler.factor[0], 0);
  const double share = 1.0 / static_cast<double>(rows);
  EXPECT_FLOAT_EQ(scaler.factor[1], static_cast<float>(1 / std::sqrt(share * (1 - share))));
}

TEST(Scaler, RefusesWordsItDoesNotKnow) {
  EXPECT_EQ(message_of<InputError>([] { scaler_of("minmax", "pixel", kFour); }),
            "data.scale.method: expected none, unit or zscore, found 'minmax'");
  EXPECT_EQ(message_of<InputError>([] { scaler_of("zscore", "row", kFour); }),
            "data.scale.per: expected pixel, image or all, found 'row'");
  EXPECT_EQ(message_of<InputError>([] { means_of("test", kFour, {}); }),
            "data.scale.fit: expected training, each_part or each_file, found 'test'");
}

}  // namespace
}  // namespace mlpsweep::engine
