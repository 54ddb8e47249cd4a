// Gradients of every legal combination, by central differences and float against double.
#include "engine/gradcheck.h"

#include <algorithm>
#include <cmath>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/entries.h"
#include "engine/errors.h"
#include "engine/train.h"

#include "tests/engine/toy_data.h"

namespace mlpsweep::engine {
namespace {

/// What stands in one row of the table of legal combinations.
struct Combination {
  std::string activation;
  std::string output;
  std::string loss;
  std::string delta;
};

/// Else GoogleTest prints its bytes, those of its strings that nobody wrote among them.
void PrintTo(const Combination& shown, std::ostream* out) {
  *out << shown.activation << ' ' << shown.output << ' ' << shown.loss << ' ' << shown.delta;
}

std::vector<Combination> every_combination() {
  std::vector<Combination> cases;
  for (const Entry& activation : activation_entries())
    for (const Entry& output : output_entries())
      for (const Entry& loss : loss_entries())
        for (const Entry& delta : output_delta_entries())
          if (!refuse_pair(output.name, loss.name) && !refuse_delta(output.name, delta.name))
            cases.push_back({std::string(activation.name), std::string(output.name),
                             std::string(loss.name), std::string(delta.name)});
  return cases;
}

class EveryCombination : public testing::TestWithParam<Combination> {
 protected:
  /// All depths and all penalties, with `classes` classes.
  static void check(int classes) {
    for (const std::vector<int>& hidden : {std::vector<int>{}, {5}, {6, 4}})
      for (const double l1 : {0.0, 0.01})
        for (const double l2 : {0.0, 0.01}) {
          SCOPED_TRACE(testing::Message()
                       << hidden.size() << " hidden layers, l1 " << l1 << ", l2 " << l2);
          TrainSpec spec;
          spec.activation = GetParam().activation;
          spec.output = GetParam().output;
          spec.loss = GetParam().loss;
          spec.output_delta = GetParam().delta;
          spec.hidden = hidden;
          spec.l1 = l1;
          spec.l2 = l2;
          spec.seed = 4;
          check_one(spec, classes);
          spec.penalty_form = "outside_momentum";
          spec.bias_step = "summed";
          spec.init = {"normal 0.5", "normal 0.1"};
          if (!refuse_clip(spec.loss, 0.3))
            spec.clip = 0.3;  // p within 0.3 .. 0.7: some rows are beyond
          check_one(spec, classes);
        }
  }

