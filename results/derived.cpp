#include "results/derived.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/select.h"
#include "sweeps/figure_names.h"
#include "sweeps/keys.h"

namespace mlpsweep::results {
namespace {

using engine::Figures;

constexpr double kNever = std::numeric_limits<double>::infinity();

/// What is watched: the monitored part, else the validation part.
double watched_loss(const Figures& epoch) {
  return std::isnan(epoch.monitor_loss) ? epoch.validation_loss : epoch.monitor_loss;
}
double watched_accuracy(const Figures& epoch) {
  return std::isnan(epoch.monitor_accuracy) ? epoch.validation_accuracy : epoch.monitor_accuracy;
}

struct Curve {
  std::string_view name;
  double (*at)(const Figures&);
};

template <double Figures::*kFigure>
double value_at(const Figures& epoch) {
  return epoch.*kFigure;
}

constexpr std::array kCurves = {
    Curve{"train_loss", value_at<&Figures::train_loss>},
    Curve{"train_accuracy", value_at<&Figures::train_accuracy>},
    Curve{"validation_loss", value_at<&Figures::validation_loss>},
    Curve{"validation_accuracy", value_at<&Figures::validation_accuracy>},
    Curve{"monitor_loss", watched_loss},
    Curve{"monitor_accuracy", watched_accuracy},
};

/// An epoch number from a place in a curve: the first epoch is 1.
double epoch_at(std::size_t place) {
  return static_cast<double>(place + 1);
}

double last_of(const std::vector<double>& curve) {
  return curve.empty() ? engine::kNaN : curve.back();
}

[[noreturn]] void complain(std::string_view what, std::string_view name,
                           const std::vector<std::string_view>& names) {
  const std::string_view nearest = sweeps::nearest(name, names);
  throw InputError(fmt::format("no {} is called '{}'; expected one of: {}{}{}", what, name,
                               fmt::join(names, ", "),
                               nearest.empty() ? "" : "; nearest: ", nearest));
}

struct NamedFigure {
  std::string_view name;
  FigureOf of;
};

constexpr std::array kDerived = {
    NamedFigure{"plateau_until", plateau_until},
    NamedFigure{"oscillation", oscillation},
    NamedFigure{"monitor_loss",
                [](const Record& record) { return watched_loss(record.result.last); }},
    NamedFigure{"monitor_accuracy",
                [](const Record& record) { return watched_accuracy(record.result.last); }},
    NamedFigure{"seconds", [](const Record& record) { return record.result.train_seconds; }},
};

}  // namespace

std::vector<double> curve_of(const Record& record, std::string_view name) {
  const auto* curve = std::find_if(kCurves.begin(), kCurves.end(),
                                   [&](const Curve& candidate) { return candidate.name == name; });
  if (curve == kCurves.end()) {
    std::vector<std::string_view> names;
    for (const Curve& candidate : kCurves) {
      names.push_back(candidate.name);
    }
    complain("curve", name, names);
  }
  std::vector<double> values;
  for (const Figures& epoch : record.result.epochs) {
    values.push_back(curve->at(epoch));
  }
  return values;
}

double settling_epoch(const Record& record, const sweeps::DerivedFigure& rule) {
  const std::vector<double> curve = curve_of(record, rule.metric);
  const std::vector<double> other = rule.of == "last"
                                        ? std::vector<double>(curve.size(), last_of(curve))
                                        : curve_of(record, rule.of);
  if (std::isnan(last_of(curve)) || std::isnan(last_of(other))) {
    return engine::kNaN;
  }
  // 0.992 - 0.991 is a little more than 0.001 in binary; a curve on the bound is within it.
  const double distance = rule.distance * (1 + 1e-9) + 1e-15;
  const bool within = rule.stays == sweeps::DerivedFigure::Stays::kWithin;
  std::size_t first = curve.size();
  while (first > 0 && (std::abs(curve[first - 1] - other[first - 1]) <= distance) == within) {
    --first;
  }
  return first == curve.size() ? kNever : epoch_at(first);
}

double first_epoch(const Record& record, std::string_view curve, double reaches) {
  const std::vector<double> values = curve_of(record, curve);
  if (std::all_of(values.begin(), values.end(), [](double value) { return std::isnan(value); })) {
    return engine::kNaN;
  }
  const bool upwards = is_share(curve);
  const auto reached = std::find_if(values.begin(), values.end(), [&](double value) {
    return upwards ? value >= reaches : value <= reaches;
  });
  return reached == values.end() ? kNever
                                 : epoch_at(static_cast<std::size_t>(reached - values.begin()));
}

double plateau_until(const Record& record) {
  const std::vector<Figures>& epochs = record.result.epochs;
  if (epochs.empty() || std::isnan(watched_loss(epochs.front()))) {
    return engine::kNaN;
  }
  const std::int16_t only = epochs.front().only_class;
  const auto other = std::find_if(epochs.begin(), epochs.end(), [&](const Figures& epoch) {
    return epoch.only_class == engine::kSeveralClasses || epoch.only_class != only;
  });
  return other == epochs.end() ? kNever
                               : epoch_at(static_cast<std::size_t>(other - epochs.begin()));
}

double oscillation(const Record& record) {
  const std::vector<double> curve = curve_of(record, "validation_loss");
  if (curve.size() < 3) {
    return engine::kNaN;
  }
  const auto n = static_cast<double>(curve.size() - 1);
  const double mean = (curve.back() - curve.front()) / n;
  double squares = 0;
  for (std::size_t e = 1; e < curve.size(); ++e) {
    const double apart = curve[e] - curve[e - 1] - mean;
    squares += apart * apart;
  }
  return std::sqrt(squares / (n - 1));
}

std::vector<std::string_view> figure_names(std::span<const sweeps::DerivedFigure> derived) {
  std::vector<std::string_view> names = figure_names();
  names.insert(names.end(), sweeps::kMadeFigures.begin(), sweeps::kMadeFigures.end());
  for (const sweeps::DerivedFigure& rule : derived) {
    names.push_back(rule.name);
  }
  return names;
}

NamedFigures::NamedFigures(std::string_view name, std::span<const sweeps::DerivedFigure> derived) {
  const auto rule =
      std::find_if(derived.begin(), derived.end(),
                   [name](const sweeps::DerivedFigure& known) { return known.name == name; });
  if (rule != derived.end()) {
    rule_ = &*rule;
    return;
  }
  const auto* made = std::find_if(kDerived.begin(), kDerived.end(),
                                  [name](const NamedFigure& known) { return known.name == name; });
  of_ = made != kDerived.end() ? made->of : find_figure(name);
  if (of_ == nullptr) {
    complain("figure", name, figure_names(derived));
  }
}

double NamedFigures::of(const Record& record) const {
  return rule_ != nullptr ? settling_epoch(record, *rule_) : of_(record);
}

double figure_of(const Record& record, std::string_view name,
                 std::span<const sweeps::DerivedFigure> derived) {
  return NamedFigures(name, derived).of(record);
}

}  // namespace mlpsweep::results
