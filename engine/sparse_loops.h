// The first layer on bytes of which many are 0: only the others are multiplied. Part of the
// kernels.
//
// An image's background adds nothing to a sum, and fma(0, w, sum) is sum: leaving it out is exact.
// A sum runs over inputs (or rows) in their order, one fused multiply-add after the other, so its
// bits hang on no blocking, no number of threads and no instruction set.
#pragma once

#include "engine/kernels.h"

#ifdef __AVX2__
#include <immintrin.h>
#endif

namespace mlpsweep::engine::MLPS_COPY {

/// Lists at once, and the most entries of one: 48 x 48 lists, 48 rows of 128 weights and 32 sums
/// share the first-level cache.
inline constexpr int kLists = 48;
inline constexpr int kListed = 48;
static_assert(kPadding == 16 && kListed % kPadding == 0);

/// One register's columns. Wider vectors than the machine's would go through memory: 20 times as
/// slow with g++ 12.
#ifdef __AVX512F__
inline constexpr int kRegisterBytes = 64;
#else
inline constexpr int kRegisterBytes = 32;
#endif
/// Registers of sums that stay while a list is walked: half of AVX2's.
inline constexpr int kMostTiles = 8;

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

/// What is not 0, list by list: its value and its place in the list's span.
template <class Real>
struct Lists {
  int counts[kLists];
  Real values[kLists * kListed];
  std::uint8_t places[kLists * kListed];
};

/// Appends those of 16 bytes that are not 0, times their factors; writes 16 entries whatever they
/// are. Returns how many count.
template <class Real>
inline int append(const std::uint8_t* bytes, const Real* factors, int place, Real* values,
                  std::uint8_t* places) {
  int count = 0;
  for (int i = 0; i < kPadding; ++i) {  // without a branch: which are 0 is random to a predictor
    values[count] = static_cast<Real>(bytes[i]) * factors[i];
    places[count] = static_cast<std::uint8_t>(place + i);
    count += bytes[i] != 0 ? 1 : 0;
  }
  return count;
}

#ifdef __AVX512F__
inline int append(const std::uint8_t* bytes, const float* factors, int place, float* values,
                  std::uint8_t* places) {
  const __m128i packed = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
  // The masked forms: g++ 12 takes the inside of the others for uninitialised.
  constexpr __mmask16 kAll = 0xffff;
  const __m512i wide = _mm512_maskz_cvtepu8_epi32(kAll, packed);
  const __mmask16 kept = _mm512_test_epi32_mask(wide, wide);
  const __m512 scaled =
      _mm512_mul_ps(_mm512_maskz_cvtepi32_ps(kAll, wide), _mm512_loadu_ps(factors));
  const __m512i numbers =
      _mm512_add_epi32(_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
                       _mm512_set1_epi32(place));
  // Packed in a register and stored whole: the form that packs into memory is slow on Zen 4.
  _mm512_storeu_ps(values, _mm512_maskz_compress_ps(kept, scaled));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(places),
                   _mm512_maskz_cvtepi32_epi8(kAll, _mm512_maskz_compress_epi32(kept, numbers)));
  return __builtin_popcount(kept);
}
#elif defined(__AVX2__)
/// For each set of 8 places, those that are in it, in order, a byte each.
struct PlacesOf {
  std::uint64_t in[256];
  constexpr PlacesOf() : in{} {
    for (int set = 0; set < 256; ++set) {
      int count = 0;
      for (std::uint64_t place = 0; place < 8; ++place)
        if ((set >> place) & 1)
          in[set] |= place << (8 * count++);
    }
  }
};
inline constexpr PlacesOf kPlacesOf;

