// Printed curves against our runs of them.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "results/outcome_parts.h"

namespace mlpsweep::results {
namespace {

/// With fewer runs the smallest p that a curve can get, 1 / (n + 1), is not below .05: nothing
/// could come out as different.
constexpr std::size_t kEnoughRuns = 20;
constexpr double kLevel = 0.05;

/// The complete runs of a configuration, cut to the epochs that were printed; a run that stopped
/// before them is left out and counted.
struct Runs {
  std::vector<Values> curves;
  std::size_t too_short = 0;
};

Runs runs_of(const Configuration& configuration, std::string_view figure, std::size_t epochs) {
  Runs runs;
  for (const Record* record : configuration.records) {
    if (record->result.state != engine::State::kComplete) {
      continue;
    }
    Values curve = curve_of(*record, figure);
    if (curve.size() < epochs) {
      ++runs.too_short;
    } else if (std::none_of(curve.begin(), curve.begin() + std::ptrdiff_t(epochs),
                            [](double value) { return std::isnan(value); })) {
      curve.resize(epochs);
      runs.curves.push_back(std::move(curve));
    }
  }
  return runs;
}

struct EpochSpread {
  double mean = 0;
  double deviation = 0;
};

EpochSpread epoch_spread(const std::vector<Values>& runs, std::size_t epoch) {
  const auto n = static_cast<double>(runs.size());
  EpochSpread spread;
  for (const Values& run : runs) {
    spread.mean += run[epoch] / n;
  }
  for (const Values& run : runs) {
    const double apart = run[epoch] - spread.mean;
    spread.deviation += apart * apart;
  }
  spread.deviation = runs.size() > 1 ? std::sqrt(spread.deviation / (n - 1)) : 0;
  return spread;
}

/// What would matter at one epoch of a curve.
double matters_at(double published, bool share, const sweeps::Tolerances& matters) {
  return share ? matters.accuracy : matters.loss * std::abs(published);
}

/// Where the curve lies farthest from our mean, and whether it is near enough everywhere.
struct Distance {
  bool near = true;
  std::size_t epoch = 0;
  double difference = 0;
};

Distance distance_of(const std::vector<double>& published, const Runs& runs, bool share,
                     const sweeps::Tolerances& matters) {
  Distance distance;
  double most = -1;
  for (std::size_t e = 0; e < published.size(); ++e) {
    const EpochSpread spread = epoch_spread(runs.curves, e);
    const double difference = spread.mean - published[e];
    distance.near = distance.near &&
                    std::abs(difference) <= matters_at(published[e], share, matters) * (1 + 1e-9);
    const double deviations = std::abs(difference) / std::max(spread.deviation, 1e-12);
    if (deviations > most) {
      most = deviations;
      distance.epoch = e;
      distance.difference = difference;
    }
  }
  return distance;
}

/// README.md, "How an outcome is read": as for a number, with p in the place of the interval.
Verdict verdict_of(const CurveTest& test, bool near, std::size_t runs) {
  if (runs < kEnoughRuns || std::isnan(test.distance)) {
    return Verdict::kCannotTell;
  }
  if (test.p < kLevel) {
    return near ? Verdict::kCompatible : Verdict::kNotReproduced;
  }
  return near ? Verdict::kReproduced : Verdict::kCannotTell;
}

CurveOutcome judge_one(const OutcomeContext& context, const Configuration& configuration,
                       const sweeps::ExpectedCurve& expected, const std::string& figure,
                       const std::vector<double>& published) {
  CurveOutcome outcome;
  outcome.source = expected.source;
  outcome.figure = figure;
  outcome.epochs = published.size();
  const Runs runs = runs_of(configuration, figure, published.size());
  outcome.test.n = runs.curves.size();
  if (runs.curves.size() < 2) {
    outcome.note = configuration.records.empty() ? "not run" : "fewer than two whole runs";
    outcome.verdict = configuration.records.empty() ? Verdict::kNotJudged : Verdict::kCannotTell;
    return outcome;
  }
  outcome.test = judge_curve(published, runs.curves);
  const bool share = sweeps::quantity_of(figure) == sweeps::Quantity::kShare;
  const Distance distance = distance_of(published, runs, share, context.report().matters);
  outcome.farthest = distance.difference;
  outcome.farthest_epoch = static_cast<int>(distance.epoch) + expected.from_epoch;
  outcome.verdict = verdict_of(outcome.test, distance.near, runs.curves.size());
  outcome.note = fmt::format("D* = {:.3g}, p = {:.3g} over {} runs", outcome.test.distance,
                             outcome.test.p, runs.curves.size());
  if (runs.curves.size() < kEnoughRuns) {
    outcome.note += fmt::format("; a verdict needs {}", kEnoughRuns);
  }
  if (runs.too_short > 0) {
    outcome.note += fmt::format("; {} left out that stopped earlier", runs.too_short);
  }
  return outcome;
}

}  // namespace

std::vector<CurveOutcome> judge_curves(const OutcomeContext& context, const PartRecords& part) {
  std::vector<CurveOutcome> outcomes;
  for (const sweeps::Expectation& expected : context.report().expected) {
    if (expected.experiment != part.experiment) {
      continue;
    }
    for (const sweeps::ExpectedCurve& curve : expected.curves) {
      for (const auto& [figure, printed] : curve.figures) {
        std::vector<double> published;
        for (const sweeps::Printed& value : printed) {
          published.push_back(value.value);
        }
        for (const Configuration* configuration : matching(part, curve.where)) {
          outcomes.push_back(judge_one(context, *configuration, curve, figure, published));
          outcomes.back().experiment = part.experiment;
          outcomes.back().configuration = name_of(part, *configuration);
        }
      }
    }
  }
  return outcomes;
}

}  // namespace mlpsweep::results
