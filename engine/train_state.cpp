#include "engine/train_state.h"

#include <algorithm>
#include <string>

#include "engine/batch_of_one.h"
#include "engine/errors.h"
#include "engine/watch.h"

namespace mlpsweep::engine {

StateShape state_shape(const TrainSpec& spec, int inputs, int classes) {
  const Network<float> network(spec, inputs, classes);
  StateShape shape{spec.epochs - 1, {}};
  const auto add = [&shape](const Layers<float>& layers) {
    for (const Layer<float>& layer : layers)
      shape.arrays.insert(shape.arrays.end(), {layer.weights.size(), layer.biases.size()});
  };
  add(network.layers);
  if (!BatchOfOne::fits(spec))
    add(Updater<float>(spec, network).velocity);
  if (Watch(spec.early_stop).restores_best())
    add(network.layers);
  return shape;
}

void append_arrays(const Layers<float>& layers, std::vector<std::vector<float>>& arrays) {
  for (const Layer<float>& layer : layers)
    for (const AlignedVector<float>* array : {&layer.weights, &layer.biases})
      arrays.emplace_back(array->begin(), array->end());
}

void take_arrays(const std::vector<std::vector<float>>& arrays, std::size_t& next,
                 Layers<float>& layers) {
  for (Layer<float>& layer : layers)
    for (AlignedVector<float>* array : {&layer.weights, &layer.biases}) {
      MLPS_CHECK(next < arrays.size() && arrays[next].size() == array->size(),
                 "array " + std::to_string(next) + " of " + std::to_string(arrays.size()));
      std::copy(arrays[next].begin(), arrays[next].end(), array->begin());
      ++next;
    }
}

}  // namespace mlpsweep::engine
