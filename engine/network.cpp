#include "engine/network.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "engine/cost.h"
#include "engine/entries.h"
#include "engine/errors.h"
#include "engine/gemm.h"
#include "engine/initializers.h"
#include "engine/unknown_name.h"

namespace mlpsweep::engine {
namespace {

/// The entry of that name, in a table of the kernels.
template <class Loops>
const Loops* find_named(const Loops* table, int count, std::string_view wanted) {
  const Loops* found =
      std::find_if(table, table + count, [&](const Loops& loops) { return loops.name == wanted; });
  return found == table + count ? nullptr : found;
}

template <class Real>
const ActivationLoops<Real>* activation_of(const TrainSpec& spec) {
  const auto& all = kernels<Real>();
  const auto* found = find_named(all.activations, all.activation_count, spec.activation);
  if (found == nullptr)
    throw InputError(unknown_name("activation", spec.activation, activation_entries()));
  return found;
}

template <class Real>
const HeadLoops<Real>* head_of(const TrainSpec& spec) {
  for (const auto& refused :
       {refuse_pair(spec.output, spec.loss), refuse_delta(spec.output, spec.output_delta)})
    if (refused)
      throw InputError(*refused);
  const auto& all = kernels<Real>();
  return std::find_if(all.heads, all.heads + all.head_count, [&](const HeadLoops<Real>& head) {
    return head.output == spec.output && head.loss == spec.loss && head.delta == spec.output_delta;
  });
}

template <class Real>
Real logit_bound_of(const TrainSpec& spec) {
  if (const auto refused = refuse_clip(spec.loss, spec.clip))
    throw InputError(*refused);
  return static_cast<Real>(std::log1p(-spec.clip) - std::log(spec.clip));  // log(0) is -infinity
}

}  // namespace

template <class Real>
Network<Real>::Network(const TrainSpec& spec, int inputs, int classes)
    : activation(activation_of<Real>(spec)),
      head(head_of<Real>(spec)),
      logit_bound(logit_bound_of<Real>(spec)) {
  if (classes < 2 || classes > kMostClasses)
    throw InputError("the data has " + std::to_string(classes) + " classes; expected 2 to " +
                     std::to_string(kMostClasses));
  int width = inputs;
  for (const int units : spec.hidden) {
    if (units < 1)
      throw InputError("hidden: expected at least 1 unit a layer, found " + std::to_string(units));
    layers.emplace_back(width, units);
    width = units;
  }
  layers.emplace_back(width, output_units(spec, classes));
}

template <class Real>
void Network<Real>::initialize(const TrainSpec& spec) {
  const Draw weight = draw_of("init.weights", spec.init.weights);
  const std::optional<Draw> bias = bias_draw_of(spec.init.biases);
  for (std::size_t l = 0; l < layers.size(); ++l) {
    Layer<Real>& layer = layers[l];
    const Stream stream(spec.seed, spec.repeat, Purpose::kWeights, static_cast<std::uint32_t>(l));
    for (int i = 0; i < layer.inputs; ++i)
      for (int j = 0; j < layer.units; ++j) {
        // Counted without padding, so that the padding could change without changing a weight.
        const auto counter = static_cast<std::uint64_t>(i) * layer.units + j;
        layer.weights[static_cast<std::size_t>(i) * layer.stride + j] =
            static_cast<Real>(weight(stream, counter, layer.inputs, layer.units));
      }
    std::fill(layer.biases.begin(), layer.biases.end(), Real{0});
    const Stream own(spec.seed, spec.repeat, Purpose::kBiases, static_cast<std::uint32_t>(l));
    for (int j = 0; bias && j < layer.units; ++j)
      layer.biases[j] = static_cast<Real>((*bias)(own, j, layer.inputs, layer.units));
  }
}

template <class Real>
std::vector<Tensor> tensors_of(const Layers<Real>& layers) {
  std::vector<Tensor> tensors;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const Layer<Real>& layer = layers[l];
    const std::string number = std::to_string(l + 1);
    Tensor weights{"weights_" + number, layer.inputs, layer.units, {}};
    weights.values.reserve(static_cast<std::size_t>(layer.inputs) * layer.units);
    for (int i = 0; i < layer.inputs; ++i) {
      const Real* row = layer.weights.data() + static_cast<std::size_t>(i) * layer.stride;
      for (int j = 0; j < layer.units; ++j)
        weights.values.push_back(static_cast<float>(row[j]));
    }
    Tensor biases{"biases_" + number, 1, layer.units, {}};
    for (int j = 0; j < layer.units; ++j)
      biases.values.push_back(static_cast<float>(layer.biases[j]));
    tensors.push_back(std::move(weights));
    tensors.push_back(std::move(biases));
  }
  return tensors;
}

