// The hot loops that have no name in a sweep: gathering and sums. Part of the kernels.
#pragma once

#include "engine/kernels.h"

namespace mlpsweep::engine::MLPS_COPY {

/// Rows lie anywhere in a set larger than the caches; asked for this many rows ahead, their bytes
/// are there in time.
inline constexpr int kRowsAhead = 8;

inline void prefetch(const std::uint8_t* bytes, int count) {
  for (int i = 0; i < count; i += 64)
    __builtin_prefetch(bytes + i);
}

/// mean and factor that bring one image to mean 0 and deviation 1; factor 0 if it never changes.
/// Sums are whole numbers, so they are exact.
inline void scale_of_image(const std::uint8_t* p, int n, float& mean, float& factor) {
  std::uint64_t sum = 0;
  std::uint64_t squares = 0;
  for (int i = 0; i < n; ++i) {
    sum += p[i];
    squares += static_cast<std::uint32_t>(p[i]) * p[i];
  }
  const double count = n;
  const double variance = static_cast<double>(squares * n - sum * sum) / (count * count);
  mean = static_cast<float>(static_cast<double>(sum) / count);
  factor = variance > 0 ? static_cast<float>(1 / __builtin_sqrt(variance)) : 0.F;
}

template <class Real>
void gather(const Gather<Real>& job) {
  const std::size_t n = job.inputs;
  for (int r = 0; r < kRowsAhead && r < job.count; ++r)
    prefetch(job.pixels + job.rows[r] * n, job.inputs);
  for (int r = 0; r < job.count; ++r) {
    if (r + kRowsAhead < job.count)
      prefetch(job.pixels + job.rows[r + kRowsAhead] * n, job.inputs);
    const std::uint8_t* __restrict p = job.pixels + job.rows[r] * n;
    Real* __restrict out = job.out + static_cast<std::size_t>(r) * job.stride;
    if (job.mean == nullptr) {
      float mean = 0;
      float factor = 0;
      scale_of_image(p, job.inputs, mean, factor);
      for (std::size_t i = 0; i < n; ++i)
        out[i] = (static_cast<float>(p[i]) - mean) * factor;
    } else {
      const float* __restrict mean = job.mean;
      const float* __restrict factor = job.factor;
      for (std::size_t i = 0; i < n; ++i)
        out[i] = (static_cast<float>(p[i]) - mean[i]) * factor[i];
    }
  }
}

inline void add_moments(const Moments& job) {
  const std::size_t n = job.inputs;
  std::uint32_t* __restrict sums = job.sums;
  std::uint32_t* __restrict squares = job.squares;
  for (int r = 0; r < job.count; ++r) {
    if (r + kRowsAhead < job.count)
      prefetch(job.pixels + job.rows[r + kRowsAhead] * n, job.inputs);
    const std::uint8_t* __restrict p = job.pixels + job.rows[r] * n;
    for (std::size_t i = 0; i < n; ++i) {
      const auto value = static_cast<std::uint32_t>(p[i]);
      sums[i] += value;
      squares[i] += value * value;
    }
  }
}

template <class Real>
void column_sums(const Real* __restrict values, int rows, int stride, bool add,
                 Real* __restrict sums) {
  if (!add)
    for (int j = 0; j < stride; ++j)
      sums[j] = 0;
  for (int r = 0; r < rows; ++r)
    for (int j = 0; j < stride; ++j)
      sums[j] += values[static_cast<std::size_t>(r) * stride + j];
}

template <class Real>
void add_bias(const Real* __restrict bias, Real* __restrict values, int rows, int stride) {
  for (int r = 0; r < rows; ++r)
    for (int j = 0; j < stride; ++j)
      values[static_cast<std::size_t>(r) * stride + j] += bias[j];
}

}  // namespace mlpsweep::engine::MLPS_COPY
