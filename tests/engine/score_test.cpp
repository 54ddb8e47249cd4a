// Scores against a count by hand.
#include "engine/score.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tests/engine/toy_data.h"

namespace mlpsweep::engine {
namespace {

/// All weights 0 and these biases: every row gets the same logits.
Network<float> constant_network(const std::vector<float>& biases) {
  TrainSpec spec;
  spec.hidden = {};
  Network<float> network(spec, 35, static_cast<int>(biases.size()));
  std::copy(biases.begin(), biases.end(), network.layers[0].biases.begin());
  return network;
}

TEST(Score, IsTheMeanOverAllRowsOfAllBlocks) {
  const Dataset data = toy_data(3 * kScoredRows + 7, 0);
  const Scaler scaler{std::vector<float>(35, 0.F), std::vector<float>(35, 1.F), false};
  std::vector<std::uint32_t> rows;
  int ones = 0;
  for (std::uint32_t r = 0; r < data.train.rows; ++r) {
    rows.push_back(r);
    ones += data.train.labels[r] == 1;
  }
  const auto network = constant_network({0, 1, 0});
  Scorer scorer(network);
  std::vector<std::uint8_t> predicted;
  const Score score = scorer.score({&data.train, &scaler, 35}, rows, &predicted);
  const double share = static_cast<double>(ones) / static_cast<double>(rows.size());
  EXPECT_DOUBLE_EQ(score.accuracy, share);
  EXPECT_NEAR(score.loss, std::log(2 + std::exp(1.0)) - share, 1e-6);
  EXPECT_EQ(predicted, std::vector<std::uint8_t>(rows.size(), 1));
}

TEST(Score, NamesTheOnlyClassThatRowsWereGiven) {
  Dataset data = toy_data(2 * kScoredRows + 7, 0);
  const Scaler scaler{std::vector<float>(35, 0.F), std::vector<float>(35, 1.F), false};
  std::vector<std::uint32_t> rows;
  for (std::uint32_t r = 0; r < data.train.rows; ++r)
    rows.push_back(r);
  const auto set_first_pixels = [&data](std::size_t from, std::uint8_t value) {
    change_pixels(data.train, [=](auto& pixels) {
      for (std::size_t at = from * 35; at < pixels.size(); at += 35)
        pixels[at] = value;
    });
  };
  set_first_pixels(0, 0);
  auto network = constant_network({0, 1, 0});
  Scorer scorer(network);
  const RowSource source{&data.train, &scaler, 35};
  EXPECT_EQ(scorer.score(source, rows).only_class, 1);
  // The first pixel makes a row class 2: one row of the last block, then the whole last block.
  network.layers[0].weights[2] = 1;
  set_first_pixels(rows.back(), 255);
  EXPECT_EQ(scorer.score(source, rows).only_class, kSeveralClasses);
  set_first_pixels(2 * kScoredRows, 255);
  EXPECT_EQ(scorer.score(source, rows).only_class, kSeveralClasses);
  EXPECT_EQ(scorer.score(source, {rows.back()}).only_class, 2);
  EXPECT_EQ(scorer.score(source, {}).only_class, kSeveralClasses);
}

TEST(Score, OfNoRowsIsNoNumber) {
  const Dataset data = toy_data(10, 0);
  const Scaler scaler;
  const auto network = constant_network({0, 0});
  Scorer scorer(network);
  const Score score = scorer.score({&data.train, &scaler, 35}, {});
  EXPECT_TRUE(std::isnan(score.loss));
  EXPECT_TRUE(std::isnan(score.accuracy));
}

}  // namespace
}  // namespace mlpsweep::engine