template <class Real>
ByteScale<Real>::ByteScale(const std::vector<float>& mean, const std::vector<float>& factor)
    : factors((factor.size() + kSpan - 1) / kSpan * kSpan) {
  std::copy(factor.begin(), factor.end(), factors.begin());
  if (std::all_of(mean.begin(), mean.end(), [](float m) { return m == 0; }))
    return;
  for (std::size_t d = 0; d < mean.size(); ++d)
    offsets.push_back(static_cast<Real>(mean[d]) * static_cast<Real>(factor[d]));
}

template <class Real>
void first_sums(const Network<Real>& network, const ByteScale<Real>& scale,
                AlignedVector<Real>& sums) {
  const Layer<Real>& layer = network.layers.front();
  sums = layer.biases;
  if (!scale.offsets.empty())
    kernels<Real>().take_offsets(scale.offsets.data(), layer.weights.data(), layer.inputs,
                                 layer.stride, sums.data());
}

template <class Real>
Passes<Real>::Passes(const Network<Real>& network, int most_rows, Form form)
    : input_stride_(padded(network.inputs())),
      inputs_(form == Form::kBytes ? 0 : static_cast<std::size_t>(most_rows) * input_stride_),
      pixels_(form == Form::kBytes ? most_rows : 0),
      labels_(most_rows) {
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const std::size_t size = static_cast<std::size_t>(most_rows) * network.layers[l].stride;
    const bool last = l + 1 == network.layers.size();
    levels_.push_back({network.layers[l].stride, AlignedVector<Real>(size),
                       AlignedVector<Real>(last ? 0 : size), AlignedVector<Real>(size)});
  }
}

template <class Real>
Entrance<Real> Passes<Real>::entrance(int row) {
  const bool bytes = !pixels_.empty();
  // Of an empty vector there is no place to count from.
  Real* numbers = bytes ? nullptr : inputs_.data() + static_cast<std::size_t>(row) * input_stride_;
  return {numbers, input_stride_, bytes ? pixels_.data() + row : nullptr, labels_.data() + row};
}

template <class Real>
void Passes<Real>::enter_bytes(const ByteScale<Real>* scale, const Real* start) {
  scale_ = scale;
  start_ = start;
}

template <class Real>
ByteRows<Real> Passes<Real>::bytes(int inputs, int begin, int end) const {
  return {pixels_.data() + begin, end - begin, inputs, scale_->factors.data()};
}

template <class Real>
const Real* Passes<Real>::entering(int layer) const {
  return layer == 0 ? inputs_.data() : levels_[layer - 1].values.data();
}

template <class Real>
int Passes<Real>::entering_stride(int layer) const {
  return layer == 0 ? input_stride_ : levels_[layer - 1].stride;
}

template <class Real>
void Passes<Real>::enter_layer(const Network<Real>& network, int l, int begin, int end,
                               Real* sums) const {
  const Layer<Real>& layer = network.layers[l];
  if (l == 0 && !pixels_.empty()) {
    kernels<Real>().sparse_forward(bytes(layer.inputs, begin, end), layer.weights.data(),
                                   layer.stride, start_, sums);
    return;
  }
  const Real* from = entering(l) + static_cast<std::size_t>(begin) * entering_stride(l);
  multiply<Real>({end - begin, layer.stride, layer.inputs}, {from, entering_stride(l)},
                 {layer.weights.data(), layer.stride}, {sums, layer.stride});
  kernels<Real>().add_bias(layer.biases.data(), sums, end - begin, layer.stride);
}

template <class Real>
void Passes<Real>::forward(const Network<Real>& network, int begin, int end) {
  const int last = static_cast<int>(network.layers.size()) - 1;
  for (int l = 0; l <= last; ++l) {
    Level& level = levels_[l];
    const std::size_t first = static_cast<std::size_t>(begin) * level.stride;
    Real* sums = level.sums.data() + first;
    enter_layer(network, l, begin, end, sums);
    if (l < last)
      network.activation->forward(sums, level.values.data() + first,
                                  static_cast<std::size_t>(end - begin) * level.stride);
  }
}

