// One row at a time: what batches of one run on. Part of the kernels.
#pragma once

#include "engine/kernels.h"
#include "engine/lanes.h"

#ifdef __AVX2__
#include <immintrin.h>
#endif

namespace mlpsweep::engine::MLPS_COPY {

/// Registers of weights at a time. Each has two sums and a step: twelve registers, all of AVX2's
/// but those that the rows pass through.
inline constexpr int kMostRowTiles = 4;

/// Which entries of a span are not 0.
template <class Real>
inline Mask mark_span(const Real* span) {
  Mask marked = 0;
  for (int i = 0; i < kSpan; ++i)
    marked |= static_cast<Mask>(span[i] != 0 ? 1 : 0) << i;
  return marked;
}

#ifdef __AVX512F__
inline Mask mark_span(const float* span) {
  Mask marked = 0;
  for (int i = 0; i < kSpan; i += 16) {
    const __m512 part = _mm512_loadu_ps(span + i);
    marked |= static_cast<Mask>(_mm512_cmp_ps_mask(part, _mm512_setzero_ps(), _CMP_NEQ_UQ)) << i;
  }
  return marked;
}
#elif defined(__AVX2__)
inline Mask mark_span(const float* span) {
  Mask marked = 0;
  for (int i = 0; i < kSpan; i += 8) {
    const __m256 part = _mm256_loadu_ps(span + i);
    const int set = _mm256_movemask_ps(_mm256_cmp_ps(part, _mm256_setzero_ps(), _CMP_NEQ_UQ));
    marked |= static_cast<Mask>(set) << i;
  }
  return marked;
}
#endif

template <class Real>
void mark(const Real* inputs, int n, Mask* marks) {
  for (int i = 0; i < n; i += kSpan) {
    const Mask there = n - i >= kSpan ? ~Mask{0} : (Mask{1} << (n - i)) - 1;
    *marks++ = mark_span(inputs + i) & there;
  }
}

/// T registers of a pass, from column `first` on. Inputs that neither row marks are passed over;
/// what one row alone marks does nothing to the other, for 0 times any finite number is 0. (Where a
/// step is not finite, the trial has diverged whatever else it touches.)
///
/// Even and odd inputs have sums of their own: one chain of multiply-adds would wait for itself
/// where the layer is one register wide.
template <class Real, int T, bool kLeaves, bool kEnters>
void pass_tiles(const RowPass<Real>& job, int first) {
  using V = Lanes<Real>;
  constexpr Mask kEven = 0x5555555555555555;
  V step[T];
  V even[T];
  V odd[T];
  for (int t = 0; t < T; ++t) {
    const int j = first + t * kColumns<Real>;
    if (kLeaves)
      step[t] = job.rate * *reinterpret_cast<const V*>(job.d_sums + j);
    if (kEnters)
      even[t] = *reinterpret_cast<const V*>(job.start + j);
    odd[t] = V{};
  }
  // Of the job's own fields the compiler would believe that each store may change them.
  const Real* leaving = job.leaving.inputs;
  const Real* entering = job.entering.inputs;
  Real* weights = job.weights + first;
  const std::size_t stride = job.stride;
  const int spans = job.spans;
  const auto visit = [&](Mask & left, V * sums) __attribute__((always_inline)) {
    const int i = __builtin_ctzll(left);
    left &= left - 1;
    V* row = reinterpret_cast<V*>(weights + i * stride);
    const Real x = kLeaves ? leaving[i] : Real{0};
    const Real next = kEnters ? entering[i] : Real{0};
    for (int t = 0; t < T; ++t) {
      V w = row[t];
      if (kLeaves) {
        w -= x * step[t];
        row[t] = w;
      }
      if (kEnters)
        sums[t] += next * w;
    }
  };
  for (int s = 0; s < spans; ++s) {
    const Mask marks = (kLeaves ? job.leaving.marks[s] : 0) | (kEnters ? job.entering.marks[s] : 0);
    Mask evens = marks & kEven;
    Mask odds = marks & ~kEven;
    while (evens != 0 && odds != 0) {
      visit(evens, even);
      visit(odds, odd);
    }
    while (evens != 0)
      visit(evens, even);
    while (odds != 0)
      visit(odds, odd);
    weights += kSpan * stride;
    leaving += kLeaves ? kSpan : 0;
    entering += kEnters ? kSpan : 0;
  }
  for (int t = 0; kEnters && t < T; ++t)
    *reinterpret_cast<V*>(job.sums + first + t * kColumns<Real>) = even[t] + odd[t];
}

template <class Real, bool kLeaves, bool kEnters>
void pass_all(const RowPass<Real>& job) {
  using Pass = void (*)(const RowPass<Real>&, int);
  static constexpr Pass kPass[kMostRowTiles] = {
      pass_tiles<Real, 1, kLeaves, kEnters>, pass_tiles<Real, 2, kLeaves, kEnters>,
      pass_tiles<Real, 3, kLeaves, kEnters>, pass_tiles<Real, 4, kLeaves, kEnters>};
  for (int first = 0; first < job.stride;) {
    const int left = (job.stride - first) / kColumns<Real>;
    const int tiles = left < kMostRowTiles ? left : kMostRowTiles;
    kPass[tiles - 1](job, first);
    first += tiles * kColumns<Real>;
  }
}

template <class Real>
void row_pass(const RowPass<Real>& job) {
  const bool leaves = job.leaving.inputs != nullptr;
  const bool enters = job.entering.inputs != nullptr;
  if (leaves && enters)
    pass_all<Real, true, true>(job);
  else if (leaves)
    pass_all<Real, true, false>(job);
  else if (enters)
    pass_all<Real, false, true>(job);
}

template <class Real>
void row_backward(const Real* __restrict weights, const Real* __restrict d_sums, int n, int stride,
                  Real* __restrict d_inputs) {
  for (int i = 0; i < n; ++i) {
    const Real* w = weights + static_cast<std::size_t>(i) * stride;
    // 16 partial sums: one for each place in a register, in an order that no compiler must change.
    Real part[kPadding] = {};
    for (int j = 0; j < stride; j += kPadding)
      for (int l = 0; l < kPadding; ++l)
        part[l] += w[j + l] * d_sums[j + l];
    for (int half = kPadding / 2; half > 0; half /= 2)
      for (int l = 0; l < half; ++l)
        part[l] += part[l + half];
    d_inputs[i] = part[0];
  }
}

}  // namespace mlpsweep::engine::MLPS_COPY
