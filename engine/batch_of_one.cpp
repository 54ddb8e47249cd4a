#include "engine/batch_of_one.h"

#include <algorithm>

namespace mlpsweep::engine {
namespace {

/// Rows that are converted together, so that fetching them from memory overlaps.
constexpr std::size_t kRowsAtOnce = 16;
/// Places for rows: while some are trained on, the next ones come in.
constexpr std::size_t kPlaces = 2 * kRowsAtOnce;

int spans_of(int entries) {
  return (entries + kSpan - 1) / kSpan;
}

}  // namespace

bool BatchOfOne::fits(const TrainSpec& spec) {
  return spec.batch_size == 1 && spec.optimizer.name == "sgd" && spec.optimizer.momentum == 0 &&
         spec.l1 == 0 && spec.l2 == 0;
}

BatchOfOne::BatchOfOne(const TrainSpec& spec, const Network<float>& network)
    : learning_rate_(static_cast<float>(spec.optimizer.learning_rate)),
      inputs_count_(network.inputs()),
      labels_(kPlaces) {
  for (const Layer<float>& layer : network.layers) {
    Level level;
    level.spans = spans_of(layer.inputs);
    level.sums.resize(layer.stride);
    level.d_sums.resize(layer.stride);
    if (!levels_.empty()) {
      level.values.resize(static_cast<std::size_t>(level.spans) * kSpan);
      level.marks.resize(level.spans);
    }
    levels_.push_back(std::move(level));
  }
  const int spans = levels_.front().spans;
  inputs_.resize(kPlaces * spans * kSpan);
  marks_.resize(kPlaces * spans);
}

void BatchOfOne::train(Network<float>& network, const RowSource& source,
                       const std::vector<std::uint32_t>& rows, Tally* tally) {
  if (rows.empty())
    return;
  load(source, rows, 0);
  walk(network, 0, {}, marked(0));
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const bool last = r + 1 == rows.size();
    if (r % kRowsAtOnce == 0 && r + kRowsAtOnce < rows.size())
      load(source, rows, r + kRowsAtOnce);
    const std::uint8_t* label = &labels_[r % kPlaces];
    forward(network);
    if (tally != nullptr) {
      std::uint8_t predicted = 0;
      tally->loss += network.head->score(outputs(network, label), &predicted);
      tally->right += predicted == *label;
    }
    backward(network, label);
    walk(network, 0, marked(r), last ? MarkedRow<float>{} : marked(r + 1));
  }
}

void BatchOfOne::load(const RowSource& source, const std::vector<std::uint32_t>& rows,
                      std::size_t first) {
  const std::size_t count = std::min(kRowsAtOnce, rows.size() - first);
  const std::size_t place = first % kPlaces;
  const std::size_t spans = levels_.front().spans;
  source.fill(rows.data() + first, static_cast<int>(count),
              {inputs_.data() + place * spans * kSpan, static_cast<int>(spans * kSpan), nullptr,
               &labels_[place]});
  for (std::size_t p = place; p < place + count; ++p)
    kernels<float>().mark(inputs_.data() + p * spans * kSpan, inputs_count_,
                          marks_.data() + p * spans);
}

MarkedRow<float> BatchOfOne::marked(std::size_t row) const {
  const std::size_t first = row % kPlaces * levels_.front().spans;
  return {inputs_.data() + first * kSpan, marks_.data() + first};
}

void BatchOfOne::walk(Network<float>& network, std::size_t l, const MarkedRow<float>& leaving,
                      const MarkedRow<float>& entering) {
  Layer<float>& layer = network.layers[l];
  Level& level = levels_[l];
  kernels<float>().row_pass({level.spans, layer.stride, layer.weights.data(), leaving,
                             level.d_sums.data(), learning_rate_, entering, layer.biases.data(),
                             level.sums.data()});
}

void BatchOfOne::forward(Network<float>& network) {
  for (std::size_t l = 1; l < levels_.size(); ++l) {
    const AlignedVector<float>& below = levels_[l - 1].sums;
    Level& level = levels_[l];
    network.activation->forward(below.data(), level.values.data(), below.size());
    kernels<float>().mark(level.values.data(), network.layers[l].inputs, level.marks.data());
    walk(network, l, {}, {level.values.data(), level.marks.data()});
  }
}

Outputs<float> BatchOfOne::outputs(const Network<float>& network, const std::uint8_t* label) const {
  return {levels_.back().sums.data(), label, 1, network.units(), network.layers.back().stride,
          network.logit_bound};
}

void BatchOfOne::backward(Network<float>& network, const std::uint8_t* label) {
  network.head->gradient(outputs(network, label), 1.F, levels_.back().d_sums.data());
  for (std::size_t l = levels_.size(); l-- > 0;) {
    Layer<float>& layer = network.layers[l];
    Level& level = levels_[l];
    if (l > 0) {  // with the weights as they were in the forward pass, so before their update
      Level& below = levels_[l - 1];
      kernels<float>().row_backward(layer.weights.data(), level.d_sums.data(), layer.inputs,
                                    layer.stride, below.d_sums.data());
      network.activation->backward(below.sums.data(), level.values.data(), below.d_sums.data(),
                                   below.d_sums.size());
      walk(network, l, {level.values.data(), level.marks.data()}, {});
    }
    for (int j = 0; j < layer.stride; ++j)
      layer.biases[j] -= learning_rate_ * level.d_sums[j];
  }
}

}  // namespace mlpsweep::engine
