// From records to what a verdict is judged by: matching configurations, one value per repeat,
// configurations side by side over the repeats that they share.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "results/outcome.h"

namespace mlpsweep::results {

using Configurations = std::vector<const Configuration*>;

/// One number of a trial; NaN: it has none.
using FigureFunction = std::function<double(const Record&)>;

/// The report's parts under one reading: where an experiment has no part of that reading, the
/// judged one stands for it.
class PartsOfReading {
 public:
  PartsOfReading(std::span<const PartRecords> parts, std::string reading)
      : parts_(parts), reading_(std::move(reading)) {}

  /// Null where the spec has no such experiment.
  [[nodiscard]] const PartRecords* find(std::string_view experiment) const;

 private:
  std::span<const PartRecords> parts_;
  std::string reading_;
};

[[nodiscard]] bool matches(const Configuration& configuration, const sweeps::Where& where);

/// In the order of the grid.
[[nodiscard]] Configurations matching(const PartRecords& part, const sweeps::Where& where);

/// "learning_rate 0.05, hidden 203x203": the part's swept keys, each by its last part.
[[nodiscard]] std::string name_of(const PartRecords& part, const Configuration& configuration);

/// The text of a setting, or empty.
[[nodiscard]] std::string setting_text(const Configuration& configuration, std::string_view key);

/// One value for each repeat whose trial is complete and has the figure: of a cross-validation the
/// mean over all folds, and nothing as long as one is missing.
[[nodiscard]] ValueByRepeat values_of(const Configuration& configuration,
                                      const FigureFunction& figure);

/// Repeats of which some folds are complete and some are not.
[[nodiscard]] std::size_t count_partial_repeats(const Configuration& configuration);

/// The values alone, by repeat.
[[nodiscard]] Values plain(const ValueByRepeat& values);

/// Each configuration's values over the repeats that all of them have.
[[nodiscard]] std::vector<Values> aligned(std::span<const ValueByRepeat> configurations);

/// Trials of one configuration in a state other than complete.
[[nodiscard]] std::size_t count_state(const Configuration& configuration, engine::State state);

/// Whether the test images are the same in all repeats: a test part of the set's own.
[[nodiscard]] bool has_own_test_part(const Configuration& configuration);

/// Whether two configurations are trained and scored on other images, so that repeat r of one is no
/// partner of repeat r of the other. Scaling and what is watched don't change which images.
[[nodiscard]] bool differ_in_data(const Configuration& a, const Configuration& b);

/// Test images behind each complete trial; 0 where they differ or there are none.
[[nodiscard]] std::int64_t test_images(const Configuration& configuration);

/// Configurations that agree in all swept keys but `along`, in the order of `values` (of the one
/// key in `along`), else of the numbers where `along` is one key of numbers, else of the grid.
/// Without `along` all of them are one group.
[[nodiscard]] std::vector<Configurations> groups_along(const PartRecords& part,
                                                       const Configurations& configurations,
                                                       std::span<const std::string> along,
                                                       std::span<const std::string> values);

}  // namespace mlpsweep::results
