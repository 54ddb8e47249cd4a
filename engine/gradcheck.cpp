#include "engine/gradcheck.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>

#include "engine/errors.h"
#include "engine/network.h"
#include "engine/partition.h"
#include "engine/rng.h"
#include "engine/score.h"

namespace mlpsweep::engine {
namespace {

constexpr double kStep = 1e-5;

/// The same numbers for both scalars: each is a float's value.
struct Batch {
  int rows;
  int inputs;
  std::vector<float> values;
  std::vector<std::uint8_t> labels;

  template <class Real>
  [[nodiscard]] Fill<Real> fill() const {
    return [this](int begin, int end, Real* out, int stride, std::uint8_t* labels_out) {
      for (int r = begin; r < end; ++r, out += stride) {
        std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(r) * inputs, inputs, out);
        *labels_out++ = labels[r];
      }
    };
  }
};

Batch random_batch(const TrainSpec& spec, const GradientCheckBatch& wanted) {
  Batch batch{wanted.rows, wanted.inputs, {}, {}};
  const Stream stream(spec.seed, spec.repeat, Purpose::kOrder, 0);
  const std::uint64_t count = static_cast<std::uint64_t>(batch.rows) * batch.inputs;
  for (std::uint64_t i = 0; i < count; ++i)
    batch.values.push_back(static_cast<float>(stream.normal(i)));
  for (int r = 0; r < batch.rows; ++r)
    batch.labels.push_back(static_cast<std::uint8_t>(stream.bits(count + r) % wanted.classes));
  return batch;
}

/// The first rows of the training part.
Batch real_batch(const TrainSpec& spec, const Dataset& data, int rows) {
  const Partition partition = make_partition(spec, data);
  if (rows < 1 || static_cast<std::size_t>(rows) > partition.train.size())
    throw InputError("gradient check: expected 1 to " + std::to_string(partition.train.size()) +
                     " examples, the rows of the training part, found " + std::to_string(rows));
  Batch batch{rows, static_cast<int>(data.inputs()), {}, {}};
  batch.values.resize(static_cast<std::size_t>(rows) * batch.inputs);
  batch.labels.resize(rows);
  const RowSource source{&data.train, &partition.scaler, batch.inputs};
  source.fill(partition.train.data(), rows, batch.values.data(), batch.inputs, batch.labels.data());
  return batch;
}

/// A loss, and the factor of its gradient that is descended.
struct Descended {
  TrainSpec spec;
  double factor = 1;
};

/// The settings with the loss whose gradient their output_delta is.
Descended descended(const TrainSpec& spec) {
  if (spec.output_delta == "loss")
    return {spec};
  const bool squared = spec.output_delta == "squared_error";
  TrainSpec other = spec;
  other.loss = squared ? "mean_squared_error" : "binary_cross_entropy";
  other.output_delta = "loss";
  other.clip = 0;
  return {other, squared ? 0.5 : 1};
}

/// Weights as the settings draw them, and biases that are not all 0, rounded to float.
template <class Real>
Network<Real> begin_network(const TrainSpec& spec, const GradientCheckBatch& batch) {
  Network<Real> network(spec, batch.inputs, batch.classes);
  network.initialize(spec);
  for (Layer<Real>& layer : network.layers) {
    for (Real& w : layer.weights)
      w = static_cast<Real>(static_cast<float>(w));
    for (int j = 0; j < layer.units; ++j)
      layer.biases[j] = static_cast<Real>(0.0625F * static_cast<float>(j % 7 - 3));
  }
  return network;
}

/// The batch's mean gradient, without penalties.
template <class Real>
Layers<Real> gradient_of(Network<Real> network, const Batch& batch) {
  Steps<Real> steps(network, batch.rows);
  steps.step(network, batch.rows, batch.fill<Real>(), nullptr);
  return steps.gradients();
}

/// What one update at learning rate 1 takes away: the gradient, penalties included.
Layers<double> taken_by_update(const TrainSpec& spec, Network<double> network, const Batch& batch) {
  TrainSpec plain = spec;
  plain.optimizer.learning_rate = 1;
  plain.optimizer.momentum = 0;
  plain.bias_step = "mean";
  Layers<double> taken = network.layers;
  Updater<double> updater(plain, network);
  Steps<double>(network, batch.rows).step(network, batch.rows, batch.fill<double>(), &updater);
  const auto subtract = [](auto& from, const auto& what) {
    for (std::size_t i = 0; i < from.size(); ++i)
      from[i] -= what[i];
  };
  for (std::size_t l = 0; l < taken.size(); ++l) {
    subtract(taken[l].weights, network.layers[l].weights);
    subtract(taken[l].biases, network.layers[l].biases);
  }
  return taken;
}

/// What is minimised, at the network's present weights.
class Objective {
 public:
  Objective(const TrainSpec& spec, const Network<double>& network, const Batch& batch)
      : spec_(spec),
        network_(network),
        factor_(descended(spec).factor),
        rows_(batch.rows),
        passes_(network, batch.rows) {
    batch.fill<double>()(0, rows_, passes_.inputs(0), passes_.input_stride(), passes_.labels(0));
  }

