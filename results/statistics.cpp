#include "results/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <boost/math/distributions/normal.hpp>
#include <fmt/format.h>

#include "engine/errors.h"
#include "results/significance.h"

namespace mlpsweep::results {
namespace {

constexpr double kUpper = 0.975;  // of a two-sided 95 % interval

/// t(.975, n-1); the last one is kept: nearly all groups of a table have as many repeats, and to
/// find one takes longer than all else of an interval.
double upper_quantile(double n) {
  thread_local double last_n = 0;
  thread_local double quantile = 0;
  if (n != last_n) {
    quantile = t_quantile(kUpper, n - 1);
    last_n = n;
  }
  return quantile;
}

/// Half the width of Student's interval: t(.975, n-1) * s / sqrt(n).
double half_width(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  return upper_quantile(n) * deviation(values) / std::sqrt(n);
}

/// Decimals that show two significant digits of an uncertainty that begins with a 1, else one; so
/// its last digit is always worth between a tenth and a half of it.
int decimals_for(double uncertainty) {
  const double decade = std::floor(std::log10(uncertainty));
  const double leading = uncertainty / std::pow(10.0, decade);
  return static_cast<int>((leading < 2 ? 1 : 0) - decade);
}

}  // namespace

Interval interval_of(std::span<const double> one_value_per_repeat, std::int64_t images) {
  const std::span<const double> values = one_value_per_repeat;
  if (values.empty()) {
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    return {.mean = kNone, .low = kNone, .high = kNone};
  }
  // But for rounding, which the means of folds are left with.
  const bool all_equal = deviation(values) == 0;
  const auto n = static_cast<double>(values.size());
  const double mean =
      all_equal ? values[0] : std::accumulate(values.begin(), values.end(), 0.0) / n;
  Interval interval = {.mean = mean, .low = mean, .high = mean, .n = values.size()};
  if (!std::isfinite(mean)) {
    return interval;
  }
  if (!all_equal) {
    const double half = half_width(values);
    interval.low = mean - half;
    interval.high = mean + half;
    interval.kind = IntervalKind::kRepeats;
  } else if (images > 0) {
    const Interval of_images = wilson(mean, images);
    interval.low = of_images.low;
    interval.high = of_images.high;
    interval.kind = IntervalKind::kImages;
  }
  return interval;
}

Interval wilson(double share, std::int64_t n) {
  MLPS_CHECK(n > 0 && share >= 0 && share <= 1, fmt::format("share {} of {}", share, n));
  static const double z = boost::math::quantile(boost::math::normal(), kUpper);
  const auto count = static_cast<double>(n);
  const double weight = z * z / count;
  const double center = (share + weight / 2) / (1 + weight);
  const double half =
      z * std::sqrt(share * (1 - share) / count + weight / (4 * count)) / (1 + weight);
  // At a share of 0 and 1 the bound is exactly that, but for rounding.
  return {.mean = share,
          .low = std::clamp(center - half, 0.0, share),
          .high = std::clamp(center + half, share, 1.0),
          .n = 1,
          .kind = IntervalKind::kImages};
}

std::string text_of(const Interval& interval, bool percent) {
  constexpr double kPlainBelow = 1e6;  // beyond, a loss of 1e30 would fill the line
  constexpr int kMostDecimals = 9;
  const double scale = percent ? 100 : 1;
  const double mean = interval.mean * scale;
  // Wilson's interval leans towards 0.5; its longer arm is the honest one to show.
  const double arm = std::max(interval.high - interval.mean, interval.mean - interval.low) * scale;
  if (!std::isfinite(mean)) {
    return std::isnan(mean) ? "nan" : fmt::format("{}", mean);  // fmt would show NaN's sign
  }
  if (interval.kind == IntervalKind::kNone || arm == 0 || !std::isfinite(arm)) {
    return fmt::format("{:.4g}", mean);
  }
  const int decimals = std::max(0, decimals_for(arm));
  if (decimals > kMostDecimals || std::abs(mean) >= kPlainBelow || arm >= kPlainBelow) {
    return fmt::format("{:.4g} +- {:.1g}", mean, arm);
  }
  return fmt::format("{:.{}f} +- {:.{}f}", mean, decimals, arm, decimals);
}

}  // namespace mlpsweep::results
