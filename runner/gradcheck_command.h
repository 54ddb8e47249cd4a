// `mlpsweep gradcheck`: is the gradient the derivative of the loss, for every configuration?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/gradcheck.h"

namespace mlpsweep::runner {

struct GradcheckOptions {
  std::string spec;
  std::vector<std::string> overrides;
  std::string data_folder;
  std::string format = "text";
  /// Given: single weights on real examples, as reports print them. Else every tensor.
  std::optional<double> epsilon;
  std::optional<int> examples;
  std::string weights;  ///< "input_hidden=2,hidden_bias=1"; empty: the engine's own numbers.
};

/// The largest error of a correct gradient, as a share of the tensor's largest: kinks of relu and
/// of the absolute value that lie within a step would be beyond the first, and are told as they
/// are.
inline constexpr double kMostDifferenceError = 1e-6;
inline constexpr double kMostFloatError = 1e-3;  ///< A float has seven digits; sums lose some.

/// Errors   InputError: "KEY=COUNT, ..." was expected, with the nearest kind.
[[nodiscard]] engine::SingleWeights read_weights(const std::string& text);

/// Prints one table over all configurations (of the first repeat); those that differ only in how
/// they are trained share their rows.
/// Errors   InputError, as `check`; and what the engine refuses.
/// Returns  0, or 1 where an error is beyond the bounds above (whole tensors), or is not of the
/// order
///          of epsilon squared (single weights).
int gradcheck(const GradcheckOptions& options);

}  // namespace mlpsweep::runner
