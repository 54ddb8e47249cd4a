#include "results/store_columns.h"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "engine/errors.h"

namespace mlpsweep::results {
namespace {

using engine::Figures;
using engine::TrialResult;

/// row.*first.*second...: a field of a field.
template <auto... kPath, typename R>
auto& field_of(R& row) {
  return (row.*....*kPath);
}

template <typename Field>
constexpr ElementType element_type() {
  if constexpr (std::is_same_v<Field, bool>) {
    return ElementType::kUint8;
  } else if constexpr (std::is_same_v<Field, std::uint64_t>) {
    return ElementType::kUint64;
  } else if constexpr (std::is_integral_v<Field>) {
    return ElementType::kInt64;
  } else if constexpr (std::is_floating_point_v<Field>) {
    return ElementType::kFloat64;
  } else {
    return ElementType::kText;
  }
}

template <typename Field>
Cell to_cell(const Field& field) {
  if constexpr (std::is_same_v<Field, bool>) {
    return Cell(static_cast<std::uint8_t>(field));
  } else if constexpr (std::is_signed_v<Field> && std::is_integral_v<Field>) {
    return Cell(std::int64_t{field});
  } else {
    return Cell(field);
  }
}

template <typename Field>
void from_cell(Cell&& cell, Field& field) {
  if constexpr (std::is_same_v<Field, bool>) {
    field = std::get<std::uint8_t>(cell) != 0;
  } else if constexpr (std::is_signed_v<Field> && std::is_integral_v<Field>) {
    const std::int64_t value = std::get<std::int64_t>(cell);
    if (!std::in_range<Field>(value)) {
      throw MachineError(fmt::format("{} is beyond the range of its column", value));
    }
    field = static_cast<Field>(value);
  } else {
    field = std::get<Field>(std::move(cell));
  }
}

/// A column that is a field of the row, e.g. column<&Row::record, &Record::seed>("seed", ...).
template <auto... kPath>
Column column(std::string_view name, std::string_view units, std::string_view description) {
  using Field = std::remove_cvref_t<decltype(field_of<kPath...>(std::declval<Row&>()))>;
  return {name,
          units,
          description,
          element_type<Field>(),
          [](const Row& row) { return to_cell(field_of<kPath...>(row)); },
          [](Row& row, Cell&& cell) { from_cell(std::move(cell), field_of<kPath...>(row)); }};
}

template <auto... kPath>
Column of_record(std::string_view name, std::string_view units, std::string_view description) {
  return column<&Row::record, kPath...>(name, units, description);
}

template <auto... kPath>
Column of_result(std::string_view name, std::string_view units, std::string_view description) {
  return of_record<&Record::result, kPath...>(name, units, description);
}

template <auto kField>
Column of_provenance(std::string_view name, std::string_view units, std::string_view description) {
  return of_record<&Record::provenance, kField>(name, units, description);
}

Column optional(Column column) {
  column.optional = true;
  return column;
}

Column fingerprint_column() {
  return {"fingerprint",
          "",
          "identity of the trial for ever: 32 hexadecimal letters over its settings, seed, repeat, "
          "fold, data and numerics version",
          ElementType::kText,
          [](const Row& row) { return Cell(row.record.fingerprint.hex()); },
          [](Row& row, Cell&& cell) {
            row.record.fingerprint = sweeps::Fingerprint::from_hex(std::get<std::string>(cell));
          }};
}

engine::State state_named(std::string_view name) {
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(engine::State::kInterrupted); ++i) {
    if (engine::name_of(static_cast<engine::State>(i)) == name) {
      return static_cast<engine::State>(i);
    }
  }
  throw MachineError(fmt::format("'{}' is no state of a trial", name));
}

Column state_column() {
  return {"state",
          "",
          "what became of the trial: complete, pruned, diverged or failed",
          ElementType::kText,
          [](const Row& row) { return Cell(std::string(name_of(row.record.result.state))); },
          [](Row& row, Cell&& cell) {
            row.record.result.state = state_named(std::get<std::string>(cell));
          }};
}

/// A number of elements of a record's array.
template <auto kCount, auto kResize, std::uint64_t Extents::*kRoom>
Column size_column(std::string_view name, std::string_view units, std::string_view description) {
  return {name,
          units,
          description,
          ElementType::kInt64,
          [](const Row& row) { return Cell(static_cast<std::int64_t>(kCount(row.record))); },
          [](Row& row, Cell&& cell) {
            const std::int64_t count = std::get<std::int64_t>(cell);
            if (count < 0 || std::cmp_greater(count, row.room.*kRoom)) {
              throw MachineError(fmt::format("a trial of size {}, where the arrays have {} places",
                                             count, row.room.*kRoom));
            }
            kResize(row.record, static_cast<std::size_t>(count));
          }};
}

std::size_t epochs_of(const Record& record) {
  return record.result.epochs.size();
}
std::size_t images_of(const Record& record) {
  return record.result.predictions.size();
}
std::size_t confusion_classes_of(const Record& record) {
  return static_cast<std::size_t>(std::llround(std::sqrt(record.result.confusion.size())));
}
void resize_epochs(Record& record, std::size_t n) {
  record.result.epochs.resize(n);
}
void resize_images(Record& record, std::size_t n) {
  record.result.predictions.resize(n);
}
void resize_confusion(Record& record, std::size_t n) {
  record.result.confusion.resize(n * n);
}

constexpr std::string_view kLoss = "mean loss a row, without penalties";
constexpr std::string_view kShare = "share";  // 0..1

}  // namespace

