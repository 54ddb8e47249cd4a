// The hot loops over plain pointers, compiled once for each instruction set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mlpsweep::engine {

/// Widths are padded to whole groups of this many columns: 16 floats are one AVX-512 register.
inline constexpr int kPadding = 16;
[[nodiscard]] constexpr int padded(int units) {
  return (units + kPadding - 1) / kPadding * kPadding;
}

/// Bytes of a row that are looked through at once; what goes with them is read by as many.
inline constexpr int kSpan = 64;
/// Which of them count: a bit each.
using Mask = std::uint64_t;

/// The most classes that a label's byte can tell apart.
inline constexpr int kMostClasses = 256;

/// An elementwise non-linearity y = f(x).
///
/// Shapes   n entries each, in any layout. dy and dx are the loss's gradients by y and x.
/// Range    |x| <= 1e4 gives finite results (activations_test.cpp holds every entry to it).
template <class Real>
struct ActivationLoops {
  const char* name;
  const char* source;
  void (*forward)(const Real* x, Real* y, std::size_t n);
  /// dy becomes dx = dy * f'(x). Is given y as well: tanh's slope, 1 - y*y, is cheaper from y.
  void (*backward)(const Real* x, const Real* y, Real* dy, std::size_t n);
};

/// Output layer's sums (logits) of some rows, with the true classes.
///
/// Shapes   logits (rows, units), `stride` entries from row to row; labels (rows). One unit stands
///          for two classes: its target is 1 in class 1.
/// Range    bound > 0: cross entropies take logits within [-bound, bound] (softmax: what they stand
///          for); infinity, unless the settings clip.
template <class Real>
struct Outputs {
  const Real* logits;
  const std::uint8_t* labels;
  int rows;
  int units;
  int stride;
  Real bound = static_cast<Real>(__builtin_inf());
};

/// An output function together with the loss behind it, taken from the logits in one go, which
/// neither overflows nor takes log(0).
template <class Real>
struct HeadLoops {
  const char* output;
  const char* loss;
  const char* delta;  ///< "loss", or the name of what stands in for the loss's gradient.
  const char* source;
  const char* delta_source;
  /// The loss's gradient by the logits (or the delta that stands in for it), times `share` (1 /
  /// rows of the whole batch). Writes whole padded rows: 0 behind the last unit.
  void (*gradient)(const Outputs<Real>& outputs, Real share, Real* d_logits);
  /// Sum of the rows' losses; `predicted` gets each row's class: the first largest unit, or for one
  /// unit class 1 from logit 0 on.
  double (*score)(const Outputs<Real>& outputs, std::uint8_t* predicted);
};

/// What one update does, derived from the settings once.
template <class Real>
struct Step {
  Real learning_rate;
  Real momentum;  ///< 0: there is no velocity.
  /// Factor of the new gradient: 1 classical, 1 - momentum averaged; times the batch's rows for a
  /// summed gradient.
  Real gradient_share;
  Real l1;        ///< Adds l1 * sign(w) to the gradient.
  Real twice_l2;  ///< Adds twice_l2 * w.
  /// The penalties' gradient is not gathered in the velocity: it is added to the step itself.
  bool penalty_outside = false;
};

template <class Real>
struct UpdateLoops {
  const char* name;
  const char* source;
  /// Penalties, momentum and update in one pass: it is bound by memory. velocity is null without
  /// momentum.
  void (*update)(const Step<Real>& step, const Real* gradient, Real* velocity, Real* weights,
                 std::size_t n);
};

/// Rows of a data set to convert to inputs.
///
/// Shapes   pixels (any, inputs); rows (count) says which; mean, factor (inputs) or null for each
///          image's own; out (count, inputs), `stride` entries from row to row.
template <class Real>
struct Gather {
  const std::uint8_t* pixels;
  const std::uint32_t* rows;
  int count;
  int inputs;
  const float* mean;
  const float* factor;
  Real* out;
  int stride;
};

/// Rows of a data set whose pixels are added up.
///
/// Shapes   as Gather; sums, squares (inputs)
/// Range    at most kRowsInSums rows, or squares run over.
struct Moments {
  const std::uint8_t* pixels;
  const std::uint32_t* rows;
  int count;
  int inputs;
  std::uint32_t* sums;
  std::uint32_t* squares;
};
inline constexpr int kRowsInSums = 65536;  // 255 * 255 * 65,536 < 2^32

