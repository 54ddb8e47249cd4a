// The legal pairs of output and loss, each with the deltas that it takes: one struct each and a
// line in the list below. Part of the kernels.
#pragma once

#include "engine/fast_math.h"
#include "engine/kernels.h"

namespace mlpsweep::engine::MLPS_COPY {

/// 0 or 1: what unit u should give for a row of class `label`.
template <class Real>
Real target(const Outputs<Real>& outputs, int row, int u) {
  const int wanted = outputs.units == 1 ? 1 : u;
  return outputs.labels[row] == wanted ? Real{1} : Real{0};
}

template <class Real>
const Real* logits_of(const Outputs<Real>& outputs, int row) {
  return outputs.logits + static_cast<std::size_t>(row) * outputs.stride;
}

template <class Real>
bool is_clipped(const Outputs<Real>& outputs) {
  return outputs.bound < static_cast<Real>(__builtin_inf());
}

template <class Real>
std::uint8_t predicted_class(const Real* z, int units) {
  if (units == 1)
    return z[0] >= 0 ? 1 : 0;
  int best = 0;
  for (int u = 1; u < units; ++u)
    best = z[u] > z[best] ? u : best;
  return static_cast<std::uint8_t>(best);
}

/// Sigmoid units are independent of each other: Pair gives one unit's loss and gradient, Delta what
/// is taken for the gradient.
template <class Real, class Pair, class Delta>
constexpr HeadLoops<Real> unit_by_unit() {
  return {Pair::kOutput,
          Pair::kLoss,
          Delta::kDelta,
          Pair::kSource,
          Delta::kDeltaSource,
          [](const Outputs<Real>& outputs, Real share, Real* d_logits) {
            const Real weight = share / static_cast<Real>(outputs.units);
            for (int r = 0; r < outputs.rows; ++r) {
              const Real* z = logits_of(outputs, r);
              Real* d = d_logits + static_cast<std::size_t>(r) * outputs.stride;
              for (int u = 0; u < outputs.units; ++u)
                d[u] = weight * Delta::slope(z[u], target(outputs, r, u), outputs.bound);
              for (int u = outputs.units; u < outputs.stride; ++u)
                d[u] = 0;
            }
          },
          [](const Outputs<Real>& outputs, std::uint8_t* predicted) {
            double sum = 0;
            for (int r = 0; r < outputs.rows; ++r) {
              const Real* z = logits_of(outputs, r);
              double row_sum = 0;
              for (int u = 0; u < outputs.units; ++u)
                row_sum += Pair::loss(z[u], target(outputs, r, u), outputs.bound);
              sum += row_sum / outputs.units;
              predicted[r] = predicted_class(z, outputs.units);
            }
            return sum;
          }};
}

/// What a loss has for a delta unless another is named: its own gradient.
struct OwnDelta {
  static constexpr const char* kDelta = "loss";
  static constexpr const char* kDeltaSource = "the gradient of the loss itself";
};

struct SigmoidBinaryCrossEntropy : OwnDelta {
  static constexpr const char* kOutput = "sigmoid";
  static constexpr const char* kLoss = "binary_cross_entropy";
  static constexpr const char* kSource =
      "Bishop 2006, 4.90; from the logit as in PyTorch's BCEWithLogitsLoss";
  // -t log p - (1-t) log(1-p) with p = sigmoid(z), without ever forming log(0). z held within the
  // bound is p held within [clip, 1 - clip].
  template <class Real>
  static double loss(Real z, Real t, Real bound) {
    const double x = z < -bound ? -bound : (z > bound ? bound : z);
    return (x < 0 ? 0 : x) - x * t + __builtin_log1p(__builtin_exp(x < 0 ? x : -x));
  }
  // Beyond the bound the loss is flat.
  template <class Real>
  static Real slope(Real z, Real t, Real bound) {
    return z < -bound || z > bound ? Real{0} : logistic(z) - t;
  }
};

struct SigmoidSquaredError : OwnDelta {
  static constexpr const char* kOutput = "sigmoid";
  static constexpr const char* kLoss = "mean_squared_error";
  static constexpr const char* kSource = "mean over units and rows, as PyTorch's MSELoss";
  template <class Real>
  static double loss(Real z, Real t, Real /*bound*/) {
    const double error = logistic(z) - t;
    return error * error;
  }
  template <class Real>
  static Real slope(Real z, Real t, Real /*bound*/) {
    const Real p = logistic(z);
    return 2 * (p - t) * p * (1 - p);
  }
};

/// Half the squared error's gradient, whatever loss is reported.
struct SquaredErrorDelta {
  static constexpr const char* kDelta = "squared_error";
  static constexpr const char* kDeltaSource =
      "(a - y) a (1 - a), of half the squared error; Rumelhart, Hinton & Williams 1986";
  template <class Real>
  static Real slope(Real z, Real t, Real /*bound*/) {
    const Real p = logistic(z);
    return (p - t) * p * (1 - p);
  }
};

/// Binary cross-entropy's gradient, whatever loss is reported. No clip: programs that write a - y
/// clip only where they take the logarithm.
struct LogisticDelta {
  static constexpr const char* kDelta = "logistic";
  static constexpr const char* kDeltaSource = "a - y, of binary cross-entropy; Bishop 2006, 4.91";
  template <class Real>
  static Real slope(Real z, Real t, Real /*bound*/) {
    return logistic(z) - t;
  }
};

/// Rows that softmax works on side by side, one in each lane of a vector register: the few units of
/// a row would not fill one.
inline constexpr int kLanes = 16;

/// exp(z - largest z) of up to 16 rows, and their sums.
template <class Real>
struct SoftmaxLanes {
  alignas(64) Real e[kMostClasses][kLanes];
  alignas(64) Real largest[kLanes];
  alignas(64) Real sum[kLanes];

