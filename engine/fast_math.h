// exp, tanh and the logistic function as plain arithmetic, so that the compiler can turn a loop
// over them into vector code. Part of the kernels: include it there only, inside MLPS_COPY.
#pragma once

#include <cstdint>

namespace mlpsweep::engine::MLPS_COPY {

/// exp(x) - 1 = scale * part + (scale - 1), with scale a power of two: exact near 0, where
/// exp(x) - 1 itself would have cancelled.
struct SplitExponential {
  float scale;
  float part;
};

/// Range    x is held to -87.3 .. 88, where exp(x) is a normal number; NaN stays NaN.
/// Source   x = n ln 2 + r, ln 2 in two pieces (Cody and Waite 1980); Taylor series of exp(r) - 1
/// to
///          r^7: the first term left out is below 1.5e-8 of the sum for |r| <= ln 2 / 2.
inline SplitExponential split_exponential(float x) {
  x = x < -87.3F ? -87.3F : x;
  x = x > 88.F ? 88.F : x;
  // Adding 1.5 * 2^23 rounds to a whole number and leaves it in the low bits of the sum. There is
  // no conversion to int, which is undefined for NaN.
  const float shifted = x * 1.44269504F + 12582912.F;
  const float n = shifted - 12582912.F;
  const float r = (x - n * 0.693359375F) + n * 2.12194440e-4F;
  float series = 1.F / 5040;
  series = series * r + 1.F / 720;
  series = series * r + 1.F / 120;
  series = series * r + 1.F / 24;
  series = series * r + 1.F / 6;
  series = series * r + 0.5F;
  const std::uint32_t exponent = (__builtin_bit_cast(std::uint32_t, shifted) << 23) + (127U << 23);
  return {__builtin_bit_cast(float, exponent), r + series * r * r};
}

/// Range    Relative error below 3e-7 for -87.3 <= x <= 88, held to the ends outside.
inline float exponential(float x) {
  const SplitExponential e = split_exponential(x);
  return e.scale * e.part + e.scale;
}

/// Range    Relative error below 3e-7 for |x| <= 87, between 0 and 1 everywhere.
inline float logistic(float x) {
  return 1.F / (1.F + exponential(-x));
}

/// Range    Relative error below 3e-7 everywhere.
inline float hyperbolic_tangent(float x) {
  const float size = x < 0 ? -x : x;
  const SplitExponential e = split_exponential(-2 * size);
  const float t = e.scale * e.part + (e.scale - 1);  // exp(-2 |x|) - 1
  const float y = -t / (t + 2);
  return x < 0 ? -y : y;
}

inline double exponential(double x) {
  return __builtin_exp(x);
}
inline double logistic(double x) {
  return 1 / (1 + __builtin_exp(-x));
}
inline double hyperbolic_tangent(double x) {
  return __builtin_tanh(x);
}

}  // namespace mlpsweep::engine::MLPS_COPY
