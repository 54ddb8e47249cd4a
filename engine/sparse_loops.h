// The first layer on bytes of which many are 0: only the others are multiplied. Part of the
// kernels.
//
// An image's background adds nothing to a sum, and fma(0, w, sum) is sum: leaving it out is exact.
// A sum runs over inputs (or rows) in their order, one fused multiply-add after the other, so its
// bits hang on no blocking, no number of threads and no instruction set.
#pragma once

#include "engine/kernels.h"
#include "engine/lanes.h"

#ifdef __AVX2__
#include <immintrin.h>
#endif

namespace mlpsweep::engine::MLPS_COPY {

/// A strip is up to kSpan bytes of a row, or of an input's column. Which of them are not 0 stands
/// in the bits of one word: the loop over a word's bits runs ahead of the multiply-adds, so that a
/// wrong guess at its end costs next to nothing. The 64 rows of 128 weights that go with one fill a
/// first-level cache of 32 KiB; more strips at once than these would push them out.
inline constexpr int kStrips = 16;
static_assert(kPadding == 16 && kSpan % kPadding == 0 && kStrips == kPadding);

/// Registers of sums that stay while a strip is walked: half of AVX2's.
inline constexpr int kMostTiles = 8;

inline constexpr int smaller(int a, int b) {
  return a < b ? a : b;
}

/// Strips that meet the same rows of a matrix: which bytes are not 0, and all bytes times their
/// factors.
template <class Real>
struct Strips {
  int count;
  Mask masks[kStrips];
  Real values[kStrips * kSpan];
};

/// `n` bytes, and zeros up to the next 16.
inline void copy_padded(const std::uint8_t* bytes, int n, std::uint8_t* out) {
  for (int i = 0; i < kPadding; ++i)
    out[i] = i < n ? bytes[i] : std::uint8_t{0};
}

/// Looks through a strip of n bytes. Reads a whole strip of factors, and writes up to a whole strip
/// of values.
template <class Real>
inline Mask find_bytes(const std::uint8_t* bytes, int n, const Real* factors, Real* values) {
  Mask mask = 0;
  for (int i = 0; i < n; ++i) {
    values[i] = static_cast<Real>(bytes[i]) * factors[i];
    mask |= static_cast<Mask>(bytes[i] != 0 ? 1 : 0) << i;
  }
  return mask;
}

#ifdef __AVX512F__
inline Mask find_bytes(const std::uint8_t* bytes, int n, const float* factors, float* values) {
  const __m512i strip = _mm512_maskz_loadu_epi8(~__mmask64{0} >> (kSpan - n), bytes);
  // The masked forms: g++ 12 takes the inside of the others for uninitialised.
  constexpr __mmask16 kAll = 0xffff;
  const auto scale = [&](int at, __m128i quarter) {
    const __m512 wide = _mm512_maskz_cvtepi32_ps(kAll, _mm512_maskz_cvtepu8_epi32(kAll, quarter));
    _mm512_storeu_ps(values + at, _mm512_mul_ps(wide, _mm512_loadu_ps(factors + at)));
  };
  scale(0, _mm512_maskz_extracti32x4_epi32(0xf, strip, 0));
  scale(16, _mm512_maskz_extracti32x4_epi32(0xf, strip, 1));
  scale(32, _mm512_maskz_extracti32x4_epi32(0xf, strip, 2));
  scale(48, _mm512_maskz_extracti32x4_epi32(0xf, strip, 3));
  return _mm512_test_epi8_mask(strip, strip);
}
#elif defined(__AVX2__)
inline Mask find_bytes(const std::uint8_t* bytes, int n, const float* factors, float* values) {
  Mask mask = 0;
  for (int i = 0; i < n; i += kPadding) {
    std::uint8_t cut[kPadding];
    const bool whole = i + kPadding <= n;
    if (!whole)
      copy_padded(bytes + i, n - i, cut);
    const __m128i part = _mm_loadu_si128(reinterpret_cast<const __m128i*>(whole ? bytes + i : cut));
    const int zeros = _mm_movemask_epi8(_mm_cmpeq_epi8(part, _mm_setzero_si128()));
    mask |= static_cast<Mask>(~zeros & 0xffff) << i;
    const auto scale = [&](int at, __m128i half) {
      const __m256 wide = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(half));
      _mm256_storeu_ps(values + at, _mm256_mul_ps(wide, _mm256_loadu_ps(factors + at)));
    };
    scale(i, part);
    scale(i + kPadding / 2, _mm_srli_si128(part, kPadding / 2));
  }
  return mask;
}
#endif