/// Rows of bytes as inputs x = byte * factor, of which those that are 0 are left out.
///
/// Shapes   rows (count) point at `inputs` bytes each; factors (inputs, and what is
///          read behind them up to a whole kSpan).
template <class Real>
struct ByteRows {
  const std::uint8_t* const* rows;
  int count;
  int inputs;
  const Real* factors;
};

/// The gradient of the weights behind such rows.
///
/// Shapes   d_sums (count, stride); gradient (inputs, stride). Where x = byte * factor - offset:
///          offsets (inputs), column_sums (stride) of d_sums; else null.
template <class Real>
struct ByteGradient {
  const Real* d_sums;
  int stride;
  const Real* offsets;
  const Real* column_sums;
  bool add;  ///< To what the gradient holds already.
  Real* gradient;
};

/// One row of inputs, those that are not exactly 0 marked.
///
/// Shapes   inputs (whole spans of kSpan, 0 behind the last input); marks (spans), a bit an input.
template <class Real>
struct MarkedRow {
  const Real* inputs = nullptr;
  const Mask* marks = nullptr;
};

/// One walk over a layer's weights, for batches of one: the step of one row, and the sums of the
/// next one, which meets the weights as that step leaves them. Either may be missing.
///
/// Shapes   weights (inputs, stride); d_sums, start, sums (stride).
template <class Real>
struct RowPass {
  int spans;
  int stride;
  Real* weights;
  /// weights[i] -= inputs[i] * rate * d_sums
  MarkedRow<Real> leaving;
  const Real* d_sums = nullptr;
  Real rate = 0;
  /// sums = start + inputs * weights: even inputs in their order, then what the odd ones add up to.
  MarkedRow<Real> entering;
  const Real* start = nullptr;
  Real* sums = nullptr;
};

/// All hot loops in one form: float for one instruction set, or double for the gradient check.
template <class Real>
struct Kernels {
  const char* isa;
  const ActivationLoops<Real>* activations;
  int activation_count;
  const HeadLoops<Real>* heads;
  int head_count;
  const UpdateLoops<Real>* updates;
  int update_count;

  void (*gather)(const Gather<Real>& job);
  /// Adds each pixel, and its square, to its sums.
  void (*add_moments)(const Moments& job);
  /// sums[j] = (or +=) the sum over rows of values[row][j], rows in order.
  void (*column_sums)(const Real* values, int rows, int stride, bool add, Real* sums);
  /// Adds a bias to each row.
  void (*add_bias)(const Real* bias, Real* values, int rows, int stride);

  /// sums of each row = start + x * weights; start (stride) holds what is the same for all rows.
  void (*sparse_forward)(const ByteRows<Real>& in, const Real* weights, int stride,
                         const Real* start, Real* sums);
  /// Inputs [begin, end) of the gradient.
  void (*sparse_gradient)(const ByteRows<Real>& in, const ByteGradient<Real>& job, int begin,
                          int end);
  /// sums -= the sum over inputs of offset * weights[input], inputs in order.
  void (*take_offsets)(const Real* offsets, const Real* weights, int inputs, int stride,
                       Real* sums);

  /// Marks those of the first n inputs that are not exactly 0. Reads whole spans.
  void (*mark)(const Real* inputs, int n, Mask* marks);
  void (*row_pass)(const RowPass<Real>& job);
  /// d_inputs[i] = weights[i] . d_sums for the first n inputs.
  void (*row_backward)(const Real* weights, const Real* d_sums, int n, int stride, Real* d_inputs);
};

/// float: for the instruction set in use (isa.h). double: the plain form.
template <class Real>
[[nodiscard]] const Kernels<Real>& kernels();

/// Has kernels<float>() give that table from now on: for tests that count what is called. Networks
/// keep what they were made with.
void use_kernels(const Kernels<float>& table);

/// Returns null where this build or processor doesn't have it. "" is the best one.
[[nodiscard]] const Kernels<float>* find_kernels(std::string_view isa);

}  // namespace mlpsweep::engine
