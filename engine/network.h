// The network: its weights, and the passes forward and back through them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/aligned.h"
#include "engine/kernels.h"
#include "engine/spec.h"
#include "engine/train.h"

namespace mlpsweep::engine {

/// One layer's weights and biases, or an equally shaped set of gradients or velocities.
///
/// Shapes   weights (padded(inputs), stride), biases (stride), stride = padded(units). What lies
///          behind the last input or unit is 0 and stays 0.
template <class Real>
struct Layer {
  int inputs = 0;
  int units = 0;
  int stride = 0;
  AlignedVector<Real> weights;
  AlignedVector<Real> biases;

  Layer(int inputs_, int units_)
      : inputs(inputs_),
        units(units_),
        stride(padded(units_)),
        weights(static_cast<std::size_t>(padded(inputs_)) * stride),
        biases(stride) {}
};

template <class Real>
using Layers = std::vector<Layer<Real>>;

/// A multi-layer perceptron as the settings describe it, weights 0.
///
/// Threads  Const use is safe from any number of threads.
template <class Real>
struct Network {
  Layers<Real> layers;  ///< Input side first.
  const ActivationLoops<Real>* activation = nullptr;
  const HeadLoops<Real>* head = nullptr;
  Real logit_bound;  ///< Of the clip: ln((1 - clip) / clip); infinity without one.

  /// Errors   InputError: a name that is none of the legal ones, with those; a loss that doesn't
  ///          fit the output, a delta or a clip that doesn't fit either; fewer than two classes, or
  ///          more than kMostClasses.
  Network(const TrainSpec& spec, int inputs, int classes);

  /// Fills weights and biases, each from their own stream of (seed, repeat, layer).
  void initialize(const TrainSpec& spec);

  [[nodiscard]] int inputs() const { return layers.front().inputs; }
  [[nodiscard]] int units() const { return layers.back().units; }
};

/// Inputs that are told apart from bytes: x = byte * factor - offset. Where many bytes are 0, the
/// first layer is trained on the others alone (sparse_loops.h).
///
/// Shapes   factors (D up to a whole kSpan), 0 behind D; offsets (D), empty where all are 0.
template <class Real>
struct ByteScale {
  AlignedVector<Real> factors;
  AlignedVector<Real> offsets;

  ByteScale() = default;
  /// x = (byte - mean) * factor, as a scaler gives it.
  ByteScale(const std::vector<float>& mean, const std::vector<float>& factor);
};

/// Where rows of a batch enter: as numbers, or as bytes that stay where they are.
///
/// Shapes   inputs (rows, stride), or null; pixels (rows), or null; labels (rows).
template <class Real>
struct Entrance {
  Real* inputs;
  int stride;
  const std::uint8_t** pixels;
  std::uint8_t* labels;
};

/// Sums x W + b, activations and their gradients of the rows of one batch, layer by layer.
///
/// Shapes   inputs (rows, padded(D)), none where rows enter as bytes; sums, values, d_sums of layer
/// l (rows, stride of l).
template <class Real>
class Passes {
 public:
  enum class Form { kNumbers, kBytes };
  Passes(const Network<Real>& network, int most_rows, Form form = Form::kNumbers);

  /// For rows from `row` on.
  [[nodiscard]] Entrance<Real> entrance(int row);
  [[nodiscard]] const std::uint8_t* labels() const { return labels_.data(); }
  /// Rows enter as these bytes from now on; `start` is first_sums() of the weights in use.
  void enter_bytes(const ByteScale<Real>* scale, const Real* start);

  /// Sums and values of rows [begin, end), whose inputs are filled.
  void forward(const Network<Real>& network, int begin, int end);
  /// d_sums of the same rows, after forward. `share` is 1 / rows of the whole batch.
  void backward(const Network<Real>& network, int begin, int end, Real share);
  /// Sum of the rows' losses after forward; fills `predicted` (one byte a row).
  double score(const Network<Real>& network, int begin, int end, std::uint8_t* predicted) const;

  /// What gradients over the first `rows` rows share; after backward, before gradient.
  void begin_gradients(int rows);
  /// Gradient of inputs [begin, end) of layer l over the first `rows` rows; with begin = 0 that of
  /// the biases as well.
  enum class Sum { kStart, kContinue };
  void gradient(int layer, int begin, int end, int rows, Sum sum, Layer<Real>& into) const;

