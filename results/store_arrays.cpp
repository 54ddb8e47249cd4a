// Curves, predictions and confusion matrices: padded, so that trials of any size share one array.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/store_columns.h"

namespace mlpsweep::results {
namespace {

using engine::Figures;

template <double Figures::*kFigure>
Array curve(std::string_view name, std::string_view units, std::string_view description) {
  return {name,
          units,
          description,
          ElementType::kFloat64,
          {"epoch"},
          [](const Record& record, const Extents& extents, std::span<std::byte> row) {
            std::vector<double> padded(extents.epochs, engine::kNaN);
            std::transform(record.result.epochs.begin(), record.result.epochs.end(), padded.begin(),
                           [](const Figures& epoch) { return epoch.*kFigure; });
            std::copy_n(std::as_bytes(std::span(padded)).begin(), row.size(), row.begin());
          },
          [](Record& record, const Extents&, std::span<const std::byte> row) {
            auto& epochs = record.result.epochs;
            for (std::size_t epoch = 0; epoch < epochs.size(); ++epoch) {
              std::memcpy(&(epochs[epoch].*kFigure), &row[epoch * sizeof(double)], sizeof(double));
            }
          }};
}

Array optional(Array array) {
  array.optional = true;
  return array;
}

Array only_class() {
  return {
      "only_class",
      "class",
      "class given to every row of the validation (or monitored) part after an epoch, -1: there "
      "were several",
      ElementType::kInt64,
      {"epoch"},
      [](const Record& record, const Extents& extents, std::span<std::byte> row) {
        std::vector<std::int64_t> padded(extents.epochs, engine::kSeveralClasses);
        std::transform(record.result.epochs.begin(), record.result.epochs.end(), padded.begin(),
                       [](const Figures& epoch) { return epoch.only_class; });
        std::copy_n(std::as_bytes(std::span(padded)).begin(), row.size(), row.begin());
      },
      [](Record& record, const Extents&, std::span<const std::byte> row) {
        auto& epochs = record.result.epochs;
        for (std::size_t epoch = 0; epoch < epochs.size(); ++epoch) {
          std::int64_t value = 0;
          std::memcpy(&value, &row[epoch * sizeof value], sizeof value);
          if (!std::in_range<std::int16_t>(value)) {
            throw MachineError(fmt::format("{} is no class", value));
          }
          epochs[epoch].only_class = static_cast<std::int16_t>(value);
        }
      }};
}

constexpr std::byte kNoPrediction{255};

Array predictions() {
  return {"predictions",
          "class",
          "class given to each test image, in the order of the test part",
          ElementType::kUint8,
          {"image"},
          [](const Record& record, const Extents&, std::span<std::byte> row) {
            const auto own = std::as_bytes(std::span(record.result.predictions));
            std::fill(std::copy(own.begin(), own.end(), row.begin()), row.end(), kNoPrediction);
          },
          [](Record& record, const Extents&, std::span<const std::byte> row) {
            const auto own = std::as_writable_bytes(std::span(record.result.predictions));
            std::copy_n(row.begin(), own.size(), own.begin());
          }};
}

/// Copies a (side, side) matrix between arrays whose lines are `from_line` and `to_line` long.
void copy_square(std::size_t side, std::span<const std::byte> from, std::size_t from_line,
                 std::span<std::byte> to, std::size_t to_line) {
  constexpr std::size_t kEntry = sizeof(std::int64_t);
  for (std::size_t i = 0; i < side; ++i) {
    const auto line = from.subspan(i * from_line * kEntry, side * kEntry);
    std::copy(line.begin(), line.end(), to.subspan(i * to_line * kEntry).begin());
  }
}

std::size_t side_of(const Record& record) {
  return static_cast<std::size_t>(std::llround(std::sqrt(record.result.confusion.size())));
}

Array confusion() {
  return {"confusion",
          "images",
          "test images by their true class and the class given to them",
          ElementType::kInt64,
          {"true_class", "predicted_class"},
          [](const Record& record, const Extents& extents, std::span<std::byte> row) {
            const std::size_t side = side_of(record);
            copy_square(side, std::as_bytes(std::span(record.result.confusion)), side, row,
                        extents.classes);
          },
          [](Record& record, const Extents& extents, std::span<const std::byte> row) {
            const std::size_t side = side_of(record);
            copy_square(side, row, extents.classes,
                        std::as_writable_bytes(std::span(record.result.confusion)), side);
          }};
}

}  // namespace

std::span<const Array> curve_arrays() {
  constexpr std::string_view kLoss = "mean loss a row, without penalties";
  constexpr std::string_view kMonitored = "on the test part, after each epoch, if it was watched";
  static const std::vector<Array> arrays = {
      curve<&Figures::train_loss>("train_loss", kLoss, "on the training part, after each epoch"),
      curve<&Figures::train_accuracy>("train_accuracy", "share",
                                      "on the training part, after each epoch"),
      curve<&Figures::validation_loss>("validation_loss", kLoss,
                                       "on the validation part, after each epoch"),
      curve<&Figures::validation_accuracy>("validation_accuracy", "share",
                                           "on the validation part, after each epoch"),
      optional(curve<&Figures::monitor_loss>("monitor_loss", kLoss, kMonitored)),
      optional(curve<&Figures::monitor_accuracy>("monitor_accuracy", "share", kMonitored)),
      optional(only_class()),
  };
  return arrays;
}

std::span<const Array> test_arrays() {
  static const std::vector<Array> arrays = {predictions(), confusion()};
  return arrays;
}

void add_cell(RowWriter& writer, const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) {
    writer.add_text(*text);
    return;
  }
  std::visit(
      [&](const auto& value) {
        const auto bytes = std::as_bytes(std::span(&value, 1));
        std::copy_n(bytes.begin(), bytes.size(), writer.next_row().begin());
      },
      cell);
}

namespace {

template <typename Number>
Cell cell_from(std::span<const std::byte> row) {
  Number number{};
  std::memcpy(&number, row.data(), sizeof number);
  return number;
}

}  // namespace

Cell next_cell(RowReader& reader) {
  switch (reader.dataset().type()) {
    case ElementType::kText:
      return reader.next_text();
    case ElementType::kUint8:
      return cell_from<std::uint8_t>(reader.next_row());
    case ElementType::kInt64:
      return cell_from<std::int64_t>(reader.next_row());
    case ElementType::kUint64:
      return cell_from<std::uint64_t>(reader.next_row());
    case ElementType::kFloat64:
      return cell_from<double>(reader.next_row());
    case ElementType::kFloat32:
      break;  // only weights, which are no cells
  }
  throw std::logic_error("a column of float32");
}

}  // namespace mlpsweep::results