template <class Real>
Outputs<Real> Passes<Real>::outputs(const Network<Real>& network, int begin, int end) const {
  const Level& last = levels_.back();
  return {last.sums.data() + static_cast<std::size_t>(begin) * last.stride,
          labels_.data() + begin,
          end - begin,
          network.units(),
          last.stride,
          network.logit_bound};
}

template <class Real>
void Passes<Real>::backward(const Network<Real>& network, int begin, int end, Real share) {
  const int last = static_cast<int>(network.layers.size()) - 1;
  const auto at = [begin](auto& array, int stride) {
    return array.data() + static_cast<std::size_t>(begin) * stride;
  };
  network.head->gradient(outputs(network, begin, end), share,
                         at(levels_[last].d_sums, levels_[last].stride));
  for (int l = last; l > 0; --l) {
    Level& above = levels_[l];
    Level& level = levels_[l - 1];
    Real* d_values = at(level.d_sums, level.stride);  // becomes d_sums in place
    const Layer<Real>& layer = network.layers[l];
    // Whole padded rows: the weights behind the last input are 0, so these gradients are 0 as well.
    multiply<Real>(
        {end - begin, level.stride, layer.units}, {at(above.d_sums, above.stride), above.stride},
        {layer.weights.data(), layer.stride, Turn::kTransposed}, {d_values, level.stride});
    network.activation->backward(at(level.sums, level.stride), at(level.values, level.stride),
                                 d_values, static_cast<std::size_t>(end - begin) * level.stride);
  }
}

template <class Real>
double Passes<Real>::score(const Network<Real>& network, int begin, int end,
                           std::uint8_t* predicted) const {
  return network.head->score(outputs(network, begin, end), predicted);
}

template <class Real>
void Passes<Real>::begin_gradients(int rows) {
  const Level& level = levels_.front();
  if (pixels_.empty() || scale_->offsets.empty())
    return;
  column_sums_.resize(level.stride);
  kernels<Real>().column_sums(level.d_sums.data(), rows, level.stride, false, column_sums_.data());
}

template <class Real>
void Passes<Real>::gradient_bytes(int begin, int end, int rows, Sum sum, Layer<Real>& into) const {
  const Level& level = levels_.front();
  const bool offset = !scale_->offsets.empty();
  kernels<Real>().sparse_gradient(
      bytes(into.inputs, 0, rows),
      {level.d_sums.data(), level.stride, offset ? scale_->offsets.data() : nullptr,
       offset ? column_sums_.data() : nullptr, sum == Sum::kContinue, into.weights.data()},
      begin, end);
}

template <class Real>
void Passes<Real>::gradient(int layer, int begin, int end, int rows, Sum sum,
                            Layer<Real>& into) const {
  const Level& level = levels_[layer];
  if (begin == 0)
    kernels<Real>().column_sums(level.d_sums.data(), rows, level.stride, sum == Sum::kContinue,
                                into.biases.data());
  if (layer == 0 && !pixels_.empty()) {
    gradient_bytes(begin, end, rows, sum, into);
    return;
  }
  // Only rows of real inputs are computed. Behind the last input a unit's value need not be 0
  // (sigmoid(0) = 0.5), but its weights get no gradient, stay 0 and so hide it.
  multiply<Real>({end - begin, level.stride, rows},
                 {entering(layer) + begin, entering_stride(layer), Turn::kTransposed},
                 {level.d_sums.data(), level.stride},
                 {into.weights.data() + static_cast<std::size_t>(begin) * into.stride, into.stride,
                  sum == Sum::kContinue ? Keep::kAdd : Keep::kReplace});
}

template struct Network<float>;
template struct Network<double>;
template struct ByteScale<float>;
template struct ByteScale<double>;
template void first_sums<float>(const Network<float>&, const ByteScale<float>&,
                                AlignedVector<float>&);
template void first_sums<double>(const Network<double>&, const ByteScale<double>&,
                                 AlignedVector<double>&);
template class Passes<float>;
template class Passes<double>;
template std::vector<Tensor> tensors_of<float>(const Layers<float>&);
template std::vector<Tensor> tensors_of<double>(const Layers<double>&);

}  // namespace mlpsweep::engine
