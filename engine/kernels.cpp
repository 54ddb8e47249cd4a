// The hot loops, compiled once for each instruction set: engine/CMakeLists.txt gives every copy its
// flags and, in MLPS_COPY, a namespace of its own.
//
// No template or inline function of the standard library may be used in what is included here. Such
// a function is compiled into every copy under one name; the linker keeps one of them, and if that
// was the one for AVX-512, it would stop an AVX2 processor, from code that has nothing to do with
// this.
#ifndef MLPS_COPY
#error "MLPS_COPY names the copy: avx2, avx512, baseline or plain"
#endif

#include "engine/kernels.h"

#include "engine/activations.h"
#include "engine/loops.h"
#include "engine/losses.h"
#include "engine/optimizers.h"
#include "engine/row_loops.h"
#include "engine/sparse_loops.h"

#define MLPS_TEXT_OF(name) #name
#define MLPS_TEXT(name) MLPS_TEXT_OF(name)

namespace mlpsweep::engine::MLPS_COPY {

template <class T, std::size_t N>
constexpr int count_of(const T (&)[N]) {
  return static_cast<int>(N);
}

template <class Real>
constexpr Kernels<Real> all_loops() {
  return {MLPS_TEXT(MLPS_COPY),
          kActivations<Real>,
          count_of(kActivations<Real>),
          kHeads<Real>,
          count_of(kHeads<Real>),
          kUpdates<Real>,
          count_of(kUpdates<Real>),
          &gather<Real>,
          &add_moments,
          &column_sums<Real>,
          &add_bias<Real>,
          &sparse_forward<Real>,
          &sparse_gradient<Real>,
          &take_offsets<Real>,
          &mark<Real>,
          &row_pass<Real>,
          &row_backward<Real>};
}

extern const Kernels<MLPS_REAL> kKernels;
constexpr Kernels<MLPS_REAL> kKernels = all_loops<MLPS_REAL>();

}  // namespace mlpsweep::engine::MLPS_COPY
