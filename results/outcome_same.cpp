// The published runs of one model: a report's own noise, beside ours.
#include <algorithm>
#include <cmath>

#include "results/outcome_parts.h"

namespace mlpsweep::results {
namespace {

double deviation_of(const Values& values) {
  return values.size() < 2 ? engine::kNaN : deviation(values);
}

/// One published run of a model: the rows that speak of exactly these configurations.
struct PublishedRun {
  const PartRecords* part = nullptr;
  Configurations configurations;
  std::vector<std::pair<const sweeps::ExpectedRow*, const sweeps::PublishedFigure*>> figures;
};

PublishedRun published_run(const OutcomeContext& context, const std::string& experiment,
                           const sweeps::Where& where) {
  PublishedRun run;
  run.part = context.parts.find(experiment);
  if (run.part == nullptr) {
    return run;
  }
  run.configurations = matching(*run.part, where);
  for (const sweeps::Expectation& expected : context.report().expected) {
    if (expected.experiment != experiment) {
      continue;
    }
    for (const sweeps::ExpectedRow& row : expected.rows) {
      // A mean of several runs is none: it varies less.
      if (row.runs != 1 || matching(*run.part, row.where) != run.configurations) {
        continue;
      }
      for (const sweeps::PublishedFigure& figure : row.figures) {
        if (!figure.reaches && figure.printed.kind == sweeps::Printed::Kind::kValue) {
          run.figures.emplace_back(&row, &figure);
        }
      }
    }
  }
  return run;
}

/// Our repeats of the model, from the first of the runs that has any.
Values our_values(const std::vector<PublishedRun>& runs, const FigureFunction& figure) {
  for (const PublishedRun& run : runs) {
    for (const Configuration* configuration : run.configurations) {
      if (Values values = plain(values_of(*configuration, figure)); !values.empty()) {
        return values;
      }
    }
  }
  return {};
}

std::vector<SameOutcome> of_one_model(const OutcomeContext& context,
                                      const sweeps::SameModel& model) {
  std::vector<PublishedRun> runs;
  std::vector<std::string> names;
  for (const auto& [experiment, where] : model.runs) {
    runs.push_back(published_run(context, experiment, where));
    for (const auto& [row, figure] : runs.back().figures) {
      if (std::find(names.begin(), names.end(), figure->figure) == names.end()) {
        names.push_back(figure->figure);
      }
    }
  }
  std::vector<SameOutcome> outcomes;
  for (const std::string& name : names) {
    SameOutcome outcome;
    outcome.figure = name;
    outcome.kind = sweeps::quantity_of(name);
    Values published;
    bool at_best = false;
    for (const PublishedRun& run : runs) {
      for (const auto& [row, figure] : run.figures) {
        if (figure->figure == name) {
          outcome.published.push_back(figure->printed.text);
          published.push_back(figure->printed.value);
          at_best = row->at_best;
        }
      }
    }
    outcome.mean = interval_of(published).mean;
    outcome.deviation = deviation_of(published);
    const Values ours = our_values(runs, figure_function(context, name, at_best));
    outcome.ours = interval_of(ours);
    outcome.our_deviation = deviation_of(ours);
    if (published.size() > 1 && outcome.kind != sweeps::Quantity::kSeconds) {
      outcomes.push_back(std::move(outcome));
    }
  }
  return outcomes;
}

}  // namespace

std::vector<SameOutcome> same_models(const OutcomeContext& context) {
  std::vector<SameOutcome> outcomes;
  for (const sweeps::SameModel& model : context.report().same) {
    for (SameOutcome& outcome : of_one_model(context, model)) {
      outcomes.push_back(std::move(outcome));
    }
  }
  return outcomes;
}

PublishedNoise noise_of(std::span<const SameOutcome> models) {
  PublishedNoise noise;
  for (const SameOutcome& same : models) {
    noise.emplace(same.figure, std::pair(same.deviation, static_cast<int>(same.published.size())));
  }
  return noise;
}

}  // namespace mlpsweep::results
