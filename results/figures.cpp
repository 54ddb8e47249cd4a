// What a trial scored, by the names that specs and tables use.
#include <algorithm>
#include <iterator>
#include <string>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/record.h"
#include "sweeps/figure_names.h"
#include "sweeps/keys.h"

namespace mlpsweep::results {
namespace {

/// One of the figures of an epoch; all are NaN until an epoch has run.
template <double engine::Figures::*kFigure>
double last(const Record& record) {
  return record.result.last.*kFigure;
}
template <double engine::Figures::*kFigure>
double best(const Record& record) {
  return record.result.best.*kFigure;
}

double best_epoch(const Record& record) {
  return record.result.best_epoch > 0 ? record.result.best_epoch : engine::kNaN;
}

using engine::Figures;

/// In the order of sweeps::kRecordFigures, which has the names.
constexpr FigureOf kFigures[] = {
    last<&Figures::train_loss>,
    last<&Figures::train_accuracy>,
    last<&Figures::validation_loss>,
    last<&Figures::validation_accuracy>,
    last<&Figures::monitor_loss>,
    last<&Figures::monitor_accuracy>,
    best<&Figures::train_loss>,
    best<&Figures::train_accuracy>,
    best<&Figures::validation_loss>,
    best<&Figures::validation_accuracy>,
    best<&Figures::monitor_loss>,
    best<&Figures::monitor_accuracy>,
    [](const Record& record) { return record.result.test_loss; },
    [](const Record& record) { return record.result.test_accuracy; },
    [](const Record& record) { return record.result.last_test_loss; },
    [](const Record& record) { return record.result.last_test_accuracy; },
    [](const Record& record) { return double(epochs_run(record)); },
    best_epoch,
    [](const Record& record) { return record.result.train_seconds; },
};
static_assert(std::size(kFigures) == sweeps::kRecordFigures.size());

}  // namespace

FigureOf find_figure(std::string_view name) {
  const auto& known = sweeps::kRecordFigures;
  const auto found = std::find(known.begin(), known.end(), name);
  return found == known.end() ? nullptr : kFigures[found - known.begin()];
}

double figure(const Record& record, std::string_view name) {
  if (const FigureOf of = find_figure(name)) {
    return of(record);
  }
  const std::vector<std::string_view> names = figure_names();
  const std::string_view nearest = sweeps::nearest(name, names);
  throw InputError(fmt::format("no figure is called '{}'; expected one of: {}{}{}", name,
                               fmt::join(names, ", "),
                               nearest.empty() ? "" : "; nearest: ", nearest));
}

std::vector<std::string_view> figure_names() {
  return {sweeps::kRecordFigures.begin(), sweeps::kRecordFigures.end()};
}

}  // namespace mlpsweep::results
