#include "results/claim_sides.h"

#include <algorithm>

namespace mlpsweep::results {
namespace {

constexpr std::size_t kStretches = 10;

/// Mean of one stretch of a curve.
FigureFunction stretch_mean(const std::string& metric, std::size_t stretch) {
  return [metric, stretch](const Record& record) {
    const std::vector<double> curve = curve_of(record, metric);
    const std::size_t stretches = std::min(kStretches, curve.size());
    if (stretch >= stretches) {
      return engine::kNaN;
    }
    const std::size_t first = stretch * curve.size() / stretches;
    const std::size_t end = (stretch + 1) * curve.size() / stretches;
    double sum = 0;
    for (std::size_t e = first; e < end; ++e) {
      sum += curve[e];
    }
    return sum / static_cast<double>(end - first);
  };
}

}  // namespace

Sides sides_of(const PartRecords& part, const Configurations& configurations,
               const FigureFunction& figure) {
  Sides sides;
  for (const Configuration* configuration : configurations) {
    sides.push_back({&part, configuration, values_of(*configuration, figure)});
  }
  return sides;
}

double mean_of(const ValueByRepeat& values) {
  double sum = 0;
  for (const auto& [repeat, value] : values) {
    sum += value;
  }
  return sum / static_cast<double>(values.size());
}

std::vector<Values> aligned(const Sides& sides) {
  std::vector<ValueByRepeat> values;
  for (const Side& side : sides) {
    values.push_back(side.values);
  }
  return aligned(values);
}

Values negated(Values values) {
  for (double& value : values) {
    value = -value;
  }
  return values;
}

std::vector<FigureFunction> claim_figures(const OutcomeContext& context,
                                          const sweeps::Claim& claim) {
  if (claim.first_epoch == 0 && claim.last_epoch == 0) {
    return {figure_function(context, claim.metric)};
  }
  int from_epoch = 1;
  for (const sweeps::Expectation& expected : context.report().expected) {
    if (expected.experiment == claim.experiment && !expected.curves.empty()) {
      from_epoch = expected.curves.front().from_epoch;
    }
  }
  std::vector<FigureFunction> functions;
  for (int epoch = claim.first_epoch; epoch <= claim.last_epoch; ++epoch) {
    const int place = epoch - from_epoch;
    functions.push_back([place, metric = claim.metric](const Record& record) {
      const std::vector<double> curve = curve_of(record, metric);
      const auto at = static_cast<std::size_t>(std::max(place, 0));
      return place >= 0 && at < curve.size() ? curve[at] : engine::kNaN;
    });
  }
  return functions;
}

std::vector<ValueByRepeat> stretches_of(const Configuration& configuration,
                                       const std::string& metric) {
  std::vector<ValueByRepeat> stretches;
  for (std::size_t i = 0; i < kStretches; ++i) {
    ValueByRepeat values = values_of(configuration, stretch_mean(metric, i));
    if (!values.empty()) {
      stretches.push_back(std::move(values));
    }
  }
  return stretches;
}

}  // namespace mlpsweep::results
