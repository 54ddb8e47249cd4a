// Is the gradient the derivative of the loss? Asked of the network's own code.
#pragma once

#include <string>
#include <vector>

#include "engine/spec.h"

namespace mlpsweep::engine {

/// A random batch of N(0, 1) inputs and random classes.
struct GradientCheckBatch {
  int inputs = 7;
  int classes = 3;
  int rows = 5;
  int most_entries = 1000;  ///< Entries looked at in each tensor, evenly spread over it.
};

/// Units    Errors are the largest over the entries, as a share of the tensor's largest gradient.
struct TensorCheck {
  std::string name;  ///< "weights_1", "biases_1", ...
  int entries = 0;
  double difference_error = 0;  ///< double gradient against central differences of the loss
  double float_error = 0;       ///< float gradient, as trained with, against the double one
};

struct GradientCheck {
  std::vector<TensorCheck> tensors;
  [[nodiscard]] double largest_difference_error() const;
  [[nodiscard]] double largest_float_error() const;
};

/// Checks the gradient of what is minimised, penalties included: the change that one update makes
/// at learning rate 1 and without momentum, so the update is checked with it.
///
/// Units    Central differences with steps of 1e-5: truncation near 1e-10, rounding near 1e-11.
/// Errors   InputError: settings that no network can be made of.
[[nodiscard]] GradientCheck check_gradients(const TrainSpec& spec,
                                            const GradientCheckBatch& batch = {});

}  // namespace mlpsweep::engine
