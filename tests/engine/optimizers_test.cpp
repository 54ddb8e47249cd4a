// Updates by hand.
#include <vector>

#include <gtest/gtest.h>

#include "engine/errors.h"
#include "engine/network.h"
#include "engine/optimizer_forms.h"

namespace mlpsweep::engine {
namespace {

const UpdateLoops<double>& sgd() {
  return kernels<double>().updates[0];
}

TEST(Sgd, SubtractsTheGradientTimesTheRate) {
  std::vector<double> w{1, -2};
  const std::vector<double> g{8, 16};
  sgd().update({0.125, 0, 1, 0, 0}, g.data(), nullptr, w.data(), w.size());
  EXPECT_EQ(w, (std::vector<double>{0, -4}));
}

TEST(Sgd, KeepsAVelocity) {
  std::vector<double> w{1};
  std::vector<double> v{4};
  const std::vector<double> g{10};
  sgd().update({0.1, 0.5, 1, 0, 0}, g.data(), v.data(), w.data(), 1);
  EXPECT_DOUBLE_EQ(v[0], 12);  // 0.5 * 4 + 10
  EXPECT_DOUBLE_EQ(w[0], -0.2);
}

TEST(Sgd, AddsPenaltiesToTheGradientInsideTheMomentum) {
  std::vector<double> w{2, -2, 0};
  std::vector<double> v{0, 0, 0};
  const std::vector<double> g{1, 1, 1};
  sgd().update({0, 0.5, 0.5, 0.25, 0.1}, g.data(), v.data(), w.data(), 3);
  EXPECT_DOUBLE_EQ(v[0], 0.5 * (1 + 0.2 + 0.25));
  EXPECT_DOUBLE_EQ(v[1], 0.5 * (1 - 0.2 - 0.25));
  EXPECT_DOUBLE_EQ(v[2], 0.5) << "sign(0) is 0";
}

TEST(Sgd, AddsPenaltiesToTheStepOutsideTheMomentum) {
  std::vector<double> w{2, -2, 0};
  std::vector<double> v{4, 4, 4};
  const std::vector<double> g{1, 1, 1};
  sgd().update({0.5, 0.5, 0.25, 0.25, 0.1, true}, g.data(), v.data(), w.data(), 3);
  for (const double velocity : v)
    EXPECT_DOUBLE_EQ(velocity, 0.5 * 4 + 0.25 * 1);
  EXPECT_DOUBLE_EQ(w[0], 2 - 0.5 * (2.25 + 0.2 + 0.25));
  EXPECT_DOUBLE_EQ(w[1], -2 - 0.5 * (2.25 - 0.2 - 0.25));
  EXPECT_DOUBLE_EQ(w[2], -0.5 * 2.25) << "sign(0) is 0";
}

TEST(Updater, StepsBiasesOnTheSummedGradientWhereThatIsAsked) {
  TrainSpec spec;
  spec.hidden = {};
  spec.optimizer.learning_rate = 0.5;
  for (const double momentum : {0.0, 0.75}) {
    spec.optimizer.momentum = momentum;
    spec.optimizer.momentum_form = "averaged";
    Network<double> network(spec, 2, 2);
    Layer<double> gradient = network.layers[0];
    gradient.weights[0] = 2;
    gradient.biases[0] = 2;
    for (const char* form : {"mean", "summed"}) {
      spec.bias_step = form;
      Layer<double> layer = network.layers[0];
      Updater<double>(spec, network).update(0, 0, 2, 10, gradient, layer);
      const double step = -0.5 * (1 - momentum) * 2;
      EXPECT_DOUBLE_EQ(layer.weights[0], step);
      EXPECT_DOUBLE_EQ(layer.biases[0], form[0] == 's' ? 10 * step : step);
    }
  }
}

TEST(Updater, PenalizesWeightsAndNeverBiases) {
  TrainSpec spec;
  spec.hidden = {};
  spec.l1 = 0.25;
  spec.l2 = 0.5;
  Network<double> network(spec, 2, 2);
  const Updater<double> updater(spec, network);
  EXPECT_EQ(updater.weights.l1, 0.25);
  EXPECT_EQ(updater.weights.twice_l2, 1.0);
  EXPECT_EQ(updater.biases.l1, 0);
  EXPECT_EQ(updater.biases.twice_l2, 0);
}

TEST(MomentumForms, DifferInTheShareOfTheNewGradient) {
  EXPECT_EQ(find_momentum_form("classical").gradient_share(0.75), 1);
  EXPECT_EQ(find_momentum_form("averaged").gradient_share(0.75), 0.25);
}

TEST(Updater, NamesTheFormsOfMomentumThatThereAre) {
  TrainSpec spec;
  spec.optimizer.momentum_form = "avereged";
  const Network<double> network(spec, 2, 2);
  try {
    const Updater<double> updater(spec, network);
    FAIL() << "nothing thrown";
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(),
                 "optimizer.momentum_form: expected one of classical, averaged, found 'avereged'; "
                 "nearest: averaged");
  }
}

}  // namespace
}  // namespace mlpsweep::engine
