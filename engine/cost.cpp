#include "engine/cost.h"

#include <algorithm>

#include "engine/kernels.h"
#include "engine/score.h"

namespace mlpsweep::engine {
namespace {

/// Widths of all levels, inputs first.
std::vector<double> widths_of(const TrainSpec& spec, std::size_t inputs, int classes) {
  std::vector<double> widths{static_cast<double>(inputs)};
  widths.insert(widths.end(), spec.hidden.begin(), spec.hidden.end());
  widths.push_back(output_units(spec, classes));
  return widths;
}

/// Whether the weights of the best epoch are kept beside those in training.
bool keeps_best(const TrainSpec& spec) {
  return spec.early_stop.restore == "best" ||
         (spec.early_stop.restore == "auto" && spec.early_stop.patience);
}

}  // namespace

int output_units(const TrainSpec& spec, int classes) {
  return spec.output == "sigmoid" && classes == 2 ? 1 : classes;
}

RowCounts count_rows(const TrainSpec& spec, const PartRows& rows) {
  // Running figures come with the training pass.
  const std::size_t scored = (spec.train_figures == "running" ? 0 : rows.train) + rows.validation +
                             (spec.data.monitor == "test" ? rows.test : 0);
  return {rows.train, scored, rows.test * (keeps_best(spec) ? 2 : 1)};
}

Cost predict_cost(const TrainSpec& spec, std::size_t inputs, int classes, const PartRows& rows) {
  const std::vector<double> widths = widths_of(spec, inputs, classes);
  Cost cost;
  double weights = 0;
  double padded_entries = 0;
  double level_entries = 0;  // of one row: sums, values and gradients
  for (std::size_t l = 0; l + 1 < widths.size(); ++l) {
    const double stride = padded(static_cast<int>(widths[l + 1]));
    weights += widths[l] * widths[l + 1];
    cost.parameters += static_cast<std::int64_t>((widths[l] + 1) * widths[l + 1]);
    padded_entries += (padded(static_cast<int>(widths[l])) + 1) * stride;
    level_entries += 3 * stride;
  }
  const double first = widths[0] * widths[1];
  const auto train = static_cast<double>(rows.train);
  // Forward and weight gradient take every weight once a row, the gradient of the values entering a
  // layer all but the first layer's.
  const double train_flop = 2 * train * (3 * weights - first);
  const RowCounts counts = count_rows(spec, rows);
  const double score_flop = 2 * weights * static_cast<double>(counts.scored);
  const double last_flop = 2 * weights * static_cast<double>(counts.scored_last);
  cost.flop = spec.epochs * (train_flop + score_flop) + last_flop;

  const double carried = 1 + (spec.optimizer.momentum != 0) + keeps_best(spec);
  const double copies = carried + 1;  // the gradient
  const double batch = spec.batch_size == 0 ? train : static_cast<double>(spec.batch_size);
  const double rows_held = std::clamp(std::min(batch, train), 1.0, 1000.0) + kScoredRows;
  cost.kept_bytes =
      spec.keep_weights == "both" ? 2 * sizeof(float) * static_cast<double>(cost.parameters) : 0;
  cost.checkpoint_bytes = spec.epochs > 1 ? sizeof(float) * carried * padded_entries : 0;
  cost.bytes =
      cost.kept_bytes / 2 +
      sizeof(float) * (copies * padded_entries +
                       rows_held * (padded(static_cast<int>(inputs)) + level_entries)) +
      sizeof(std::uint32_t) * 2 * static_cast<double>(rows.train + rows.validation + rows.test);
  return cost;
}

}  // namespace mlpsweep::engine