/// into[l] += the sum over strip l of value * matrix[place], T registers of columns from here on.
template <class Real, int T>
inline void add_tiles(const Strips<Real>& strips, const Real* matrix, int step, Real* into,
                      int stride) {
  using V = Lanes<Real>;
  for (int l = 0; l < strips.count; ++l) {
    Mask mask = strips.masks[l];
    if (mask == 0)
      continue;
    const Real* values = strips.values + l * kSpan;
    V* sums = reinterpret_cast<V*>(into + static_cast<std::size_t>(l) * stride);
    V held[T];
    for (int t = 0; t < T; ++t)
      held[t] = sums[t];
    do {  // tested behind, not in front: with g++ 12 a tenth faster
      const int place = __builtin_ctzll(mask);
      mask &= mask - 1;
      const V* row = reinterpret_cast<const V*>(matrix + static_cast<std::size_t>(place) * step);
      const Real value = values[place];
      for (int t = 0; t < T; ++t)
        held[t] += value * row[t];
    } while (mask != 0);
    for (int t = 0; t < T; ++t)
      sums[t] = held[t];
  }
}

/// Some columns, from `first` on, of the rows that strips meet; `step` entries from row to row.
template <class Real>
struct Panel {
  int first;
  int tiles;
  const Real* matrix;
  int step;

  /// Adds strips to rows of sums, whose column 0 is at `into`.
  void add(const Strips<Real>& strips, Real* into, int stride) const {
    using Add = void (*)(const Strips<Real>&, const Real*, int, Real*, int);
    static constexpr Add kAdd[kMostTiles] = {
        add_tiles<Real, 1>, add_tiles<Real, 2>, add_tiles<Real, 3>, add_tiles<Real, 4>,
        add_tiles<Real, 5>, add_tiles<Real, 6>, add_tiles<Real, 7>, add_tiles<Real, 8>};
    kAdd[tiles - 1](strips, matrix, step, into + first, stride);
  }
};

/// Deals a matrix's columns out evenly, in as few panels as can be. Of several each is packed:
/// its rows, a power of two apart, would meet in a few sets of the cache.
template <class Real, class Body>
inline void for_panels(const Real* matrix, int rows, int stride, const Body& body) {
  using V = Lanes<Real>;
  int left = stride / kColumns<Real>;
  if (left <= kMostTiles) {
    body(Panel<Real>{0, left, matrix, stride});
    return;
  }
  alignas(kRegisterBytes) Real packed[kSpan * kMostTiles * kColumns<Real>];
  int first = 0;
  while (left > 0) {
    const int panels = (left + kMostTiles - 1) / kMostTiles;
    const int tiles = (left + panels - 1) / panels;
    const int step = tiles * kColumns<Real>;
    for (int i = 0; i < rows; ++i)
      for (int j = 0; j < step; j += kColumns<Real>)
        *reinterpret_cast<V*>(packed + i * step + j) =
            *reinterpret_cast<const V*>(matrix + static_cast<std::size_t>(i) * stride + first + j);
    body(Panel<Real>{first, tiles, packed, step});
    first += step;
    left -= tiles;
  }
}

/// Asks for the line of a row's byte `place`, for the second-level cache.
template <class Real>
inline void prefetch(const ByteRows<Real>& in, int row, int place) {
  __builtin_prefetch(in.rows[row] + smaller(place, in.inputs - 1), 0, 2);
}

template <class Real>
void sparse_forward(const ByteRows<Real>& in, const Real* weights, int stride, const Real* start,
                    Real* sums) {
  for (int r = 0; r < in.count; ++r) {
    prefetch(in, r, 0);
    prefetch(in, r, kSpan - 1);
    for (int j = 0; j < stride; ++j)
      sums[static_cast<std::size_t>(r) * stride + j] = start[j];
  }
  Strips<Real> strips;
  for (int k0 = 0; k0 < in.inputs; k0 += kSpan) {
    const int span = smaller(kSpan, in.inputs - k0);
    const Real* met = weights + static_cast<std::size_t>(k0) * stride;
    for_panels(met, span, stride, [&](const Panel<Real>& panel) {
      for (int r0 = 0; r0 < in.count; r0 += kStrips) {
        strips.count = smaller(kStrips, in.count - r0);
        for (int r = 0; r < strips.count; ++r) {
          // Rows lie anywhere in a set larger than the caches. Asked for one strip ahead, their
          // bytes come while this one is at work.
          prefetch(in, r0 + r, k0 + 2 * kSpan - 1);
          strips.masks[r] =
              find_bytes(in.rows[r0 + r] + k0, span, in.factors + k0, strips.values + r * kSpan);
        }
        panel.add(strips, sums + static_cast<std::size_t>(r0) * stride, stride);
      }
    });
  }
}

