// What results.h5 keeps of a record, as lists of entries: adding a column is one line here and a
// line in FORMAT.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "results/record.h"
#include "results/store_rows.h"

namespace mlpsweep::results {

/// The longest of each over all trials.
struct Extents {
  std::uint64_t epochs = 0;
  std::uint64_t images = 0;
  std::uint64_t classes = 0;  ///< Of the confusion matrices.
};

/// A record and what the file says of it besides.
struct Row {
  Record record;
  bool in_plan = true;
  Extents room;  ///< When reading: what the arrays hold, so that no false size is ever allocated.
};

/// One value of a column; which kind is told by the column's ElementType.
using Cell = std::variant<std::uint8_t, std::int64_t, std::uint64_t, double, std::string>;

void add_cell(RowWriter& writer, const Cell& cell);
[[nodiscard]] Cell next_cell(RowReader& reader);

/// A one-dimensional column.
struct Column {
  std::string_view name;
  std::string_view units;  ///< Empty: none.
  std::string_view description;
  ElementType type = ElementType::kFloat64;
  Cell (*get)(const Row&) = nullptr;
  /// Null: told by other columns. Errors: MachineError, a value that no record can have.
  void (*set)(Row&, Cell&&) = nullptr;
  bool optional = false;  ///< Files of older programs lack it: the record keeps its default.
};

/// Of /trials, before and after the settings.
[[nodiscard]] std::span<const Column> identity_columns();
[[nodiscard]] std::span<const Column> outcome_columns();
/// Of /curves and /test: how much of a padded row is the trial's own. They come before the arrays.
[[nodiscard]] std::span<const Column> curve_sizes();
[[nodiscard]] std::span<const Column> test_sizes();

/// Makes `extents` hold this record as well.
/// Errors   std::logic_error: a confusion matrix that is not (K, K).
void widen(Extents& extents, const Record& record);

/// A padded array, one slice a trial.
struct Array {
  std::string_view name;
  std::string_view units;
  std::string_view description;
  ElementType type = ElementType::kFloat64;
  std::vector<std::string> dimensions;  ///< After "trial".
  void (*put)(const Record&, const Extents&, std::span<std::byte> row);
  /// The record has its sizes already, from the columns above.
  void (*take)(Record&, const Extents&, std::span<const std::byte> row);
  bool optional = false;  ///< As for a Column.
};

[[nodiscard]] std::span<const Array> curve_arrays();
[[nodiscard]] std::span<const Array> test_arrays();

}  // namespace mlpsweep::results