std::span<const Column> identity_columns() {
  static const std::vector<Column> columns = {
      fingerprint_column(),
      column<&Row::in_plan>("in_plan", "", "whether the present plan of the sweep has this trial"),
      state_column(),
      of_result<&TrialResult::reason>("reason", "", "why the trial ended, in words"),
      of_record<&Record::seed>("seed", "", "the sweep's seed"),
      of_record<&Record::repeat>(
          "repeat", "", "paired repeat: all configurations of one share their random streams"),
      of_record<&Record::fold>("fold", "", "fold of a cross-validation; 0 without one"),
      optional(of_record<&Record::folds>("folds", "", "folds of that cross-validation; 0: none")),
  };
  return columns;
}

std::span<const Column> outcome_columns() {
  constexpr auto kLast = &TrialResult::last;
  constexpr auto kBest = &TrialResult::best;
  constexpr std::string_view kMonitored = "of the last epoch; NaN but with data.monitor: test";
  constexpr std::string_view kOnly =
      "class given to every row of the watched part after the last epoch, -1: there were several";
  constexpr std::string_view kKept =
      "with the weights kept: the best under early stopping, else the last";
  constexpr std::string_view kLastWeights =
      "with the weights of the last epoch, whichever are kept";
  static const std::vector<Column> columns = {
      of_result<kLast, &Figures::train_loss>("train_loss", kLoss, "of the last epoch"),
      of_result<kLast, &Figures::train_accuracy>("train_accuracy", kShare, "of the last epoch"),
      of_result<kLast, &Figures::validation_loss>("validation_loss", kLoss,
                                                  "of the last epoch; NaN: no validation part"),
      of_result<kLast, &Figures::validation_accuracy>("validation_accuracy", kShare,
                                                      "of the last epoch; NaN: no validation part"),
      of_result<kBest, &Figures::train_loss>("best_train_loss", kLoss, "of best_epoch"),
      of_result<kBest, &Figures::train_accuracy>("best_train_accuracy", kShare, "of best_epoch"),
      of_result<kBest, &Figures::validation_loss>("best_validation_loss", kLoss, "of best_epoch"),
      of_result<kBest, &Figures::validation_accuracy>("best_validation_accuracy", kShare,
                                                      "of best_epoch"),
      of_result<&TrialResult::test_loss>("test_loss", kLoss, kKept),
      of_result<&TrialResult::test_accuracy>("test_accuracy", kShare, kKept),
      optional(of_result<kLast, &Figures::monitor_loss>("monitor_loss", kLoss, kMonitored)),
      optional(
          of_result<kLast, &Figures::monitor_accuracy>("monitor_accuracy", kShare, kMonitored)),
      optional(of_result<kLast, &Figures::only_class>("only_class", "class", kOnly)),
      optional(
          of_result<kBest, &Figures::monitor_loss>("best_monitor_loss", kLoss, "of best_epoch")),
      optional(of_result<kBest, &Figures::monitor_accuracy>("best_monitor_accuracy", kShare,
                                                            "of best_epoch")),
      optional(of_result<kBest, &Figures::only_class>("best_only_class", "class", "of best_epoch")),
      optional(of_result<&TrialResult::last_test_loss>("last_test_loss", kLoss, kLastWeights)),
      optional(
          of_result<&TrialResult::last_test_accuracy>("last_test_accuracy", kShare, kLastWeights)),
      // Told again by /curves, from where it is read; here for those who open only this group.
      {"epochs_run", "epochs", "epochs that were trained", ElementType::kInt64,
       [](const Row& row) { return Cell(static_cast<std::int64_t>(epochs_of(row.record))); },
       nullptr},
      of_result<&TrialResult::best_epoch>(
          "best_epoch", "epochs",
          "epoch of the lowest validation loss (or monitored one), from 1; 0: no such part"),
      // "s": xarray would turn "seconds" into a timedelta.
      of_result<&TrialResult::train_seconds>("train_seconds", "s", "wall time of the trial"),
      of_provenance<&Provenance::started>("started", "", "when it began: UTC, ISO 8601"),
      of_provenance<&Provenance::host>("host", "", "machine that trained it"),
      of_provenance<&Provenance::processor>("processor", "", "processor's name"),
      of_provenance<&Provenance::isa>("isa", "", "instruction set of the hot loops"),
      of_provenance<&Provenance::program>("program", "", "versions of mlpsweep and its libraries"),
      of_provenance<&Provenance::rank>("rank", "", "MPI rank that trained it"),
      of_provenance<&Provenance::ranks>("ranks", "", "MPI ranks of that run"),
      of_provenance<&Provenance::threads>("threads", "", "threads of that rank"),
      of_provenance<&Provenance::attempt>("attempt", "",
                                          "which run of the sweep trained it, from 1"),
      of_record<&Record::data_checksum>("data_checksum", "",
                                        "XXH3-128 over the data set's unpacked bytes"),
      of_record<&Record::numerics_version>(
          "numerics_version", "", "raised whenever the numbers of an unchanged spec would change"),
  };
  return columns;
}

