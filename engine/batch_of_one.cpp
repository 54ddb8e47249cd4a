#include "engine/batch_of_one.h"

namespace mlpsweep::engine {

bool BatchOfOne::fits(const TrainSpec& spec) {
  return spec.batch_size == 1 && spec.optimizer.name == "sgd" && spec.optimizer.momentum == 0 &&
         spec.l1 == 0 && spec.l2 == 0;
}

BatchOfOne::BatchOfOne(const TrainSpec& spec, const Network<float>& network)
    : learning_rate_(static_cast<float>(spec.optimizer.learning_rate)) {
  for (const Layer<float>& layer : network.layers) {
    const auto entering = static_cast<std::size_t>(padded(layer.inputs));
    const auto stride = static_cast<std::size_t>(layer.stride);
    levels_.push_back({AlignedVector<float>(entering), std::vector<std::uint32_t>(entering), 0,
                       AlignedVector<float>(stride), AlignedVector<float>(stride)});
  }
}

void BatchOfOne::train(Network<float>& network, const RowSource& source,
                       const std::vector<std::uint32_t>& rows) {
  AlignedVector<float>& inputs = levels_.front().entering;
  for (const std::uint32_t row : rows) {
    std::uint8_t label = 0;
    source.fill(&row, 1, inputs.data(), static_cast<int>(inputs.size()), &label);
    forward(network);
    backward(network, &label);
  }
}

void BatchOfOne::forward(const Network<float>& network) {
  const auto& loops = kernels<float>();
  for (std::size_t l = 0; l < levels_.size(); ++l) {
    const Layer<float>& layer = network.layers[l];
    Level& level = levels_[l];
    level.count = loops.nonzero(level.entering.data(), layer.inputs, level.indices.data());
    loops.row_forward({level.entering.data(), level.indices.data(), level.count, layer.stride},
                      layer.weights.data(), layer.biases.data(), level.sums.data());
    if (l + 1 < levels_.size())
      network.activation->forward(level.sums.data(), levels_[l + 1].entering.data(),
                                  level.sums.size());
  }
}

void BatchOfOne::backward(Network<float>& network, const std::uint8_t* label) {
  const auto& loops = kernels<float>();
  Level& last = levels_.back();
  network.head->gradient(
      {last.sums.data(), label, 1, network.units(), network.layers.back().stride}, 1.F,
      last.d_sums.data());
  for (std::size_t l = levels_.size(); l-- > 0;) {
    Layer<float>& layer = network.layers[l];
    Level& level = levels_[l];
    if (l > 0) {  // with the weights as they were in the forward pass, so before their update
      Level& below = levels_[l - 1];
      loops.row_backward(layer.weights.data(), level.d_sums.data(), layer.inputs, layer.stride,
                         below.d_sums.data());
      network.activation->backward(below.sums.data(), level.entering.data(), below.d_sums.data(),
                                   below.d_sums.size());
    }
    loops.row_update({level.entering.data(), level.indices.data(), level.count, layer.stride},
                     level.d_sums.data(), learning_rate_, layer.weights.data());
    for (int j = 0; j < layer.stride; ++j)
      layer.biases[j] -= learning_rate_ * level.d_sums[j];
  }
}

}  // namespace mlpsweep::engine
