#include "engine/batch_of_one.h"

#include <algorithm>
#include <array>

namespace mlpsweep::engine {
namespace {

/// Rows that are converted together, so that fetching them from memory overlaps.
constexpr std::size_t kRowsAtOnce = 16;

}  // namespace

bool BatchOfOne::fits(const TrainSpec& spec) {
  return spec.batch_size == 1 && spec.optimizer.name == "sgd" && spec.optimizer.momentum == 0 &&
         spec.l1 == 0 && spec.l2 == 0;
}

BatchOfOne::BatchOfOne(const TrainSpec& spec, const Network<float>& network)
    : learning_rate_(static_cast<float>(spec.optimizer.learning_rate)),
      input_stride_(padded(network.inputs())),
      inputs_(kRowsAtOnce * input_stride_) {
  for (const Layer<float>& layer : network.layers) {
    Level level;
    level.indices.resize(layer.inputs);
    level.sums.resize(layer.stride);
    level.d_sums.resize(layer.stride);
    if (!levels_.empty())
      level.values.resize(levels_.back().sums.size());
    levels_.push_back(std::move(level));
  }
}

void BatchOfOne::train(Network<float>& network, const RowSource& source,
                       const std::vector<std::uint32_t>& rows, Tally* tally) {
  std::array<std::uint8_t, kRowsAtOnce> labels;
  for (std::size_t first = 0; first < rows.size(); first += kRowsAtOnce) {
    const std::size_t count = std::min(kRowsAtOnce, rows.size() - first);
    source.fill(rows.data() + first, static_cast<int>(count), inputs_.data(), input_stride_,
                labels.data());
    for (std::size_t r = 0; r < count; ++r) {
      forward(network, inputs_.data() + r * input_stride_);
      if (tally != nullptr) {
        std::uint8_t predicted = 0;
        tally->loss += network.head->score(outputs(network, &labels[r]), &predicted);
        tally->right += predicted == labels[r];
      }
      backward(network, &labels[r]);
    }
  }
}

void BatchOfOne::forward(const Network<float>& network, const float* inputs) {
  const auto& loops = kernels<float>();
  for (std::size_t l = 0; l < levels_.size(); ++l) {
    const Layer<float>& layer = network.layers[l];
    Level& level = levels_[l];
    level.entering = l == 0 ? inputs : level.values.data();
    level.count = loops.nonzero(level.entering, layer.inputs, level.indices.data());
    loops.row_forward({level.entering, level.indices.data(), level.count, layer.stride},
                      layer.weights.data(), layer.biases.data(), level.sums.data());
    if (l + 1 < levels_.size())
      network.activation->forward(level.sums.data(), levels_[l + 1].values.data(),
                                  level.sums.size());
  }
}

Outputs<float> BatchOfOne::outputs(const Network<float>& network, const std::uint8_t* label) const {
  return {levels_.back().sums.data(), label, 1, network.units(), network.layers.back().stride,
          network.logit_bound};
}

void BatchOfOne::backward(Network<float>& network, const std::uint8_t* label) {
  const auto& loops = kernels<float>();
  network.head->gradient(outputs(network, label), 1.F, levels_.back().d_sums.data());
  for (std::size_t l = levels_.size(); l-- > 0;) {
    Layer<float>& layer = network.layers[l];
    Level& level = levels_[l];
    if (l > 0) {  // with the weights as they were in the forward pass, so before their update
      Level& below = levels_[l - 1];
      loops.row_backward(layer.weights.data(), level.d_sums.data(), layer.inputs, layer.stride,
                         below.d_sums.data());
      network.activation->backward(below.sums.data(), level.entering, below.d_sums.data(),
                                   below.d_sums.size());
    }
    loops.row_update({level.entering, level.indices.data(), level.count, layer.stride},
                     level.d_sums.data(), learning_rate_, layer.weights.data());
    for (int j = 0; j < layer.stride; ++j)
      layer.biases[j] -= learning_rate_ * level.d_sums[j];
  }
}

}  // namespace mlpsweep::engine