inline int append(const std::uint8_t* bytes, const float* factors, int place, float* values,
                  std::uint8_t* places) {
  int count = 0;
  for (int half = 0; half < kPadding; half += 8) {
    const __m256i wide =
        _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(bytes + half)));
    const __m256i zero = _mm256_cmpeq_epi32(wide, _mm256_setzero_si256());
    const int kept = ~_mm256_movemask_ps(_mm256_castsi256_ps(zero)) & 0xff;
    const std::uint64_t order = kPlacesOf.in[kept];
    const __m256 scaled = _mm256_mul_ps(_mm256_cvtepi32_ps(wide), _mm256_loadu_ps(factors + half));
    const __m256i from = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128(static_cast<long long>(order)));
    _mm256_storeu_ps(values + count, _mm256_permutevar8x32_ps(scaled, from));
    const std::uint64_t numbers = order + 0x0101010101010101U * static_cast<unsigned>(place + half);
    __builtin_memcpy(places + count, &numbers, sizeof numbers);
    count += __builtin_popcount(static_cast<unsigned>(kept));
  }
  return count;
}
#endif

/// One list of up to kListed bytes, a whole number of 16s.
template <class Real>
inline void list_bytes(const std::uint8_t* bytes, const Real* factors, int n, int list,
                       Lists<Real>& lists) {
  Real* values = lists.values + list * kListed;
  std::uint8_t* places = lists.places + list * kListed;
  int count = 0;
  for (int i = 0; i < n; i += kPadding)
    count += append(bytes + i, factors + i, i, values + count, places + count);
  lists.counts[list] = count;
}

/// into[l] += the sum over list l of value * matrix[place], T registers of columns from here on.
template <class Real, int T>
inline void add_tiles(const Lists<Real>& lists, int count, const Real* matrix, int stride,
                      Real* into) {
  using V = Lanes<Real>;
  for (int l = 0; l < count; ++l) {
    const Real* values = lists.values + l * kListed;
    const std::uint8_t* places = lists.places + l * kListed;
    V* sums = reinterpret_cast<V*>(into + static_cast<std::size_t>(l) * stride);
    V held[T];
    for (int t = 0; t < T; ++t)
      held[t] = sums[t];
    for (int i = 0; i < lists.counts[l]; ++i) {
      const V* row =
          reinterpret_cast<const V*>(matrix + static_cast<std::size_t>(places[i]) * stride);
      const Real value = values[i];
      for (int t = 0; t < T; ++t)
        held[t] += value * row[t];
    }
    for (int t = 0; t < T; ++t)
      sums[t] = held[t];
  }
}

/// add_tiles over all columns, dealt out evenly.
template <class Real>
inline void add_lists(const Lists<Real>& lists, int count, const Real* matrix, int stride,
                      Real* into) {
  constexpr int kColumns = kRegisterBytes / static_cast<int>(sizeof(Real));
  using Add = void (*)(const Lists<Real>&, int, const Real*, int, Real*);
  static constexpr Add kAdd[kMostTiles] = {
      add_tiles<Real, 1>, add_tiles<Real, 2>, add_tiles<Real, 3>, add_tiles<Real, 4>,
      add_tiles<Real, 5>, add_tiles<Real, 6>, add_tiles<Real, 7>, add_tiles<Real, 8>};
  int left = stride / kColumns;
  while (left > 0) {
    const int turns = (left + kMostTiles - 1) / kMostTiles;
    const int tiles = (left + turns - 1) / turns;
    kAdd[tiles - 1](lists, count, matrix, stride, into);
    matrix += tiles * kColumns;
    into += tiles * kColumns;
    left -= tiles;
  }
}

inline constexpr int smaller(int a, int b) {
  return a < b ? a : b;
}

/// `n` bytes, and zeros up to the next 16.
inline void copy_padded(const std::uint8_t* bytes, int n, std::uint8_t* out) {
  for (int i = 0; i < kPadding; ++i)
    out[i] = i < n ? bytes[i] : std::uint8_t{0};
}

