// The intervals that tables print.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace mlpsweep::results {

/// What an interval speaks of.
enum class IntervalKind { kNone, kRepeats, kImages };

struct Interval {
  double mean = 0;
  double low = 0;
  double high = 0;
  std::size_t n = 0;  ///< Repeats.
  IntervalKind kind = IntervalKind::kNone;
};

/// Mean and 95 % interval over repeats: mean +- t(.975, n-1) s / sqrt(n). With n = 1 or s = 0 and a
/// share of `images` test images: Wilson's interval, "images only"; else, or with a value that is
/// not finite, no interval (low = high = mean). Without any value the mean is NaN.
[[nodiscard]] Interval interval_of(std::span<const double> one_value_per_repeat,
                                   std::int64_t images = 0);

/// Wilson's 95 % score interval of a share of n.
///
/// Range    0 <= share <= 1, n > 0; else std::logic_error (MLPS_CHECK).
/// Source   Wilson 1927, J. Am. Stat. Assoc. 22, 209-212.
[[nodiscard]] Interval wilson(double share, std::int64_t n);

/// "85.4 +- 0.4": digits follow the uncertainty, of which two significant ones are shown when it
/// begins with a 1, else one. Of Wilson's interval the longer arm is shown; without an interval the
/// mean alone, to four digits.
[[nodiscard]] std::string text_of(const Interval& interval, bool percent);

}  // namespace mlpsweep::results
