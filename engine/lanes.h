// One vector register of the instruction set that is compiled for. Part of the kernels.
#pragma once

#include <cstdint>

namespace mlpsweep::engine::MLPS_COPY {

/// One register's columns. Wider vectors than the machine's would go through memory: 20 times as
/// slow with g++ 12.
#ifdef __AVX512F__
inline constexpr int kRegisterBytes = 64;
#else
inline constexpr int kRegisterBytes = 32;
#endif

/// Not aligned, and may lie over plain arrays.
template <class Real>
struct LanesOf;
template <>
struct LanesOf<float> {
  using Type [[gnu::vector_size(kRegisterBytes), gnu::may_alias, gnu::aligned(sizeof(float))]] =
      float;
};
template <>
struct LanesOf<double> {
  using Type [[gnu::vector_size(kRegisterBytes), gnu::may_alias, gnu::aligned(sizeof(double))]] =
      double;
};
template <class Real>
using Lanes = typename LanesOf<Real>::Type;

/// Entries of one register.
template <class Real>
inline constexpr int kColumns = kRegisterBytes / static_cast<int>(sizeof(Real));

}  // namespace mlpsweep::engine::MLPS_COPY
