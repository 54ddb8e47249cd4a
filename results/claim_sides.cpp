#include "results/claim_sides.h"

#include <algorithm>

#include <fmt/format.h>

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

/// A claim's figure at each of its epochs.
std::vector<ClaimFigure> epoch_figures(const OutcomeContext& context, const sweeps::Claim& claim) {
  int from_epoch = 1;
  for (const sweeps::Expectation& expected : context.report().expected) {
    if (expected.experiment == claim.experiment && !expected.curves.empty()) {
      from_epoch = expected.curves.front().from_epoch;
    }
  }
  std::vector<ClaimFigure> figures;
  for (int epoch = claim.first_epoch; epoch <= claim.last_epoch; ++epoch) {
    const int place = epoch - from_epoch;
    const FigureFunction at_epoch = [place, metric = claim.metric](const Record& record) {
      const std::vector<double> curve = curve_of(record, metric);
      const auto at = static_cast<std::size_t>(std::max(place, 0));
      return place >= 0 && at < curve.size() ? curve[at] : engine::kNaN;
    };
    figures.push_back({at_epoch, at_epoch, ""});
  }
  return figures;
}

/// The classes that a claim is about; one without a name where its figure is none of a class.
std::vector<std::string> classes_of(const sweeps::Claim& claim, const PartRecords* part) {
  if (!sweeps::is_class_figure(claim.metric)) {
    return {""};
  }
  return claim.classes.empty() && part != nullptr ? part->class_names : claim.classes;
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

std::string name_of_side(const Side& side, std::vector<std::string> before) {
  before.push_back(name_of(*side.part, *side.configuration));
  std::erase(before, "");
  return fmt::format("{}", fmt::join(before, " "));
}

std::vector<std::string> notes_on_left_out(const std::set<const Configuration*>& configurations) {
  std::size_t trials = 0;
  std::size_t repeats = 0;
  for (const Configuration* configuration : configurations) {
    trials += count_state(*configuration, engine::State::kDiverged) +
              count_state(*configuration, engine::State::kFailed);
    repeats += count_partial_repeats(*configuration);
  }
  std::vector<std::string> notes;
  if (trials > 0) {
    notes.push_back(
        fmt::format("{} diverged or failed trial{} left out", trials, trials == 1 ? "" : "s"));
  }
  if (repeats > 0) {
    notes.push_back(
        fmt::format("{} repeat{} without all folds left out", repeats, repeats == 1 ? "" : "s"));
  }
  return notes;
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

std::vector<ClaimFigure> claim_figures(const OutcomeContext& context, const sweeps::Claim& claim) {
  if (claim.first_epoch != 0 || claim.last_epoch != 0) {
    return epoch_figures(context, claim);
  }
  const PartRecords* part = context.parts.find(claim.experiment);
  const PartRecords* other = context.parts.find(claim.than_experiment);
  const std::string& than = claim.than_metric.empty() ? claim.metric : claim.than_metric;
  const auto function = [&](const PartRecords* of, const std::string& metric,
                            const std::string& class_name) {
    return of != nullptr && sweeps::is_class_figure(metric)
               ? class_function(*of, MatrixRows::kLabels, class_name, metric)
               : figure_function(context, metric);
  };
  std::vector<ClaimFigure> figures;
  for (const std::string& name : classes_of(claim, part)) {
    figures.push_back({function(part, claim.metric, name), function(other, than, name), name});
  }
  return figures;
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
