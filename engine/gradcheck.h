// Is the gradient the derivative of the loss? Asked of the network's own code.
#pragma once

#include <string>
#include <vector>

#include "engine/dataset.h"
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
/// at learning rate 1 and without momentum, so the update is checked with it. Where the settings
/// name an output_delta, it is checked against the loss whose gradient it is (half the squared
/// error, binary cross-entropy). bias_step: summed is checked as the mean that it is a multiple of.
///
/// Units    Central differences with steps of 1e-5: truncation near 1e-10, rounding near 1e-11.
/// Errors   InputError: settings that no network can be made of.
[[nodiscard]] GradientCheck check_gradients(const TrainSpec& spec,
                                            const GradientCheckBatch& batch = {});

/// How many weights and biases check_single_weights looks at.
struct SingleWeights {
  int input_hidden = 2;   ///< Of the first layer's weights ...
  int hidden_output = 2;  ///< ... of the last layer's ...
  int hidden_bias = 1;    ///< ... and of the biases of both.
  int output_bias = 1;
};

/// One weight or bias.
///
/// Units    Gradients of the mean loss over the examples, without penalties.
struct WeightCheck {
  std::string kind;    ///< "input-hidden", "hidden-output", "hidden bias", "output bias"
  std::string tensor;  ///< "weights_1", "biases_1", ... as in the results
  int row = 0;         ///< Of the tensor: the unit that the weight comes from; 0 for a bias.
  int column = 0;      ///< The unit that it leads to.
  double value = 0;
  double analytic = 0;  ///< By backpropagation.
  double numeric = 0;   ///< (L(w + epsilon) - L(w - epsilon)) / (2 epsilon)

  [[nodiscard]] double absolute_error() const;
};

/// Gradients of single weights at their initial values, in float64, on the first `examples` rows of
/// the training part, scaled as they are trained on. Each kind's weights are spread evenly over
/// those that the examples move at all: a pixel that is 0 would give 0 = 0.
///
/// Errors   InputError: as train(); examples below 1 or beyond the training part; epsilon not above
///          0; weights of a hidden layer where there is none, or more than the examples move.
[[nodiscard]] std::vector<WeightCheck> check_single_weights(const TrainSpec& spec,
                                                            const Dataset& data, int examples,
                                                            double epsilon,
                                                            const SingleWeights& weights = {});

}  // namespace mlpsweep::engine