  double operator()() {
    passes_.forward(network_, 0, rows_);
    std::vector<std::uint8_t> predicted(rows_);
    double penalty = 0;
    for (const Layer<double>& layer : network_.layers)
      for (const double w : layer.weights)
        penalty += spec_.l1 * std::abs(w) + spec_.l2 * w * w;
    return factor_ * passes_.score(network_, 0, rows_, predicted.data()) / rows_ + penalty;
  }

 private:
  const TrainSpec& spec_;
  const Network<double>& network_;
  double factor_;
  int rows_;
  Passes<double> passes_;
};

/// Gives the network another's loss.
void take_head(Network<double>& network, const Network<double>& other) {
  network.head = other.head;
  network.logit_bound = other.logit_bound;
}

/// One tensor in all its forms; columns behind `columns` are padding.
struct Forms {
  std::string name;
  int rows;
  int columns;
  int stride;
  double* place;
  const double* taken;     ///< By the update: the gradient with penalties.
  const double* gradient;  ///< Without penalties.
  const float* float_gradient;
};

double difference_quotient(double& place, double epsilon, Objective& objective) {
  const double before = place;
  place = before + epsilon;
  const double above = objective();
  place = before - epsilon;
  const double below = objective();
  place = before;
  return (above - below) / (2 * epsilon);
}

TensorCheck check_tensor(const Forms& forms, int most_entries, Objective& objective) {
  const int size = forms.rows * forms.columns;
  const int every = std::max(1, size / std::max(1, most_entries));
  double largest_taken = 0;
  double largest = 0;
  double difference = 0;
  double rounding = 0;
  int entries = 0;
  for (int entry = 0; entry < size; ++entry) {
    const std::size_t i =
        static_cast<std::size_t>(entry / forms.columns) * forms.stride + entry % forms.columns;
    largest_taken = std::max(largest_taken, std::abs(forms.taken[i]));
    largest = std::max(largest, std::abs(forms.gradient[i]));
    rounding = std::max(rounding, std::abs(forms.float_gradient[i] - forms.gradient[i]));
    if (entry % every != 0)
      continue;
    const double numeric = difference_quotient(forms.place[i], kStep, objective);
    difference = std::max(difference, std::abs(numeric - forms.taken[i]));
    ++entries;
  }
  // A gradient that is 0 everywhere must be so exactly: any error then counts as infinite.
  const auto share = [](double error, double of) { return error == 0 ? 0 : error / of; };
  return {forms.name, entries, share(difference, largest_taken), share(rounding, largest)};
}

double largest_of(const std::vector<TensorCheck>& tensors, double TensorCheck::*error) {
  double largest = 0;
  for (const TensorCheck& tensor : tensors)
    largest = std::max(largest, tensor.*error);
  return largest;
}

/// A kind of weight, and where it lies in the network.
struct Kind {
  std::string_view name;
  int wanted;
  std::size_t layer;
  bool is_bias;
};

std::vector<Kind> kinds_of(const TrainSpec& spec, const SingleWeights& wanted) {
  if (spec.hidden.empty() && wanted.input_hidden + wanted.hidden_bias > 0)
    throw InputError("gradient check: weights of a hidden layer are asked for, found hidden: none");
  const std::size_t last = spec.hidden.size();
  return {{"input-hidden", wanted.input_hidden, 0, false},
          {"hidden-output", wanted.hidden_output, last, false},
          {"hidden bias", wanted.hidden_bias, 0, true},
          {"output bias", wanted.output_bias, last, true}};
}

/// Checks `kind.wanted` of those entries whose gradient is not 0, evenly spread over them.
void check_kind(const Kind& kind, const Layers<double>& gradients, Network<double>& network,
                double epsilon, Objective& objective, std::vector<WeightCheck>& checks) {
  Layer<double>& layer = network.layers[kind.layer];
  const auto& gradient =
      kind.is_bias ? gradients[kind.layer].biases : gradients[kind.layer].weights;
  auto& values = kind.is_bias ? layer.biases : layer.weights;
  std::vector<std::size_t> moved;
  for (std::size_t i = 0; i < gradient.size(); ++i)
    if (gradient[i] != 0)
      moved.push_back(i);
  if (kind.wanted < 0 || static_cast<std::size_t>(kind.wanted) > moved.size())
    throw InputError("gradient check: expected 0 to " + std::to_string(moved.size()) + " of kind " +
                     std::string(kind.name) + ", those with a gradient, found " +
                     std::to_string(kind.wanted));
  for (int k = 0; k < kind.wanted; ++k) {
    const std::size_t i = moved[(2 * k + 1) * moved.size() / (2 * kind.wanted)];
    const std::string tensor = kind.is_bias ? "biases_" : "weights_";
    checks.push_back({std::string(kind.name), tensor + std::to_string(kind.layer + 1),
                      static_cast<int>(i / layer.stride), static_cast<int>(i % layer.stride),
                      values[i], gradient[i], difference_quotient(values[i], epsilon, objective)});
  }
}

}  // namespace

