#include "engine/gradcheck.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>

#include "engine/network.h"
#include "engine/rng.h"

namespace mlpsweep::engine {
namespace {

constexpr double kStep = 1e-5;

/// The same numbers for both scalars: each is a float's value.
struct Batch {
  int rows;
  int inputs;
  std::vector<float> values;
  std::vector<std::uint8_t> labels;

  Batch(const TrainSpec& spec, const GradientCheckBatch& wanted)
      : rows(wanted.rows), inputs(wanted.inputs) {
    const Stream stream(spec.seed, spec.repeat, Purpose::kOrder, 0);
    const std::uint64_t count = static_cast<std::uint64_t>(rows) * inputs;
    for (std::uint64_t i = 0; i < count; ++i)
      values.push_back(static_cast<float>(stream.normal(i)));
    for (int r = 0; r < rows; ++r)
      labels.push_back(static_cast<std::uint8_t>(stream.bits(count + r) % wanted.classes));
  }

  template <class Real>
  [[nodiscard]] Fill<Real> fill() const {
    return [this](int begin, int end, const Entrance<Real>& entrance) {
      Real* out = entrance.inputs;
      for (int r = begin; r < end; ++r, out += entrance.stride) {
        std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(r) * inputs, inputs, out);
        entrance.labels[r - begin] = labels[r];
      }
    };
  }
};

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
      : spec_(spec), network_(network), rows_(batch.rows), passes_(network, batch.rows) {
    batch.fill<double>()(0, rows_, passes_.entrance(0));
  }

  double operator()() {
    passes_.forward(network_, 0, rows_);
    std::vector<std::uint8_t> predicted(rows_);
    double penalty = 0;
    for (const Layer<double>& layer : network_.layers)
      for (const double w : layer.weights)
        penalty += spec_.l1 * std::abs(w) + spec_.l2 * w * w;
    return passes_.score(network_, 0, rows_, predicted.data()) / rows_ + penalty;
  }

 private:
  const TrainSpec& spec_;
  const Network<double>& network_;
  int rows_;
  Passes<double> passes_;
};

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
    const double before = forms.place[i];
    forms.place[i] = before + kStep;
    const double above = objective();
    forms.place[i] = before - kStep;
    const double below = objective();
    forms.place[i] = before;
    difference = std::max(difference, std::abs((above - below) / (2 * kStep) - forms.taken[i]));
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

}  // namespace

double GradientCheck::largest_difference_error() const {
  return largest_of(tensors, &TensorCheck::difference_error);
}

double GradientCheck::largest_float_error() const {
  return largest_of(tensors, &TensorCheck::float_error);
}

GradientCheck check_gradients(const TrainSpec& spec, const GradientCheckBatch& wanted) {
  const Batch batch(spec, wanted);
  auto network = begin_network<double>(spec, wanted);
  const Layers<double> taken = taken_by_update(spec, network, batch);
  const Layers<double> gradient = gradient_of(network, batch);
  const Layers<float> floats = gradient_of(begin_network<float>(spec, wanted), batch);
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

}  // namespace mlpsweep::engine
