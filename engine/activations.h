// The activations: one struct each and a line in the list below. Part of the kernels.
#pragma once

#include "engine/fast_math.h"
#include "engine/kernels.h"

namespace mlpsweep::engine::MLPS_COPY {

struct Sigmoid {
  static constexpr const char* kName = "sigmoid";
  static constexpr const char* kSource = "1 / (1 + exp(-x)); Rumelhart, Hinton & Williams 1986";
  template <class Real>
  static Real value(Real x) {
    return logistic(x);
  }
  template <class Real>
  static Real slope(Real /*x*/, Real y) {
    return y * (1 - y);
  }
};

struct Tanh {
  static constexpr const char* kName = "tanh";
  static constexpr const char* kSource =
      "tanh(x); LeCun et al. 1998, Efficient BackProp, section 4.4";
  template <class Real>
  static Real value(Real x) {
    return hyperbolic_tangent(x);
  }
  template <class Real>
  static Real slope(Real /*x*/, Real y) {
    return 1 - y * y;
  }
};

struct Relu {
  static constexpr const char* kName = "relu";
  static constexpr const char* kSource = "max(x, 0); Nair & Hinton 2010 (ICML)";
  // NaN stays NaN, so that a diverged network is seen.
  template <class Real>
  static Real value(Real x) {
    return x < 0 ? Real{0} : x;
  }
  // The subgradient at 0 is 0, as in PyTorch, so that the reference runs agree.
  template <class Real>
  static Real slope(Real x, Real /*y*/) {
    return x > 0 ? Real{1} : Real{0};
  }
};

/// The loops stand here once, so that value() and slope() are inlined into them.
template <class Real, class F>
constexpr ActivationLoops<Real> activation() {
  return {
      F::kName, F::kSource,
      [](const Real* __restrict x, Real* __restrict y, std::size_t n) {
        for (std::size_t i = 0; i < n; ++i)
          y[i] = F::value(x[i]);
      },
      [](const Real* __restrict x, const Real* __restrict y, Real* __restrict dy, std::size_t n) {
        for (std::size_t i = 0; i < n; ++i)
          dy[i] *= F::slope(x[i], y[i]);
      }};
}

template <class Real>
inline constexpr ActivationLoops<Real> kActivations[] = {
    activation<Real, Sigmoid>(),
    activation<Real, Tanh>(),
    activation<Real, Relu>(),
};

}  // namespace mlpsweep::engine::MLPS_COPY
