// Distributions of the first weights.
#include "engine/initializers.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/errors.h"
#include "engine/network.h"

namespace mlpsweep::engine {
namespace {

constexpr int kFanIn = 50;
constexpr int kFanOut = 30;
constexpr int kDraws = 40000;

std::vector<double> draws_of(std::string_view name) {
  const Stream stream(3, 0, Purpose::kWeights, 0);
  std::vector<double> draws;
  for (int i = 0; i < kDraws; ++i)
    draws.push_back(
        draw_of("init.weights", name)(stream, static_cast<std::uint64_t>(i), kFanIn, kFanOut));
  return draws;
}

double mean_square(const std::vector<double>& values) {
  double sum = 0;
  for (const double x : values)
    sum += x * x;
  return sum / static_cast<double>(values.size());
}

TEST(EveryInitializer, HasMeanZero) {
  for (const Initializer& method : initializers()) {
    const auto draws = draws_of(method.name);
    double sum = 0;
    for (const double x : draws)
      sum += x;
    // Five standard errors of a mean of 40,000 draws.
    EXPECT_NEAR(sum / kDraws, 0, 5 * std::sqrt(mean_square(draws) / kDraws)) << method.name;
  }
}

TEST(Initializers, HaveTheVarianceThatTheirPapersName) {
  // A normal sample's variance has the relative standard error sqrt(2 / n) = 0.7 %; four of them.
  EXPECT_NEAR(mean_square(draws_of("normal")), 1.0, 0.03);
  EXPECT_NEAR(mean_square(draws_of("he")), 2.0 / kFanIn, 0.03 * 2.0 / kFanIn);
  EXPECT_NEAR(mean_square(draws_of("glorot")), 2.0 / (kFanIn + kFanOut), 0.03 * 2.0 / 80);
}

TEST(Glorot, StaysInItsRange) {
  const auto draws = draws_of("glorot");
  const double range = std::sqrt(6.0 / 80);
  EXPECT_LT(*std::max_element(draws.begin(), draws.end()), range);
  EXPECT_GT(*std::max_element(draws.begin(), draws.end()), 0.99 * range);
  EXPECT_GT(*std::min_element(draws.begin(), draws.end()), -range);
}

TEST(Initializers, RefuseAnUnknownNameAndTellTheOthers) {
  try {
    static_cast<void>(draw_of("init.weights", "glorott"));
    FAIL() << "nothing thrown";
  } catch (const InputError& error) {
    EXPECT_STREQ(
        error.what(),
        "init.weights: expected one of normal, he, glorot, found 'glorott'; nearest: glorot");
  }
}

TEST(Normal, TakesItsDeviationAsItIsNamed) {
  const Stream stream(3, 0, Purpose::kWeights, 0);
  const double one = draw_of("init.weights", "normal")(stream, 7, kFanIn, kFanOut);
  EXPECT_EQ(draw_of("init.weights", "normal 1")(stream, 7, kFanIn, kFanOut), one);
  EXPECT_EQ(draw_of("init.weights", "normal 0.01")(stream, 7, kFanIn, kFanOut), 0.01 * one);
  for (const char* wrong : {"normal 0", "normal -1", "normal x", "normal 1e999", "normal 1 2",
                            "normal ", "he 2", "glorot 1"})
    EXPECT_THROW(static_cast<void>(draw_of("init.weights", wrong)), InputError) << wrong;
}

TEST(FirstBiases, ComeFromStreamsOfTheirOwn) {
  TrainSpec spec;
  spec.hidden = {4};
  spec.seed = 9;
  spec.repeat = 2;
  spec.init = {"normal", "normal 0.5"};
  Network<double> network(spec, 4, 4);
  network.initialize(spec);
  for (std::uint32_t l = 0; l < 2; ++l) {
    const Stream stream(9, 2, Purpose::kBiases, l);
    for (std::uint64_t j = 0; j < 4; ++j)
      EXPECT_EQ(network.layers[l].biases[j], 0.5 * stream.normal(j));
    EXPECT_EQ(network.layers[l].biases[4], 0) << "padding";
  }
  EXPECT_NE(network.layers[0].biases[0], 0.5 * network.layers[0].weights[0]);
}

TEST(FirstBiases, AreZeroOrNormal) {
  EXPECT_FALSE(bias_draw_of("0"));
  EXPECT_TRUE(bias_draw_of("normal 0.01"));
  for (const char* wrong : {"he", "1", "", "normal 0", "normals"})
    EXPECT_THROW(static_cast<void>(bias_draw_of(wrong)), InputError) << wrong;
}

TEST(FirstWeights, DoNotDependOnThePadding) {
  TrainSpec spec;
  spec.hidden = {5};
  spec.seed = 9;
  spec.repeat = 2;
  Network<double> network(spec, 3, 2);
  network.initialize(spec);
  const Stream stream(9, 2, Purpose::kWeights, 0);
  const Layer<double>& layer = network.layers[0];
  // Row 2, column 4 is the 14th weight of a (3, 5) array, whatever its stride in memory.
  EXPECT_EQ(layer.weights[static_cast<std::size_t>(2 * layer.stride + 4)],
            draw_of("init.weights", "glorot")(stream, 14, 3, 5));
  EXPECT_EQ(layer.weights[5], 0) << "padding";
  for (const double bias : layer.biases)
    EXPECT_EQ(bias, 0);
}

TEST(FirstWeights, OfALayerAreItsOwn) {
  TrainSpec spec;
  spec.hidden = {4};
  Network<double> network(spec, 4, 4);
  network.initialize(spec);
  EXPECT_NE(network.layers[0].weights[0], network.layers[1].weights[0]);
}

}  // namespace
}  // namespace mlpsweep::engine
