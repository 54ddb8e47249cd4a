// Costs by hand.
#include "engine/cost.h"

#include <gtest/gtest.h>

namespace mlpsweep::engine {
namespace {

TrainSpec spec_of(std::vector<int> hidden, int epochs) {
  TrainSpec spec;
  spec.hidden = std::move(hidden);
  spec.epochs = epochs;
  return spec;
}

TEST(Cost, CountsParametersWithoutPadding) {
  // (784 + 1) * 128 + (128 + 1) * 10
  EXPECT_EQ(predict_cost(spec_of({128}, 1), 784, 10, {}).parameters, 101770);
  EXPECT_EQ(predict_cost(spec_of({}, 1), 784, 10, {}).parameters, 7850);
  // 785 * 203 + 204 * 203 + 204 * 10
  EXPECT_EQ(predict_cost(spec_of({203, 203}, 1), 784, 10, {}).parameters, 202807);
}

TEST(Cost, CountsOneUnitForSigmoidWithTwoClasses) {
  TrainSpec spec = spec_of({4}, 1);
  spec.output = "sigmoid";
  EXPECT_EQ(output_units(spec, 2), 1);
  EXPECT_EQ(output_units(spec, 3), 3);
  EXPECT_EQ(predict_cost(spec, 10, 2, {}).parameters, 11 * 4 + 5 * 1);
  spec.output = "softmax";
  EXPECT_EQ(output_units(spec, 2), 2);
}

TEST(Cost, CountsTwoOperationsForAMultiplyAdd) {
  // 784-128-10, as in performance.md's W1: forward and weight gradient take all 101,632 weights,
  // the hidden layer's gradient the last 1,280; scoring 48,000 + 12,000 rows takes all once more.
  const double train = 2.0 * 48000 * (2 * 101632 + 1280);
  const double score = 2.0 * 60000 * 101632;
  const Cost cost = predict_cost(spec_of({128}, 3), 784, 10, {48000, 12000, 10000});
  EXPECT_DOUBLE_EQ(cost.flop, 3 * (train + score) + 2.0 * 10000 * 101632);
}

TEST(Cost, KnowsWhichPartsAreScoredAfterAnEpoch) {
  TrainSpec spec = spec_of({}, 3);  // 20 weights
  const PartRows rows{100, 30, 7};
  const auto flop = [&] { return predict_cost(spec, 10, 2, rows).flop / (2.0 * 20); };
  EXPECT_DOUBLE_EQ(flop(), 3 * (2 * 100 + 100 + 30) + 7);
  spec.train_figures = "running";
  EXPECT_DOUBLE_EQ(flop(), 3 * (2 * 100 + 30) + 7);
  spec.data.monitor = "test";
  EXPECT_DOUBLE_EQ(flop(), 3 * (2 * 100 + 30 + 7) + 7);
  spec.early_stop.restore = "best";  // with the last weights as well
  EXPECT_DOUBLE_EQ(flop(), 3 * (2 * 100 + 30 + 7) + 2 * 7);
}

TEST(Cost, CountsRowsAsTheyPassThroughTheNetwork) {
  TrainSpec spec = spec_of({4}, 3);
  const PartRows rows{100, 30, 7};
  RowCounts counts = count_rows(spec, rows);
  EXPECT_EQ(counts.trained, 100U);
  EXPECT_EQ(counts.scored, 130U);
  EXPECT_EQ(counts.scored_last, 7U);
  spec.train_figures = "running";
  spec.data.monitor = "test";
  spec.early_stop.patience = 2;  // the last weights and the best
  counts = count_rows(spec, rows);
  EXPECT_EQ(counts.scored, 37U);
  EXPECT_EQ(counts.scored_last, 14U);
}

TEST(Cost, CountsNoGradientOfTheInputs) {
  // No hidden layer: forward, weight gradient and one scoring, each 20 weights a row.
  EXPECT_DOUBLE_EQ(predict_cost(spec_of({}, 1), 10, 2, {100, 0, 0}).flop, 3 * 2.0 * 20 * 100);
}

TEST(Cost, GrowsInMemoryWithMomentumAndWithEarlyStopping) {
  TrainSpec spec = spec_of({128}, 1);
  const PartRows rows{48000, 12000, 10000};
  const double plain = predict_cost(spec, 784, 10, rows).bytes;
  const double weights = 4.0 * (785 * 128 + 129 * 16);
  spec.optimizer.momentum = 0.9;
  EXPECT_DOUBLE_EQ(predict_cost(spec, 784, 10, rows).bytes, plain + weights);
  spec.early_stop.patience = 3;
  EXPECT_DOUBLE_EQ(predict_cost(spec, 784, 10, rows).bytes, plain + 2 * weights);
  EXPECT_GT(plain, 2 * weights);
}

TEST(Cost, CountsTheWeightsThatARecordKeeps) {
  TrainSpec spec = spec_of({128}, 1);
  const PartRows rows{48000, 12000, 10000};
  const Cost plain = predict_cost(spec, 784, 10, rows);
  EXPECT_DOUBLE_EQ(plain.kept_bytes, 0);
  spec.keep_weights = "both";
  const Cost kept = predict_cost(spec, 784, 10, rows);
  EXPECT_DOUBLE_EQ(kept.kept_bytes, 2 * 4.0 * 101770);
  EXPECT_DOUBLE_EQ(kept.bytes, plain.bytes + 4.0 * 101770);  // the initial ones
}

TEST(Cost, CountsWhatACheckpointCarriesWhereThereCanBeOne) {
  TrainSpec spec = spec_of({128}, 2);
  const PartRows rows{48000, 12000, 10000};
  const double weights = 4.0 * (785 * 128 + 129 * 16);
  EXPECT_DOUBLE_EQ(predict_cost(spec, 784, 10, rows).checkpoint_bytes, weights);
  spec.optimizer.momentum = 0.9;
  spec.early_stop.patience = 3;
  EXPECT_DOUBLE_EQ(predict_cost(spec, 784, 10, rows).checkpoint_bytes, 3 * weights);
  spec.epochs = 1;  // behind the last epoch there is nothing to go on to
  EXPECT_DOUBLE_EQ(predict_cost(spec, 784, 10, rows).checkpoint_bytes, 0);
}

}  // namespace
}  // namespace mlpsweep::engine