 private:
  struct Level {
    int stride;
    AlignedVector<Real> sums;
    AlignedVector<Real> values;  ///< Empty for the output layer: the head works on the sums.
    AlignedVector<Real> d_sums;
  };
  [[nodiscard]] Outputs<Real> outputs(const Network<Real>& network, int begin, int end) const;
  [[nodiscard]] const Real* entering(int layer) const;
  [[nodiscard]] int entering_stride(int layer) const;

  [[nodiscard]] ByteRows<Real> bytes(int inputs, int begin, int end) const;
  void enter_layer(const Network<Real>& network, int layer, int begin, int end, Real* sums) const;
  void gradient_bytes(int begin, int end, int rows, Sum sum, Layer<Real>& into) const;

  int input_stride_;
  AlignedVector<Real> inputs_;
  std::vector<const std::uint8_t*> pixels_;  ///< Empty where rows enter as numbers.
  const ByteScale<Real>* scale_ = nullptr;
  const Real* start_ = nullptr;
  AlignedVector<Real> column_sums_;  ///< Of the first layer's d_sums; empty where offsets are 0.
  std::vector<std::uint8_t> labels_;
  std::vector<Level> levels_;
};

/// What an update needs besides the gradients.
template <class Real>
struct Updater {
  const UpdateLoops<Real>* method = nullptr;
  Step<Real> weights{};
  Step<Real> biases{};      ///< The same without penalties.
  bool sum_biases = false;  ///< Biases step on the gradient summed over the batch, not on its mean.
  Layers<Real> velocity;    ///< Empty without momentum.

  /// Errors   InputError: an optimizer or a form of momentum that is none of the legal ones.
  Updater(const TrainSpec& spec, const Network<Real>& network);

  /// Updates inputs [begin, end) of layer l, given the mean gradient over `rows` rows; with begin =
  /// 0 the biases as well.
  void update(int layer, int begin, int end, int rows, const Layer<Real>& gradient,
              Layer<Real>& into);
};

/// What the first layer's sums begin with where rows enter as bytes: biases less what the offsets
/// take off.
template <class Real>
void first_sums(const Network<Real>& network, const ByteScale<Real>& scale,
                AlignedVector<Real>& sums);

/// Lets rows [begin, end) of a batch enter; called for disjoint ranges at once.
template <class Real>
using Fill = std::function<void(int begin, int end, const Entrance<Real>& entrance)>;

/// Figures of some rows, before they are divided by their number.
struct Tally {
  double loss = 0;
  std::int64_t right = 0;

  void add(const Tally& other) {
    loss += other.loss;
    right += other.right;
  }
};

/// Gradients of whole batches, computed in blocks that depend on shapes only, never on threads.
template <class Real>
class Steps {
 public:
  /// `bytes`: rows enter as bytes scaled so.
  Steps(const Network<Real>& network, int most_rows, const ByteScale<Real>* bytes = nullptr);

  /// Mean gradient over `rows` rows, then, if `updater` is given, the update. Adds the rows' losses
  /// and right predictions, both before the update, to `tally` if it is given.
  void step(Network<Real>& network, int rows, const Fill<Real>& fill, Updater<Real>* updater,
            Tally* tally = nullptr);

  [[nodiscard]] const Layers<Real>& gradients() const { return gradients_; }

 private:
  struct Block {  ///< Inputs [begin, end) of a layer's weights.
    int layer;
    int begin;
    int end;
  };
  /// Of rows [begin, end), after forward.
  [[nodiscard]] Tally tally_of(const Network<Real>& network, int begin, int end);

  Passes<Real> passes_;
  const ByteScale<Real>* bytes_;
  AlignedVector<Real> start_;
  std::vector<std::uint8_t> predicted_;
  Layers<Real> gradients_;
  std::vector<Block> blocks_;
};

/// The layers' arrays by name, without padding.
template <class Real>
[[nodiscard]] std::vector<Tensor> tensors_of(const Layers<Real>& layers);

}  // namespace mlpsweep::engine
