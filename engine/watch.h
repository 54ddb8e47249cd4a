// The best epoch so far, and whether early stopping has had enough.
#pragma once

#include "engine/spec.h"

namespace mlpsweep::engine {

/// Follows the watched part's loss, epoch by epoch.
class Watch {
 public:
  /// Errors   InputError: stop_when or restore is none of the legal words; stop_when: reached with
  /// a
  ///          patience of 0, which would stop at the best.
  explicit Watch(const EarlyStop& settings);

  /// Takes an epoch's loss; true if it is the lowest so far. The first of equals stays the best.
  bool is_best(double loss);

  /// Whether the losses since have been above the best for long enough to stop. Equal to the best
  /// is not above it.
  [[nodiscard]] bool enough() const;

  /// Whether the weights of the best epoch are to be kept for the test.
  [[nodiscard]] bool restores_best() const;

 private:
  EarlyStop settings_;
  bool any_ = false;
  double best_ = 0;
  int epochs_above_ = 0;  ///< In a row.
};

}  // namespace mlpsweep::engine
