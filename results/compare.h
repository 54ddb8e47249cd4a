// All configurations of a sweep against one of them: the table behind `mlpsweep compare`.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "results/record.h"
#include "results/store.h"
#include "results/table.h"

namespace mlpsweep::results {

/// What a record doesn't say of the rows that it was trained and scored on.
struct ScoredRows {
  std::vector<std::uint8_t> test_classes;  ///< True class of each test row, as `predictions` go.
  bool shared_test = false;                ///< Every repeat has these very test rows.
  std::size_t train_rows = 0;
  std::size_t validation_rows = 0;
};
/// Asked only where a test needs it. Errors   InputError: the data are not here, or not the same.
using FindRows = std::function<ScoredRows(const Record&)>;

/// What a difference is to speak of beyond other seeds.
enum class Scope {
  kSeeds,      ///< Other seeds and, where repeats redraw them, splits.
  kNewImages,  ///< Test images other than those that all repeats share.
  kNewSplits,  ///< Methods, where every repeat redraws its evaluation split (Nadeau and Bengio).
};

struct CompareOptions {
  std::vector<std::string> rows = {};  ///< Keys; empty: every swept one.
  std::string figure = {};             ///< Empty: test_accuracy if there is one, else the metric.
  /// Key and text of the one configuration to compare with; empty: see `best`.
  std::vector<std::pair<std::string, std::string>> to = {};
  /// Compare with the best by the figure itself; else with the one chosen by the sweep's metric.
  bool best = false;
  std::vector<std::pair<std::string, std::string>> where = {};
  bool percent = false;
  Scope scope = Scope::kSeeds;
};

/// Difference of every configuration to the reference with its 95 % interval and Holm's p; the
/// footer tells the family, the spread, the smallest detectable difference and what was chosen how.
/// With one repeat the test is McNemar's, on the images.
/// Errors   InputError: unknown names; `to` names no configuration, or several; nothing to choose a
///          reference by; a scope that these records can't speak of; several data sets.
[[nodiscard]] Table difference_table(const SweepInfo& info, std::span<const Record> records,
                                     const CompareOptions& options, const FindRows& find_rows);

}  // namespace mlpsweep::results
