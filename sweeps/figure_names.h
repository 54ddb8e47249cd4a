// The names of the figures of a trial: what specs quote, claims speak of and tables show.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace mlpsweep::sweeps {

/// Figures that a record holds, in the order in which they are listed. results/figures.cpp has one
/// function for each, in this order.
inline constexpr std::array<std::string_view, 19> kRecordFigures = {
    "train_loss",
    "train_accuracy",
    "validation_loss",
    "validation_accuracy",
    "monitor_loss",
    "monitor_accuracy",
    "best_train_loss",
    "best_train_accuracy",
    "best_validation_loss",
    "best_validation_accuracy",
    "best_monitor_loss",
    "best_monitor_accuracy",
    "test_loss",
    "test_accuracy",
    "last_test_loss",
    "last_test_accuracy",
    "epochs_run",
    "best_epoch",
    "train_seconds",
};

/// Figures of which a record holds one value an epoch. monitor_: of the part that data.monitor
/// names.
inline constexpr std::array<std::string_view, 6> kCurveFigures = {
    "train_loss",          "train_accuracy", "validation_loss",
    "validation_accuracy", "monitor_loss",   "monitor_accuracy",
};

/// Figures that are made from a record by a fixed rule (results/README.md, "Derived figures").
/// seconds: what a report says that a run took.
inline constexpr std::array<std::string_view, 3> kMadeFigures = {
    "plateau_until",
    "oscillation",
    "seconds",
};

/// Figures of one class in a classification report, or of its averages.
inline constexpr std::array<std::string_view, 3> kClassFigures = {"precision", "recall", "f1"};

[[nodiscard]] constexpr bool is_class_figure(std::string_view figure) {
  return std::find(kClassFigures.begin(), kClassFigures.end(), figure) != kClassFigures.end();
}

/// What kind of number a figure is: decides how it is read and written, and what would matter.
enum class Quantity {
  kShare,    ///< 0 to 1
  kLoss,     ///< >= 0
  kEpochs,   ///< whole, >= 0
  kSeconds,  ///< >= 0
};

/// Any name that is none of the above is a spec's own `derived` figure, whatever it ends with: an
/// epoch.
[[nodiscard]] constexpr Quantity quantity_of(std::string_view figure) {
  const auto is_one_of = [figure](const auto& names) {
    return std::find(names.begin(), names.end(), figure) != names.end();
  };
  if (is_class_figure(figure))
    return Quantity::kShare;
  if (!is_one_of(kRecordFigures) && !is_one_of(kCurveFigures) && !is_one_of(kMadeFigures))
    return Quantity::kEpochs;
  if (figure.ends_with("_accuracy"))
    return Quantity::kShare;
  if (figure.ends_with("_loss") || figure == "oscillation")
    return Quantity::kLoss;
  return figure.ends_with("seconds") ? Quantity::kSeconds : Quantity::kEpochs;
}

}  // namespace mlpsweep::sweeps
