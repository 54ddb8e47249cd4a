// Gradients of every legal combination, by central differences and float against double.
#include "engine/gradcheck.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/entries.h"
#include "engine/errors.h"

namespace mlpsweep::engine {
namespace {

/// What stands in one row of the table of legal combinations.
struct Case {
  std::string activation;
  std::string output;
  std::string loss;
};

std::vector<Case> every_case() {
  std::vector<Case> cases;
  for (const Entry& activation : activation_entries())
    for (const Entry& output : output_entries())
      for (const Entry& loss : loss_entries())
        if (!refuse_pair(output.name, loss.name))
          cases.push_back(
              {std::string(activation.name), std::string(output.name), std::string(loss.name)});
  return cases;
}

class EveryCombination : public testing::TestWithParam<Case> {
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
          spec.hidden = hidden;
          spec.l1 = l1;
          spec.l2 = l2;
          spec.seed = 4;
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

INSTANTIATE_TEST_SUITE_P(
    Legal, EveryCombination, testing::ValuesIn(every_case()), [](const auto& entry) {
      std::string name = entry.param.activation;
      return name.append("_").append(entry.param.output).append("_").append(entry.param.loss);
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

TEST(GradientCheck, RefusesANetworkThatCannotBe) {
  TrainSpec spec;
  spec.output = "softmax";
  spec.loss = "binary_cross_entropy";
  EXPECT_THROW(static_cast<void>(check_gradients(spec)), InputError);
}

}  // namespace
}  // namespace mlpsweep::engine