 private:
  static void check_one(const TrainSpec& spec, int classes) {
    GradientCheckBatch batch;
    batch.classes = classes;
    const GradientCheck check = check_gradients(spec, batch);
    ASSERT_EQ(check.tensors.size(), 2 * (spec.hidden.size() + 1));
    for (const TensorCheck& tensor : check.tensors) {
      EXPECT_GT(tensor.entries, 0) << tensor.name;
      // Differences of steps of 1e-5 carry 1e-10 of truncation and 1e-11 of rounding, on gradients
      // whose largest entry is above 1e-3.
      EXPECT_LT(tensor.difference_error, 1e-6) << tensor.name;
      EXPECT_LT(tensor.float_error, 1e-4) << tensor.name;
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Legal, EveryCombination, testing::ValuesIn(every_combination()),
                         [](const auto& entry) {
                           std::string name = entry.param.activation;
                           return name.append("_")
                               .append(entry.param.output)
                               .append("_")
                               .append(entry.param.loss)
                               .append("_")
                               .append(entry.param.delta);
                         });

TEST_P(EveryCombination, HasTheGradientOfItsLossWithTwoClasses) {
  check(2);
}

TEST_P(EveryCombination, HasTheGradientOfItsLossWithThreeClasses) {
  check(3);
}

TEST(GradientCheck, LooksAtRealSizes) {
  TrainSpec spec;
  spec.hidden = {50, 23};
  spec.activation = "relu";
  GradientCheckBatch batch{784, 10, 70, 2};
  const GradientCheck check = check_gradients(spec, batch);
  EXPECT_LT(check.largest_float_error(), 1e-4);
  EXPECT_LT(check.largest_difference_error(), 1e-6);
}

/// As R4's Table 1 prints it: one example, step 1e-2, six single weights.
std::vector<WeightCheck> table_one(TrainSpec spec) {
  spec.seed = 5;
  spec.hidden = {12};
  spec.data.scale.method = "zscore";
  return check_single_weights(spec, toy_data(), 1, 1e-2);
}

TEST(SingleWeights, AgreeToTheSquareOfTheStep) {
  const std::vector<WeightCheck> checks = table_one(toy_spec());
  ASSERT_EQ(checks.size(), 6U);
  for (const WeightCheck& check : checks) {
    EXPECT_NE(check.analytic, 0) << check.kind;
    EXPECT_GT(check.absolute_error(), 0) << check.kind << ": float64 and a step of 1e-2";
    EXPECT_LT(check.absolute_error(), 1e-4) << check.kind;
    EXPECT_EQ(check.absolute_error(), std::abs(check.analytic - check.numeric));
  }
}

TEST(SingleWeights, ErrWithTheSquareOfTheStep) {
  TrainSpec spec = toy_spec();
  const auto wide = check_single_weights(spec, toy_data(), 4, 2e-2);
  const auto narrow = check_single_weights(spec, toy_data(), 4, 1e-2);
  for (std::size_t i = 0; i < wide.size(); ++i)
    EXPECT_NEAR(wide[i].absolute_error() / narrow[i].absolute_error(), 4, 0.1) << wide[i].kind;
}

TEST(SingleWeights, AreNamedAsInTheResults) {
  const std::vector<WeightCheck> checks = table_one(toy_spec());
  const auto is = [&](std::size_t i, const char* kind, const char* tensor, int rows, int columns) {
    EXPECT_EQ(checks[i].kind, kind);
    EXPECT_EQ(checks[i].tensor, tensor);
    EXPECT_LT(checks[i].row, rows);
    EXPECT_LT(checks[i].column, columns);
  };
  is(0, "input-hidden", "weights_1", 35, 12);
  is(1, "input-hidden", "weights_1", 35, 12);
  is(2, "hidden-output", "weights_2", 12, 3);
  is(3, "hidden-output", "weights_2", 12, 3);
  is(4, "hidden bias", "biases_1", 1, 12);
  is(5, "output bias", "biases_2", 1, 3);
  EXPECT_NE(std::pair(checks[0].row, checks[0].column), std::pair(checks[1].row, checks[1].column));
}

TEST(SingleWeights, HoldTheValuesThatTrainingStartsFrom) {
  TrainSpec spec = toy_spec();
  spec.keep_weights = "both";
  const Dataset data = toy_data();
  const std::vector<Tensor> start = train(spec, data).initial_weights;
  for (const WeightCheck& check : check_single_weights(spec, data, 2, 1e-4)) {
    const auto tensor = std::find_if(start.begin(), start.end(),
                                     [&](const auto& t) { return t.name == check.tensor; });
    ASSERT_NE(tensor, start.end());
    const auto at = static_cast<std::size_t>(check.row * tensor->columns + check.column);
    EXPECT_FLOAT_EQ(static_cast<float>(check.value), tensor->values[at]) << check.kind;
  }
}

TEST(SingleWeights, FollowTheDeltaThatStandsInForTheGradient) {
  TrainSpec spec = toy_spec();
  spec.output = "sigmoid";
  spec.loss = "binary_cross_entropy";
  spec.output_delta = "squared_error";
  for (const WeightCheck& check : check_single_weights(spec, toy_data(), 3, 1e-4))
    EXPECT_LT(check.absolute_error(), 1e-8) << check.kind;
}

TEST(SingleWeights, LeavePenaltiesOut) {
  TrainSpec spec = toy_spec();
  const double without = table_one(spec)[0].numeric;
  spec.l2 = 0.5;
  EXPECT_EQ(table_one(spec)[0].numeric, without);
}

TEST(SingleWeights, RefuseWhatIsNotThere) {
  const Dataset data = toy_data();
  TrainSpec spec = toy_spec();
  const auto check = [&](int examples, double epsilon, const SingleWeights& weights = {}) {
    static_cast<void>(check_single_weights(spec, data, examples, epsilon, weights));
  };
  EXPECT_THROW(check(0, 1e-2), InputError);
  EXPECT_THROW(check(241, 1e-2), InputError);  // 300 rows, a fifth of them for validation
  EXPECT_THROW(check(1, 0), InputError);
  EXPECT_THROW(check(1, 1e-2, {.output_bias = 4}), InputError);
  spec.hidden = {};
  EXPECT_THROW(check(1, 1e-2), InputError);
  EXPECT_NO_THROW(check(1, 1e-2, {.input_hidden = 0, .hidden_bias = 0}));
}

TEST(GradientCheck, RefusesANetworkThatCannotBe) {
  TrainSpec spec;
  spec.output = "softmax";
  spec.loss = "binary_cross_entropy";
  EXPECT_THROW(static_cast<void>(check_gradients(spec)), InputError);
}

}  // namespace
}  // namespace mlpsweep::engine
