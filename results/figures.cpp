// What a trial scored, by the names that specs and tables use.
#include <string>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/record.h"
#include "sweeps/keys.h"

namespace mlpsweep::results {
namespace {

struct NamedFigure {
  std::string_view name;
  double (*of)(const Record&);
};

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

constexpr NamedFigure kFigures[] = {
    {"train_loss", last<&Figures::train_loss>},
    {"train_accuracy", last<&Figures::train_accuracy>},
    {"validation_loss", last<&Figures::validation_loss>},
    {"validation_accuracy", last<&Figures::validation_accuracy>},
    {"monitor_loss", last<&Figures::monitor_loss>},
    {"monitor_accuracy", last<&Figures::monitor_accuracy>},
    {"best_train_loss", best<&Figures::train_loss>},
    {"best_train_accuracy", best<&Figures::train_accuracy>},
    {"best_validation_loss", best<&Figures::validation_loss>},
    {"best_validation_accuracy", best<&Figures::validation_accuracy>},
    {"best_monitor_loss", best<&Figures::monitor_loss>},
    {"best_monitor_accuracy", best<&Figures::monitor_accuracy>},
    {"test_loss", [](const Record& record) { return record.result.test_loss; }},
    {"test_accuracy", [](const Record& record) { return record.result.test_accuracy; }},
    {"last_test_loss", [](const Record& record) { return record.result.last_test_loss; }},
    {"last_test_accuracy", [](const Record& record) { return record.result.last_test_accuracy; }},
    {"epochs_run", [](const Record& record) { return double(record.result.epochs.size()); }},
    {"best_epoch", best_epoch},
    {"train_seconds", [](const Record& record) { return record.result.train_seconds; }},
};

}  // namespace

double figure(const Record& record, std::string_view name) {
  for (const NamedFigure& entry : kFigures) {
    if (entry.name == name) {
      return entry.of(record);
    }
  }
  const std::vector<std::string_view> names = figure_names();
  const std::string_view nearest = sweeps::nearest(name, names);
  throw InputError(fmt::format("no figure is called '{}'; expected one of: {}{}{}", name,
                               fmt::join(names, ", "),
                               nearest.empty() ? "" : "; nearest: ", nearest));
}

std::vector<std::string_view> figure_names() {
  std::vector<std::string_view> names;
  for (const NamedFigure& entry : kFigures) {
    names.push_back(entry.name);
  }
  return names;
}

}  // namespace mlpsweep::results