std::span<const Column> curve_sizes() {
  static const std::vector<Column> columns = {
      size_column<epochs_of, resize_epochs, &Extents::epochs>(
          "epochs_run", "epochs", "epochs of this trial; the rest of its curves is NaN")};
  return columns;
}

std::span<const Column> test_sizes() {
  static const std::vector<Column> columns = {
      size_column<images_of, resize_images, &Extents::images>(
          "images", "images", "test images of this trial; the rest of its predictions is 255"),
      of_result<&TrialResult::classes>("classes", "classes", "classes of the trial's data"),
      size_column<confusion_classes_of, resize_confusion, &Extents::classes>(
          "confusion_classes", "classes",
          "classes of this trial's confusion matrix, 0: none; the rest of it is 0"),
  };
  return columns;
}

void widen(Extents& extents, const Record& record) {
  const std::size_t classes = confusion_classes_of(record);
  MLPS_CHECK(classes * classes == record.result.confusion.size(),
             fmt::format("a confusion matrix of {} entries", record.result.confusion.size()));
  extents.epochs = std::max<std::uint64_t>(extents.epochs, epochs_of(record));
  extents.images = std::max<std::uint64_t>(extents.images, images_of(record));
  extents.classes = std::max<std::uint64_t>(extents.classes, classes);
}

}  // namespace mlpsweep::results
