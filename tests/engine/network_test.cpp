// Passes and steps by hand, and what padding must not do.
#include "engine/network.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "engine/errors.h"

namespace mlpsweep::engine {
namespace {

TrainSpec linear() {
  TrainSpec spec;
  spec.hidden = {};
  spec.optimizer.learning_rate = 1;
  return spec;
}

/// The same input and label in each row.
Fill<double> constant(double x, std::uint8_t label) {
  return [=](int begin, int end, const Entrance<double>& entrance) {
    for (int r = 0; r < end - begin; ++r) {
      entrance.inputs[static_cast<std::ptrdiff_t>(r) * entrance.stride] = x;
      entrance.labels[r] = label;
    }
  };
}

TEST(Step, ByHand) {
  // One input, two classes, all weights 0: shares 1/2, so d_sums = (-1/2, 1/2) for class 0.
  Network<double> network(linear(), 1, 2);
  Steps<double> steps(network, 4);
  Updater<double> updater(linear(), network);
  steps.step(network, 4, constant(3, 0), &updater);
  EXPECT_DOUBLE_EQ(network.layers[0].weights[0], 1.5);
  EXPECT_DOUBLE_EQ(network.layers[0].weights[1], -1.5);
  EXPECT_DOUBLE_EQ(network.layers[0].biases[0], 0.5);
}

TEST(Step, AveragesOverTheBatchHoweverManyPiecesItTakes) {
  for (const int rows : {1, 63, 129, 1000, 1001, 2600}) {
    Network<double> network(linear(), 1, 2);
    Steps<double> steps(network, rows);
    steps.step(network, rows, constant(3, 0), nullptr);
    EXPECT_NEAR(steps.gradients()[0].weights[0], -1.5, 1e-12) << rows << " rows";
    EXPECT_EQ(network.layers[0].weights[0], 0) << "no updater, no update";
  }
}

TEST(Padding, StaysZeroEvenBehindSigmoidUnits) {
  TrainSpec spec;
  spec.hidden = {5, 3};
  spec.activation = "sigmoid";
  spec.optimizer.learning_rate = 1;
  spec.optimizer.momentum = 0.5;
  spec.l2 = 0.1;
  Network<float> network(spec, 2, 3);
  network.initialize(spec);
  Steps<float> steps(network, 8);
  Updater<float> updater(spec, network);
  const Fill<float> fill = [](int begin, int end, const Entrance<float>& entrance) {
    float* out = entrance.inputs;
    for (int r = begin; r < end; ++r, out += entrance.stride) {
      out[0] = static_cast<float>(r);
      out[1] = 1;
      entrance.labels[r - begin] = static_cast<std::uint8_t>(r % 3);
    }
  };
  for (int i = 0; i < 5; ++i)
    steps.step(network, 8, fill, &updater);
  for (const Layer<float>& layer : network.layers) {
    for (int i = 0; i < padded(layer.inputs); ++i) {
      for (int j = 0; j < layer.stride; ++j) {
        const bool inside = i < layer.inputs && j < layer.units;
        const float w = layer.weights[static_cast<std::size_t>(i * layer.stride + j)];
        ASSERT_TRUE(inside || w == 0) << "row " << i << ", column " << j;
      }
    }
    for (int j = layer.units; j < layer.stride; ++j)
      ASSERT_EQ(layer.biases[j], 0);
    EXPECT_NE(layer.biases[0], 0);
  }
}

TEST(Network, RefusesClassesThatItCannotTell) {
  EXPECT_THROW(Network<float>(linear(), 4, 1), InputError);
  EXPECT_THROW(Network<float>(linear(), 4, 257), InputError);
}

}  // namespace
}  // namespace mlpsweep::engine
