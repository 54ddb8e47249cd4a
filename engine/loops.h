// The hot loops that have no name in a sweep: gathering, sums and single rows. Part of the kernels.
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

template <class Real>
int nonzero(const Real* inputs, int n, std::uint32_t* indices) {
  int count = 0;
  for (int i = 0; i < n;
       ++i) {  // without a branch: half the pixels are 0, at random to a predictor
    indices[count] = static_cast<std::uint32_t>(i);
    count += inputs[i] != 0 ? 1 : 0;
  }
  return count;
}

template <class Real>
void row_forward(const SparseRow<Real>& row, const Real* __restrict weights,
                 const Real* __restrict bias, Real* __restrict sums) {
  for (int j = 0; j < row.stride; ++j)
    sums[j] = bias[j];
  const std::size_t stride = row.stride;
  int k = 0;
  // Four inputs a pass: the sums are read and written once for four rows of weights.
  for (; k + 4 <= row.count; k += 4) {
    const std::uint32_t* i = row.indices + k;
    const Real x0 = row.inputs[i[0]];
    const Real x1 = row.inputs[i[1]];
    const Real x2 = row.inputs[i[2]];
    const Real x3 = row.inputs[i[3]];
    const Real* __restrict w0 = weights + i[0] * stride;
    const Real* __restrict w1 = weights + i[1] * stride;
    const Real* __restrict w2 = weights + i[2] * stride;
    const Real* __restrict w3 = weights + i[3] * stride;
    for (std::size_t j = 0; j < stride; ++j)
      sums[j] += (x0 * w0[j] + x1 * w1[j]) + (x2 * w2[j] + x3 * w3[j]);
  }
  for (; k < row.count; ++k) {
    const Real x = row.inputs[row.indices[k]];
    const Real* __restrict w = weights + row.indices[k] * stride;
    for (std::size_t j = 0; j < stride; ++j)
      sums[j] += x * w[j];
  }
}

template <class Real>
void row_update(const SparseRow<Real>& row, const Real* __restrict d_sums, Real rate,
                Real* __restrict weights) {
  const std::size_t stride = row.stride;
  for (int k = 0; k < row.count; ++k) {
    const Real step = row.inputs[row.indices[k]] * rate;
    Real* __restrict w = weights + row.indices[k] * stride;
    for (std::size_t j = 0; j < stride; ++j)
      w[j] -= step * d_sums[j];
  }
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
