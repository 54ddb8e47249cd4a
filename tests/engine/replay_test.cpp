// Ten training steps against an independent run in NumPy float64
// (tests/reference/replay_reference.py, which PyTorch's autograd confirms to 1e-14): streams,
// split, scaling, initial weights, gradients, penalties, momentum and figures at once.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/train.h"

#include "tests/engine/reference_case.h"

namespace mlpsweep::engine {
namespace {

// float32 rounds each of ten steps to 6e-8 of a weight; 1e-5 of a tensor's largest entry leaves
// room for cancellation and would not hide a wrong formula, whose error is 1e-2 and more.
constexpr double kReplayTolerance = 1e-5;

void expect_near(const Tensor& tensor, const std::vector<double>& expected) {
  ASSERT_EQ(tensor.values.size(), expected.size()) << tensor.name;
  double largest = 0;
  for (const double value : expected) {
    largest = std::max(largest, std::abs(value));
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(tensor.values[i], expected[i], kReplayTolerance * largest)
        << tensor.name << ", entry " << i;
  }
}

/// The final weights and biases by the script's numbering: layer 0 is "weights_1".
const Tensor* find_tensor(const TrialResult& result, const char* kind, std::size_t layer) {
  const std::string name = kind + std::to_string(layer + 1);
  const auto found = std::find_if(result.final_weights.begin(), result.final_weights.end(),
                                  [&](const Tensor& tensor) { return tensor.name == name; });
  return found == result.final_weights.end() ? nullptr : &*found;
}

void expect_weights(const TrialResult& result, const nlohmann::json& reference) {
  const std::size_t layers = reference.at("weights").size();
  EXPECT_EQ(result.final_weights.size(), 2 * layers);
  for (std::size_t layer = 0; layer < layers; ++layer) {
    for (const auto& [kind, key] : {std::pair{"weights_", "weights"}, {"biases_", "biases"}}) {
      const Tensor* tensor = find_tensor(result, kind, layer);
      ASSERT_NE(tensor, nullptr) << kind << layer + 1;
      expect_near(*tensor, reference.at(key)[layer].get<std::vector<double>>());
    }
  }
}

void expect_curves(const TrialResult& result, const nlohmann::json& reference) {
  const auto loss = reference.at("train_loss").get<std::vector<double>>();
  const auto accuracy = reference.at("train_accuracy").get<std::vector<double>>();
  ASSERT_EQ(result.epochs.size(), loss.size());
  for (std::size_t e = 0; e < loss.size(); ++e) {
    EXPECT_NEAR(result.epochs[e].train_loss, loss[e], kReplayTolerance * loss[e])
        << "epoch " << e + 1;
    EXPECT_NEAR(result.epochs[e].train_accuracy, accuracy[e], 1e-9) << "epoch " << e + 1;
  }
}

TEST(Replay, TenStepsGiveTheWeightsAndFiguresOfAnIndependentRun) {
  const nlohmann::json all = reference_cases("replay.json");
  ASSERT_EQ(all.size(), 51U) << "cases in tests/reference/replay.json";
  for (const nlohmann::json& reference : all) {
    SCOPED_TRACE(reference.at("name").get<std::string>());
    TrainSpec spec = reference_spec(reference);
    spec.shuffle = "none";
    spec.keep_weights = "both";
    const TrialResult result =
        train(spec, reference_data(reference.at("rows"), reference.at("classes")));
    EXPECT_EQ(result.state, State::kComplete) << result.reason;
    expect_weights(result, reference);
    expect_curves(result, reference);
  }
}

}  // namespace
}  // namespace mlpsweep::engine