double GradientCheck::largest_difference_error() const {
  return largest_of(tensors, &TensorCheck::difference_error);
}

double GradientCheck::largest_float_error() const {
  return largest_of(tensors, &TensorCheck::float_error);
}

GradientCheck check_gradients(const TrainSpec& spec, const GradientCheckBatch& wanted) {
  const Batch batch = random_batch(spec, wanted);
  auto network = begin_network<double>(spec, wanted);
  const Layers<double> taken = taken_by_update(spec, network, batch);
  const Layers<double> gradient = gradient_of(network, batch);
  const Layers<float> floats = gradient_of(begin_network<float>(spec, wanted), batch);
  take_head(network, Network<double>(descended(spec).spec, wanted.inputs, wanted.classes));
  Objective objective(spec, network, batch);
  GradientCheck check;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    Layer<double>& layer = network.layers[l];
    const std::string number = std::to_string(l + 1);
    check.tensors.push_back(check_tensor(
        {"weights_" + number, layer.inputs, layer.units, layer.stride, layer.weights.data(),
         taken[l].weights.data(), gradient[l].weights.data(), floats[l].weights.data()},
        wanted.most_entries, objective));
    check.tensors.push_back(
        check_tensor({"biases_" + number, 1, layer.units, layer.stride, layer.biases.data(),
                      taken[l].biases.data(), gradient[l].biases.data(), floats[l].biases.data()},
                     wanted.most_entries, objective));
  }
  return check;
}

double WeightCheck::absolute_error() const {
  return std::abs(analytic - numeric);
}

std::vector<WeightCheck> check_single_weights(const TrainSpec& spec, const Dataset& data,
                                              int examples, double epsilon,
                                              const SingleWeights& weights) {
  if (!(epsilon > 0))
    throw InputError("gradient check: expected an epsilon > 0, found " + std::to_string(epsilon));
  const Batch batch = real_batch(spec, data, examples);
  Network<double> network(spec, batch.inputs, data.classes);
  network.initialize(spec);
  Steps<double> steps(network, batch.rows);
  steps.step(network, batch.rows, batch.fill<double>(), nullptr);
  take_head(network, Network<double>(descended(spec).spec, batch.inputs, data.classes));
  TrainSpec plain = spec;
  plain.l1 = 0;
  plain.l2 = 0;
  Objective objective(plain, network, batch);
  std::vector<WeightCheck> checks;
  for (const Kind& kind : kinds_of(spec, weights))
    check_kind(kind, steps.gradients(), network, epsilon, objective, checks);
  return checks;
}

}  // namespace mlpsweep::engine
