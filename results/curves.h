// The curves of a trial by name.
#pragma once

#include <array>
#include <string_view>

#include "engine/train.h"

namespace mlpsweep::results {

struct Curve {
  std::string_view name;
  double engine::Figures::*figure;
};

/// DO NOT CHANGE THE NAMES: they stand in journals.
inline constexpr std::array kCurves = {
    Curve{"train_loss", &engine::Figures::train_loss},
    Curve{"train_accuracy", &engine::Figures::train_accuracy},
    Curve{"validation_loss", &engine::Figures::validation_loss},
    Curve{"validation_accuracy", &engine::Figures::validation_accuracy},
    Curve{"monitor_loss", &engine::Figures::monitor_loss},
    Curve{"monitor_accuracy", &engine::Figures::monitor_accuracy}};

/// The curve of whole numbers: Figures::only_class.
inline constexpr std::string_view kOnlyClass = "only_class";

}  // namespace mlpsweep::results
