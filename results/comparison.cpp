#include "results/comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "results/verdict.h"

namespace mlpsweep::results {
namespace {

constexpr double kMostRatio = 4;  // of variances that may be pooled (statistics.md)

/// The largest variance as a multiple of the smallest; 1 if all are 0.
double ratio_of_variances(std::span<const Values> configurations) {
  double least = std::numeric_limits<double>::infinity();
  double most = 0;
  for (const Values& values : configurations) {
    const double variance = std::pow(deviation(values), 2);
    if (!std::isfinite(variance)) {
      return std::numeric_limits<double>::infinity();
    }
    least = std::min(least, variance);
    most = std::max(most, variance);
  }
  return most == 0 ? 1 : most / least;
}

}  // namespace

Spread spread_of(std::span<const Values> configurations) {
  Spread spread;
  spread.ratio = ratio_of_variances(configurations);
  if (!std::isfinite(spread.ratio)) {
    return spread;
  }
  const FTest table = f_test(configurations);
  spread.residual = table.residual;
  spread.df = table.df_residual;
  spread.pooled = spread.ratio <= kMostRatio && spread.df > 0;
  return spread;
}

Difference difference_of(const Spread& spread, const Values& a, const Values& b) {
  Difference difference = paired(a, b);
  if (spread.pooled) {
    difference.error = spread.residual * std::sqrt(2 / double(a.size()));
    difference.df = spread.df;
  }
  return difference;
}

std::size_t Comparison::family() const {
  return unseen + static_cast<std::size_t>(std::count_if(
                      all.begin(), all.end(), [](const Compared& one) { return one.tested; }));
}

std::pair<double, double> Comparison::detectable() const {
  double least = std::numeric_limits<double>::infinity();
  double most = 0;
  for (const Compared& one : all) {
    if (one.tested && one.difference.tested()) {
      const double needed = one.difference.half_width(0.05 / double(family()));
      least = std::min(least, needed);
      most = std::max(most, needed);
    }
  }
  return most > 0 ? std::pair(least, most) : std::pair(0.0, 0.0);
}

Comparison compare(std::span<const Values> configurations, Family family, std::size_t reference,
                   std::size_t most_pairs) {
  Comparison comparison;
  comparison.spread = spread_of(configurations);
  const auto add = [&](std::size_t a, std::size_t b) {
    Compared one{.a = a, .b = b, .difference = {}};
    one.difference = difference_of(comparison.spread, configurations[a], configurations[b]);
    one.p = one.difference.p();
    one.tested = one.difference.tested();
    comparison.all.push_back(one);
  };
  const std::size_t k = configurations.size();
  const std::size_t pairs = k * (k - 1) / 2;
  const bool all_pairs = family == Family::kAllPairs && pairs <= most_pairs;
  comparison.unseen = family == Family::kAllPairs && !all_pairs ? pairs - (k - 1) : 0;
  for (std::size_t a = 0; a < k; ++a) {
    if (a != reference) {
      add(a, reference);
    }
    for (std::size_t b = 0; all_pairs && b < a; ++b) {
      if (a != reference && b != reference) {
        add(a, b);
      }
    }
  }
  adjust(comparison);
  return comparison;
}

void adjust(Comparison& comparison) {
  std::vector<double> p;
  for (const Compared& one : comparison.all) {
    if (one.tested) {
      p.push_back(one.p);
    }
  }
  const std::vector<double> adjusted = holm(p);
  const auto family = double(comparison.family());
  std::size_t next = 0;
  for (Compared& one : comparison.all) {
    one.adjusted = one.tested ? adjusted[next++] : 1;
    if (one.tested && comparison.unseen > 0) {
      one.adjusted = std::min(1.0, family * one.p);
    }
  }
}

}  // namespace mlpsweep::results