/// 16 x 16 bytes, rows to columns: four rounds that put the first half of the vectors between the
/// second.
/// Shapes   from (16 pointers); to (16, kSpan).
inline void transpose(const std::uint8_t* const* from, std::uint8_t* to) {
  using Bytes [[gnu::vector_size(16), gnu::may_alias, gnu::aligned(1)]] = std::uint8_t;
  Bytes a[16];
  Bytes b[16];
  for (int i = 0; i < 16; ++i)
    a[i] = *reinterpret_cast<const Bytes*>(from[i]);
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 8; ++i) {
      b[2 * i] = __builtin_shufflevector(a[i], a[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21,
                                         6, 22, 7, 23);
      b[2 * i + 1] = __builtin_shufflevector(a[i], a[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28,
                                             13, 29, 14, 30, 15, 31);
    }
    for (int i = 0; i < 16; ++i)
      a[i] = b[i];
  }
  for (int i = 0; i < 16; ++i)
    *reinterpret_cast<Bytes*>(to + static_cast<std::size_t>(i) * kSpan) = a[i];
}

/// Strips of inputs [d0, d0 + strips.count) over rows [b0, b0 + rows).
template <class Real>
inline void find_columns(const ByteRows<Real>& in, int d0, int b0, int rows, Strips<Real>& strips) {
  static constexpr std::uint8_t kZeros[kPadding] = {};
  std::uint8_t columns[kStrips * kSpan];
  std::uint8_t cut[kPadding][kPadding];
  const int there = smaller(kPadding, in.inputs - d0);  // bytes behind may not be readable
  for (int b = 0; b < rows; b += kPadding) {
    const std::uint8_t* from[kPadding];
    for (int i = 0; i < kPadding; ++i) {
      from[i] = b + i < rows ? in.rows[b0 + b + i] + d0 : kZeros;
      if (there < kPadding && b + i < rows) {
        copy_padded(from[i], there, cut[i]);
        from[i] = cut[i];
      }
    }
    transpose(from, columns + b);
  }
  Real factors[kSpan];
  for (int d = 0; d < strips.count; ++d) {
    for (int i = 0; i < kSpan; ++i)
      factors[i] = in.factors[d0 + d];
    strips.masks[d] = find_bytes(columns + d * kSpan, rows, factors, strips.values + d * kSpan);
  }
}

/// What the gradient of input d begins with.
template <class Real>
inline void start_gradient(const ByteGradient<Real>& job, int d) {
  Real* __restrict row = job.gradient + static_cast<std::size_t>(d) * job.stride;
  if (!job.add)
    for (int j = 0; j < job.stride; ++j)
      row[j] = 0;
  if (job.offsets == nullptr)
    return;
  const Real* __restrict column_sums = job.column_sums;
  for (int j = 0; j < job.stride; ++j)
    row[j] -= job.offsets[d] * column_sums[j];
}

/// A line of the cache holds a row's bytes for four groups of kStrips inputs: with each group, the
/// one at d0, a quarter of the rows are asked for the line that the next four groups need.
template <class Real>
inline void prefetch_columns(const ByteRows<Real>& in, int begin, int d0, int b0, int rows) {
  constexpr int kGroups = kSpan / kStrips;
  const int group = (d0 - begin) / kStrips % kGroups;
  const int place = d0 - group * kStrips + 2 * kSpan - 1;
  const int last = smaller(rows, (group + 1) * kStrips);
  for (int r = group * kStrips; r < last; ++r)
    prefetch(in, b0 + r, place);
}

template <class Real>
void sparse_gradient(const ByteRows<Real>& in, const ByteGradient<Real>& job, int begin, int end) {
  for (int d = begin; d < end; ++d)
    start_gradient(job, d);
  Strips<Real> strips;
  for (int b0 = 0; b0 < in.count; b0 += kSpan) {
    const int rows = smaller(kSpan, in.count - b0);
    const Real* met = job.d_sums + static_cast<std::size_t>(b0) * job.stride;
    for_panels(met, rows, job.stride, [&](const Panel<Real>& panel) {
      for (int d0 = begin; d0 < end; d0 += kStrips) {
        strips.count = smaller(kStrips, end - d0);
        prefetch_columns(in, begin, d0, b0, rows);
        find_columns(in, d0, b0, rows, strips);
        panel.add(strips, job.gradient + static_cast<std::size_t>(d0) * job.stride, job.stride);
      }
    });
  }
}

/// sums -= the sum over inputs of offset * weights[input], inputs in order.
template <class Real>
void take_offsets(const Real* offsets, const Real* __restrict weights, int inputs, int stride,
                  Real* __restrict sums) {
  for (int i = 0; i < inputs; ++i)
    for (int j = 0; j < stride; ++j)
      sums[j] -= offsets[i] * weights[static_cast<std::size_t>(i) * stride + j];
}

}  // namespace mlpsweep::engine::MLPS_COPY
