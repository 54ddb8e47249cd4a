// Every activation in every copy of the hot loops.
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "engine/kernels.h"

namespace mlpsweep::engine {
namespace {

std::vector<const Kernels<float>*> copies_here() {
  std::vector<const Kernels<float>*> copies;
  for (const char* isa : {"avx2", "avx512", "baseline"})
    if (const auto* copy = find_kernels(isa))
      copies.push_back(copy);
  return copies;
}

struct Case {
  const Kernels<float>* copy;
  ActivationLoops<float> loops;
};

std::vector<Case> every_case() {
  std::vector<Case> cases;
  for (const auto* copy : copies_here())
    for (int i = 0; i < copy->activation_count; ++i)
      cases.push_back({copy, copy->activations[i]});
  return cases;
}

template <class Real>
Real value(const ActivationLoops<Real>& f, Real x) {
  Real y = 0;
  f.forward(&x, &y, 1);
  return y;
}

template <class Real>
Real slope(const ActivationLoops<Real>& f, Real x) {
  const Real y = value(f, x);
  Real dy = 1;
  f.backward(&x, &y, &dy, 1);
  return dy;
}

const ActivationLoops<double>& plain(std::string_view name) {
  const auto& all = kernels<double>();
  for (int i = 0; i < all.activation_count; ++i)
    if (all.activations[i].name == name)
      return all.activations[i];
  throw std::logic_error("no activation " + std::string(name));
}

class EveryActivation : public testing::TestWithParam<Case> {};

INSTANTIATE_TEST_SUITE_P(Table, EveryActivation, testing::ValuesIn(every_case()),
                         [](const auto& entry) {
                           return std::string(entry.param.copy->isa) + "_" + entry.param.loops.name;
                         });

TEST_P(EveryActivation, BackwardIsTheDerivativeOfForward) {
  const auto& f = plain(GetParam().loops.name);
  const double h = 1e-6;  // truncation h*h and rounding 1e-16/h are both near 1e-10
  for (const double x : {-3.0, -0.7, -0.1, 0.1, 0.7, 3.0}) {  // not 0: relu has a kink there
    const double measured = (value(f, x + h) - value(f, x - h)) / (2 * h);
    EXPECT_NEAR(slope(f, x), measured, 1e-8) << "at x = " << x;
  }
}

TEST_P(EveryActivation, IsFiniteFarOut) {
  for (float x = 1; x <= 1e4F; x *= 1.7F)
    for (const float at : {x, -x}) {
      EXPECT_TRUE(std::isfinite(value(GetParam().loops, at))) << "at x = " << at;
      EXPECT_TRUE(std::isfinite(slope(GetParam().loops, at))) << "at x = " << at;
    }
}

TEST_P(EveryActivation, FloatAgreesWithDoubleToThreeTenMillionths) {
  const auto& f = plain(GetParam().loops.name);
  for (int i = -20000; i <= 20000; ++i) {
    const float x = static_cast<float>(i) * 0.00417F;
    const double exact = value(f, static_cast<double>(x));
    EXPECT_NEAR(value(GetParam().loops, x), exact, 3e-7 * std::abs(exact)) << "at x = " << x;
  }
}

TEST_P(EveryActivation, KeepsNaNSoThatADivergedNetworkIsSeen) {
  EXPECT_TRUE(std::isnan(value(GetParam().loops, std::numeric_limits<float>::quiet_NaN())));
}

TEST_P(EveryActivation, GivesTheSameBitsAtEveryPlaceOfAnArray) {
  // Vector code handles the end of an array by other means; a value must not depend on its place.
  const std::vector<float> x(37, 0.3F);
  std::vector<float> y(x.size());
  GetParam().loops.forward(x.data(), y.data(), x.size());
  for (const float at : y)
    EXPECT_EQ(at, y.front());
}

// A slope can agree with a wrong value; so each entry has one number from outside.
TEST(Activations, AgreeWithNumbersFromOutside) {
  // Abramowitz & Stegun, table 4.15: tanh 1 = 0.76159 41560; e = 2.71828 18285, so the logistic
  // function of 1 is 1 / (1 + 1/e) = 0.73105 85786.
  EXPECT_NEAR(value(plain("tanh"), 1.0), 0.7615941560, 1e-10);
  EXPECT_NEAR(value(plain("sigmoid"), 1.0), 0.7310585786, 1e-10);
  EXPECT_EQ(value(plain("relu"), 1.0), 1.0);
  EXPECT_EQ(value(plain("relu"), -1.0), 0.0);
}

TEST(Relu, HasNoSlopeAtZeroAsInPyTorch) {
  EXPECT_EQ(slope(plain("relu"), 0.0), 0.0);
}

}  // namespace
}  // namespace mlpsweep::engine