template <class Real>
void sparse_forward(const ByteRows<Real>& in, const Real* weights, int stride, const Real* start,
                    Real* sums) {
  Lists<Real> lists;
  for (int r0 = 0; r0 < in.count; r0 += kLists) {
    const int rows = smaller(kLists, in.count - r0);
    Real* into = sums + static_cast<std::size_t>(r0) * stride;
    for (int r = 0; r < rows; ++r)
      for (int j = 0; j < stride; ++j)
        into[static_cast<std::size_t>(r) * stride + j] = start[j];
    for (int k0 = 0; k0 < in.inputs; k0 += kListed) {
      const int whole = smaller(kListed, in.inputs - k0) / kPadding * kPadding;
      const int rest = smaller(kListed, in.inputs - k0) - whole;
      for (int r = 0; r < rows; ++r) {
        const std::uint8_t* bytes = in.rows[r0 + r] + k0;
        if (r0 + kLists + r < in.count)
          __builtin_prefetch(in.rows[r0 + kLists + r] + k0);
        list_bytes(bytes, in.factors + k0, whole, r, lists);
        if (rest > 0) {
          std::uint8_t padded_bytes[kPadding];
          copy_padded(bytes + whole, rest, padded_bytes);
          const int at = r * kListed + lists.counts[r];
          lists.counts[r] += append(padded_bytes, in.factors + k0 + whole, whole, lists.values + at,
                                    lists.places + at);
        }
      }
      add_lists(lists, rows, weights + static_cast<std::size_t>(k0) * stride, stride, into);
    }
  }
}

/// 16 x 16 bytes, rows to columns: four rounds that put the first half of the vectors between the
/// second.
/// Shapes   from (16 pointers); to (16, kListed).
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
    *reinterpret_cast<Bytes*>(to + static_cast<std::size_t>(i) * kListed) = a[i];
}

/// Lists of inputs [d0, d0 + kLists) over rows [b0, b0 + kListed): what is not there counts as 0.
template <class Real>
inline void list_columns(const ByteRows<Real>& in, int d0, int inputs, int b0, Lists<Real>& lists) {
  static constexpr std::uint8_t kZeros[kPadding] = {};
  std::uint8_t columns[kLists * kListed];
  std::uint8_t cut[kPadding][kPadding];
  const int rows = smaller(kListed, in.count - b0);
  const int tall = (rows + kPadding - 1) / kPadding * kPadding;
  for (int d = 0; d < inputs; d += kPadding) {
    const int there = smaller(kPadding, in.inputs - d0 - d);  // bytes behind may not be readable
    for (int b = 0; b < tall; b += kPadding) {
      const std::uint8_t* from[kPadding];
      for (int i = 0; i < kPadding; ++i) {
        from[i] = b + i < rows ? in.rows[b0 + b + i] + d0 + d : kZeros;
        if (there < kPadding && b + i < rows) {
          copy_padded(from[i], there, cut[i]);
          from[i] = cut[i];
        }
      }
      transpose(from, columns + d * kListed + b);
    }
  }
  Real factors[kListed];
  for (int d = 0; d < inputs; ++d) {
    for (int i = 0; i < kListed; ++i)
      factors[i] = in.factors[d0 + d];
    list_bytes(columns + d * kListed, factors, tall, d, lists);
  }
}

template <class Real>
void sparse_gradient(const ByteRows<Real>& in, const ByteGradient<Real>& job, int begin, int end) {
  Lists<Real> lists;
  const int stride = job.stride;
  for (int d0 = begin; d0 < end; d0 += kLists) {
    const int inputs = smaller(kLists, end - d0);
    for (int d = d0; d < d0 + inputs; ++d) {
      Real* __restrict row = job.gradient + static_cast<std::size_t>(d) * stride;
      const Real offset = job.offsets == nullptr ? Real{0} : job.offsets[d];
      for (int j = 0; j < stride; ++j) {
        const Real from_offset = job.offsets == nullptr ? Real{0} : -offset * job.column_sums[j];
        row[j] = (job.add ? row[j] : Real{0}) + from_offset;
      }
    }
    for (int b0 = 0; b0 < in.count; b0 += kListed) {
      list_columns(in, d0, inputs, b0, lists);
      add_lists(lists, inputs, job.d_sums + static_cast<std::size_t>(b0) * stride, stride,
                job.gradient + static_cast<std::size_t>(d0) * stride);
    }
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
