// Figures that are made from a trial's curves by a rule.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "results/record.h"
#include "sweeps/report.h"

namespace mlpsweep::results {

/// One figure, epoch by epoch: train_loss, train_accuracy, validation_loss, validation_accuracy;
/// monitor_loss and monitor_accuracy are of what data.monitor names: the test part, or else the
/// validation part.
///
/// Range    As many values as epochs were run; NaN where the trial has none.
/// Errors   InputError: no such curve, with the names there are and the nearest.
[[nodiscard]] std::vector<double> curve_of(const Record& record, std::string_view name);

/// First epoch from which the rule's metric stays within `rule.distance` of its last value or of
/// another curve, or beyond it: the epoch at which a curve has converged, at which two curves part.
///
/// Units    Epochs, the first one is 1.
/// Range    Infinite where it doesn't hold at the last epoch; NaN without epochs or where the trial
///          has no such curve.
/// Errors   As curve_of.
[[nodiscard]] double settling_epoch(const Record& record, const sweeps::DerivedFigure& rule);

/// First epoch at which the curve reaches a value: an accuracy from below, a loss from above.
///
/// Units, Errors  As settling_epoch.
/// Range    Infinite where it never does; NaN where the trial has no such curve.
[[nodiscard]] double first_epoch(const Record& record, std::string_view curve, double reaches);

/// First epoch at which a watched row gets another class than all had in the first epoch. 1 where
/// the first epoch already gave several: there is no plateau.
///
/// Units    As settling_epoch.
/// Range    Infinite where every epoch gives that one class; NaN where no part is watched.
[[nodiscard]] double plateau_until(const Record& record);

/// Standard deviation of the differences of the validation loss from one epoch to the next.
///
/// Range    NaN with fewer than three epochs or without a validation part.
[[nodiscard]] double oscillation(const Record& record);

/// The names that figure_of() takes: results::figure_names(), those above, the spec's own.
[[nodiscard]] std::vector<std::string_view> figure_names(
    std::span<const sweeps::DerivedFigure> derived);

/// results::figure, a figure of the spec's own (`derived`), or one of the above by its name.
///
/// Errors   InputError: neither, with all names there are and the nearest.
[[nodiscard]] double figure_of(const Record& record, std::string_view name,
                               std::span<const sweeps::DerivedFigure> derived);

/// figure_of() of many records: the name is looked up once.
///
/// Threads  Safe, as any constant. `derived` must outlive it.
class NamedFigures {
 public:
  /// Errors   As figure_of.
  NamedFigures(std::string_view name, std::span<const sweeps::DerivedFigure> derived);
  [[nodiscard]] double of(const Record& record) const;

 private:
  const sweeps::DerivedFigure* rule_ = nullptr;  ///< Null: it is of_.
  FigureOf of_ = nullptr;
};

}  // namespace mlpsweep::results
