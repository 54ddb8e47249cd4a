// What a trial needs to go on after an epoch.
#pragma once

#include <cstddef>
#include <vector>

#include "engine/dataset.h"
#include "engine/network.h"
#include "engine/spec.h"
#include "engine/train.h"

namespace mlpsweep::engine {

/// A trial after an epoch. Nothing that follows from something else is part of it: the best epoch
/// and the patience that is left follow from the figures, the order of rows from the epoch's
/// number, the first weights from the seed.
///
/// Shapes   arrays: weights and biases of each layer, input side first, with padding; then, where
///          there is momentum, the velocities likewise; then, where they are kept, the weights of
///          the best epoch. state_shape() counts their entries.
struct TrainState {
  std::vector<Figures> epochs;  ///< One entry an epoch run.
  std::vector<std::vector<float>> arrays;
  double train_seconds = 0;  ///< So far.
};

/// What the states of one trial have in common.
struct StateShape {
  int most_epochs = 0;              ///< Behind the last one there is nothing to go on to.
  std::vector<std::size_t> arrays;  ///< Entries of each.
};

/// Errors   InputError, as train(), for settings that no network fits.
[[nodiscard]] StateShape state_shape(const TrainSpec& spec, int inputs, int classes);

/// As train(), but from a state of the same spec and data on. What comes out has the bits of a
/// trial that was never stopped, and the seconds of both parts.
///
/// Errors   As train(). A state that is none of this trial's (other shapes, no epoch or no fewer
///          than it is to run) is a bug: std::logic_error.
[[nodiscard]] TrialResult go_on(const TrainSpec& spec, const Dataset& data, TrainState from,
                                const TrainHooks& hooks = {});

/// Layers to a state's arrays, behind those that it has, and back.
void append_arrays(const Layers<float>& layers, std::vector<std::vector<float>>& arrays);
/// Takes from arrays[next] on and moves `next` behind what it took.
/// Errors   std::logic_error: other shapes.
void take_arrays(const std::vector<std::vector<float>>& arrays, std::size_t& next,
                 Layers<float>& layers);

}  // namespace mlpsweep::engine