  void load(const Outputs<Real>& outputs, int first, int rows) {
    for (int u = 0; u < outputs.units; ++u)
      for (int l = 0; l < kLanes; ++l)  // lanes without a row repeat the last one
        e[u][l] = logits_of(outputs, first + (l < rows ? l : rows - 1))[u];
    for (int l = 0; l < kLanes; ++l)
      largest[l] = e[0][l];
    for (int u = 1; u < outputs.units; ++u)
      for (int l = 0; l < kLanes; ++l)
        largest[l] = e[u][l] > largest[l] ? e[u][l] : largest[l];
    for (int l = 0; l < kLanes; ++l)
      sum[l] = 0;
    for (int u = 0; u < outputs.units; ++u)
      for (int l = 0; l < kLanes; ++l) {
        e[u][l] = exponential(e[u][l] - largest[l]);
        sum[l] += e[u][l];
      }
  }
  [[nodiscard]] Real share(int u, int lane) const { return e[u][lane] / sum[lane]; }
};

/// Softmax couples the units of a row: Pair gives a row's loss and turns shares into gradients.
template <class Real, class Pair>
constexpr HeadLoops<Real> row_by_row() {
  return {Pair::kOutput,
          Pair::kLoss,
          OwnDelta::kDelta,
          Pair::kSource,
          OwnDelta::kDeltaSource,
          [](const Outputs<Real>& outputs, Real share, Real* d_logits) {
            SoftmaxLanes<Real> lanes;
            for (int first = 0; first < outputs.rows; first += kLanes) {
              const int left = outputs.rows - first;
              const int rows = left < kLanes ? left : kLanes;
              lanes.load(outputs, first, rows);
              for (int l = 0; l < rows; ++l) {
                Real* d = d_logits + static_cast<std::size_t>(first + l) * outputs.stride;
                for (int u = 0; u < outputs.units; ++u)
                  d[u] = lanes.share(u, l);
                Pair::gradient(outputs, first + l, share, d);
                for (int u = outputs.units; u < outputs.stride; ++u)
                  d[u] = 0;
              }
            }
          },
          [](const Outputs<Real>& outputs, std::uint8_t* predicted) {
            SoftmaxLanes<Real> lanes;
            double sum = 0;
            for (int first = 0; first < outputs.rows; first += kLanes) {
              const int left = outputs.rows - first;
              const int rows = left < kLanes ? left : kLanes;
              lanes.load(outputs, first, rows);
              for (int l = 0; l < rows; ++l) {
                sum += Pair::loss(outputs, first + l, lanes, l);
                predicted[first + l] =
                    predicted_class(logits_of(outputs, first + l), outputs.units);
              }
            }
            return sum;
          }};
}

struct SoftmaxCrossEntropy {
  static constexpr const char* kOutput = "softmax";
  static constexpr const char* kLoss = "cross_entropy";
  static constexpr const char* kSource =
      "Bridle 1990; from the logits as PyTorch's CrossEntropyLoss";
  template <class Real>
  static double loss(const Outputs<Real>& outputs, int row, const SoftmaxLanes<Real>& lanes,
                     int l) {
    const double z = logits_of(outputs, row)[outputs.labels[row]];
    const double loss = __builtin_log(static_cast<double>(lanes.sum[l])) + (lanes.largest[l] - z);
    if (!is_clipped(outputs))
      return loss;
    // The losses at p = 1 - clip and at p = clip, of which `bound` is the logit.
    const double least = __builtin_log1p(__builtin_exp(-static_cast<double>(outputs.bound)));
    const double most = outputs.bound + least;
    return loss < least ? least : (loss > most ? most : loss);
  }
  // Beyond the bound the loss is flat: the true class's share is held, whatever the logits do.
  template <class Real>
  static void gradient(const Outputs<Real>& outputs, int row, Real share, Real* p) {
    if (is_clipped(outputs)) {
      const Real own = p[outputs.labels[row]];
      const Real clip = logistic(-outputs.bound);
      if (own < clip || own > 1 - clip)
        share = 0;
    }
    for (int u = 0; u < outputs.units; ++u)
      p[u] = share * (p[u] - target(outputs, row, u));
  }
};

struct SoftmaxSquaredError {
  static constexpr const char* kOutput = "softmax";
  static constexpr const char* kLoss = "mean_squared_error";
  static constexpr const char* kSource =
      "mean over units and rows, as PyTorch's MSELoss of softmax(x)";
  template <class Real>
  static double loss(const Outputs<Real>& outputs, int row, const SoftmaxLanes<Real>& lanes,
                     int l) {
    double sum = 0;
    for (int u = 0; u < outputs.units; ++u) {
      const double error = lanes.share(u, l) - target(outputs, row, u);
      sum += error * error;
    }
    return sum / outputs.units;
  }
  // With g = dL/dp: dL/dz_u = p_u (g_u - sum_k g_k p_k).
  template <class Real>
  static void gradient(const Outputs<Real>& outputs, int row, Real share, Real* p) {
    const Real weight = 2 * share / static_cast<Real>(outputs.units);
    Real mean = 0;
    for (int u = 0; u < outputs.units; ++u)
      mean += p[u] * (p[u] - target(outputs, row, u));
    for (int u = 0; u < outputs.units; ++u)
      p[u] = weight * p[u] * (p[u] - target(outputs, row, u) - mean);
  }
};

template <class Real>
inline constexpr HeadLoops<Real> kHeads[] = {
    unit_by_unit<Real, SigmoidBinaryCrossEntropy, SigmoidBinaryCrossEntropy>(),
    unit_by_unit<Real, SigmoidBinaryCrossEntropy, SquaredErrorDelta>(),
    unit_by_unit<Real, SigmoidBinaryCrossEntropy, LogisticDelta>(),
    unit_by_unit<Real, SigmoidSquaredError, SigmoidSquaredError>(),
    unit_by_unit<Real, SigmoidSquaredError, SquaredErrorDelta>(),
    unit_by_unit<Real, SigmoidSquaredError, LogisticDelta>(),
    row_by_row<Real, SoftmaxCrossEntropy>(),
    row_by_row<Real, SoftmaxSquaredError>(),
};

}  // namespace mlpsweep::engine::MLPS_COPY
