// The optimizers: one struct each and a line in the list below. Part of the kernels.
#pragma once

#include "engine/kernels.h"

namespace mlpsweep::engine::MLPS_COPY {

struct Sgd {
  static constexpr const char* kName = "sgd";
  static constexpr const char* kSource =
      "w -= rate * v, v = momentum * v + gradient; Polyak 1964, Sutskever et al. 2013";
  template <class Real>
  static void update(const Step<Real>& step, const Real* __restrict gradient,
                     Real* __restrict velocity, Real* __restrict weights, std::size_t n) {
    if (velocity == nullptr) {  // then inside or outside of it is the same
      for (std::size_t i = 0; i < n; ++i) {
        const Real g = step.gradient_share * gradient[i];
        weights[i] -= step.learning_rate * penalized(step, g, weights[i]);
      }
      return;
    }
    if (step.penalty_outside) {
      for (std::size_t i = 0; i < n; ++i) {
        velocity[i] = step.momentum * velocity[i] + step.gradient_share * gradient[i];
        weights[i] -= step.learning_rate * penalized(step, velocity[i], weights[i]);
      }
      return;
    }
    for (std::size_t i = 0; i < n; ++i) {
      const Real g = penalized(step, gradient[i], weights[i]);
      velocity[i] = step.momentum * velocity[i] + step.gradient_share * g;
      weights[i] -= step.learning_rate * velocity[i];
    }
  }

  /// sign(0) is 0: a weight that an L1 penalty brought to 0 stays until the data move it.
  template <class Real>
  static Real penalized(const Step<Real>& step, Real gradient, Real w) {
    const Real sign = w > 0 ? Real{1} : (w < 0 ? Real{-1} : Real{0});
    return gradient + step.twice_l2 * w + step.l1 * sign;
  }
};

template <class Real, class Method>
constexpr UpdateLoops<Real> optimizer() {
  return {Method::kName, Method::kSource, &Method::template update<Real>};
}

template <class Real>
inline constexpr UpdateLoops<Real> kUpdates[] = {
    optimizer<Real, Sgd>(),
};

}  // namespace mlpsweep::engine::MLPS_COPY
