// The path for batches of one against the general one.
#include "engine/batch_of_one.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "engine/train.h"

#include "tests/engine/toy_data.h"

namespace mlpsweep::engine {
namespace {

TrainSpec one_by_one() {
  TrainSpec spec = toy_spec();
  spec.batch_size = 1;
  spec.epochs = 1;
  spec.optimizer.learning_rate = 0.02;
  spec.keep_weights = "both";
  return spec;
}

/// Largest difference of two sets of weights, as a share of each tensor's largest entry.
double largest_difference(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  double worst = 0;
  for (std::size_t t = 0; t < a.size(); ++t) {
    double largest = 0;
    double difference = 0;
    for (std::size_t i = 0; i < a[t].values.size(); ++i) {
      largest = std::max<double>(largest, std::abs(a[t].values[i]));
      difference = std::max<double>(difference, std::abs(a[t].values[i] - b[t].values[i]));
    }
    worst = std::max(worst, difference / largest);
  }
  return worst;
}

TEST(BatchOfOne, TrainsLikeTheGeneralPath) {
  const Dataset data = toy_data(120, 0);
  for (const std::vector<int>& hidden : {std::vector<int>{}, {12}, {20, 9}})
    for (const char* activation : {"sigmoid", "tanh", "relu"}) {
      TrainSpec spec = one_by_one();
      spec.hidden = hidden;
      spec.activation = activation;
      ASSERT_TRUE(BatchOfOne::fits(spec));
      const TrialResult fused = train(spec, data);
      // A penalty too small to move any weight takes the general path.
      spec.l2 = 1e-30;
      ASSERT_FALSE(BatchOfOne::fits(spec));
      const TrialResult general = train(spec, data);
      // 96 steps, each of which rounds once more in another order (6e-8).
      EXPECT_LT(largest_difference(fused.final_weights, general.final_weights), 1e-5)
          << activation << " with " << hidden.size() << " hidden layers";
      EXPECT_NE(fused.final_weights[0].values, fused.initial_weights[0].values);
    }
}

TEST(BatchOfOne, TrainsOneUnitOnTwoClasses) {
  const Dataset data = toy_data(200, 0, 2);
  TrainSpec spec = one_by_one();
  spec.output = "sigmoid";
  spec.loss = "binary_cross_entropy";
  spec.epochs = 10;
  const TrialResult result = train(spec, data);
  EXPECT_EQ(result.final_weights[2].columns, 1);
  EXPECT_GT(result.last.validation_accuracy, 0.9);
}

TEST(BatchOfOne, TellsTheRunningFiguresOfTheGeneralPath) {
  const Dataset data = toy_data(200, 0, 2);
  for (const char* delta : {"loss", "squared_error", "logistic"}) {
    TrainSpec spec = one_by_one();
    spec.output = "sigmoid";
    spec.loss = "binary_cross_entropy";
    spec.output_delta = delta;
    spec.clip = 0.2;            // p within 0.2 .. 0.8: some rows are beyond
    spec.bias_step = "summed";  // over one row
    spec.train_figures = "running";
    spec.epochs = 3;
    ASSERT_TRUE(BatchOfOne::fits(spec));
    const TrialResult fused = train(spec, data);
    spec.l2 = 1e-30;
    ASSERT_FALSE(BatchOfOne::fits(spec));
    const TrialResult general = train(spec, data);
    // 480 steps, each rounded in an order of its own: below 1e-5 in Release, 1.05e-5 under the
    // sanitizers.
    EXPECT_LT(largest_difference(fused.final_weights, general.final_weights), 3e-5) << delta;
    for (std::size_t e = 0; e < 3; ++e) {
      EXPECT_NEAR(fused.epochs[e].train_loss, general.epochs[e].train_loss, 1e-6) << delta;
      EXPECT_EQ(fused.epochs[e].train_accuracy, general.epochs[e].train_accuracy) << delta;
    }
  }
}

TEST(BatchOfOne, IsLeftToTheGeneralPathWhereZerosMoveWeights) {
  TrainSpec spec = one_by_one();
  EXPECT_TRUE(BatchOfOne::fits(spec));
  spec.optimizer.momentum = 0.5;
  EXPECT_FALSE(BatchOfOne::fits(spec));
  spec = one_by_one();
  spec.l1 = 1e-3;
  EXPECT_FALSE(BatchOfOne::fits(spec));
  spec = one_by_one();
  spec.batch_size = 2;
  EXPECT_FALSE(BatchOfOne::fits(spec));
}

}  // namespace
}  // namespace mlpsweep::engine
