#include "results/significance.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <fmt/format.h>

#include "engine/errors.h"

namespace mlpsweep::results {
namespace {

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

double largest(std::span<const double> values) {
  double most = 0;
  for (const double value : values) {
    most = std::max(most, std::abs(value));
  }
  return most;
}

double sum_of_squares(std::span<const double> values, double mean) {
  double squares = 0;
  for (const double value : values) {
    squares += (value - mean) * (value - mean);
  }
  return squares;
}

/// What rounding alone makes of equal numbers of this size: a difference of two doubles is off by
/// an epsilon of theirs, however small it is itself.
double rounding(double size) {
  return 8 * std::numeric_limits<double>::epsilon() * size;
}

/// a < b by more than rounding; either may be infinite.
bool is_below(double a, double b) {
  const bool finite = std::isfinite(a) && std::isfinite(b);
  return a < b && (!finite || b - a > rounding(std::max(std::abs(a), std::abs(b))));
}

std::vector<double> differences(std::span<const double> a, std::span<const double> b) {
  MLPS_CHECK(a.size() == b.size(), fmt::format("{} repeats beside {}", a.size(), b.size()));
  std::vector<double> result(a.size());
  std::transform(a.begin(), a.end(), b.begin(), result.begin(), std::minus<>());
  return result;
}

/// s_D, 0 where it is rounding's.
double spread_of(std::span<const double> pairs, std::span<const double> a,
                 std::span<const double> b) {
  const double spread = deviation(pairs);
  return spread <= rounding(std::max(largest(a), largest(b))) ? 0 : spread;
}

/// Without values, or with one that is not finite, there is nothing to test by: df stays 0.
Difference difference_of(double mean, double error, double df) {
  const bool usable = std::isfinite(mean) && std::isfinite(error) && error > 0 && df > 0;
  return {.mean = mean, .error = error, .df = usable ? df : 0};
}

}  // namespace

double deviation(std::span<const double> values) {
  if (values.size() < 2) {
    return 0;
  }
  const double mean = mean_of(values);
  const double spread = std::sqrt(sum_of_squares(values, mean) / double(values.size() - 1));
  return spread <= rounding(largest(values)) ? 0 : spread;
}

double t_quantile(double p, double df) {
  return boost::math::quantile(boost::math::students_t(df), p);
}

/// One tail tells the other: by itself each takes as long.
double Difference::p() const {
  if (!tested()) {
    return 1;
  }
  const double tail = boost::math::cdf(boost::math::students_t(df), -std::abs(mean / error));
  return std::min(1.0, 2 * std::min(tail, 1 - tail));
}

double Difference::p_below() const {
  return tested() ? boost::math::cdf(boost::math::students_t(df), mean / error) : 1;
}

double Difference::p_above() const {
  return tested() ? boost::math::cdf(boost::math::students_t(df), -mean / error) : 1;
}

double Difference::half_width(double alpha) const {
  // The quantile of the small tail: 1 - alpha / 2 would lose the digits of a small alpha.
  return tested() ? -t_quantile(alpha / 2, df) * error : 0;
}

Difference against_bound(std::span<const double> values, double bound) {
  const auto n = double(values.size());
  return difference_of(mean_of(values) - bound, deviation(values) / std::sqrt(n), n - 1);
}

Difference paired(std::span<const double> a, std::span<const double> b) {
  return paired_for_new_splits(a, b, 0);
}

Difference welch(std::span<const double> a, std::span<const double> b) {
  const double of_a = std::pow(deviation(a), 2) / double(a.size());
  const double of_b = std::pow(deviation(b), 2) / double(b.size());
  const bool enough = a.size() > 1 && b.size() > 1;
  const double df = (of_a + of_b) * (of_a + of_b) /
                    (of_a * of_a / double(a.size() - 1) + of_b * of_b / double(b.size() - 1));
  return difference_of(mean_of(a) - mean_of(b), std::sqrt(of_a + of_b), enough ? df : 0);
}

Difference paired_for_new_splits(std::span<const double> a, std::span<const double> b,
                                 double evaluation_per_train) {
  const std::vector<double> pairs = differences(a, b);
  const auto n = double(pairs.size());
  return difference_of(mean_of(pairs),
                       spread_of(pairs, a, b) * std::sqrt(1 / n + evaluation_per_train), n - 1);
}

Difference paired_for_new_images(std::span<const double> a, std::span<const double> b,
                                 std::span<const double> by_image) {
  const std::vector<double> pairs = differences(a, b);
  const auto n = double(pairs.size());
  const auto images = double(by_image.size());
  const double of_repeats = n > 1 ? std::pow(spread_of(pairs, a, b), 2) / n : 0;
  const double of_images =
      images > 1 ? sum_of_squares(by_image, mean_of(by_image)) / (images * (images - 1)) : 0;
  const double total = of_repeats + of_images;
  const double inverse_df = (n > 1 ? of_repeats * of_repeats / (n - 1) : 0) +
                            (images > 1 ? of_images * of_images / (images - 1) : 0);
  return difference_of(mean_of(pairs), std::sqrt(total),
                       inverse_df > 0 ? total * total / inverse_df : 0);
}

SignTest sign_test(std::span<const double> a, std::span<const double> b) {
  MLPS_CHECK(a.size() == b.size(), fmt::format("{} repeats beside {}", a.size(), b.size()));
  SignTest test;
  for (std::size_t r = 0; r < a.size(); ++r) {
    test.below += is_below(a[r], b[r]) ? 1 : 0;
    test.above += is_below(b[r], a[r]) ? 1 : 0;
  }
  const auto pairs = double(test.below + test.above);
  if (pairs > 0) {
    const boost::math::binomial chance(pairs, 0.5);
    test.p_below = boost::math::cdf(chance, double(test.above));  // so few, or fewer, against it
    test.p_above = boost::math::cdf(chance, double(test.below));
  }
  return test;
}

double mcnemar(std::int64_t only_a, std::int64_t only_b) {
  const std::int64_t discordant = only_a + only_b;
  if (discordant == 0) {
    return 1;
  }
  const boost::math::binomial chance(double(discordant), 0.5);
  return std::min(1.0, 2 * boost::math::cdf(chance, double(std::min(only_a, only_b))));
}

FTest f_test(std::span<const Values> configurations) {
  const std::size_t k = configurations.size();
  const std::size_t n = k == 0 ? 0 : configurations.front().size();
  if (k < 2 || n < 2) {
    return {};
  }
  std::vector<double> of_repeat(n, 0.0);
  std::vector<double> of_configuration;
  double size = 0;
  for (const Values& values : configurations) {
    MLPS_CHECK(values.size() == n, fmt::format("{} repeats beside {}", values.size(), n));
    of_configuration.push_back(mean_of(values));
    std::transform(values.begin(), values.end(), of_repeat.begin(), of_repeat.begin(),
                   [&](double value, double sum) { return sum + value / double(k); });
    size = std::max(size, largest(values));
  }
  const double mean = mean_of(of_configuration);
  double residuals = 0;
  for (std::size_t c = 0; c < k; ++c) {
    for (std::size_t r = 0; r < n; ++r) {
      const double rest = configurations[c][r] - of_configuration[c] - of_repeat[r] + mean;
      residuals += rest * rest;
    }
  }
  FTest test;
  test.df_configurations = double(k - 1);
  const double df = double(k - 1) * double(n - 1);
  test.residual = std::sqrt(residuals / df);
  if (!std::isfinite(test.residual) || test.residual <= rounding(size)) {
    test.residual = std::isfinite(test.residual) ? 0 : test.residual;
    return test;
  }
  test.df_residual = df;
  test.f = double(n) * sum_of_squares(of_configuration, mean) / double(k - 1) /
           (test.residual * test.residual);
  test.p = boost::math::cdf(
      boost::math::complement(boost::math::fisher_f(test.df_configurations, df), test.f));
  return test;
}

ShareDifference agresti_caffo(double share_a, std::int64_t images_a, double share_b,
                              std::int64_t images_b) {
  MLPS_CHECK(images_a > 0 && images_b > 0, fmt::format("{} and {} images", images_a, images_b));
  const auto adjusted = [](double share, double images) {
    return (share * images + 1) / (images + 2);
  };
  const double a = adjusted(share_a, double(images_a));
  const double b = adjusted(share_b, double(images_b));
  return {
      .center = a - b,
      .error = std::sqrt(a * (1 - a) / double(images_a + 2) + b * (1 - b) / double(images_b + 2))};
}

double ShareDifference::low() const {
  return center - normal_quantile() * error;
}

double ShareDifference::high() const {
  return center + normal_quantile() * error;
}

double normal_p(double z) {
  return 2 * boost::math::cdf(boost::math::normal(), -std::abs(z));
}

double normal_quantile() {
  return boost::math::quantile(boost::math::normal(), 0.975);
}

}  // namespace mlpsweep::results
